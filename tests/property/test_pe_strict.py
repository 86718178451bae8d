"""On every file the strict path and pefile say the same: facts alike, or one problem."""

from __future__ import annotations

import struct
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.demo.peimage import build_pe, build_version_resource
from hotfixcheck.platforms import Platform
from hotfixcheck.readers.facts import FileFacts, Reader
from tests.build.readings import agreed
from tests.build.resources import RSRC_RVA, SUBDIRECTORY, data_entry, directory, pe_with_resources, version_tree

HEADERS = 0x200
PE_HEADER = 0x80

# Alignments and sizes, identifiers, the marks of texts and directories.
FIELDS = (0, 1, 2, 16, 24, 28, 0x1F, 0x20, 0xE0, 0xF0, 0x10B, 0x20B, 0x200, 0x210, 0x400, 0x1000, 0x2000, 0x2048)
EXTREMES = (0x3000, 0xFFFF, 0x10000, 0x100000, 0x7FFFFFFF, 0x80000000, 0x80000018, 0x80000030, 0xFFFFFFFF)
TELLING = st.sampled_from((*FIELDS, *EXTREMES))
WORDS = TELLING | st.integers(0, 0xFFFFFFFF)

IMAGES = {
    "x86": build_pe(version="4.0.1381.4", name="A.DLL", reproducible=True),
    "amd64": build_pe(platform=Platform.AMD64, version="6.0.6002.18005", name="A.SYS", size=9000),
    "two languages": build_pe(
        languages={of: build_version_resource("1.2.3.4", language=of, strings={"A": "x"}) for of in (0x0407, 0x0411)}
    ),
    "no version": build_pe(platform=Platform.ALPHA),
}

versions = st.builds("{}.{}.{}.{}".format, *[st.integers(0, 0xFFFF)] * 4)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=150)
blocks = st.builds(
    build_version_resource,
    st.none() | versions,
    strings=st.none() | st.dictionaries(texts, texts, max_size=5),
    language=st.sampled_from([0, 0x0407, 0x0409]),
    fixed_info=st.booleans(),
)
identifiers = st.sampled_from([0, 1, 2, 0x0407, 0x0409, 0x0411, SUBDIRECTORY | 0x40])


@st.composite
def mutants(draw: st.DrawFn, image: bytes) -> bytes:
    """`image` with some of its 16-bit and 32-bit numbers changed, and perhaps cut short."""
    copy = bytearray(image)
    places = st.integers(PE_HEADER, HEADERS - 4) | st.integers(len(image) - 0x400, len(image) - 4)
    for at, value, is_wide in draw(st.lists(st.tuples(places, WORDS, st.booleans()), min_size=1, max_size=4)):
        # Fields of PE files stand at even places.
        struct.pack_into("<I" if is_wide else "<H", copy, at & ~1, value if is_wide else value & 0xFFFF)
    return bytes(copy[: draw(st.just(len(copy)) | st.integers(0, len(copy)))])


@pytest.mark.parametrize("image", IMAGES.values(), ids=IMAGES)
@given(data=st.data())
def test_mutated_files(image: bytes, data: st.DataObject) -> None:
    agreed(data.draw(mutants(image)))


@given(
    platform=st.sampled_from(Platform),
    languages=st.dictionaries(st.sampled_from([0, 0x0407, 0x0409, 0x0411]), blocks, max_size=3),
    stamp=st.integers(0, 0xFFFFFFFF),
    size=st.none() | st.integers(8_000, 20_000),
    reproducible=st.booleans(),
)
def test_built_files(
    platform: Platform, languages: Mapping[int, bytes], stamp: int, size: int | None, reproducible: bool
) -> None:
    image = build_pe(platform=platform, languages=languages, link_time=stamp, size=size, reproducible=reproducible)
    facts = agreed(image)
    assert isinstance(facts, FileFacts)
    assert facts.reader is Reader.STRICT


@given(
    st.lists(st.tuples(identifiers, st.lists(st.tuples(identifiers, blocks), max_size=2)), max_size=2),
    st.lists(st.tuples(identifiers, WORDS), max_size=3),
)
def test_built_trees(names: list[tuple[int, list[tuple[int, bytes]]]], before: list[tuple[int, int]]) -> None:
    agreed(pe_with_resources(version_tree(names, before=before)))


@given(st.integers(0, 0x4000) | WORDS, st.integers(0, 0x2000) | WORDS, st.binary(max_size=64))
def test_any_place_and_size_of_a_version(rva: int, size: int, data: bytes) -> None:
    tree = directory([(16, SUBDIRECTORY | 24)]) + directory([(1, SUBDIRECTORY | 48)]) + directory([(0x0409, 72)])
    agreed(pe_with_resources(tree + data_entry(rva, size) + build_version_resource("1.2.3.4") + data))
    agreed(pe_with_resources(tree + data_entry(RSRC_RVA + 88, size) + data))


@given(st.binary(max_size=400))
def test_any_resource_section(rsrc: bytes) -> None:
    agreed(pe_with_resources(rsrc))
