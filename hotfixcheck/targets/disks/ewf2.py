"""Ex01, the evidence files of EnCase 7 (Expert Witness Compression Format, version 2), in segments Ex01, Ex02, …

The layout is that of libewf's "EWF 2 specification". Guidance Software never told how it encrypts: such are named.
"""

from __future__ import annotations

import bz2
import hashlib
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

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

NAME = "Ex01"
_SIGNATURE, _LOGICAL = b"EVF2\x0d\x0a\x81\x00", b"LEF2\x0d\x0a\x81\x00"
MARKS = ((0, _SIGNATURE), (0, _LOGICAL))
_FILE = struct.Struct("<8s 2B H I 16s")
_SECTION = struct.Struct("<2I 2Q 2I 16s 12x I")
_DEVICE, _CASE, _TABLE, _KEYS, _NEXT, _DONE = 0x01, 0x02, 0x04, 0x0B, 0x0D, 0x0F
_HASHED, _ENCRYPTED = 0x01, 0x02
_ZLIB, _BZIP2 = 1, 2
_BARE_BZIP2 = bytes.fromhex("314159265359")
_COMPRESSED, _CHECKSUMMED, _PATTERN = 0x01, 0x02, 0x04
_TABLE_HEAD, _ENTRY = struct.Struct("<Q I 4x I"), struct.Struct("<Q 2I")
_ENTRIES_AT = 32
_MAX_SEGMENTS = 2_127  # .Ex01 to .EzZZ
_MAX_SPILL = 1 << 16  # that a chunk may be longer than what it holds
_MAX_TEXT, _MAX_PACKED_TEXT = 16 << 20, 1 << 20


@dataclass(frozen=True, slots=True)
class _Section:
    kind: int
    flags: int
    place: int
    size: int
    digest: bytes


def detect(source: ByteSource) -> bool:
    return source.read(0, 8) in {_SIGNATURE, _LOGICAL}


def open_disk(source: ByteSource, beside: Beside) -> ByteSource:
    """The disk in an Ex01 and the segments beside it; raises OSError for damaged or encrypted ones, and where one is
    missing."""
    settings: dict[str, str] = {}
    tables: list[ChunkTable] = []
    compression = 0
    for segment, compression, sections in _segments(source, beside):
        for section in sections:
            if section.kind in {_DEVICE, _CASE}:
                settings = _settings(segment, section, compression) | settings
            elif section.kind == _TABLE:
                tables.append(_table(segment, section))
    sector, sectors, chunk = (_number(settings, tag) for tag in ("bp", "ts", "sb"))
    if sector not in SECTOR_SIZES or not 0 < sector * chunk <= MAX_CHUNK or sectors >> 46:
        raise OSError(f"the Ex01 is damaged: {sectors:,} sectors of {sector:,} bytes, {chunk:,} of them a chunk")
    return _Chunks(sectors * sector, sector * chunk, _in_order(tables, -(-sectors // chunk)), compression)


def _segments(source: ByteSource, beside: Beside) -> Iterator[tuple[ByteSource, int, list[_Section]]]:
    """The segments in order, each with the method of compression and its sections; the last ends with "done", the
    others with "next"."""
    first = _header(source, 1)
    segment, header = source, first
    for number in range(1, _MAX_SEGMENTS + 1):
        if number > 1:
            segment = beside.open(beside.ending(ending_of(number)))
            header = _header(segment, number)
        if header != first:
            raise OSError(f"segment {number} of the Ex01 is one of another")
        sections = _sections(segment)
        yield segment, header[0], sections
        if sections[-1].kind == _DONE:
            return
        if sections[-1].kind != _NEXT:
            raise OSError(f"segment {number} of the Ex01 is cut short: nothing says that it ends")
    raise OSError(f"the Ex01 has more than {_MAX_SEGMENTS:,} segments")


def _header(segment: ByteSource, number: int) -> tuple[int, bytes]:
    """Method of compression, and the identity of the whole."""
    signature, major, minor, compression, found, identity = _FILE.unpack(exactly(segment, 0, _FILE.size))
    if signature == _LOGICAL:
        raise OSError("it is logical evidence (Lx01), which holds files and no disk, and is not read")
    if signature != _SIGNATURE or found != number:
        raise OSError(f"segment {number} of the Ex01 is not what it should be")
    if major != 2 or compression not in {_ZLIB, _BZIP2}:
        raise OSError(f"an Ex01 of unknown version {major}.{minor}, or compression {compression}")
    return compression, identity


def ending_of(number: int) -> str:
    """Ex01 to Ex99, then ExAA to ExZZ, EyAA to EzZZ."""
    return segment_ending("E", "xyz", number)


def _sections(segment: ByteSource) -> list[_Section]:
    """The sections in order. Each ends with what describes it, and leads to the one before."""
    found = []
    place = segment.size - _SECTION.size
    for _ in range(MAX_SECTIONS):
        data = exactly(segment, max(place, 0), _SECTION.size)
        kind, flags, before, size, length, _, digest, said = _SECTION.unpack(data)
        if zlib.adler32(data[:-4]) != said or length != _SECTION.size:
            raise OSError(f"the Ex01 is damaged, or cut short: the section at byte {place:,} fails its checksum")
        if flags & _ENCRYPTED or kind == _KEYS:
            raise OSError("the Ex01 is encrypted")
        if place - size < (before + _SECTION.size if before else _FILE.size) or before >= place:
            raise OSError(f"the Ex01 is damaged: the section at byte {place:,} overlaps the one before")
        found.append(_Section(kind, flags, place - size, size, digest))
        if not before:
            return found[::-1]
        place = before
    raise OSError("the Ex01 is damaged: its sections do not end")


def _settings(segment: ByteSource, section: _Section, compression: int) -> dict[str, str]:
    """The values by their tags, of device information or case data: lines 3 and 4 of a compressed text."""
    if section.size > _MAX_PACKED_TEXT:
        raise OSError(f"the Ex01 is damaged: the section at byte {section.place:,} is of {section.size:,} bytes")
    data = exactly(segment, section.place, section.size)
    if section.flags & _HASHED and hashlib.md5(data, usedforsecurity=False).digest() != section.digest:
        raise OSError(f"the Ex01 is damaged: the section at byte {section.place:,} fails its checksum")
    lines = _inflated(data, _MAX_TEXT, compression).decode("utf-16", "replace").split("\n")
    if len(lines) < 4:
        raise OSError(f"the Ex01 is damaged: the section at byte {section.place:,} has no values")
    return dict(zip(lines[2].split("\t"), lines[3].split("\t"), strict=False))


def _number(settings: dict[str, str], tag: str) -> int:
    value = settings.get(tag, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 20 else 0


def _table(segment: ByteSource, section: _Section) -> ChunkTable:
    header = exactly(segment, section.place, _ENTRIES_AT)
    first, count, header_checksum = _TABLE_HEAD.unpack_from(header)
    entries, end = section.place + _ENTRIES_AT, section.place + _ENTRIES_AT + count * _ENTRY.size
    wrong = OSError(f"the Ex01 is damaged: the table at byte {section.place:,} fails its checksum")
    if zlib.adler32(header[: _TABLE_HEAD.size - 4]) != header_checksum or end + 4 > section.place + section.size:
        raise wrong
    if checksum(segment, entries, end) != int.from_bytes(exactly(segment, end, 4), "little"):
        raise wrong
    return ChunkTable(first, segment, entries, count)


def _in_order(tables: list[ChunkTable], chunks: int) -> list[ChunkTable]:
    """The tables by the numbers of their chunks, which have to be `chunks` without a gap."""
    tables.sort(key=lambda table: table.first)
    following = 0
    for table in tables:
        if table.first != following:
            raise OSError(f"the Ex01 is damaged: a table begins with chunk {table.first:,}, not {following:,}")
        following += table.count
    if following < chunks:
        raise OSError(f"the Ex01 is cut short: it names {following:,} of {chunks:,} chunks; is a segment missing?")
    return [table for table in tables if table.count]


class _Chunks(Blocks):
    def __init__(self, size: int, chunk: int, tables: list[ChunkTable], compression: int) -> None:
        super().__init__(size, chunk)
        self._tables = tables
        self._firsts = [table.first for table in tables]
        self._compression = compression
        self._recent = Recent(CHUNKS_KEPT)
        self._entries = Entries(_ENTRY.size)

    def _read(self, number: int, start: int, length: int) -> bytes:
        return self._recent.get(number, self._chunk)[start : start + length]

    def _chunk(self, number: int) -> bytes:
        """All bytes of a chunk: the last may be shorter, or filled up."""
        table = self._tables[bisect_right(self._firsts, number) - 1]
        place, stored, flags = _ENTRY.unpack(self._entries.get(table, number - table.first))
        size = min(self._block, self.size - number * self._block)
        if flags & ~(_COMPRESSED | _CHECKSUMMED | _PATTERN) or stored > self._block + _MAX_SPILL:
            raise OSError(f"the Ex01 is damaged: chunk {number:,} is of {stored:,} bytes, with flags {flags:#x}")
        if flags & _COMPRESSED and flags & _PATTERN:
            return struct.pack("<Q", place) * (self._block // 8)
        data = exactly(table.segment, place, stored)
        if flags & _COMPRESSED:
            data = _inflated(data, self._block, self._compression)
        elif flags & _CHECKSUMMED:
            size = self._block if stored >= self._block + 4 else size
            if zlib.adler32(data[:size]) != int.from_bytes(data[size : size + 4], "little"):
                raise OSError(f"the Ex01 is damaged: chunk {number:,} fails its checksum")
        if len(data) < size:
            raise OSError(f"the Ex01 is damaged: chunk {number:,} is of {len(data):,} bytes")
        return data


def _inflated(data: bytes, limit: int, compression: int) -> bytes:
    """What is compressed, of at most `limit` bytes; raises OSError where it does not end, or is not whole.

    EnCase is said to leave out what a stream of bzip2 begins and ends with, but no EnCase is known to have written any.
    """
    if compression == _BZIP2 and data.startswith(_BARE_BZIP2):
        raise OSError("the Ex01 has bare blocks of bzip2, which are not read")
    try:
        packed = zlib.decompressobj() if compression == _ZLIB else bz2.BZ2Decompressor()
        found = packed.decompress(data, limit + 1)
    except (OSError, zlib.error) as error:
        raise OSError(f"the Ex01 is damaged: {str(error)[:1].lower()}{str(error)[1:]}") from None
    if not packed.eof or len(found) > limit:
        raise OSError(f"the Ex01 is damaged: {len(data):,} bytes are no whole compressed piece of it")
    return found
