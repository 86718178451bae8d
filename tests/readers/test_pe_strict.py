"""Which layouts the strict path answers for, that it says what pefile says, and that no crafted file costs much."""

from __future__ import annotations

import struct
import time
import tracemalloc
from collections.abc import Callable

import pytest

from hotfixcheck.demo.peimage import build_pe, build_version_resource
from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.platforms import Platform
from hotfixcheck.readers import read_facts
from hotfixcheck.readers.facts import FileFacts, Reader
from tests.build.readings import agreed, reading
from tests.build.resources import RSRC_RVA, SUBDIRECTORY, data_entry, directory, pe_with_resources, version_tree
from tests.build.sources import BytesSource

PE_HEADER = 0x80
OPTIONAL = PE_HEADER + 24
DIRECTORIES = OPTIONAL + 96
SECTIONS = OPTIONAL + 0xE0  # of a 32-bit file
TEXT, RSRC = SECTIONS + 8, SECTIONS + 48  # virtual size and address, size of raw data and its place
RESOURCES, SIGNATURE, DEBUG = (DIRECTORIES + 8 * number for number in (2, 4, 6))

Patch = tuple[int, str, tuple[int, ...]]


def patched(image: bytes, *patches: Patch) -> bytes:
    copy = bytearray(image)
    for offset, layout, values in patches:
        struct.pack_into(layout, copy, offset, *values)
    return bytes(copy)


def words(offset: int, *values: int) -> Patch:
    return offset, f"<{len(values)}I", values


SAMPLE = build_pe(version="1.2.3.4", name="A.DLL")
DEBUGGED = build_pe(version="1.2.3.4", reproducible=True)
RSRC_PLACE = struct.unpack_from("<I", SAMPLE, RSRC + 12)[0]
BLOCK = build_version_resource("1.2.3.4", strings={"FileVersion": "1.2"})


def driver(alignment: int, *, shift: int = 0, displaced: int = 0) -> bytes:
    """SAMPLE as drivers of Windows NT are linked: in memory as it lies in the file, sections `shift` bytes later."""
    text, rsrc = 0x200 + shift, RSRC_PLACE + shift
    data_rva = struct.unpack_from("<I", SAMPLE, RSRC_PLACE + 72)[0] - RSRC_RVA + rsrc + displaced
    image = patched(
        SAMPLE,
        words(OPTIONAL + 32, alignment, alignment),
        words(TEXT, 0x100, text, 0x400, text),
        words(RSRC + 4, rsrc + displaced),
        words(RSRC + 12, rsrc),
        words(RESOURCES, rsrc + displaced),
        words(RSRC_PLACE + 72, data_rva),
    )
    return image[:0x200] + bytes(shift) + image[0x200:]


def moved_header(distance: int) -> bytes:
    """SAMPLE with its PE header `distance` bytes further on, and its sections a page."""
    image = patched(
        SAMPLE,
        words(0x3C, PE_HEADER + distance),
        words(TEXT + 12, 0x1200),
        words(RSRC + 12, RSRC_PLACE + 0x1000),
    )
    return image[:PE_HEADER] + bytes(distance) + image[PE_HEADER:0x200] + bytes(0x1000 - distance) + image[0x200:]


def resources(names: list[tuple[int, list[tuple[int, bytes]]]]) -> bytes:
    return pe_with_resources(version_tree(names))


def leaf(rva: int, size: int, language: int = 0x0409) -> bytes:
    """A tree of one version resource whose data entry says this, and the block behind it."""
    tree = directory([(16, SUBDIRECTORY | 24)]) + directory([(1, SUBDIRECTORY | 48)]) + directory([(language, 72)])
    return pe_with_resources(tree + data_entry(rva, size) + BLOCK)


def icons(number: int, *, version_first: bool = False) -> bytes:
    """A tree of `number` icons in one language each, and a version behind or before them."""
    names_at = 16 + 2 * 8
    languages_at = names_at + 16 + 8 * number
    icon_at = languages_at + 24 * number
    version_at = icon_at + 16
    kinds = [(3, SUBDIRECTORY | names_at), (16, SUBDIRECTORY | version_at)]
    tree = directory(kinds[::-1] if version_first else kinds)
    tree += directory((name + 1, SUBDIRECTORY | languages_at + 24 * name) for name in range(number))
    tree += directory([(0x0409, icon_at)]) * number + data_entry(RSRC_RVA, 4)
    tree += directory([(1, SUBDIRECTORY | version_at + 24)]) + directory([(0x0409, version_at + 48)])
    tree += data_entry(RSRC_RVA + version_at + 64, len(BLOCK)) + BLOCK
    return pe_with_resources(tree)


STRICT = {
    **{f"{platform}": build_pe(platform=platform, version="1.2.3.4", name="A.DLL") for platform in Platform},
    "no version": build_pe(),
    "resources without a version": pe_with_resources(directory([(3, SUBDIRECTORY | 24)]) + directory([])),
    "no fixed info": build_pe(version="1.2.3.4", fixed_info=False),
    "no strings": build_pe(version="1.2.3.4", strings={}),
    "a program": build_pe(version="1.2.3.4", dll=False),
    "an overlay": build_pe(version="1.2.3.4", size=70_001),
    "a reproducible link": DEBUGGED,
    "a debug directory without REPRO": patched(DEBUGGED, words(0x200 + 12, 2)),
    "a signature": patched(SAMPLE + bytes(64), words(SIGNATURE, len(SAMPLE), 64)),
    "neutral language": resources([(1, [(0, BLOCK)])]),
    "two languages": resources([(1, [(0x0407, BLOCK), (0x0409, BLOCK)])]),
    "64 languages": resources([(1, [(of, BLOCK) for of in range(1, 65)])]),
    "two languages of which none is preferred": resources([(1, [(0x0411, BLOCK), (0x0407, BLOCK)])]),
    "one language twice": resources([(1, [(0x0407, BLOCK), (0x0407, build_version_resource("5.6.7.8"))])]),
    "a section without raw data": patched(SAMPLE, words(TEXT + 8, 0, 0)),
    "a driver in units of 512 bytes": driver(0x200),
    "a driver in units of 32 bytes": driver(0x20, shift=0x20),
    "a version of 64 KB": resources([(1, [(0x0409, BLOCK.ljust(0x10000, b"\0"))])]),
    "the version on another page than the tree": icons(200),
    "the tree on several pages": icons(2000),
    "the version's directories before the icons'": icons(300, version_first=True),
}

BY_PEFILE = {
    "65 languages": resources([(1, [(of, BLOCK) for of in range(1, 66)])]),
    "no language": resources([(1, [])]),
    "a second language above 65,535": resources([(1, [(0x0409, BLOCK), (0x10409, BLOCK)])]),
    "a second language that is text": resources([(1, [(SUBDIRECTORY | 0x100, BLOCK), (0x0409, BLOCK)])]),
    "a second language that is a directory": pe_with_resources(
        directory([(16, SUBDIRECTORY | 24)])
        + directory([(1, SUBDIRECTORY | 48)])
        + directory([(0x0409, 80), (0x0407, SUBDIRECTORY | 24)])
        + data_entry(RSRC_RVA + 96, len(BLOCK))
        + BLOCK
    ),
    "two names": resources([(1, [(0x0409, BLOCK)]), (2, [(0x0409, BLOCK)])]),
    "another name": resources([(2, [(0x0409, BLOCK)])]),
    "a name that is text": resources([(SUBDIRECTORY | 0x100, [(0x0409, BLOCK)])]),
    "a language that is text": resources([(1, [(SUBDIRECTORY | 0x100, BLOCK)])]),
    "a language above 65,535": resources([(1, [(0x10409, BLOCK)])]),
    "no name": pe_with_resources(directory([(16, SUBDIRECTORY | 24)]) + directory([])),
    "a version that is a leaf": pe_with_resources(directory([(16, 24)]) + bytes(64)),
    "a name that is a leaf": pe_with_resources(
        directory([(16, SUBDIRECTORY | 24)]) + directory([(1, 48)]) + bytes(64)
    ),
    "a language that is a directory": pe_with_resources(
        directory([(16, SUBDIRECTORY | 24)])
        + directory([(1, SUBDIRECTORY | 48)])
        + directory([(1, SUBDIRECTORY | 48)])
        + bytes(64)
    ),
    "a version over 64 KB": resources([(1, [(0x0409, BLOCK.ljust(0x10001, b"\0"))])]),
    "66,000 kinds of resource": pe_with_resources(directory(((1000, 0),) * 66_000, named=1000, by_id=65_000)),
    "sections out of order": b"".join(
        (SAMPLE[:SECTIONS], SAMPLE[SECTIONS + 40 :][:40], SAMPLE[SECTIONS:][:40], SAMPLE[SECTIONS + 80 :])
    ),
    "sections that overlap in memory": patched(SAMPLE, words(TEXT, 0x1001)),
    "a section within an alignment": patched(SAMPLE, words(TEXT + 4, 0x1200)),
    "raw data within a sector": patched(SAMPLE, words(TEXT + 8, 0x300, 0x210), words(OPTIONAL + 36, 0x10)),
    "raw data within the file's alignment": patched(SAMPLE, words(OPTIONAL + 36, 0x1000)),
    "raw data that the file cannot hold, and no place": patched(SAMPLE, words(TEXT + 8, 0x10000, 0)),
    "no section alignment": patched(SAMPLE, words(OPTIONAL + 32, 0)),
    "no file alignment": patched(SAMPLE, words(OPTIONAL + 36, 0)),
    "small alignments that differ": patched(driver(0x200), words(OPTIONAL + 32, 0x100)),
    "padding left out at the end": SAMPLE[:-8],
    "no sections": patched(build_pe(), (PE_HEADER + 6, "<H", (0,))),
    "fewer directories": patched(SAMPLE, words(OPTIONAL + 92, 15)),
    "more directories": patched(SAMPLE, words(OPTIONAL + 92, 17)),
    "a longer optional header": patched(
        SAMPLE[:SECTIONS] + bytes(8) + SAMPLE[SECTIONS:-8], (PE_HEADER + 20, "<H", (0xE8,))
    ),
    "an optional header of another kind": patched(SAMPLE, (OPTIONAL, "<H", (0x107,))),
    "a PE header beyond the first page": moved_header(0x1000),
    "a section table beyond the first page": moved_header(0xE80),
    "a debug directory in no section": patched(SAMPLE, words(DEBUG, 0x7F000000, 28)),
    "a debug directory behind the raw data": patched(SAMPLE, words(TEXT, 0x1000), words(DEBUG, 0x1FF0, 28)),
    "a debug directory in a section without a place": patched(
        DEBUGGED, words(TEXT + 8, 0x400, 0), words(DEBUG, 0x1000, 28)
    ),
    "a debug directory of half an entry": patched(DEBUGGED, words(DEBUG + 4, 30)),
    "a debug directory of 33 entries": patched(DEBUGGED, words(DEBUG + 4, 33 * 28)),
    "an empty debug directory": patched(DEBUGGED, words(DEBUG + 4, 0)),
    "a displaced driver": driver(0x20, shift=0x20, displaced=0x20),
}  # fmt: skip

UNREADABLE = {
    "a section beyond the file": (patched(SAMPLE, words(TEXT + 8, 0x10000)), "cut short: section .text"),
    "a signature beyond the file": (patched(SAMPLE, words(SIGNATURE, 0x10000, 64)), "cut short: the signature"),
    "resources in no section": (patched(SAMPLE, words(RESOURCES, 0x7F000000)), "its resources at RVA 0x7f000000"),
    "resources behind the raw data": (patched(SAMPLE, words(RSRC, 0x800), words(RESOURCES, 0x27F0)), "its resources"),
    "a tree that ends within an entry": (
        pe_with_resources(directory([(16, SUBDIRECTORY | 0x1F8)])),
        "its resources at RVA 0x21f8",
    ),
    "a version of no size": (leaf(RSRC_RVA + 88, 0), "damaged version resource"),
    "a version in no section": (leaf(0x7F000000, len(BLOCK)), "damaged version resource"),
    "a version in another section": (leaf(0x1000, len(BLOCK)), "damaged version resource"),
    "a version in the tree": (leaf(RSRC_RVA, len(BLOCK)), "does not begin with VS_VERSION_INFO"),
    "a version before the section": (leaf(0x10, len(BLOCK)), "damaged version resource"),
    "a section alignment that is no power of two": (patched(SAMPLE, words(OPTIONAL + 32, 0x1800)), "its resources"),
    "resources in a section without a place": (
        patched(SAMPLE, words(RESOURCES, 0x1000), words(TEXT + 8, 0x400, 0)),
        "its resources at RVA 0x1000",
    ),
}


@pytest.mark.parametrize("image", STRICT.values(), ids=STRICT)
def test_the_plain_layout_is_read_without_pefile(image: bytes) -> None:
    facts = agreed(image)
    assert isinstance(facts, FileFacts)
    assert facts.reader is Reader.STRICT


@pytest.mark.parametrize("image", BY_PEFILE.values(), ids=BY_PEFILE)
def test_any_other_layout_is_pefiles(image: bytes) -> None:
    facts = agreed(image)
    assert isinstance(facts, FileFacts)
    assert facts.reader is Reader.PEFILE


@pytest.mark.parametrize(("image", "problem"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_pefiles_to_say(image: bytes, problem: str) -> None:
    said = agreed(image)
    assert isinstance(said, str)
    assert problem in said


def test_who_read_a_file_is_told_and_makes_no_difference() -> None:
    strict, by_pefile = (reading(SAMPLE, reader) for reader in Reader)
    assert isinstance(strict, FileFacts)
    assert isinstance(by_pefile, FileFacts)
    assert (strict.reader, by_pefile.reader) == (Reader.STRICT, Reader.PEFILE)
    assert strict == by_pefile
    assert hash(strict) == hash(by_pefile)


class Recording(BytesSource):
    """Knows what was read of it."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.reads: list[tuple[int, int]] = []

    def read(self, offset: int, length: int) -> bytes:
        self.reads.append((offset, length))
        return super().read(offset, length)


READS = {"no version": (build_pe(), 1), "a version": (SAMPLE, 2), "a reproducible link": (DEBUGGED, 3)}


@pytest.mark.parametrize(("image", "count"), READS.values(), ids=READS)
def test_a_plain_file_is_read_in_few_pieces(image: bytes, count: int) -> None:
    source = Recording(image)
    read_facts(source, "a.dll")
    assert len(source.reads) == count
    assert max(length for _, length in source.reads) <= 4096


@pytest.mark.parametrize("reads", range(1, 3))
def test_a_file_that_shrinks_while_it_is_read_is_unreadable(reads: int) -> None:
    class Shrinking(BytesSource):
        left = reads

        def read(self, offset: int, length: int) -> bytes:
            self.left -= 1
            return super().read(offset, length) if self.left >= 0 else b""

    with pytest.raises(UnreadableFileError):
        read_facts(Shrinking(icons(2000)), "a.dll")


def test_a_debug_directory_that_vanishes_while_it_is_read_is_not_taken_for_none() -> None:
    class Shrinking(BytesSource):
        def read(self, offset: int, length: int) -> bytes:
            return super().read(offset, length) if offset == 0 else b""

    with pytest.raises(UnreadableFileError):
        read_facts(Shrinking(build_pe(version="1.2.3.4", reproducible=True, size=20_000)), "a.dll")


def roots_and_languages() -> bytes:
    """150 entries at the root, all for one directory of names, all for one of 200 languages: 150 x 150 x 200 leaves."""
    names_at = 16 + 150 * 8
    languages_at = names_at + 16 + 150 * 8
    leaf_at = languages_at + 16 + 200 * 8
    tree = directory((16, SUBDIRECTORY | names_at) for _ in range(150))
    tree += directory((name + 1, SUBDIRECTORY | languages_at) for name in range(150))
    tree += directory((language, leaf_at) for language in range(200))
    return pe_with_resources(tree + data_entry(RSRC_RVA + leaf_at + 16, 40_000) + BLOCK.ljust(40_000, b"\0"))


def long_names() -> bytes:
    """28,672 entries at the root, all with one name of 65,535 characters, then a version."""
    count, at = 28_672, 16 + 8 * 28_673
    tree = directory([(SUBDIRECTORY | at + 64 + len(BLOCK), 0)] * count + [(16, SUBDIRECTORY | at)])
    tree += directory([(1, SUBDIRECTORY | at + 24)]) + directory([(0x0409, at + 48)])
    tree += data_entry(RSRC_RVA + at + 64, len(BLOCK)) + BLOCK
    return pe_with_resources(tree + b"\xff\xff" + b"A\0" * 0xFFFF)


def many_languages() -> bytes:
    at = 48 + 16 + 8 * 4096
    tree = directory([(16, SUBDIRECTORY | 24)]) + directory([(1, SUBDIRECTORY | 48)])
    tree += directory((language, at) for language in range(4096))
    return pe_with_resources(tree + data_entry(RSRC_RVA + at + 16, len(BLOCK)) + BLOCK)


def huge_block() -> bytes:
    """A version resource of 4 MB whose first node says 65,535 bytes, all of it strings of eight bytes."""
    strings = struct.pack("<HHH", 8, 0, 1) + b"\0\0"
    block = bytearray(BLOCK[:40] + struct.pack("<13I", 0xFEEF04BD, *[0x10002] * 12))
    table = struct.pack("<HHH", 0xFF00, 0, 1) + "040904B0\0".encode("utf-16-le")
    info = struct.pack("<HHH", 0xFF40, 0, 1) + "StringFileInfo\0".encode("utf-16-le")
    block += info + table + strings * (4 << 17)
    struct.pack_into("<HH", block, 0, 0xFFFF, 52)
    return resources([(1, [(0x0409, bytes(block))])])


def texts_without_end() -> bytes:
    """A version resource of 64 KB of zeros that never stand at the start of a character, in nodes inside each other."""
    key = b"\x01\x00\x00" * 10_000
    node = struct.pack("<HHH", 0xFFFF, 0, 1)
    return resources([(1, [(0x0409, BLOCK[:92] + node + key[:30_000] + node + key[:30_000])])])


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "150 roots x 200 languages": (roots_and_languages, "1.2.3.4"),
    "65,535-character names x 28,672": (long_names, "1.2.3.4"),
    "4,096 languages": (many_languages, "1.2.3.4"),
    "a version block of 4 MB": (huge_block, "1.2.1.2"),
    "5,000 icons": (lambda: icons(5000), "1.2.3.4"),
    "texts without end": (texts_without_end, "1.2.3.4"),
}


@pytest.mark.parametrize("reader", Reader)
@pytest.mark.parametrize(("build", "version"), BOMBS.values(), ids=BOMBS)
def test_a_crafted_file_yields_its_version_in_bounds(build: Callable[[], bytes], version: str, reader: Reader) -> None:
    source = BytesSource(build())
    read_facts(BytesSource(SAMPLE), "a.dll", reader)  # what it imports is no part of it
    seconds = []
    for _ in range(3):  # of the processor, the least: what else the machine and this process do is no part of it
        start = time.thread_time()
        facts = read_facts(source, "a.dll", reader)
        seconds.append(time.thread_time() - start)
    tracemalloc.start()
    try:
        read_facts(source, "a.dll", reader)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    print(f"{min(seconds) * 1000:.1f} ms, {peak / 1e6:.1f} MB")
    assert str(facts.file_version) == version
    assert min(seconds) < 0.1
    assert peak < 50_000_000


def test_icons_beside_a_version_are_no_reason_for_pefile() -> None:
    facts = agreed(icons(5000))
    assert isinstance(facts, FileFacts)
    assert (facts.reader, str(facts.file_version)) == (Reader.STRICT, "1.2.3.4")
