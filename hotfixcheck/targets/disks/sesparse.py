"""SESPARSE, the extents of VMware's snapshots on VMFS 6: grains of 4 KB, found by 64-bit entries whose first four bits
say of what kind they are.

VMware published no description: this is what QEMU's block driver for VMDK reads, and what it refuses is refused here.
"""

from __future__ import annotations

import struct

from hotfixcheck.targets.blocks import SECTOR, Blocks, Recent, Table, exactly
from hotfixcheck.targets.tree import ByteSource

MAGIC = struct.pack("<Q", 0xCAFEBABE)
_VOLATILE_MAGIC = 0xCAFECAFE
_VERSION = 0x2_0000_0001
# Magic, version, sectors of the disk, of a grain and of a table, flags, reserved; then in sectors where the second
# header is, the directory and its size, the tables and the grains.
_HEADER = struct.Struct("<6Q 32s Q 40x 3Q 40x Q 8x")
_VOLATILE = struct.Struct("<4Q")
_GRAIN, _TABLE = 8, 64  # sectors of the only layout that is known
_ENTRIES = _TABLE * SECTOR // 8
_THERE = 0x1000_0000  # of a directory's entry, above the number of the table
_UNALLOCATED, _UNMAPPED, _ZERO, _ALLOCATED = range(4)
_MAX_CAPACITY = 1 << 37  # sectors: 64 TB, the largest disk of VMware
_KEPT = 4 << 20


def open_sesparse(source: ByteSource, parent: ByteSource | None) -> ByteSource:
    """The part of a disk in such an extent; raises OSError for a damaged one, or one that was not closed."""
    header = exactly(source, 0, SECTOR)
    magic, version, capacity, grain, table, flags, reserved, *places = _HEADER.unpack_from(header)
    if magic != int.from_bytes(MAGIC, "little") or version != _VERSION:
        raise OSError(f"the header of a SESPARSE extent is damaged, or of unknown version {version:#x}")
    if (grain, table) != (_GRAIN, _TABLE) or flags or any(reserved) or any(header[_HEADER.size :]):
        raise OSError(
            f"a SESPARSE extent of a layout that is not known: grains of {grain:,} sectors, tables of {table:,},"
            f" flags {flags:#x}"
        )
    volatile, directory, directory_size, tables, grains = places
    _check_closed(source, volatile)
    count = -(-capacity // (_GRAIN * _ENTRIES))
    if capacity > _MAX_CAPACITY or count * 8 > directory_size * SECTOR:
        raise OSError(f"the header of a SESPARSE extent is damaged: {capacity:,} sectors in {count:,} tables")
    if not (directory and tables and grains):
        said = f"its directory at {directory:,}, tables at {tables:,}, grains at {grains:,}"
        raise OSError(f"the header of a SESPARSE extent is damaged: {said}")
    disk = _Grains(source, capacity, Table(source, directory * SECTOR, count, "<Q"), tables, grains)
    disk.parent = parent
    return disk


def _check_closed(source: ByteSource, place: int) -> None:
    magic, _, _, replay = _VOLATILE.unpack(exactly(source, place * SECTOR, _VOLATILE.size))
    if magic != _VOLATILE_MAGIC:
        raise OSError("the second header of a SESPARSE extent is damaged")
    if replay:
        raise OSError("the SESPARSE extent was not closed: its journal has writes in it, which are not read")


class _Grains(Blocks):
    """`tables` and `grains` are the sectors where the first of them stand."""

    def __init__(self, source: ByteSource, capacity: int, directory: Table, tables: int, grains: int) -> None:
        super().__init__(capacity * SECTOR, _GRAIN * SECTOR)
        self._source = source
        self._directory = directory
        self._first_table = tables
        self._first_grain = grains
        self._tables = Recent(_KEPT)

    def _read(self, number: int, start: int, length: int) -> bytes:
        entry = self._entry(number)
        kind = entry >> 60
        if not entry:
            return self._unwritten(number, start, length)
        if kind in {_UNMAPPED, _ZERO}:
            return bytes(length)
        if kind != _ALLOCATED:
            raise OSError(f"the SESPARSE extent is damaged: an entry {entry:#x} for grain {number:,}")
        # Of the 60 bits that number a grain the upper 12 are its lower ones.
        grain = (entry >> 48 & 0xFFF) | (entry & 0xFFFF_FFFF_FFFF) << 12
        return exactly(self._source, (self._first_grain + grain * _GRAIN) * SECTOR + start, length)

    def _entry(self, number: int) -> int:
        table, index = divmod(number, _ENTRIES)
        place = self._directory[table]
        if not place:
            return 0
        if place >> 32 != _THERE:
            raise OSError(f"the SESPARSE extent is damaged: an entry {place:#x} for table {table:,}")
        data = self._tables.get(place & 0xFFFF_FFFF, self._table)
        return int.from_bytes(data[index * 8 : index * 8 + 8], "little")

    def _table(self, number: int) -> bytes:
        return exactly(self._source, (self._first_table + number * _TABLE) * SECTOR, _TABLE * SECTOR)
