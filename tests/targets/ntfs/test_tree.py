"""A volume of NTFS as a tree of files: names, links and reparse points, against libntfs-3g's writing."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from hotfixcheck.targets.tree import Child, ChildKind
from hotfixcheck.targets.windowsfs.reparse import Reparse, read_reparse
from tests.build.ntfs3g import writing
from tests.targets.ntfs.volumes import DLL, listed, symlink, tagged, tree_of


def junction(target: str) -> bytes:
    path = target.encode("utf-16-le")
    body = struct.pack("<4H", 0, len(path), len(path) + 2, 0) + path + bytes(4)
    return struct.pack("<I 2H", 0xA0000003, len(body), 0) + body


def test_names_as_windows_and_others_write_them(image: Path) -> None:
    with writing(image) as volume:
        volume.folder("/WINNT")
        volume.file("/WINNT/A long name of a file.dll", b"long")
        volume.short_name("/WINNT/A long name of a file.dll", "ALONGN~1.DLL")
        volume.file("/WINNT/twin.dll", b"first")
        volume.file("/WINNT/TWIN.DLL", b"second")
        volume.file("/WINNT/na\u00efve \u4e2d.dll", b"unicode")
        volume.file("/WINNT/half \ud83d.dll", b"half a pair")
        volume.link("/WINNT/hard.dll", "/WINNT/twin.dll")
        volume.file("/empty", b"")
    assert listed(image) == {
        "WINNT/A long name of a file.dll": b"long",
        "WINNT/twin.dll": b"first",
        "WINNT/TWIN.DLL": b"second",
        "WINNT/na\u00efve \u4e2d.dll": b"unicode",
        "WINNT/half \ud83d.dll": b"half a pair",
        "WINNT/hard.dll": b"first",
        "empty": b"",
    }


def test_a_folder_of_many_files(image: Path) -> None:
    names = [f"a file with a number {number:04}.dll" for number in range(1500)]
    with writing(image) as volume:
        volume.folder("/many")
        for name in names:
            volume.file(f"/many/{name}")
    with tree_of(image) as tree:
        assert tree.children("many") == [Child(name, ChildKind.FILE) for name in names]


LINKS: dict[str, tuple[bytes, bytes | str | None]] = {
    "to a file": (symlink("real.dll"), DLL),
    "to a file, in another case": (symlink("REAL.DLL"), DLL),
    "through a folder above": (symlink("..\\WINNT\\real.dll"), DLL),
    "by an absolute path": (symlink("\\??\\C:\\WINNT\\real.dll", relative=False), DLL),
    "to a folder": (symlink("..\\Users"), None),
    "nowhere": (symlink("gone.dll"), "the link leads nowhere: gone.dll"),
    "through a file": (symlink("real.dll\\x"), "the link leads nowhere: real.dll\\x"),
    "to itself": (symlink("link"), "the link leads back to itself: link"),
    "out of the volume": (symlink("..\\..\\x"), "the link leads out of the target: ..\\..\\x"),
    "to a share": (
        symlink("\\??\\UNC\\server\\x", relative=False),
        "the link leads out of the target: \\??\\UNC\\server\\x",
    ),
    "to another volume": (
        symlink("Volume{1}\\x", relative=False),
        "the link leads out of the target: Volume{1}\\x",
    ),
    "to a folder that holds it": (
        symlink("..\\WINNT"),
        "the link leads back to a folder that holds it: ..\\WINNT",
    ),
}


@pytest.mark.parametrize(("reparse", "expected"), LINKS.values(), ids=list(LINKS))
def test_symbolic_links(image: Path, reparse: bytes, expected: bytes | str | None) -> None:
    with writing(image) as volume:
        volume.folder("/Users")
        volume.folder("/WINNT")
        volume.file("/WINNT/real.dll", DLL)
        volume.file("/WINNT/link")
        volume.reparse("/WINNT/link", reparse)
    assert listed(image).get("WINNT/link") == expected


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"", "its reparse point is cut short", id="nothing"),
        pytest.param(symlink("real.dll")[:-6], "its link is cut short", id="in its path"),
        pytest.param(symlink("x")[:14], "its link is cut short", id="in its head"),
        pytest.param(symlink(""), "its link is cut short", id="no path"),
    ],
)
def test_reparse_points_that_are_cut_short(data: bytes, problem: str) -> None:
    assert read_reparse(data) == Reparse(problem=problem)


def test_junctions_are_walked_where_they_lead_and_never_in_circles(image: Path) -> None:
    with writing(image) as volume:
        volume.folder("/Users")
        volume.file("/Users/ntuser.dll", b"user")
        volume.folder("/Users/Application Data")
        volume.folder("/Documents and Settings")
        volume.folder("/other")
        volume.folder("/lost")
        volume.folder("/odd")
        volume.file("/odd/a.dll", b"in a folder with a mark")
        volume.reparse("/Documents and Settings", junction("\\??\\C:\\Users"))
        volume.reparse("/Users/Application Data", junction("\\??\\C:\\Users"))
        volume.reparse("/other", junction("\\??\\Volume{9c3f}\\"))
        volume.reparse("/lost", junction("\\??\\C:\\Gone"))
        volume.reparse("/odd", tagged(0x9000001A))
    assert listed(image) == {
        "Users/ntuser.dll": b"user",
        "Users/Application Data": "the link leads back to a folder that holds it: \\??\\C:\\Users",
        "other": "the link leads out of the target: \\??\\Volume{9c3f}\\",
        "lost": "the link leads nowhere: \\??\\C:\\Gone",
        "odd/a.dll": b"in a folder with a mark",
    }


def test_what_is_not_there_and_what_is_no_file(image: Path) -> None:
    with writing(image) as volume:
        volume.folder("/d")
    with tree_of(image) as tree:
        assert tree.path == "volume"
        with pytest.raises(FileNotFoundError):
            tree.open("d/gone.dll")
        with pytest.raises(IsADirectoryError):
            tree.open("d")
