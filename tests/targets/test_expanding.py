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
from tests.build.mspack import expanded_kwaj
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
@pytest.mark.parametrize("method", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_kwaj(content: bytes, method: int, options: dict[str, object]) -> None:
    made = kwaj(content, method, **options)  # type: ignore[arg-type]
    found = read(made)
    assert found[: len(content)] == content
    assert found == content or (method, options) == (3, {"size": False})  # it has no end but the file's
    told = look(Memory(made), made)
    assert told.name == options.get("name", "")
    assert told.size == (None if options.get("size") is False else len(content))


KINDS = [(0, 0, 0, 0, 0), (1, 1, 1, 1, 1), (2, 2, 2, 2, 2), (3, 3, 3, 3, 3), (0, 1, 2, 3, 1), (3, 2, 1, 0, 2)]


@pytest.mark.parametrize("kinds", KINDS, ids=str)
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_lzh_by_every_kind_of_code(content: bytes, kinds: tuple[int, ...]) -> None:
    assert read(kwaj(content, 3, kinds=kinds)) == content


@pytest.mark.parametrize("method", range(5))
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_libmspack_reads_the_same(content: bytes, method: int, tmp_path: Path) -> None:
    """The writer of these tests is held against a reader that is not ours: every header and every kind of code."""
    for number, kinds in enumerate(KINDS if method == 3 else [()]):
        for options in ({}, {"size": False}, {"name": "A.DLL", "extra": True}):
            made = kwaj(content, method, kinds=kinds, **options)
            # Of LZH, which has no end, it wants some more bits, and takes them for symbols.
            (tmp_path / f"a{number}.dl_").write_bytes(made + bytes(2 * (method == 3)))
            told = expanded_kwaj(tmp_path / f"a{number}.dl_")
            assert told is not None
            assert told[: len(content)] == content
            assert method == 3 or told == content


def test_what_fills_the_last_byte_of_lzh_is_cut_off() -> None:
    """Where the header says no size it may read as one more symbol, as with other readers."""
    sizes = {len(read(kwaj(CONTENTS["text"][:count], 3, size=False, kinds=KINDS[3]))) - count for count in range(80)}
    assert 0 in sizes
    assert {len(read(kwaj(CONTENTS["text"][:count], 3))) - count for count in range(80)} == {0}


def test_damaged_lzh_is_read_as_libmspack_reads_it(tmp_path: Path) -> None:
    """What both of them read is the same. libmspack refuses codes with room for more symbols before any is read, and
    leaves out symbols for which there is no room."""
    chance = random.Random(11)
    whole = kwaj(CONTENTS["text"][:3000], 3, size=False)
    same = 0
    for number in range(300):
        made = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            made[chance.randrange(14, len(made))] = chance.randrange(256)
        (tmp_path / "a.dl_").write_bytes(made)
        told = expanded_kwaj(tmp_path / "a.dl_")
        try:
            found = read(bytes(made))
        except OSError as error:
            assert told is None or "too many symbols" in str(error), number
            continue
        if told is not None:
            common = min(len(found), len(told))
            assert found[:common] == told[:common], number
            assert abs(len(found) - len(told)) < 40, number
            same += 1
    assert same > 50


def test_a_method_that_is_not_known() -> None:
    with pytest.raises(OSError, match="KWAJ's method 9"):
        read(kwaj(b"text", 9))


def test_a_cabinet_of_one_file() -> None:
    made = cabinet({"kernel32.dll": CONTENTS["a DLL"]})
    assert read(made) == CONTENTS["a DLL"]
    assert look(Memory(made), made) == Compressed("kernel32.dll", size=60_000)


def lzh_of(digits: str) -> bytes:
    """LZH of these bits, in hexadecimal digits, for a file of 100 bytes."""
    return kwaj(bytes(100), 3)[:18] + bytes.fromhex(digits + "0" * (len(digits) % 2))


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
    "a code of LZH of no known kind": (kwaj(b"text", 3)[:18] + b"\xff" * 99, "damaged: a code of kind 15"),
    "a code of LZH with too many symbols": (lzh_of("3" * 6 + "1" * 99), "damaged: a code with too many symbols"),
    "a code of LZH that is too long": (lzh_of("111113" + "f8" * 99), "damaged: a code that is too long"),
    "bits that are none of LZH's symbols": (lzh_of("3" * 6 + "1" + "0" * 383 + "f" * 99), "damaged: bits that are no"),
    "LZH that is cut short": (kwaj(CONTENTS["noise"], 3)[:9000], "cut short: "),
    "MSZIP without an end": (kwaj(CONTENTS["noise"], 4)[:9000], "damaged: a block has no end"),
}


@pytest.mark.parametrize(("data", "problem"), DAMAGED.values(), ids=DAMAGED)
def test_damage(data: bytes, problem: str) -> None:
    with pytest.raises(OSError, match=problem):
        read(data)


def test_what_is_not_compressed() -> None:
    assert not is_compressed(b"MZ")
