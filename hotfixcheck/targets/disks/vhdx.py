"""VHDX, the disks of Hyper-V ([MS-VHDX]): fixed and dynamic, with a log that was not played back yet."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import partial
from uuid import UUID

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.blocks import Blocks, Recent, Table, exactly, in_runs
from hotfixcheck.targets.disks.crc32c import crc32c
from hotfixcheck.targets.disks.parents import open_parent
from hotfixcheck.targets.disks.vhdxlog import replayed
from hotfixcheck.targets.tree import ByteSource

NAME = "VHDX"
_IDENTIFIER = b"vhdxfile"
MARKS = ((0, _IDENTIFIER),)
_HEADERS = (0x10000, 0x20000)
_REGIONS = (0x30000, 0x40000)
_REGION_SIZE = 0x10000
_HEADER = struct.Struct("<4s I Q 16s 16s 16s H H I Q")
_REGION = struct.Struct("<16s Q 2I")
_ITEM = struct.Struct("<16s 2I 2I")
_MAX_REGIONS = _MAX_ITEMS = 2047
_BAT, _METADATA = UUID("2DC27766-F623-4200-9D64-115E9BFD4A08"), UUID("8B7CA206-4790-4B9A-B8FE-575F050F886E")
_PARAMETERS, _SIZE = UUID("CAA16737-FA36-4D43-B3B6-33F0AA44E76B"), UUID("2FA54224-CD1B-4876-B211-5DBED83BF4B8")
_SECTOR, _PARENT = UUID("8141BF1D-A96F-4709-BA47-F233A8FAAB5F"), UUID("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C")
_HAS_PARENT = 2
_ABSENT, _PRESENT, _PARTIAL = 0, 6, 7
_KEPT = 4 << 20
_OFFSET = ~0xFFFFF
_MEGABYTE = 1 << 20


def detect(source: ByteSource) -> bool:
    return source.read(0, 8) == _IDENTIFIER


def open_disk(source: ByteSource, beside: Beside) -> ByteSource:
    """The disk in a VHDX, and what it differs from; raises OSError for a damaged one."""
    _, log, version, log_size, log_place = _newest_header(source)
    if version != 1:
        raise OSError(f"a VHDX of unknown version {version}")
    if any(log):
        source = replayed(source, log_place, log_size, log)
    regions = _regions(source)
    if _BAT not in regions or _METADATA not in regions:
        raise OSError("its VHDX region table is damaged: it names no block table or no metadata")
    items = _metadata(source, regions[_METADATA][0])
    if missing := [name for name in (_PARAMETERS, _SIZE, _SECTOR) if name not in items]:
        raise OSError(f"its VHDX metadata are damaged: item {missing[0]} is missing")
    block, flags = struct.unpack_from("<2I", items[_PARAMETERS].ljust(8, b"\0"))
    (size,) = struct.unpack_from("<Q", items[_SIZE].ljust(8, b"\0"))
    (sector,) = struct.unpack_from("<I", items[_SECTOR].ljust(4, b"\0"))
    if block not in {_MEGABYTE << shift for shift in range(9)} or sector not in {512, 4096}:
        raise OSError(f"its VHDX metadata are damaged: blocks of {block:,} bytes, sectors of {sector:,}")
    ratio = (sector << 23) // block  # payload blocks before each bitmap block of the table
    blocks = -(-size // block)
    entries = blocks + (blocks - 1) // ratio if blocks else 0
    if flags & _HAS_PARENT:
        entries = -(-blocks // ratio) * (ratio + 1)  # the last bitmap block as well
    place, length = regions[_BAT]
    if entries * 8 > length:
        raise OSError(f"its VHDX block table is damaged: {length:,} bytes for {entries:,} blocks")
    disk = _Payload(source, size, block, Table(source, place, entries, "<Q"), ratio, sector)
    if flags & _HAS_PARENT:
        said = _parent(items)
        names = (said.get(key, "") for key in ("relative_path", "absolute_win32_path", "volume_path"))
        linkages = {said.get("parent_linkage", ""), said.get("parent_linkage2", "")}
        disk.parent = open_parent(beside, names, partial(_open_parent, linkages))
    return disk


def _open_parent(linkages: set[str], source: ByteSource, beside: Beside) -> ByteSource:
    """`linkages` are what the parent's headers may say was written last."""
    if not detect(source) or f"{{{UUID(bytes_le=_newest_header(source)[0])}}}" not in {
        each.lower() for each in linkages
    }:
        raise OSError("it is another disk than the one that was there, or was written to since")
    return open_disk(source, beside)


def _newest_header(source: ByteSource) -> tuple[bytes, bytes, int, int, int]:
    """What names the last writing, the log's name, the version, the log's size and place: of the whole header with the
    higher sequence number."""
    found: list[tuple[int, bytes, bytes, int, int, int]] = []
    for place in _HEADERS:
        data = source.read(place, 4096)
        if len(data) == 4096 and data[:4] == b"head" and _sums(data):
            _, _, sequence, _, written, log, _, version, log_size, log_place = _HEADER.unpack_from(data)
            found.append((sequence, written, log, version, log_size, log_place))
    if not found:
        raise OSError("its VHDX headers are damaged: both fail their checksum")
    return max(found)[1:]


def _sums(data: bytes) -> bool:
    return crc32c(data[:4] + bytes(4) + data[8:]) == int.from_bytes(data[4:8], "little")


def _regions(source: ByteSource) -> Mapping[UUID, tuple[int, int]]:
    """Where each region lies, and its length."""
    for place in _REGIONS:
        data = source.read(place, _REGION_SIZE)
        if len(data) == _REGION_SIZE and data[:4] == b"regi" and _sums(data):
            (count,) = struct.unpack_from("<I", data, 8)
            entries = (_REGION.unpack_from(data, 16 + 32 * index) for index in range(min(count, _MAX_REGIONS)))
            return {UUID(bytes_le=name): (offset, length) for name, offset, length, _ in entries}
    raise OSError("its VHDX region tables are damaged: both fail their checksum")


def _metadata(source: ByteSource, place: int) -> Mapping[UUID, bytes]:
    table = exactly(source, place, _REGION_SIZE)
    (count,) = struct.unpack_from("<H", table, 10)
    if table[:8] != b"metadata" or count > _MAX_ITEMS:
        raise OSError("its VHDX metadata are damaged: there is no table of them")
    items = (_ITEM.unpack_from(table, 32 + 32 * index) for index in range(count))
    return {UUID(bytes_le=name): source.read(place + offset, min(length, 4096)) for name, offset, length, *_ in items}


def _parent(items: Mapping[UUID, bytes]) -> dict[str, str]:
    """What the parent locator says, by its keys."""
    data = items.get(_PARENT, b"")
    count = int.from_bytes(data[18:20], "little") if len(data) >= 20 else 0
    named = {}
    for index in range(min(count, 16)):
        entry = data[20 + 12 * index : 32 + 12 * index]
        if len(entry) == 12:
            key, value, key_size, value_size = struct.unpack("<2I 2H", entry)
            name = data[key : key + key_size].decode("utf-16-le", "replace")
            named[name] = data[value : value + value_size].decode("utf-16-le", "replace")
    return named


class _Payload(Blocks):
    def __init__(self, source: ByteSource, size: int, block: int, table: Table, ratio: int, sector: int) -> None:
        super().__init__(size, block)
        self._source = source
        self._table = table
        self._ratio = ratio
        self._sector = sector
        self._bitmaps = Recent(_KEPT)

    def _read(self, number: int, start: int, length: int) -> bytes:
        entry = self._table[number + number // self._ratio]
        state = entry & 7
        if state == _PRESENT:
            return exactly(self._source, (entry & _OFFSET) + start, length)
        if state == _ABSENT:
            return self._unwritten(number, start, length)
        if state == _PARTIAL:
            return self._partial(number, entry & _OFFSET, start, length)
        return bytes(length)

    def _partial(self, number: int, place: int, start: int, length: int) -> bytes:
        """Of a block that has some sectors, the others being its parent's."""
        if self.parent is None:
            raise OSError("its VHDX block table is damaged: a part of a block is in a parent that it does not have")
        chunk, within = divmod(number, self._ratio)
        bits = self._bitmaps.get(chunk, self._bitmap)
        first = within * (self._block // self._sector)

        def read(is_own: int, start: int, length: int) -> bytes:
            if is_own:
                return exactly(self._source, place + start, length)
            return self._unwritten(number, start, length)

        def state(index: int) -> int:
            return bits[(first + index) >> 3] >> ((first + index) & 7) & 1

        return in_runs(start, length, self._sector, state, read)

    def _bitmap(self, chunk: int) -> bytes:
        entry = self._table[chunk * (self._ratio + 1) + self._ratio]
        if entry & 7 != _PRESENT:
            raise OSError("its VHDX block table is damaged: nothing says which sectors of a block it has")
        return exactly(self._source, entry & _OFFSET, _MEGABYTE)
