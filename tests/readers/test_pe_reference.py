"""pefile as it is used here: whatever it does with a damaged file, and only as much of it as has bounds."""

from __future__ import annotations

import struct

import pefile
import pytest

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.readers import pe_reference
from hotfixcheck.readers.facts import FileFacts, Reader
from tests.build.readings import reading
from tests.build.sources import BytesSource


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (pefile.PEFormatError("no."), "damaged PE file: no."),
        (struct.error("unpack requires"), "damaged PE file: error: unpack requires"),
        (IndexError("out of range"), "damaged PE file: IndexError: out of range"),
    ],
    ids=["of its own", "struct", "index"],
)
def test_whatever_pefile_raises_is_one_error(monkeypatch: pytest.MonkeyPatch, error: Exception, problem: str) -> None:
    def raising(**_: object) -> None:
        raise error

    monkeypatch.setattr(pe_reference, "_Image", raising)
    assert reading(build_pe(), Reader.PEFILE) == problem


def test_a_view_is_like_bytes() -> None:
    data = bytes(range(256)) * 40
    view = pe_reference._View(BytesSource(data))
    assert len(view) == len(data)
    assert view[5] == data[5]
    assert view[5000] == data[5000]
    assert view[10:20] == data[10:20]
    assert view[4090:4100] == data[4090:4100]
    assert view[9000:] == data[9000:]
    assert view[20000:30000] == b""
    assert view.find(b"\x10\x11", 0, 100) == 16
    assert view.find(b"\x10\x11", 20, 100) == -1


def test_the_imports_of_what_looks_like_a_driver_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    image = bytearray(build_pe(version="1.2.3.4"))
    sections = 0x80 + 24 + 0xE0
    image[sections : sections + 8] = b"PAGE".ljust(8, b"\0")
    struct.pack_into("<I", image, sections + 36, 0xE0000020)  # code that can be written and executed

    def unbounded(*_: object, **__: object) -> None:
        raise AssertionError("directories are parsed")

    monkeypatch.setattr(pefile.PE, "parse_data_directories", unbounded)
    facts = reading(bytes(image), Reader.PEFILE)
    assert isinstance(facts, FileFacts)
    assert str(facts.file_version) == "1.2.3.4"


def test_a_damaged_file_does_not_make_the_whole_process_collect_its_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    def collecting() -> None:
        raise AssertionError("it takes longer the more the process holds")

    monkeypatch.setattr("gc.collect", collecting)
    said = reading(build_pe()[:200], Reader.PEFILE)
    assert isinstance(said, str)
    assert "AssertionError" not in said
