"""VHD, the disks of Virtual PC and early Hyper-V: fixed and dynamic (Virtual Hard Disk Image Format Specification)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.blocks import SECTOR, Blocks, Recent, Table, exactly, in_runs
from hotfixcheck.targets.disks.parents import open_parent
from hotfixcheck.targets.sources import Slice
from hotfixcheck.targets.tree import ByteSource

NAME = "VHD"
_COOKIE, _DYNAMIC_COOKIE = b"conectix", b"cxsparse"
MARKS = ((0, _COOKIE),)  # one of fixed size has it at its end alone, and begins as its disk does
_FOOTER = struct.Struct(">8s 2I Q 4I 2Q I I I")  # up to the checksum
_DYNAMIC = struct.Struct(">8s 2Q 4I")
_FIXED, _SPARSE, _DIFFERENCING = 2, 3, 4
_NOWHERE = 0xFFFFFFFF
_IDENTITY = slice(68, 84)  # of a footer
_PARENT, _PARENT_NAME = slice(40, 56), slice(64, 576)
_LOCATOR = struct.Struct(">4s 2I 4x Q")  # platform; room, length and place of the name there
_LOCATORS, _MAX_LOCATORS = 576, 8
_WINDOWS = frozenset({b"W2ru", b"W2ku"})  # relative and absolute paths
_MAX_NAME = 4096
_KEPT = 1 << 20


def detect(source: ByteSource) -> bool:
    return source.read(0, 8) == _COOKIE or _footer_place(source) is not None


def open_disk(source: ByteSource, beside: Beside) -> ByteSource:
    """The disk in a VHD, and what it differs from; raises OSError for a damaged one."""
    place, footer = _footer(source)
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
    if block < SECTOR or block & (block - 1) or entries * block < size:
        raise OSError(f"its VHD header is damaged: {entries:,} blocks of {block:,} bytes for a disk of {size:,}")
    disk = _Dynamic(source, size, block, Table(source, table, entries, ">I"))
    if kind == _DIFFERENCING:
        disk.parent = open_parent(beside, _parent_names(source, header), partial(_open_parent, header[_PARENT]))
    return disk


def _footer(source: ByteSource) -> tuple[int | None, bytes]:
    """Where the footer is, if it is, and it or its copy."""
    place = _footer_place(source)
    footer = b"" if place is None else source.read(place, SECTOR)
    if place is None or not _sums(footer, 64):
        footer = source.read(0, SECTOR)  # a dynamic disk begins with a copy
        if footer[:8] != _COOKIE or not _sums(footer, 64):
            raise OSError("its VHD footer is damaged: it fails its checksum")
    return place, footer


def _parent_names(source: ByteSource, header: bytes) -> Iterator[str]:
    yield header[_PARENT_NAME].decode("utf-16-be", "replace").partition("\0")[0]
    for index in range(_MAX_LOCATORS):
        platform, _, length, place = _LOCATOR.unpack_from(header, _LOCATORS + _LOCATOR.size * index)
        if platform in _WINDOWS:
            yield source.read(place, min(length, _MAX_NAME)).decode("utf-16-le", "replace").rstrip("\0")


def _open_parent(identity: bytes, source: ByteSource, beside: Beside) -> ByteSource:
    if not detect(source) or _footer(source)[1][_IDENTITY] != identity:
        raise OSError("it is another disk than the one that was there")
    return open_disk(source, beside)


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

    def __init__(self, source: ByteSource, size: int, block: int, table: Table) -> None:
        super().__init__(size, block)
        self._source = source
        self._table = table
        self._bitmap = -(-block // SECTOR // 8 // SECTOR) * SECTOR
        self._bitmaps = Recent(_KEPT)

    def _read(self, number: int, start: int, length: int) -> bytes:
        sector = self._table[number]
        if sector == _NOWHERE:
            return self._unwritten(number, start, length)
        place = sector * SECTOR
        if self.parent is None:
            return exactly(self._source, place + self._bitmap + start, length)
        bits = self._bitmaps.get(place, lambda _: exactly(self._source, place, self._bitmap))

        def read(is_own: int, start: int, length: int) -> bytes:
            if is_own:
                return exactly(self._source, place + self._bitmap + start, length)
            return self._unwritten(number, start, length)

        return in_runs(start, length, SECTOR, lambda index: bits[index >> 3] >> (7 - index % 8) & 1, read)
