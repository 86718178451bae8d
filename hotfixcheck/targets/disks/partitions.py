"""Partition tables: MBR with extended partitions, GPT with its backup (UEFI Specification, section 5), or none."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from hotfixcheck.targets.blocks import exactly
from hotfixcheck.targets.disks.signatures import signature_of
from hotfixcheck.targets.tree import ByteSource

_BOOT_MARK = b"\x55\xaa"
_ENTRY = struct.Struct("<B 3x B 3x 2I")
_GPT_HEADER = struct.Struct("<8s 4I 4Q 16s Q 3I")
_GPT_ENTRY = struct.Struct("<16s 16s 3Q 72s")
_EXTENDED = frozenset({0x05, 0x0F, 0x85})
_PROTECTIVE = 0xEE
_MAX_LOGICAL = 128
_MAX_ENTRIES = 4096
_SECTORS = (512, 4096)
_UNUSED, _RESERVED = UUID(int=0), UUID("E3C9E316-0B5C-4DB8-817D-F92DF00215AE")
_MBR_KINDS = {
    0x42: "a part of a dynamic disk (LDM)",
    0x82: "Linux swap space",
    0x83: "a Linux partition",
    0x8E: "Linux LVM",
}
_GPT_KINDS = {
    UUID("5808C8AA-7E8F-42E0-85D2-E1E90434CFB3"): "the database of a dynamic disk (LDM)",
    UUID("AF9B60A0-1431-4F62-BC68-3311714A69AD"): "a part of a dynamic disk (LDM)",
    UUID("E75CAF8F-F680-4CEE-AFA3-B001E56EFC2D"): "a part of Storage Spaces",
}


@dataclass(frozen=True, slots=True)
class Partition:
    """A part of a disk, in bytes; `number` is as Linux counts.

    `kind` is what the table calls it, where it has a name for what is not read; `reserved` parts hold nothing.
    """

    number: int
    start: int
    size: int
    kind: str = ""
    reserved: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`scheme` is "MBR" or "GPT"; `problems` are what of the table cannot be right."""

    scheme: str
    partitions: tuple[Partition, ...]
    problems: tuple[str, ...] = ()


def read_table(disk: ByteSource) -> Table | None:
    """The partitions of a disk; None if it has no table.

    A disk may begin with a file system instead, whose boot sector looks like a table: that is to be asked before.
    """
    first = disk.read(0, 512)
    marked = first[510:512] == _BOOT_MARK
    entries = [_ENTRY.unpack_from(first, 446 + 16 * index) for index in range(4)] if marked else []
    if any(kind == _PROTECTIVE for _, kind, _, _ in entries) or (not any(kind for _, kind, _, _ in entries)):
        table = _gpt(disk)
        if table is not None:
            return table
    return _mbr(disk, first) if marked and _plausible(entries) else None


def _plausible(entries: list[tuple[int, int, int, int]]) -> bool:
    """A table of used entries with a length, none of which is marked as no entry is: code is no table."""
    used = [entry for entry in entries if entry[1]]
    return bool(used) and all(status in {0, 0x80} for status, _, _, _ in entries) and all(size for *_, size in used)


def _mbr(disk: ByteSource, first: bytes) -> Table:
    sector = _sector_size(disk, first)
    partitions: list[Partition] = []
    problems: list[str] = []
    number = 0
    extended = []
    for index in range(4):
        _, kind, start, size = _ENTRY.unpack_from(first, 446 + 16 * index)
        if kind == _PROTECTIVE:
            problems.append("its GPT is damaged, and so is the backup")
        elif kind in _EXTENDED:
            extended.append(start)
        elif kind and size:
            number += 1
            partitions.append(Partition(number, start * sector, size * sector, _MBR_KINDS.get(kind, "")))
    number = 4
    for start in extended:
        for at, size, kind in _logical(disk, start, sector, problems):
            number += 1
            partitions.append(Partition(number, at * sector, size * sector, _MBR_KINDS.get(kind, "")))
    return Table("MBR", *_inside(disk, partitions, problems))


def _logical(disk: ByteSource, first: int, sector: int, problems: list[str]) -> Iterator[tuple[int, int, int]]:
    """First sector, sectors and type of the partitions in an extended one: each has a table that leads to the next."""
    table = first
    seen: set[int] = set()
    while table not in seen:
        if len(seen) == _MAX_LOGICAL:
            problems.append(f"its extended partition holds more than {_MAX_LOGICAL} others")
            return
        seen.add(table)
        data = disk.read(table * sector, 512)
        if len(data) < 512 or data[510:] != _BOOT_MARK:
            problems.append(f"its extended partition is damaged: there is no table at sector {table:,}")
            return
        _, kind, start, size = _ENTRY.unpack_from(data, 446)
        if kind and size:
            yield table + start, size, kind
        _, kind, start, _ = _ENTRY.unpack_from(data, 462)
        if kind not in _EXTENDED:
            return
        table = first + start
    problems.append("its extended partition leads back to itself")


def _sector_size(disk: ByteSource, first: bytes) -> int:
    """The one with which most partitions begin with a file system that is known; nothing else on a disk says it."""
    starts = [
        start for _, kind, start, size in (_ENTRY.unpack_from(first, 446 + 16 * i) for i in range(4)) if kind and size
    ]

    def known(sector: int) -> int:
        return sum(signature_of(disk, start * sector) is not None for start in starts)

    return max(_SECTORS, key=known)


def _gpt(disk: ByteSource) -> Table | None:
    problems: list[str] = []
    for sector in _SECTORS:
        for place, name in ((sector, ""), (disk.size // sector * sector - sector, "backup")):
            header = disk.read(place, sector) if place >= sector else b""
            if header[:8] != b"EFI PART":
                continue
            try:
                partitions = _gpt_entries(disk, header, sector)
            except OSError as error:
                problems.append(f"its {name or 'first'} GPT is damaged: {error}")
                continue
            if name and not problems:
                problems.append("its first GPT is not there")
            return Table("GPT", *_inside(disk, partitions, [*problems, "its backup is used"] if name else problems))
    return None


def _gpt_entries(disk: ByteSource, header: bytes, sector: int) -> list[Partition]:
    """The partitions of a GPT by its header; raises OSError where a checksum fails."""
    _, _, size, checksum, _, _, _, _, _, _, place, count, length, entries_checksum = _GPT_HEADER.unpack_from(header)
    if not 92 <= size <= sector or zlib.crc32(header[:16] + bytes(4) + header[20:size]) != checksum:
        raise OSError("its header fails its checksum")
    if not 128 <= length <= 4096 or count > _MAX_ENTRIES:
        raise OSError(f"{count:,} entries of {length:,} bytes")
    data = exactly(disk, place * sector, count * length)
    if zlib.crc32(data) != entries_checksum:
        raise OSError("its entries fail their checksum")
    partitions = []
    for index in range(count):
        kind, _, first, last, _, _ = _GPT_ENTRY.unpack_from(data, index * length)
        if (known := UUID(bytes_le=kind)) != _UNUSED:
            start, size = first * sector, (last + 1 - first) * sector
            partitions.append(Partition(index + 1, start, size, _GPT_KINDS.get(known, ""), known == _RESERVED))
    return partitions


def _inside(
    disk: ByteSource, partitions: list[Partition], problems: list[str]
) -> tuple[tuple[Partition, ...], tuple[str, ...]]:
    """Of a table that lies only what can be: what begins on the disk, and what overlaps nothing is not doubted."""
    kept: list[Partition] = []
    for one in partitions:
        if one.size <= 0 or one.start <= 0 or one.start >= disk.size:
            problems.append(f"partition {one.number} cannot be: it begins at byte {one.start:,} of {disk.size:,}")
            continue
        if one.start + one.size > disk.size:
            problems.append(f"partition {one.number} goes on behind the end of the disk")
        problems.extend(
            f"partitions {other.number} and {one.number} overlap"
            for other in kept
            if one.start < other.start + other.size and other.start < one.start + one.size
        )
        kept.append(one)
    return tuple(kept), tuple(problems)
