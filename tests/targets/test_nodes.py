"""Trees in memory: names, links and what they lead to, as a folder shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.files import File
from hotfixcheck.targets.nodes import Folder, Link, Node, NodeTree, parts_of
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import Child, ChildKind

LINKS = {
    "to a file": "kernel32.dll",
    "up and down": "../system32/kernel32.dll",
    "through a link": "alias/kernel32.dll",
    "to a folder beside": "../spool",
    "to a folder above": "..",
    "to its own folder": ".",
    "nowhere": "gone.dll",
    "nowhere in a folder": "gone/a.dll",
    "to itself": "link",
    "through a file": "kernel32.dll/a.dll",
    "out of the tree": "../../../outside",
    "out of the tree and back": "../../../root/WINNT/system32/kernel32.dll",
    "absolute": "/etc/hostname",
}


def made_of(**inside: Node) -> NodeTree:
    made = NodeTree("target")
    for name, node in inside.items():
        made.add(name, node)
    return made


def tree(link: str) -> NodeTree:
    made = NodeTree("target")
    for path, data in (("kernel32.dll", b"MZ kernel"), ("a.dll", b"MZ a")):
        made.add(f"WINNT/system32/{path}", File(Memory(data)))
    made.add("WINNT/spool/x.dll", File(Memory(b"MZ x")))
    made.add("WINNT/system32/alias", Link("../system32"))
    made.add("WINNT/system32/link", Link(link))
    return made


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_links_are_what_they_are_in_a_folder(tmp_path: Path, link: str) -> None:
    (tmp_path / "outside").write_bytes(b"outside")
    system32 = tmp_path / "root/WINNT/system32"
    system32.mkdir(parents=True)
    (system32.parent / "spool").mkdir()
    (system32.parent / "spool/x.dll").write_bytes(b"MZ x")
    (system32 / "kernel32.dll").write_bytes(b"MZ kernel")
    (system32 / "a.dll").write_bytes(b"MZ a")
    (system32 / "alias").symlink_to("../system32")
    (system32 / "link").symlink_to(link)
    folder, made = DirectoryTree(tmp_path / "root"), tree(link)
    if link.startswith("../../../root"):  # a folder knows its own name, a tree in an archive has none
        assert "out of the target" in made.children("WINNT/system32")[-1].problem
        return
    for path in ("", "WINNT", "WINNT/system32"):
        assert made.children(path) == folder.children(path)


def test_a_link_to_what_cannot_be_read_says_why() -> None:
    made = made_of(a=File(problem="it is encrypted"), b=Link("a"))
    assert made.children("") == [Child(name, ChildKind.UNREADABLE, "it is encrypted") for name in "ab"]


OPENED: dict[str, tuple[Node, str]] = {
    "a folder": (Folder(), "Is a directory"),
    "what cannot be read": (File(problem="it is encrypted"), "it is encrypted"),
    "what cannot be read whole": (File(Memory(b"half"), "cut short"), "cut short"),
    "what was not kept": (File(), "its bytes were not kept"),
    "nothing": (Link("gone"), "No such file"),
}


@pytest.mark.parametrize(("node", "problem"), OPENED.values(), ids=OPENED)
def test_what_does_not_open(node: Node, problem: str) -> None:
    with pytest.raises(OSError, match=problem):
        made_of(a=node).open("a")


def test_a_file_is_no_folder() -> None:
    with pytest.raises(OSError, match="Not a directory"):
        made_of(a=File()).children("a")


def number_of(tree: NodeTree, path: str) -> int:
    found = tree.find(path)[1]
    assert isinstance(found, File)
    return found.number


def test_what_comes_last_counts() -> None:
    made = NodeTree("target")
    first, second = File(number=1), File(number=2)
    for node in (first, second):
        made.add("a/b", node)
    assert number_of(made, "a/b") == 2
    made.add("a/b/c", first)  # what was a file is a folder now
    assert number_of(made, "a/b/c") == 1
    made.add("a/b", Folder())  # a folder again changes nothing
    assert number_of(made, "a/b/c") == 1
    made.add(".", Folder())
    assert made.names_in(made.top) == ["a"]
    made.add("a/b", second)  # and a file, with nothing in it
    made.add("a/b/d", first)
    assert [child.name for child in made.children("a/b")] == ["d"]
    with pytest.raises(FileNotFoundError):
        made.find("a/b/c")


def test_names_below_a_link_are_where_it_leads() -> None:
    made = NodeTree("target")
    made.add("real/x", File())
    made.add("link", Link("real"))
    made.add("link/y", File(number=7))
    assert [child.name for child in made.children("real")] == ["x", "y"]


def test_the_tree_of_a_folder_alone() -> None:
    below = tree("../../a.dll").below("WINNT/system32")
    assert [child.name for child in below.children("")] == ["a.dll", "alias", "kernel32.dll", "link"]
    assert "out of the target" in below.children("")[-1].problem
    assert tree("a").below("WINNT/system32/a.dll").children("") == []


def test_parts() -> None:
    assert parts_of("./a//b/./c/") == ["a", "b", "c"]


def test_names_of_a_kind_are_found_wherever_they_are() -> None:
    made = made_of(d=File())
    for path, node in (("a/b.DLL", File()), ("c/b.dll", Link("a")), ("c/gone/b.dll", File())):
        made.add(path, node)
    made.remove(made.top, "d")
    assert list(made.paths_named(lambda name: name in {"b.dll", "d"})) == ["", "a/b.DLL", "c/b.dll", "c/gone/b.dll"]


def test_a_file_of_several_names_is_one() -> None:
    made = made_of(a=File(number=1))
    made.add("b", made.find("a")[1])
    found = made.find("b")[1]
    assert isinstance(found, File)
    found.source = Memory(b"MZ")
    made.keep(found)
    for name in "ab":
        with made.open(name) as file:
            assert file.read(0, 2) == b"MZ"
