"""A folder as a target: what is listed, what is followed, what is refused, and what is never waited for."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotfixcheck.targets import directory
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.tree import Child, ChildKind

AS_ROOT = not hasattr(os, "geteuid") or os.geteuid() == 0


def listed(root: Path, folder: str = "") -> list[tuple[str, str, str]]:
    return [(child.name, child.kind.value, child.problem) for child in DirectoryTree(root).children(folder)]


def read(root: Path, path: str) -> bytes:
    with DirectoryTree(root).open(path) as source:
        return source.read(0, source.size)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/secret.dll").write_bytes(b"MZ secret")
    root = tmp_path / "root"
    root.mkdir()
    return root


@pytest.mark.posix
def test_children_are_sorted_and_named_as_they_are(root: Path) -> None:
    for name in ("b.dll", "B.DLL", "a.dll", "É.dll"):
        (root / name).write_bytes(b"MZ")
    (root / "Folder").mkdir()
    assert listed(root) == [
        ("B.DLL", "file", ""),
        ("Folder", "folder", ""),
        ("a.dll", "file", ""),
        ("b.dll", "file", ""),
        ("É.dll", "file", ""),
    ]


@pytest.mark.posix
def test_a_name_that_is_not_utf8_is_listed_and_read(root: Path) -> None:
    try:
        (root / os.fsdecode(b"caf\xe9.dll")).write_bytes(b"MZ")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    assert listed(root) == [("caf\udce9.dll", "file", "")]
    assert read(root, "caf\udce9.dll") == b"MZ"


def test_children_of_a_subfolder(root: Path) -> None:
    (root / "a/b").mkdir(parents=True)
    (root / "a/b/c.dll").write_bytes(b"MZ")
    assert listed(root, "a") == [("b", "folder", "")]
    assert listed(root, "a/b") == [("c.dll", "file", "")]
    assert read(root, "a/b/c.dll") == b"MZ"


LINKS = {
    "to a file inside": ("kernel32.dll", "file", ""),
    "dangling": ("gone.dll", "unreadable", "the link leads nowhere: gone.dll"),
    "of ntfs-3g": (
        "unsupported reparse tag 0x80000013",
        "unreadable",
        "compressed or deduplicated by Windows: unsupported reparse tag 0x80000013",
    ),
    "to itself": ("link.dll", "unreadable", "the link leads back to itself: link.dll"),
    "out of the target to a file": (
        "../out/secret.dll",
        "unreadable",
        "the link leads out of the target: ../out/secret.dll",
    ),
    "out of the target to a folder": ("../out", "unreadable", "the link leads out of the target: ../out"),
    "out of the target by name": ("../rootless", "unreadable", "the link leads nowhere: ../rootless"),
    "to the folder that holds it": (".", "unreadable", "the link leads back to a folder that holds it: ."),
}


@pytest.mark.posix
@pytest.mark.parametrize(("target", "kind", "problem"), LINKS.values(), ids=LINKS)
def test_a_link_is(root: Path, target: str, kind: str, problem: str) -> None:
    (root / "kernel32.dll").write_bytes(b"MZ kernel")
    (root / "link.dll").symlink_to(target)
    assert listed(root) == [("kernel32.dll", "file", ""), ("link.dll", kind, problem)]
    if kind == "file":
        assert read(root, "link.dll") == b"MZ kernel"
    else:
        with pytest.raises(OSError):
            read(root, "link.dll")


@pytest.mark.posix
def test_a_sibling_whose_name_begins_alike_is_outside(root: Path) -> None:
    (root.parent / "root2").mkdir()
    (root.parent / "root2/a.dll").write_bytes(b"MZ")
    (root / "a.dll").symlink_to("../root2/a.dll")
    assert listed(root) == [("a.dll", "unreadable", "the link leads out of the target: ../root2/a.dll")]


@pytest.mark.posix
def test_a_pair_of_links_that_lead_to_each_other(root: Path) -> None:
    (root / "a").symlink_to("b")
    (root / "b").symlink_to("a")
    assert listed(root) == [
        ("a", "unreadable", "the link leads back to itself: b"),
        ("b", "unreadable", "the link leads back to itself: a"),
    ]


def test_a_folder_link_inside_is_left_to_its_real_place(root: Path) -> None:
    (root / "real").mkdir()
    (root / "link").symlink_to("real")
    assert listed(root) == [("real", "folder", "")]


@pytest.mark.posix
def test_a_folder_link_to_a_parent_is_a_problem(root: Path) -> None:
    (root / "a/b").mkdir(parents=True)
    (root / "a/b/up").symlink_to("../../a")
    assert listed(root, "a/b") == [("up", "unreadable", "the link leads back to a folder that holds it: ../../a")]


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        old = Path.cwd()
        os.chdir(path.parent)  # the path of a socket has room for 108 bytes
        try:
            listener.bind(path.name)
        finally:
            os.chdir(old)


@pytest.mark.posix
@pytest.mark.parametrize("make", [make_fifo, make_socket], ids=["FIFO", "socket"])
def test_what_is_no_file_is_never_waited_for(root: Path, make: Callable[[Path], None]) -> None:
    make(root / "a.dll")
    (root / "link.dll").symlink_to("a.dll")
    problem = "it is a device, pipe or socket, not a file"
    assert listed(root) == [("a.dll", "unreadable", problem), ("link.dll", "file", "")]
    for name in ("a.dll", "link.dll"):
        with pytest.raises(OSError):
            read(root, name)


def test_a_folder_is_no_file(root: Path) -> None:
    (root / "a.dll").mkdir()
    with pytest.raises(OSError, match=r"not a regular file|Permission denied"):
        read(root, "a.dll")


def test_a_file_that_vanished(root: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(root, "gone.dll")


@pytest.mark.skipif(AS_ROOT, reason="root is denied nothing")
def test_permission_denied(root: Path) -> None:
    (root / "a.dll").write_bytes(b"MZ")
    (root / "a.dll").chmod(0)
    (root / "sub").mkdir(mode=0)
    try:
        with pytest.raises(PermissionError):
            read(root, "a.dll")
        with pytest.raises(PermissionError):
            listed(root, "sub")
    finally:
        (root / "sub").chmod(0o700)


def test_an_entry_that_cannot_be_asked_is_unreadable(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "a.dll").write_bytes(b"MZ")

    class Entry:
        name, path = "a.dll", str(root / "a.dll")

        def is_symlink(self) -> bool:
            raise OSError(errno.EIO, "Input/output error")

    class Entries:
        def __enter__(self) -> list[Entry]:
            return [Entry()]

        def __exit__(self, *_: object) -> None:
            return

    monkeypatch.setattr(os, "scandir", lambda _path: Entries())
    assert DirectoryTree(root).children("") == [Child("a.dll", ChildKind.UNREADABLE, "Input/output error")]


@pytest.mark.posix
def test_a_link_that_cannot_be_followed_says_why(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "a.dll").symlink_to("b.dll")

    def denied(_path: str, *, strict: bool = False) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    tree = DirectoryTree(root)
    monkeypatch.setattr(os.path, "realpath", denied)
    assert tree.children("") == [Child("a.dll", ChildKind.UNREADABLE, "Permission denied: b.dll")]


def test_pieces(root: Path) -> None:
    (root / "a.dll").write_bytes(bytes(range(200)))
    with DirectoryTree(root).open("a.dll") as source:
        assert source.size == 200
        assert source.read(10, 5) == bytes(range(10, 15))
        assert source.read(190, 50) == bytes(range(190, 200))
        assert source.read(200, 5) == b""
        assert source.read(1 << 40, 5) == b""
        assert source.read(0, 0) == b""


@pytest.mark.parametrize("most", [3, 100])
def test_pieces_without_pread_and_short_ones(root: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    (root / "a.dll").write_bytes(b"0123456789")
    whole = directory._seek_and_read
    monkeypatch.setattr(directory, "_pread", lambda handle, length, offset: whole(handle, min(length, most), offset))
    with DirectoryTree(root).open("a.dll") as source:
        assert source.read(1, 8) == b"12345678"
        assert source.read(0, 20) == b"0123456789"


@pytest.mark.parametrize(
    ("nanoseconds", "modified"),
    [
        (959_860_800_123_456_789, datetime(2000, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (-11_644_473_600 * 10**9, datetime(1601, 1, 1, tzinfo=UTC)),
        (-1, datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
        (10**15 * 10**9, None),
        (-(10**15) * 10**9, None),
    ],
    ids=["2000", "epoch", "1601", "just before the epoch", "past the year 9999", "before the year 1"],
)
def test_the_time_of_a_file(nanoseconds: int, modified: datetime | None) -> None:
    assert directory._time(nanoseconds) == modified


def test_an_empty_file(root: Path) -> None:
    (root / "a.dll").touch()
    assert read(root, "a.dll") == b""


def test_the_target_is_named_as_the_user_did(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    (root / "sub").mkdir()
    assert DirectoryTree(Path("sub")).path == "sub"


def test_the_target_may_be_moved_to_without_effect(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "a.dll").write_bytes(b"MZ")
    monkeypatch.chdir(root.parent)
    tree = DirectoryTree(Path("root"))
    monkeypatch.chdir("/")
    assert [child.name for child in tree.children("")] == ["a.dll"]


def test_a_folder_that_is_replaced_by_another_is_read_where_its_name_is_found(root: Path) -> None:
    tree = DirectoryTree(root)
    (root / "folder").mkdir()
    (root / "folder" / "a.dll").write_bytes(b"old")
    with tree.open("folder/a.dll") as source:
        assert source.read(0, 10) == b"old"
    (root / "folder" / "a.dll").unlink()
    (root / "folder").rmdir()
    (root / "folder").mkdir()
    (root / "folder" / "a.dll").write_bytes(b"new")
    with tree.open("folder/a.dll") as source:
        assert source.read(0, 10) == b"new"
