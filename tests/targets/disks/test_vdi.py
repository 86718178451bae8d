"""VDI: blocks never written, and disks of differences, which record what lies below by its UUID alone."""

from __future__ import annotations

import os
import random
import shutil
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hotfixcheck.errors import TargetError
from hotfixcheck.targets import beside, open_target
from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.disks import vdi
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import ByteSource
from tests.build.differencing import differing_vdi
from tests.build.disks import MEGABYTE
from tests.targets.disks.bases import CONTENT, SIZE, assert_reads, base

BLOCK = random.Random(6).randbytes(MEGABYTE)


def vdi_chain(folder: Path, *layers: dict[int, bytes | None]) -> tuple[Path, bytes]:
    """A VDI over which there are these layers of blocks of 1 MB, the last of them, and what that reads as."""
    path, expected = base(folder, "vdi"), bytearray(CONTENT)
    for number, blocks in enumerate(layers, start=1):
        data = differing_vdi(path.read_bytes(), blocks, number * 100)
        path = folder / f"{{{number}}}.vdi"
        path.write_bytes(data)
        for at, block in blocks.items():
            expected[at * MEGABYTE : (at + 1) * MEGABYTE] = block or bytes(MEGABYTE)
    return path, bytes(expected)


def test_a_vdi_of_differences(tmp_path: Path) -> None:
    path, expected = vdi_chain(tmp_path, {0: BLOCK})
    assert_reads(opened_there(path), expected)
    path, expected = vdi_chain(tmp_path, {1: None, 3: BLOCK})  # a block of zeros is none that was not written
    assert_reads(opened_there(path), expected)


def test_a_chain_of_vdi(tmp_path: Path) -> None:
    path, expected = vdi_chain(tmp_path, {0: BLOCK, 1: None}, {2: BLOCK[::-1]}, {0: None, 3: BLOCK})
    assert_reads(opened_there(path), expected)
    with open_target(path) as found:
        assert found.kind == "VDI disk image, differences to {2}.vdi, to {1}.vdi, to base.vdi"


def test_a_vdi_that_is_larger_than_its_parent(tmp_path: Path) -> None:
    data = bytearray(vdi_chain(tmp_path, {0: BLOCK})[0].read_bytes())
    struct.pack_into("<Q", data, 368, SIZE + 3 * MEGABYTE)
    struct.pack_into("<I", data, 384, SIZE // MEGABYTE + 3)
    (table,) = struct.unpack_from("<I", data, 340)
    struct.pack_into("<3I", data, table + 4 * (SIZE // MEGABYTE), *(0xFFFFFFFF,) * 3)
    (tmp_path / "larger.vdi").write_bytes(data)
    (tmp_path / "{1}.vdi").unlink()
    assert_reads(opened_there(tmp_path / "larger.vdi"), BLOCK + CONTENT[MEGABYTE:] + bytes(3 * MEGABYTE))


def opened_there(path: Path) -> ByteSource:
    """A disk with all that lies in its folder."""

    def heads(length: int) -> Iterator[tuple[str, bytes]]:
        for each in sorted(path.parent.iterdir()):
            yield each.name, each.read_bytes()[:length]

    source = Memory(path.read_bytes())
    beside = Beside(path.name, lambda name: Memory((path.parent / name).read_bytes()), heads)
    return vdi.open_disk(source, beside)


def gone(path: Path) -> None:
    (path.parent / "base.vdi").unlink()


def in_another_folder(path: Path) -> None:
    (path.parent / "Snapshots").mkdir()
    shutil.move(path.parent / "base.vdi", path.parent / "Snapshots")


def as_a_link(path: Path) -> None:
    in_another_folder(path)
    (path.parent / "base.vdi").symlink_to(path.parent / "Snapshots/base.vdi")


def of_another_identity(path: Path) -> None:
    data = bytearray((path.parent / "base.vdi").read_bytes())
    data[392] ^= 1
    (path.parent / "base.vdi").write_bytes(data)


def twice(path: Path) -> None:
    shutil.copy(path.parent / "base.vdi", path.parent / "a copy")


def of_itself(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[424:440] = data[392:408]
    path.write_bytes(data)


def of_none(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[424:440] = bytes(16)
    path.write_bytes(data)


def cut_in_half(path: Path) -> None:
    data = (path.parent / "base.vdi").read_bytes()
    (path.parent / "base.vdi").write_bytes(data[:500])


NOT_BESIDE = r"differences to the disk [0-9a-f-]{36}, and no VDI beside it is that disk"
VDI_PARENTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "missing": (gone, NOT_BESIDE),
    "in another folder": (in_another_folder, NOT_BESIDE),
    "a link": (as_a_link, NOT_BESIDE),
    "another disk of its name": (of_another_identity, NOT_BESIDE),
    "none named": (of_none, "differences to the disk 00000000-0000-0000-0000-000000000000, and no VDI"),
    "there twice": (twice, r"several beside it are that disk: a copy, base\.vdi"),
    "the disk itself": (of_itself, "are they in a circle"),
    "damaged": (cut_in_half, r"the disk that it differs from, base\.vdi: the image is cut short"),
}


@pytest.mark.parametrize(("change", "problem"), VDI_PARENTS.values(), ids=list(VDI_PARENTS))
def test_the_parent_of_a_vdi_is_that_disk_and_beside_it(
    change: Callable[[Path], None], problem: str, tmp_path: Path
) -> None:
    path, _ = vdi_chain(tmp_path, {0: BLOCK})
    (tmp_path / "a folder.vdi").mkdir()
    os.mkfifo(tmp_path / "a pipe.vdi")
    change(path)
    with pytest.raises(TargetError, match=problem), open_target(path):
        pass


def test_of_copies_of_a_vdi_the_one_that_was_not_written_to_counts(tmp_path: Path) -> None:
    path, expected = vdi_chain(tmp_path, {0: BLOCK})
    data = bytearray((tmp_path / "base.vdi").read_bytes())
    data[408:424] = bytes(16)
    data[-100:] = b"x" * 100
    (tmp_path / "a later copy.vdi").write_bytes(data)
    assert_reads(opened_there(path), expected)


def test_a_vdi_whose_parent_was_merged_into(tmp_path: Path) -> None:
    """VirtualBox renews the last change of a disk that it merges another into, and nothing in the disk's children."""
    path, expected = vdi_chain(tmp_path, {0: BLOCK})
    data = bytearray((tmp_path / "base.vdi").read_bytes())
    data[408:424] = bytes(range(16))
    (tmp_path / "base.vdi").write_bytes(data)
    assert_reads(opened_there(path), expected)


def test_a_folder_of_too_many_files_is_not_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_MAX_BESIDE", 3)
    path, _ = vdi_chain(tmp_path, {0: BLOCK})
    for number in range(3):
        (tmp_path / f"{number}.txt").write_bytes(b"")
    with pytest.raises(TargetError, match="files lie beside it, which are too many to look through"), open_target(path):
        pass


def test_a_block_of_a_vdi_that_was_never_written_is_zeros() -> None:
    head = bytearray(1024)
    struct.pack_into("<2I", head, 64, 0xBEDA107F, 0x10001)
    struct.pack_into("<I 260x 2I 20x Q 4I", head, 76, 1, 512, 1024, 1024, 512, 0, 2, 1)
    struct.pack_into("<2I", head, 512, 0xFFFFFFFF, 0)
    disk = vdi.open_disk(Memory(bytes(head) + b"x" * 512), Beside("a.vdi", lambda _name: Memory(b"")))
    assert disk.read(0, 1024) == bytes(512) + b"x" * 512
