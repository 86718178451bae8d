"""VDI, the disks of VirtualBox: fixed, dynamic, and of differences, as its snapshots are."""

from __future__ import annotations

import struct
from uuid import UUID

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.blocks import SECTOR, Blocks, Table, exactly
from hotfixcheck.targets.disks.parents import open_parent
from hotfixcheck.targets.tree import ByteSource

NAME = "VDI"
_SIGNATURE = struct.pack("<I", 0xBEDA107F)
_SIGNATURE_AT = 64
MARKS = ((_SIGNATURE_AT, _SIGNATURE),)
_HEADER = struct.Struct("<I 260x 2I 20x Q 4I")  # from the type, at 76
_NORMAL, _FIXED, _DIFFERENCING = 1, 2, 4
_IDENTITY, _WRITTEN = slice(392, 408), slice(408, 424)
_PARENT, _PARENT_WRITTEN = slice(424, 440), slice(440, 456)
_NOWHERE, _ZERO = 0xFFFFFFFF, 0xFFFFFFFE


def detect(source: ByteSource) -> bool:
    return _is_vdi(source.read(0, SECTOR))


def open_disk(source: ByteSource, beside: Beside) -> ByteSource:
    """The disk in a VDI, and what it differs from; raises OSError for a damaged one."""
    header = exactly(source, 0, SECTOR)
    (version,) = struct.unpack_from("<I", header, 68)
    if version >> 16 != 1:
        raise OSError(f"a VDI of unknown version {version >> 16}.{version & 0xFFFF}")
    kind, table, data, size, block, extra, blocks, _ = _HEADER.unpack_from(header, 76)
    if kind not in {_NORMAL, _FIXED, _DIFFERENCING}:
        raise OSError(f"a VDI of unknown type {kind}")
    if block < SECTOR or block & (block - 1) or blocks * block < size:
        raise OSError(f"its VDI header is damaged: {blocks:,} blocks of {block:,} bytes for a disk of {size:,}")
    disk = _Mapped(source, size, block, Table(source, table, blocks, "<I"), data, extra)
    if kind == _DIFFERENCING:
        disk.parent = open_parent(beside, [_parent_name(header, beside)], open_disk)
    return disk


def _is_vdi(head: bytes) -> bool:
    return head[_SIGNATURE_AT : _SIGNATURE_AT + len(_SIGNATURE)] == _SIGNATURE


def _parent_name(header: bytes, beside: Beside) -> str:
    """The file beside it that is the disk it differs from: a VDI records which disk that is, and no name.

    Each write gives a disk another UUID of its last change, but VirtualBox does not renew what the children of a disk
    recorded of it where it merges disks: so it tells copies of a disk apart and does no more.
    """
    wanted = header[_PARENT]
    found = [
        (name, head)
        for name, head in beside.heads(SECTOR)
        if any(wanted) and _is_vdi(head) and head[_IDENTITY] == wanted
    ]
    if len(found) > 1:
        found = [each for each in found if each[1][_WRITTEN] == header[_PARENT_WRITTEN]] or found
    said = f"it holds only the differences to the disk {UUID(bytes_le=wanted)}"
    if not found:
        raise OSError(f"{said}, and no VDI beside it is that disk")
    if len(found) > 1:
        raise OSError(f"{said}, and several beside it are that disk: {', '.join(name for name, _ in found[:4])}")
    return found[0][0]


class _Mapped(Blocks):
    def __init__(self, source: ByteSource, size: int, block: int, table: Table, data: int, extra: int) -> None:
        super().__init__(size, block)
        self._source = source
        self._table = table
        self._data = data
        self._extra = extra  # bytes before each block

    def _read(self, number: int, start: int, length: int) -> bytes:
        place = self._table[number]
        if place == _NOWHERE:
            return self._unwritten(number, start, length)
        if place == _ZERO:
            return bytes(length)
        return exactly(self._source, self._data + place * (self._block + self._extra) + self._extra + start, length)
