"""QCOW of version 1, the first disks of QEMU: two levels of tables, clusters plain or compressed by zlib.

QEMU's block driver for it is the only description.
"""

from __future__ import annotations

import struct

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.blocks import SECTOR, Blocks, Recent, Table, exactly
from hotfixcheck.targets.disks.parents import open_any, open_parent
from hotfixcheck.targets.disks.qcowclusters import backing_name, inflate, whole
from hotfixcheck.targets.tree import ByteSource

NAME = "QCOW"
_MAGIC = b"QFI\xfb\0\0\0\x01"
MARKS = ((0, _MAGIC),)
_HEADER = struct.Struct(">8x Q I 4x Q 2B 2x I Q")
_COMPRESSED = 1 << 63
_KEPT = 8 << 20


def detect(source: ByteSource) -> bool:
    return source.read(0, len(_MAGIC)) == _MAGIC


def open_disk(source: ByteSource, beside: Beside) -> ByteSource:
    """The disk in a QCOW, and what it differs from; raises OSError for a damaged or encrypted one."""
    backing, backing_size, size, bits, table_bits, crypt, table = _HEADER.unpack(exactly(source, 0, _HEADER.size))
    if crypt:
        raise OSError("the disk image is encrypted")
    if not 9 <= bits <= 16 or not 6 <= table_bits <= 13:  # as QEMU has it
        raise OSError(f"its QCOW header is damaged: clusters of 2^{bits} bytes, 2^{table_bits} of them a table")
    tables = -(-size // (1 << bits + table_bits))
    disk = _Clusters(source, size, bits, table_bits, Table(source, table, tables, ">Q"))
    if backing:
        disk.parent = open_parent(beside, [backing_name(source, backing, backing_size)], open_any)
    return disk


class _Clusters(Blocks):
    def __init__(self, source: ByteSource, size: int, bits: int, table_bits: int, first: Table) -> None:
        super().__init__(size, 1 << bits)
        self._source = source
        self._first = first
        self._table_bits = table_bits
        self._size_shift = 63 - bits
        self._tables = Recent(_KEPT)
        self._recent = Recent(_KEPT)

    def _read(self, number: int, start: int, length: int) -> bytes:
        table, index = number >> self._table_bits, number & (1 << self._table_bits) - 1
        place = self._first[table]
        entry = int.from_bytes(self._tables.get(place, self._table)[index * 8 : index * 8 + 8], "big") if place else 0
        if not entry:
            return self._unwritten(number, start, length)
        if entry & _COMPRESSED:
            return self._recent.get(entry, self._decompressed)[start : start + length]
        if entry % SECTOR:
            raise OSError(f"the QCOW is damaged: cluster {number:,} at byte {entry:,}, which begins no sector")
        return exactly(self._source, entry + start, length)

    def _table(self, place: int) -> bytes:
        return exactly(self._source, place, 8 << self._table_bits)

    def _decompressed(self, entry: int) -> bytes:
        """A cluster by its place and, in the bits above that, its compressed size."""
        place, size = entry & (1 << self._size_shift) - 1, entry >> self._size_shift & self._block - 1
        return whole(inflate(exactly(self._source, place, size), self._block), self._block)
