"""Disks of Parallels: empty and old ones, and those of differences: DiskDescriptor.xml beside them says to what."""

from __future__ import annotations

import random
import struct
import time
from pathlib import Path
from uuid import UUID

import pytest

from hotfixcheck.errors import TargetError
from hotfixcheck.targets import open_target
from tests.build.changes import put
from tests.build.differencing import PARALLELS_BASE, PARALLELS_TOP, parallels, parallels_description
from tests.build.disks import MEGABYTE
from tests.targets.disks import images
from tests.targets.disks.bases import CONTENT, SIZE, assert_reads, base
from tests.targets.disks.images import opened

NOTHING = f"{{{UUID(int=0)}}}"
BLOCK = random.Random(6).randbytes(MEGABYTE)


def parallels_pair(folder: Path, kind: str = "Compressed") -> tuple[Path, bytes]:
    """A disk of Parallels that differs from another, and what it reads as."""
    below = base(folder, "parallels") if kind == "Compressed" else base(folder, "raw")
    clusters = {0: BLOCK, 3: b"c" * MEGABYTE}
    path = folder / f"child.{{{'0' * 8}-0000-0000-0000-{'0' * 12}}}.hds"
    path.write_bytes(parallels(SIZE, clusters))
    (folder / "DiskDescriptor.xml").write_text(parallels_description(below.name, f"C:\\pvm\\{path.name}", kind))
    expected = bytearray(CONTENT)
    for at, cluster in clusters.items():
        expected[at * MEGABYTE : (at + 1) * MEGABYTE] = cluster
    return path, bytes(expected)


@pytest.mark.parametrize("kind", ["Compressed", "Plain"])
def test_a_snapshot_of_parallels(kind: str, tmp_path: Path) -> None:
    path, expected = parallels_pair(tmp_path, kind)
    assert_reads(opened(path), expected)
    with open_target(path) as found:
        assert (
            found.kind == f"Parallels disk image, differences to base.{'parallels' if kind == 'Compressed' else 'raw'}"
        )


def test_the_disk_below_a_snapshot_of_parallels(tmp_path: Path) -> None:
    parallels_pair(tmp_path)
    assert_reads(opened(tmp_path / "base.parallels"), CONTENT)


@pytest.mark.parametrize("hostile", ["<Storage>", "<Storage/><Image>", '<!DOCTYPE a [<!ENTITY b "b">]>', "<a b='"])
def test_a_hostile_description_takes_no_time(hostile: str, tmp_path: Path) -> None:
    path, _ = parallels_pair(tmp_path)
    (tmp_path / "DiskDescriptor.xml").write_text("<Parallels_disk_image>" + hostile * (200_000 // len(hostile)))
    start = time.process_time()
    with pytest.raises(OSError, match=r"DiskDescriptor\.xml is damaged"):
        opened(path)
    assert time.process_time() - start < 5


def test_a_description_that_is_too_long(tmp_path: Path) -> None:
    path, _ = parallels_pair(tmp_path)
    with (tmp_path / "DiskDescriptor.xml").open("a") as file:
        file.write("\n" * 300_000)
    with pytest.raises(OSError, match=r"DiskDescriptor\.xml is damaged: it is of more than 262,144 bytes"):
        opened(path)


def test_a_disk_of_parallels_without_snapshots(tmp_path: Path) -> None:
    """Its GUID in other case, and without a list of snapshots."""
    path = base(tmp_path, "parallels").rename(tmp_path / f"plant.hdd.0.{PARALLELS_TOP}.hds")
    image = f"<Image><GUID>{PARALLELS_TOP.upper()}</GUID><Type>Compressed</Type><File>{path.name}</File></Image>"
    shot = f"<Shot><GUID>{PARALLELS_TOP}</GUID><ParentGUID>{NOTHING}</ParentGUID></Shot>"
    for shots in (shot, ""):
        (tmp_path / "DiskDescriptor.xml").write_text(
            f"<Parallels_disk_image><Storage>{image}</Storage><Snapshots>{shots}</Snapshots></Parallels_disk_image>"
        )
        assert_reads(opened(path), CONTENT)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param("", "", r"DiskDescriptor\.xml is not beside it", id="none"),
        pytest.param("child", "other", r"DiskDescriptor\.xml beside it does not tell of it", id="of another"),
        pytest.param("</Storage>", "</Storage><Storage></Storage>", "several pieces", id="in pieces"),
        pytest.param(
            f"<ParentGUID>{PARALLELS_BASE}", f"<ParentGUID>{NOTHING}", "does not tell which", id="with two roots"
        ),
        pytest.param(f"<Shot><GUID>{PARALLELS_TOP}", "<Shot><GUID>{7}", "does not tell which", id="without its shot"),
        pytest.param("<Padding>0", "<Padding>1", "or padded", id="padded"),
        pytest.param("Compressed</Type><File>base", "Odd</Type><File>base", "does not name", id="of unknown kind"),
        pytest.param("base.parallels", "gone.parallels", "gone.parallels, which is not beside it", id="missing"),
        pytest.param("base.parallels", "DiskDescriptor.xml", "it is no Parallels disk", id="of another format"),
        pytest.param(
            f"<ParentGUID>{PARALLELS_BASE}", f"<ParentGUID>{PARALLELS_TOP}", "are they in a circle", id="in a circle"
        ),
    ],
)
def test_a_description_that_does_not_help(old: str, new: str, problem: str, tmp_path: Path) -> None:
    path, _ = parallels_pair(tmp_path)
    description = tmp_path / "DiskDescriptor.xml"
    if old:
        assert old in description.read_text()
        description.write_text(description.read_text().replace(old, new))
    else:
        description.unlink()
    with pytest.raises(TargetError, match=problem), open_target(path):
        pass


def test_a_parallels_disk_that_is_marked_as_empty_is_zeros(tmp_path: Path) -> None:
    image = bytearray(images.built("Parallels", tmp_path).read_bytes())
    put("<3I", 44, 0x312E3276, 2048, 1)(image)
    disk = images.opened(tmp_path / "image.parallels", bytes(image))
    assert disk.read(0, disk.size) == bytes(len(images.CONTENT))
    put("<I", 44, 0)(image)  # of a time when that was no flag
    assert images.opened(tmp_path / "image.parallels", bytes(image)).read(0, 4096) == images.CONTENT[:4096]


def test_an_old_parallels_disk_counts_sectors(tmp_path: Path) -> None:
    head = struct.pack("<16s 5I Q 3I", b"WithoutFreeSpace", 2, 1, 1, 63, 3, 0xFFFF_FFFF_0000_00BD, 0, 0, 0)
    image = head.ljust(64, b"\0") + struct.pack("<3I", 64, 0, 1)
    image = image.ljust(512, b"\0") + b"a" * 63 * 512 + b"b" * 63 * 512
    path = tmp_path / "old.hdd"
    disk = images.opened(path, image)
    assert disk.read(0, disk.size) == b"b" * 63 * 512 + bytes(63 * 512) + b"a" * 63 * 512
