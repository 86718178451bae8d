"""The files of a scan as they are read: by several threads, hashed, changing or failing meanwhile."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest

from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.inventory import FileRecord, Inventory, begin_scan, scan, take_inventory
from hotfixcheck.inventory.cache import ScanCache
from hotfixcheck.targets.directory import DirectoryTree, OpenFile
from hotfixcheck.targets.layout import find_layout
from hotfixcheck.targets.tree import ByteSource, Child
from tests.build.sources import BytesSource
from tests.inventory.scanning import DLL, NAMES, scanned


def test_each_file_is_opened_once(tmp_path: Path) -> None:
    write_demo(tmp_path)
    opened: list[str] = []

    class Counting(DirectoryTree):
        def open(self, path: str):  # type: ignore[no-untyped-def]
            opened.append(path)
            return super().open(path)

    tree = Counting(tmp_path)
    take_inventory(tree, find_layout(tree), names=frozenset())
    executables = [path for path in opened if path.endswith((".dll", ".exe"))]
    assert sorted(set(executables)) == sorted(executables)


def hashes(inventory: Inventory) -> dict[str, str]:
    return {record.path: record.sha256 for record in inventory.records}


def test_hashes_are_of_all_bytes_of_every_file_that_has_a_row(tmp_path: Path) -> None:
    contents = {
        "kernel32.dll": DLL + bytes(3 << 20),
        "cut.dll": DLL[:600],
        "zeros.dll": bytes(5000),
        "empty.dll": b"",
        "hosts": b"127.0.0.1 localhost",
    }
    for name, content in {**contents, "readme.txt": b"text"}.items():
        (tmp_path / name).write_bytes(content)
    tree = DirectoryTree(tmp_path)
    taken = take_inventory(tree, find_layout(tree), names=NAMES, hashes=True)
    assert hashes(taken) == {name: sha256(content).hexdigest() for name, content in sorted(contents.items())}
    assert set(hashes(scanned(tmp_path)).values()) == {""}


@pytest.mark.parametrize("jobs", [None, 1, 2, 8])
def test_the_rows_are_the_same_in_the_same_order_whoever_reads(jobs: int | None, tmp_path: Path) -> None:
    root = write_demo(tmp_path)
    for number in range(700):
        (root / "WINNT" / f"File{number}.dll").write_bytes(DLL[: 300 + number])
    tree = DirectoryTree(root)
    taken = take_inventory(tree, find_layout(tree), names=NAMES, jobs=jobs, hashes=True)
    one = take_inventory(tree, find_layout(tree), names=NAMES, jobs=1, hashes=True)
    assert taken == one
    assert len(taken.records) == 706


def test_threads_help_where_the_disk_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kernel32.dll").write_bytes(DLL)
    for number in range(300):
        (tmp_path / f"file{number}.dll").write_bytes(DLL)
    threads = set()

    class Slow(DirectoryTree):
        def open(self, path: str) -> OpenFile:
            threads.add(threading.current_thread())
            time.sleep(0.001)
            return super().open(path)

    def read_by(tree: DirectoryTree) -> int:
        threads.clear()
        assert len(take_inventory(tree, find_layout(tree), names=frozenset()).records) == 301
        return len(threads)

    assert read_by(Slow(tmp_path)) > 1
    monkeypatch.setattr(scan, "WAITING", 10.0)
    assert read_by(Slow(tmp_path)) == 1


def test_a_scan_that_is_given_up_stops_its_threads(tmp_path: Path) -> None:
    (tmp_path / "kernel32.dll").write_bytes(DLL)
    for number in range(1000):
        (tmp_path / f"file{number}.dll").write_bytes(DLL)
    tree = DirectoryTree(tmp_path)
    before = threading.active_count()
    records = begin_scan(tree, find_layout(tree), names=frozenset(), jobs=2).records
    next(records)
    assert threading.active_count() == before + 2
    records.close()  # type: ignore[attr-defined] # it is a generator
    assert threading.active_count() == before


def test_a_scan_that_is_given_up_waits_for_no_hash(tmp_path: Path) -> None:
    """As Ctrl-C does: a page file of many gigabytes may be under the hand of a thread."""
    (tmp_path / "kernel32.dll").write_bytes(DLL)
    for number in range(300):
        (tmp_path / f"a{number:03}.dll").write_bytes(DLL)
    (tmp_path / "huge.sys").write_bytes(b"")
    os.truncate(tmp_path / "huge.sys", 1 << 40)
    tree = DirectoryTree(tmp_path)
    records = begin_scan(tree, find_layout(tree), names=frozenset(), jobs=2, hashes=True).records
    next(records)
    time.sleep(0.2)  # until one of them hashes it
    start = time.perf_counter()
    records.close()  # type: ignore[attr-defined] # it is a generator
    assert time.perf_counter() - start < 60  # the whole file takes longer


def test_a_file_that_grows_without_end_is_hashed_no_further_than_it_was(tmp_path: Path) -> None:
    (tmp_path / "kernel32.dll").write_bytes(DLL)

    class Growing:
        """Has always more to read."""

        size, modified = len(DLL), None

        def __enter__(self) -> Growing:
            return self

        def __exit__(self, *_: object) -> None: ...

        def read(self, offset: int, length: int) -> bytes:
            return (DLL[offset:] + bytes(length))[:length]

    class Tree(DirectoryTree):
        def open(self, path: str) -> OpenFile:
            return cast(OpenFile, Growing())

    taken = take_inventory(Tree(tmp_path), find_layout(Tree(tmp_path)), names=frozenset(), hashes=True)
    assert "bytes when it was opened" in taken.records[0].problem


class Changing(DirectoryTree):
    """What happens to a.dll between its opening and its being read."""

    def __init__(self, path: Path, change: Callable[[Path], object]) -> None:
        super().__init__(path)
        self._file = path / "a.dll"
        self._change = change

    def open(self, path: str) -> OpenFile:
        opened = super().open(path)
        if path == "a.dll":
            self._change(self._file)
        return opened


CHANGES: dict[str, Any] = {
    "it shrinks": (lambda file: os.truncate(file, 600), "cut short", "cannot be read: "),
    "it shrinks to nothing": (lambda file: os.truncate(file, 0), "it is empty", "cannot be read: "),
    "it grows": (lambda file: file.write_bytes(DLL + bytes(100)), "", "cannot be read: "),
    "it vanishes": pytest.param(Path.unlink, "", "", marks=pytest.mark.posix),
}


@pytest.mark.parametrize(("change", "problem", "hashed"), CHANGES.values(), ids=CHANGES)
def test_a_file_that_changes_while_it_is_read(
    change: Callable[[Path], object], problem: str, hashed: str, tmp_path: Path
) -> None:
    (tmp_path / "kernel32.dll").write_bytes(DLL)

    def row(*, hashes: bool) -> FileRecord:
        (tmp_path / "a.dll").write_bytes(DLL)
        tree = Changing(tmp_path, change)
        return take_inventory(tree, find_layout(tree), names=frozenset(), hashes=hashes).records[0]

    assert row(hashes=False).path == "a.dll"
    assert problem in row(hashes=False).problem
    assert (row(hashes=False).facts is None) == bool(problem)
    told = row(hashes=True)
    assert told.problem.startswith(hashed)
    assert (told.sha256 == "") == bool(hashed)


@pytest.mark.posix
def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "kernel32.dll").write_bytes(DLL)

    class Replacing(DirectoryTree):
        def children(self, folder: str) -> list[Child]:
            (tmp_path / "a.dll").unlink(missing_ok=True)
            (tmp_path / "a.dll").write_bytes(DLL)
            listed = super().children(folder)
            (tmp_path / "a.dll").unlink()
            os.mkfifo(tmp_path / "a.dll")
            return listed

    tree = Replacing(tmp_path)
    taken = take_inventory(tree, find_layout(tree), names=frozenset())
    assert taken.records[0] == FileRecord("a.dll", None, "cannot be read: it is not a regular file")


def test_a_file_that_may_not_be_read_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "kernel32.dll").write_bytes(DLL)
    (tmp_path / "a.dll").write_bytes(DLL)

    class Denying(DirectoryTree):
        def open(self, path: str) -> OpenFile:
            if path == "a.dll":
                raise PermissionError(13, "Permission denied")
            return super().open(path)

    tree = Denying(tmp_path)
    taken = take_inventory(tree, find_layout(tree), names=frozenset())
    assert taken.records[0] == FileRecord("a.dll", None, "cannot be read: Permission denied")


class Unreadable:
    """A file whose disk fails."""

    size, modified = 5000, None

    def __enter__(self) -> Unreadable:
        return self

    def __exit__(self, *_: object) -> None: ...

    def read(self, offset: int, length: int) -> bytes:
        raise OSError(5, "Input/output error")


def test_a_target_without_file_descriptors(tmp_path: Path) -> None:
    """Nothing but the protocol is asked for, by one thread, and nothing is kept."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "kernel32.dll").write_bytes(DLL)
    (tmp_path / "tree" / "a.dll").write_bytes(DLL)
    folder = DirectoryTree(tmp_path / "tree")

    class Tree:
        path = "archive.tar"

        def children(self, name: str) -> list[Child]:
            return folder.children(name)

        def open(self, path: str) -> AbstractContextManager[ByteSource]:
            assert threading.current_thread() is threading.main_thread()
            return Unreadable() if path == "a.dll" else nullcontext(BytesSource(DLL))

    kept = ScanCache(tmp_path / "cache")
    taken = take_inventory(Tree(), find_layout(Tree()), names=frozenset(), jobs=4, hashes=True, cache=kept)
    assert [(record.problem, record.sha256) for record in taken.records] == [
        ("cannot be read: Input/output error", ""),
        ("", sha256(DLL).hexdigest()),
    ]
    kept.close()
    assert kept.kept == 0
