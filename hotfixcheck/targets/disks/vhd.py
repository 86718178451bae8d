"""VHD, the disks of Virtual PC and early Hyper-V: fixed and dynamic (Virtual Hard Disk Image Format Specification)."""

from __future__ import annotations

import struct

from hotfixcheck.targets.disks.blocks import MAX_TABLE, SECTOR, Beside, Blocks, exactly, numbers
from hotfixcheck.targets.sources import Slice
from hotfixcheck.targets.tree import ByteSource

NAME = "VHD"
_COOKIE, _DYNAMIC_COOKIE = b"conectix", b"cxsparse"
_FOOTER = struct.Struct(">8s 2I Q 4I 2Q I I I")  # up to the checksum
_DYNAMIC = struct.Struct(">8s 2Q 4I")
_FIXED, _SPARSE, _DIFFERENCING = 2, 3, 4
_NOWHERE = 0xFFFFFFFF
_PARENT_NAME = slice(64, 576)


def detect(source: ByteSource) -> bool:
    return source.read(0, 8) == _COOKIE or _footer_place(source) is not None


def open_disk(source: ByteSource, _beside: Beside) -> ByteSource:
    """The disk in a VHD; raises OSError for a damaged or differencing one."""
    place = _footer_place(source)
    footer = b"" if place is None else source.read(place, SECTOR)
    if place is None or not _sums(footer, 64):
        footer = source.read(0, SECTOR)  # a dynamic disk begins with a copy
        if footer[:8] != _COOKIE or not _sums(footer, 64):
            raise OSError("its VHD footer is damaged: it fails its checksum")
    _, _, _, data, _, _, _, _, _, size, _, kind, _ = _FOOTER.unpack_from(footer)
    if kind == _FIXED:
        if place is None or size > place:
            raise OSError(f"the image is cut short: a disk of {size:,} bytes in a file of {source.size:,}")
        return Slice(source, 0, size)
    if kind not in {_SPARSE, _DIFFERENCING}:
        raise OSError(f"a VHD of unknown type {kind}")
    header = exactly(source, data, 1024)
    cookie, _, table, _, entries, block, _ = _DYNAMIC.unpack_from(header)
    if cookie != _DYNAMIC_COOKIE or not _sums(header, 36):
        raise OSError("its VHD header is damaged: it fails its checksum")
    if kind == _DIFFERENCING:
        parent = header[_PARENT_NAME].decode("utf-16-be", "replace").rstrip("\0")
        raise OSError(f"it holds only the differences to another disk, {parent}: merge the two first")
    if block < SECTOR or block & (block - 1) or entries * 4 > MAX_TABLE or entries * block < size:
        raise OSError(f"its VHD header is damaged: {entries:,} blocks of {block:,} bytes for a disk of {size:,}")
    return _Dynamic(source, size, block, exactly(source, table, entries * 4))


def _footer_place(source: ByteSource) -> int | None:
    """Where the footer is; some early files have one of 511 bytes."""
    end = source.read(source.size - SECTOR, SECTOR) if source.size >= SECTOR else b""
    for skipped in (0, 1):
        if end[skipped : skipped + 8] == _COOKIE:
            return source.size - SECTOR + skipped
    return None


def _sums(data: bytes, place: int) -> bool:
    """True if the one's complement of the sum of all other bytes stands at `place`."""
    if len(data) < place + 4:
        return False
    total = sum(data) - sum(data[place : place + 4])
    return ~total & 0xFFFFFFFF == int.from_bytes(data[place : place + 4], "big")


class _Dynamic(Blocks):
    """Each block stands behind a bitmap of its sectors, which for a disk without parent says nothing new."""

    def __init__(self, source: ByteSource, size: int, block: int, table: bytes) -> None:
        super().__init__(size, block)
        self._source = source
        self._table = numbers(table, "I", "big")
        self._bitmap = -(-block // SECTOR // 8 // SECTOR) * SECTOR

    def _read(self, number: int, start: int, length: int) -> bytes:
        sector = self._table[number]
        if sector == _NOWHERE:
            return bytes(length)
        return exactly(self._source, sector * SECTOR + self._bitmap + start, length)
