"""What reading a row group will take, from its pages themselves: the metadata that says so may lie.

A column chunk is a series of pages, each with a header in Thrift's compact protocol that says how many values it has
and how many bytes it becomes; decompressing never gives more. So a chunk that has been walked holds no surprise: a few
KB of zstd become 2 GB only where a header says so. Source: the Parquet format, `PageHeader` of parquet.thrift.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO

MOST_ROWS = 1 << 16
"""Rows of one row group."""

MOST_BYTES = 1 << 28
"""Bytes that the pages of one row group may become."""

_DATA, _DICTIONARY = 0, 2  # PageType
_TYPE, _BECOMES, _TAKES, _DATA_HEADER, _DICTIONARY_HEADER = 1, 2, 3, 5, 7  # fields of PageHeader
_VALUES = 1  # of DataPageHeader and DictionaryPageHeader
_LARGEST_HEADER = 1 << 16  # statistics in it have the largest value
_DEEPEST = 4


class PagesError(ValueError):
    """A chunk that is not as its metadata says, or too large to be read."""


@dataclass(slots=True)
class Budget:
    """What the pages of a row group may still become, in bytes."""

    left: int = MOST_BYTES

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise PagesError(f"it becomes more than {MOST_BYTES:,} bytes")


def check_chunk(file: BinaryIO, chunk: Any, rows: int, budget: Budget) -> None:
    """Walk the pages of a column chunk, whose metadata is `chunk`; raises PagesError unless it has `rows` values."""
    start, length = chunk.data_page_offset, chunk.total_compressed_size
    if chunk.has_dictionary_page and chunk.dictionary_page_offset is not None:
        start = min(start, chunk.dictionary_page_offset)
    end = file.seek(0, 2)
    if not 0 < start <= start + length <= end:
        raise PagesError("it lies outside the file")
    place, values = start, 0
    while place < start + length:
        file.seek(place)
        header, taken = _page_header(file.read(min(_LARGEST_HEADER, start + length - place)))
        kind, becomes, takes = (_number(header, field) for field in (_TYPE, _BECOMES, _TAKES))
        place += taken + takes
        if place > start + length:
            raise PagesError("a page is longer than its column")
        budget.spend(becomes)
        if kind == _DATA:
            values += _number(header, _DATA_HEADER, _VALUES)
        elif kind == _DICTIONARY:
            _number(header, _DICTIONARY_HEADER, _VALUES)
        else:
            raise PagesError(f"a page is of another kind ({kind})")
        if values > rows:
            break
    if values != rows:
        raise PagesError(f"its pages have {values:,} values, and the row group {rows:,} rows")


def _number(header: dict[int, Any], *path: int) -> int:
    """A count or length of the header, which is never negative."""
    value: Any = header
    for field in path:
        value = value.get(field) if isinstance(value, dict) else None
    if not isinstance(value, int) or value < 0:
        raise PagesError("a page has no readable header")
    return value


# --- Thrift's compact protocol ---------------------------------------------------------------------------------------

_TRUE, _FALSE, _BYTE, _INTEGERS, _DOUBLE, _BINARY, _STRUCT = 1, 2, 3, (4, 5, 6), 7, 8, 12


def _page_header(data: bytes) -> tuple[dict[int, Any], int]:
    try:
        return _struct(data, 0, 0)
    except IndexError:
        raise PagesError("a page has no readable header") from None


def _struct(data: bytes, place: int, depth: int) -> tuple[dict[int, Any], int]:
    """The fields of a struct by number, and where it ends; IndexError where it goes on behind the end."""
    if depth > _DEEPEST:
        raise PagesError("a page's header is nested too deep")
    found: dict[int, Any] = {}
    field = 0
    while head := data[place]:
        place += 1
        if head >> 4:
            field += head >> 4
        else:
            number, place = _varint(data, place)
            field = _signed(number)
        kind = head & 15
        if kind in _INTEGERS:
            number, place = _varint(data, place)
            found[field] = _signed(number)
        elif kind == _BINARY:
            length, place = _varint(data, place)
            place += length
        elif kind == _STRUCT:
            found[field], place = _struct(data, place, depth + 1)
        elif kind in {_BYTE, _DOUBLE}:
            place += 1 if kind == _BYTE else 8
        elif kind not in {_TRUE, _FALSE}:
            raise PagesError("a page has no readable header")
    return found, place + 1


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise PagesError("a page has no readable header")


def _signed(number: int) -> int:
    return number >> 1 ^ -(number & 1)
