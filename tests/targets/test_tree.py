"""Walks over a tree: order, depth, what is left out, and what is an entry with its problem."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.files import File
from hotfixcheck.targets.nodes import NodeTree
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import MAX_DEPTH, Child, ChildKind, Entry, find_file, joined, path_order, walk
from tests.build.trees import Listing, file, folder


def paths(root: Path) -> list[str]:
    return [entry.path for entry in walk(DirectoryTree(root))]


def test_files_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for path in ("b/z.dll", "b/a.dll", "a/y/x.dll", "a/x.dll", "a.dll", "c.dll", "B.dll", "a/z", "a-b"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"MZ")
    (tmp_path / "empty").mkdir()
    ordered = ["a-b", "a.dll", "a/x.dll", "a/y/x.dll", "a/z", "B.dll", "b/a.dll", "b/z.dll", "c.dll"]
    assert paths(tmp_path) == ordered


NAMES = st.text(st.sampled_from("aAbB.-!0\u03a3\u03c3\u0130 "), min_size=1, max_size=3).filter(
    lambda name: name not in {".", ".."}
)


@given(st.lists(st.lists(NAMES, min_size=1, max_size=4).map("/".join), max_size=40))
def test_the_order_is_that_of_whole_paths(several: list[str]) -> None:
    """Whatever names sort before a slash, and with folders that differ in case alone."""
    made = NodeTree("target")
    for path in several:
        made.add(path, File(Memory(b"")))
    found = [entry.path for entry in walk(made)]
    assert found == sorted(found, key=path_order)
    assert len(set(found)) == len(found)


def test_folders_are_left_out_by_name(tmp_path: Path) -> None:
    for name in ("a", "dllcache", "a/dllcache"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.dll").write_bytes(b"MZ")
    found = [entry.path for entry in walk(DirectoryTree(tmp_path), enter=lambda path: not path.endswith("dllcache"))]
    assert found == ["a/x.dll"]


def test_what_cannot_be_listed_is_an_entry() -> None:
    tree = Listing({"": [folder("a"), folder("b")], "a": None, "b": [file("c.dll")]})
    denied = "the folder cannot be listed: Permission denied"
    assert list(walk(tree)) == [Entry("a", denied, is_folder=True), Entry("b/c.dll")]
    assert list(walk(Listing({"": None}))) == [Entry(".", denied, is_folder=True)]


def test_what_cannot_be_followed_is_an_entry() -> None:
    tree = Listing({"": [Child("a.dll", ChildKind.UNREADABLE, "the link leads nowhere")]})
    assert list(walk(tree)) == [Entry("a.dll", "the link leads nowhere")]


def test_nesting_has_an_end(tmp_path: Path) -> None:
    at = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(MAX_DEPTH + 60):
            os.mkdir("d" * 20, dir_fd=at)
            below = os.open("d" * 20, os.O_RDONLY, dir_fd=at)
            os.close(at)
            at = below
            handle = os.open("a.dll", os.O_CREAT | os.O_WRONLY, dir_fd=at)
            os.close(handle)
    finally:
        os.close(at)
    entries = list(walk(DirectoryTree(tmp_path)))
    files, problems = [e for e in entries if not e.problem], [e for e in entries if e.problem]
    assert len(files) == MAX_DEPTH
    assert [e.problem for e in problems] == [f"the folder is nested more than {MAX_DEPTH} levels deep"]
    assert problems[0].is_folder


def test_a_path_too_long_for_the_system_is_an_entry(tmp_path: Path) -> None:
    at = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(20):  # 20 x 251 > PATH_MAX
            os.mkdir("d" * 250, dir_fd=at)
            below = os.open("d" * 250, os.O_RDONLY, dir_fd=at)
            os.close(at)
            at = below
    finally:
        os.close(at)
    (entry,) = walk(DirectoryTree(tmp_path))
    assert entry.is_folder
    assert "name too long" in entry.problem


def test_a_loop_of_folder_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/up").symlink_to("../..")
    (tmp_path / "a/b/c.dll").write_bytes(b"MZ")
    (tmp_path / "d").symlink_to("a")
    assert paths(tmp_path) == ["a/b/c.dll", "a/b/up"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("kernel32.dll", "KERNEL32.DLL"),
        ("ntoskrnl.exe", "NtOsKrnl.exe"),
        ("config", None),
        ("gone.dll", None),
        ("twin.dll", "TWIN.dll"),
        ("TWIN.DLL", "TWIN.dll"),
    ],
)
def test_a_file_is_found_without_regard_to_case(name: str, found: str | None) -> None:
    names = [file("KERNEL32.DLL"), file("NtOsKrnl.exe"), folder("config"), file("twin.dll"), file("TWIN.dll")]
    child = find_file(Listing({"": names}), "", name)
    assert (child.name if child else None) == found


def test_parts_of_a_path() -> None:
    assert joined("", "a") == "a"
    assert joined("a/b", "c") == "a/b/c"
    assert Entry("a/b/C.dll").name == "C.dll"
    assert Entry("C.dll").name == "C.dll"
