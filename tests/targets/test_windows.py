"""Every Windows of a target: where it lies, and that none is part of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.errors import TargetError
from hotfixcheck.targets import Found, open_target, windows_in
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.layout import TargetKind
from hotfixcheck.targets.nodes import NodeTree
from hotfixcheck.targets.opening import Opening
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.wanted import Wanted
from tests.build.targets import tar
from tests.build.tars import packed
from tests.targets.opened import opened


def test_a_windows_in_folders_of_one_folder(tmp_path: Path) -> None:
    write_demo(tmp_path / "a/b")
    (windows,) = windows_in(Found("folder", tree=DirectoryTree(tmp_path)), "target")
    assert (windows.name, windows.layout.kind) == ("target", TargetKind.DRIVE)
    assert windows.tree.path == str(tmp_path)
    assert [child.name for child in windows.tree.children("")] == ["WINNT"]
    with windows.tree.open("WINNT/system32/kernel32.dll") as file:
        assert file.read(0, 2) == b"MZ"


def test_several_windows_hide_each_other(tmp_path: Path) -> None:
    write_demo(tmp_path)
    (tmp_path / "WINNT").rename(tmp_path / "WIN2")
    write_demo(tmp_path)
    first, second = windows_in(Found("folder", tree=DirectoryTree(tmp_path)), "target")
    assert (first.name, second.name) == ("target, WIN2", "target, WINNT")
    assert [child.name for child in first.tree.children("")] == ["WIN2"]
    assert first.tree.path == str(tmp_path)
    with second.tree.open("WINNT/system32/kernel32.dll") as file:
        assert file.read(0, 2) == b"MZ"


def test_what_could_not_be_opened_is_told_of_the_first(tmp_path: Path) -> None:
    write_demo(tmp_path)
    damaged = Found("container", "partition 2", problem="it is encrypted")
    whole = Found("folder", "partition 1", tree=DirectoryTree(tmp_path))
    (windows,) = windows_in(Found("disk", inside=(whole, damaged)), "target")
    assert windows.place == "partition 1"
    assert [(entry.path, entry.problem) for entry in windows.lost] == [("partition 2", "it is encrypted")]


def test_nothing_but_problems() -> None:
    found = Found("disk", inside=(Found("container", "partition 1", problem="it is encrypted"),))
    with pytest.raises(TargetError, match="there is no tree of files here: partition 1: it is encrypted"):
        windows_in(found, "target")
    with pytest.raises(TargetError, match=r"there is no tree of files here$"):
        windows_in(Found("disk"), "target")
    with pytest.raises(TargetError, match="the folder is empty"):
        windows_in(Found("tar archive", tree=NodeTree("target")), "target")
    with pytest.raises(TargetError, match="nothing in it could be read: bad header"):
        windows_in(Found("tar archive", tree=NodeTree("target"), cut_short="bad header"), "target")


def test_nesting_ends() -> None:
    class Nested:
        """Something that holds itself."""

        @staticmethod
        def detect(_source: object, _head: bytes) -> bool:
            return True

        @staticmethod
        def open(source: Memory, place: str, opening: Opening) -> Found:
            return Found("nested", place, inside=(opening.open(source, "inside"),))

    found = Opening("target", Wanted(), [Nested], ()).open(Memory(b"x"), "")  # type: ignore[list-item]
    depth = 0
    while found.inside:
        (found,) = found.inside
        depth += 1
    assert depth == 6
    assert found.problem == "it is nested more than 6 levels deep"


def test_a_source_that_cannot_be_read() -> None:
    class Broken:
        size, modified = 10, None

        def read(self, offset: int, length: int) -> bytes:
            raise OSError(5, "Input/output error")

    with opened(Broken()) as found:
        assert found.problem == "cannot be read: Input/output error"


def test_a_tar_in_a_tar_is_not_looked_into(tmp_path: Path) -> None:
    with opened(packed(("a.tar", packed(("a.dll", b"MZ"))))) as found:
        assert found.tree is not None
        assert [child.name for child in found.tree.children("")] == ["a.tar"]


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(TargetError, match="it is empty"), open_target(tmp_path / "a"):
        pass


def test_a_damaged_archive_says_why_nothing_was_found(tmp_path: Path) -> None:
    write_demo(tmp_path / "drive")
    path = tar("gz")(tmp_path / "drive", tmp_path)
    path.write_bytes(path.read_bytes()[:200])
    with open_target(path) as found:
        assert found.cut_short
