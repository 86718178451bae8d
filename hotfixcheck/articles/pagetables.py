"""The tables of a web page while they are read, and what becomes of them: grids, or the parts that they lay out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hotfixcheck.articles.pageparts import Grid, Kind, Part, Text

_MAX_SPAN = 64
_FEWEST_COLUMNS = 3


@dataclass(slots=True)
class Flow:
    """What has come so far, of the page or of one cell."""

    parts: list[Part] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    kind: Kind = Kind.PARAGRAPH
    tag: str = ""


@dataclass(slots=True)
class Row:
    """The line of the page where it begins, and each cell with the columns and the rows it spans."""

    line: int
    cells: list[tuple[Flow, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class OpenTable:
    """The rows so far, and the cell that is open, which is the last of the last row."""

    rows: list[Row] = field(default_factory=list)
    cell: Flow | None = None


def parts_of(rows: Sequence[Row]) -> Iterator[Part]:
    """What the rows of a table are: a grid of those that follow each other, and between grids the parts of each row
    that a page is laid out by."""
    plain: list[Row] = []
    for row in rows:
        between = _split_off(row, is_last=row is rows[-1])
        is_layout = any(_is_layout(cell) for cell, _, _ in row.cells)
        if is_layout:
            between = [part for cell, _, _ in row.cells for part in cell.parts]
        else:
            plain.append(row)
        if is_layout or between:
            if plain:
                yield Grid(tuple(_spread(plain)))
                plain = []
            yield from between
    if plain:
        yield Grid(tuple(_spread(plain)))


def _split_off(row: Row, *, is_last: bool) -> list[Part]:
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


def span(text: str | None) -> int:
    return min(max(int(text), 1), _MAX_SPAN) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1


def _is_layout(cell: Flow) -> bool:
    """True for a cell that holds more than a cell of a table does."""
    return any(not isinstance(part, Text) for part in cell.parts) or (
        len(cell.parts) > 1 and any(isinstance(part, Text) and part.kind is Kind.HEADING for part in cell.parts)
    )


def _spread(table_rows: Sequence[Row]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows with every cell in its column."""
    hanging: dict[int, tuple[int, str]] = {}
    for row in table_rows:
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
