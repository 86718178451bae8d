"""What reading a row group will take, by the footer and by its pages themselves, before a library reads any of it.

A column chunk is a series of pages, each with a header that says how many values it has and how many bytes it becomes;
decompressing never gives more. So a chunk that has been walked holds no surprise: a few KB of zstd become 2 GB only
where a header says so. Source: the Parquet format, `FileMetaData` and `PageHeader` of parquet.thrift.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO

from hotfixcheck.fleet.thrift import ThriftError, struct

MOST_ROWS = 1 << 16
"""Rows of one row group."""

MOST_BYTES = 1 << 28
"""Bytes that the pages of one row group may become."""

_DATA, _DICTIONARY = 0, 2  # PageType
_TYPE, _BECOMES, _TAKES, _DATA_HEADER, _DICTIONARY_HEADER = 1, 2, 3, 5, 7  # fields of PageHeader
_VALUES, _ENCODING = 1, 2  # of DataPageHeader and DictionaryPageHeader
_PLAIN, _OLD_DICTIONARY, _RLE, _BY_DICTIONARY = 0, 2, 3, 8  # Encoding
_ENCODINGS = frozenset({_PLAIN, _OLD_DICTIONARY, _RLE, _BY_DICTIONARY})
"""What values may be encoded by. By DELTA_BYTE_ARRAY a byte in the page could be a megabyte in memory."""

_LARGEST_HEADER = 1 << 16  # statistics in it have the largest value

_ROW_GROUPS = 4  # field of FileMetaData
_COLUMNS, _ROWS = 1, 3  # of RowGroup
_FILE, _METADATA = 1, 3  # of ColumnChunk
_LENGTH, _FIRST_DATA, _FIRST_DICTIONARY = 7, 9, 11  # of ColumnMetaData


class PagesError(ValueError):
    """A chunk that is not as its metadata says, or too large to be read."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One column of a row group: where its pages begin, and how many bytes they take."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class RowGroup:
    rows: int
    chunks: tuple[Chunk, ...]


def row_groups(footer: bytes) -> tuple[RowGroup, ...]:
    """The row groups that a footer tells of; raises PagesError for what is no footer."""
    try:
        found, _ = struct(footer)
    except ThriftError as error:
        raise PagesError(str(error)) from None
    return tuple(_row_group(group) for group in _list(found.get(_ROW_GROUPS, [])))


def _row_group(group: Any) -> RowGroup:
    chunks = []
    for column in _list(_field(group, _COLUMNS)):
        if isinstance(column, dict) and _FILE in column:
            raise PagesError("a column is in another file")
        start, length = _number(column, _METADATA, _FIRST_DATA), _number(column, _METADATA, _LENGTH)
        if _FIRST_DICTIONARY in _field(column, _METADATA):
            start = min(start, _number(column, _METADATA, _FIRST_DICTIONARY))
        chunks.append(Chunk(start, length))
    return RowGroup(_number(group, _ROWS), tuple(chunks))


@dataclass(slots=True)
class Budget:
    """What the pages of a row group may still become, in bytes."""

    left: int = MOST_BYTES

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise PagesError(f"it becomes more than {MOST_BYTES:,} bytes")


def check_chunk(file: BinaryIO, chunk: Chunk, rows: int, budget: Budget) -> None:
    """Walk the pages of a column chunk; raises PagesError unless it has `rows` values and stays in the budget."""
    place, end = chunk.start, chunk.start + chunk.length
    if not 0 < place <= end <= file.seek(0, 2):
        raise PagesError("it lies outside the file")
    values = 0
    while place < end and values <= rows:
        file.seek(place)
        try:
            header, taken = struct(file.read(min(_LARGEST_HEADER, end - place)))
        except ThriftError:
            raise PagesError("a page has no readable header") from None
        place += taken + _number(header, _TAKES)
        if place > end:
            raise PagesError("a page is longer than its column")
        budget.spend(_number(header, _BECOMES))
        values += _values_in(header)
    if values != rows:
        raise PagesError(f"its pages have {values:,} values, and the row group {rows:,} rows")


def _values_in(header: dict[int, Any]) -> int:
    """How many rows a page has values of; raises PagesError for a page of another kind or encoding than ours."""
    kind = _number(header, _TYPE)
    field = {_DATA: _DATA_HEADER, _DICTIONARY: _DICTIONARY_HEADER}.get(kind)
    if field is None:
        raise PagesError(f"a page is of another kind ({kind})")
    if (encoding := _number(header, field, _ENCODING)) not in _ENCODINGS:
        raise PagesError(f"a page has another encoding ({encoding})")
    values = _number(header, field, _VALUES)
    return values if kind == _DATA else 0


def _number(found: Any, *path: int) -> int:
    """A count, length or place, which is never negative."""
    value = found
    for field in path:
        value = _field(value, field)
    if not isinstance(value, int) or value < 0:
        raise PagesError("a number in it is out of range")
    return value


def _field(found: Any, field: int) -> Any:
    if not isinstance(found, dict) or field not in found:
        raise PagesError("something in it is missing")
    return found[field]


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise PagesError("a list in it is none")
    return value
