"""Which reader a file gets, by its first bytes, and what cannot be any file."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.platforms import Platform
from hotfixcheck.readers import has_executable_name, read_facts
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.targets.directory import DirectoryTree
from tests.build.le import build_le
from tests.build.ne import build_ne
from tests.build.sources import BytesSource, CountingSource


def dos(signature: bytes = b"", *, offset: int = 0x80, relocations: int = 0x40) -> bytes:
    """A DOS program, and what stands at `offset` behind it."""
    head = bytearray(b"MZ".ljust(0x40, b"\x90"))
    struct.pack_into("<H", head, 0x18, relocations)
    struct.pack_into("<I", head, 0x3C, offset)
    return bytes(head).ljust(0x80, b"\xcc") + signature.ljust(64, b"\x01")


KINDS = {
    "text": (b"127.0.0.1 localhost", FileKind.OTHER),
    "one byte": (b"x", FileKind.OTHER),
    "compressed by COMPRESS.EXE": (b"SZDD\x88\xf0\x27\x33A\0", FileKind.OTHER),
    "NE": (build_ne(), FileKind.NE),
    "LE": (build_le(), FileKind.LE),
    "LX": (build_le(signature=b"LX"), FileKind.LE),
    "DOS program": (dos(b"\x90\x90", relocations=0x1C), FileKind.MZ),
    "DOS program with garbage for an offset": (dos(offset=0xFFFFFFFF, relocations=0x1E), FileKind.MZ),
    "DOS program with offset zero": (dos(offset=0), FileKind.MZ),
    "PE signature cut to two bytes": (dos(b"PE\x01\x01"), FileKind.MZ),
    "PE": (build_pe(), FileKind.PE),
}


@pytest.mark.parametrize(("data", "kind"), KINDS.values(), ids=KINDS)
def test_kind(data: bytes, kind: FileKind) -> None:
    modified = datetime(2000, 1, 1, tzinfo=UTC)
    facts = read_facts(BytesSource(data, modified=modified), "a.dll")
    assert (facts.kind, facts.size, facts.modified) == (kind, len(data), modified)
    assert facts.platform is (Platform.X86 if kind is FileKind.PE else None)


UNREADABLE = {
    "empty": ("a.dll", b"", "it is empty"),
    "all zero": ("a.dll", bytes(5000), "its first 4,096 bytes are all zero"),
    "all zero, by no executable's name": ("a.txt", bytes(10), "its first 10 bytes are all zero"),
    "MZ alone": ("a.dll", b"MZ", "cut short: 2 bytes hold no DOS header"),
    "cut in the DOS header": ("a.dll", dos()[:63], "cut short: 63 bytes hold no DOS header"),
    "cut before the new header": (
        "a.dll",
        dos(offset=0x80)[:0x80],
        "cut short: its header should be at byte 128, the file ends at 128",
    ),
    "cut in the signature": (
        "a.dll",
        build_pe()[:0x82],
        "cut short: its header should be at byte 128, the file ends at 130",
    ),
}


@pytest.mark.parametrize(("name", "data", "problem"), UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(name: str, data: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFileError) as raised:
        read_facts(BytesSource(data), name)
    assert raised.value.problem == problem


def test_an_empty_file_by_no_executables_name_is_a_file() -> None:
    assert read_facts(BytesSource(b""), "hosts") == FileFacts(FileKind.OTHER, 0)


@pytest.mark.parametrize(
    ("name", "executable"),
    [
        ("kernel32.dll", True),
        ("KRNL386.EXE", True),
        ("vga.drv", True),
        ("a.b.sys", True),
        ("hosts", False),
        ("readme.txt", False),
        ("dll", True),
        ("a.dll.bak", False),
        ("", False),
    ],
)
def test_names_of_executables(name: str, executable: bool) -> None:
    assert has_executable_name(name) is executable


@pytest.mark.parametrize("name", ["a.dll", "a.dat"])
def test_of_a_huge_file_only_the_head_is_read(name: str) -> None:
    source = CountingSource(build_pe(version="1.2.3.4"), size=5 << 30)
    assert str(read_facts(source, name).file_version) == "1.2.3.4"
    assert source.taken < 1 << 16


def test_a_header_beyond_4_gb_is_none() -> None:
    source = CountingSource(dos(offset=0xFFFFFFF0), size=5 << 30)
    assert read_facts(source, "a.exe").kind is FileKind.MZ
    assert source.taken < 1 << 16


def test_a_sparse_file_on_disk(tmp_path: Path) -> None:
    with (tmp_path / "a.dll").open("wb") as file:
        file.write(build_pe(version="1.2.3.4"))
        file.truncate(5 << 30)
    with DirectoryTree(tmp_path).open("a.dll") as source:
        facts = read_facts(source, "a.dll")
    assert facts.size == 5 << 30
    assert str(facts.file_version) == "1.2.3.4"


def test_strings_by_name() -> None:
    facts = FileFacts(FileKind.PE, 1, strings=(("OriginalFileName", "A.DLL"), ("fileversion", "4.00")))
    assert facts.original_filename == "A.DLL"
    assert facts.string_version == "4.00"
    assert facts.string("CompanyName") is None
