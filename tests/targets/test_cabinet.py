"""Cabinets: every compression that is read, sets, reserved space, and damage."""

from __future__ import annotations

import importlib
import random
import shutil
import struct
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotfixcheck.errors import TargetError
from hotfixcheck.targets import cabinet as cabinets
from hotfixcheck.targets.cabinet import Cabinet, DamagedCabinetError
from hotfixcheck.targets.cabinetfiles import CabinetFiles, unpacked_member
from hotfixcheck.targets.opening import extra
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.spool import Spool
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.wanted import Wanted
from tests.build import cabinets as build
from tests.build.cabinets import cabinet
from tests.build.targets import needs

try:
    extra("libarchive", "libarchive-c", "LZX")
except TargetError as error:
    pytest.skip(str(error), allow_module_level=True)

CHANCE = random.Random(7)
NOISE = CHANCE.randbytes(1200)
FILES = {
    "kernel32.dll": b"MZ" + NOISE * 60,
    "calls.exe": b"MZ" + b"\xe8\x10\0\0\0abc\xe8\xf0\xff\xff\xff" * 9000,
    "noise.bin": CHANCE.randbytes(50_001),
    "empty.txt": b"",
    "small.txt": b"text",
}
COMPRESSIONS = ["stored", "MSZIP", *(f"LZX:{window}" for window in build._SLOTS)]


def read(source: Cabinet, name: str) -> bytes:
    member = next(member for member in source.members if member.name == name)
    with unpacked_member(source, member) as file:
        return file.read(0, file.size)


@pytest.mark.parametrize("folders", [1, 3])
@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_every_compression(compression: str, folders: int) -> None:
    made = Cabinet(Memory(cabinet(FILES, compression, folders=folders)))
    assert {member.name: read(made, member.name) for member in made.members} == FILES
    assert [member.problem for member in made.members] == [""] * len(FILES)


def test_calls_of_programs_are_translated_back() -> None:
    data = FILES["calls.exe"]
    frames = build.lzx(data, 16, translated=len(data) + 1000)
    assert frames != build.lzx(data, 16)
    made = Cabinet(Memory(_of_frames(frames, {"a.exe": data}, 16)))
    assert read(made, "a.exe") == data


def _of_frames(frames: list[tuple[bytes, int]], files: dict[str, bytes], window: int) -> bytes:
    whole = cabinet(files, f"LZX:{window}")
    start = struct.unpack_from("<I", whole, 36)[0]
    data = bytearray(whole[:start])
    struct.pack_into("<H", data, 40, len(frames))
    return bytes(data) + b"".join(struct.pack("<IHH", 0, len(packed), size) + packed for packed, size in frames)


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_cabextract_reads_the_same(compression: str, tmp_path: Path) -> None:
    """The writer of these tests is held against a reader that is not ours."""
    needs("cabextract")
    (tmp_path / "a.cab").write_bytes(cabinet(FILES, compression, folders=2))
    subprocess.run(["cabextract", "-q", "-d", "out", "a.cab"], cwd=tmp_path, check=True, capture_output=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == FILES


@pytest.mark.parametrize("options", [[], ["-z"]], ids=["stored", "MSZIP"])
def test_what_gcab_writes_is_read(options: list[str], tmp_path: Path) -> None:
    needs("gcab")
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    command = [shutil.which("gcab") or "", "-c", "-n", *options, "a.cab", *FILES]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    made = Cabinet(Memory((tmp_path / "a.cab").read_bytes()))
    assert {member.name: read(made, member.name) for member in made.members} == FILES


def test_reserved_space_and_names_of_a_set() -> None:
    data = cabinet(FILES, reserve=(20, 4, 6), previous="one.cab", following="three.cab")
    made = Cabinet(Memory(b"before" + data + b"after"), 6)
    assert made.size == len(data)
    assert {member.name: read(made, member.name) for member in made.members} == FILES


@pytest.mark.parametrize(
    ("name", "utf8", "expected"),
    [
        pytest.param("caf\xe9.dll", False, "caf\xe9.dll", id="code page"),
        pytest.param("\u0107.dll", True, "\u0107.dll", id="UTF-8"),
        pytest.param("sub\\a.dll", False, "sub/a.dll", id="folder"),
        pytest.param("caf\udc81.dll", False, "caf\udc81.dll", id="no character"),
    ],
)
def test_names(name: str, utf8: bool, expected: str) -> None:
    (member,) = Cabinet(Memory(cabinet({name: b"MZ"}, utf8=utf8))).members
    assert member.name == expected


def test_times() -> None:
    def modified(day: int, clock: int) -> datetime | None:
        return Cabinet(Memory(cabinet({"a": b""}, day=day, clock=clock))).members[0].modified

    assert modified(0x277E, 0x6001) == datetime(1999, 11, 30, 12, 0, 2, tzinfo=UTC)
    assert modified(0, 0) is None


def test_quantum_and_unknown_methods_are_named() -> None:
    made = Cabinet(Memory(cabinet(FILES, "Quantum")))
    assert made.members[0].problem == "it is compressed by Quantum, which is not read"
    data = bytearray(cabinet(FILES))
    data[42] = 9
    with pytest.raises(OSError, match="compressed by method 9"):
        read(Cabinet(Memory(bytes(data))), "small.txt")


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        pytest.param(
            ImportError,
            "what LZX compressed cannot be read without .*libarchive.* .python -m pip install 'hotfixcheck.images.'",
            id="no package",
        ),
        pytest.param(AttributeError, "without libarchive itself.* set LIBARCHIVE", id="no library, on POSIX"),
        pytest.param(TypeError, "without libarchive itself.* set LIBARCHIVE", id="no library, on Windows"),
        pytest.param(OSError, "without libarchive itself.* set LIBARCHIVE", id="LIBARCHIVE leads nowhere"),
    ],
)
def test_without_libarchive_what_is_missing_is_named(
    error: type[Exception], wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_name: str) -> object:
        raise error

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(OSError, match=wanted):
        read(Cabinet(Memory(cabinet(FILES, "LZX:21"))), "small.txt")
    assert read(Cabinet(Memory(cabinet(FILES))), "small.txt") == b"text"


def at(place: int, layout: str, value: int) -> Callable[[bytearray], None]:
    return lambda data: struct.pack_into(layout, data, place, value)


WHOLE = cabinet({"a.dll": NOISE * 60, "b.dll": b"MZ" * 100})
FILE_AT = struct.unpack_from("<I", WHOLE, 16)[0]
BLOCK_AT = struct.unpack_from("<I", WHOLE, 36)[0]
HEADERS: dict[str, tuple[Callable[[bytearray], object], str]] = {
    "no magic": (at(0, "<I", 0), "it is no cabinet"),
    "another version": (at(25, "<B", 2), "it is no cabinet of version 1"),
    "too many files": (at(28, "<H", 0xFFFF), "a name has no end|it is cut short"),
    "cut short": (lambda data: data.__delitem__(slice(20, None)), "it is cut short at byte 20"),
    "files elsewhere": (at(16, "<I", 1 << 30), "it is cut short at byte"),
    "a name without an end": (
        lambda data: data.__setitem__(slice(FILE_AT + 16, None), b"x" * 9000),
        "a name has no end",
    ),
}


@pytest.mark.parametrize(("change", "problem"), HEADERS.values(), ids=HEADERS)
def test_damaged_headers(change: Callable[[bytearray], object], problem: str) -> None:
    data = bytearray(WHOLE)
    change(data)
    with pytest.raises(DamagedCabinetError, match=problem):
        Cabinet(Memory(bytes(data)))


def both(place: int, layout: str, value: int) -> Callable[[bytearray], None]:
    """A number in the first block, which then says that it has no checksum."""

    def change(data: bytearray) -> None:
        at(BLOCK_AT, "<I", 0)(data)
        at(place, layout, value)(data)

    return change


MEMBERS: dict[str, tuple[Callable[[bytearray], object], str]] = {
    "a checksum": (at(BLOCK_AT, "<I", 1), "damaged: the checksum of block 0 is wrong"),
    "a block that is too large": (at(BLOCK_AT + 6, "<H", 0xFFFF), "damaged: block 0 has 65,535 bytes"),
    "a block of another size": (both(BLOCK_AT + 6, "<H", 7), "damaged: a block has 32,768 bytes and should have 7"),
    "a block that is no MSZIP": (both(BLOCK_AT + 8, "<H", 7), "damaged: a block does not begin as MSZIP does"),
    "a block that is no deflate": (both(BLOCK_AT + 10, "<I", 0xFFFFFFFF), "damaged: "),
    "cut short": (lambda data: data.__delitem__(slice(BLOCK_AT + 50, None)), "damaged: it is cut short at byte"),
    "too few blocks": (at(40, "<H", 1), "cut short: 32,768 bytes of 72,000"),
    "no such folder": (at(FILE_AT + 8, "<H", 5), "damaged: it lies in folder 5 of 1"),
    "another cabinet": (at(FILE_AT + 8, "<H", 0xFFFE), "it goes on in another cabinet of its set"),
    "a huge folder": (at(40, "<H", 0x9000), "it lies in a folder of 36,864 blocks"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "problem"), MEMBERS.values(), ids=MEMBERS)
def test_damaged_members(change: Callable[[bytearray], object], problem: str) -> None:
    data = bytearray(WHOLE)
    change(data)
    with pytest.raises(OSError, match=problem):
        read(Cabinet(Memory(bytes(data))), "a.dll")


def test_files_that_lie_over_each_other() -> None:
    data = bytearray(WHOLE)
    struct.pack_into("<I", data, FILE_AT + 16 + len(b"a.dll\0") + 4, 5)
    assert Cabinet(Memory(bytes(data))).members[1].problem == "damaged: it lies over another file"


def test_lzx_that_is_damaged() -> None:
    data = bytearray(cabinet(FILES, "LZX:18", checksums=False))
    start = struct.unpack_from("<I", data, 36)[0]
    data[start + 8 : start + 40] = b"\xff" * 32
    with pytest.raises(OSError, match="damaged: "):
        read(Cabinet(Memory(bytes(data))), "kernel32.dll")


def test_a_checksum_of_lzx_that_is_wrong_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    """In libarchive's callback an error would be lost, and printed."""
    data = bytearray(cabinet(FILES, "LZX:18"))
    data[-20] ^= 0xFF
    with pytest.raises(OSError, match="damaged: the checksum of block"):
        read(Cabinet(Memory(bytes(data))), "noise.bin")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("compression", ["MSZIP", "LZX:21"])
def test_a_folder_is_unpacked_once(compression: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Cabinet(Memory(cabinet(FILES, compression)))
    passes = []
    whole = Cabinet.unpacked

    def counted(self: Cabinet, folder: int, size: int) -> object:
        passes.append(size)
        return whole(self, folder, size)

    monkeypatch.setattr(Cabinet, "unpacked", counted)
    files = CabinetFiles(made, Wanted(frozenset({"kernel32.dll", "small.txt"}), executables=False), Spool())

    def opened(name: str) -> bytes:
        with files.open(next(member for member in made.members if member.name == name)) as file:
            found: ByteSource = file
            return found.read(0, found.size)

    for name in ("kernel32.dll", "small.txt", "kernel32.dll"):
        assert opened(name) == FILES[name]
    assert len(passes) == 1
    assert opened("noise.bin") == FILES["noise.bin"]
    assert len(passes) == 2


def test_what_executables_are_kept_by() -> None:
    made = Cabinet(Memory(cabinet(FILES)))
    files = CabinetFiles(made, Wanted(), Spool())
    with files.open(made.members[0]) as file:
        assert file.read(0, 100_000) == FILES["kernel32.dll"]
    with files.open(made.members[2]) as file, pytest.raises(OSError, match="only its beginning was kept"):
        file.read(10_000, 1)


def test_what_comes_before_damage_is_read() -> None:
    data = bytearray(cabinet(FILES, checksums=True))
    data[-20] ^= 0xFF
    made = Cabinet(Memory(bytes(data)))
    files = CabinetFiles(made, Wanted(), Spool())
    with files.open(made.members[0]) as file:
        assert file.read(0, 100_000) == FILES["kernel32.dll"]
    with files.open(made.members[4]) as file, pytest.raises(OSError, match="checksum of block"):
        file.read(0, 4)
    unreadable = Cabinet(Memory(cabinet(FILES, "Quantum")))
    with pytest.raises(OSError, match="Quantum"):
        CabinetFiles(unreadable, Wanted(), Spool()).open(unreadable.members[0])


def test_a_bound_on_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cabinets, "_MAX_FILES", 1)
    with pytest.raises(DamagedCabinetError, match="has too many files: 2"):
        Cabinet(Memory(WHOLE))


def test_a_folder_that_ends_early_keeps_what_it_has() -> None:
    data = bytearray(WHOLE)
    at(40, "<H", 1)(data)
    made = Cabinet(Memory(bytes(data)))
    files = CabinetFiles(made, Wanted(frozenset({"a.dll", "b.dll"})), Spool())
    for member in made.members:
        with files.open(member) as file, pytest.raises(OSError, match="cut short"):
            file.read(0, member.size)
