"""Solid resources of ESD files: many files compressed together, in chunks of up to 64 MB.

One chunk is in memory at a time; so files are best read in the order in which they stand.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime

from hotfixcheck.targets.compression import Decompress, lzms, lzx, xpress
from hotfixcheck.targets.disks.blocks import MAX_TABLE, exactly, numbers
from hotfixcheck.targets.sources import Slice
from hotfixcheck.targets.tree import ByteSource

SOLID_MAGIC = 1 << 32
"""The size that stands for a solid resource in a table of files."""

_HEAD = struct.Struct("<Q 2I")
_NONE, _XPRESS, _LZX, _LZMS = 0, 1, 2, 3
_MAX_CHUNK = 1 << 26


@dataclass(frozen=True, slots=True)
class _Chunk:
    file: ByteSource
    place: int
    stored: int
    size: int
    kind: int
    chunk: int


class SolidRun:
    """Solid resources one after the other, as one file in which their blobs have places. `number` is for sorting."""

    modified = None

    def __init__(self, number: int) -> None:
        self.number = number
        self.closed = False
        self._resources: list[tuple[ByteSource, int, int]] = []
        self._chunks: list[_Chunk] = []
        self._starts: list[int] = []
        self.size = 0
        self._current = -1
        self._data: bytes | bytearray = b""

    def add(self, file: ByteSource, place: int, stored: int) -> None:
        self._resources.append((file, place, stored))

    def slice(self, place: int, size: int, modified: datetime | None) -> ByteSource:
        """Bytes of what the run holds; raises OSError for a damaged run."""
        if self._resources:
            self._starts, self._chunks, self.size = [], [], 0  # anew, should an earlier try have failed
            for resource in self._resources:
                self._append(*resource)
            self._resources = []
        if place + size > self.size:
            raise OSError(f"the WIM is damaged: a file ends at byte {place + size:,} of {self.size:,}")
        return Slice(self, place, size, modified)

    def _append(self, file: ByteSource, place: int, stored: int) -> None:
        size, chunk, kind = _HEAD.unpack(exactly(file, place, _HEAD.size))
        if not 1 << 12 <= chunk <= _MAX_CHUNK or chunk & (chunk - 1) or kind > _LZMS:
            raise OSError(f"the WIM is damaged: solid chunks of {chunk:,} bytes, compression {kind}")
        count = -(-size // chunk)
        if count * 4 > min(MAX_TABLE, stored):
            raise OSError(f"the WIM is damaged: {count:,} solid chunks in {stored:,} bytes")
        at = place + _HEAD.size + count * 4
        for number, length in enumerate(numbers(exactly(file, place + _HEAD.size, count * 4), "I", "little")):
            self._starts.append(self.size)
            its_size = min(chunk, size - number * chunk)
            self._chunks.append(_Chunk(file, at, length, its_size, kind, chunk))
            self.size += its_size
            at += length
        if at > place + stored:
            raise OSError("the WIM is damaged: solid chunks are longer than what holds them")

    def read(self, offset: int, length: int) -> bytes:
        end = min(offset + length, self.size)
        parts = []
        while offset < end:
            number = bisect_right(self._starts, offset) - 1
            start = offset - self._starts[number]
            wanted = min(end - offset, self._chunks[number].size - start)
            parts.append(bytes(memoryview(self._of(number))[start : start + wanted]))
            offset += wanted
        return b"".join(parts)

    def _of(self, number: int) -> bytes | bytearray:
        if number != self._current:
            self._current, self._data = -1, b""  # before the next is made: two are too many
            self._data = _decompressed(self._chunks[number])
            self._current = number
        return self._data


def _decompressed(chunk: _Chunk) -> bytes | bytearray:
    if chunk.stored > chunk.size:
        raise OSError(f"a solid chunk is damaged: {chunk.stored:,} bytes for {chunk.size:,}")
    if chunk.kind == _NONE or chunk.stored == chunk.size:
        return exactly(chunk.file, chunk.place, chunk.size)
    try:
        if chunk.kind == _LZMS:
            out = bytearray(chunk.size)
            lzms(chunk.chunk).into(exactly(chunk.file, chunk.place, chunk.stored), out)
            return out
        decompress: Decompress = (xpress if chunk.kind == _XPRESS else lzx)(chunk.chunk)
        data = decompress(exactly(chunk.file, chunk.place, chunk.stored), chunk.size, None)
    except ValueError as error:
        raise OSError(f"a solid chunk is damaged: {error}") from None
    if len(data) != chunk.size:
        raise OSError(f"a solid chunk is damaged: it gives {len(data):,} bytes of {chunk.size:,}")
    return data
