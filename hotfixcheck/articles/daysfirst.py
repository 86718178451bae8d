"""Tables that print days before months: 21/09/1999 shows how the 08/06/2000 beside it is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hotfixcheck.manifest.model import FileRow

_DATE = re.compile(r"(?<![\w/.-])([0-9]{1,2})([-/])([0-9]{1,2})\2(?:[0-9]{4}|[0-9]{2})(?![\w/.-])")
_MONTHS = 12
_DAYS = 31


def with_days_first(lines: Sequence[str], rows: list[tuple[int, FileRow]]) -> list[tuple[int, FileRow]]:
    """The rows of one table, whose lines are `lines`, with the dates that could be read either way as the others are.

    Dates are US ones unless they cannot be; one that cannot be speaks for its table, if no other speaks against it.
    """
    printed = [_DATE.search(lines[at]) for at, _ in rows]
    firsts = [int(found[1]) for found in printed if found]
    seconds = [int(found[3]) for found in printed if found]
    if not firsts or not _MONTHS < max(firsts) <= _DAYS or max(seconds) > _MONTHS:
        return rows
    return [
        (at, replace(row, date=_swapped(row.date)) if row.date and found and int(found[1]) <= _MONTHS else row)
        for (at, row), found in zip(rows, printed, strict=True)
    ]


def _swapped(day: date) -> date:
    return date(day.year, day.day, day.month)
