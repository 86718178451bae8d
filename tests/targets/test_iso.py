"""Images of CDs and DVDs: which of their lists of names is read, and what damage does."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.targets import OPENERS, TREE_OPENERS, nodes
from hotfixcheck.targets import iso as isos
from hotfixcheck.targets import udf as udfs
from hotfixcheck.targets.directory import DirectoryTree, OpenFile
from hotfixcheck.targets.iso import _link, _rock_ridge_time, _time
from hotfixcheck.targets.opening import Found, Opening
from hotfixcheck.targets.wanted import Wanted
from tests.build.media import kernel, write_source
from tests.build.programs import missing
from tests.build.targets import iso
from tests.targets.opened import contents, opened

if shutil.which("genisoimage") is None:
    missing("not installed: genisoimage")

A, B = b"MZ" + b"a" * 3000, b"MZ" + b"b" * 5000


@cache
def image(*options: str, program: str = "genisoimage") -> bytes:
    """An image of folder/a.dll and B.DLL."""
    with TemporaryDirectory() as name:
        drive = Path(name) / "drive"
        (drive / "folder").mkdir(parents=True)
        (drive / "folder/a.dll").write_bytes(A)
        (drive / "B.DLL").write_bytes(B)
        return iso(*options, program=program)(drive, Path(name)).read_bytes()


def kind_of(data: bytes) -> str:
    with opened(data) as found:
        return found.kind


BOOTABLE = {"B.DLL", "folder/a.dll", "boot.cat"}
KINDS = {
    "plain": ((), "ISO 9660 image", {"B.DLL", "FOLDER/A.DLL"}),
    "Joliet": (("-J",), "ISO 9660 image, Joliet", {"B.DLL", "folder/a.dll"}),
    "Rock Ridge": (("-r",), "ISO 9660 image, Rock Ridge", {"B.DLL", "folder/a.dll"}),
    "both": (("-r", "-J"), "ISO 9660 image, Rock Ridge", {"B.DLL", "folder/a.dll"}),
    "UDF": (("-udf",), "UDF image", {"B.DLL", "folder/a.dll"}),
    "UDF and Joliet": (("-udf", "-J"), "UDF image", {"B.DLL", "folder/a.dll"}),
    "UDF and Rock Ridge": (("-udf", "-r"), "ISO 9660 image, Rock Ridge", {"B.DLL", "folder/a.dll"}),
    "bootable": (("-J", "-b", "B.DLL", "-no-emul-boot", "-c", "boot.cat"), "ISO 9660 image, Joliet", BOOTABLE),
}  # fmt: skip


@pytest.mark.parametrize(("options", "kind", "names"), KINDS.values(), ids=KINDS)
def test_kinds(options: tuple[str, ...], kind: str, names: set[str]) -> None:
    data = image(*options)
    assert kind_of(data) == kind
    told = contents(data)
    assert set(told) == names
    assert {path.lower(): data for path, data in told.items()}.items() >= {"b.dll": B, "folder/a.dll": A}.items()


def test_a_deep_tree_that_rock_ridge_moves(tmp_path: Path) -> None:
    deep = tmp_path / "drive" / "/".join("abcdefghijkl")
    deep.mkdir(parents=True)
    (deep / "x.dll").write_bytes(A)
    (deep / ("n" * 200 + ".dll")).write_bytes(B)
    (deep / "link").symlink_to("../" * 3 + "y/./z")
    told = contents(iso("-r")(tmp_path / "drive", tmp_path).read_bytes())
    path = "/".join("abcdefghijkl")
    assert told[f"{path}/x.dll"] == A
    assert told[f"{path}/{'n' * 200}.dll"] == B
    assert told[f"{path}/link"] == "the link leads nowhere: ../../../y/./z"


def record(data: bytearray, name: bytes) -> int:
    """Where the record of a name is."""
    return data.index(bytes([len(name)]) + name) - 32


def patched(data: bytes, change: Callable[[bytearray], object]) -> bytes:
    copy = bytearray(data)
    change(copy)
    return bytes(copy)


def test_a_file_in_two_extents(monkeypatch: pytest.MonkeyPatch) -> None:
    """As files of more than 4 GB are written: every part but the last says that it goes on."""

    def change(data: bytearray) -> None:
        at = record(data, b"B.DLL;1")
        data[at + 25] |= 0x80
        struct.pack_into("<I", data, at + 10, 2048)
        (extent,) = struct.unpack_from("<I", data, at + 2)
        second = bytearray(data[at : at + data[at]])
        second[25] &= 0x7F
        struct.pack_into("<I", second, 2, extent + 1)
        struct.pack_into("<I", second, 10, len(B) - 2048)
        following = at + data[at]
        rest = data[following : following + 200]
        data[following : following + 200 + len(second)] = second + rest
        del data[following + 200 + len(second) : following + 200 + 2 * len(second)]

    data = image()
    sector = record(bytearray(data), b"B.DLL;1") // 2048
    moved = patched(data, change)
    assert moved[: sector * 2048] == data[: sector * 2048]
    moved = moved[: (sector + 1) * 2048] + data[(sector + 1) * 2048 :]
    assert contents(moved)["B.DLL"] == B
    monkeypatch.setattr(isos, "_MAX_PIECES", 1)
    assert contents(moved)["B.DLL"] == "files lie in more than 1 pieces"


def test_a_file_past_the_end_is_named_and_the_rest_is_read() -> None:
    data = image("-r")
    (extent,) = struct.unpack_from("<I", data, record(bytearray(data), b"A.DLL;1") + 2)
    told = contents(data[: extent * 2048 + 100])
    assert str(told["folder/a.dll"]).startswith("cut short: the image ends 2,902 bytes before it does")


def in_record(name: bytes, place: int, layout: str, value: object) -> Callable[[bytearray], object]:
    """Puts a value into the record of a name."""
    return lambda data: struct.pack_into(layout, data, record(data, name) + place, value)


DAMAGED: dict[str, tuple[Callable[[bytearray], object], str]] = {
    "a folder past the end": (in_record(b"FOLDER", 2, "<I", 1 << 24), "FOLDER: cut short"),
    "a huge folder": (in_record(b"FOLDER", 10, "<I", 1 << 31), "FOLDER: damaged: a list of"),
    "a record that is cut short": (in_record(b"A.DLL;1", 32, "<B", 200), "FOLDER: damaged: a name that is cut short"),
    "a name with a slash": (in_record(b"A.DLL;1", 34, "<B", ord("/")), "is no name"),
    "no name": (in_record(b"A.DLL;1", 32, "<3s", b"\2;1"), "FOLDER: damaged"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "problem"), DAMAGED.values(), ids=DAMAGED)
def test_damage_in_a_folder_leaves_the_others(change: Callable[[bytearray], object], problem: str) -> None:
    told = contents(patched(image(), change))
    assert problem in str(told[""])
    assert told["B.DLL"] == B


def test_a_folder_in_itself() -> None:
    data = bytearray(image())
    (root,) = struct.unpack_from("<I", data, 16 * 2048 + 156 + 2)
    struct.pack_into("<I", data, record(data, b"FOLDER") + 2, root)
    told = contents(bytes(data))
    assert told["lost: FOLDER"] == "damaged: a folder that lies in itself, or too deep"


@pytest.mark.parametrize("options", [(), ("-udf",)])
def test_a_number_of_names_is_enough(options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "_MAX_NAMES", 1)
    assert "it has more than 1 names" in str(contents(image(*options))[""])


def test_what_is_no_image() -> None:
    assert kind_of(bytes(40_000)) != "ISO 9660 image"
    only_joliet = bytearray(image("-J"))
    only_joliet[16 * 2048] = 3
    assert kind_of(bytes(only_joliet)) == "ISO 9660 image, Joliet"


def test_odd_blocks_are_taken_for_sectors() -> None:
    data = patched(image(), lambda data: struct.pack_into("<H", data, 16 * 2048 + 128, 3))
    assert contents(data)["B.DLL"] == B


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(bytes((99, 11, 30, 12, 0, 1, 8)), datetime(1999, 11, 30, 10, 0, 1, tzinfo=UTC), id="a zone"),
        pytest.param(bytes((99, 11, 30, 12, 0, 1, 0xF8)), datetime(1999, 11, 30, 14, 0, 1, tzinfo=UTC), id="west"),
        pytest.param(bytes(7), None, id="zeros"),
        pytest.param(b"\1", None, id="cut short"),
    ],
)
def test_times(data: bytes, expected: datetime | None) -> None:
    assert _time(data) == expected


def test_times_of_rock_ridge() -> None:
    when = bytes((99, 11, 30, 12, 0, 1, 0))
    assert _rock_ridge_time(b"\x03" + bytes(7) + when) == datetime(1999, 11, 30, 12, 0, 1, tzinfo=UTC)
    assert _rock_ridge_time(b"\x02" + when) == datetime(1999, 11, 30, 12, 0, 1, tzinfo=UTC)
    assert _rock_ridge_time(b"\x01" + when) is None
    assert _rock_ridge_time(b"\x82" + bytes(17)) is None


@pytest.mark.parametrize(
    ("data", "path"),
    [
        pytest.param(b"\0\1a\0\1b", b"a/b", id="parts"),
        pytest.param(b"\4\0\4\0\0\1a", b"../../a", id="up"),
        pytest.param(b"\2\0\0\1a", b"./a", id="here"),
        pytest.param(b"\x08\0\0\3etc", b"/etc", id="absolute"),
    ],
)
def test_links_of_rock_ridge(data: bytes, path: bytes) -> None:
    assert _link(b"", data) == path


# --- UDF -------------------------------------------------------------------------------------------------------------


def descriptors(data: bytes | bytearray, number: int) -> list[int]:
    """Where the descriptors of a number are."""
    return [
        at
        for at in range(0, len(data), 2048)
        if data[at : at + 2] == struct.pack("<H", number)
        and data[at + 4] == (sum(data[at : at + 16]) - data[at + 4]) & 0xFF
        and any(data[at : at + 16])
    ]


def resealed(data: bytearray, at: int, change: Callable[[bytearray, int], object]) -> None:
    """A change to a descriptor, with its checks made right."""
    from binascii import crc_hqx

    change(data, at)
    (length,) = struct.unpack_from("<H", data, at + 10)
    struct.pack_into("<H", data, at + 8, crc_hqx(bytes(data[at + 16 : at + 16 + length]), 0))
    data[at + 4] = 0
    data[at + 4] = sum(data[at : at + 16]) & 0xFF


def put(place: int, layout: str, value: int) -> Callable[[bytearray, int], object]:
    """Puts a number into a descriptor."""
    return lambda data, at: struct.pack_into(layout, data, at + place, value)


def anchor(place: int, value: bytes) -> bytes:
    """The image after a change to its anchor, whose checks are not made right."""
    at = 256 * 2048 + place
    return patched(image("-udf"), lambda data: data.__setitem__(slice(at, at + len(value)), value))


def udf(number: int, change: Callable[[bytearray, int], object], *, which: int = 0) -> bytes:
    data = bytearray(image("-udf"))
    resealed(data, descriptors(data, number)[which], change)
    return bytes(data)


VOLUMES: dict[str, tuple[bytes, str]] = {
    "no anchor": (anchor(0, bytes(16)), "there is no descriptor 2 in sector 256"),
    "an anchor with another sum": (anchor(4, b"\0"), "the checksum of a descriptor is wrong"),
    "an anchor with another check": (anchor(20, b"\x09"), "the check of a descriptor is wrong"),
    "no logical volume": (udf(2, put(16, "<I", 0)), "there is no logical volume"),
    "odd blocks": (udf(6, put(212, "<I", 7)), "blocks of 7 bytes"),
    "a partition that is not there": (udf(6, put(444, "<H", 9)), "cannot be found: 9"),
    "a metadata partition": (udf(6, put(440, "<B", 2)), "virtual, sparable or metadata partition"),
    "cut short": (image("-udf")[: 257 * 2048], "cannot be found"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "problem"), VOLUMES.values(), ids=VOLUMES)
def test_volumes_that_cannot_be_read(data: bytes, problem: str) -> None:
    assert problem in str(contents(data)[""])


def entry_of(name: str) -> tuple[bytearray, int]:
    """(image, where the file entry is): of the root, the folder, and the two files by their sizes."""
    data = bytearray(image("-udf"))
    sizes = {struct.unpack_from("<Q", data, at + 56)[0]: at for at in descriptors(data, 261)}
    return data, {"a": sizes[len(A)], "b": sizes[len(B)]}[name]


ENTRIES: dict[str, tuple[Callable[[bytearray, int], object], str]] = {
    "longer than its block": (put(172, "<I", 9000), "longer than its block"),
    "of another kind": (put(27, "<B", 12), "it is no file, but of kind 12"),
    "embedded and cut short": (put(34, "<H", 3), "an embedded file that is cut short"),
    "past the end": (put(180, "<I", 1 << 25), "cut short: the image ends before it does"),
    "no entry": (put(0, "<H", 7), "there is no descriptor 261"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "problem"), ENTRIES.values(), ids=ENTRIES)
def test_entries_that_cannot_be_read(change: Callable[[bytearray, int], object], problem: str) -> None:
    data, at = entry_of("a")
    resealed(data, at, change)
    told = contents(bytes(data))
    assert problem in str(told["folder/a.dll"])
    assert told["B.DLL"] == B


def test_an_embedded_file_and_an_extended_entry() -> None:
    def embed(data: bytearray, at: int) -> None:
        """The first 100 bytes of the file in its entry, which is written anew as an extended one."""
        struct.pack_into("<H", data, at, 266)
        struct.pack_into("<H", data, at + 34, 3)
        struct.pack_into("<Q", data, at + 56, 100)
        data[at + 92 : at + 104] = struct.pack("<Hh8B", 0x1000 | (-60 & 0xFFF), 1999, 11, 30, 12, 0, 1, 2, 3, 4)
        struct.pack_into("<II", data, at + 208, 0, 100)
        data[at + 216 : at + 316] = A[:100]
        struct.pack_into("<H", data, at + 10, 300)

    data, at = entry_of("a")
    resealed(data, at, embed)
    with opened(bytes(data)) as found:
        assert found.tree is not None
        with found.tree.open("folder/a.dll") as file:
            assert file.read(0, 1000) == A[:100]
            assert file.modified == datetime(1999, 11, 30, 13, 0, 1, 20304, UTC)


def test_pieces_holes_and_continuations(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in long descriptors: 2,048 bytes recorded, 2,048 allocated only, and the rest listed elsewhere."""
    data, at = entry_of("b")
    start = struct.unpack_from("<I", data, at + 180)[0]
    block = (at // 2048) - (struct.unpack_from("<I", data, descriptors(data, 5)[0] + 188)[0])
    spare = len(data) // 2048 - (at // 2048 - block)
    length = len(B) - 4096
    more = bytearray(struct.pack("<HHBBHHHI", 258, 2, 0, 0, 0, 0, 0, spare) + struct.pack("<II", 0, 32))
    more += struct.pack("<IIH6x", length, start + 2, 0) + bytes(16)
    data += more.ljust(2048, b"\0")
    resealed(data, len(data) - 2048, lambda _data, _at: None)

    def change(data: bytearray, at: int) -> None:
        struct.pack_into("<H", data, at + 34, 1)
        struct.pack_into("<I", data, at + 172, 48)
        described = [(2048, start), (1 << 30 | 2048, 0), (3 << 30 | 2048, spare)]
        data[at + 176 : at + 224] = b"".join(struct.pack("<IIH6x", told, where, 0) for told, where in described)

    resealed(data, at, change)
    assert contents(bytes(data))["B.DLL"] == B[:2048] + bytes(2048) + B[4096:]
    monkeypatch.setattr(udfs, "_MAX_PIECES_OF_ALL", 1)
    assert "its files lie in more than 1 pieces" in str(contents(bytes(data))["B.DLL"])


def test_names_of_udf() -> None:
    assert udfs._unicode(b"\x08a") == "a"
    assert udfs._unicode(b"\x10\1\7") == "\u0107"
    for raw in (b"", b"\x08", b"\x08a/b", b"\x10\0."):
        with pytest.raises(ValueError, match="is no name"):
            udfs._unicode(raw)


def test_times_of_udf() -> None:
    assert udfs._time(struct.pack("<Hh8B", 0x1000 | 2049, 1999, 11, 30, 12, 0, 1, 0, 0, 0)) == datetime(
        1999, 11, 30, 12, 0, 1, tzinfo=UTC
    )
    assert udfs._time(bytes(12)) is None


def test_a_udf_folder_in_itself() -> None:
    data = bytearray(image("-udf"))
    at = data.index(b"\x08folder") - 38
    (root,) = struct.unpack_from("<I", data, descriptors(data, 256)[0] + 404)
    struct.pack_into("<I", data, at + 24, root)
    data[at + 4] = 0
    data[at + 4] = sum(data[at : at + 16]) & 0xFF
    told = contents(bytes(data))
    assert told["lost: folder"] == "damaged: a folder that lies in itself, or too deep"


def test_a_udf_folder_whose_list_is_damaged() -> None:
    data = bytearray(image("-udf"))
    at = data.index(b"\x08a.dll") - 38
    struct.pack_into("<H", data, at, 9)
    data[at + 4] = 0
    data[at + 4] = sum(data[at : at + 16]) & 0xFF
    told = contents(bytes(data))
    assert "folder: damaged: no name at byte" in str(told[""])
    assert told["B.DLL"] == B


@pytest.mark.parametrize("options", [("-J",), ("-udf",), ("-r",)])
def test_an_install_source_in_it(options: tuple[str, ...], tmp_path: Path) -> None:
    write_source(tmp_path / "cd/I386", kernel("4.0.1381.4") | {"RPCSS.EXE": build_pe(version="4.0.1381.300")})
    with opened(iso(*options)(tmp_path / "cd", tmp_path).read_bytes()) as found:
        assert found.kind.startswith("install media, ")
        (source,) = found.inside
        assert (source.kind, source.place) == ("install source", "I386")
        assert source.tree is not None
        with source.tree.open("RPCSS.EXE") as file:
            assert file.read(0, 2) == b"MZ"


def test_images_of_later_install_media_are_opened(tmp_path: Path) -> None:
    (tmp_path / "dvd/sources").mkdir(parents=True)
    (tmp_path / "dvd/sources/install.wim").write_bytes(b"no WIM")
    with opened(iso("-udf")(tmp_path / "dvd", tmp_path).read_bytes()) as found:
        assert found.kind == "install media, UDF image"
        (wim,) = found.inside
        assert (wim.place, wim.problem) == (
            "sources/install.wim",
            "this is not a kind of target that hotfixcheck reads",
        )


@pytest.mark.parametrize("options", [(), ("-r",), ("-udf",)])
def test_lists_are_not_read_for_ever(options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    data = image(*options)
    monkeypatch.setattr(isos, "_MAX_LISTS", 2500)
    monkeypatch.setattr(udfs, "_MAX_LISTS", 130)
    assert "its lists have more than" in str(contents(data)[""])


def test_an_image_that_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/install.wim").write_bytes(b"")
    (tmp_path / "sources/install.wim").chmod(0)

    class Refusing(DirectoryTree):
        def open(self, path: str) -> OpenFile:
            raise PermissionError(13, "Permission denied")

    opening = Opening("target", Wanted(), OPENERS, TREE_OPENERS)
    found = opening.look_into(Found("folder", tree=Refusing(tmp_path)))
    assert found.inside[0].problem == "cannot be read: Permission denied"
