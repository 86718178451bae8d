"""Times as formats store them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def dos_time(day: int, clock: int) -> datetime | None:
    """The local time of nobody knows where, in steps of two seconds, taken for UTC; None for what is no time."""
    try:
        return datetime(
            *(1980 + (day >> 9), day >> 5 & 15, day & 31, clock >> 11, clock >> 5 & 63, (clock & 31) * 2), tzinfo=UTC
        )
    except ValueError:
        return None


def filetime(ticks: int) -> datetime | None:
    """A FILETIME (tenths of a microsecond since 1601) in whole microseconds; None for a year that no calendar has."""
    try:
        return _FILETIME_EPOCH + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None
