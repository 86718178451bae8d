"""Saved article pages and update pages: file tables as tables or in preformatted text, below headings and captions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest

from hotfixcheck.articles.article import Article, Document, LeftOut, NotUnderstoodError
from hotfixcheck.articles.blocks import SECTIONS, Block, Heading, Paragraph, Section, blocks_of
from hotfixcheck.articles.bounds import MAX_DOCUMENT
from hotfixcheck.articles.captions import Caption, caption_of, is_heading
from hotfixcheck.articles.cells import parse_date
from hotfixcheck.articles.columns import Column, Header
from hotfixcheck.articles.columns import Heading as ColumnHeading
from hotfixcheck.articles.fixes import FactsReader
from hotfixcheck.articles.grid import Columns, RowProblem, columns_of, guessed_columns, is_file_name, labelled, rows_of
from hotfixcheck.articles.page import Grid, Kind, Page, PageProblem, Preformatted, Text, read_page
from hotfixcheck.articles.tables import Table
from hotfixcheck.articles.text import clean, opening
from hotfixcheck.manifest.model import FileRow

_HEAD = 4096
_FEW_ROWS = 10
_BULLETS = " -*\N{BULLET}\N{MIDDLE DOT}"
_OPENS = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*){0,5}<(?:!doctype\s+html|html|head|body|meta|title|table|div|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_ARTICLE_ID = re.compile(r"\b(?:Article ID|PSS ID Number|KB ?ID)\s*:\s*(?P<number>[0-9]{5,7})\b", re.IGNORECASE)
_LINK = re.compile(
    r"/(?:kb|help|topic|default\.aspx\?(?:scid=kb;[\w-]+;|id=))/?(?P<number>[0-9]{5,7})\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?P<letters>KB|Q) ?(?P<number>[0-9]{5,7})\b")
_KB_IN_LINK = re.compile(r"\bkb(?P<number>[0-9]{6,7})\b", re.IGNORECASE)
_IN_FILE_NAME = re.compile(r"(?<![0-9A-Za-z])(?:KB|Q)?([0-9]{5,7})(?![0-9])", re.IGNORECASE)
_REVISED = (
    re.compile(
        r"\b(?:Last Review(?:ed)?|Article Last Modified on|Last (?:Modified|Updated))\s*:?\s*(?P<date>.{6,40})",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:Published on|Release(?:d)? Date|Original Publish(?:ed)? Date|Created on)\s*:?\s*(?P<date>.{6,40})",
        re.IGNORECASE,
    ),
)
_REVISED_META = (
    "article:modified_time",
    "lastpublisheddate",
    "ms.date",
    "article:published_time",
    "firstpublisheddate",
)
_TITLE_TAIL = re.compile(
    r"\s*[-|\N{EN DASH}]\s*Microsoft(?: Support| Knowledge Base)?\s*$|^\s*[0-9]{5,7}\s*[-:]\s*", re.IGNORECASE
)
_ARCHIVE = re.compile(r"Microsoft KB Archive/|Microsoft Support$|Knowledge Base$", re.IGNORECASE)
_APPLIES = re.compile(
    r"(?:This article )?applies to\s*:?|The information in this article applies to\s*:?", re.IGNORECASE
)
_FILES = re.compile(r"\b(?:additional )?file (?:information|list|attributes)\b|\badditional files?\b", re.IGNORECASE)
_NOT_FILES = re.compile(r"\bhash\b|\baffected\b", re.IGNORECASE)
_UTC = re.compile(r"\b(?:UTC|GMT)\b")


class HtmlImporter:
    """Pages as a browser saves them; scripts and styles are ignored, nothing is fetched."""

    name = "html"

    def detect(self, data: bytes) -> bool:
        """True if the text opens as HTML does."""
        return bool(_OPENS.match(opening(data, _HEAD)))

    def read(self, document: Document) -> Article:
        """The article; raises NotUnderstoodError."""
        if len(document.data) > MAX_DOCUMENT:
            raise _not_understood(document, 1, f"{len(document.data):,} bytes, and no page has over {MAX_DOCUMENT:,}")
        try:
            page = read_page(document.data)
        except PageProblem as problem:
            raise _not_understood(document, problem.line, str(problem)) from None
        number, title = _number(page, document.name), _title(page)
        if not number:
            raise _not_understood(
                document, 1, "no article number: none in the text, the title, a link or the file's name"
            )
        if not title:
            raise _not_understood(document, 1, "no title")
        reader = _PageReader(document.name)
        applies_to = _applies_to(page)
        reader.applies_to = applies_to
        try:
            for block in _blocks(page, title, reader):
                reader.take(block)
            facts = reader.facts()
        except NotUnderstoodError as error:
            line = reader.place_of(int(error.place) - 1)
            raise NotUnderstoodError(error.problem, file=document.name, place=str(line)) from None
        return Article(
            number,
            title,
            fixes=facts.fixes,
            revised=_revised(page),
            applies_to=applies_to,
            prerequisite=facts.prerequisite,
            supersedes=tuple(each for each in facts.supersedes if each != number),
            left_out=facts.left_out,
        )


def _not_understood(document: Document, line: int, problem: str) -> NotUnderstoodError:
    return NotUnderstoodError(problem, file=document.name, place=str(line))


# --- what a page says of itself --------------------------------------------------------------------------------------


def _texts(page: Page) -> Iterator[Text]:
    return (part for part in page.parts if isinstance(part, Text))


def _said(page: Page) -> Iterator[str]:
    """Every text, and the rows of small tables, in which pages say what they are."""
    for part in page.parts:
        if isinstance(part, Text):
            yield part.text
        elif isinstance(part, Grid) and len(part.rows) < _FEW_ROWS:
            yield from (" ".join(filter(None, cells)) for _, cells in part.rows)


def _number(page: Page, name: str) -> str:
    """Q… where the page prints that before its number; KB… else."""
    for said in _said(page):
        if len(said) < 300 and (found := _ARTICLE_ID.search(said)):
            return f"KB{found['number']}"
    for link in (page.said.get("canonical", ""), page.said.get("og:url", "")):
        if found := _KB_IN_LINK.search(link) or _LINK.search(link):
            return f"KB{found['number']}"
    headings = (text.text for text in _texts(page) if text.kind is Kind.HEADING)
    for said in (page.title, *headings):
        if found := _NAMED.search(said):
            return f"{found['letters']}{found['number']}"
    numbers = set(_IN_FILE_NAME.findall(re.split(r"[\\/:]", name)[-1]))
    return f"KB{numbers.pop()}" if len(numbers) == 1 else ""


def _title(page: Page) -> str:
    headings = [text.text for text in _texts(page) if text.tag == "h1"]
    title = (
        headings[0]
        if headings
        else _TITLE_TAIL.sub("", _TITLE_TAIL.sub("", page.title)) or page.said.get("og:title", "")
    )
    return clean(_TITLE_TAIL.sub("", title))[:500]


def _revised(page: Page) -> date | None:
    for pattern in _REVISED:
        for said in _said(page):
            if len(said) < 1000 and (found := pattern.search(said)) and (day := _day(found["date"])):
                return day
    return next((day for name in _REVISED_META if (day := _day(page.said.get(name, "").partition("T")[0]))), None)


def _day(text: str) -> date | None:
    words = text.split()
    return parse_date(" ".join(words[:3])) or (parse_date(words[0]) if words else None)


def _applies_to(page: Page) -> tuple[str, ...]:
    """The list below `Applies to`, or the products behind it."""
    products: list[str] = []
    is_open = False
    for part in page.parts:
        if isinstance(part, Grid) and is_open and (listed := _listed(part)):
            products += listed
            break
        if not isinstance(part, Text):
            is_open = False
        elif _APPLIES.fullmatch(part.text):
            is_open = True
        elif is_open and part.kind is Kind.ITEM:
            products.append(part.text)
        elif is_open:
            if products or part.kind is Kind.HEADING:
                break
            products = [each.strip() for each in re.split(r"[;\N{BULLET}]", part.text) if each.strip()]
            break
        elif (found := re.match(r"Applies to:\s*(?P<products>\S.{3,600})$", part.text, re.IGNORECASE)) and not products:
            products = [
                each.strip() for each in re.split(r"[;\N{BULLET}]|,(?! ?(?:version|x64|x86|32|64))", found["products"])
            ]
            break
    return tuple(dict.fromkeys(clean(each) for each in products if each))


def _listed(grid: Grid) -> list[str]:
    """The items of a list that is laid out as a table: a bullet, and a text; none of another table."""
    items = [[cell for cell in cells if cell.strip(_BULLETS)] for _, cells in grid.rows]
    return [item[0] for item in items] if all(len(item) == 1 for item in items) else []


# --- parts to blocks -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _PageReader(FactsReader):
    """Reads the blocks of a page: as those of an article in text, with headings that say more."""

    lines: list[str] = field(default_factory=list)
    name: str = ""
    first_line: int = 0
    caption: Caption = field(default_factory=Caption)
    page_lines: list[int] = field(default_factory=list)
    in_utc: set[int] = field(default_factory=set)
    """Where tables begin whose own header says UTC."""
    problems: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    """For a table, by its beginning, the rows that could not be read, and why."""

    def __init__(self, name: str) -> None:
        FactsReader.__init__(self, [], name, 0)
        self.lines: list[str] = []
        self.caption = Caption()
        self.page_lines, self.in_utc, self.problems = [], set(), {}

    def add_line(self, text: str, line: int) -> int:
        """The place of another line of text, which stands in `line` of the page."""
        self.lines.append(text)
        self.page_lines.append(line)
        return len(self.lines) - 1

    def place_of(self, at: int) -> int:
        """The line of the page."""
        return self.page_lines[at] if 0 <= at < len(self.page_lines) else 1

    def _take_heading(self, text: str) -> None:
        FactsReader._take_heading(self, text)
        if not self._take_modern(text):
            self.caption = Caption()

    def _take_caption(self, text: str) -> bool:
        taken = FactsReader._take_caption(self, text)
        return self._take_modern(text) or taken if is_heading(text) else taken

    def _take_modern(self, text: str) -> bool:
        """`For all supported x64-based versions of Windows 7`, `GDR`, `Additional file information`."""
        place = self.place
        caption = caption_of(text)
        says = caption != Caption()
        if says:
            self.caption = caption = self.caption.under(caption)
            place.scope = place.heading = caption.scope
            place.platform = caption.platform
            place.release = caption.release or place.release
        if _FILES.search(text) and not _NOT_FILES.search(text):
            place.is_fix = True
        return says

    def _take_table(self, table: Table) -> None:
        self.place.utc |= table.start in self.in_utc
        if not self._why_left_out(table):
            self.left_out += (self._left_out(at, reason) for at, reason in self.problems.get(table.start, ()))
        if not table.rows:
            return
        has_platforms = table.header is not None and Column.PLATFORM in table.header.columns
        held = self.place.platform
        if has_platforms and isinstance(table, _GridTable):
            self.place.platform = None
        FactsReader._take_table(self, table)
        self.place.platform = held

    def _left_out(self, at: int, reason: str) -> LeftOut:
        return LeftOut(self.place_of(at), clean(self.lines[at])[:200], reason)


class _GridTable(Table):
    """A table whose cells were apart: its platform column is what it says."""


def _blocks(page: Page, title: str, reader: _PageReader) -> Iterator[Block]:
    is_list_of_products = False
    for part, following in zip_longest(page.parts, page.parts[1:]):
        if isinstance(part, Preformatted):
            yield from _preformatted(part, reader)
        elif isinstance(part, Grid):
            if not (is_list_of_products and _listed(part)):
                yield from _Tables(reader).of(part)
        elif _APPLIES.fullmatch(part.text):
            is_list_of_products = True
            continue
        elif is_list_of_products and part.kind is Kind.ITEM:
            continue
        elif part.text != title:
            at = reader.add_line(part.text, part.line)
            name = part.text.rstrip(": ").upper()
            if name in SECTIONS and (part.kind is Kind.HEADING or part.text[:1].isupper()):
                yield Section(at, name)
            elif part.kind is Kind.HEADING:
                yield Heading(at, part.text.rstrip(": "))
            else:
                # A product in a list is a caption only if its table follows.
                is_single = part.kind is not Kind.ITEM or not isinstance(following, Text)
                yield Paragraph(at, part.text, is_single)
        is_list_of_products = False


def _preformatted(part: Preformatted, reader: _PageReader) -> Iterator[Block]:
    start = len(reader.lines)
    for index, line in enumerate(part.lines):
        reader.add_line(line, part.line + index)
    for block in blocks_of(part.lines):
        if isinstance(block, Table):
            rows = tuple((at + start, row) for at, row in block.rows)
            unread = tuple(at + start for at in block.unread)
            yield replace(block, start=block.start + start, end=block.end + start, rows=rows, unread=unread)
        else:
            yield replace(block, line=block.line + start)


class _Tables:
    """The file tables in one table of a page, and the captions that stand in rows of their own."""

    def __init__(self, reader: _PageReader) -> None:
        self._reader = reader
        self._columns: Columns | None = None
        self._held: Columns = ()
        """The columns of the rows so far."""
        self._utc = False
        self._rows: list[tuple[int, FileRow]] = []
        self._problems: list[tuple[int, str]] = []
        self._record: list[tuple[Column, str]] = []
        self._record_at = 0

    def of(self, grid: Grid) -> Iterator[Block]:
        for line, cells in grid.rows:
            at = self._reader.add_line(" ".join(cell for cell in cells if cell), line)
            yield from self._take(at, list(cells))
        self._end_record()
        yield from self._finished()

    def _take(self, at: int, cells: list[str]) -> Iterator[Block]:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            self._end_record()
        elif columns := columns_of(cells):
            self._end_record()
            self._columns = columns
            self._utc = self._utc or any(_UTC.search(cell) for cell in cells)
        elif (pair := labelled(cells)) and pair[1] and (pair[0] is not Column.NAME or is_file_name(pair[1])):
            if pair[0] is Column.NAME:
                self._end_record()
            self._utc = self._utc or bool(_UTC.search(cells[0]))
            self._record_at = self._record_at if self._record else at
            self._record.append(pair)
        elif (
            len([cell for cell in cells if cell]) == 1
            and is_heading(text := next(filter(None, cells)))
            and not (self._columns and is_file_name(text))
        ):
            yield from self._finished()
            yield Heading(at, text.rstrip(": "))
        elif self._columns:
            self._take_row(at, self._columns, cells)
        elif columns := guessed_columns(cells):
            self._columns = columns
            self._take_row(at, columns, cells)

    def _take_row(self, at: int, columns: Columns, cells: Sequence[str]) -> None:
        self._held = columns
        try:
            self._rows.extend((at, row) for row in rows_of(columns, cells))
        except RowProblem as problem:
            self._problems.append((at, str(problem)))

    def _end_record(self) -> None:
        if self._record:
            columns, cells = zip(*self._record, strict=True)
            self._record = []
            self._take_row(self._record_at, columns, cells)
            self._columns = None
            self._held = columns

    def _finished(self) -> Iterator[Block]:
        self._end_record()
        if not self._rows and not self._problems:
            return
        start = self._rows[0][0] if self._rows else self._problems[0][0]
        if self._utc:
            self._reader.in_utc.add(start)
        if self._problems:
            self._reader.problems[start] = self._problems
        header = Header(tuple(ColumnHeading(column, 0, 0) for column in self._held if column))
        yield _GridTable(start, start + 1, header, tuple(self._rows))
        self._rows, self._problems = [], []
