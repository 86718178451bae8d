"""UDF: volumes, entries, pieces, names and times, written by genisoimage and damaged or changed by hand."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from hotfixcheck.targets import udf as udfs
from tests.targets.cdimages import A, B, image, patched
from tests.targets.opened import contents, opened


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
