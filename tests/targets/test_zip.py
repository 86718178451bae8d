"""Zip archives: what strangers put into them, what is not read, and what damage does."""

from __future__ import annotations

import io
import lzma
import random
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotfixcheck.targets import nodes, ziplist, zipmethods
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.zipmethods import unpacked_chunks
from tests.build.targets import needs, run
from tests.targets.opened import contents, opened

DLL = b"MZ" + bytes(range(256)) * 400
WRONG = ("../b.dll", "/b.dll", "C:/b.dll", "x/../../b.dll")
LINK = stat.S_IFLNK | 0o777


def packed(*members: tuple[str, bytes] | tuple[zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def member(
    name: str, *, mode: int = 0, extra: bytes = b"", host: int = 3, day: tuple[int, ...] = ()
) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (*(day or (1999, 11, 30, 12, 0, 2)),))  # type: ignore[arg-type]
    info.external_attr, info.extra, info.create_system = mode << 16, extra, host
    return info


TRAPS: dict[str, tuple[bytes, dict[str, bytes | str]]] = {
    "climbing and absolute names": (
        packed(("a.dll", DLL), ("../b.dll", DLL), ("/b.dll", DLL), ("C:\\b.dll", DLL), ("x/../../b.dll", DLL)),
        {"a.dll": DLL} | dict.fromkeys((f"lost: {name}" for name in WRONG), "its name leads out of the archive"),
    ),
    "backslashes": (packed(("system32\\a.dll", DLL)), {"system32/a.dll": DLL}),
    "twins in case": (packed(("a.dll", DLL), ("A.dll", b"MZ")), {"A.dll": b"MZ", "a.dll": DLL}),
    "a link": (packed(("a.dll", DLL), (member("b.dll", mode=LINK), b"a.dll")), {"a.dll": DLL, "b.dll": DLL}),
    "a link out": (packed((member("b", mode=LINK), b"../c")), {"b": "the link leads out of the target: ../c"}),
    "a FIFO": (packed((member("b", mode=stat.S_IFIFO), b"")), {"b": "it is a device, pipe or socket, not a file"}),
    "Unix modes of another system": (packed((member("b", mode=LINK, host=0), b"MZ")), {"b": b"MZ"}),
    "an empty file": (packed(("a.dll", b"")), {"a.dll": b""}),
    "a name in UTF-8": (packed(("caf\xe9.dll", DLL)), {"caf\xe9.dll": DLL}),
    "stored": (packed(("a.dll", DLL), method=zipfile.ZIP_STORED), {"a.dll": DLL}),
    "bzip2": (packed(("a.dll", DLL), method=zipfile.ZIP_BZIP2), {"a.dll": DLL}),
    "LZMA": (packed(("a.dll", DLL), method=zipfile.ZIP_LZMA), {"a.dll": DLL}),
    "bytes before it": (b"#!/bin/sh\n" * 9 + packed(("a.dll", DLL)), {"a.dll": DLL}),
    "a comment": (packed(("a.dll", DLL))[:-2] + b"\4\0text", {"a.dll": DLL}),
}  # fmt: skip


@pytest.mark.parametrize(("archive", "expected"), TRAPS.values(), ids=TRAPS)
def test_traps(archive: bytes, expected: dict[str, bytes | str]) -> None:
    if not archive.startswith(b"PK"):
        archive = b"PK\3\4" + archive[4:]  # what tells a zip are its first bytes
    assert contents(archive) == expected


def patched(archive: bytes, change: Callable[[bytearray, int], object]) -> bytes:
    """An archive after a change to the directory's entry, whose offset is given."""
    data = bytearray(archive)
    change(data, data.index(b"PK\1\2"))
    return bytes(data)


def by_method(number: int, compressed: bytes, content: bytes) -> bytes:
    """An archive of a.dll compressed by a method that zipfile has not."""
    archive = bytearray(packed(("a.dll", compressed), method=zipfile.ZIP_STORED))
    for at, shift in ((0, 0), (archive.index(b"PK\1\2"), 2)):
        struct.pack_into("<H", archive, at + 8 + shift, number)
        struct.pack_into("<I", archive, at + 14 + shift, zlib.crc32(content))
        struct.pack_into("<I", archive, at + 22 + shift, len(content))
    return bytes(archive)


def deflate64(data: bytes) -> bytes:
    deflater = pytest.importorskip("inflate64").Deflater()
    return bytes(deflater.deflate(data) + deflater.flush())


def zstd(data: bytes) -> bytes:
    return bytes(pytest.importorskip("zstandard").ZstdCompressor().compress(data))


@pytest.mark.parametrize(
    ("method", "compress"),
    [
        pytest.param(9, deflate64, id="Deflate64"),
        pytest.param(20, zstd, id="zstd as it was numbered first"),
        pytest.param(93, zstd, id="zstd"),
        pytest.param(95, lzma.compress, id="xz"),
    ],
)
@pytest.mark.parametrize("content", [b"", DLL, bytes(1 << 20), random.Random(5).randbytes(200_000)], ids=len)
def test_methods_that_zipfile_has_not(method: int, compress: Callable[[bytes], bytes], content: bytes) -> None:
    assert contents(by_method(method, compress(content), content)) == {"a.dll": content}


def test_deflate64_of_another_program(tmp_path: Path) -> None:
    """Matches of up to 64 KB, as Explorer writes them too."""
    needs("7z")
    files = {"a.dll": DLL * 9, "noise": random.Random(6).randbytes(300_000), "zeros": bytes(3 << 20), "nothing": b""}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    run("7z", "a", "-tzip", "-mm=Deflate64", "a.zip", *files, folder=tmp_path)
    archive = (tmp_path / "a.zip").read_bytes()
    assert struct.unpack_from("<H", archive, 8) == (9,)
    assert contents(archive) == files


def test_deflate64_that_is_damaged_or_cut_short() -> None:
    whole = deflate64(DLL)
    assert str(contents(by_method(9, b"\xff" * 90, DLL))["a.dll"]).startswith("damaged: ")
    assert str(contents(by_method(9, whole[: len(whole) // 2], DLL))["a.dll"]).startswith("cut short: ")


def test_without_inflate64_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = by_method(9, deflate64(DLL), DLL)
    monkeypatch.setitem(sys.modules, "inflate64", None)
    assert contents(archive) == {
        "a.dll": "what Deflate64 compressed cannot be read without the package inflate64 "
        "(python -m pip install 'hotfixcheck[images]')"
    }


def test_a_piece_of_deflate64_does_not_become_all_of_it_at_once() -> None:
    packed_zeros = deflate64(bytes(64 << 20))
    chunks = unpacked_chunks(Memory(packed_zeros), 9, 64 << 20)
    lengths = [len(chunk) for chunk in chunks]
    assert sum(lengths) == 64 << 20
    assert max(lengths) < 16 << 20


LZMA = lzma.compress(DLL, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}])
LZMA_DAMAGE = {
    "properties that cannot be": (b"\x09\x04\x05\0" + bytes([225]) + b"\0\0\1\0" + LZMA, "damaged: LZMA with a window"),
    "no properties": (b"\x09\x04", "damaged: LZMA with a window"),
    "cut short": (b"\x09\x04\x05\0" + bytes([93]) + b"\0\0\1\0" + LZMA[:60], "cut short: "),
    "other bytes": (b"\x09\x04\x05\0" + bytes([93]) + b"\0\0\1\0" + b"\xff" * 900, "damaged: "),
}


@pytest.mark.parametrize(("data", "problem"), LZMA_DAMAGE.values(), ids=LZMA_DAMAGE)
def test_lzma_that_cannot_be(data: bytes, problem: str) -> None:
    assert str(contents(by_method(14, data, DLL))["a.dll"]).startswith(problem)
    whole = b"\x09\x04\x05\0" + bytes([93]) + b"\0\0\1\0" + LZMA
    assert contents(by_method(14, whole, DLL)) == {"a.dll": DLL}


def test_lzma_needs_no_window_that_is_longer_than_the_member() -> None:
    for window in (b"\xff\xff\xff\xff", b"\0\0\0\x10"):
        assert contents(by_method(14, b"\x09\x04\x05\0" + bytes([93]) + window + LZMA, DLL)) == {"a.dll": DLL}


def test_lzma_that_looks_back_further_than_is_kept_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipmethods, "_MAX_WINDOW", 1 << 20)
    noise = random.Random(8).randbytes(1 << 20)
    near, far = noise + noise[:4096], noise + bytes(4096) + noise
    for content, expected in (
        (near, near),
        (far, "it is compressed by LZMA with a window of 4 MB, of which 1 MB are kept"),
    ):
        form = {"id": lzma.FILTER_LZMA1, "dict_size": 4 << 20}
        data = lzma.compress(content, lzma.FORMAT_RAW, filters=[form])
        told = contents(
            by_method(14, b"\x09\x04\x05\0" + bytes([93]) + (4 << 20).to_bytes(4, "little") + data, content)
        )
        assert told == {"a.dll": expected}


def entry(place: int, value: int, layout: str = "<I") -> Callable[[bytearray, int], None]:
    """Puts a number into the directory's entry."""
    return lambda data, at: struct.pack_into(layout, data, at + place, value)


def end(place: int, value: int, layout: str = "<I") -> Callable[[bytearray, int], None]:
    """Puts a number into the record at the end, counted from there."""
    return lambda data, _at: struct.pack_into(layout, data, len(data) + place, value)


UNREADABLE: dict[str, tuple[Callable[[bytearray, int], object], str]] = {
    "encrypted": (entry(8, 1, "<H"), "it is encrypted"),
    "Implode": (entry(10, 6, "<H"), "it is compressed by Implode, which is not read"),
    "PPMd": (entry(10, 98, "<H"), "it is compressed by PPMd, which is not read"),
    "AES": (entry(10, 99, "<H"), "it is compressed by AES, which is not read"),
    "an unknown method": (entry(10, 77, "<H"), "it is compressed by method 77, which is not read"),
    "another checksum": (entry(16, 1), "damaged: its checksum is wrong"),
    "more bytes than it says": (entry(24, 10_000), "damaged: more than the 10,000"),
    "fewer bytes than it says": (entry(24, 200_000), "cut short: 102,402 bytes of 200,000"),
    "another place": (entry(42, 7), "damaged: it does not begin at byte 7"),
    "a place past the end": (entry(42, 1 << 30), "damaged: it does not begin at byte 1,07"),
    "more packed bytes than there are": (entry(20, 1 << 30), "cut short: "),
    "damaged bytes": (lambda data, at: data.__setitem__(slice(60, 90), b"\xff" * 30), "damaged: "),
}  # fmt: skip


@pytest.mark.parametrize(("change", "problem"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_says_why(change: Callable[[bytearray, int], object], problem: str) -> None:
    told = contents(patched(packed(("a.dll", DLL)), change))
    assert str(told["a.dll"]).startswith(problem)


def test_a_link_that_cannot_be_read() -> None:
    archive = packed((member("b", mode=LINK), b"a.dll"))
    told = contents(patched(archive, entry(42, 7)))
    assert str(told["b"]).startswith("a link that cannot be read: damaged: it does not begin")


def test_only_what_is_read_is_unpacked() -> None:
    """A text's head is enough to tell that it is one: the rest is not unpacked, nor its checksum known."""
    archive = patched(packed(("a.txt", b"text" * 9000)), entry(16, 1))
    with opened(archive) as found:
        assert found.tree is not None
        with found.tree.open("a.txt") as file:
            assert file.read(0, 4) == b"text"
            assert file.read(36_000, 1) == b""
            with pytest.raises(OSError, match="its checksum is wrong"):
                file.read(5000, 1)


def test_without_its_list_the_members_are_read_by_what_stands_before_them() -> None:
    whole = packed(("a.dll", DLL), ("b.dll", DLL), ("c/", b""))
    told = contents(whole[: whole.index(b"PK\1\2")])
    assert told == {
        "a.dll": DLL,
        "b.dll": DLL,
        "": "it has no list of members at its end; what stands before each was read",
    }
    told = contents(whole[: whole.index(b"b.dll") + 50])
    assert told["a.dll"] == DLL
    assert str(told["b.dll"]).startswith("cut short: ")


def test_without_its_list_a_member_that_does_not_say_where_it_ends_is_the_last() -> None:
    stream = io.BytesIO()

    class Pipe(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            return stream.write(data)  # type: ignore[arg-type]

    with zipfile.ZipFile(Pipe(), "w") as archive:
        archive.writestr("a.dll", DLL)
    whole = stream.getvalue()
    assert contents(whole) == {"a.dll": DLL}
    assert list(contents(whole[: whole.index(b"PK\1\2")])) == [""]


DAMAGED: dict[str, tuple[Callable[[bytearray, int], object], str]] = {
    "a list that is elsewhere": (end(-10, 5), "it ends inside a member"),
    "a list that is longer than all": (end(-10, 1 << 25), "bytes and ends at byte"),
    "a list that is too long to keep": (end(-10, 1 << 30), "too many to keep"),
    "a member that is none": (lambda data, at: data.__setitem__(slice(at, at + 4), b"XXXX"), "no member begins at"),
    "another number": (end(-12, 9, "<H"), "its list names 1 members and should name 9"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "problem"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_list(change: Callable[[bytearray, int], object], problem: str) -> None:
    told = contents(patched(packed(("a.dll", DLL)), change))
    assert str(told[""]).startswith("its list is damaged: ")
    assert problem in str(told[""])


def test_a_number_of_members_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "_MAX_NAMES", 2)
    told = contents(packed(*((f"{number}.dll", DLL) for number in range(4))))
    assert sorted(told) == ["", "0.dll", "1.dll"]
    assert "it has more than 2 names" in str(told[""])
    whole = packed(*((f"{number}.dll", DLL) for number in range(4)))
    told = contents(whole[: whole.index(b"PK\1\2")])
    assert sorted(told) == ["", "0.dll", "1.dll"]
    assert "what stands before each was read, and it has more than 2 names" in str(told[""])


def test_a_list_that_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ziplist, "_LONGEST_MEMBER", 100)
    monkeypatch.setattr(ziplist, "_READ", 150)
    files = {f"{'x' * (number % 40)}{number}.dll": DLL for number in range(30)}
    assert contents(packed(*files.items())) == files


def test_sixty_four_bits() -> None:
    """An archive that says everything in its zip64 fields."""
    packed_data = zlib.compress(DLL)[2:-4]
    crc = zlib.crc32(DLL)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 45, 0, 8, 0, 0x2821, crc, 0xFFFFFFFF, 0xFFFFFFFF, 5, 20)
    local += b"a.dll" + struct.pack("<HHQQ", 1, 16, len(DLL), len(packed_data)) + packed_data
    wide = struct.pack("<HHQQQ", 1, 24, len(DLL), len(packed_data), 0)
    entry = struct.pack(
        *("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 45, 45, 0, 8, 0, 0x2821, crc, 0xFFFFFFFF, 0xFFFFFFFF),
        *(5, len(wide), 0, 0, 0, 0, 0xFFFFFFFF),
    ) + b"a.dll" + wide  # fmt: skip
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(entry), len(local))
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, len(local) + len(entry), 1)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    whole = local + entry + record + locator + end
    assert zipfile.ZipFile(io.BytesIO(whole)).read("a.dll") == DLL
    assert contents(whole) == {"a.dll": DLL}
    told = contents(local)
    assert told["a.dll"] == DLL


FILETIME = (944_000_000 + 11_644_473_600) * 10_000_000 + 1_234_567
TIMES: dict[str, tuple[zipfile.ZipInfo, datetime | None]] = {
    "DOS": (member("a"), datetime(1999, 11, 30, 12, 0, 2, tzinfo=UTC)),
    "Unix": (
        member("a", extra=b"UT\5\0\1" + (944_000_000).to_bytes(4, "little")),
        datetime(1999, 11, 30, 22, 13, 20, tzinfo=UTC),
    ),
    "NTFS": (
        member("a", extra=struct.pack("<HHIHHQQQ", 10, 32, 0, 1, 24, FILETIME, 0, 0)),
        datetime(1999, 11, 30, 22, 13, 20, 123456, UTC),
    ),
    "none": (member("a", day=(1980, 0, 0, 0, 0, 0)), None),
}


@pytest.mark.parametrize(("info", "modified"), TIMES.values(), ids=TIMES)
def test_times(info: zipfile.ZipInfo, modified: datetime | None) -> None:
    with opened(packed((info, b"MZ"))) as found:
        assert found.tree is not None
        with found.tree.open("a") as file:
            assert file.modified == modified


def test_a_name_in_the_unicode_field() -> None:
    raw = "caf\xe9".encode("cp437")
    extra = b"\1" + zlib.crc32(raw).to_bytes(4, "little") + "\u0107af".encode()
    info = member("cafX", extra=struct.pack("<HH", 0x7075, len(extra)) + extra)
    archive = packed((info, b"MZ")).replace(b"cafX", raw)
    assert contents(archive) == {"\u0107af": b"MZ"}
    assert contents(archive.replace(b"\x75\x70", b"\x75\x71")) == {"caf\xe9": b"MZ"}


def test_a_name_that_claims_to_be_utf8_and_is_not() -> None:
    archive = packed(("caf\xe9.dll", b"MZ")).replace("\xe9".encode(), b"\xe9\xe9")
    assert contents(archive) == {"caf\udce9\udce9.dll": b"MZ"}


def test_an_empty_archive() -> None:
    with opened(packed()) as found:
        assert found.tree is not None
        assert found.tree.children("") == []
        assert found.cut_short == ""
