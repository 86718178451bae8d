"""Times as formats store them."""

from __future__ import annotations

from datetime import UTC, datetime


def dos_time(day: int, clock: int) -> datetime | None:
    """The local time of nobody knows where, in steps of two seconds, taken for UTC; None for what is no time."""
    try:
        return datetime(
            *(1980 + (day >> 9), day >> 5 & 15, day & 31, clock >> 11, clock >> 5 & 63, (clock & 31) * 2), tzinfo=UTC
        )
    except ValueError:
        return None
