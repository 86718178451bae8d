"""The parts of a page as the blocks of an article: its tables as file tables, with the captions in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from hotfixcheck.articles.article import LeftOut, NotUnderstoodError
from hotfixcheck.articles.blocks import SECTIONS, Block, Heading, Paragraph, Section, blocks_of
from hotfixcheck.articles.captions import is_heading
from hotfixcheck.articles.columns import Column, Header
from hotfixcheck.articles.columns import Heading as ColumnHeading
from hotfixcheck.articles.fixes import Facts
from hotfixcheck.articles.grid import Columns, RowProblem, columns_of, guessed_columns, is_file_name, labelled, rows_of
from hotfixcheck.articles.modern import UTC, ModernReader, is_subhead
from hotfixcheck.articles.pageparts import Grid, Kind, Page, Preformatted, Text
from hotfixcheck.articles.tables import Table
from hotfixcheck.articles.text import clean
from hotfixcheck.manifest.model import FileRow

APPLIES = re.compile(
    r"(?:This article )?applies to(?: the following)?\s*:?|The information in this article applies to\s*:?",
    re.IGNORECASE,
)
_BULLETS = " -*\N{BULLET}\N{MIDDLE DOT}"


class PageReader(ModernReader):
    """Reads the blocks of a page; lines are those of the page's texts, each with its place in the page."""

    def __init__(self, name: str) -> None:
        super().__init__([], name)
        self.lines: list[str] = []
        self._page_lines: list[int] = []
        self.in_utc: set[int] = set()
        """Where tables begin whose own header says UTC."""
        self.problems: dict[int, list[tuple[int, str]]] = {}
        """For a table, by its beginning, the rows that could not be read, and why."""

    def add_line(self, text: str, line: int) -> int:
        """The place of another line of text, which stands in `line` of the page."""
        self.lines.append(text)
        self._page_lines.append(line)
        return len(self.lines) - 1

    def place_of(self, at: int) -> int:
        """The line of the page."""
        return self._page_lines[at] if 0 <= at < len(self._page_lines) else 1

    def _take_table(self, table: Table) -> None:
        self.place.utc |= table.start in self.in_utc
        if not self._why_left_out(table):
            self.left_out += (self._left_out(at, reason) for at, reason in self.problems.get(table.start, ()))
        if table.rows:
            super()._take_table(table)

    def _left_out(self, at: int, reason: str) -> LeftOut:
        return LeftOut(self.place_of(at), clean(self.lines[at])[:200], reason)


def listed(grid: Grid) -> list[str]:
    """The items of a list that is laid out as a table: a bullet, and a text; none of another table."""
    items = [[cell for cell in cells if cell.strip(_BULLETS)] for _, cells in grid.rows]
    return [item[0] for item in items] if all(len(item) == 1 for item in items) else []


def listed_products(page: Page) -> tuple[str, ...]:
    """The list below `Applies to`, as items or laid out as a table; nothing where no list follows."""
    products: list[str] = []
    is_open = False
    for part in page.parts:
        if isinstance(part, Grid) and is_open and (items := listed(part)):
            products += items
            break
        if not isinstance(part, Text):
            is_open = False
        elif APPLIES.fullmatch(part.text):
            is_open = True
        elif is_open and part.kind is Kind.ITEM:
            products.append(part.text)
        elif is_open:
            break
    return tuple(clean(each) for each in products if each)


def read_blocks(page: Page, title: str, name: str, applies_to: Sequence[str]) -> Facts:
    """What the blocks of `page` state; raises NotUnderstoodError with the line of the page."""
    reader = PageReader(name)
    reader.applies_to = applies_to
    try:
        for block in page_blocks(page, title, reader):
            reader.take(block)
        return reader.facts()
    except NotUnderstoodError as error:
        line = reader.place_of(int(error.place) - 1)
        raise NotUnderstoodError(error.problem, file=name, place=str(line)) from None


def page_blocks(page: Page, title: str, reader: PageReader) -> Iterator[Block]:
    """The blocks of `page`, without its title and the list of products; their places are lines of `reader`."""
    is_list_of_products = False
    for part, following in zip_longest(page.parts, page.parts[1:]):
        if isinstance(part, Preformatted):
            yield from _preformatted(part, reader)
        elif isinstance(part, Grid):
            if not (is_list_of_products and listed(part)):
                yield from _Tables(reader).of(part)
        elif APPLIES.fullmatch(part.text):
            is_list_of_products = True
            continue
        elif is_list_of_products and part.kind is Kind.ITEM:
            continue
        elif part.text != title:
            at = reader.add_line(part.text, part.line)
            name = part.text.rstrip(": ").upper()
            if name in SECTIONS and (part.kind is Kind.HEADING or part.text[:1].isupper()):
                yield Section(at, name)
            elif part.kind is Kind.HEADING or (part.kind is Kind.PARAGRAPH and is_subhead(part.text)):
                yield Heading(at, part.text.rstrip(": "))
            else:
                # A product in a list is a caption only if its table follows.
                is_single = part.kind is not Kind.ITEM or not isinstance(following, Text)
                yield Paragraph(at, part.text, is_single)
        is_list_of_products = False


def _preformatted(part: Preformatted, reader: PageReader) -> Iterator[Block]:
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

    def __init__(self, reader: PageReader) -> None:
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
        yield from self._finished()

    def _take(self, at: int, cells: list[str]) -> Iterator[Block]:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            self._end_record()
        elif columns := columns_of(cells):
            self._end_record()
            self._columns = columns
            self._utc = self._utc or any(UTC.search(cell) for cell in cells)
        elif (pair := labelled(cells)) and pair[1] and (pair[0] is not Column.NAME or is_file_name(pair[1])):
            if pair[0] is Column.NAME:
                self._end_record()
            self._utc = self._utc or bool(UTC.search(cells[0]))
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
        yield Table(start, start + 1, header, tuple(self._rows))
        self._rows, self._problems = [], []
