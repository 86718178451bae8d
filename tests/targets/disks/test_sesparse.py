"""SESPARSE, the extents of VMware's snapshots: what QEMU reads of them, and what is refused."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.build.differencing import esx_descriptor, raw_of, sesparse
from tests.build.disks import MEGABYTE
from tests.build.targets import needs, run
from tests.targets.disks.bases import CONTENT, assert_reads
from tests.targets.disks.images import opened

LARGE = 40 * MEGABYTE  # three tables of SESPARSE


def sesparse_snapshot(folder: Path, extent: bytes) -> Path:
    """A snapshot over a disk of 40 MB, of which the first are base's."""
    (folder / "large.raw").write_bytes(CONTENT.ljust(LARGE, b"x"))
    parent = folder / "base.vmdk"
    needs("qemu-img")
    run("qemu-img", "convert", "-f", "raw", "-O", "vmdk", folder / "large.raw", parent)
    (folder / "vm-000001-sesparse.vmdk").write_bytes(extent)
    path = folder / "vm-000001.vmdk"
    path.write_text(esx_descriptor(parent, "SESPARSE", "vm-000001-sesparse.vmdk", LARGE))
    return path


GRAINS: dict[int, bytes | None] = {
    **{at: bytes([at % 250 + 1]) * 4096 for at in (0, 1, 7, *range(4090, 4095), 10_000, LARGE // 4096 - 1)},
    **dict.fromkeys((2, 100, 9_999)),
}


def test_a_sesparse_snapshot(tmp_path: Path) -> None:
    path = sesparse_snapshot(tmp_path, sesparse(LARGE, GRAINS, unmapped=(3, 101)))
    expected = bytearray(CONTENT.ljust(LARGE, b"x"))
    for at, grain in (*GRAINS.items(), (3, None), (101, None)):
        expected[at * 4096 : at * 4096 + 4096] = grain or bytes(4096)
    assert raw_of(path, "vmdk") == expected
    assert_reads(opened(path), bytes(expected))
    with pytest.raises(OSError, match=r"give the file that names it, .* or -sesparse"):
        opened(tmp_path / "vm-000001-sesparse.vmdk")


def test_more_grains_than_twelve_bits_count(tmp_path: Path) -> None:
    """The number of a grain is in two pieces, the lower bits above the others."""
    grains: dict[int, bytes | None] = {at: bytes([at % 250 + 1]) * 4096 for at in range(5000)}
    path = sesparse_snapshot(tmp_path, sesparse(LARGE, grains))
    disk, told = opened(path), raw_of(path, "vmdk")
    assert disk.read(0, disk.size) == told
    assert told[4999 * 4096] == 4999 % 250 + 1


def word(at: int, value: int) -> Callable[[bytearray], None]:
    """A change of the 64-bit word at this place."""
    return lambda image: struct.pack_into("<Q", image, at, value)


FIRST_GRAIN = (1024 + 64) * 512  # whose table follows the last, which is written first
SESPARSE_DAMAGE: dict[str, tuple[Callable[[bytearray], None], str]] = {
    "of unknown version": (word(8, 0x3_0000_0001), "of unknown version 0x300000001"),
    "grains of another size": (word(24, 16), "grains of 16 sectors, tables of 64"),
    "tables of another size": (word(32, 128), "tables of 128"),
    "flags": (word(40, 4), "flags 0x4"),
    "what is reserved": (word(56, 1), "a layout that is not known"),
    "what follows its header": (word(400, 1), "a layout that is not known"),
    "no second header": (word(512, 1), "the second header of a SESPARSE extent is damaged"),
    "a journal to be played back": (word(512 + 24, 1), "was not closed: its journal has writes in it"),
    "more sectors than tables": (word(16, 1 << 36), "68,719,476,736 sectors in 2,097,152 tables"),
    "more sectors than can be": (word(16, 1 << 40), "1,099,511,627,776 sectors"),
    "no place of its directory": (word(8 * 16, 0), "its directory at 0"),
    "no place of its tables": (word(8 * 18, 0), "tables at 0"),
    "no place of its grains": (word(8 * 24, 0), "grains at 0"),
    "an unknown kind of table": (word(8 * 512, 2 << 60), "an entry 0x2000000000000000 for table 0"),
    "a table that is not there": (word(8 * 512, 0x1000_0000 << 32 | 0xFFFFFFFF), "cut short"),
    "an unknown kind of grain": (word(FIRST_GRAIN, 4 << 60), "an entry 0x4000000000000000 for grain 0"),
    "a number without a kind": (word(FIRST_GRAIN, 7), "an entry 0x7 for grain 0"),
    "a grain that is not there": (word(FIRST_GRAIN, 3 << 60 | 1 << 40), "cut short"),
}


@pytest.mark.parametrize(("change", "problem"), SESPARSE_DAMAGE.values(), ids=list(SESPARSE_DAMAGE))
def test_damaged_sesparse_extents(change: Callable[[bytearray], None], problem: str, tmp_path: Path) -> None:
    extent = bytearray(sesparse(LARGE, GRAINS))
    change(extent)
    path = sesparse_snapshot(tmp_path, bytes(extent))
    with pytest.raises(OSError, match=problem):
        opened(path).read(0, 512)
