"""TARGET as the user names it: what opens, and what is refused in which words."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hotfixcheck.errors import TargetError
from hotfixcheck.targets import open_target
from hotfixcheck.targets.tree import FileTree


def opened(path: Path) -> FileTree:
    with open_target(path) as found:
        assert found.tree is not None
        return found.tree


def test_a_folder_opens(tmp_path: Path) -> None:
    (tmp_path / "a.dll").write_bytes(b"MZ")
    assert [child.name for child in opened(tmp_path).children("")] == ["a.dll"]


def test_a_link_to_a_folder_opens(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.dll").write_bytes(b"MZ")
    (tmp_path / "real/b.dll").symlink_to("a.dll")
    (tmp_path / "link").symlink_to("real")
    tree = opened(tmp_path / "link")
    assert tree.path == str(tmp_path / "link")
    assert [(child.name, child.problem) for child in tree.children("")] == [("a.dll", ""), ("b.dll", "")]
    with tree.open("b.dll") as source:
        assert source.read(0, 2) == b"MZ"


def missing(_path: Path) -> None:
    return


def dangling(path: Path) -> None:
    path.symlink_to("gone")


def looping(path: Path) -> None:
    path.symlink_to(path.name)


def plain_file(path: Path) -> None:
    path.write_bytes(b"a letter")


def executable(path: Path) -> None:
    path.write_bytes(b"MZ")


def fifo(path: Path) -> None:
    os.mkfifo(path)


REFUSED: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "missing": (missing, "there is no such file or folder", "TARGET is a folder, an archive, an image or an inventory"),
    "dangling link": (dangling, "this link leads nowhere", "TARGET is a folder, an archive, an image or an inventory"),
    "looping link": (looping, "cannot be opened: too many levels of symbolic links", ""),
    "plain file": (plain_file, "not a kind of target that hotfixcheck reads", "give a system32 folder"),
    "executable": (executable, "not a kind of target that hotfixcheck reads", "it is one executable: give the folder"),
    "FIFO": (fifo, "not a kind of target that hotfixcheck reads", "give a system32 folder"),
}


@pytest.mark.parametrize(("make", "problem", "advice"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path: Path, make: Callable[[Path], None], problem: str, advice: str) -> None:
    path = tmp_path / "target"
    make(path)
    with pytest.raises(TargetError) as raised:
        opened(path)
    assert raised.value.file == str(path)
    assert problem in raised.value.problem
    assert raised.value.advice.startswith(advice)


def test_what_the_system_refuses_is_said_in_its_words(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="cannot be opened: file name too long"):
        opened(tmp_path / ("a" * 300))


def test_an_error_without_words_is_still_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stat(_path: Path) -> os.stat_result:
        raise OSError("Odd")

    monkeypatch.setattr(Path, "stat", stat)
    with pytest.raises(TargetError, match="cannot be opened: odd"):
        opened(tmp_path)
