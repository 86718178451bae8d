"""What lies beside an image: by which names it is looked for, in a folder and in a tree, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hotfixcheck.targets import beside
from hotfixcheck.targets.beside import ALONE, Beside, beside_in, beside_path
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import ByteSource


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "disk.vmdk").write_bytes(b"the disk")
    (tmp_path / "Disk-Flat.vmdk").write_bytes(b"its extent")
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.fixture
def kept() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize(
    ("name", "last", "ending"),
    [
        pytest.param("image.e01", "E02", "image.e02", id="lower case"),
        pytest.param("image.Ex01", "Ex02", "image.Ex02", id="either"),
        pytest.param("IMAGE.EX01", "Ex02", "IMAGE.EX02", id="capitals"),
        pytest.param("image", "E02", "image.E02", id="none"),
    ],
)
def test_another_ending_is_in_the_case_of_the_images_own(name: str, last: str, ending: str) -> None:
    assert Beside(name, ALONE.open).ending(last) == ending


def test_in_a_folder(folder: Path, kept: ExitStack) -> None:
    there = beside_path(folder / "disk.vmdk", kept.enter_context)
    assert there.name == "disk.vmdk"
    assert there.open("Disk-Flat.vmdk").read(0, 100) == b"its extent"
    assert list(there.heads(3)) == [("Disk-Flat.vmdk", b"its"), ("disk.vmdk", b"the")]
    with pytest.raises(FileNotFoundError, match=r"a part of it is missing: gone\.vmdk"):
        there.open("gone.vmdk")


@pytest.mark.posix
def test_links_and_folders_of_a_folder_are_no_parts(folder: Path, kept: ExitStack) -> None:
    (folder / "link.vmdk").symlink_to("disk.vmdk")
    there = beside_path(folder / "disk.vmdk", kept.enter_context)
    with pytest.raises(OSError, match=r"links are not followed: link\.vmdk"):
        there.open("link.vmdk")
    with pytest.raises(OSError, match="it is not a regular file"):
        there.open("folder")
    assert dict(there.heads(3)).keys() == {"Disk-Flat.vmdk", "disk.vmdk"}


def test_in_a_tree_case_counts_for_nothing(folder: Path) -> None:
    def part(path: str) -> ByteSource:
        return Memory((folder / path).read_bytes())

    there = beside_in(DirectoryTree(folder), "disk.vmdk", part, lambda path, length: part(path).read(0, length))
    assert there.open("disk-flat.VMDK").read(0, 100) == b"its extent"
    assert list(there.heads(3)) == [("Disk-Flat.vmdk", b"its"), ("disk.vmdk", b"the")]
    with pytest.raises(FileNotFoundError, match=r"a part of it is missing: gone\.vmdk"):
        there.open("gone.vmdk")


def test_very_many_files_are_not_looked_through(folder: Path, kept: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_MAX_BESIDE", 1)
    for there in (
        beside_path(folder / "disk.vmdk", kept.enter_context),
        beside_in(DirectoryTree(folder), "disk.vmdk", lambda _path: Memory(b"")),
    ):
        with pytest.raises(OSError, match="2 files lie beside it, which are too many"):
            list(there.heads(3))


def test_alone_there_is_nothing() -> None:
    assert list(ALONE.heads(3)) == []
    with pytest.raises(FileNotFoundError, match=r"another part of it, a\.vmdk, is not looked for where it lies"):
        ALONE.open("a.vmdk")
