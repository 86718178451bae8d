"""Disks: images of them as virtual machines and forensic tools keep them, their partitions, and the volumes there.

Their readers are loaded only where a target is a file.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hotfixcheck.targets.opening import Found, Opening
from hotfixcheck.targets.sources import Slice
from hotfixcheck.targets.tree import ByteSource, Entry

if TYPE_CHECKING:
    from hotfixcheck.targets.disks.partitions import Partition
    from hotfixcheck.targets.disks.signatures import VolumeKind

_HEAD = 8192
_UNLOCK = "its files can be read only from an image of the unlocked volume"


class DiskOpener:
    """A virtual disk or an evidence file, whatever is on it."""

    @staticmethod
    def detect(source: ByteSource, _head: bytes) -> bool:
        from hotfixcheck.targets.disks.formats import formats

        return any(format_.detect(source) for format_ in formats())

    @staticmethod
    def open(source: ByteSource, place: str, opening: Opening) -> Found:
        from hotfixcheck.targets.disks.formats import formats

        format_ = next(each for each in formats() if each.detect(source))
        beside = replace(opening.beside, parents=[])
        disk = format_.open_disk(source, beside)
        kind = f"{format_.NAME} disk image"
        if beside.parents:
            kind = f"{kind}, differences to {', to '.join(beside.parents)}"
        return Found(kind, place, inside=(opening.open(disk, ""),))


class VolumeOpener:
    """A volume with its file system, in a partition or by itself."""

    @staticmethod
    def detect(source: ByteSource, _head: bytes) -> bool:
        from hotfixcheck.targets.disks.partitions import read_table
        from hotfixcheck.targets.disks.signatures import signature_of

        # What is left of a volume that once filled a disk is no volume where there are partitions.
        return signature_of(source) is not None or (_by_copy(source) is not None and read_table(source) is None)

    @staticmethod
    def open(source: ByteSource, place: str, opening: Opening) -> Found:
        from hotfixcheck.targets.disks.signatures import LOCKED, VolumeKind, signature_of
        from hotfixcheck.targets.fat import FatTree
        from hotfixcheck.targets.ntfs.tree import NtfsTree

        kind = signature_of(source) or _by_copy(source)
        if kind is VolumeKind.NTFS:
            ntfs = NtfsTree(source, opening.path)
            return Found("NTFS", place, ntfs, lost=_lost(ntfs.problem), cut_short=_cut_short(source, ntfs.size))
        if kind is VolumeKind.FAT:
            fat = FatTree(source, opening.path)
            # Nothing on the volume says of which place its times are.
            called = f"{fat.kind}, times are local"
            return Found(called, place, fat, lost=_lost(fat.problem), cut_short=_cut_short(source, fat.size))
        said = f"this volume is {kind}: {_UNLOCK}" if kind in LOCKED else f"a volume of {kind} is not read"
        return Found("volume", place, problem=said)


class PartitionsOpener:
    """A disk with a partition table."""

    @staticmethod
    def detect(source: ByteSource, _head: bytes) -> bool:
        from hotfixcheck.targets.disks.partitions import read_table

        return read_table(source) is not None

    @staticmethod
    def open(source: ByteSource, place: str, opening: Opening) -> Found:
        from hotfixcheck.targets.disks.partitions import read_table

        table = read_table(source)
        if table is None:
            raise OSError("it has no partition table")
        problems = tuple(Found("partition table", problem=problem) for problem in table.problems)
        found = tuple(_opened(source, partition, opening) for partition in table.partitions)
        return Found(f"disk with {table.scheme} partitions", place, inside=(*problems, *found))


def _opened(disk: ByteSource, partition: Partition, opening: Opening) -> Found:
    from hotfixcheck.targets.disks.signatures import signature_of

    place = f"partition {partition.number}"
    volume = Slice(disk, partition.start, min(partition.size, disk.size - partition.start))
    if signature_of(volume) is None and _by_copy(volume) is None:
        if partition.reserved:
            return Found("reserved by Windows", place)
        if not partition.kind and not volume.read(0, _HEAD).strip(b"\0"):
            return Found("never formatted", place)
        return Found("partition", place, problem=f"{partition.kind or 'a file system that is not known'} is not read")
    return opening.open(volume, place)


def _by_copy(volume: ByteSource) -> VolumeKind | None:
    """What a volume is whose boot sector is damaged, by the copy of it."""
    from hotfixcheck.targets.disks.signatures import VolumeKind
    from hotfixcheck.targets.fat import boot_copy as fat_copy
    from hotfixcheck.targets.ntfs.records import boot_copy as ntfs_copy

    if ntfs_copy(volume) is not None:
        return VolumeKind.NTFS
    return VolumeKind.FAT if fat_copy(volume) is not None else None


def _lost(problem: str) -> tuple[Entry, ...]:
    return (Entry(".", problem),) if problem else ()


def _cut_short(volume: ByteSource, size: int) -> str:
    """Why files may be missing from a volume that says it is of `size` bytes."""
    return f"the image holds {volume.size:,} bytes of a volume of {size:,}" if volume.size < size else ""
