"""One row of a file table as tests of the file: when it is missing the fix, and when that cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.oval.logic import (
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

NO_VERSION, LOWEST_VERSION = FileVersion(0, 0, 0, 0), FileVersion(0, 0, 0, 1)
"""A file without a version is shown with all parts 0: an item with a status in place of a version crashes OpenSCAP
1.3.7. Engines that look at files themselves find no version then, and the test for the lowest one is false as well."""

# Design rule 8.
_DAYS_BEFORE, _DAYS_AFTER, _SURELY_OLDER = 14, 1, 2
_SLACK = timedelta(hours=26)
_FIRST_LINK, _LAST_LINK = datetime(1992, 1, 1, tzinfo=UTC), datetime(2017, 1, 1, tzinfo=UTC)
_DELPHI = 0x2A425E19


def row_missing(row: FileRow, file: FileObject, header: FileObject, key: Expression) -> Expression:
    """When the file is missing the fix by this row alone; unknown where nothing decides.

    `file` and `header` are the objects of the file. `key` is true where the registry says that the fix is installed: it
    decides only what nothing else does (design rule 11).
    """
    dates = _by_dates(row, file, header)
    by_dates_alone = some(
        dates.missing,
        undecided(
            without(some(dates.missing, dates.identical, dates.later)),
            key,
            f"{row.name}: neither date nor size decides",
        ),
    )
    if row.version is None:
        return by_dates_alone
    # A later link time alone is not enough for a file without a version: a later file would have one.
    told = some(dates.missing, dates.identical)
    nothing = every(
        without(version_of_file(file, Operation.AT_LEAST, LOWEST_VERSION)),
        some(dates.missing, undecided(without(told), key, f"{row.name} has no version")),
    )
    required = FileVersion.parse(row.version)
    if not required.is_no_nt4_version:
        return some(_by_version(required, file), nothing)
    is_nt4 = between(file, *(FileVersion(4, 0, 1381, revision) for revision in (0, 0xFFFF)))
    compared = some(_by_version(required, file), nothing)
    return some(every(is_nt4, by_dates_alone), every(without(is_nt4), compared))


def undecided(when: Expression, key: Expression, why: str) -> Expression:
    """Unknown where `when` is true and no registry key says otherwise, else false."""
    return every(when, without(key), Undecided(why))


# --- versions --------------------------------------------------------------------------------------------------------


def _by_version(required: FileVersion, file: FileObject) -> Expression:
    """Design rule 3: older by number. Rule 4: never across the top bit of NT 4.0's revisions."""
    older = older_than(required, file)
    if not required.is_nt4:
        return older
    first, last = (0, 0x7FFF) if required.is_terminal_server_build else (0x8000, 0xFFFF)
    low, high = (FileVersion(4, 0, 1381, revision) for revision in (first, last))
    across = between(file, low, high)
    return some(
        every(older, without(across)),
        every(across, Undecided("a Terminal Server build and a plain one cannot be compared")),
    )


def older_than(required: FileVersion, file: FileObject) -> Expression:
    """A version, and an older one."""
    has_version = version_of_file(file, Operation.AT_LEAST, LOWEST_VERSION)
    return every(has_version, version_of_file(file, Operation.LESS, required))


def between(file: FileObject, low: FileVersion, high: FileVersion) -> Expression:
    """A version from `low` to `high`, both included."""
    return every(version_of_file(file, Operation.AT_LEAST, low), version_of_file(file, Operation.AT_MOST, high))


def version_of_file(file: FileObject, operation: Operation, version: FileVersion) -> Test:
    """The file's version held against `version`, which stands on the right of `operation`."""
    state = Entity("version", str(version), operation, Datatype.VERSION)
    return Test(file, (state,), f"{file.name} has a version {operation} {version}")


# --- dates and sizes -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Dates:
    """What date and size say (design rule 8): at most one of the three is true."""

    missing: Expression = NEVER
    identical: Expression = NEVER
    later: Expression = NEVER


def _by_dates(row: FileRow, file: FileObject, header: FileObject) -> _Dates:
    if row.date is None:
        return _Dates()
    same = same_size(row, file)
    other = NEVER if row.size is None else without(same)
    linked, day = _linked_at(header), row.date

    later = _linked(header, Operation.AT_LEAST, _midnight(day, _DAYS_AFTER + 1))
    near = every(same, _linked(header, Operation.AT_LEAST, _midnight(day, -_DAYS_BEFORE)), without(later))
    before = every(other, _linked(header, Operation.LESS, _midnight(day, -_SURELY_OLDER)))

    stamp = datetime.combine(day, time.fromisoformat(row.time) if row.time else time(), tzinfo=UTC) - _SLACK
    earlier, not_earlier = _changed(file, Operation.LESS, stamp), _changed(file, Operation.AT_LEAST, stamp)
    return _Dates(
        missing=some(every(linked, before), every(without(linked), other, earlier)),
        identical=some(every(linked, near), every(without(linked), same, not_earlier)),
        later=every(linked, later),
    )


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


def same_size(row: FileRow, file: FileObject) -> Expression:
    """Equal, or within half of the unit of an approximate size: the largest that it is a whole number of."""
    size = row.size
    if size is None:
        return NEVER
    if not row.size_approx:
        return Test(file, (_size(Operation.EQUALS, size),), f"{row.name} has {size:,} bytes")
    units = (_MB, _MB / 10, _KB) if size >= _MB else (_KB,)
    unit = next((unit for unit in units if abs(size - round(size / unit) * unit) < 1), _KB / 10)
    low, high = -int(-(size - unit / 2) // 1), int(size + unit / 2)
    states = (_size(Operation.AT_LEAST, low), _size(Operation.AT_MOST, high))
    return every(*(Test(file, (state,), f"{row.name} has about {size:,} bytes") for state in states))


def _size(operation: Operation, size: int) -> Entity:
    return Entity("size", str(size), operation, Datatype.INT)
