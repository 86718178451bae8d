"""QCOW2, the disks of QEMU, versions 2 and 3 (the format's specification in QEMU's docs/interop).

Written here since libqcow gives wrong bytes for compressed clusters, and says nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.blocks import SECTOR, Blocks, Recent, Table, exactly, in_runs
from hotfixcheck.targets.disks.parents import open_any, open_as_it_is, open_parent
from hotfixcheck.targets.disks.qcowclusters import backing_name, inflate, whole
from hotfixcheck.targets.opening import extra
from hotfixcheck.targets.tree import ByteSource

NAME = "QCOW2"
_MAGIC = b"QFI\xfb"
MARKS = ((0, _MAGIC),)
_HEADER = struct.Struct(">4s I Q I I Q I I Q")
_DIRTY, _CORRUPT, _EXTERNAL, _COMPRESSION, _EXTENDED = (1 << bit for bit in range(5))
_OFFSET = 0x00FF_FFFF_FFFF_FE00
_COMPRESSED = 1 << 62
_ZERO = 1
_ZLIB, _ZSTD = 0, 1
_SUBCLUSTERS = 32
_ABSENT, _THERE, _ZEROS = range(3)
_BACKING_FORMAT = 0xE2792ACA
_MAX_EXTENSIONS = 1 << 16
_KEPT = 8 << 20  # bytes of second-level tables, and of decompressed clusters


def detect(source: ByteSource) -> bool:
    return source.read(0, 4) == _MAGIC


def open_disk(source: ByteSource, beside: Beside) -> ByteSource:
    """The disk in a QCOW2, and what it differs from; raises OSError for a damaged or encrypted one, or one that needs
    another file."""
    header = source.read(0, 112).ljust(112, b"\0")
    _, version, backing, backing_size, bits, size, crypt, entries, table = _HEADER.unpack_from(header)
    if version not in {2, 3}:
        raise OSError(f"QCOW of version {version} is not read, only 1 to 3")
    (features,) = struct.unpack_from(">Q", header, 72) if version == 3 else (0,)
    compression = header[104] if features & _COMPRESSION else _ZLIB
    if crypt:
        raise OSError("the disk image is encrypted")
    if features & _CORRUPT:
        raise OSError("QEMU marked the image as damaged: repair a copy of it with `qemu-img check -r all`")
    if features & _EXTERNAL:
        raise OSError("its data is in another file, which is not read: make one file of it with `qemu-img convert`")
    if features & ~(_DIRTY | _COMPRESSION | _EXTENDED) or compression not in {_ZLIB, _ZSTD}:
        raise OSError("it uses a feature of QCOW2 that is not known here: make a raw image with `qemu-img convert`")
    if not 9 <= bits <= 21:
        raise OSError(f"its QCOW2 header is damaged: clusters of 2^{bits} bytes")
    extended = bool(features & _EXTENDED)
    reach = 1 << (bits - (4 if extended else 3))  # clusters of one second-level table
    if entries * (reach << bits) < size:
        raise OSError(f"its QCOW2 header is damaged: {entries:,} tables for a disk of {size:,} bytes")
    disk = _Clusters(source, size, bits, Table(source, table, entries, ">Q"), _inflater(compression), extended)
    if backing:
        name = backing_name(source, backing, backing_size)
        start = max(struct.unpack_from(">I", header, 100)[0], 104) if version == 3 else _HEADER.size
        is_raw = _backing_format(source, start, backing) == b"raw"
        disk.parent = open_parent(beside, [name], open_as_it_is if is_raw else open_any)
    return disk


def _backing_format(source: ByteSource, start: int, end: int) -> bytes:
    """What the header's extensions say of the backing file, b"" where they say nothing."""
    data = source.read(start, min(max(end - start, 0), _MAX_EXTENSIONS))
    at = 0
    while at + 8 <= len(data):
        kind, length = struct.unpack_from(">2I", data, at)
        if not kind:
            break
        if kind == _BACKING_FORMAT:
            return data[at + 8 : at + 8 + length]
        at += 8 + -(-length // 8) * 8
    return b""


_Inflate = Callable[[bytes, int], bytes]


def _inflater(compression: int) -> _Inflate:
    """A function of a cluster's compressed bytes, with what may follow them, and its size; raises OSError; TargetError
    where a package for it is missing."""
    if compression == _ZLIB:
        return inflate
    zstandard = extra("zstandard", "zstandard", "a QCOW2 of clusters compressed by zstd")

    def decompress(data: bytes, size: int) -> bytes:
        try:
            with zstandard.ZstdDecompressor().stream_reader(data) as reader:
                return bytes(reader.read(size))
        except zstandard.ZstdError as error:
            raise OSError(f"a compressed cluster is damaged: {error}") from None

    return decompress


class _Clusters(Blocks):
    def __init__(
        self, source: ByteSource, size: int, bits: int, table: Table, inflate: _Inflate, extended: bool
    ) -> None:
        super().__init__(size, 1 << bits)
        self._source = source
        self._first = table
        self._inflate = inflate
        self._words = 2 if extended else 1  # 64-bit words of an entry
        self._table_bits = bits - (4 if extended else 3)
        self._size_shift = 62 - (bits - 8)
        self._tables = Recent(_KEPT)
        self._recent = Recent(_KEPT)

    def _read(self, number: int, start: int, length: int) -> bytes:
        entry, bitmap = self._entry(number)
        if entry & _COMPRESSED:
            return self._recent.get(entry, self._decompressed)[start : start + length]
        place = entry & _OFFSET
        if self._words == 2:
            return self._subclusters(number, place, bitmap, start, length)
        if entry & _ZERO:
            return bytes(length)
        return exactly(self._source, place + start, length) if place else self._unwritten(number, start, length)

    def _entry(self, number: int) -> tuple[int, int]:
        first, second = number >> self._table_bits, number & ((1 << self._table_bits) - 1)
        place = self._first[first] & _OFFSET
        if not place:
            return 0, 0
        table = self._tables.get(place, self._table)
        at = second * self._words * 8
        entry, bitmap = (
            struct.unpack_from(">2Q", table, at) if self._words == 2 else (*struct.unpack_from(">Q", table, at), 0)
        )
        return entry, bitmap

    def _table(self, place: int) -> bytes:
        return exactly(self._source, place, self._block)

    def _subclusters(self, number: int, place: int, bitmap: int, start: int, length: int) -> bytes:
        """Of 32 parts of a cluster each is there, or zero, or not there."""

        def state(index: int) -> int:
            if bitmap >> (32 + index) & 1:
                return _ZEROS
            return _THERE if bitmap >> index & 1 and place else _ABSENT

        def read(state: int, start: int, length: int) -> bytes:
            if state == _THERE:
                return exactly(self._source, place + start, length)
            return bytes(length) if state == _ZEROS else self._unwritten(number, start, length)

        return in_runs(start, length, self._block // _SUBCLUSTERS, state, read)

    def _decompressed(self, entry: int) -> bytes:
        place = entry & ((1 << self._size_shift) - 1)
        sectors = (entry & (_COMPRESSED - 1)) >> self._size_shift
        data = self._source.read(place, (sectors + 1) * SECTOR - place % SECTOR)  # the last may end with the file
        return whole(self._inflate(data, self._block), self._block)
