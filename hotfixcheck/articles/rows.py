"""One line of a file table to a file row: cells by what they are, the header where that does not tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from hotfixcheck.articles.cells import (
    Cell,
    Kind,
    cells_of,
    is_version,
    parse_bare_time,
    parse_date,
    parse_size,
    parse_time,
    platform_of,
)
from hotfixcheck.articles.columns import Column, Header
from hotfixcheck.articles.text import clean
from hotfixcheck.manifest.model import FileRow

_MOST_WORDS = 2  # what may stand beside a row's cells where no header explains it: Windows 95
_MOST_NOTE_WORDS = 5  # and what the columns of a header may hold: Windows 98 Second Edition only
_FROM_HEADER = frozenset({Kind.NUMBER, Kind.DECIMAL})


@dataclass(slots=True)
class _Row:
    """A row being read."""

    header: Header | None
    name: str = ""
    path: str = ""
    taken: dict[Column, Cell] = field(default_factory=dict)
    words: list[Cell] = field(default_factory=list)
    open: list[Cell] = field(default_factory=list)
    """Cells that only the header can tell."""

    def has(self, column: Column) -> bool:
        """True if the table has such a column, or may have one, having no header."""
        return self.header is None or column in self.header.columns

    def lacks(self, column: Column) -> bool:
        """True if the column has, or may have, a cell that has not been found yet."""
        return self.has(column) and column not in self.taken


_COLUMN_OF = {
    Kind.DATE: Column.DATE,
    Kind.TIME: Column.TIME,
    Kind.SIZE: Column.SIZE,
    Kind.VERSION: Column.VERSION,
    Kind.PLATFORM: Column.PLATFORM,
}


def read_row(line: str, header: Header | None) -> FileRow | None:
    """The row in `line`, None if it is none.

    Without a header a row needs a name and a date, a size or a version, and next to nothing else.
    """
    row = _Row(header)
    before: Cell | None = None
    for cell in cells_of(_MARKUP.sub(" ", line)):
        if cell.kind is Kind.NUMBER and before and before.kind is Kind.WORD and cell.start - before.end == 1:
            row.words.append(cell)  # Windows 95
        elif cell.kind is Kind.TIME and before and before.kind is Kind.LABEL and "version" in before.text.lower():
            row.taken.setdefault(Column.VERSION, cell)  # Version 1.21p is no time
        else:
            _take(row, cell)
        before = cell
    for cell in row.open:
        _settle(row, cell)
    return _finished(row)


def _take(row: _Row, cell: Cell) -> None:
    column = _COLUMN_OF.get(cell.kind)
    if column and column not in row.taken:
        row.taken[column] = cell
    elif cell.kind is Kind.NAME and not row.name:
        row.name = cell.text.rstrip(",;")
    elif cell.kind is Kind.PATH and not row.path and not _is_branch(row, cell):
        row.path = cell.text
    elif cell.kind in _FROM_HEADER:
        row.open.append(cell)
    elif cell.kind is Kind.NAME and row.has(Column.PATH) and row.header and not row.path:
        row.path = cell.text
    elif cell.kind not in {Kind.NOTHING, Kind.LABEL, Kind.UNREADABLE}:
        row.words.append(cell)


def _is_branch(row: _Row, cell: Cell) -> bool:
    """True for `SP2QFE\\WOW` in the last column, `Service branch`, which is no path."""
    if row.header is None or Column.PATH in row.header.columns or not row.name:
        return False
    last = row.header.headings[-1]
    return last.column is Column.OTHER and bool(_BRANCH.match(cell.text))


_BRANCH = re.compile(r"(?:RTM|SP[0-9])(?:GDR|QFE|LDR)\\", re.IGNORECASE)


def _settle(row: _Row, cell: Cell) -> None:
    """Gives a number or decimal to the column that lacks one, the nearer if both do."""
    lacking = [column for column in (Column.SIZE, Column.VERSION) if row.lacks(column)]
    if cell.kind is Kind.DECIMAL and row.header and row.lacks(Column.TIME) and parse_time(cell.text):
        lacking.append(Column.TIME)
    if cell.kind is Kind.DECIMAL and row.header is None and Column.VERSION in lacking:
        lacking = [Column.VERSION]
    if cell.kind is Kind.NUMBER and Column.SIZE in lacking:
        lacking = [Column.SIZE]
    if cell.kind is Kind.NUMBER and row.header and row.lacks(Column.TIME) and parse_bare_time(cell.text):
        lacking.append(Column.TIME)
    column = row.header.nearest(cell.start, cell.end, lacking) if row.header and lacking else None
    column = column or (lacking[0] if lacking else None)
    if column:
        row.taken[column] = cell
    else:
        row.words.append(cell)


def _finished(row: _Row) -> FileRow | None:
    row.words.sort(key=lambda cell: cell.start)
    words = row.words
    if row.header and not row.name and not row.path:
        words = _take_name(row)
    if row.header and not row.path and Column.PATH in row.header.columns:
        words = _take_folder(row, row.header, words)
    name, path = row.name, row.path
    if path and not name and not path.endswith("\\"):
        name = path.rpartition("\\")[2]
    decisive = row.taken.keys() & {Column.DATE, Column.SIZE, Column.VERSION}
    if row.header is None and all(row.taken[column].kind is Kind.DECIMAL for column in decisive):
        return None
    if not name or (not row.taken and (words or path)):
        return None
    if len(words) > (_MOST_WORDS if row.header is None else _MOST_NOTE_WORDS):
        return None
    return _file_row(row, name, path, words)


def _take_name(row: _Row) -> list[Cell]:
    """A name without an extension stands under the name's heading; what words remain is returned."""
    header = row.header
    if header is None or Column.NAME not in header.columns or len(row.taken) < _FEWEST_CELLS:
        return row.words
    if all(cell.kind in _FROM_HEADER for cell in row.taken.values()):
        return row.words
    others = header.columns - {Column.NAME} - row.taken.keys()
    for index, cell in enumerate(row.words):
        if header.nearest(cell.start, cell.end, {Column.NAME} | (others & _TEXTUAL)) is Column.NAME:
            row.name = cell.text
            return row.words[:index] + row.words[index + 1 :]
    return row.words


def _take_folder(row: _Row, header: Header, words: Sequence[Cell]) -> list[Cell]:
    """A folder that is one word or more, without a backslash, stands under its heading; what remains is returned."""
    others = (header.columns & _TEXTUAL) - row.taken.keys()
    folder = [cell for cell in words if header.nearest(cell.start, cell.end, others | {Column.PATH}) is Column.PATH]
    row.path = " ".join(cell.text for cell in folder)
    return [cell for cell in words if cell not in folder]


_FEWEST_CELLS = 2  # what a name that does not look like one needs beside it; prose has a number at times
# Bars of boxes, what a conversion left behind, and the bracket of a row's values: (1,024 bytes, dated 03-01-95)
_MARKUP = re.compile(r"\||<br ?/?>|\((?=[0-9][0-9,]* byte)", re.IGNORECASE)
_TEXTUAL = {Column.PLATFORM, Column.OTHER, Column.PATH}


def _file_row(row: _Row, name: str, path: str, words: Sequence[Cell]) -> FileRow | None:
    taken = row.taken
    notes = [cell.text for cell in words]
    version = taken[Column.VERSION].text if Column.VERSION in taken else None
    if version and not is_version(version):
        notes.insert(0, version)
        version = None
    platform = None
    if Column.PLATFORM in taken:
        printed = taken[Column.PLATFORM].text
        platform = platform_of(printed)
        if platform is None:
            notes.insert(0, printed)
    size = parse_size(taken[Column.SIZE].text) if Column.SIZE in taken else None
    if "/" in name or "\\" in name:
        return None
    return FileRow(
        name=name,
        platform=platform,
        path=path or None,
        version=version,
        date=parse_date(taken[Column.DATE].text) if Column.DATE in taken else None,
        time=_time(taken[Column.TIME].text) if Column.TIME in taken else None,
        size=size[0] if size else None,
        size_approx=bool(size and size[1]),
        note=_note(notes),
    )


def _time(text: str) -> str | None:
    return parse_time(text) or parse_bare_time(text)


def unreadable_in(line: str) -> list[str]:
    """The cells of a row's line that a row leaves out because no date, time or size is printed so."""
    return [cell.text for cell in cells_of(_MARKUP.sub(" ", line)) if cell.kind is Kind.UNREADABLE]


_HELD = re.compile(r"[(<\[]([^()<>\[\]]*)[)>\]]")


def _note(words: Sequence[str]) -> str | None:
    """The text of any other column as printed, without marks that hold nothing."""
    text = " ".join(word for word in words if word not in {"|", "-"}).strip()
    held = _HELD.fullmatch(text)
    return clean(held[1] if held else text) or None


def looks_like_row(line: str) -> bool:
    """True for a line with a date, or a name beside a size or version: what a table's unread line is known by."""
    kinds = {cell.kind for cell in cells_of(line)}
    return Kind.DATE in kinds or (Kind.NAME in kinds and bool(kinds & {Kind.SIZE, Kind.VERSION}))
