"""VMDK, the disks of VMware: a descriptor of extents, flat or sparse, and sparse files that hold their descriptor,
among them stream-optimized ones (VMware Virtual Disk Format 5.0)."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from functools import partial

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.blocks import SECTOR, Blocks, Recent, Table, exactly
from hotfixcheck.targets.disks.parents import open_parent
from hotfixcheck.targets.disks.sesparse import MAGIC as _SESPARSE
from hotfixcheck.targets.disks.sesparse import open_sesparse
from hotfixcheck.targets.sources import Piece, Pieced, Slice
from hotfixcheck.targets.tree import ByteSource

NAME = "VMDK"
_MAGIC = b"KDMV"
_ESX_SPARSE = b"COWD"
_DESCRIPTOR = b"# Disk DescriptorFile"
MARKS = ((0, _MAGIC), (0, _ESX_SPARSE), (0, _DESCRIPTOR), (0, _SESPARSE))
_MAX_DESCRIPTOR = 1 << 20
_HEADER = struct.Struct("<4s 2I 4Q I 3Q")
_ESX_HEADER = struct.Struct("<4s 6I")
_ESX_ENTRIES = 4096  # of a table
_ZEROED_GRAINS, _COMPRESSED = 1 << 2, 1 << 16
_AT_END = 0xFFFFFFFFFFFFFFFF
_KEPT = 8 << 20
_MAX_EXTENTS = 4096
_EXTENT = re.compile(r'^(RW|RDONLY|NOACCESS) +(\d{1,15}) +([A-Z]+)(?: +"([^"]*)"(?: +(\d{1,15}))?)?')
_SETTING = re.compile(r'^ *(\w+) *= *"?([^"]*)"?')
_NO_PARENT = {"", "ffffffff"}


def detect(source: ByteSource) -> bool:
    head = source.read(0, len(_DESCRIPTOR))
    return head == _DESCRIPTOR or head[:4] in {_MAGIC, _ESX_SPARSE} or head.startswith(_SESPARSE)


def open_disk(source: ByteSource, beside: Beside) -> ByteSource:
    """The disk of a VMDK, the extents beside it and what it differs from; raises OSError for damaged ones."""
    head = source.read(0, len(_SESPARSE))
    magic = head[:4]
    if magic == _ESX_SPARSE or head == _SESPARSE:
        said = "the .vmdk without -delta, -flat or -sesparse"
        raise OSError(f"it is an extent of a VMDK: give the file that names it, {said}")
    descriptor = _descriptor_of(source)
    if not descriptor.extents and magic != _MAGIC:
        raise OSError("its VMDK descriptor names no extent")
    parent = None
    if descriptor.parent_id not in _NO_PARENT:
        parent = open_parent(beside, [descriptor.parent], partial(_open_parent, descriptor.parent_id))
    if magic == _MAGIC and len(descriptor.extents) <= 1:  # the file is its own only extent
        return _sparse(source, parent)
    pieces, end = [], 0
    for sectors, kind, name, start in descriptor.extents:
        if kind != "ZERO":
            below = None if parent is None else Slice(parent, end, sectors * SECTOR)
            pieces.append(Piece(end, sectors * SECTOR, _extent(beside, kind, name, sectors, start, below)))
        end += sectors * SECTOR
    return Pieced(pieces, end)


def _open_parent(identity: str, source: ByteSource, beside: Beside) -> ByteSource:
    if not detect(source) or _descriptor_of(source).identity != identity:
        raise OSError("it is another disk than the one that was there, or was written to since")
    return open_disk(source, beside)


@dataclass(frozen=True, slots=True)
class _Descriptor:
    """Extents: size in sectors, kind, file name, first sector. `identity` changes with what is written; of a disk of
    differences `parent` is the name of what it differs from."""

    extents: tuple[tuple[int, str, str, int], ...]
    identity: str
    parent_id: str
    parent: str


def _descriptor_of(source: ByteSource) -> _Descriptor:
    data = source.read(0, _MAX_DESCRIPTOR)
    if data.startswith(_MAGIC):
        header = _header(source)
        data = exactly(source, header.descriptor * SECTOR, min(header.descriptor_size * SECTOR, _MAX_DESCRIPTOR))
    extents = []
    settings: dict[str, str] = {}
    for line in data.partition(b"\0")[0].decode("utf-8", "replace").splitlines():
        if found := _EXTENT.match(line):
            extents.append((int(found[2]), found[3], found[4] or "", int(found[5] or 0)))
            if len(extents) > _MAX_EXTENTS:
                raise OSError(f"its VMDK descriptor names more than {_MAX_EXTENTS:,} extents")
        elif setting := _SETTING.match(line):
            settings[setting[1].lower()] = setting[2].strip()
    identity, parent = (settings.get(key, "").lower() for key in ("cid", "parentcid"))
    return _Descriptor(tuple(extents), identity, parent, settings.get("parentfilenamehint", ""))


def _extent(beside: Beside, kind: str, name: str, sectors: int, start: int, parent: ByteSource | None) -> ByteSource:
    if kind not in {"FLAT", "VMFS", *_SPARSE_KINDS}:
        raise OSError(f"a VMDK extent of kind {kind} is not read: make a raw image with `qemu-img convert`")
    if not name or re.search(r"[/\\:]|^\.", name):
        raise OSError(f"its VMDK descriptor names a file elsewhere, {name}, which is not read")
    source = beside.open(name)
    if kind in _SPARSE_KINDS:
        return _SPARSE_KINDS[kind](source, parent)
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


def _sparse(source: ByteSource, parent: ByteSource | None) -> ByteSource:
    header = _header(source)
    if header.directory == _AT_END:  # stream-optimized: a footer repeats the header, with the place of the directory
        header = _header(source, source.size - 2 * SECTOR)
    return _grains(source, header, parent)


def _esx_sparse(source: ByteSource, parent: ByteSource | None) -> ByteSource:
    """An extent as ESX has them for snapshots: the same, with tables of another size and another header."""
    magic, version, _, capacity, grain, directory, _ = _ESX_HEADER.unpack(exactly(source, 0, _ESX_HEADER.size))
    if magic != _ESX_SPARSE or version != 1 or not 1 <= grain <= 1 << 15 or grain & (grain - 1):
        raise OSError(f"the header of an ESX sparse extent is damaged, or of unknown version {version}")
    return _grains(source, _Header(0, capacity, grain, 0, 0, _ESX_ENTRIES, directory), parent)


_SPARSE_KINDS = {"SPARSE": _sparse, "VMFSSPARSE": _esx_sparse, "SESPARSE": open_sesparse}


def _grains(source: ByteSource, header: _Header, parent: ByteSource | None) -> ByteSource:
    tables = -(-header.capacity // (header.grain * header.entries))
    if header.directory == _AT_END:
        raise OSError(f"its VMDK header is damaged: {tables:,} tables of grains")
    disk = _Grains(source, header, Table(source, header.directory * SECTOR, tables, "<I"))
    disk.parent = parent
    return disk


class _Grains(Blocks):
    def __init__(self, source: ByteSource, header: _Header, directory: Table) -> None:
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
            return self._unwritten(number, start, length)
        (sector,) = struct.unpack_from("<I", self._tables.get(place, self._table), index * 4)
        if not sector:
            return self._unwritten(number, start, length)
        if sector == self._zero:
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
