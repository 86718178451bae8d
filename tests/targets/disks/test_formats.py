"""Images of disks: what qemu-img and ewfacquire write comes back byte for byte; damage and missing parts are named."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from hotfixcheck.errors import TargetError
from hotfixcheck.targets import open_target
from tests.build.changes import Change, both, cut, put
from tests.targets.disks.images import (
    CONTENT,
    IMAGES,
    VHDX_PARAMETERS,
    built,
    opened,
    summed_vhd,
    summed_vhdx,
    vhdx_parameters,
)


@pytest.mark.parametrize("name", IMAGES)
def test_every_byte_comes_back(name: str, tmp_path: Path) -> None:
    disk = opened(built(name, tmp_path))
    assert disk.read(0, disk.size)[: len(CONTENT)] == CONTENT
    assert not disk.read(len(CONTENT), disk.size).strip(b"\0")
    for at, length in ((0, 1), (511, 2), (65_535, 70_000), (149_999, 1_000_000), (len(CONTENT) - 1, 1)):
        assert disk.read(at, length) == CONTENT[at : at + length]
    assert disk.read(disk.size, 10) == b""


def everywhere(old: bytes, new: bytes) -> Change:
    def change(image: bytearray) -> None:
        assert old in image
        image[:] = image.replace(old, new)

    return change


FOOTER_SUM = both(summed_vhd(-512, 512, 64))
PARENT = "parent.vhd".encode("utf-16-be")
SECOND_HEADER = everywhere(b"head", b"dead")

DAMAGE: dict[str, tuple[str, Change, str]] = {
    "VHD: a footer that fails its checksum": ("VHD, fixed", put(">Q", -464, 77), "fails its checksum"),
    "VHD: no footer, and no copy": ("VHD, dynamic", both(put(">Q", 48, 1), cut(300_000)), "fails its checksum"),
    "VHD: of unknown type": ("VHD, fixed", both(put(">I", -452, 9), FOOTER_SUM), "unknown type 9"),
    "VHD: cut short": ("VHD, fixed", both(put(">Q", -464, 1 << 40), FOOTER_SUM), "cut short"),
    "VHD: a damaged header": ("VHD, dynamic", put(">I", 512 + 28, 3), "header is damaged: it fails"),
    "VHD: blocks that cannot be": (
        "VHD, dynamic",
        both(put(">I", 512 + 32, 3), summed_vhd(512, 1024, 36)),
        "blocks of 3 bytes",
    ),
    "VHD: of differences": (
        "VHD, dynamic",
        both(put(">I", -452, 4), FOOTER_SUM, put("20s", 512 + 64, PARENT), summed_vhd(512, 1024, 36)),
        r"differences to another disk, parent\.vhd",
    ),
    "VHDX: both headers damaged": ("VHDX", SECOND_HEADER, "both fail their checksum"),
    "VHDX: of unknown version": (
        "VHDX",
        both(
            *(put("<H", at + 66, 9) for at in (0x10000, 0x20000)),
            *(summed_vhdx(at, 4096) for at in (0x10000, 0x20000)),
        ),
        "unknown version 9",
    ),
    "VHDX: both region tables damaged": ("VHDX", everywhere(b"regi", b"dead"), "region tables are damaged"),
    "VHDX: no region": (
        "VHDX",
        both(
            *(put("<I", at + 8, 0) for at in (0x30000, 0x40000)),
            *(summed_vhdx(at, 0x10000) for at in (0x30000, 0x40000)),
        ),
        "names no block table",
    ),
    "VHDX: no metadata": ("VHDX", everywhere(b"metadata", b"nothing!"), "no table of them"),
    "VHDX: an item missing": ("VHDX", everywhere(VHDX_PARAMETERS, bytes(16)), "is missing"),
    "VHDX: blocks that cannot be": ("VHDX", vhdx_parameters(3, 0), "blocks of 3 bytes"),
    "VHDX: of differences": ("VHDX", vhdx_parameters(1 << 20, 2), "differences to another disk"),
    "VMDK: of unknown version": ("VMDK", put("<I", 4, 9), "unknown version 9"),
    "VMDK: grains that cannot be": ("VMDK", put("<Q", 20, 3), "grains of 3 sectors"),
    "VMDK: larger than can be": ("VMDK", put("<Q", 12, 1 << 45), "cut short: a table ends at byte"),
    "VMDK: of differences": ("VMDK", everywhere(b"parentCID=ffffffff", b"parentCID=12345678"), "differences"),
    "VMDK: an extent of another kind": ("VMDK, flat", everywhere(b" FLAT ", b" VMFSRDM "), "kind VMFSRDM"),
    "VMDK: an extent elsewhere": ("VMDK, flat", everywhere(b'"image-flat', b'"../i-flat'), "a file elsewhere"),
    "VMDK: no extent": ("VMDK, flat", everywhere(b"RW ", b"XX "), "names no extent"),
    "VMDK: an extent cut short": ("VMDK, flat", everywhere(b"RW 4096", b"RW 8192"), "is cut short"),
    "VMDK: of ESX": ("VMDK", put("4s", 0, b"COWD"), "it is an extent of a VMDK"),
    "VMDK: too many extents": (
        "VMDK, flat",
        everywhere(b"RW 4096", b"RW 1 ZERO\n" * 5000 + b"RW 4096"),
        "more than 4,096 extents",
    ),
    "QCOW of version 4": ("QCOW2", put(">I", 4, 4), "version 4 is not read"),
    "QCOW: encrypted": ("QCOW", put(">I", 36, 1), "encrypted"),
    "QCOW: clusters that cannot be": ("QCOW", put("B", 32, 60), r"clusters of 2\^60"),
    "QCOW: tables that cannot be": ("QCOW", put("B", 33, 60), r"2\^60 of them a table"),
    "QCOW: larger than its tables": ("QCOW", put(">Q", 24, 1 << 60), "cut short: a table ends at byte"),
    "QCOW: with another below": (
        "QCOW",
        both(put(">Q I", 8, 600, 9), put("9s", 600, b"base.img!")),
        "differences to another disk, base.img!",
    ),
    "Parallels: of unknown version": ("Parallels", put("<I", 16, 3), "unknown version 3"),
    "Parallels: of unknown state": ("Parallels", put("<I", 44, 3), "state 0x3"),
    "Parallels: of unknown flags": ("Parallels", put("<3I", 44, 0x312E3276, 2048, 6), "flags 0x6"),
    "Parallels: clusters that cannot be": ("Parallels", put("<I", 28, 1 << 30), "clusters of 1,073,741,824 sectors"),
    "Parallels: clusters too few": ("Parallels", put("<I", 32, 1), "1 clusters of 2,048 sectors for"),
    "Parallels: clusters too many": ("Parallels", put("<I", 32, 1 << 31), "cut short: a table ends at byte"),
    "QCOW2: encrypted": ("QCOW2", put(">I", 32, 2), "encrypted"),
    "QCOW2: marked as damaged": ("QCOW2", put(">Q", 72, 2), "qemu-img check"),
    "QCOW2: its data in another file": ("QCOW2", put(">Q", 72, 4), "in another file"),
    "QCOW2: an unknown feature": ("QCOW2", put(">Q", 72, 1 << 40), "not known here"),
    "QCOW2: with another below": (
        "QCOW2",
        both(put(">Q I", 8, 600, 9), put("9s", 600, b"base.img!")),
        "differences to another disk, base.img!",
    ),
    "QCOW2: clusters that cannot be": ("QCOW2", put(">I", 20, 60), r"clusters of 2\^60"),
    "QCOW2: tables too few": ("QCOW2", put(">I", 36, 0), "0 tables"),
    "VDI: of unknown version": ("VDI", put("<I", 68, 0x20000), "unknown version 2.0"),
    "VDI: of differences": ("VDI", put("<I", 76, 4), "differences to the disk 00000000-0000-0000-0000-000000000000"),
    "VDI: of unknown type": ("VDI", put("<I", 76, 3), "unknown type 3"),
    "VDI: blocks that cannot be": ("VDI", put("<I", 376, 5), "blocks of 5 bytes"),
    "E01: logical": ("E01", put("8s", 0, b"LVF\t\r\n\xff\0"), "logical evidence"),
    "E01: another segment": ("E01", put("<H", 9, 2), "segment 1 of the E01"),
    "E01: a section that fails its checksum": ("E01", put("<Q", 13 + 16, 99), "fails its checksum"),
    "E01: cut short": ("E01", cut(3000), "cut short"),
}


@pytest.mark.parametrize(("name", "change", "problem"), DAMAGE.values(), ids=list(DAMAGE))
def test_damage_is_named(name: str, change: Change, problem: str, tmp_path: Path) -> None:
    path = built(name, tmp_path)
    data = bytearray(path.read_bytes())
    change(data)
    with pytest.raises(OSError, match=problem):
        opened(path, bytes(data))


def compressed_qcow2(image: bytearray) -> None:
    """Damages the clusters that are compressed."""
    (first,) = struct.unpack_from(">Q", image, 40)
    (second,) = struct.unpack_from(">Q", image, first)
    for (entry,) in struct.iter_unpack(">Q", image[second & 0x00FFFFFFFFFFFE00 :][: 32 * 8]):
        if entry & 1 << 62:
            place = entry & (1 << 54) - 1
            image[place : place + 60] = b"\xff" * 60


def compressed_qcow_clusters(image: bytearray) -> None:
    (first,) = struct.unpack_from(">Q", image, 40)
    (second,) = struct.unpack_from(">Q", image, first)
    for (entry,) in struct.iter_unpack(">Q", image[second : second + 4096]):
        if entry >> 63:
            place = entry & (1 << 51) - 1
            image[place : place + 8] = b"\xff" * 8


def grain(image: bytearray) -> None:
    for at in range(512, len(image) - 16, 512):
        if image[at + 12 : at + 14] == b"\x78\x9c":
            image[at + 12 : at + 60] = b"\xff" * 48


READING: dict[str, tuple[str, Change, str]] = {
    "VHD, fixed": ("VHD, dynamic", cut(200_000), "cut short"),
    "VHDX": ("VHDX", cut(5 << 20), "cut short"),
    "VMDK": ("VMDK", cut(100_000), "cut short"),
    "VMDK, a damaged grain": ("VMDK, stream-optimized", grain, "a compressed grain is damaged"),
    "QCOW2": ("QCOW2", cut(400_000), "cut short"),
    "QCOW2, a damaged cluster": ("QCOW2, zlib", compressed_qcow2, "a compressed cluster is damaged"),
    "QCOW": ("QCOW", cut(400_000), "cut short"),
    "QCOW, a place that is no sector's": ("QCOW", put(">Q", 4096, 0x1100), "cluster 0 at byte 4,352"),
    "QCOW, a damaged cluster": ("QCOW, compressed", compressed_qcow_clusters, "a compressed cluster is damaged"),
    "Parallels": ("Parallels", cut(1_100_000), "cut short"),
    "VDI": ("VDI", cut(1_100_000), "cut short"),
}


@pytest.mark.parametrize(("name", "change", "problem"), READING.values(), ids=list(READING))
def test_what_is_not_there_is_never_zeros(name: str, change: Change, problem: str, tmp_path: Path) -> None:
    path = built(name, tmp_path)
    data = bytearray(path.read_bytes())
    change(data)
    disk = opened(path, bytes(data))
    with pytest.raises(OSError, match=problem):
        disk.read(0, disk.size)


def test_a_missing_segment_or_extent(tmp_path: Path) -> None:
    path = built("E01, in segments", tmp_path)
    (tmp_path / "image.E02").unlink()
    with pytest.raises(FileNotFoundError):
        opened(path)
    path = built("VMDK, flat", tmp_path)
    (tmp_path / "image-flat.vmdk").unlink()
    with pytest.raises(TargetError, match=r"a part of it is missing: image-flat\.vmdk"), open_target(path):
        pass
