"""LE and LX files: the version resource that virtual device drivers carry behind their image."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from hotfixcheck.demo.peimage import build_version_resource
from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.readers import read_facts
from hotfixcheck.readers.facts import FileFacts, FileKind
from tests.build.changes import patched
from tests.build.dos import HEADER
from tests.build.le import build_le, res_entry
from tests.build.sources import BytesSource, CountingSource
from tests.build.versioninfo16 import build_version_resource16


def facts_of(image: bytes, size: int | None = None) -> FileFacts:
    return read_facts(BytesSource(image, size=size), "vmm.vxd")


def problem_of(image: bytes, size: int | None = None) -> str:
    with pytest.raises(UnreadableFileError) as raised:
        facts_of(image, size)
    return raised.value.problem


BLOCK = build_version_resource16("1.2.3.4")


def test_all_facts() -> None:
    strings = {"FileVersion": "4.00.950", "OriginalFilename": "VMM.VXD", "LegalCopyright": "© Contoso"}
    image = build_le(version="4.0.0.950", product_version="4.0.0.1", strings=strings)
    modified = datetime(1996, 8, 9, tzinfo=UTC)
    assert read_facts(BytesSource(image, modified=modified), "vmm.vxd") == FileFacts(
        kind=FileKind.LE,
        size=len(image),
        modified=modified,
        file_version=FileVersion(4, 0, 0, 950),
        product_version=FileVersion(4, 0, 0, 1),
        language=0x0409,
        strings=tuple(strings.items()),
    )


LAYOUTS = {
    "as a resource compiler writes it": build_le(version="1.2.3.4"),
    "of another name": build_le(entry=res_entry(BLOCK, name=b"\xff\2\0")),
    "of a name in text": build_le(entry=res_entry(BLOCK, name=b"VERSION\0")),
    "with something behind it": build_le(entry=res_entry(BLOCK) + bytes(40)),
    "by a 32-bit resource compiler": build_le(entry=res_entry(build_version_resource("1.2.3.4"))),
    "pages that are zeros": build_le(version="1.2.3.4", pages=(0, 0, 3, 3)),
    "no pages": build_le(version="1.2.3.4", pages=()),
    "no pages in the file": build_le(version="1.2.3.4", pages=(3, 3)),
}


@pytest.mark.parametrize("image", LAYOUTS.values(), ids=LAYOUTS)
def test_the_version_is_found(image: bytes) -> None:
    facts = facts_of(image)
    assert facts.file_version == FileVersion(1, 2, 3, 4)
    assert facts.string_version == "1.2.3.4"


IMAGE = build_le(version="4.0.0.950", name="VMM.VXD")
ENTRY_AT = len(IMAGE) - len(res_entry(build_version_resource16("4.0.0.950", name="VMM.VXD")))

WITHOUT_A_VERSION = {
    "none": build_le(),
    "of no length": patched(IMAGE, HEADER + 0xBC, "<I", 0),
    "at no place": patched(IMAGE, HEADER + 0xB8, "<I", 0),
    "of another system, whose headers have no such field": build_le(version="1.2.3.4", system=1),
    "LX, which is OS/2's": build_le(version="1.2.3.4", signature=b"LX"),
}


@pytest.mark.parametrize("image", WITHOUT_A_VERSION.values(), ids=WITHOUT_A_VERSION)
def test_a_file_without_a_version_resource(image: bytes) -> None:
    assert facts_of(image) == FileFacts(FileKind.LE, len(image))


DAMAGED = {
    "cut in the header": (IMAGE[: HEADER + 0xC3], "its header should end at byte 324, the file ends at 323"),
    "cut in the header of another system": (
        build_le(signature=b"LX")[: HEADER + 0xAB],
        "its header should end at byte 300, the file ends at 299",
    ),
    "pages go on": (patched(IMAGE, HEADER + 0x80, "<I", 0x7000), "its last page should end at byte"),
    "the map of pages goes on": (patched(IMAGE, HEADER + 0x14, "<I", 0xFFFFFFFF), "its map of pages should end"),
    "names go on": (patched(IMAGE, HEADER + 0x88, "<I", 0x7000), "its table of names should end at byte"),
    "the version goes on": (patched(IMAGE, HEADER + 0xBC, "<I", 0x7000), "its version resource should end at byte"),
    "cut in the version": (IMAGE[:-1], "its version resource should end at byte"),
    "a version beyond 4 GB": (patched(IMAGE, HEADER + 0xB8, "<II", 0xFFFFFFFF, 0xFFFFFFFF), "should end at byte 8,589"),
    "another kind of resource": (
        build_le(entry=res_entry(BLOCK, kind=b"\xff\3\0")),
        "its header names no version resource",
    ),
    "a kind in text": (build_le(entry=res_entry(BLOCK, kind=b"VERSION\0")), "its header names no version resource"),
    "a header without end": (build_le(entry=b"A" * 2000), "its header names no version resource"),
    "a header alone": (build_le(entry=b"\xff\x10\0\xff\1\0\x30\0\0"), "its header names no version resource"),
    "a version that is none": (build_le(entry=res_entry(b"A" * 60)), "does not begin with VS_VERSION_INFO"),
    "a version of no size": (patched(IMAGE, ENTRY_AT + 8, "<I", 0), "does not begin with VS_VERSION_INFO"),
}


@pytest.mark.parametrize(("image", "problem"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_named(image: bytes, problem: str) -> None:
    assert problem in problem_of(image)


def test_a_file_cut_anywhere_is_never_wrong() -> None:
    for end in range(2, len(IMAGE)):
        problem_of(IMAGE[:end])


def test_an_error_of_reading_stays_what_it_is() -> None:
    class Failing(BytesSource):
        def read(self, offset: int, length: int) -> bytes:
            if offset >= ENTRY_AT:
                raise OSError(5, "Input/output error")
            return super().read(offset, length)

    with pytest.raises(OSError, match="Input/output error"):
        read_facts(Failing(IMAGE), "vmm.vxd")


HUGE = {
    "a version of 4 GB": patched(IMAGE, HEADER + 0xBC, "<I", 0xFFFFFF00),
    "4 billion pages": patched(IMAGE, HEADER + 0x14, "<I", 0xFFFFFFFF),
    "neither": IMAGE,
}


@pytest.mark.parametrize("image", HUGE.values(), ids=HUGE)
def test_of_a_huge_file_only_what_is_needed_is_read(image: bytes) -> None:
    source = CountingSource(image, size=16 << 30)
    start = time.process_time()
    assert read_facts(source, "vmm.vxd").file_version == FileVersion(4, 0, 0, 950)
    assert time.process_time() - start < 1
    assert source.taken < 1 << 18
