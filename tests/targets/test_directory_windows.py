"""What only Windows has, shown to a folder on any system: junctions, and opening that follows links."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfixcheck.targets import directory
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.tree import Child, ChildKind


def test_where_opening_follows_links_every_file_is_resolved_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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


def test_a_junction_is_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "junction").symlink_to("target")  # what resolving one gives is the same

    class Junction:
        name, path = "junction", str(tmp_path / "junction")

        def is_symlink(self) -> bool:
            return False

        def is_file(self, *, follow_symlinks: bool) -> bool:
            return follow_symlinks

        def is_junction(self) -> bool:
            return True

    class Entries:
        def __enter__(self) -> Iterator[Junction]:
            return iter([Junction()])

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", lambda _path: Entries())
    assert DirectoryTree(tmp_path).children("") == []
    (tmp_path / "target").rmdir()
    (gone,) = DirectoryTree(tmp_path).children("")
    assert gone == Child("junction", ChildKind.UNREADABLE, "the link leads nowhere: target")
