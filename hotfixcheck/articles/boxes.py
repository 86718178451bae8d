"""Rows of boxed tables, whose cells stand between bars."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hotfixcheck.articles.cells import is_version
from hotfixcheck.articles.columns import Column, Header
from hotfixcheck.articles.rows import read_row
from hotfixcheck.manifest.model import FileRow


@dataclass(frozen=True, slots=True)
class BoxedRow:
    """A row, or the row above it with what this line adds."""

    row: FileRow
    continues: bool = False


def read_boxed_row(line: str, header: Header, previous: FileRow | None) -> BoxedRow | None:
    """The row between the bars of `line`; `previous` is the row above, if no rule parts them."""
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    columns = [heading.column for heading in header.headings]
    if len(cells) != len(columns):
        row = read_row(line.replace("|", " "), header)
        return BoxedRow(row) if row else None
    by_column = dict(zip(columns, cells, strict=True))
    name = by_column.get(Column.NAME, "")
    if previous and not name and any(cells):
        return BoxedRow(_with_more(previous, by_column), continues=True)
    if not name or " " in name or "\\" in name or is_version(name):
        row = read_row(line.replace("|", " "), header)
        return BoxedRow(row) if row else None
    notes = [text for column, text in by_column.items() if column is Column.OTHER and text]
    path = by_column.get(Column.PATH, "")
    # The name and free text are taken as they stand; the other cells say themselves what they are.
    plain = line
    for text in (*notes, path):
        plain = plain.replace(text, " " * len(text), 1) if text else plain
    row = read_row(plain.replace("|", " "), header) or FileRow(name)
    if notes:
        row = replace(row, note=" ".join([row.note, *notes] if row.note else notes))
    return BoxedRow(replace(row, name=name, path=path or row.path))


def _with_more(row: FileRow, cells: dict[Column, str]) -> FileRow:
    """The row above with the rest of its wrapped cells: text goes on, everything else is whole in one line."""
    more = " ".join(text for column, text in cells.items() if column in {Column.OTHER, Column.PLATFORM} and text)
    path = cells.get(Column.PATH, "")
    return replace(
        row,
        note=f"{row.note} {more}" if row.note and more else row.note or more or None,
        path=f"{row.path or ''}{path}" or None,
    )
