"""Damage to an NTFS volume's boot sector, master file table and file records is named, and mended from copies."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hotfixcheck.targets.ntfs.records import boot_copy
from hotfixcheck.targets.ntfs.tree import NtfsTree
from hotfixcheck.targets.sources import Memory
from tests.build.ntfs3g import writing
from tests.targets.ntfs.volumes import DLL, attributes, listed, new_volume, put, records
from tests.targets.opened import opened


def data_of(image: bytearray, name: str) -> int:
    """Where the attribute with the bytes of a file stands."""
    return next(place for place, kind, _ in attributes(image, records(image)[name]) if kind == 0x80)


def in_data(*changes: Callable[[bytearray, int], None]) -> Callable[[bytearray], None]:
    def change(image: bytearray) -> None:
        place = data_of(image, "a.dll")
        for each in changes:
            each(image, place)

    return change


def in_record(*changes: Callable[[bytearray, int], None]) -> Callable[[bytearray], None]:
    def change(image: bytearray) -> None:
        place = records(image)["a.dll"]
        for each in changes:
            each(image, place)

    return change


DAMAGE: dict[str, tuple[Callable[[bytearray], None], str]] = {
    "encrypted": (in_data(put("<H", 12, 0x4000)), "encrypted by Windows"),
    "no record": (in_record(put("<I", 0, 0x44414142)), "is damaged"),
    "written in part": (in_record(put("<H", 510, 0xDEAD)), "was written in part only"),
    "not in use": (in_record(put("<H", 22, 0)), "was given to another file, or to none"),
    "used again": (in_record(put("<H", 16, 77)), "was given to another file, or to none"),
    "a folder": (in_record(put("<H", 22, 3)), "it is a folder, and its own folder calls it a file"),
    "an attribute of no length": (in_data(put("<I", 4, 0)), "is damaged"),
    "an attribute too long": (in_data(put("<I", 4, 0x8000)), "is damaged"),
    "no data": (in_data(put("<I", 0, 0x70)), "it has no data"),
    "runs of no length": (in_data(put("<2B", 64, 0x11, 0)), "the places of an attribute of it are damaged"),
    "runs behind the volume": (in_data(put("<Q", 65, 0x7FFFFF)), "of it are damaged|cut short"),
    "a wrong last cluster": (in_data(put("<Q", 24, 9999)), "the places of an attribute of it are damaged"),
    "a unit too large": (in_data(put("<H", 34, 60)), "an attribute of it is damaged"),
    "compressed in units of one": (in_data(put("<H", 12, 1)), "which cannot be"),
    "a name that is half a character": (
        in_data(put("<2B", 9, 1, 0), put("<H", 10, 0x47)),
        "is damaged|it has no data|of it are damaged",
    ),
    "larger than its places": (in_data(put("<2Q", 48, 1 << 30, 1 << 30)), "its places on the volume end at byte"),
    "a piece that begins late": (in_data(put("<Q", 16, 1), put("<Q", 24, 37)), "a piece of it is missing"),
}


@pytest.mark.parametrize(("change", "problem"), DAMAGE.values(), ids=list(DAMAGE))
def test_a_damaged_file_is_named_and_the_others_are_read(
    image: Path, change: Callable[[bytearray], None], problem: str
) -> None:
    with writing(image) as volume:
        volume.file("/a.dll", DLL)
        volume.file("/b.dll", DLL)
    data = bytearray(image.read_bytes())
    change(data)
    image.write_bytes(data)
    told = listed(image)
    assert told["b.dll"] == DLL
    said = told["a.dll"]
    assert isinstance(said, str)
    assert re.search(problem, said), said


def test_an_image_that_is_cut_short(image: Path) -> None:
    with writing(image) as volume:
        volume.file("/a.dll", DLL)
    data = image.read_bytes()
    place = data.find(DLL[:4096])
    image.write_bytes(data[: place + 8192])
    said = listed(image)["a.dll"]
    assert isinstance(said, str)
    assert said.startswith("the image is cut short")


def test_the_mirror_stands_in_for_a_damaged_table(image: Path) -> None:
    with writing(image) as volume:
        volume.file("/a.dll", DLL)
    data = bytearray(image.read_bytes())
    table = int.from_bytes(data[48:56], "little") * 4096
    data[table : table + 4] = b"BAAD"
    image.write_bytes(data)
    assert listed(image) == {"a.dll": DLL}


BOOT_DAMAGE = {
    "no mark": (3, b"HPFS    ", "boot sector"),
    "sectors of no size": (11, b"\0\0", "boot sector"),
    "clusters of no size": (13, b"\0", "boot sector"),
    "no sectors": (40, bytes(8), "boot sector"),
    "records of odd size": (64, b"\xe1", "records of"),
    "a table elsewhere": (48, b"\xff\xff\xff\0\0\0\0\0" * 2, "master file table"),
}


@pytest.mark.parametrize(("at", "value", "problem"), BOOT_DAMAGE.values(), ids=list(BOOT_DAMAGE))
def test_a_volume_that_is_none(image: Path, at: int, value: bytes, problem: str) -> None:
    data = bytearray(image.read_bytes())
    for boot in (0, len(data) - 512):
        data[boot + at : boot + at + len(value)] = value
    with pytest.raises(OSError, match=problem):
        NtfsTree(Memory(bytes(data)), "volume")


@pytest.mark.parametrize("sector", ["512", "4096"])
@pytest.mark.parametrize(
    ("at", "value"),
    [(at, value) for at, value, _ in BOOT_DAMAGE.values()] + [(0, bytes(512))],
    ids=[*BOOT_DAMAGE, "nothing left"],
)
def test_the_copy_stands_in_for_a_damaged_boot_sector(at: int, value: bytes, sector: str, tmp_path: Path) -> None:
    image = new_volume(tmp_path / "volume.img", "-s", sector)
    with writing(image) as volume:
        volume.file("/a.dll", DLL)
    data = bytearray(image.read_bytes())
    data[at : at + len(value)] = value
    with opened(bytes(data)) as found:
        assert found.kind == "NTFS"
        (lost,) = found.lost
        assert lost.problem.endswith("the copy of the boot sector at the volume's end was used")
        assert found.tree is not None
        assert [child.name for child in found.tree.children("")] == ["a.dll"]
    image.write_bytes(bytes(data))
    assert listed(image) == {"a.dll": DLL}


def test_a_copy_of_another_volume_is_none(image: Path) -> None:
    """What is at the end of a disk belongs to its last partition, and to the disk only if it is as large."""
    data = image.read_bytes()
    assert boot_copy(Memory(data)) == data[:512]
    for other in (bytes(512) + data, data[4096:], data[:-512], b"", data[-512:]):
        assert boot_copy(Memory(other)) is None
