"""Partition tables, those that lie among them, and what volumes are."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest

from hotfixcheck.demo.hiveimage import build_hive
from hotfixcheck.errors import TargetError
from hotfixcheck.inventory import take_inventory
from hotfixcheck.targets import Found, open_target, windows_in
from hotfixcheck.targets.disks.partitions import Partition, Table, read_table
from hotfixcheck.targets.disks.signatures import VolumeKind, signature_of
from hotfixcheck.targets.sources import Memory
from tests.build.disks import (
    BASIC_DATA,
    EXTENDED_TYPE,
    FAT_TYPE,
    NTFS_TYPE,
    boot_record,
    fat,
    gpt_parts,
    mbr,
    ntfs,
    write_disk,
)
from tests.build.targets import Build, write_drive
from tests.targets.opened import opened

NTFS_BOOT = b"\xeb\x52\x90NTFS    ".ljust(510, b"\0") + b"\x55\xaa"
RESERVED = UUID("E3C9E316-0B5C-4DB8-817D-F92DF00215AE")
LDM = UUID("AF9B60A0-1431-4F62-BC68-3311714A69AD")
SECTORS = 4000


def disk(parts: dict[int, bytes], total: int = SECTORS, sector: int = 512) -> Memory:
    data = bytearray(total * sector)
    for first, content in parts.items():
        data[first * sector : first * sector + len(content)] = content
    return Memory(bytes(data))


def bytes_of(number: int, start: int, count: int, kind: str = "", *, reserved: bool = False) -> Partition:
    return Partition(number, start * 512, count * 512, kind, reserved)


def extended(*tables: tuple[int, bytes]) -> dict[int, bytes]:
    return {0: boot_record((EXTENDED_TYPE, 100, 3000)), **dict(tables)}


MBR: dict[str, tuple[dict[int, bytes], Table | None]] = {
    "four": (
        {0: boot_record((7, 64, 100), (0x0C, 200, 100), (0x83, 300, 100), (0x42, 400, 100))},
        Table(
            "MBR",
            (
                bytes_of(1, 64, 100),
                bytes_of(2, 200, 100),
                bytes_of(3, 300, 100, "a Linux partition"),
                bytes_of(4, 400, 100, "a part of a dynamic disk (LDM)"),
            ),
        ),
    ),
    "none in use": ({0: boot_record()}, None),
    "no mark": ({0: boot_record((7, 64, 100))[:510]}, None),
    "code instead of a table": ({0: bytes([0x90] * 510) + b"\x55\xaa"}, None),
    "an entry of no length": ({0: boot_record((7, 64, 0))}, None),
    "behind the end of the disk": (
        {0: boot_record((7, 9000, 100), (7, 64, 100))},
        Table("MBR", (bytes_of(2, 64, 100),), ("partition 1 cannot be: it begins at byte 4,608,000 of 2,048,000",)),
    ),
    "longer than the disk": (
        {0: boot_record((7, 64, 99_999))},
        Table("MBR", (bytes_of(1, 64, 99_999),), ("partition 1 goes on behind the end of the disk",)),
    ),
    "overlapping": (
        {0: boot_record((7, 64, 200), (7, 100, 200))},
        Table("MBR", (bytes_of(1, 64, 200), bytes_of(2, 100, 200)), ("partitions 1 and 2 overlap",)),
    ),
    "over the table itself": (
        {0: boot_record((7, 0, 200))},
        Table("MBR", (), ("partition 1 cannot be: it begins at byte 0 of 2,048,000",)),
    ),
    "logical": (
        extended(
            (100, boot_record((7, 10, 50), (EXTENDED_TYPE, 200, 300))),
            (300, boot_record((7, 10, 60), (EXTENDED_TYPE, 400, 300))),
            (500, boot_record((0x82, 10, 70))),
        ),
        Table("MBR", (bytes_of(5, 110, 50), bytes_of(6, 310, 60), bytes_of(7, 510, 70, "Linux swap space"))),
    ),
    "logical, leading back": (
        extended((100, boot_record((7, 10, 50), (EXTENDED_TYPE, 0, 300)))),
        Table("MBR", (bytes_of(5, 110, 50),), ("its extended partition leads back to itself",)),
    ),
    "logical, without a table": (
        extended((100, boot_record((7, 10, 50), (EXTENDED_TYPE, 900, 300)))),
        Table(
            "MBR",
            (bytes_of(5, 110, 50),),
            ("its extended partition is damaged: there is no table at sector 1,000",),
        ),
    ),
    "logical, without end": (
        extended(*((100 + 10 * n, boot_record((0, 0, 0), (EXTENDED_TYPE, 10 * n + 10, 9))) for n in range(200))),
        Table("MBR", (), ("its extended partition holds more than 128 others",)),
    ),
    "protective, without a GPT": (
        {0: boot_record((0xEE, 1, SECTORS - 1))},
        Table("MBR", (), ("its GPT is damaged, and so is the backup",)),
    ),
}


@pytest.mark.parametrize(("parts", "expected"), MBR.values(), ids=list(MBR))
def test_mbr(parts: dict[int, bytes], expected: Table | None) -> None:
    assert read_table(disk(parts)) == expected


@pytest.mark.parametrize("sector", [512, 4096])
def test_sectors_are_of_the_size_with_which_volumes_begin_at_them(sector: int) -> None:
    found = read_table(disk({0: boot_record((7, 64, 100)), 64: NTFS_BOOT}, 500, sector))
    assert found == Table("MBR", (Partition(1, 64 * sector, 100 * sector),))


def gpt_disk(changes: Mapping[str, bytes] | None = None, sector: int = 512) -> Memory:
    """A GPT with changes by name: of the first header, the first entries, and the backup's."""
    parts = gpt_parts([(BASIC_DATA, 100, 50), (RESERVED, 200, 10), (LDM, 300, 20)], SECTORS, sector)
    places = dict(zip(("mbr", "first", "entries", "backup_entries", "backup"), parts, strict=True))
    for name, data in (changes or {}).items():
        parts[places[name]] = data
    return disk(parts, SECTORS, sector)


GPT_PARTITIONS = (
    bytes_of(1, 100, 50),
    bytes_of(2, 200, 10, reserved=True),
    bytes_of(3, 300, 20, "a part of a dynamic disk (LDM)"),
)
GPT: dict[str, tuple[dict[str, bytes], tuple[str, ...]]] = {
    "whole": ({}, ()),
    "without a protective MBR": ({"mbr": b""}, ()),
    "first header gone": ({"first": bytes(512)}, ("its first GPT is not there", "its backup is used")),
    "first header damaged": (
        {"first": b"EFI PART" + bytes(504)},
        ("its first GPT is damaged: its header fails its checksum", "its backup is used"),
    ),
    "first entries damaged": (
        {"entries": b"x" * 100},
        ("its first GPT is damaged: its entries fail their checksum", "its backup is used"),
    ),
    "backup damaged": ({"backup": bytes(512)}, ()),
}


@pytest.mark.parametrize(("changes", "problems"), GPT.values(), ids=list(GPT))
def test_gpt(changes: dict[str, bytes], problems: tuple[str, ...]) -> None:
    table = read_table(gpt_disk({name: data.ljust(512, b"\0") for name, data in changes.items()}))
    assert table == Table("GPT", GPT_PARTITIONS, problems)


def test_gpt_of_4k_sectors() -> None:
    table = read_table(gpt_disk(sector=4096))
    assert table is not None
    assert [partition.start for partition in table.partitions] == [100 * 4096, 200 * 4096, 300 * 4096]


def test_a_gpt_that_is_damaged_twice() -> None:
    table = read_table(gpt_disk({"first": bytes(512), "backup": bytes(512)}))
    assert table == Table("MBR", (), ("its GPT is damaged, and so is the backup",))


def test_a_gpt_of_entries_that_cannot_be() -> None:
    parts = gpt_parts([(BASIC_DATA, 100, 50)], SECTORS)
    header = bytearray(parts[1])
    struct.pack_into("<I", header, 84, 16)
    header[16:20] = bytes(4)

    struct.pack_into("<I", header, 16, zlib.crc32(bytes(header[:92])))
    parts[1] = bytes(header)
    table = read_table(disk(parts))
    assert table is not None
    assert table.problems == ("its first GPT is damaged: 128 entries of 16 bytes", "its backup is used")


VOLUMES: dict[str, tuple[bytes, VolumeKind | None]] = {
    "NTFS": (NTFS_BOOT, VolumeKind.NTFS),
    "BitLocker": (b"\xeb\x58\x90-FVE-FS-", VolumeKind.BITLOCKER),
    "BitLocker To Go": (
        b"\xeb\x58\x90MSWIN4.1".ljust(424, b"\0") + UUID("4967D63B-2E29-4AD8-8399-F6A339E3D001").bytes_le,
        VolumeKind.BITLOCKER,
    ),
    "exFAT": (b"\xeb\x76\x90EXFAT   ", VolumeKind.EXFAT),
    "ReFS": (b"\0\0\0ReFS\0\0\0\0", VolumeKind.REFS),
    "ext": (bytes(1080) + b"\x53\xef", VolumeKind.EXT),
    "HPFS": (bytes(8192) + bytes.fromhex("49e895f9"), VolumeKind.HPFS),
    "Btrfs": (bytes(0x10040) + b"_BHRfS_M", VolumeKind.BTRFS),
    "LUKS": (b"LUKS\xba\xbe", VolumeKind.LUKS),
    "nothing": (b"", None),
    "text": (b"# a file\n" * 100, None),
}


@pytest.mark.parametrize(("data", "kind"), VOLUMES.values(), ids=list(VOLUMES))
def test_volumes_are_known_by_their_marks(data: bytes, kind: VolumeKind | None) -> None:
    assert signature_of(Memory(data.ljust(0x11000, b"\0"))) is kind
    assert signature_of(Memory(bytes(512) + data), 512) is kind


def problems_of(found: Found) -> list[str]:
    return [found.problem] * bool(found.problem) + [each for inside in found.inside for each in problems_of(inside)]


def test_what_cannot_be_read_is_named_by_partition() -> None:
    parts = {
        0: boot_record((7, 100, 50), (7, 200, 50), (0x83, 300, 50), (7, 400, 50)),
        100: VOLUMES["BitLocker"][0],
        200: VOLUMES["ReFS"][0],
        300: b"a file system of nobody",
        400: b"",
    }
    with opened(disk(parts)) as found:
        assert found.kind == "disk with MBR partitions"
        assert [(each.place, each.kind, each.problem) for each in found.inside] == [
            (
                "partition 1",
                "volume",
                "this volume is encrypted by BitLocker: "
                "its files can be read only from an image of the unlocked volume",
            ),
            ("partition 2", "volume", "a volume of ReFS is not read"),
            ("partition 3", "partition", "a Linux partition is not read"),
            ("partition 4", "never formatted", ""),
        ]


def test_an_encrypted_disk_says_so(tmp_path: Path) -> None:
    path = write_disk(
        tmp_path / "disk.img", {0: boot_record((NTFS_TYPE, 64, 100)), 64: VOLUMES["BitLocker"][0]}, SECTORS
    )
    with (
        open_target(path) as found,
        pytest.raises(TargetError, match="partition 1: this volume is encrypted by BitLocker"),
    ):
        windows_in(found, str(path))


def test_partitions_reserved_or_of_a_damaged_volume() -> None:
    parts = gpt_parts([(RESERVED, 100, 50), (BASIC_DATA, 200, 50), (LDM, 300, 50)], SECTORS)
    with opened(disk({**parts, 200: NTFS_BOOT})) as found:
        assert [(each.place, each.kind, each.problem) for each in found.inside] == [
            ("partition 1", "reserved by Windows", ""),
            ("partition 2", "container", "cannot be read: the boot sector of the NTFS volume is damaged"),
            ("partition 3", "partition", "a part of a dynamic disk (LDM) is not read"),
        ]


def test_several_windows_on_one_disk_are_judged_each(tmp_path: Path) -> None:
    drive = write_drive(tmp_path / "drive", links=False, odd_names=False)
    volumes = []
    for name, build in (("a", ntfs()), ("b", fat(16))):
        (tmp_path / name).mkdir()
        volumes.append(build(drive, tmp_path / name))
    sectors = volumes[0].stat().st_size // 512
    second = 64 + sectors + 64
    path = write_disk(
        tmp_path / "disk.img",
        {
            0: boot_record((NTFS_TYPE, 64, sectors), (FAT_TYPE, second, sectors)),
            64: volumes[0],
            second: volumes[1],
        },
        second + sectors,
    )
    with open_target(path) as found:
        assert [each.kind for each in found.inside] == ["NTFS", "FAT16, times are local"]
        assert [(each.name, each.place) for each in windows_in(found, "disk")] == [
            ("disk, partition 1", "partition 1"),
            ("disk, partition 2", "partition 2"),
        ]


def test_an_image_cut_short_says_that_files_may_be_missing(tmp_path: Path) -> None:
    drive = write_drive(tmp_path / "drive", links=False, odd_names=False)
    path = mbr(ntfs())(drive, tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 3 // 4])
    with open_target(path) as found:
        (windows,) = windows_in(found, "disk")
        assert windows.cut_short.startswith("the image holds")
        assert problems_of(found) == ["partition 1 goes on behind the end of the disk"]


@pytest.mark.parametrize("build", [mbr(ntfs()), fat(16)], ids=["NTFS", "FAT"])
def test_a_hive_that_was_not_closed_is_told_as_in_a_folder(build: Build, tmp_path: Path) -> None:
    drive = write_drive(tmp_path / "drive", links=False, odd_names=False)
    current = r"Microsoft\Windows NT\CurrentVersion"
    (hive,) = (path for path in (drive / "WINNT/system32/config").iterdir() if path.name.lower() == "software")
    hive.write_bytes(build_hive({current: {"CurrentVersion": "4.0", "CurrentBuildNumber": "1381"}}, dirty=True))
    problems = []
    for target in (drive, build(drive, tmp_path)):
        with open_target(target) as found:
            (windows,) = windows_in(found, "target")
            problems.append(take_inventory(windows.tree, windows.layout, names=frozenset(), only_names=True).problems)
    assert problems[0] == problems[1]
    assert any("the hive was not closed" in problem.problem for problem in problems[0])
