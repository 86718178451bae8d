"""Cabinets of a set: read together, what is missing named, and nothing outside their folder asked for."""

from __future__ import annotations

import random
import struct
import subprocess
from pathlib import Path

import pytest

from hotfixcheck.targets import cabinetset
from hotfixcheck.targets.cabinet import Cabinet
from hotfixcheck.targets.cabinetfiles import CabinetFiles, unpacked_member
from hotfixcheck.targets.cabinetset import CabinetSet, whole_set
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.spool import Spool
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.wanted import Wanted
from tests.build.cabinets import cabinet, cabinet_set
from tests.build.targets import needs

CHANCE = random.Random(9)
FOLDERS = [
    {"a.dll": b"MZ" + CHANCE.randbytes(90_000), "b.txt": b"text" * 900, "c.bin": CHANCE.randbytes(150_000)},
    {"d.dll": b"MZ" + CHANCE.randbytes(70_001), "e.dll": b"MZ" + b"e" * 200_000},
    {"f.txt": b"the last"},
]
FILES = {name: data for folder in FOLDERS for name, data in folder.items()}


ONE_BY_ONE = [{"b.txt": FILES["b.txt"], "a.dll": FILES["a.dll"]}, *({name: FILES[name]} for name in list(FILES)[2:])]
"""Folders as makecab makes them: what goes on in another cabinet is the last of its folder."""


def of(cabinets: dict[str, bytes], first: str = "disk1.cab") -> Cabinet | CabinetSet:
    """The set that one of these cabinets is of."""

    def beside(name: str) -> ByteSource:
        if name not in cabinets:
            raise FileNotFoundError(name)
        return Memory(cabinets[name])

    return whole_set(Cabinet(Memory(cabinets[first])), first, beside)


def contents(found: Cabinet | CabinetSet) -> dict[str, bytes | str]:
    told: dict[str, bytes | str] = {}
    for member in found.members:
        assert member.name not in told
        try:
            with unpacked_member(found, member) as file:
                told[member.name] = file.read(0, file.size)
        except OSError as error:
            told[member.name] = error.strerror or str(error)
    return told


@pytest.mark.parametrize("room", [40_000, 50_021, 100_000, 170_000])
@pytest.mark.parametrize("compression", ["stored", "MSZIP", "LZX:21", "LZX:15"])
@pytest.mark.parametrize("folders", [FOLDERS, ONE_BY_ONE], ids=["folders that go on and on", "a file at a time"])
def test_a_set(folders: list[dict[str, bytes]], compression: str, room: int) -> None:
    made = cabinet_set(folders, compression, room)
    assert len(made) > 1
    for first in made:
        assert contents(of(made, first)) == FILES


@pytest.mark.parametrize("room", [40_000, 50_021, 170_000])
@pytest.mark.parametrize("compression", ["stored", "MSZIP", "LZX:21"])
def test_cabextract_reads_the_same(compression: str, room: int, tmp_path: Path) -> None:
    """The writer of these tests is held against a reader that is not ours."""
    needs("cabextract")
    made = cabinet_set(ONE_BY_ONE, compression, room)
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    command = ["cabextract", "-q", "-d", "out", "disk1.cab"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == FILES


def test_what_is_kept_of_a_set() -> None:
    made = of(cabinet_set(FOLDERS, "MSZIP", 50_021))
    files = CabinetFiles(made, Wanted(frozenset({"c.bin"})), Spool())
    for member in made.members:
        with files.open(member) as file:
            if member.name != "b.txt":
                assert file.read(0, file.size) == FILES[member.name]


def test_a_cabinet_by_itself_is_no_set() -> None:
    assert isinstance(of({"disk1.cab": cabinet(FILES)}), Cabinet)


SET = cabinet_set(FOLDERS, "MSZIP", 100_000)
MISSING: dict[str, tuple[str, str, dict[str, str]]] = {
    "the first": (
        *("disk1.cab", "disk2.cab"),
        {"a.dll": "", "c.bin": "it needs the cabinet before: disk1.cab is not beside it"},
    ),
    "the second": (
        *("disk2.cab", "disk1.cab"),
        {"c.bin": "it goes on in another cabinet: disk2.cab is not beside it"},
    ),
}


@pytest.mark.parametrize(("gone", "first", "problems"), MISSING.values(), ids=MISSING)
def test_a_missing_part_is_named(gone: str, first: str, problems: dict[str, str]) -> None:
    told = contents(of({name: data for name, data in SET.items() if name != gone}, first))
    for name, problem in problems.items():
        assert told.get(name, "") == problem
    assert all(told[name] == FILES[name] for name in told.keys() - problems.keys())
    assert told.keys() - problems.keys()


def patched(name: str, place: int, layout: str, value: int) -> dict[str, bytes]:
    data = bytearray(SET[name])
    struct.pack_into(layout, data, place, value)
    return {**SET, name: bytes(data)}


def renamed(name: str, old: bytes, new: bytes) -> dict[str, bytes]:
    return {**SET, name: SET[name].replace(old, new)}


WRONG: dict[str, tuple[dict[str, bytes], str]] = {
    "another set": (patched("disk2.cab", 32, "<H", 5), "disk2.cab beside it is of another set"),
    "another place in the set": (patched("disk2.cab", 34, "<H", 7), "disk2.cab beside it is of another set"),
    "no cabinet": ({**SET, "disk2.cab": b"MZ" * 100}, "disk2.cab is damaged: it is no cabinet"),
    "a path": (renamed("disk1.cab", b"disk2.cab", b"../../abc"), "'../../abc' is no plain name"),
    "a path of Windows": (renamed("disk1.cab", b"disk2.cab", b"C:\\\\ab.cd"), "is no plain name"),
    "the folder": (renamed("disk1.cab", b"disk2.cab\0disk", b"..\0disk2.cabaa"), "'..' is no plain name"),
    "itself": (renamed("disk1.cab", b"disk2.cab", b"DISK1.CAB"), "DISK1.CAB is named twice, in a circle"),
}


@pytest.mark.parametrize(("cabinets", "problem"), WRONG.values(), ids=WRONG)
def test_what_is_no_neighbour(cabinets: dict[str, bytes], problem: str) -> None:
    told = contents(of(cabinets))
    assert told["a.dll"] == FILES["a.dll"]
    assert problem in str(told["c.bin"])


def test_a_set_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cabinetset, "_MAX_CABINETS", 2)
    assert "disk3.cab is one of more than 2 cabinets" in str(contents(of(SET)))
    monkeypatch.setattr(cabinetset, "_MAX_CABINETS", 100)
    monkeypatch.setattr(cabinetset, "_MAX_FILES", 4)
    assert "is not read, for the set has more than 4 files" in str(contents(of(SET)))


def test_a_neighbour_that_cannot_be_read() -> None:
    def beside(name: str) -> ByteSource:
        raise PermissionError(13, "Permission denied")

    made = whole_set(Cabinet(Memory(SET["disk1.cab"])), "disk1.cab", beside)
    assert "disk2.cab cannot be read: Permission denied" in str(contents(made)["c.bin"])


def test_random_damage_is_named_or_changes_nothing() -> None:
    """What is damaged fails by its checksum or by its structure, and nothing else is raised."""
    chance = random.Random(4)
    for _ in range(300):
        made = {name: bytearray(data) for name, data in SET.items()}
        for _ in range(chance.randint(1, 4)):
            data = made[chance.choice(list(made))]
            data[chance.randrange(8, 400)] = chance.randrange(256)
        try:
            found = of({name: bytes(data) for name, data in made.items()})
        except ValueError:
            continue  # the first has no header
        for member in found.members:
            try:
                with unpacked_member(found, member) as file:
                    file.read(0, min(file.size, 1 << 20))
            except OSError:
                pass
