"""The log of a VHDX that was not closed: what Hyper-V would write into the file before it uses it ([MS-VHDX] 2.3)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from hotfixcheck.targets.blocks import exactly
from hotfixcheck.targets.disks.crc32c import crc32c
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import ByteSource

_SECTOR = 4096
_MAX_LOG = 64 << 20
_ENTRY = struct.Struct("<4s 3I Q 2I 16s 2Q")
_DESCRIPTOR = struct.Struct("<4s 4s Q Q Q")
_SIZE = 32


@dataclass(frozen=True, slots=True)
class _Write:
    """`data` at `offset`, or `length` zeros."""

    offset: int
    length: int
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class _Entry:
    place: int
    length: int
    tail: int
    sequence: int
    writes: tuple[_Write, ...]


def replayed(source: ByteSource, place: int, size: int, log: bytes) -> ByteSource:
    """`source` as it will be once its log is played back; itself where the log is empty; raises OSError."""
    if not 0 < size <= _MAX_LOG or size % _SECTOR:
        raise OSError(f"its VHDX log is damaged: {size:,} bytes long")
    ring = exactly(source, place, size)
    writes = tuple(write for entry in _active(ring, log) for write in entry.writes)
    return _Replayed(source, writes) if writes else source


def _active(ring: bytes, log: bytes) -> list[_Entry]:
    """The newest unbroken run of entries that begins where its last one says."""
    entries = {
        entry.place: entry for at in range(0, len(ring), _SECTOR) if (entry := _entry(ring, at, log)) is not None
    }
    best: list[_Entry] = []
    for first in entries.values():
        run = [first]
        while True:
            following = entries.get((run[-1].place + run[-1].length) % len(ring))
            if following is None or following.sequence != run[-1].sequence + 1 or len(run) > len(entries):
                break
            run.append(following)
        if run[-1].tail in {entry.place for entry in run} and (not best or run[-1].sequence > best[-1].sequence):
            best = [entry for entry in run if entry.sequence >= entries[run[-1].tail].sequence]
    return best


def _entry(ring: bytes, at: int, log: bytes) -> _Entry | None:
    """The entry at this sector, None if there is no whole one of this log."""
    signature, checksum, length, tail, sequence, count, _, name, _, _ = _ENTRY.unpack_from(ring, at)
    if signature != b"loge" or name != log or not _SECTOR <= length <= len(ring) or length % _SECTOR:
        return None
    data = ring[at : at + length]
    data += ring[: length - len(data)]  # it goes on at the log's beginning
    if crc32c(data[:4] + bytes(4) + data[8:]) != checksum:
        return None
    sectors = -(-(64 + count * _SIZE) // _SECTOR)
    writes = []
    for index in range(count):
        place = 64 + index * _SIZE
        if place + _SIZE > length:
            return None
        kind, trailing, leading, offset, number = _DESCRIPTOR.unpack_from(data, place)
        if number != sequence:
            return None
        if kind == b"zero":
            writes.append(_Write(offset, leading))
            continue
        sector = data[sectors * _SECTOR : (sectors + 1) * _SECTOR]
        sectors += 1
        if kind != b"desc" or len(sector) != _SECTOR or sector[:4] != b"data":
            return None
        writes.append(_Write(offset, _SECTOR, struct.pack("<Q", leading) + sector[8:-4] + trailing))
    return _Entry(at, length, tail, sequence, tuple(writes))


class _Replayed:
    """A file with writes over it."""

    modified = None

    def __init__(self, source: ByteSource, writes: tuple[_Write, ...]) -> None:
        self._source = source
        self._writes = writes
        self.size = max(source.size, *(write.offset + write.length for write in writes))

    def read(self, offset: int, length: int) -> bytes:
        end = min(offset + length, self.size)
        if end <= offset:
            return b""
        data = bytearray(self._source.read(offset, end - offset).ljust(end - offset, b"\0"))
        for write in self._writes:
            start, stop = max(write.offset, offset), min(write.offset + write.length, end)
            if start < stop:
                inside = Memory(write.data).read(start - write.offset, stop - start) or bytes(stop - start)
                data[start - offset : stop - offset] = inside
        return bytes(data)
