"""Tables on their side in text: `File name Update.mum`, and on the lines below it `File size 1,674` and the others."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence

from hotfixcheck.articles.grid import is_file_name

_LABEL = re.compile(
    r"\s*(?P<label>File name|File version|File size|Date(?: \(UTC\))?|Time(?: \(UTC\))?|Platform|SP requirement"
    r"|Service branch)\s+(?P<value>\S.*?)\s*$",
    re.IGNORECASE,
)
_FEWEST = 3
_LONGEST_LINE = 400


def records(lines: Sequence[str], at: int) -> Generator[tuple[int, str], None, int]:
    """The records that begin at `lines[at]` as a boxed table, each line with its place; returns the place behind.

    Nothing is given, and `at` returned, where no record begins.
    """
    end = at
    header: tuple[str, ...] = ()
    if not lines[at] or lines[at].isspace():
        return end
    while (found := _record(lines, end)) and (not header or found[0] == header):
        labels, values, start, end = found
        if not header:
            header = labels
            yield start, f"| {' | '.join(labels)} |"
        yield start, f"| {' | '.join(values)} |"
    return end


def _record(lines: Sequence[str], at: int) -> tuple[tuple[str, ...], tuple[str, ...], int, int] | None:
    """The labels and values of one record, and its places; None where `lines[at]` begins none."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    start = at
    pairs: dict[str, str] = {}
    while at < len(lines) and len(lines[at]) < _LONGEST_LINE and (found := _LABEL.match(lines[at])):
        if found["label"] in pairs:
            break
        pairs[found["label"]] = found["value"]
        at += 1
    first = next(iter(pairs.items()), ("", ""))
    if len(pairs) < _FEWEST or first[0].lower() != "file name" or not is_file_name(first[1]):
        return None
    return tuple(pairs), tuple(pairs.values()), start, at
