"""Files that were compressed one by one: SZDD, KWAJ, cabinets of one file."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.targets.expanding import Compressed, expanded, is_compressed, look
from hotfixcheck.targets.sources import Memory
from tests.build.cabinets import cabinet, kwaj, szdd
from tests.build.targets import needs

CHANCE = random.Random(3)
CONTENTS = {
    "a DLL": build_pe(version="4.0.1381.4", name="KERNEL32.DLL", size=60_000),
    "text": b"".join(CHANCE.choice([b"word ", b"WORD", b"  ", b"\r\n"]) for _ in range(30_000)),
    "noise": CHANCE.randbytes(20_000),
    "zeros": bytes(50_000),
    "blanks first": b" " * 5000 + b"x",
    "one byte": b"x",
    "nothing": b"",
}


def read(data: bytes) -> bytes:
    with expanded(Memory(data), data[:4096]) as file:
        return file.read(0, file.size)


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_szdd(content: bytes) -> None:
    for made in (szdd(content, "L"), szdd(content, old=True)):
        assert is_compressed(made)
        assert read(made) == content
    assert look(Memory(szdd(content, "L")), szdd(content, "L")) == Compressed(last="L", size=len(content))


@pytest.mark.parametrize("content", [data for data in CONTENTS.values() if len(data) != 1])
def test_what_mscompress_writes(content: bytes, tmp_path: Path) -> None:
    """Of a file of one byte it writes another byte."""
    needs("mscompress")
    (tmp_path / "a.dll").write_bytes(content)
    subprocess.run([shutil.which("mscompress") or "", "a.dll"], cwd=tmp_path, check=True, capture_output=True)
    assert read((tmp_path / "a.dll_").read_bytes()) == content


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_msexpand_reads_the_same(content: bytes, tmp_path: Path) -> None:
    """The writer of these tests is held against a reader that is not ours."""
    needs("msexpand")
    (tmp_path / "a.dll_").write_bytes(szdd(content))
    subprocess.run([shutil.which("msexpand") or "", "a.dll_"], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "a.dll").read_bytes() == content


@pytest.mark.parametrize("options", [{}, {"size": False}, {"name": "A.DLL"}, {"name": "A", "extra": True}], ids=str)
@pytest.mark.parametrize("method", [0, 1, 2, 4])
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_kwaj(content: bytes, method: int, options: dict[str, object]) -> None:
    made = kwaj(content, method, **options)  # type: ignore[arg-type]
    assert read(made) == content
    told = look(Memory(made), made)
    assert told.name == options.get("name", "")
    assert told.size == (None if options.get("size") is False else len(content))


def test_kwaj_that_is_not_read() -> None:
    for method, problem in ((3, "KWAJ's LZH"), (9, "KWAJ's method 9")):
        made = bytearray(kwaj(b"text", 3))
        made[8] = method
        with pytest.raises(OSError, match=problem):
            read(bytes(made))


def test_a_cabinet_of_one_file() -> None:
    made = cabinet({"kernel32.dll": CONTENTS["a DLL"]})
    assert read(made) == CONTENTS["a DLL"]
    assert look(Memory(made), made) == Compressed("kernel32.dll", size=60_000)


DAMAGED = {
    "a header that is cut short": (szdd(b"text")[:10], "damaged: "),
    "a KWAJ header that is cut short": (kwaj(b"text", 0)[:15], "damaged: "),
    "a cabinet that is cut short": (cabinet({"a": b"text"})[:50], "damaged: it is cut short"),
    "a cabinet of two files": (cabinet({"a": b"text", "b": b""}), "damaged: a cabinet of 2 files"),
    "a cabinet by Quantum": (cabinet({"a": b"text"}, "Quantum"), "Quantum"),
    "data that is cut short": (szdd(CONTENTS["noise"])[:5000], "cut short: |ends inside"),
    "a reference that is cut short": (szdd(b"abcabcabcabc")[:-1], "damaged: it ends inside a reference"),
    "more data than it says": (szdd(b"text")[:10] + b"\3\0\0\0" + szdd(b"text")[14:], "more than the 3 bytes"),
    "MSZIP that is none": (kwaj(b"text", 4).replace(b"CK", b"XX"), "damaged: a block does not begin"),
    "MSZIP that is none, of no known size": (kwaj(b"text", 4, size=False).replace(b"CK", b"XX"), "damaged: a block"),
    "no deflate, of no known size": (kwaj(b"text", 4, size=False)[:20] + b"\xff" * 9, "damaged: "),
    "MSZIP without an end": (kwaj(CONTENTS["noise"], 4)[:9000], "damaged: a block has no end"),
}


@pytest.mark.parametrize(("data", "problem"), DAMAGED.values(), ids=DAMAGED)
def test_damage(data: bytes, problem: str) -> None:
    with pytest.raises(OSError, match=problem):
        read(data)


def test_what_is_not_compressed() -> None:
    assert not is_compressed(b"MZ")
