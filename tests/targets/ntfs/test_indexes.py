"""Damage to the indexes of an NTFS volume's folders: what is listed all the same, and what is said of it."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hotfixcheck.inventory import take_inventory
from hotfixcheck.targets import open_target, windows_in
from hotfixcheck.targets.layout import TargetKind
from tests.build.ntfs3g import writing
from tests.targets.ntfs.volumes import DLL, listed, new_volume, put, symlink


def index_entries(data: bytes | bytearray, name: str) -> Iterator[int]:
    """Where entries of a folder's index for a name stand."""
    encoded = name.encode("utf-16-le")
    at = data.find(encoded)
    while at >= 0:
        if data[at - 2] == len(name) and data[at - 82 + 10 : at - 82 + 12] == struct.pack("<H", 66 + len(encoded)):
            yield at - 82
        at = data.find(encoded, at + 1)


_BY_THE_TABLE = "its files are those that name it in the master file table"

INDEX_DAMAGE: dict[str, tuple[Callable[[bytearray, int], None], str]] = {
    "an entry of no length": (put("<H", 8, 0), "an entry in it cannot be"),
    "an entry of another folder": (put("<Q", 16, 99), "an entry in it cannot be"),
    "an entry shorter than its name": (put("<H", 8, 24), "an entry in it cannot be"),
}


@pytest.mark.parametrize(("change", "problem"), INDEX_DAMAGE.values(), ids=list(INDEX_DAMAGE))
def test_a_damaged_folder_is_named(image: Path, change: Callable[[bytearray, int], None], problem: str) -> None:
    with writing(image) as volume:
        volume.folder("/d")
        volume.file("/d/unmistakable.dll", DLL)
        volume.file("/b.dll", DLL)
    data = bytearray(image.read_bytes())
    for at in list(index_entries(data, "unmistakable.dll")):
        change(data, at)
    image.write_bytes(data)
    assert listed(image) == {
        "b.dll": DLL,
        "d": f"the folder's index is damaged: {problem}; {_BY_THE_TABLE}",
        "d/unmistakable.dll": DLL,
    }


def test_blocks_of_an_index_that_are_damaged(image: Path) -> None:
    with writing(image) as volume:
        volume.folder("/d")
        for number in range(200):
            volume.file(f"/d/{number}.dll", b"%d" % number)
        volume.file("/d/a long name.dll", b"a")
        volume.short_name("/d/a long name.dll", "ALONGN~1.DLL")
        volume.link("/hard.dll", "/d/1.dll")
        volume.file("/d/link.dll")
        volume.reparse("/d/link.dll", symlink("2.dll"))
        volume.file("/d/gone.dll", b"deleted")
        volume.remove("/d/gone.dll")
        volume.folder("/d/e")
        volume.file("/d/e/b.dll", b"b")
    data = image.read_bytes().replace(b"INDX", b"BAAD")
    image.write_bytes(data)
    told = listed(image)
    for folder in (".", "d"):
        said = "the folder's index is damaged: a block of it was written in part only, or not at all"
        assert told.pop(folder) == f"{said}; {_BY_THE_TABLE}"
    assert told == {
        **{f"d/{number}.dll": b"%d" % number for number in range(200)},
        "d/a long name.dll": b"a",
        "hard.dll": b"1",
        "d/link.dll": b"2",
        "d/e/b.dll": b"b",
    }


def test_a_damaged_index_makes_absence_unknown(tmp_path: Path) -> None:
    """Of a folder that only the table tells of, files may be missing: none is called absent."""
    image = new_volume(tmp_path / "volume.img")
    with writing(image) as volume:
        volume.folder("/WINNT")
        volume.folder("/WINNT/system32")
        volume.file("/WINNT/system32/first.dll", DLL)
        volume.file("/WINNT/system32/kernel32.dll", DLL)
        volume.folder("/d")
        volume.file("/d/unmistakable.dll", DLL)
    data = bytearray(image.read_bytes())
    for name, is_whole in (("unmistakable.dll", True), ("first.dll", False)):
        (at,) = index_entries(data, name)
        struct.pack_into("<H", data, at + 8, 0)
        image.write_bytes(data)
        with open_target(image) as found:
            (windows,) = windows_in(found, "volume")
            taken = take_inventory(windows.tree, windows.layout, names=frozenset())
        assert taken.coverage.whole is is_whole
        assert [record.path for record in taken.records] == [
            "d/unmistakable.dll",
            "WINNT/system32/first.dll",
            "WINNT/system32/kernel32.dll",
        ]
        assert any(_BY_THE_TABLE in problem.problem for problem in taken.problems)


def test_an_index_that_leads_back_to_itself(image: Path) -> None:
    with writing(image) as volume:
        volume.folder("/d")
        for number in range(500):
            volume.file(f"/d/{number}.dll")
    data = bytearray(image.read_bytes())
    for at in range(0, len(data), 4096):
        if data[at : at + 4] == b"INDX":
            first, used, _, below = struct.unpack_from("<4I", data, at + 24)
            if not below:  # makes leaves lead to the first block
                end = at + 24 + used
                struct.pack_into("<H", data, end - 16 + 12, 3)
                struct.pack_into("<H", data, end - 16 + 8, 24)
                struct.pack_into("<I", data, at + 28, used + 8)
                assert first
    image.write_bytes(data)
    told = listed(image)
    assert str(told["d"]).startswith("the folder's index cannot be read: the image is cut short")
    assert {path for path in told if path.endswith(".dll")} == {f"d/{number}.dll" for number in range(500)}


def test_one_folder_at_two_places_is_listed_at_one(image: Path) -> None:
    """Damage can make a folder hold itself: the tree must end."""
    with writing(image) as volume:
        volume.folder("/aaaaa")
        volume.folder("/aaaaa/bbbbb")
        volume.file("/aaaaa/bbbbb/a.dll", b"a")
    data = bytearray(image.read_bytes())
    (entry,) = (at for at in index_entries(data, "bbbbb"))
    (parent,) = (at for at in index_entries(data, "aaaaa"))
    data[entry : entry + 8] = data[parent : parent + 8]
    image.write_bytes(data)
    assert listed(image) == {
        "aaaaa/bbbbb": "the folder cannot be listed: the folder is also at aaaaa, and can be at one place only"
    }


def test_names_that_cannot_be(image: Path) -> None:
    with writing(image) as volume:
        volume.file("/sla:sh.dll", b"x")
        volume.file("/nul:l.dll", b"x")
    data = bytearray(image.read_bytes())
    for name, odd in (("sla:sh.dll", "sla/sh.dll"), ("nul:l.dll", "nul\0l.dll")):
        for at in list(index_entries(data, name)):
            data[at + 82 : at + 82 + 2 * len(name)] = odd.encode("utf-16-le")
    image.write_bytes(data)
    assert listed(image) == {
        "sla\u2215sh.dll": "it has a name that cannot be",
        "nul\0l.dll": "it has a name that cannot be",
    }


def test_a_volume_of_one_damaged_folder_is_a_tree_all_the_same(image: Path) -> None:
    with writing(image) as volume:
        volume.folder("/d")
        volume.file("/d/unmistakable.dll", DLL)
    data = bytearray(image.read_bytes())
    for at in list(index_entries(data, "unmistakable.dll")):
        struct.pack_into("<H", data, at + 8, 0)
    image.write_bytes(data)
    with open_target(image) as found:
        (windows,) = windows_in(found, "volume")
        assert windows.layout.kind is TargetKind.FOLDER
