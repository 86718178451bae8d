"""NTFS: what a Windows keeps on it and what a stranger may put there, against libntfs-3g's writing."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.inventory import take_inventory
from hotfixcheck.targets import open_target, windows_in
from hotfixcheck.targets.compression.libwim import Compression
from hotfixcheck.targets.directory import open_file
from hotfixcheck.targets.layout import TargetKind
from hotfixcheck.targets.ntfs.records import FileTable, boot_copy
from hotfixcheck.targets.ntfs.streams import open_data
from hotfixcheck.targets.ntfs.tree import NtfsTree
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import Child, ChildKind, walk
from hotfixcheck.targets.windowsfs.reparse import Reparse, read_reparse
from tests.build.disks import MEGABYTE, sized
from tests.build.ntfs3g import writing
from tests.build.targets import needs, run
from tests.build.wimlib import chunked
from tests.targets.opened import opened

DLL = build_pe(version="6.1.7601.17514", size=150_000)
TEXT = b"".join(b"line %d\r\n" % number for number in range(40_000))
_RECORD = 1024


def new_volume(path: Path, *options: str, size: int = 12 * MEGABYTE) -> Path:
    needs("mkntfs")
    run("mkntfs", "--quiet", "--force", "--fast", *options, sized(path, size))
    return path


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return new_volume(tmp_path / "volume.img")


@contextmanager
def tree_of(image: Path) -> Iterator[NtfsTree]:
    with open_file(image) as source:
        yield NtfsTree(source, "volume")


def listed(image: Path) -> dict[str, bytes | str]:
    """Every file by its path: its bytes, or why they cannot be read."""
    told: dict[str, bytes | str] = {}
    with tree_of(image) as tree:
        for entry in walk(tree):
            told[entry.path] = entry.problem or read(tree, entry.path)
    return told


def read(tree: NtfsTree, path: str) -> bytes | str:
    try:
        with tree.open(path) as file:
            return file.read(0, file.size)
    except OSError as error:
        return error.strerror or str(error)


def symlink(target: str, *, relative: bool = True) -> bytes:
    path = target.encode("utf-16-le")
    body = struct.pack("<4H I", 0, len(path), 0, len(path), int(relative)) + path
    return struct.pack("<I 2H", 0xA000000C, len(body), 0) + body


def junction(target: str) -> bytes:
    path = target.encode("utf-16-le")
    body = struct.pack("<4H", 0, len(path), len(path) + 2, 0) + path + bytes(4)
    return struct.pack("<I 2H", 0xA0000003, len(body), 0) + body


def wof(algorithm: int, provider: int = 2) -> bytes:
    return struct.pack("<I 2H 4I", 0x80000017, 16, 0, 1, provider, 1, algorithm)


def tagged(tag: int, data: bytes = b"what its filter knows") -> bytes:
    return struct.pack("<I 2H", tag, len(data), 0) + data


# --- names and links -------------------------------------------------------------------------------------------------


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


# --- contents --------------------------------------------------------------------------------------------------------


def test_compressed_files(tmp_path: Path) -> None:
    image = new_volume(tmp_path / "volume.img", "-C")
    contents = {"text": TEXT, "a.dll": DLL, "zeros": bytes(400_000), "short": b"resident", "mixed": DLL + TEXT[:90_001]}
    with writing(image) as volume:
        for name, data in contents.items():
            volume.file(f"/{name}", data)
    with tree_of(image) as tree:
        for name, data in contents.items():
            with tree.open(name) as file:
                assert (file.size, file.read(0, file.size)) == (len(data), data)
                assert file.read(70_000, 20) == data[70_000:70_020]


@pytest.mark.parametrize("size", [4096, 4097, 150_000])
@pytest.mark.parametrize(
    ("algorithm", "kind", "chunk"),
    [
        pytest.param(0, Compression.XPRESS, 4096, id="XPRESS 4K"),
        pytest.param(1, Compression.LZX, 32768, id="LZX"),
        pytest.param(2, Compression.XPRESS, 8192, id="XPRESS 8K"),
        pytest.param(3, Compression.XPRESS, 16384, id="XPRESS 16K"),
    ],
)
def test_files_that_windows_compresses_in_place(
    image: Path, algorithm: int, kind: Compression, chunk: int, size: int
) -> None:
    with writing(image) as volume:
        volume.file("/a.dll", bytes(size))
        volume.stream("/a.dll", "WofCompressedData", chunked(DLL[:size], kind, chunk))
        volume.reparse("/a.dll", wof(algorithm))
    assert listed(image) == {"a.dll": DLL[:size]}


KEPT_ELSEWHERE = {
    "deduplicated": (tagged(0x80000013), "deduplicated by Windows"),
    "in the cloud": (tagged(0x9000601A), "kept in the cloud, and here perhaps not at all"),
    "moved away": (tagged(0xC0000004), "moved to other storage by Windows (HSM)"),
    "in a WIM": (wof(0, provider=1), "kept by Windows in a WIM file (WIMBoot)"),
    "by an unknown algorithm": (wof(9), "compressed by Windows in a way that is not known"),
    "half a WOF": (tagged(0x80000017, bytes(8)), "its reparse point is cut short"),
    "unknown": (tagged(0x80001234), "kept by Windows in a way that is not known (reparse tag 0x80001234)"),
    "WOF without its data": (wof(0), "compressed by Windows (WOF), and the compressed data are missing"),
}


@pytest.mark.parametrize(("reparse", "problem"), KEPT_ELSEWHERE.values(), ids=list(KEPT_ELSEWHERE))
def test_what_is_kept_elsewhere_is_named_and_never_read_as_zeros(image: Path, reparse: bytes, problem: str) -> None:
    with writing(image) as volume:
        volume.file("/a.dll", bytes(10_000))
        volume.reparse("/a.dll", reparse)
    assert listed(image) == {"a.dll": problem}
    with tree_of(image) as tree, pytest.raises(OSError, match=r"."):
        tree.open("a.dll")


def test_a_sparse_file_of_more_than_4_gb(tmp_path: Path) -> None:
    image = new_volume(tmp_path / "volume.img", size=6000 * MEGABYTE)
    place = 5 << 30
    with writing(image) as volume:
        volume.file("/large.dll", b"the end", at=place)
    with tree_of(image) as tree, tree.open("large.dll") as file:
        assert file.size == place + 7
        assert file.read(0, 4096) == bytes(4096)
        assert file.read(place - 3, 100) == b"\0\0\0the end"


def test_when_a_file_was_written(image: Path) -> None:
    with writing(image) as volume:
        volume.file("/a.dll", b"x")
    with tree_of(image) as tree, tree.open("a.dll") as file:
        assert file.modified is not None
        assert abs(datetime.now(UTC) - file.modified).total_seconds() < 600


def test_a_much_fragmented_file_has_its_attributes_in_several_records(tmp_path: Path) -> None:
    """Compressed units leave gaps: 700 of them give more runs than fit into one record."""
    image = new_volume(tmp_path / "volume.img", "-C", size=80 * MEGABYTE)
    large = TEXT * 60
    with writing(image) as volume:
        volume.file("/large", large)
    with tree_of(image) as tree, tree.open("large") as file:
        assert file.size == len(large)
        for place in (0, 65_000, len(large) // 2, len(large) - 70_000):
            assert file.read(place, 70_000) == large[place : place + 70_000]
    data = image.read_bytes()
    assert {kind for _, kind, _ in attributes(data, records(data)["large"])} == {0x30}  # even the name had to move


# --- damage ----------------------------------------------------------------------------------------------------------


def records(data: bytes | bytearray) -> dict[str, int]:
    """Where the record of each file stands, by its name."""
    found = {}
    for at in range(0, len(data) - _RECORD, _RECORD):
        if data[at : at + 4] == b"FILE":
            for place, kind, body in attributes(data, at):
                if kind == 0x30:
                    length = data[place + 24 + 64]
                    found[data[place + 24 + 66 : place + 24 + 66 + 2 * length].decode("utf-16-le")] = at
                assert body
    return found


def attributes(data: bytes | bytearray, record: int) -> Iterator[tuple[int, int, int]]:
    """(place, kind, length) of the attributes of a record."""
    at = record + struct.unpack_from("<H", data, record + 20)[0]
    while (kind := struct.unpack_from("<I", data, at)[0]) != 0xFFFFFFFF:
        length = struct.unpack_from("<I", data, at + 4)[0]
        yield at, kind, length
        at += length


def data_of(image: bytearray, name: str) -> int:
    """Where the attribute with the bytes of a file stands."""
    return next(place for place, kind, _ in attributes(image, records(image)[name]) if kind == 0x80)


def put(layout: str, at: int, *values: int) -> Callable[[bytearray, int], None]:
    return lambda image, place: struct.pack_into(layout, image, place + at, *values)


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


def test_what_is_not_there_and_what_is_no_file(image: Path) -> None:
    with writing(image) as volume:
        volume.folder("/d")
    with tree_of(image) as tree:
        assert tree.path == "volume"
        with pytest.raises(FileNotFoundError):
            tree.open("d/gone.dll")
        with pytest.raises(IsADirectoryError):
            tree.open("d")


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


_TABLE, _RECORDS, _CLUSTERS = (
    4,
    24,
    60,
)  # of a volume built here: cluster of the table, records, cluster of what follows
_FILE = 16
_CONTENT = b"what a file holds".ljust(1024, b".")


def resident(kind: int, data: bytes, name: str = "", size: int | None = None) -> bytes:
    place = 24 + -(-2 * len(name) // 8) * 8
    body = name.encode("utf-16-le").ljust(place - 24, b"\0") + data + bytes(-len(data) % 8)
    said = len(data) if size is None else size
    return struct.pack("<2I 2B 3H I H 2x", kind, 24 + len(body), 0, len(name), 24, 0, 0, said, place) + body


def placed(kind: int, runs: bytes, last: int, size: int, *, first: int = 0, flags: int = 0, unit: int = 0) -> bytes:
    runs += bytes(8 - len(runs) % 8)
    head = struct.pack("<2I 2B 3H", kind, 64 + len(runs), 1, 0, 64, flags, 0)
    return head + struct.pack("<2Q 2H 4x 3Q", first, last, 64, unit, size, size, size) + runs


def run_of(count: int, place: int | None) -> bytes:
    return struct.pack("<B I", 4, count) if place is None else struct.pack("<B I i", 0x44, count, place)


def record_of(*attributes: bytes, flags: int = 1, base: int = 0, fixups: int = 48, end: bytes = b"\xff" * 8) -> bytes:
    body = b"".join(attributes) + end
    head = struct.pack("<4s 2H Q 4H 2I Q", b"FILE", fixups, 3, 0, 1, 1, 56, flags, 56 + len(body), 1024, base)
    whole = bytearray((head.ljust(56, b"\0") + body).ljust(1024, b"\0"))
    for sector in (1, 2):
        whole[48 + 2 * sector : 50 + 2 * sector] = whole[512 * sector - 2 : 512 * sector]
        whole[512 * sector - 2 : 512 * sector] = b"\1\0"
    whole[48:50] = b"\1\0"
    return bytes(whole)


def volume_of(records: dict[int, bytes], content: bytes = _CONTENT) -> Memory:
    """A volume with clusters of 512 bytes; its mirror is the table itself."""
    boot = struct.pack("<3s 8s H B 26x 3Q b 3x b", b"", b"NTFS    ", 512, 1, 4096, _TABLE, _TABLE, -10, -12)
    table = placed(0x80, run_of(2 * _RECORDS, _TABLE), 2 * _RECORDS - 1, 1024 * _RECORDS)
    every = {0: record_of(table), **records}
    data = boot.ljust(512 * _TABLE, b"\0") + b"".join(every.get(n, bytes(1024)) for n in range(_RECORDS))
    return Memory(data.ljust(512 * _CLUSTERS, b"\0") + content.ljust(512 * 600, b"\0"))


def listed_attribute(reference: int, length: int = 24) -> bytes:
    return struct.pack("<I H 2B 2Q", 0x80, length, 0, 0, 0, reference)


def bytes_of_file(records: dict[int, bytes], content: bytes = _CONTENT) -> bytes:
    table = FileTable(volume_of(records, content))
    data = open_data(table, table.record(_FILE), None, None)
    return data.read(0, data.size)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        pytest.param([placed(0x80, run_of(2, _CLUSTERS), 1, 1024)], _CONTENT, id="plain"),
        pytest.param(
            [placed(0x80, run_of(1, _CLUSTERS) + run_of(1, 200), 1, 512)], _CONTENT[:512], id="more places than bytes"
        ),
        pytest.param(
            [placed(0x80, b"", 0, 512), placed(0x80, run_of(1, _CLUSTERS), 0, 512)], _CONTENT[:512], id="an empty piece"
        ),
        pytest.param(
            [placed(0x80, run_of(1, None) + run_of(1, _CLUSTERS), 1, 1024, flags=0x8000)],
            bytes(512) + _CONTENT[:512],
            id="a hole of a sparse file",
        ),
    ],
)
def test_a_file_whose_places_are_unusual_is_read(attributes: list[bytes], expected: bytes) -> None:
    assert bytes_of_file({_FILE: record_of(*attributes)}) == expected


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        pytest.param(
            record_of(placed(0x80, run_of(2, None), 1, 1024)), "a part of it has no place on the volume", id="a hole"
        ),
        pytest.param(
            record_of(placed(0x80, run_of(2, _CLUSTERS), 2, 1024, first=1)),
            "a piece of it is missing",
            id="first piece",
        ),
        pytest.param(
            record_of(placed(0x80, run_of(2, -5), 1, 1024)),
            "the places of an attribute of it are damaged",
            id="before 0",
        ),
        pytest.param(
            record_of(struct.pack("<2I 2B 3H 16x", 0x80, 32, 1, 0, 0, 0, 0)),
            "an attribute of it is cut short",
            id="short",
        ),
        pytest.param(
            record_of(resident(0x80, b"12345678", size=99)),
            "its record 16 in the master file table is damaged",
            id="size",
        ),
        pytest.param(record_of(end=b""), "its record 16 in the master file table is damaged", id="nothing in it"),
        pytest.param(
            record_of(end=struct.pack("<2I", 0x80, 24)),
            "its record 16 in the master file table is damaged",
            id="no end",
        ),
        pytest.param(record_of(fixups=49), "its record 16 .* was written in part only", id="marks at an odd place"),
        pytest.param(
            record_of(resident(0x20, listed_attribute(17))), "its record 17 belongs to another file", id="of another"
        ),
        pytest.param(
            record_of(resident(0x20, listed_attribute(99))), "its record 99 lies behind the end", id="behind the table"
        ),
        pytest.param(
            record_of(resident(0x20, listed_attribute(17, length=0))), "its list of attributes is damaged", id="list"
        ),
        pytest.param(
            record_of(placed(0x20, run_of(500, 700), 499, 24 * 10_001)),
            "its list of attributes does not end",
            id="endless",
        ),
        pytest.param(
            record_of(placed(0x80, run_of(16, _CLUSTERS), 15, 3 * 8192, flags=1, unit=4)),
            "a part of it has no place on the volume",
            id="compressed, and two units have no clusters",
        ),
        pytest.param(
            record_of(placed(0x80, run_of(1, 100) + run_of(15, None), 15, 8192, flags=1, unit=4)),
            "compressed unit 0 is damaged",
            id="compressed, and garbage",
        ),
    ],
)
def test_a_record_that_cannot_be_is_named(record: bytes, problem: str) -> None:
    content = _CONTENT.ljust(512 * 40, b"\0") + b"\xff\xbf".ljust(512, b"\xff")
    content = content.ljust(512 * 640, b"\0") + listed_attribute(_FILE) * 10_001
    records = {_FILE: record, 17: record_of(resident(0x80, b"another"), base=18)}
    with pytest.raises(OSError, match=problem):
        bytes_of_file(records, content)


def test_what_was_never_written_of_a_compressed_file_is_zeros() -> None:
    attribute = bytearray(placed(0x80, run_of(16, _CLUSTERS) + run_of(16, None), 31, 16384, flags=1, unit=4))
    attribute[56:64] = struct.pack("<Q", 8192)
    assert bytes_of_file({_FILE: record_of(bytes(attribute))}) == _CONTENT.ljust(16384, b"\0")


def test_a_master_file_table_that_stands_in_its_own_record() -> None:
    with pytest.raises(OSError, match="damaged: the master file table has no place"):
        FileTable(volume_of({0: record_of(resident(0x80, b"no table"))}))


def index_entry(name: str, *, attribute: int = 0x20, flags: int = 0) -> bytes:
    length = -(-(82 + 2 * len(name)) // 8) * 8 + (8 if flags & 1 else 0)
    key = struct.pack("<Q 3H 2x Q 48x 2I 2B", _FILE, length, 66, flags, 5, attribute, 0, len(name), 1)
    return (key + name.encode("utf-16-le")).ljust(length, b"\0")


_LAST = struct.pack("<Q 3H 2x", 0, 16, 0, 2)


def root_of(entries: bytes, used: int | None = None) -> bytes:
    node = struct.pack("<4I", 16, 16 + len(entries) if used is None else used, 0, 0) + entries
    return record_of(resident(0x90, struct.pack("<4I", 0x30, 1, 4096, 8) + node, "$I30"), flags=3)


@pytest.mark.parametrize(
    ("root", "problem"),
    [
        pytest.param(root_of(index_entry("a", flags=1) + _LAST), "a part of it is missing", id="no blocks below"),
        pytest.param(root_of(index_entry("a") + _LAST, used=4096), "it is cut short", id="longer than it is"),
        pytest.param(root_of(index_entry("a")), "an entry in it cannot be", id="no last entry"),
    ],
)
def test_an_index_that_cannot_be_is_named(root: bytes, problem: str) -> None:
    tree = NtfsTree(volume_of({5: root, _FILE: record_of(resident(0x80, b"data"))}), "volume")
    assert any(problem in entry.problem for entry in walk(tree))


@pytest.mark.parametrize(
    ("attribute", "attributes"),
    [
        pytest.param(0x20, [], id="nothing says when it was written"),
        pytest.param(0x20, [resident(0x10, b"12345678")], id="what says when is cut short"),
        pytest.param(0x420, [], id="a reparse point by its folder only"),
    ],
)
def test_a_file_of_few_attributes_is_read(attribute: int, attributes: list[bytes]) -> None:
    file = record_of(*attributes, resident(0x80, b"data"))
    tree = NtfsTree(volume_of({5: root_of(index_entry("a.dll", attribute=attribute) + _LAST), _FILE: file}), "volume")
    assert read(tree, "a.dll") == b"data"
    with tree.open("a.dll") as opened:
        assert opened.modified is None
