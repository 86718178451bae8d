"""E01, the evidence files of EnCase and FTK (Expert Witness Format, version 1), in segments E01, E02, …"""

from __future__ import annotations

import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_uppercase

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.blocks import Blocks, Recent, exactly
from hotfixcheck.targets.disks.ewfsegments import (
    CHUNKS_KEPT,
    MAX_CHUNK,
    MAX_SECTIONS,
    SECTOR_SIZES,
    ChunkTable,
    Entries,
    checksum,
    segment_ending,
)
from hotfixcheck.targets.tree import ByteSource

NAME = "E01"
_SIGNATURE = b"EVF\x09\x0d\x0a\xff\x00"
_LOGICAL = b"LVF\x09\x0d\x0a\xff\x00"
MARKS = ((0, _SIGNATURE), (0, _LOGICAL))
_HEADER = 13
_SECTION = struct.Struct("<16s 2Q 40x I")  # kind, place of the next, size with this, checksum of what is before
_VOLUME, _VOLUME_SIZE = struct.Struct("<4x 3I Q"), 94
_TABLE, _ENTRY_SIZE = struct.Struct("<I 4x Q 4x I"), 4
_CHECKSUM_SIZE = 4
_MAX_SEGMENTS = 14_971  # .E01 to .ZZZ
_COMPRESSED = 0x80000000
_MAX_GROWN = 1 << 16  # bytes that a chunk may be longer than what it holds: what deflate would make larger is stored
_SPILL = 1 << 12  # bytes that are read behind a chunk whose end is not known


@dataclass(frozen=True, slots=True)
class _Volume:
    chunks: int
    sectors_a_chunk: int
    sector: int
    sectors: int


@dataclass(frozen=True, slots=True)
class _Table(ChunkTable):
    """The places of its chunks count from `base`; all of them end at `end` at the latest."""

    base: int
    end: int


def detect(source: ByteSource) -> bool:
    return source.read(0, 8) in {_SIGNATURE, _LOGICAL}


def open_disk(source: ByteSource, beside: Beside) -> ByteSource:
    """The disk in an E01 and the segments beside it; raises OSError for damaged ones, and where one is missing."""
    if source.read(0, 8) == _LOGICAL:
        raise OSError("it is logical evidence (L01), which holds files and no disk, and is not read")
    volume: _Volume | None = None
    tables: list[_Table] = []
    first = 0
    for number, segment in enumerate(_segments(source, beside), start=1):
        header = segment.read(0, _HEADER)
        if header[:8] != _SIGNATURE or int.from_bytes(header[9:11], "little") != number:
            raise OSError(f"segment {number} of the E01 is not what it should be")
        data_end = 0
        for kind, place, size in _sections(segment):
            if kind in {"volume", "disk"} and volume is None:
                volume = _volume(exactly(segment, place, min(size, _VOLUME_SIZE)))
            elif kind == "sectors":
                data_end = place + size
            elif kind == "table" and volume is not None:
                tables.append(_table(segment, place, size, first, data_end or place))
                first += tables[-1].count
    if volume is None:
        raise OSError("the E01 is damaged: nothing says how large its disk is")
    if first < volume.chunks:
        raise OSError(f"the E01 is cut short: it names {first:,} of {volume.chunks:,} chunks; is a segment missing?")
    return _Chunks(volume, tables)


def _segments(source: ByteSource, beside: Beside) -> Iterator[ByteSource]:
    """The segments in order; the last has a section "done", the others "next"."""
    segment = source
    for number in range(1, _MAX_SEGMENTS):
        yield segment
        if not any(kind == "next" for kind, _, _ in _sections(segment)):
            return
        segment = beside.open(beside.ending(ending_of(number + 1)))


def ending_of(number: int) -> str:
    """E01 to E99, then EAA to EZZ, FAA to ZZZ."""
    return segment_ending("", ascii_uppercase[ascii_uppercase.index("E") :], number)


def _sections(segment: ByteSource) -> Iterator[tuple[str, int, int]]:
    """Kind, place and size of what each section holds."""
    place = _HEADER
    for _ in range(MAX_SECTIONS):
        header = exactly(segment, place, _SECTION.size)
        kind, following, size, said = _SECTION.unpack(header)
        if zlib.adler32(header[:-_CHECKSUM_SIZE]) != said:
            raise OSError(f"the E01 is damaged: the section at byte {place:,} fails its checksum")
        name = kind.rstrip(b"\0").decode("ascii", "replace")
        yield name, place + _SECTION.size, max(size - _SECTION.size, 0)
        if name in {"done", "next"} or following <= place:
            return
        place = following
    raise OSError("the E01 is damaged: its sections do not end")


def _volume(data: bytes) -> _Volume:
    if len(data) < _VOLUME.size:
        raise OSError("the E01 is damaged: its volume section is cut short")
    volume = _Volume(*_VOLUME.unpack_from(data))
    size = volume.sectors_a_chunk * volume.sector
    if volume.sector not in SECTOR_SIZES or not 0 < size <= MAX_CHUNK:
        raise OSError(f"the E01 is damaged: {volume.chunks:,} chunks of {size:,} bytes")
    return volume


def _table(segment: ByteSource, place: int, size: int, first: int, end: int) -> _Table:
    header = exactly(segment, place, _TABLE.size)
    count, base, header_checksum = _TABLE.unpack(header)
    entries = place + _TABLE.size
    entries_end = entries + count * _ENTRY_SIZE
    wrong = OSError(f"the E01 is damaged: the table at byte {place:,} fails its checksum")
    if zlib.adler32(header[:-_CHECKSUM_SIZE]) != header_checksum or entries_end > place + size:
        raise wrong
    found, said = checksum(segment, entries, entries_end), segment.read(entries_end, _CHECKSUM_SIZE)
    # A section may end with its entries: then nothing checks them.
    if place + size >= entries_end + _CHECKSUM_SIZE and found != int.from_bytes(said, "little"):
        raise wrong
    return _Table(first, segment, entries, count, base, end)


class _Chunks(Blocks):
    def __init__(self, volume: _Volume, tables: list[_Table]) -> None:
        super().__init__(volume.sectors * volume.sector, volume.sectors_a_chunk * volume.sector)
        self._tables = tables
        self._firsts = [table.first for table in tables]
        self._chunks = tables[-1].first + tables[-1].count if tables else 0
        self._recent = Recent(CHUNKS_KEPT)
        self._entries = Entries(_ENTRY_SIZE)

    def _read(self, number: int, start: int, length: int) -> bytes:
        if number >= self._chunks:
            raise OSError(f"the E01 is cut short: it has no chunk {number:,}")
        data = self._recent.get(number, self._chunk)
        if start + length > len(data):
            raise OSError(f"the E01 is damaged: chunk {number:,} is of {len(data):,} bytes")
        return data[start : start + length]

    def _entry(self, table: _Table, index: int) -> int:
        return int.from_bytes(self._entries.get(table, index), "little")

    def _chunk(self, number: int) -> bytes:
        table = self._tables[bisect_right(self._firsts, number) - 1]
        index = number - table.first
        entry = self._entry(table, index)
        place = table.base + (entry & ~_COMPRESSED)
        # The next chunk begins where this one ends; what follows the last is checked by its own end.
        last = index + 1 == table.count
        end = table.end if last else table.base + (self._entry(table, index + 1) & ~_COMPRESSED)
        if not 0 < end - place <= self._block + _MAX_GROWN:
            end = place + self._block + _SPILL
        data = table.segment.read(place, end - place)
        try:
            if entry & _COMPRESSED:
                return zlib.decompressobj().decompress(data, self._block + 1)  # one more: its checksum is read as well
        except zlib.error as error:
            raise OSError(f"the E01 is damaged: chunk {number:,}: {error}") from None
        size = min(self._block, self.size - number * self._block)
        if zlib.adler32(data[:size]) != int.from_bytes(data[size : size + _CHECKSUM_SIZE], "little"):
            raise OSError(f"the E01 is damaged: chunk {number:,} fails its checksum")
        return data[:size]
