"""What a volume holds, by the marks that file systems leave in their first sectors."""

from __future__ import annotations

import struct
from enum import StrEnum
from uuid import UUID

from hotfixcheck.targets.tree import ByteSource


class VolumeKind(StrEnum):
    """What a volume holds; the value is how messages call it."""

    NTFS = "NTFS"
    FAT = "FAT"
    BITLOCKER = "encrypted by BitLocker"
    EXFAT = "exFAT"
    REFS = "ReFS"
    HPFS = "HPFS"
    EXT = "a Linux file system (ext)"
    XFS = "a Linux file system (XFS)"
    BTRFS = "a Linux file system (Btrfs)"
    LVM = "Linux LVM"
    LUKS = "encrypted by LUKS"
    SWAP = "Linux swap space"
    HFS = "a file system of macOS (HFS+)"
    APFS = "a file system of macOS (APFS)"


LOCKED = frozenset({VolumeKind.BITLOCKER, VolumeKind.LUKS})
_BITLOCKER_TO_GO = UUID("4967D63B-2E29-4AD8-8399-F6A339E3D001").bytes_le
_MARKS = (
    (3, b"NTFS    ", VolumeKind.NTFS),
    (3, b"-FVE-FS-", VolumeKind.BITLOCKER),
    (424, _BITLOCKER_TO_GO, VolumeKind.BITLOCKER),
    (3, b"EXFAT   ", VolumeKind.EXFAT),
    (3, b"ReFS\0\0\0\0", VolumeKind.REFS),
    (0, b"LUKS\xba\xbe", VolumeKind.LUKS),
    (0, b"XFSB", VolumeKind.XFS),
    (32, b"NXSB", VolumeKind.APFS),
    (512, b"LABELONE", VolumeKind.LVM),
    (1024, b"H+\0\x04", VolumeKind.HFS),
    (1024, b"HX\0\x05", VolumeKind.HFS),
    (1080, b"\x53\xef", VolumeKind.EXT),
    (4086, b"SWAPSPACE2", VolumeKind.SWAP),
    (16 * 512, bytes.fromhex("49e895f9"), VolumeKind.HPFS),
    (0x10040, b"_BHRfS_M", VolumeKind.BTRFS),
)
_FIRST = 16 * 512 + 4
_FAT_BOOT = struct.Struct("<3s 8x H B H B H H B H 8x I")


def signature_of(disk: ByteSource, start: int = 0) -> VolumeKind | None:
    """What begins at this byte; None if it is nothing known."""
    head = disk.read(start, _FIRST)
    for place, mark, kind in _MARKS:
        found = head[place : place + len(mark)] if place < _FIRST else disk.read(start + place, len(mark))
        if found == mark:
            return kind
    return VolumeKind.FAT if is_fat(head) else None


def is_fat(head: bytes) -> bool:
    """By its BIOS parameter block: FAT has no mark of its own ([MS-FATFS], the File Allocation Table specification)."""
    if len(head) < 512:
        return False
    jump, sector, cluster, reserved, fats, roots, sectors, media, per_fat, more = _FAT_BOOT.unpack_from(head)
    return (
        jump[0] in {0xEB, 0xE9, 0x69}
        and sector in {512, 1024, 2048, 4096}
        and cluster.bit_count() == 1
        and bool(reserved)
        and fats in {1, 2}
        and (media == 0xF0 or media >= 0xF8)
        and bool(sectors or more)
        and bool(roots) == bool(per_fat)
    )
