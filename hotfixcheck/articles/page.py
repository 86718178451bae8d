"""A web page as a flow of parts: headings, paragraphs, list items, tables, preformatted text.

lxml (BSD-3-Clause, wheels for every platform) because its parser can call back instead of building a tree: time is
linear in the page's length and memory does not grow with its tags, where trees (lxml's, selectolax's) took up to 60
times the page's size, and quadratic time for 200,000 open elements or attributes; html5lib's last release is of 2020.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from hotfixcheck.articles.pagebytes import chunks, decoded
from hotfixcheck.articles.pagetext import (
    BOLD_BEGINS,
    BOLD_ENDS,
    BOLD_TAGS,
    SPAN_ENDS,
    heading_and_paragraphs,
    without_marks,
)
from hotfixcheck.articles.text import clean, unseen_removed

_MAX_DEPTH = 1000
_MAX_SPAN = 64
_FEWEST_COLUMNS = 3
_MAX_CELLS = 200_000

_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "select", "textarea", "iframe", "object", "nav"})
_BREAKS = frozenset(
    {
        "p", "div", "section", "article", "main", "header", "footer", "aside", "ul", "ol", "dl", "dd", "dt",
        "blockquote", "details", "center", "form", "fieldset", "hr", "body", "address", "figure",
    }
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "summary", "caption", "legend"})


class PageProblem(ValueError):  # noqa: N818 - the importer says it with the document's name
    """A page that cannot be read; `line` is counted from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


class Kind(Enum):
    HEADING = auto()
    PARAGRAPH = auto()
    ITEM = auto()


@dataclass(frozen=True, slots=True)
class Text:
    """Text by itself, and the line of the page it ends in, counted from 1."""

    kind: Kind
    line: int
    text: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: for each row its line and its cells, spanned ones repeated down and empty to the right."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Preformatted:
    """Lines as they are, from `line` on."""

    line: int
    lines: tuple[str, ...]


Part = Text | Grid | Preformatted


@dataclass(slots=True)
class Page:
    """The parts in order, the text of <title>, and what meta elements and the canonical link say, by name."""

    parts: list[Part] = field(default_factory=list)
    title: str = ""
    said: dict[str, str] = field(default_factory=dict)


def read_page(data: bytes) -> Page:
    """The page in `data`; raises PageProblem for one that is nested too deep or has too many cells."""
    from lxml import etree

    builder = _Builder()
    parser: Any = etree.HTMLParser(target=builder, huge_tree=True, collect_ids=False, remove_comments=True)
    for line, chunk in chunks(decoded(data)):
        builder.line = line
        try:
            parser.feed(chunk)
        except etree.LxmlError as error:
            raise PageProblem(line, f"no HTML: {error}") from None
        if builder.problem:
            raise PageProblem(builder.line, builder.problem)
    try:
        parser.close()
    except etree.LxmlError as error:
        raise PageProblem(builder.line, f"no HTML: {error}") from None
    if builder.problem:
        raise PageProblem(builder.line, builder.problem)
    return builder.finished()


@dataclass(slots=True)
class _Flow:
    """What has come so far, of the page or of one cell."""

    parts: list[Part] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    kind: Kind = Kind.PARAGRAPH
    tag: str = ""


@dataclass(slots=True)
class _Row:
    line: int
    cells: list[tuple[_Flow, int, int]] = field(default_factory=list)
    """Each cell with the columns and the rows it spans."""


@dataclass(slots=True)
class _Table:
    rows: list[_Row] = field(default_factory=list)
    cell: _Flow | None = None


class _Builder:
    """Takes the parser's calls. An exception in one would be raised only much later: `problem` is looked at instead."""

    def __init__(self) -> None:
        self.line = 1
        self.problem = ""
        self._page = Page()
        self._body = _Flow()
        self._tables: list[_Table] = []
        self._unseen = 0
        self._in_title = False
        self._pre = 0
        self._pre_line = 0
        self._depth = 0
        self._cells = 0

    # --- the parser's calls ---

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self.problem or self._depth > _MAX_DEPTH:
            self.problem = self.problem or f"its elements are nested more than {_MAX_DEPTH} deep"
            return
        if tag in _UNSEEN:
            self._unseen += 1
        elif self._unseen:
            return
        elif tag == "br":
            self._flow.text.append("\n")
        elif tag in BOLD_TAGS:
            self._flow.text.append(BOLD_BEGINS)
        elif tag == "title":
            self._in_title = True
        elif tag in {"meta", "link"}:
            self._take_said(tag, attributes)
        elif tag == "pre":
            self._open_block()
            self._pre += 1
            self._pre_line = self.line
        elif tag == "table":
            self._open_block()
            self._tables.append(_Table())
        elif tag == "tr":
            self._open_row()
        elif tag in {"td", "th"}:
            self._open_cell(attributes)
        elif tag in _HEADINGS:
            self._open_block(Kind.HEADING, tag)
        elif tag == "li" or "appliestoitem" in attributes.get("class", "").lower():
            self._open_block(Kind.ITEM, tag)
        elif tag in _BREAKS:
            self._open_block()

    def end(self, tag: str) -> None:
        self._depth -= 1
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif self.problem or self._unseen:
            return
        elif tag in BOLD_TAGS:
            self._flow.text.append(BOLD_ENDS)
        elif tag == "span":
            self._flow.text.append(SPAN_ENDS)
        elif tag == "title":
            self._in_title = False
        elif tag == "pre":
            self._end_text()
            self._pre = max(0, self._pre - 1)
        elif tag == "table":
            self._close_table()
        elif tag in {"td", "th"}:
            self._close_cell()
        elif tag in _HEADINGS or tag in _BREAKS or tag == "li":
            self._end_text()

    def data(self, text: str) -> None:
        if self._in_title:
            self._page.title += text
        elif not self._unseen and not self.problem:
            self._flow.text.append(text if self._pre else text.replace("\n", " "))

    def comment(self, text: str) -> None: ...

    def close(self) -> None: ...

    def finished(self) -> Page:
        """The page, whatever was left open closed."""
        self._unseen = 0
        while self._tables:
            self._close_table()
        self._end_text()
        self._page.parts = self._body.parts
        self._page.title = clean(unseen_removed(self._page.title))
        return self._page

    # --- text ---

    @property
    def _flow(self) -> _Flow:
        return self._tables[-1].cell or self._body if self._tables else self._body

    def _open_block(self, kind: Kind = Kind.PARAGRAPH, tag: str = "") -> None:
        """A block ends what came before it; one between the cells of a table shows that the table was never closed."""
        if self._tables and self._tables[-1].cell is None and tag != "caption":
            self._close_table()
        self._end_text()
        self._flow.kind, self._flow.tag = kind, tag

    def _end_text(self) -> None:
        flow = self._flow
        if not flow.text:
            flow.kind, flow.tag = Kind.PARAGRAPH, ""
            return
        text = unseen_removed("".join(flow.text))
        flow.text.clear()
        if self._pre:
            text = without_marks(text)
            lines = tuple(line.rstrip() for line in text.split("\n"))
            if any(lines):
                flow.parts.append(Preformatted(self._pre_line, lines))
        else:
            heading, paragraphs = heading_and_paragraphs(text, in_table=bool(self._tables))
            if heading:
                flow.parts.append(Text(Kind.HEADING, self.line, heading, "b"))
            flow.parts.extend(Text(flow.kind, self.line, paragraph, flow.tag) for paragraph in paragraphs)
        flow.kind, flow.tag = Kind.PARAGRAPH, ""

    def _take_said(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = attributes.get("name") or attributes.get("property") or attributes.get("rel", "")
        value = attributes.get("content", "") if tag == "meta" else attributes.get("href", "")
        if name and value:
            self._page.said.setdefault(name.lower()[:80], clean(value[:2000]))

    # --- tables ---

    def _open_row(self) -> None:
        self._close_cell()
        if not self._tables:
            self._end_text()
            self._tables.append(_Table())
        self._tables[-1].rows.append(_Row(self.line))

    def _open_cell(self, attributes: Mapping[str, str]) -> None:
        self._close_cell()
        if not self._tables or not self._tables[-1].rows:
            self._open_row()
        self._cells += 1
        if self._cells > _MAX_CELLS:
            self.problem = f"its tables have more than {_MAX_CELLS:,} cells"
            return
        table = self._tables[-1]
        table.cell = _Flow()
        row = table.rows[-1]
        row.cells.append((table.cell, _span(attributes.get("colspan")), _span(attributes.get("rowspan"))))

    def _close_cell(self) -> None:
        if self._tables and self._tables[-1].cell is not None:
            self._end_text()
            self._tables[-1].cell = None

    def _close_table(self) -> None:
        self._close_cell()
        if not self._tables:
            return
        table = self._tables.pop()
        self._end_text()
        parts = self._flow.parts
        plain = _Table()
        for row in table.rows:
            after = _split_off(row, is_last=row is table.rows[-1])
            if not any(_is_layout(cell) for cell, _, _ in row.cells):
                plain.rows.append(row)
                if not after:
                    continue
            else:
                after = [part for cell, _, _ in row.cells for part in cell.parts]
            if plain.rows:
                parts.append(Grid(tuple(_spread(plain))))
                plain = _Table()
            parts.extend(after)
        if plain.rows:
            parts.append(Grid(tuple(_spread(plain))))


def _split_off(row: _Row, *, is_last: bool) -> list[Part]:
    """What follows the text of a table's last cell: that cell, and its table, were never closed.

    In a row of fewer than three cells it may as well be a page that is laid out by a table.
    """
    last = row.cells[-1][0] if is_last and len(row.cells) >= _FEWEST_COLUMNS else None
    if last is None or not isinstance(last.parts[0] if last.parts else None, Text):
        return []
    if any(_is_layout(cell) for cell, _, _ in row.cells[:-1]):
        return []
    after = last.parts[1:]
    del last.parts[1:]
    return after


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _MAX_SPAN) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1


def _is_layout(cell: _Flow) -> bool:
    """True for a cell that holds more than a cell of a table does."""
    return any(not isinstance(part, Text) for part in cell.parts) or (
        len(cell.parts) > 1 and any(isinstance(part, Text) and part.kind is Kind.HEADING for part in cell.parts)
    )


def _spread(table: _Table) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows with every cell in its column."""
    hanging: dict[int, tuple[int, str]] = {}
    for row in table.rows:
        cells: list[str] = []
        below: dict[int, tuple[int, str]] = {}
        for flow, columns, rows in row.cells:
            _hang(hanging, cells, below)
            text = " ".join(part.text for part in flow.parts if isinstance(part, Text))
            for index in range(min(columns, _MAX_SPAN - len(cells))):
                shown = "" if index else text
                if rows > 1:
                    below[len(cells)] = (rows - 1, shown)
                cells.append(shown)
        _hang(hanging, cells, below)
        hanging = below
        yield row.line, tuple(cells)


def _hang(hanging: dict[int, tuple[int, str]], cells: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Puts in the cells of rows above that reach down to here, and keeps in `below` what reaches further."""
    while len(cells) < _MAX_SPAN and (above := hanging.pop(len(cells), None)):
        left, text = above
        if left > 1:
            below[len(cells)] = (left - 1, text)
        cells.append(text)
