"""FAT: names, local times, chains that lead nowhere."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotfixcheck.targets.fat import FatTree
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import walk
from tests.build.disks import fat
from tests.build.targets import Build
from tests.targets.opened import opened

DATA = bytes(range(256)) * 400
WRITTEN = datetime(1999, 11, 30, 20, 13, 20, tzinfo=UTC)
KINDS: dict[str, Build] = {
    "FAT12": fat(12, "-s", "8", size=2 << 20),
    "FAT16": fat(16, "-s", "1", size=6 << 20),
    "FAT32": fat(32, "-s", "1", size=40 << 20),
}


def volume(tmp_path: Path, files: dict[str, bytes], kind: str = "FAT16") -> bytearray:
    drive = tmp_path / "drive"
    for name, data in files.items():
        path = drive / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (WRITTEN.timestamp(), WRITTEN.timestamp()))
    return bytearray(KINDS[kind](drive, tmp_path).read_bytes())


def listed(data: bytes) -> dict[str, bytes | str]:
    tree = FatTree(Memory(data), "volume")
    told: dict[str, bytes | str] = {}
    for entry in walk(tree):
        told[entry.path] = entry.problem
        if not entry.problem:
            try:
                with tree.open(entry.path) as file:
                    told[entry.path] = file.read(0, file.size)
            except OSError as error:
                told[entry.path] = str(error)
    return told


@pytest.mark.parametrize("kind", KINDS)
def test_names_and_contents(kind: str, tmp_path: Path) -> None:
    files = {
        "WINNT/A long name of a file.dll": DATA,
        "WINNT/SHORT.DLL": DATA[:1000],
        "WINNT/lower.dll": b"x",
        "WINNT/\u00e9t\u00e9 \u4e2d.dll": b"y",
        "WINNT/no ending": b"",
        **{f"MANY/FILE{number:03}.DLL": bytes([number]) for number in range(100)},
    }
    data = bytes(volume(tmp_path, files, kind))
    assert listed(data) == files
    tree = FatTree(Memory(data), "volume")
    assert (tree.kind, tree.path) == (kind, "volume")
    with tree.open("WINNT/SHORT.DLL") as file:
        assert (file.size, file.modified) == (1000, WRITTEN)
    with pytest.raises(FileNotFoundError):
        tree.open("WINNT/gone.dll")
    with pytest.raises(IsADirectoryError):
        tree.open("WINNT")
    with pytest.raises(NotADirectoryError):
        tree.children("WINNT/SHORT.DLL")


def test_its_times_are_local_and_the_target_says_so(tmp_path: Path) -> None:
    with opened(bytes(volume(tmp_path, {"A.DLL": DATA}))) as found:
        assert found.kind == "FAT16, times are local"


def entry_of(data: bytearray, name: bytes) -> int:
    """Where the entry of a file with a short name stands."""
    at = data.find(name.ljust(11))
    assert at > 0
    return at


def put(layout: str, at: int, *values: int) -> Callable[[bytearray, int], None]:
    return lambda data, place: struct.pack_into(layout, data, place + at, *values)


def chain(*links: int) -> Callable[[bytearray, int], None]:
    """Sets what follows the first clusters of a file in both tables."""

    def change(data: bytearray, place: int) -> None:
        (first,) = struct.unpack_from("<H", data, place + 26)
        reserved, sectors = struct.unpack_from("<H", data, 14)[0], struct.unpack_from("<H", data, 22)[0]
        for number, link in enumerate(links):
            for table in range(2):
                at = (reserved + table * sectors) * 512 + (first + number) * 2
                struct.pack_into("<H", data, at, first + link if link < 100 else link)

    return change


DAMAGE: dict[str, tuple[Callable[[bytearray, int], None], bytes | str]] = {
    "begins nowhere": (put("<H", 26, 0xFFF0), "its chain of clusters is damaged: it leads to cluster 65,520"),
    "begins before the first": (put("<H", 26, 1), "its chain of clusters is damaged: it leads to cluster 1"),
    "goes on nowhere": (chain(0xFFF0), "its chain of clusters is damaged: it leads to cluster 65,520"),
    "ends early": (chain(1, 0xFFFF), "its chain of clusters ends at byte 1,024 of 102,400"),
    "leads back to itself": (chain(1, 2, 0), "its chain of clusters is damaged: it leads back to itself"),
    "larger than its chain": (put("<I", 28, 1 << 30), "its chain of clusters ends at byte 102,400 of 1,073,741,824"),
    "OS/2 keeps something in its high half": (put("<H", 20, 0x1234), DATA),
}


@pytest.mark.parametrize(("change", "expected"), DAMAGE.values(), ids=list(DAMAGE))
def test_chains_that_cannot_be(change: Callable[[bytearray, int], None], expected: bytes | str, tmp_path: Path) -> None:
    data = volume(tmp_path, {"A.DLL": DATA, "B.DLL": DATA})
    change(data, entry_of(data, b"A       DLL"))
    assert listed(bytes(data)) == {"A.DLL": expected, "B.DLL": DATA}


def test_what_was_deleted_and_the_label_are_no_files(tmp_path: Path) -> None:
    data = volume(tmp_path, {"A long name.dll": DATA, "B.DLL": b"b", "C.DLL": b"c"})
    data[entry_of(data, b"B       DLL")] = 0xE5
    data[entry_of(data, b"C       DLL") + 11] = 0x08
    assert listed(bytes(data)) == {"A long name.dll": DATA}


def test_a_long_name_that_belongs_to_another_file_is_not_believed(tmp_path: Path) -> None:
    data = volume(tmp_path, {"A long name.dll": DATA})
    at = data.find(b"ALONGN~1DLL")
    data[at : at + 11] = b"OTHER   DLL"
    assert listed(bytes(data)) == {"OTHER.DLL": DATA}
    data[at - 32 + 13] ^= 0xFF  # one part of the name alone
    assert list(listed(bytes(data))) == ["OTHER.DLL"]


def test_short_names_of_other_alphabets_and_odd_ones(tmp_path: Path) -> None:
    data = volume(tmp_path, {"A.DLL": b"a", "B.DLL": b"b", "C.DLL": b"c"})
    for name, becomes, lower in (("A", b"\x05\x81B     DLL", 0), ("B", b"UPPER   DLL", 0x18), ("C", b"C/D     DLL", 0)):
        at = entry_of(data, name.encode().ljust(8) + b"DLL")
        data[at : at + 11] = becomes
        data[at + 12] = lower
    assert listed(bytes(data)) == {
        "\u03c3\u00fcB.DLL": b"a",
        "upper.dll": b"b",
        "C\u2215D.DLL": "it has a name that cannot be",
    }


def test_a_time_that_no_calendar_has(tmp_path: Path) -> None:
    data = volume(tmp_path, {"A.DLL": b"a"})
    put("<H", 24, 0)(data, entry_of(data, b"A       DLL"))
    with FatTree(Memory(bytes(data)), "volume").open("A.DLL") as file:
        assert file.modified is None


def test_a_folder_that_leads_back_is_listed_once(tmp_path: Path) -> None:
    data = volume(tmp_path, {"OUT/IN/A.DLL": b"a"})
    outer, inner = entry_of(data, b"OUT"), entry_of(data, b"IN")
    data[inner + 26 : inner + 28] = data[outer + 26 : outer + 28]
    assert listed(bytes(data)) == {
        "OUT/IN": "the folder cannot be listed: the folder is also at OUT, and can be at one place only"
    }


@pytest.mark.parametrize(
    ("at", "value"),
    [
        pytest.param(13, b"\0", id="clusters of no size"),
        pytest.param(19, b"\x10\0", id="no room for files"),
        pytest.param(22, b"\1\0", id="a table too short"),
    ],
)
def test_boot_sectors_that_cannot_be(at: int, value: bytes, tmp_path: Path) -> None:
    data = volume(tmp_path, {"A.DLL": b"a"})
    data[at : at + len(value)] = value
    with pytest.raises(OSError, match="boot sector of the FAT volume is damaged"):
        FatTree(Memory(bytes(data)), "volume")


@pytest.mark.parametrize("lost", [bytes(512), bytes(11) + b"\0\0"], ids=["nothing left", "sectors of no size"])
def test_the_copy_stands_in_for_a_damaged_boot_sector(lost: bytes, tmp_path: Path) -> None:
    data = volume(tmp_path, {"A.DLL": DATA}, "FAT32")
    data[: len(lost)] = lost
    with opened(bytes(data)) as found:
        assert found.kind == "FAT32, times are local"
        assert [entry.problem for entry in found.lost] == [
            "the boot sector of the FAT volume is damaged; the copy of it in sector 6 was used"
        ]
    assert listed(bytes(data)) == {"A.DLL": DATA}
    with opened(bytes(data) + bytes(2 << 20)) as found:  # as large as no volume that this is a copy of
        assert found.problem


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_table_stands_in_for_the_first(kind: str, tmp_path: Path) -> None:
    """Sectors that could not be read are zeros in an image."""
    data = volume(tmp_path, {"A.DLL": DATA, "D/B.DLL": DATA}, kind)
    (reserved,) = struct.unpack_from("<H", data, 14)
    sectors = struct.unpack_from("<H", data, 22)[0] or struct.unpack_from("<I", data, 36)[0]
    data[reserved * 512 : (reserved + sectors) * 512] = bytes(sectors * 512)
    assert listed(bytes(data)) == {"A.DLL": DATA, "D/B.DLL": DATA}


def test_the_second_table_where_the_first_cannot_be_read(tmp_path: Path) -> None:
    data = bytes(volume(tmp_path, {"A.DLL": DATA}))

    class Scratched(Memory):
        def read(self, offset: int, length: int) -> bytes:
            if offset < 1024 <= offset + length and offset:
                raise OSError("a sector cannot be read")
            return super().read(offset, length)

    tree = FatTree(Scratched(data), "volume")
    with tree.open("A.DLL") as file:
        assert file.read(0, file.size) == DATA


def test_an_image_that_is_cut_short(tmp_path: Path) -> None:
    data = volume(tmp_path, {"A.DLL": DATA})
    end = data.find(DATA[:1024]) + 5000
    said = listed(bytes(data[:end]))["A.DLL"]
    assert isinstance(said, str)
    assert said.startswith("the image is cut short")
