"""What only Windows has, shown to a folder on any system: junctions, and opening that follows links."""

from __future__ import annotations

import ntpath
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from hotfixcheck.targets import directory
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.tree import Child, ChildKind


def test_where_opening_follows_links_they_are_resolved_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.dll").write_bytes(b"inside")
    (tmp_path / "secret").write_bytes(b"outside")
    (root / "out.dll").symlink_to(tmp_path / "secret")
    monkeypatch.setattr(directory, "_FOLLOWS_LINKS", True)
    tree = DirectoryTree(root)
    with tree.open("a.dll") as source:
        assert source.read(0, 10) == b"inside"
    with pytest.raises(OSError, match="out of the target"):
        tree.open("out.dll")


class Junction:
    """As Python 3.11 shows one."""

    name = "junction"

    def __init__(self, path: str) -> None:
        self.path = path

    def is_symlink(self) -> bool:
        return False

    def is_file(self, *, follow_symlinks: bool) -> bool:
        return follow_symlinks

    def is_dir(self, *, follow_symlinks: bool) -> bool:
        return not follow_symlinks

    def stat(self, *, follow_symlinks: bool) -> SimpleNamespace:
        assert not follow_symlinks
        return SimpleNamespace(st_reparse_tag=0xA0000003)


class JunctionOfLaterPythons(Junction):
    def is_junction(self) -> bool:
        return True

    def stat(self, *, follow_symlinks: bool) -> SimpleNamespace:
        raise AssertionError(follow_symlinks)


@pytest.mark.parametrize("kind", [Junction, JunctionOfLaterPythons])
def test_a_junction_is_a_link(kind: type[Junction], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "junction").symlink_to("target")  # what resolving one gives is the same

    class Entries:
        def __enter__(self) -> Iterator[Junction]:
            return iter([kind(str(tmp_path / "junction"))])

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", lambda _path: Entries())
    monkeypatch.setattr(directory, "_FOLLOWS_LINKS", True)
    assert DirectoryTree(tmp_path).children("") == []
    (tmp_path / "target").rmdir()
    (gone,) = DirectoryTree(tmp_path).children("")
    assert gone == Child("junction", ChildKind.UNREADABLE, "the link leads nowhere: target")


@pytest.mark.parametrize(
    ("path", "folder", "inside"),
    [
        pytest.param("C:\\Windows\\a.dll", "C:\\", True, id="a drive"),
        pytest.param("C:\\Windows2", "C:\\Windows", False, id="another folder"),
        pytest.param("D:\\a.dll", "C:\\", False, id="another drive"),
        pytest.param("Volume{1}\\a.dll", "C:\\", False, id="a volume without a letter"),
        pytest.param("UNC\\host\\C$\\Windows\\a.dll", "UNC\\host\\C$\\", True, id="an administrative share"),
        pytest.param("UNC\\host\\D$\\a.dll", "UNC\\host\\C$\\", False, id="another share"),
        pytest.param("C:\\a.dll", "UNC\\host\\C$\\", False, id="a drive of this machine"),
    ],
)
def test_what_lies_in_a_folder_by_paths_of_windows(
    path: str, folder: str, inside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os.path, "commonpath", ntpath.commonpath)
    assert directory._is_inside(f"\\\\?\\{path}", f"\\\\?\\{folder}") is inside
