"""A web page as a flow of parts: headings, paragraphs, list items, tables, preformatted text.

lxml (BSD-3-Clause, wheels for every platform) because its parser can call back instead of building a tree: time is
linear in the page's length and memory does not grow with its tags, where trees (lxml's, selectolax's) took up to 60
times the page's size, and quadratic time for 200,000 open elements or attributes; html5lib's last release is of 2020.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotfixcheck.articles.pagebytes import chunks, decoded
from hotfixcheck.articles.pageparts import Kind, Page, Preformatted, Text
from hotfixcheck.articles.pagetables import Flow, OpenTable, Row, parts_of, span
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


class _Builder:
    """Takes the parser's calls. An exception in one would be raised only much later: `problem` is looked at instead."""

    def __init__(self) -> None:
        self.line = 1
        self.problem = ""
        self._page = Page()
        self._body = Flow()
        self._tables: list[OpenTable] = []
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
            self._tables.append(OpenTable())
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
    def _flow(self) -> Flow:
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
            self._tables.append(OpenTable())
        self._tables[-1].rows.append(Row(self.line))

    def _open_cell(self, attributes: Mapping[str, str]) -> None:
        self._close_cell()
        if not self._tables or not self._tables[-1].rows:
            self._open_row()
        self._cells += 1
        if self._cells > _MAX_CELLS:
            self.problem = f"its tables have more than {_MAX_CELLS:,} cells"
            return
        table = self._tables[-1]
        table.cell = Flow()
        row = table.rows[-1]
        row.cells.append((table.cell, span(attributes.get("colspan")), span(attributes.get("rowspan"))))

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
        self._flow.parts.extend(parts_of(table.rows))
