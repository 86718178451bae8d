"""File records of NTFS and the attributes that stand in them: their bytes, or the runs of clusters that hold those."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from hotfixcheck.targets.windowsfs import text

STANDARD_INFORMATION, ATTRIBUTE_LIST, FILE_NAME, DATA, INDEX_ROOT, INDEX_ALLOCATION, REPARSE_POINT = (
    *(0x10, 0x20, 0x30, 0x80, 0x90, 0xA0, 0xC0),
)
COMPRESSED, ENCRYPTED, SPARSE = 0x00FF, 0x4000, 0x8000
IN_USE, FOLDER = 1, 2
_END = 0xFFFFFFFF
_RESIDENT = struct.Struct("<2I 2B 3H I H")
_NON_RESIDENT = struct.Struct("<2Q 2H 4x 3Q")
_NAME = struct.Struct("<Q 56x 2B")
ONLY_DOS = 2  # name space of 8.3 names that stand beside a long one
RECORD_NUMBER = (1 << 48) - 1
"""Of a file reference; the 16 bits above say how often the record was used."""
MAX_ATTRIBUTES = 10_000  # of one file, most of them pieces of a much fragmented one


@dataclass(frozen=True, slots=True)
class Run:
    """`count` clusters of an attribute from its cluster `first`; they are the volume's from `place`, or none."""

    first: int
    count: int
    place: int | None


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute, or one of its pieces. Of a resident one there are the bytes, of another where they lie.

    `size` and `initialized` are in bytes; what lies between the two was never written and reads as zeros. `unit` is the
    number of clusters that are compressed together, 1 where none are.
    """

    kind: int
    name: str
    flags: int = 0
    data: bytes | None = None
    first: int = 0
    size: int = 0
    initialized: int = 0
    unit: int = 1
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A file record, its fixups put back: its attributes begin at `start` of `data`. `base` is the reference of the
    record that it is an extension of, 0 for one that stands by itself."""

    number: int
    sequence: int
    flags: int
    base: int
    data: bytes
    start: int

    @property
    def in_use(self) -> bool:
        return bool(self.flags & IN_USE)

    @property
    def is_folder(self) -> bool:
        return bool(self.flags & FOLDER)


def called(data: bytes) -> tuple[int, str] | None:
    """The folder's reference and the name that a $FILE_NAME says; None for an 8.3 name beside a long one, or damage."""
    if len(data) < _NAME.size:
        return None
    parent, characters, space = _NAME.unpack_from(data)
    name = data[_NAME.size : _NAME.size + 2 * characters]
    return None if space == ONLY_DOS or len(name) != 2 * characters or not name else (parent, text(name))


def attributes(record: Record, *kinds: int) -> Iterator[Attribute]:
    """The attributes that stand in a record: of `kinds`, and lists of attributes; all if none are named.

    Raises OSError for a damaged record.
    """
    data, at = record.data, record.start
    for _ in range(MAX_ATTRIBUTES):
        if at + 4 > len(data):
            break
        kind = int.from_bytes(data[at : at + 4], "little")
        if kind == _END:
            return
        if at + _RESIDENT.size > len(data):
            break
        _, length, resident, name_length, name_place, flags, _, size, place = _RESIDENT.unpack_from(data, at)
        if length < 24 or at + length > len(data) or length % 8 or name_place + 2 * name_length > length:
            break
        if not kinds or kind in kinds or kind == ATTRIBUTE_LIST:
            body = data[at : at + length]
            name = text(body[name_place : name_place + 2 * name_length]) if name_length else ""
            if not resident:
                if place + size > length:
                    break
                yield Attribute(kind, name, flags, body[place : place + size], size=size)
            else:
                yield _non_resident(kind, name, flags, body)
        at += length
    raise OSError(f"its record {record.number:,} in the master file table is damaged")


def standard_information(record: Record) -> bytes:
    """What a record's $STANDARD_INFORMATION has, b"" where it has none; raises OSError for a damaged record."""
    found = (each.data for each in attributes(record, STANDARD_INFORMATION) if each.kind == STANDARD_INFORMATION)
    return next((data for data in found if data is not None), b"")


def _non_resident(kind: int, name: str, flags: int, body: bytes) -> Attribute:
    if len(body) < 64:
        raise OSError("an attribute of it is cut short")
    first, last, place, unit, _, size, initialized = _NON_RESIDENT.unpack_from(body, 16)
    if unit > 16 or last + 1 - first > 1 << 48 or max(size, initialized) >= 1 << 63:
        raise OSError("an attribute of it is damaged")
    runs = tuple(_runs(body[place:], first))
    if runs and runs[-1].first + runs[-1].count != last + 1:
        raise OSError("the places of an attribute of it are damaged")
    return Attribute(kind, name, flags, None, first, size, initialized, 1 << unit, runs)


def _runs(data: bytes, first: int) -> Iterator[Run]:
    """Pairs of a length and a place relative to the one before, each in as few bytes as they need."""
    at, place = 0, 0
    while at < len(data) and (head := data[at]):
        lengths, places = head & 15, head >> 4
        count = int.from_bytes(data[at + 1 : at + 1 + lengths], "little")
        at += 1 + lengths + places
        if not 0 < lengths <= 8 or places > 8 or at > len(data) or not 0 < count < 1 << 48:
            raise OSError("the places of an attribute of it are damaged")
        if places:
            place += int.from_bytes(data[at - places : at], "little", signed=True)
            if not 0 <= place < 1 << 48:
                raise OSError("the places of an attribute of it are damaged")
        yield Run(first, count, place if places else None)
        first += count
