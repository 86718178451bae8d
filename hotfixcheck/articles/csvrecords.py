"""The records of a CSV of files: its encoding, what parts its cells, and which of its dates begin with the day."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence

from hotfixcheck.articles.columns import Column
from hotfixcheck.articles.grid import columns_of, guessed_columns, is_file_name, labelled
from hotfixcheck.articles.text import MAX_LINE, clean, decode

HEAD = 16_384  # bytes that tell the encoding, and of which kind a document is
_MOST_JOINED = 20  # lines of one quoted cell: a note, not half of a file behind a stray quote
_DAY_AND_MONTH = re.compile(
    r"(?P<first>[0-9]{1,2})(?P<mark>[-/.])(?P<second>[0-9]{1,2})(?P=mark)(?P<year>(?:19|20)[0-9]{2})(?![0-9.])"
)
_A_DATE = re.compile(rf"(?<![\w./-]){_DAY_AND_MONTH.pattern}")
_MONTHS = 12
_LONGEST_ROW = 4096


def decoded(data: bytes) -> str | None:
    """Text of any encoding that spreadsheets save in; None for binary data."""
    head = data[:HEAD]
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        low_first = head[0::2].count(0) < head[1::2].count(0)
        data = (codecs.BOM_UTF16_LE if low_first else codecs.BOM_UTF16_BE) + data
    text = decode(data)
    return None if "\0" in text else text


def delimiter_of(lines: Sequence[str], data: bytes) -> str | None:
    """What parts the cells: the first character under which a header or two rows of files appear.

    A tab only where the encoding is marked, as spreadsheets do: text tables have tabs too.
    """
    marked = data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for delimiter in ",;\t" if marked else ",;":
        rows = 0
        for line in lines:
            if delimiter not in line or len(line) > MAX_LINE:
                continue
            cells = _cells(line, delimiter)
            if columns_of(cells) or _is_labelled_name(cells):
                return delimiter
            rows += guessed_columns(cells) is not None
            if rows == 2:
                return delimiter
    return None


def day_first_marks(lines: Sequence[str], delimiter: str) -> frozenset[str]:
    """The marks between the parts of dates that begin with the day: `15-10-2021` shows it for all with a dash.

    Without such a date those with dots do, and those of a list that is parted by semicolons: both are written where
    the day comes first.
    """
    day, month = set(), set()
    for line in lines:
        if len(line) < _LONGEST_ROW and (found := _A_DATE.search(line)):
            day |= {found["mark"]} if int(found["first"]) > _MONTHS else set()
            month |= {found["mark"]} if int(found["second"]) > _MONTHS else set()
    supposed = {"."} | ({"/", "-"} if delimiter == ";" else set())
    return frozenset((day | supposed) - month)


def year_first(cell: str, day_first: frozenset[str]) -> str:
    """A date between the marks of `day_first` as 2021-10-15, whatever follows it; any other cell as it is."""
    found = _DAY_AND_MONTH.match(cell)
    if found is None or found["mark"] not in day_first:
        return cell
    return f"{found['year']}-{found['second']}-{found['first']}{cell[found.end() :]}"


def _is_labelled_name(cells: Sequence[str]) -> bool:
    pair = labelled(cells)
    return pair is not None and pair[0] is Column.NAME and is_file_name(pair[1])


def records(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Each record with its first line, counted from 1; None for a line that is too long."""
    at = 0
    while at < len(lines):
        line = lines[at]
        start = at
        at += 1
        if len(line) > MAX_LINE:
            yield start + 1, None
            continue
        if '"' in line and line.count('"') % 2 and (joined := _joined(lines, start, delimiter)):
            at, line = joined
        yield start + 1, _cells(line, delimiter)


def _joined(lines: Sequence[str], start: int, delimiter: str) -> tuple[int, str] | None:
    """The lines of a quoted cell with line breaks, as one; None where its quote does not end before the next row."""
    for end in range(start + 1, min(start + _MOST_JOINED, len(lines))):
        if len(lines[end]) > MAX_LINE or is_file_name(lines[end].partition(delimiter)[0].strip(' "')):
            return None
        if lines[end].count('"') % 2:
            return end + 1, " ".join(lines[start : end + 1])
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return [cell.strip() for cell in line.split(delimiter)]
    try:
        return [clean(cell) for row in csv.reader([line], delimiter=delimiter) for cell in row]
    except csv.Error:
        return [cell.strip(' "') for cell in line.split(delimiter)]
