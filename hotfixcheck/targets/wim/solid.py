"""Solid resources of ESD files: many files compressed together, in chunks of up to 64 MB.

One chunk is in memory at a time; so files are best read in the order in which they stand.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime

from hotfixcheck.targets.blocks import Table, exactly
from hotfixcheck.targets.compression import Decompress, lzms, lzx, xpress
from hotfixcheck.targets.sources import Slice
from hotfixcheck.targets.tree import ByteSource

SOLID_MAGIC = 1 << 32
"""The size that stands for a solid resource in a table of files."""

_HEAD = struct.Struct("<Q 2I")
_NONE, _XPRESS, _LZX, _LZMS = 0, 1, 2, 3
_MAX_CHUNK = 1 << 26
_MAX_CHUNKS = 1 << 22  # of a run; their places are in memory


@dataclass(frozen=True, slots=True)
class _Chunk:
    file: ByteSource
    place: int
    stored: int
    size: int
    kind: int
    chunk: int


@dataclass(frozen=True, slots=True)
class _Resource:
    """`size` bytes from `start` of the run, in chunks of `chunk` bytes each from number `first`."""

    file: ByteSource
    start: int
    size: int
    chunk: int
    kind: int
    first: int


class Current:
    """The only decompressed chunk that is in memory, whichever run of a WIM it is of."""

    def __init__(self) -> None:
        self._of: tuple[int, int] | None = None
        self._data: bytes | bytearray = b""

    def get(self, run: int, number: int, chunk: _Chunk) -> bytes | bytearray:
        """All bytes of a chunk of a run; raises OSError for a damaged one."""
        if self._of != (run, number):
            self._of, self._data = None, b""  # before the next is made: two are too many
            self._data = _decompressed(chunk)
            self._of = (run, number)
        return self._data


class SolidRun:
    """Solid resources one after the other, as one file in which their blobs have places. `number` is its own in the
    WIM, and for sorting."""

    modified = None

    def __init__(self, number: int, current: Current) -> None:
        self.number = number
        self.closed = False
        self._unread: list[tuple[ByteSource, int, int]] = []
        self._current = current
        self._empty()

    def _empty(self) -> None:
        self.size = 0
        self._resources: list[_Resource] = []
        self._starts: list[int] = []
        self._places = array("Q")
        self._stored = array("I")

    def add(self, file: ByteSource, place: int, stored: int) -> None:
        """Takes a solid resource of `stored` bytes, which is read when a blob of the run is asked for."""
        self._unread.append((file, place, stored))

    def slice(self, place: int, size: int, modified: datetime | None) -> ByteSource:
        """Bytes of what the run holds; raises OSError for a damaged run."""
        if self._unread:
            self._empty()  # anew, should an earlier try have failed
            for resource in self._unread:
                self._append(*resource)
            self._unread = []
        if place + size > self.size:
            raise OSError(f"the WIM is damaged: a file ends at byte {place + size:,} of {self.size:,}")
        return Slice(self, place, size, modified)

    def _append(self, file: ByteSource, place: int, stored: int) -> None:
        size, chunk, kind = _HEAD.unpack(exactly(file, place, _HEAD.size))
        if not 1 << 12 <= chunk <= _MAX_CHUNK or chunk & (chunk - 1) or kind > _LZMS:
            raise OSError(f"the WIM is damaged: solid chunks of {chunk:,} bytes, compression {kind}")
        count = -(-size // chunk)
        if count * 4 > stored or len(self._places) + count > _MAX_CHUNKS:
            raise OSError(f"the WIM is damaged: {count:,} solid chunks in {stored:,} bytes")
        at = place + _HEAD.size + count * 4
        self._resources.append(_Resource(file, self.size, size, chunk, kind, len(self._places)))
        self._starts.append(self.size)
        for length in Table(file, place + _HEAD.size, count, "<I"):
            self._places.append(at)
            self._stored.append(length)
            at += length
            if at > place + stored:
                raise OSError("the WIM is damaged: solid chunks are longer than what holds them")
        self.size += size

    def read(self, offset: int, length: int) -> bytes:
        end = min(offset + length, self.size)
        parts = []
        while offset < end:
            resource = self._resources[bisect_right(self._starts, offset) - 1]
            number, start = divmod(offset - resource.start, resource.chunk)
            chunk = self._chunk(resource, number)
            wanted = min(end - offset, chunk.size - start)
            data = self._current.get(self.number, resource.first + number, chunk)
            parts.append(bytes(memoryview(data)[start : start + wanted]))
            offset += wanted
        return b"".join(parts)

    def _chunk(self, resource: _Resource, number: int) -> _Chunk:
        size = min(resource.chunk, resource.size - number * resource.chunk)
        index = resource.first + number
        return _Chunk(resource.file, self._places[index], self._stored[index], size, resource.kind, resource.chunk)


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
