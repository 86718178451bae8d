"""Whatever the bytes of a 16-bit file are, there are facts or one error, soon and from little of the file."""

from __future__ import annotations

import contextlib
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.readers.facts import FileKind
from hotfixcheck.readers.le import read_le
from hotfixcheck.readers.ne import read_ne
from hotfixcheck.readers.versioninfo16 import parse_any_version_info
from tests.build.dos import HEADER
from tests.build.le import build_le
from tests.build.ne import build_ne
from tests.build.sources import BytesSource
from tests.build.versioninfo16 import build_version_resource16

STRINGS = {"FileVersion": "3.10", "CompanyName": "X" * 30}
READERS = {FileKind.NE: read_ne, FileKind.LE: read_le}
FILES = {
    "NE": (FileKind.NE, build_ne(version="3.10.0.103", strings=STRINGS)),
    "NE in units of one byte": (FileKind.NE, build_ne(version="3.10.0.103", strings=STRINGS, resource_shift=0)),
    "LE": (FileKind.LE, build_le(version="4.0.0.950", strings=STRINGS)),
    "LX": (FileKind.LE, build_le(version="4.0.0.950", strings=STRINGS, signature=b"LX")),
}
BLOCK = build_version_resource16("3.10.0.103", strings=STRINGS)

BYTES = st.integers(0, 255) | st.sampled_from([0, 1, 0x7F, 0x80, 0xFF])


class Limited(BytesSource):
    """Fails the test where too much is asked for at once or in all."""

    taken = 0

    def read(self, offset: int, length: int) -> bytes:
        assert length <= 0x20000
        self.taken += length
        assert self.taken <= 0x80000
        return super().read(offset, length)


def answer(kind: FileKind, image: bytes, size: int | None = None) -> None:
    start = time.process_time()
    with contextlib.suppress(UnreadableFileError):
        facts = READERS[kind](Limited(image, size=size))
        assert facts.kind is kind
        assert (facts.machine, facts.link_time) == (None, None)
    assert time.process_time() - start < 1


def mutants(data: bytes, first: int = 0) -> st.SearchStrategy[bytes]:
    def apply(changes: dict[int, int]) -> bytes:
        copy = bytearray(data)
        for at, value in changes.items():
            copy[at] = value
        return bytes(copy)

    return st.dictionaries(st.integers(first, len(data) - 1), BYTES, min_size=1, max_size=12).map(apply)


every_file = pytest.mark.parametrize(("kind", "image"), FILES.values(), ids=FILES)


@every_file
@given(data=st.data())
def test_damaged_bytes(kind: FileKind, image: bytes, data: st.DataObject) -> None:
    headers = image[: HEADER + 0xC4]
    mutant = data.draw(mutants(image, 0x3C) | mutants(headers, 0x3C).map(lambda head: head + image[len(head) :]))
    answer(kind, mutant, data.draw(st.sampled_from([None, 1 << 20, 5 << 30])))


@every_file
@given(data=st.data())
def test_damaged_fields(kind: FileKind, image: bytes, data: st.DataObject) -> None:
    """A whole field of the header at once, which byte by byte would take long to come upon."""
    copy = bytearray(image)
    fields = st.integers(0, 0x60).map(lambda number: HEADER + 2 * number)
    words = st.integers(0, 0xFFFF) | st.sampled_from([0, 1, 0x7FFF, 0x8000, 0xFFFF])
    for at, word in data.draw(st.dictionaries(fields, words, min_size=1, max_size=6)).items():
        struct.pack_into("<H", copy, at, word)
    answer(kind, bytes(copy), data.draw(st.sampled_from([None, 1 << 20, 5 << 30])))


@every_file
@given(data=st.data())
def test_cut_and_damaged(kind: FileKind, image: bytes, data: st.DataObject) -> None:
    mutant = data.draw(mutants(image, 0x3C))
    answer(kind, mutant[: data.draw(st.integers(0, len(mutant)))])


@pytest.mark.parametrize("kind", READERS)
@given(st.binary(max_size=300), st.integers(0, 0x60))
def test_any_bytes(kind: FileKind, data: bytes, offset: int) -> None:
    answer(kind, b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", offset) + data)


@given(mutants(BLOCK) | st.binary(max_size=200) | st.binary(max_size=200).map(lambda tail: BLOCK[:72] + tail))
def test_any_version_resource(block: bytes) -> None:
    with contextlib.suppress(ValueError):
        parse_any_version_info(block)


western = st.text(st.characters(codec="cp1252", exclude_characters="\0"), max_size=40)


@pytest.mark.parametrize("kind", READERS)
@given(
    version=st.builds(FileVersion, *[st.integers(0, 0xFFFF)] * 4),
    strings=st.dictionaries(western.filter(bool), western, max_size=6),
    language=st.integers(1, 0xFFFF),
)
def test_what_is_built_is_what_is_read(
    kind: FileKind, version: FileVersion, strings: dict[str, str], language: int
) -> None:
    build = build_ne if kind is FileKind.NE else build_le
    facts = READERS[kind](BytesSource(build(version=str(version), strings=strings, language=language)))
    assert (facts.file_version, facts.product_version) == (version, version)
    assert (dict(facts.strings), facts.language) == (strings, language)
