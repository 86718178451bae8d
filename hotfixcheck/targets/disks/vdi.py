"""VDI, the disks of VirtualBox, fixed and dynamic."""

from __future__ import annotations

import struct
from uuid import UUID

from hotfixcheck.targets.disks.blocks import SECTOR, Beside, Blocks, Table, exactly
from hotfixcheck.targets.tree import ByteSource

NAME = "VDI"
_SIGNATURE = struct.pack("<I", 0xBEDA107F)
_HEADER = struct.Struct("<I 260x 2I 20x Q 4I")  # from the type, at 76
_NORMAL, _FIXED, _DIFFERENCING = 1, 2, 4
_PARENT = slice(424, 440)
_MERGE = "make one of them with `VBoxManage clonemedium`"
_NOT_DATA = 0xFFFFFFFE  # and above: never written, and given back


def detect(source: ByteSource) -> bool:
    return source.read(64, 4) == _SIGNATURE


def open_disk(source: ByteSource, _beside: Beside) -> ByteSource:
    """The disk in a VDI; raises OSError for a damaged one or one of differences."""
    header = exactly(source, 0, SECTOR)
    (version,) = struct.unpack_from("<I", header, 68)
    if version >> 16 != 1:
        raise OSError(f"a VDI of unknown version {version >> 16}.{version & 0xFFFF}")
    kind, table, data, size, block, extra, blocks, _ = _HEADER.unpack_from(header, 76)
    if kind == _DIFFERENCING:
        parent = UUID(bytes_le=header[_PARENT])
        raise OSError(f"it holds only the differences to the disk {parent}, of which it says no name: {_MERGE}")
    if kind not in {_NORMAL, _FIXED}:
        raise OSError(f"a VDI of unknown type {kind}")
    if block < SECTOR or block & (block - 1) or blocks * block < size:
        raise OSError(f"its VDI header is damaged: {blocks:,} blocks of {block:,} bytes for a disk of {size:,}")
    return _Mapped(source, size, block, Table(source, table, blocks, "<I"), data, extra)


class _Mapped(Blocks):
    def __init__(self, source: ByteSource, size: int, block: int, table: Table, data: int, extra: int) -> None:
        super().__init__(size, block)
        self._source = source
        self._table = table
        self._data = data
        self._extra = extra  # bytes before each block

    def _read(self, number: int, start: int, length: int) -> bytes:
        place = self._table[number]
        if place >= _NOT_DATA:
            return bytes(length)
        return exactly(self._source, self._data + place * (self._block + self._extra) + self._extra + start, length)
