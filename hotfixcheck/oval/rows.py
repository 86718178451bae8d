"""One row of a file table as tests of the file: when it is missing the fix, and when that cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.oval.logic import (
    ALWAYS,
    NEVER,
    Datatype,
    Entity,
    Expression,
    FileObject,
    Operation,
    Test,
    Undecided,
    every,
    some,
    without,
)

_KB, _MB = 1024, 1024 * 1024
_FILETIME = datetime(1601, 1, 1, tzinfo=UTC)
_HIGHEST = 0xFFFF

NO_VERSION, LOWEST_VERSION = FileVersion(0, 0, 0, 0), FileVersion(0, 0, 0, 1)
"""A file without a version is shown with all parts 0: an item with a status in place of a version crashes OpenSCAP
1.3.7. Engines that look at files themselves find no version then, and the test for the lowest one is false as well."""

# Design rule 8.
_DAYS_BEFORE, _DAYS_AFTER, _SURELY_OLDER = 14, 1, 2
_SLACK = timedelta(hours=26)
_FIRST_LINK, _LAST_LINK = datetime(1992, 1, 1, tzinfo=UTC), datetime(2017, 1, 1, tzinfo=UTC)
_DELPHI = 0x2A425E19


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of one table, as what an engine can ask: `present`, and `missing`, which is unknown where it is undecided.

    `key` is true where the registry says installed: it decides only what nothing else does (design rule 11).
    """

    present: Expression
    missing: Expression


def requirement(row: FileRow, file: FileObject, header: FileObject, key: Expression) -> Requirement:
    """Design rules 3, 4 and 8 of `row`, whose files are `file` and, for their PE header, `header`."""
    present = Test(file, (), f"{row.name} is there")
    missing = _by_version(row, file, key) if row.version else _by_date_and_size(row, file, header, key)
    return Requirement(present, every(present, missing))


def _undecided(when: Expression, key: Expression, why: str) -> Expression:
    return every(when, without(key), Undecided(why))


# --- versions --------------------------------------------------------------------------------------------------------


def _by_version(row: FileRow, file: FileObject, key: Expression) -> Expression:
    """Rule 3: older by number is missing, without any version nothing is told. Rule 4: never across the top bit."""
    required = FileVersion.parse(row.version or "")
    has_version = _version(file, Operation.AT_LEAST, LOWEST_VERSION)
    older = every(has_version, _version(file, Operation.LESS, required))
    nothing = _undecided(without(has_version), key, f"{row.name} has no version")
    if not required.is_nt4:
        return some(older, nothing)
    first, last = (0, 0x7FFF) if required.is_terminal_server_build else (0x8000, _HIGHEST)
    across = _nt4_between(file, first, last)
    undecided = every(across, Undecided("a Terminal Server build and a plain one cannot be compared"))
    return some(every(older, without(across)), undecided, nothing)


def _nt4_between(file: FileObject, first: int, last: int) -> Expression:
    low, high = (FileVersion(4, 0, 1381, revision) for revision in (first, last))
    return every(_version(file, Operation.AT_LEAST, low), _version(file, Operation.AT_MOST, high))


def _version(file: FileObject, operation: Operation, version: FileVersion) -> Test:
    state = Entity("version", str(version), operation, Datatype.VERSION)
    return Test(file, (state,), f"{file.name} has a version {operation} {version}")


# --- dates and sizes -------------------------------------------------------------------------------------------------


def _by_date_and_size(row: FileRow, file: FileObject, header: FileObject, key: Expression) -> Expression:
    """Rule 8."""
    if row.date is None:
        return _undecided(ALWAYS, key, "the article gives no version and no date")
    same = NEVER if row.size is None else _same_size(row, row.size, file)
    other = NEVER if row.size is None else without(same)
    linked = _linked_at(header)
    return some(
        every(linked, _by_link_time(row.date, header, same, other, key)),
        every(without(linked), _by_file_time(row, row.date, file, same, other, key)),
    )


def _by_link_time(day: date, header: FileObject, same: Expression, other: Expression, key: Expression) -> Expression:
    later = _linked(header, Operation.AT_LEAST, _midnight(day, _DAYS_AFTER + 1))
    near = every(same, _linked(header, Operation.AT_LEAST, _midnight(day, -_DAYS_BEFORE)))
    missing = every(other, _linked(header, Operation.LESS, _midnight(day, -_SURELY_OLDER)))
    open_ = without(some(later, near, missing))
    return some(missing, _undecided(open_, key, "neither size nor link time says which file this is"))


def _by_file_time(
    row: FileRow, day: date, file: FileObject, same: Expression, other: Expression, key: Expression
) -> Expression:
    stamp = datetime.combine(day, time.fromisoformat(row.time) if row.time else time(), tzinfo=UTC) - _SLACK
    earlier, not_earlier = _changed(file, Operation.LESS, stamp), _changed(file, Operation.AT_LEAST, stamp)
    missing, fixed = every(other, earlier), every(same, not_earlier)
    open_ = without(some(missing, fixed))
    return some(missing, _undecided(open_, key, "the file's time and size do not agree"))


def _linked_at(header: FileObject) -> Expression:
    """A link time that can be believed; one that is a hash is not told from others by any OVAL test."""
    borland = Entity("time_date_stamp", str(_DELPHI), Operation.EQUALS, Datatype.INT)
    return every(
        _linked(header, Operation.AT_LEAST, _FIRST_LINK),
        _linked(header, Operation.LESS, _LAST_LINK),
        without(Test(header, (borland,), f"{header.name} has the stamp of Borland's linkers")),
    )


def _linked(header: FileObject, operation: Operation, moment: datetime) -> Test:
    state = Entity("time_date_stamp", str(int(moment.timestamp())), operation, Datatype.INT)
    return Test(header, (state,), f"{header.name} has a link time {operation} {moment:%Y-%m-%d}")


def _changed(file: FileObject, operation: Operation, moment: datetime) -> Test:
    state = Entity("m_time", str(filetime(moment)), operation, Datatype.INT)
    return Test(file, (state,), f"{file.name} has a file time {operation} {moment:%Y-%m-%d %H:%M}")


def filetime(moment: datetime) -> int:
    """Hundreds of nanoseconds since 1601, as OVAL's m_time counts."""
    return (moment - _FILETIME) // timedelta(microseconds=1) * 10


def _midnight(day: date, days: int) -> datetime:
    return datetime.combine(day + timedelta(days), time(), tzinfo=UTC)


def _same_size(row: FileRow, size: int, file: FileObject) -> Expression:
    """Equal, or within half of the unit of an approximate size: the largest that it is a whole number of."""
    if not row.size_approx:
        return Test(file, (_size(Operation.EQUALS, size),), f"{row.name} has {size:,} bytes")
    units = (_MB, _MB / 10, _KB) if size >= _MB else (_KB,)
    unit = next((unit for unit in units if abs(size - round(size / unit) * unit) < 1), _KB / 10)
    low, high = -int(-(size - unit / 2) // 1), int(size + unit / 2)
    states = (_size(Operation.AT_LEAST, low), _size(Operation.AT_MOST, high))
    return every(*(Test(file, (state,), f"{row.name} has about {size:,} bytes") for state in states))


def _size(operation: Operation, size: int) -> Entity:
    return Entity("size", str(size), operation, Datatype.INT)
