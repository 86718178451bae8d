"""File tables whose cells are apart already, of CSV files and of HTML: columns, and rows of the fix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from hotfixcheck.articles.cells import is_version, parse_date, parse_size, parse_time, platform_of
from hotfixcheck.articles.columns import Column, column_named
from hotfixcheck.articles.text import clean
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.platforms import Platform

Columns = tuple[Column | None, ...]
"""What each column holds, left to right; None for one that says nothing of a file: a hash, a size on disk."""

_DECISIVE = frozenset({Column.VERSION, Column.DATE, Column.DATE_AND_TIME, Column.SIZE})
_HEADING_LENGTH = 40
_LONGEST_CELL = 1000
_HASH = re.compile(r"hash|checksum|sha-?[0-9]|md5|crc", re.IGNORECASE)
_NOTHING = frozenset(
    {
        "", "-", "--", "---", "n/a", "(n/a)", "na", "none", "not applicable", "not available", "not versioned",
        "unversioned", "no version", "unknown", "n\\a",
    }
)  # fmt: skip
_NAME = re.compile(r"[\w$~!@#%&'+={}\[\]()^.,-]+(?: [\w$~!@#%&'+={}\[\]()^.,-]+)*")
_LONGEST_NAME = 260
_EXTENSION = re.compile(r".*[\w)}\]~$-]\.[A-Za-z0-9_$~-]{1,16}")
_SIZE = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")
_DOTTED = re.compile(r"[0-9]+(?:\.[0-9]+){2,3}\b")
_IS_VALUE = re.compile(r"[0-9][0-9.,:/-]*$|[0-9]{1,2}-[A-Za-z]{3}-[0-9]{2,4}$")
# A spreadsheet's day and month: which year it was cannot be known.
_PART_OF_DATE = re.compile(r"[0-9]{1,2}[-/.](?:[0-9]{1,2}|[A-Z][a-z]{2})")
_AND = re.compile(r"\s*(?:,|/|&|\band\b)\s*", re.IGNORECASE)
_COMPONENT = (".manifest", ".mum", ".cat")
HASHED_NAME_ALONE = "the name of a component's manifest, and nothing about it"


class RowProblem(ValueError):  # noqa: N818 - what is wrong with a row is a value for the report
    """Why a row was not taken."""


def is_nothing(text: str) -> bool:
    """True for an empty cell and for the words that stand for one."""
    return text.lower() in _NOTHING


def columns_of(cells: Sequence[str]) -> Columns | None:
    """The columns that a row names, None for a row that is no header of a file table."""
    if len(cells) < 2 or len(cells) > 64:
        return None
    named = [_named(cell) for cell in cells]
    if Column.NAME not in named or not _DECISIVE & set(named):
        return None
    unknown = [cell for cell, column in zip(cells, named, strict=True) if column is None and cell]
    if any(len(cell) > _HEADING_LENGTH or _DOTTED.search(cell) for cell in unknown):
        return None
    return tuple(
        Column.OTHER if column is None and cell and not _HASH.search(cell) else column if cell else None
        for cell, column in zip(cells, named, strict=True)
    )


@lru_cache(maxsize=1024)
def _named(cell: str) -> Column | None:
    return column_named(cell.rstrip(":*"))


def labelled(cells: Sequence[str]) -> tuple[Column, str] | None:
    """A row of a table on its side: `File name | Update.mum`, and below it `File size | 1,674`."""
    filled = [cell for cell in cells if cell]
    if not filled or filled[0] != cells[0] or len(filled) > 2 or (column := _named(filled[0])) is None:
        return None
    value = filled[1] if len(filled) == 2 else ""
    return None if value and _named(value) else (column, value)


def guessed_columns(cells: Sequence[str]) -> Columns | None:
    """The columns of a row that stands under no header, if its cells leave no doubt; None if they do.

    It begins with a file's name, and a version or a date is in it.
    """
    if len(cells) < 3 or not is_file_name(cells[0]):
        return None
    columns: list[Column | None] = [Column.NAME]
    for cell in cells[1:]:
        column = _guessed(cell)
        if column is None and not is_nothing(cell):
            if not cell[0].isalpha():
                return None
            column = Column.OTHER
        elif column in columns and column is not None:
            return None
        columns.append(column)
    if is_nothing(cells[1]) and Column.VERSION not in columns:
        columns[1] = Column.VERSION
    known = set(columns)
    return tuple(columns) if {Column.DATE, Column.VERSION} & known and Column.SIZE in known else None


def _guessed(cell: str) -> Column | None:
    if is_nothing(cell):
        return None
    if _DOTTED.match(cell):
        return Column.VERSION
    if _SIZE.fullmatch(cell):
        return Column.SIZE
    if parse_date(cell):
        return Column.DATE
    if parse_time(cell):
        return Column.TIME
    return Column.PLATFORM if platform_of(cell) else None


def is_kind(column: Column, cell: str) -> bool:
    """True if a cell is what stands in its column: a version, a date, a size."""
    if column is Column.VERSION:
        return bool(_DOTTED.match(cell))
    if column in {Column.DATE, Column.DATE_AND_TIME}:
        return parse_date(cell) is not None
    return column is Column.SIZE and bool(_SIZE.fullmatch(cell))


def is_file_name(text: str) -> bool:
    """True for what can be a file's name and has an extension, a folder before it or not."""
    name = text.replace("/", "\\").rpartition("\\")[2]
    return 0 < len(name) <= _LONGEST_NAME and bool(_EXTENSION.fullmatch(name)) and not parse_size(name)


@dataclass(slots=True)
class _Facts:
    """What the cells of one row say."""

    name: str = ""
    path: str | None = None
    version: str | None = None
    date: date | None = None
    time: str | None = None
    size: int | None = None
    size_approx: bool = False
    platforms: tuple[Platform, ...] = ()
    notes: list[str] = field(default_factory=list)


def rows_of(columns: Columns, cells: Sequence[str], platform: Platform | None = None) -> tuple[FileRow, ...]:
    """The file rows that a table's row states: one, or one for each of several platforms in a cell.

    `platform` is that of a caption over the row, for tables without a platform column. Raises RowProblem.
    """
    facts = _Facts()
    for column, cell in zip(columns, cells, strict=False):
        if len(cell) > _LONGEST_CELL:
            raise RowProblem(f"a cell has {len(cell):,} characters")
        if cell and column is not None:
            _READERS[column](facts, cell)
    if not facts.name:
        raise RowProblem("it has no file name")
    if platform and not facts.platforms and Column.PLATFORM not in columns:
        facts.platforms = (platform,)
    states_nothing = facts.version is None and facts.date is None and facts.size is None
    if states_nothing and facts.name.lower().endswith(_COMPONENT):
        raise RowProblem(HASHED_NAME_ALONE)
    return tuple(
        FileRow(
            name=facts.name,
            platform=each,
            path=facts.path,
            version=facts.version,
            date=facts.date,
            time=facts.time,
            size=facts.size,
            size_approx=facts.size_approx,
            note=", ".join(facts.notes) or None,
        )
        for each in facts.platforms or (None,)
    )


def _read_name(facts: _Facts, cell: str) -> None:
    folder, _, name = cell.replace("/", "\\").rpartition("\\")
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name) or _IS_VALUE.match(name) or _is_words(name):
        raise RowProblem(f"{cell[:60]!r} is no file name")
    facts.name = name
    if folder:
        facts.path = clean(cell)


def _is_words(name: str) -> bool:
    """True for `Windows 10`: tables of products have a column Name too."""
    return " " in name and not _EXTENSION.fullmatch(name)


def _read_path(facts: _Facts, cell: str) -> None:
    if not is_nothing(cell):
        facts.path = clean(cell)


def _read_version(facts: _Facts, cell: str) -> None:
    if is_nothing(cell):
        return
    if not is_version(cell):
        raise RowProblem(f"{cell[:60]!r} is no file version")
    facts.version = cell


def _read_date(facts: _Facts, cell: str) -> None:
    if is_nothing(cell):
        return
    if _PART_OF_DATE.fullmatch(cell):
        return
    if (day := parse_date(cell)) is None:
        raise RowProblem(f"{cell[:60]!r} is no date")
    facts.date = day


def _read_time(facts: _Facts, cell: str) -> None:
    if is_nothing(cell):
        return
    if (time := parse_time(cell)) is None:
        raise RowProblem(f"{cell[:60]!r} is no time")
    facts.time = time


def _read_date_and_time(facts: _Facts, cell: str) -> None:
    """`ModifiedTime` stands over a date, over a time, or over both."""
    day, _, time = cell.partition(" ")
    if time and parse_date(day) and parse_time(time.strip()):
        _read_date(facts, day)
        _read_time(facts, time.strip())
    elif facts.date is None:
        _read_date(facts, cell)
    else:
        _read_time(facts, cell)


def _read_size(facts: _Facts, cell: str) -> None:
    if is_nothing(cell):
        return
    if (size := parse_size(cell)) is None or size[0] >= 2**53:
        raise RowProblem(f"{cell[:60]!r} is no size")
    facts.size, facts.size_approx = size


def _read_platform(facts: _Facts, cell: str) -> None:
    if is_nothing(cell):
        return
    if one := platform_of(cell):
        facts.platforms = (one,)
        return
    several = [platform_of(each) for each in _AND.split(cell)]
    known = tuple(dict.fromkeys(each for each in several if each))
    if known and all(several):
        facts.platforms = known
    else:
        facts.notes.append(clean(cell))


def _read_other(facts: _Facts, cell: str) -> None:
    if not is_nothing(cell):
        facts.notes.append(clean(cell))


_READERS = {
    Column.NAME: _read_name,
    Column.PATH: _read_path,
    Column.VERSION: _read_version,
    Column.DATE: _read_date,
    Column.TIME: _read_time,
    Column.DATE_AND_TIME: _read_date_and_time,
    Column.SIZE: _read_size,
    Column.PLATFORM: _read_platform,
    Column.OTHER: _read_other,
}
