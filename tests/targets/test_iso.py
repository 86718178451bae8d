"""Images of CDs with ISO 9660, plain, with Joliet or Rock Ridge names: what programs write, and damage."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.targets import OPENERS, TREE_OPENERS, nodes
from hotfixcheck.targets import iso as isos
from hotfixcheck.targets import udf as udfs
from hotfixcheck.targets.directory import DirectoryTree, OpenFile
from hotfixcheck.targets.opening import Found, Opening
from hotfixcheck.targets.rockridge import link_path, modified_time
from hotfixcheck.targets.times import iso_time
from hotfixcheck.targets.wanted import Wanted
from tests.build.media import kernel, write_source
from tests.build.targets import iso
from tests.targets.cdimages import A, B, image, patched
from tests.targets.opened import contents, opened


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
    assert iso_time(data) == expected


def test_times_of_rock_ridge() -> None:
    when = bytes((99, 11, 30, 12, 0, 1, 0))
    assert modified_time(b"\x03" + bytes(7) + when) == datetime(1999, 11, 30, 12, 0, 1, tzinfo=UTC)
    assert modified_time(b"\x02" + when) == datetime(1999, 11, 30, 12, 0, 1, tzinfo=UTC)
    assert modified_time(b"\x01" + when) is None
    assert modified_time(b"\x82" + bytes(17)) is None


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
    assert link_path(b"", data) == path


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
