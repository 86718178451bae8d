"""What NTFS and WIM images share: reparse points, links of Windows, and its times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def moment(ticks: int) -> datetime | None:
    """A FILETIME (tenths of a microsecond since 1601) in whole microseconds; None for a year that no calendar has."""
    try:
        return _EPOCH + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None


def text(data: bytes) -> str:
    """A name in UTF-16 as Windows has them, with halves of pairs; a byte too many at the end is left out."""
    return data[: len(data) // 2 * 2].decode("utf-16-le", "surrogatepass")
