"""Times as formats store them."""

from __future__ import annotations

import struct
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


def iso_time(data: bytes) -> datetime | None:
    """Seven bytes (ECMA-119 9.1.5): year since 1900, month, day, hour, minute, second, and the zone in quarters of an
    hour; None for what is no time."""
    try:
        year, month, day, hour, minute, second, zone = struct.unpack("<6Bb", data)
        local = datetime(1900 + year, month, day, hour, minute, second, tzinfo=UTC)
        return local - timedelta(minutes=15 * zone)
    except (struct.error, ValueError, OverflowError):
        return None
