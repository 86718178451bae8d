"""VMDK, the disks of VMware: a descriptor of extents, flat or sparse, and sparse files that hold their descriptor,
among them stream-optimized ones (VMware Virtual Disk Format 5.0)."""

from __future__ import annotations

import re
import struct
import zlib
from array import array
from dataclasses import dataclass

from hotfixcheck.targets.disks.blocks import MAX_TABLE, SECTOR, Beside, Blocks, Recent, exactly, numbers
from hotfixcheck.targets.sources import Piece, Pieced, Slice
from hotfixcheck.targets.tree import ByteSource

NAME = "VMDK"
_MAGIC = b"KDMV"
_ESX_SPARSE = b"COWD"
_DESCRIPTOR = b"# Disk DescriptorFile"
_MAX_DESCRIPTOR = 1 << 20
_HEADER = struct.Struct("<4s 2I 4Q I 3Q")
_ZEROED_GRAINS, _COMPRESSED = 1 << 2, 1 << 16
_AT_END = 0xFFFFFFFFFFFFFFFF
_KEPT = 8 << 20
_MAX_EXTENTS = 4096
_EXTENT = re.compile(r'^(RW|RDONLY|NOACCESS) +(\d{1,15}) +([A-Z]+)(?: +"([^"]*)"(?: +(\d{1,15}))?)?')
_SETTING = re.compile(r'^ *(\w+) *= *"?([^"]*)"?')
_NO_PARENT = {"", "ffffffff"}


def detect(source: ByteSource) -> bool:
    head = source.read(0, len(_DESCRIPTOR))
    return head == _DESCRIPTOR or head[:4] in {_MAGIC, _ESX_SPARSE}


def open_disk(source: ByteSource, beside: Beside) -> ByteSource:
    """The disk of a VMDK and the extents beside it; raises OSError for damaged ones and disks of differences."""
    if source.read(0, 4) == _MAGIC:
        header = _header(source)
        text = exactly(source, header.descriptor * SECTOR, min(header.descriptor_size * SECTOR, _MAX_DESCRIPTOR))
        descriptor = _descriptor(text)
        if len(descriptor) <= 1:  # the file is its own only extent
            return _sparse(source)
    elif source.read(0, 4) == _ESX_SPARSE:
        raise OSError("an ESX sparse extent (COWD) is not read: make a raw image with `qemu-img convert`")
    else:
        descriptor = _descriptor(source.read(0, _MAX_DESCRIPTOR))
    if not descriptor:
        raise OSError("its VMDK descriptor names no extent")
    pieces, end = [], 0
    for sectors, kind, name, start in descriptor:
        if kind != "ZERO":
            pieces.append(Piece(end, sectors * SECTOR, _extent(beside, kind, name, sectors, start)))
        end += sectors * SECTOR
    return Pieced(pieces, end)


def _descriptor(data: bytes) -> list[tuple[int, str, str, int]]:
    """Its extents: size in sectors, kind, file name, first sector; raises OSError for a disk of differences."""
    extents = []
    for line in data.partition(b"\0")[0].decode("utf-8", "replace").splitlines():
        if found := _EXTENT.match(line):
            extents.append((int(found[2]), found[3], found[4] or "", int(found[5] or 0)))
            if len(extents) > _MAX_EXTENTS:
                raise OSError(f"its VMDK descriptor names more than {_MAX_EXTENTS:,} extents")
        elif setting := _SETTING.match(line):
            key, value = setting[1].lower(), setting[2].strip()
            if key == "parentcid" and value.lower() not in _NO_PARENT:
                raise OSError("it holds only the differences to another disk: make one of it with `qemu-img convert`")
    return extents


def _extent(beside: Beside, kind: str, name: str, sectors: int, start: int) -> ByteSource:
    if kind not in {"FLAT", "VMFS", "SPARSE"}:
        raise OSError(f"a VMDK extent of kind {kind} is not read: make a raw image with `qemu-img convert`")
    if not name or re.search(r"[/\\:]|^\.", name):
        raise OSError(f"its VMDK descriptor names a file elsewhere, {name}, which is not read")
    source = beside.open(name)
    if kind == "SPARSE":
        return _sparse(source)
    if source.size < (start + sectors) * SECTOR:
        raise OSError(f"its extent {name} is cut short: {source.size:,} bytes of {(start + sectors) * SECTOR:,}")
    return Slice(source, start * SECTOR, sectors * SECTOR)


@dataclass(frozen=True, slots=True)
class _Header:
    flags: int
    capacity: int
    grain: int
    descriptor: int
    descriptor_size: int
    entries: int
    directory: int


def _header(source: ByteSource, place: int = 0) -> _Header:
    """Sizes and places in sectors."""
    data = exactly(source, place, SECTOR)
    magic, version, flags, capacity, grain, descriptor, size, entries, _, directory, _ = _HEADER.unpack_from(data)
    if magic != _MAGIC or not 1 <= version <= 3:
        raise OSError(f"its VMDK header is damaged, or of unknown version {version}")
    if not 1 <= grain <= 1 << 15 or grain & (grain - 1) or not 1 <= entries <= 1 << 16 or capacity >> 46:
        raise OSError(f"its VMDK header is damaged: grains of {grain:,} sectors, {entries:,} of them a table")
    return _Header(flags, capacity, grain, descriptor, size, entries, directory)


def _sparse(source: ByteSource) -> ByteSource:
    header = _header(source)
    if header.directory == _AT_END:  # stream-optimized: a footer repeats the header, with the place of the directory
        header = _header(source, source.size - 2 * SECTOR)
    tables = -(-header.capacity // (header.grain * header.entries))
    if tables * 4 > MAX_TABLE or header.directory == _AT_END:
        raise OSError(f"its VMDK header is damaged: {tables:,} tables of grains")
    return _Grains(source, header, numbers(exactly(source, header.directory * SECTOR, tables * 4), "I", "little"))


class _Grains(Blocks):
    def __init__(self, source: ByteSource, header: _Header, directory: array[int]) -> None:
        super().__init__(header.capacity * SECTOR, header.grain * SECTOR)
        self._source = source
        self._directory = directory
        self._entries = header.entries
        self._zero = 1 if header.flags & _ZEROED_GRAINS else 0
        self._compressed = bool(header.flags & _COMPRESSED)
        self._tables = Recent(_KEPT)
        self._recent = Recent(_KEPT)

    def _read(self, number: int, start: int, length: int) -> bytes:
        table, index = divmod(number, self._entries)
        place = self._directory[table]
        if not place:
            return bytes(length)
        (sector,) = struct.unpack_from("<I", self._tables.get(place, self._table), index * 4)
        if sector <= self._zero:
            return bytes(length)
        if self._compressed:
            data = self._recent.get(sector, self._grain)
            if not start + length <= len(data) <= self._block:
                raise OSError(f"a compressed grain is damaged: it gives {len(data):,} bytes of {self._block:,}")
            return data[start : start + length]
        return exactly(self._source, sector * SECTOR + start, length)

    def _table(self, sector: int) -> bytes:
        return exactly(self._source, sector * SECTOR, self._entries * 4)

    def _grain(self, sector: int) -> bytes:
        """A grain behind its marker: the sector it belongs to, the length of its zlib stream."""
        _, size = struct.unpack("<Q I", exactly(self._source, sector * SECTOR, 12))
        if size > 2 * self._block + SECTOR:
            raise OSError(f"a compressed grain is damaged: {size:,} bytes long")
        try:
            return zlib.decompressobj().decompress(exactly(self._source, sector * SECTOR + 12, size), self._block + 1)
        except zlib.error as error:
            raise OSError(f"a compressed grain is damaged: {error}") from None
