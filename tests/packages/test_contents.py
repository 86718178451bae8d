"""What is in update packages: cabinets in programs, in sets and in each other, whole or damaged."""

from __future__ import annotations

import hashlib
import random
import struct
import time
from datetime import date
from pathlib import Path

import pytest

from hotfixcheck.manifest.model import FilesFix
from hotfixcheck.packages import contents
from hotfixcheck.packages.contents import cabinets_in, files_in
from hotfixcheck.packages.importing import import_packages, packages_in
from hotfixcheck.platforms import Platform
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import ByteSource
from tests.build.cabinets import cabinet, cabinet_set, szdd
from tests.build.packages import KERNEL, OLD, OWN, PROGRAM, manifest_of, outcome, package
from tests.fuzz.mutation import change

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(2048, b"\0")


def nothing_beside(name: str) -> ByteSource:
    raise FileNotFoundError(name)


CONTAINERS = {
    "a program with a cabinet appended": ("Q246691i.exe", package(OWN)),
    "a program with a cabinet inside": ("Q246691i.exe", package(OWN, after=b"\0" * 5000)),
    "a cabinet at an odd place": ("Q246691i.exe", package(OWN, before=PROGRAM + b"x" * 13)),
    "LZX": ("Q246691i.exe", package(OWN, "LZX:21")),
    "a cabinet": ("Q246691.cab", package(OWN, before=b"")),
    "an installer": ("Q246691.msp", package(OWN, before=COMPOUND)),
    "a cabinet in a cabinet": ("6.0-Q246691.msu", package({"Q246691.cab": cabinet(OWN)}, before=b"")),
    "compressed by itself": ("Q246691i.exe", package({"KERNEL32.DL_": szdd(KERNEL, "L")})),
    "compressed as a cabinet": ("Q246691i.exe", package({"kernel32.dl_": cabinet(OWN)})),
    "two cabinets": ("Q246691i.exe", package({"readme.txt": b"text"}) + cabinet(OWN)),
    "a false beginning": ("Q246691i.exe", package(OWN, before=PROGRAM + b"MSCF\0\0\0\0" + b"x" * 60)),
}  # fmt: skip


@pytest.mark.parametrize(("name", "data"), CONTAINERS.values(), ids=CONTAINERS)
def test_every_container(name: str, data: bytes, tmp_path: Path) -> None:
    made = manifest_of(outcome(tmp_path / name, data))
    assert (made.article, made.title) == ("Q246691", f"Files of {name}")
    assert made.applies_to == ("Microsoft Windows NT 4.0",)
    ((row, *others),) = [fix.files for fix in made.fixes if isinstance(fix, FilesFix)]
    assert not others
    assert (row.name.lower(), row.platform, row.version) == ("kernel32.dll", Platform.X86, "4.0.1381.7029")
    assert (row.size, row.link_time) == (375_056, "1999-11-18T15:00:00")
    assert row.sha256 == hashlib.sha256(KERNEL).hexdigest()
    assert (row.date, row.time) == (date(1999, 11, 30), "12:00")


SET = cabinet_set([OWN, {"old.dll": OLD}], "stored", 150_000, "Q246691_{}.CAB".format)
NAMES = {"kernel32.dll", "old.dll"}


def test_a_set_of_cabinets(tmp_path: Path) -> None:
    """Each of them is a package of all their files; what lies in several folders is found whatever its case."""
    assert len(SET) > 1
    for name, data in SET.items():
        (tmp_path / name.lower()).write_bytes(data)
    for found in import_packages(packages_in([tmp_path]), lambda _manifest: None):
        assert {row.name for row in manifest_of(found).rows()} == NAMES
        assert found.left_out == ()


def test_a_set_of_cabinets_in_a_cabinet(tmp_path: Path) -> None:
    """The files are there once."""
    files = {f"sub\\{name}": data for name, data in SET.items()}
    made = list(files_in(Memory(cabinet(files)), "a.msu", nothing_beside))
    assert [file.path for file in made] == sorted(NAMES)
    assert not any(file.problem for file in made)


def test_a_part_of_a_set_that_is_missing_is_named(tmp_path: Path) -> None:
    found = outcome(tmp_path / "Q246691_1.CAB", SET["Q246691_1.CAB"])
    assert "Q246691_2.CAB is not beside it" in str(found.left_out)


def test_cabinets_in_cabinets_end(monkeypatch: pytest.MonkeyPatch) -> None:
    data = cabinet({"kernel32.dll": KERNEL})
    for number in range(6):
        data = cabinet({f"{number}.cab": data})
    assert list(files_in(Memory(data), "a.msu", nothing_beside)) == []
    monkeypatch.setattr(contents, "_MAX_BYTES", 10)
    (bomb,) = files_in(Memory(package({"a.dll": KERNEL})), "a.exe", nothing_beside)
    assert "it expands too far" in bomb.problem


def test_a_number_of_cabinets_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "_MAX_CABINETS", 2)
    assert len(list(cabinets_in(Memory(cabinet({"a": b"x"}) * 5)))) == 2


def test_a_cabinet_far_into_a_file() -> None:
    """Over the seam of what is searched at once."""
    for before in ((1 << 20) - 4, (1 << 20) - 1, 1 << 20, (3 << 20) + 7):
        data = b"x" * before + cabinet({"a": b"x"})
        assert [place for place, _ in cabinets_in(Memory(data))] == [before]
    empty = bytearray(cabinet({"a": b"x"}))
    struct.pack_into("<H", empty, 28, 0)
    assert list(cabinets_in(Memory(bytes(empty)))) == []


def test_mutants_of_packages_are_read_or_named() -> None:
    """Mutants are numbered by their seeds and chances: any exception is a finding."""
    nested = package({"Q1.cab": cabinet({"a.dll": KERNEL[:9000]}), "b.dl_": szdd(OLD), "c.dll": OLD}, "LZX:15")
    for seed in (nested, package({"a.dll": OLD, "update.inf": b"Q246691"})):
        for number in range(300):
            chance = random.Random(number)
            data = bytearray(seed)
            start = chance.choice((0, len(PROGRAM), len(PROGRAM), len(PROGRAM) + 100))
            window = data[start : start + 400]
            for _ in range(chance.randint(1, 4)):
                change(window, chance)
            data[start : start + 400] = window
            began = time.process_time()
            list(files_in(Memory(bytes(data)), "a.exe", nothing_beside))
            assert time.process_time() - began < 5, number
