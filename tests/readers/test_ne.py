"""NE files: the version resource among the resources, and what is missing where a file is cut short or damaged."""

from __future__ import annotations

import struct
import time
import tracemalloc
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from hotfixcheck.demo.peimage import build_version_resource
from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.readers import read_facts
from hotfixcheck.readers.facts import FileFacts, FileKind
from tests.build.changes import patched
from tests.build.dos import HEADER
from tests.build.ne import NE_SEGMENTS, RT_VERSION, VERSION_NAME, build_ne
from tests.build.sources import BytesSource
from tests.build.versioninfo16 import build_version_resource16

ICON, DIALOG, TEXT_TYPE = 0x8003, 0x8005, 0x0042  # a type without the top bit is the offset of its name


def facts_of(image: bytes, size: int | None = None) -> FileFacts:
    return read_facts(BytesSource(image, size=size), "krnl386.exe")


def problem_of(image: bytes) -> str:
    with pytest.raises(UnreadableFileError) as raised:
        facts_of(image)
    return raised.value.problem


def block(version: str, **strings: str) -> bytes:
    return build_version_resource16(version, strings=strings or None)


def test_all_facts() -> None:
    strings = {"FileVersion": "3.10", "OriginalFilename": "KRNL386.EXE", "CompanyName": "Contoso®"}
    image = build_ne(version="3.10.0.103", product_version="3.10.0.1", strings=strings)
    modified = datetime(1996, 8, 9, tzinfo=UTC)
    assert read_facts(BytesSource(image, modified=modified), "krnl386.exe") == FileFacts(
        kind=FileKind.NE,
        size=len(image),
        modified=modified,
        file_version=FileVersion(3, 10, 0, 103),
        product_version=FileVersion(3, 10, 0, 1),
        language=0x0409,
        strings=tuple(strings.items()),
    )


WITHOUT_A_VERSION = {
    "no resources": build_ne(),
    "no version resource": build_ne(resources=[(ICON, 0x8001, b"icon")]),
    "no segments": build_ne(segments=(), relocations=0),
    "no resources, as the table of names tells": patched(build_ne(version="1.0"), HEADER + 0x26, "<H", 0x50),
}


@pytest.mark.parametrize("image", WITHOUT_A_VERSION.values(), ids=WITHOUT_A_VERSION)
def test_a_file_without_a_version_resource(image: bytes) -> None:
    assert facts_of(image) == FileFacts(FileKind.NE, len(image))


LAYOUTS = {
    "in units of one byte": build_ne(version="1.2.3.4", resource_shift=0),
    "in units of 512 bytes": build_ne(version="1.2.3.4", shift=9),
    "in units of 32 KB": build_ne(version="1.2.3.4", resource_shift=15),
    "the default unit of segments": build_ne(version="1.2.3.4", shift=0),
    "without segments": build_ne(version="1.2.3.4", segments=(), relocations=0),
    "a segment of 64 KB": build_ne(version="1.2.3.4", segments=(b"x" * 0x10000,)),
    "a segment that is not in the file": patched(build_ne(version="1.2.3.4"), NE_SEGMENTS, "<HH", 0, 0xFFFF),
    "behind other resources": build_ne(
        resources=[
            (TEXT_TYPE, 0x0048, b"x"),
            (ICON, 0x8001, b"icon" * 99),
            (ICON, 0x8002, b""),
            (RT_VERSION, VERSION_NAME, block("1.2.3.4")),
            (DIALOG, 0x8001, b"x"),
        ]
    ),
    "before a version of another name": build_ne(
        resources=[(RT_VERSION, VERSION_NAME, block("1.2.3.4")), (RT_VERSION, 0x8002, block("2.0"))]
    ),
    "behind a version of another name": build_ne(
        resources=[(RT_VERSION, 0x8002, block("2.0")), (RT_VERSION, VERSION_NAME, block("1.2.3.4"))]
    ),
    "of another name": build_ne(resources=[(RT_VERSION, 0x8007, block("1.2.3.4"))]),
    "of a name in text": build_ne(resources=[(RT_VERSION, 0x0050, block("1.2.3.4"))]),
    "by a 32-bit resource compiler": build_ne(
        resources=[(RT_VERSION, VERSION_NAME, build_version_resource("1.2.3.4"))]
    ),
    "the table of names before that of resources": patched(build_ne(version="1.2.3.4"), HEADER + 0x26, "<H", 0x40),
}


@pytest.mark.parametrize("image", LAYOUTS.values(), ids=LAYOUTS)
def test_the_version_is_found(image: bytes) -> None:
    facts = facts_of(image)
    assert facts.file_version == FileVersion(1, 2, 3, 4)
    assert facts.string_version == "1.2.3.4"


IMAGE = build_ne(version="3.10.0.103", name="KRNL386.EXE")
RESOURCES = HEADER + 0x50  # behind two segments
BLOCK_AT = IMAGE.index(b"VS_VERSION_INFO") - 4

DAMAGED = {
    "cut in the header": (IMAGE[: HEADER + 60], "its NE header should end at byte 192, the file ends at 188"),
    "cut in the segment table": (build_ne()[: NE_SEGMENTS + 9], "its segment table should end"),
    "cut in the resource table": (IMAGE[: RESOURCES + 9], "its resource table should end"),
    "a segment goes on": (patched(IMAGE, NE_SEGMENTS, "<H", 0x7000), "a segment ends at byte 459,"),
    "relocations go on": (build_ne(relocations=3)[:-20], "a segment ends at byte"),
    "a resource goes on": (patched(IMAGE, RESOURCES + 12, "<H", 0x7000), "a resource ends at byte"),
    "names go on": (patched(IMAGE, HEADER + 0x2C, "<I", 0x7000), "a table of names ends at byte"),
    "cut in the version": (IMAGE[: len(IMAGE) - 100], "a resource ends at byte"),
    "cut in the version's last unit": (
        build_ne(version="1.2.3.4", resource_shift=9)[:-400],
        "of its version resource are there",
    ),
    "too many segments": (patched(IMAGE, HEADER + 0x1C, "<H", 0xFFFF), "65,535 segments, shift count 4"),
    "a shift that is none": (patched(IMAGE, HEADER + 0x32, "<H", 16), "2 segments, shift count 16"),
    "a shift of resources that is none": (patched(IMAGE, RESOURCES, "<H", 99), "shift count 99 of its resources"),
    "too many resources": (patched(IMAGE, RESOURCES + 4, "<H", 0xFFFF), "its table of resources ends early"),
    "a type without its number": (
        patched(IMAGE, HEADER + 0x26, "<H", 0x50 + 2 + 4),
        "its table of resources ends early",
    ),
    "a version that is none": (patched(IMAGE, BLOCK_AT + 4, "<H", 0x4141), "does not begin with VS_VERSION_INFO"),
    "a version of no length": (patched(IMAGE, RESOURCES + 12, "<H", 0), "does not begin with VS_VERSION_INFO"),
    "the header beyond the file": (patched(IMAGE, 0x3C, "<I", len(IMAGE)), "its header should be at byte"),
}


@pytest.mark.parametrize(("image", "problem"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_named(image: bytes, problem: str) -> None:
    assert problem in problem_of(image)


def test_the_padding_of_the_last_resource_may_be_left_out() -> None:
    image = build_ne(version="1.2.3.4", resource_shift=9)
    content = image.rstrip(b"\0") + b"\0\0"
    assert len(content) < len(image)
    assert facts_of(content).strings == facts_of(image).strings


def test_a_file_cut_anywhere_is_never_wrong() -> None:
    whole = facts_of(IMAGE)
    for end in range(2, len(IMAGE)):
        try:
            facts = facts_of(IMAGE[:end])
        except UnreadableFileError:
            continue
        assert (facts.kind, facts.file_version, facts.strings) == (FileKind.NE, whole.file_version, whole.strings), end


def test_an_error_of_reading_stays_what_it_is() -> None:
    class Failing(BytesSource):
        def read(self, offset: int, length: int) -> bytes:
            if offset >= BLOCK_AT:
                raise OSError(5, "Input/output error")
            return super().read(offset, length)

    with pytest.raises(OSError, match="Input/output error"):
        read_facts(Failing(IMAGE), "a.drv")


class Counting(BytesSource):
    """Knows how much was read of it, and in how many pieces."""

    taken = pieces = 0

    def read(self, offset: int, length: int) -> bytes:
        data = super().read(offset, length)
        self.taken += len(data)
        self.pieces += 1
        return data


def full_table(shift: int) -> bytes:
    """A file whose resource table is as long as one can be, and full of version resources."""
    image = bytearray(build_ne(version="1.2.3.4")[: HEADER + 0x40].ljust(0x20000, b"\0"))
    struct.pack_into("<H", image, HEADER + 0x1C, 0)
    struct.pack_into("<HHHH", image, HEADER + 0x20, 0, 0x40, 0x40, 0xFFF0)
    count = (0xFFF0 - 0x40 - 10) // 12
    rows = struct.pack("<6H", 0x1000, 0xFFFF, 0, 0x8002, 0, 0) * count
    struct.pack_into("<HHHI", image, HEADER + 0x40, shift, RT_VERSION, count, 0)
    image[HEADER + 0x40 + 10 : HEADER + 0x40 + 10 + len(rows)] = rows
    return bytes(image)


HOSTILE = {
    "5,000 versions of 64 KB in a huge file": (full_table(4), 5 << 30),
    "5,000 versions of 2 GB in a huge file": (full_table(15), 5 << 30),
    "5,000 versions beyond the file": (full_table(15), None),
    "1,024 segments": (patched(IMAGE, HEADER + 0x1C, "<H", 1024).ljust(0x10000, b"\x01"), 5 << 30),
    "5,000 types without resources": (full_table(0)[:0xCA] + b"\x01\x80\0\0\0\0\0\0" * 8000, None),
    "resources to the end of 64 KB": (
        patched(full_table(0), HEADER + 0x26, "<H", 0).replace(b"\0\x10\xff\xff", b"\0\0\1\0"),
        None,
    ),
}


@pytest.mark.parametrize(("image", "size"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_answered_in_bounds(image: bytes, size: int | None) -> None:
    source = Counting(image, size=size)
    tracemalloc.start()
    start = time.process_time()
    try:
        with suppress(UnreadableFileError):
            read_facts(source, "a.drv")
        taken = time.process_time() - start
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 2
    assert peak < 8 << 20
    assert source.taken < 1 << 18
    assert source.pieces < 16


def test_of_a_huge_file_only_what_is_needed_is_read() -> None:
    source = Counting(IMAGE, size=5 << 30)
    assert read_facts(source, "krnl386.exe").file_version == FileVersion(3, 10, 0, 103)
    assert source.taken < 1 << 13
