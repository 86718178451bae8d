"""Whatever the bytes of a file are, there are facts or one error."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.demo.peimage import build_pe, build_version_resource
from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.platforms import Platform
from hotfixcheck.readers import read_facts
from hotfixcheck.readers.versioninfo import parse_version_info, walk_version_info
from tests.build.resources import pe_with_resources
from tests.build.sources import BytesSource

IMAGES = [
    build_pe(platform=platform, version="4.0.1381.4", name="A.DLL", reproducible=True)
    for platform in (Platform.X86, Platform.AMD64, Platform.ALPHA)
]
HEADERS = 0x200
BLOCK = build_version_resource("4.0.1381.4", strings={"FileVersion": "4.00", "CompanyName": "X" * 30}, name="A.DLL")

BYTES = st.integers(0, 255) | st.sampled_from([0, 1, 0x7F, 0x80, 0xFF])


def mutants(data: bytes, positions: st.SearchStrategy[int]) -> st.SearchStrategy[bytes]:
    def apply(changes: dict[int, int]) -> bytes:
        copy = bytearray(data)
        for at, value in changes.items():
            copy[at] = value
        return bytes(copy)

    return st.dictionaries(positions, BYTES, min_size=1, max_size=12).map(apply)


@pytest.mark.parametrize("image", IMAGES, ids=["x86", "amd64", "alpha"])
@given(data=st.data())
def test_a_damaged_pe_file(image: bytes, data: st.DataObject) -> None:
    headers = st.integers(0, HEADERS - 1)
    resources = st.integers(len(image) - 0x400, len(image) - 1)
    mutant = data.draw(mutants(image, headers | resources))
    with contextlib.suppress(UnreadableFileError):
        read_facts(BytesSource(mutant), "a.dll")


@given(st.binary(max_size=600))
def test_any_resource_section(rsrc: bytes) -> None:
    with contextlib.suppress(UnreadableFileError):
        read_facts(BytesSource(pe_with_resources(rsrc)), "a.dll")


@given(st.binary(max_size=200), st.sampled_from([b"", b"MZ", b"MZ".ljust(0x3C, b"\0") + b"\x40\0\0\0PE\0\0"]))
def test_any_bytes(data: bytes, start: bytes) -> None:
    with contextlib.suppress(UnreadableFileError):
        facts = read_facts(BytesSource(start + data), "a.dll")
        assert facts.size == len(start + data)


@given(mutants(BLOCK, st.integers(0, len(BLOCK) - 1)) | st.binary(max_size=200))
def test_any_version_resource(block: bytes) -> None:
    """The quick way to read it and the walk that takes nothing for granted say the same."""
    with contextlib.suppress(ValueError):
        parsed = parse_version_info(block)
        assert parsed == walk_version_info(block)


@given(
    version=st.builds(FileVersion, *[st.integers(0, 0xFFFF)] * 4),
    strings=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40),
        max_size=6,
    ),
    language=st.integers(1, 0xFFFF),
    platform=st.sampled_from(Platform),
    stamp=st.integers(0, 0xFFFFFFFF),
)
def test_what_is_built_is_what_is_read(
    version: FileVersion, strings: dict[str, str], language: int, platform: Platform, stamp: int
) -> None:
    image = build_pe(version=version, strings=strings, language=language, platform=platform, link_time=stamp)
    facts = read_facts(BytesSource(image), "a.dll")
    assert (facts.file_version, facts.product_version) == (version, version)
    assert (dict(facts.strings), facts.language) == (strings, language)
    assert (facts.platform, facts.link_time) == (platform, stamp)
