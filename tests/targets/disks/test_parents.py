"""Disks of differences: what qemu-img reads of them, where it makes them; which parents are looked for, and where."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hotfixcheck.errors import TargetError
from hotfixcheck.targets import open_target, windows_in
from tests.build.differencing import (
    SECTOR,
    child,
    differing_vhd,
    differing_vhdx,
    esx_descriptor,
    esx_sparse,
    raw_of,
    snapshot,
    vhdx_written,
)
from tests.build.disks import MEGABYTE
from tests.build.targets import needs, run, write_drive
from tests.targets.disks.bases import CONTENT, SIZE, assert_reads, base
from tests.targets.disks.images import opened

WRITES = ("write -P 1 0 512", "write -P 2 70k 200k", "write -P 3 1048000 5000", "write -z 2M 64k", "write -P 4 3M 1k")
BY_QEMU: dict[str, tuple[str, str, str]] = {
    "QCOW2 over raw": ("raw", "qcow2", ""),
    "QCOW2 over QCOW2": ("qcow2", "qcow2", "cluster_size=4096"),
    "QCOW2 over VMDK": ("vmdk", "qcow2", ""),
    "QCOW2 of version 2": ("qcow2", "qcow2", "compat=0.10"),
    "QCOW2 in subclusters": ("qcow2", "qcow2", "extended_l2=on,cluster_size=128k"),
    "QCOW2, larger than its parent": ("qcow2", "qcow2", f"size={SIZE + 100 * 512}"),
    "QCOW2, smaller than its parent": ("qcow2", "qcow2", f"size={SIZE - 100 * 512}"),
    "QCOW of version 1": ("raw", "qcow", ""),
    "QCOW of version 1 over itself": ("qcow", "qcow", ""),
    "VMDK": ("vmdk", "vmdk", ""),
    "VMDK in extents": ("vmdk", "vmdk", "subformat=twoGbMaxExtentSparse"),
}


@pytest.mark.parametrize(("parent", "kind", "options"), BY_QEMU.values(), ids=list(BY_QEMU))
def test_every_byte_comes_back(parent: str, kind: str, options: str, tmp_path: Path) -> None:
    below = base(tmp_path, parent)
    name, _, size = options.partition("size=")
    if size and "cluster" not in name:
        needs("qemu-img", "qemu-io")
        path = tmp_path / f"child.{kind}"
        run("qemu-img", "create", "-q", "-f", kind, "-b", below.name, "-F", parent, path, size, folder=tmp_path)
        for command in WRITES:
            run("qemu-io", "-f", kind, "-c", command, path)
    else:
        path = child(below, kind, parent, *WRITES, options=options)
    assert_reads(opened(path), raw_of(path, kind))


def test_a_chain_of_snapshots(tmp_path: Path) -> None:
    path, kind = base(tmp_path, "raw"), "raw"
    for number in range(1, 5):
        path = child(path, "qcow2", kind, f"write -P {number} {number * 100}k 150k", name=f"snapshot{number}")
        kind = "qcow2"
    assert_reads(opened(path), raw_of(path, "qcow2"))
    with open_target(path) as found:
        assert found.kind == (
            "QCOW2 disk image, differences to snapshot3.qcow2, to snapshot2.qcow2, to snapshot1.qcow2, to base.raw"
        )


def test_a_raw_parent_is_not_taken_for_what_it_begins_like(tmp_path: Path) -> None:
    """What a guest writes to its disk must not make that disk another file (the backing format says raw)."""
    needs("qemu-img", "qemu-io")
    raw = tmp_path / "base.raw"
    raw.write_bytes(base(tmp_path, "qcow2").read_bytes().ljust(MEGABYTE, b"\0"))
    path = child(raw, "qcow2", "raw", "write -P 9 64k 1k")
    assert_reads(opened(path), raw_of(path, "qcow2"))


SECTORS = {at: bytes([at % 250 + 1]) * SECTOR for at in (0, 1, 5, 127, 128, 1000, 4095, 4096, SIZE // SECTOR - 1)}
CHANGED = b"".join(SECTORS.get(at, CONTENT[at * SECTOR : (at + 1) * SECTOR]) for at in range(SIZE // SECTOR))


@pytest.mark.parametrize("subformat", ["fixed", "dynamic"])
def test_a_vhd_of_differences(subformat: str, tmp_path: Path) -> None:
    parent = base(tmp_path, "vpc", f"subformat={subformat}", "force_size=on").rename(tmp_path / "base.vhd")
    path = tmp_path / "child.vhd"
    path.write_bytes(differing_vhd(parent.read_bytes(), r"C:\Machines\base.vhd", SIZE, SECTORS))
    assert_reads(opened(path), CHANGED)


def vhdx_child(folder: Path, locator: dict[str, str] | None = None) -> tuple[Path, bytes]:
    """A VHDX of differences over base.vhdx, and what it reads as: a block of its own, one in part, two not present."""
    parent = base(folder, "vhdx", "block_size=1M")
    (folder / "changed.raw").write_bytes(CHANGED)
    image = folder / "changed.vhdx"
    options = "block_size=1M,subformat=fixed"
    run("qemu-img", "convert", "-f", "raw", "-O", "vhdx", "-o", options, folder / "changed.raw", image)
    written = vhdx_written(parent.read_bytes())
    own = [at for at in SECTORS if 2048 <= at < 4096]
    names = {"relative_path": r".\base.vhdx", "absolute_win32_path": r"D:\base.vhdx"}
    path = folder / "child.avhdx"
    path.write_bytes(
        differing_vhdx(image.read_bytes(), locator or {"parent_linkage": written, **names}, {1: 7, 2: 0, 3: 2}, own)
    )
    expected = bytearray(CHANGED[:MEGABYTE] + CONTENT[MEGABYTE : 3 * MEGABYTE] + bytes(MEGABYTE))
    for at in own:
        expected[at * SECTOR : (at + 1) * SECTOR] = SECTORS[at]
    return path, bytes(expected)


def test_a_vhdx_of_differences(tmp_path: Path) -> None:
    path, expected = vhdx_child(tmp_path)
    assert_reads(opened(path), expected)


def test_a_snapshot_of_esx(tmp_path: Path) -> None:
    parent = base(tmp_path, "vmdk")
    grains = {at: bytes([at + 1]) * (128 * SECTOR) for at in (0, 3, 40, 63)}
    (tmp_path / "vm-000001-delta.vmdk").write_bytes(esx_sparse(SIZE, grains))
    path = tmp_path / "vm-000001.vmdk"
    path.write_text(esx_descriptor(parent, "VMFSSPARSE", "vm-000001-delta.vmdk", SIZE))
    expected = bytearray(CONTENT)
    for at, grain in grains.items():
        expected[at * len(grain) : (at + 1) * len(grain)] = grain
    assert raw_of(path, "vmdk") == expected
    assert_reads(opened(path), bytes(expected))
    with pytest.raises(OSError, match="give the file that names it"):
        opened(tmp_path / "vm-000001-delta.vmdk")


def forget(path: Path) -> None:
    next(path.parent.glob("base.*")).unlink()


def elsewhere(path: Path) -> None:
    (path.parent / "below").mkdir()
    shutil.move(next(path.parent.glob("base.*")), path.parent / "below")


def linked(path: Path) -> None:
    elsewhere(path)
    parent = next((path.parent / "below").iterdir())
    (path.parent / parent.name).symlink_to(parent)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (forget, "it holds only the differences to another disk, base"),
        (elsewhere, "which is not beside it"),
        (linked, "a part of it is a link, and links are not followed: base"),
    ],
)
@pytest.mark.parametrize("kind", ["qcow2", "vmdk"])
def test_a_parent_is_looked_for_beside_its_child_alone(
    kind: str, change: Callable[[Path], None], problem: str, tmp_path: Path
) -> None:
    path = child(base(tmp_path, kind), kind, kind)
    change(path)
    with pytest.raises(TargetError, match=problem), open_target(path):
        pass


@pytest.mark.parametrize("name", ["/var/lib/images/base.qcow2", r"C:\images\base.qcow2", "../base.qcow2"])
def test_of_the_place_that_it_recorded_the_name_alone_counts(name: str, tmp_path: Path) -> None:
    path = child(base(tmp_path, "qcow2"), "qcow2", "qcow2", "write -P 1 0 512")
    run("qemu-img", "rebase", "-u", "-b", name, "-F", "qcow2", path)
    assert opened(path).read(0, 1024) == b"\1" * 512 + CONTENT[512:1024]


@pytest.mark.parametrize("name", ["nbd://host/base.qcow2", 'json:{"driver":"nbd"}', "https://host/base.qcow2"])
def test_a_parent_on_the_net_is_not_asked_for(name: str, tmp_path: Path) -> None:
    path = child(base(tmp_path, "qcow2"), "qcow2", "qcow2")
    run("qemu-img", "rebase", "-u", "-b", name, "-F", "qcow2", path)
    with pytest.raises(OSError, match="not beside it"):
        opened(path)


def test_disks_in_a_circle(tmp_path: Path) -> None:
    path = child(base(tmp_path, "qcow2"), "qcow2", "qcow2", name="base2")
    run("qemu-img", "rebase", "-u", "-b", "base2.qcow2", "-F", "qcow2", path)
    with pytest.raises(OSError, match="are they in a circle"):
        opened(path)


def other_vhd(folder: Path) -> Path:
    parent = base(folder, "vpc", "force_size=on").rename(folder / "base.vhd")
    data = bytearray(parent.read_bytes())
    path = folder / "child.vhd"
    path.write_bytes(differing_vhd(bytes(data), "base.vhd", SIZE, {}))
    parent.write_bytes(base(folder, "vpc", "force_size=on").read_bytes())
    return path


def other_vhdx(folder: Path) -> Path:
    return vhdx_child(
        folder, {"parent_linkage": "{00000000-0000-0000-0000-000000000001}", "relative_path": "base.vhdx"}
    )[0]


def other_vmdk(folder: Path) -> Path:
    path = child(base(folder, "vmdk"), "vmdk", "vmdk")
    run("qemu-io", "-f", "vmdk", "-c", "write -P 7 0 512", folder / "base.vmdk")
    return path


@pytest.mark.parametrize("build", [other_vhd, other_vhdx, other_vmdk])
def test_another_disk_of_that_name_is_refused(build: Callable[[Path], Path], tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"the disk that it differs from, base\.\w+: it is another disk"):
        opened(build(tmp_path))


def test_a_windows_on_a_snapshot_is_one_windows(tmp_path: Path) -> None:
    drive = write_drive(tmp_path / "drive", links=False, odd_names=False)
    with open_target(snapshot("vmdk")(drive, tmp_path)) as found:
        (windows,) = windows_in(found, "target")
        assert windows.layout.system32 == "WINNT/system32"
