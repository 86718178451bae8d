"""What is built into a PE image is what pefile reads from it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pefile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.demo.peimage import NT4_LINK_TIME, build_pe, build_version_resource
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.platforms import Platform

PARTS = st.integers(0, 0xFFFF)
VERSIONS = st.builds(FileVersion, PARTS, PARTS, PARTS, PARTS)
# pefile takes the UTF-8 length of a key for its length, so only ASCII keys are followed by values that it finds.
KEYS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
# It also spells surrogate pairs out, so texts stay in the basic plane.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0", max_codepoint=0xFFFF), max_size=40)


def parsed(image: bytes) -> Any:
    pe = pefile.PE(data=image)
    assert pe.get_warnings() == []
    return pe


def fixed_versions(pe: Any, index: int = 0) -> tuple[FileVersion, FileVersion]:
    info = pe.VS_FIXEDFILEINFO[index]
    return (
        FileVersion.from_words(info.FileVersionMS, info.FileVersionLS),
        FileVersion.from_words(info.ProductVersionMS, info.ProductVersionLS),
    )


def string_tables(pe: Any, index: int = 0) -> dict[str, dict[str, str]]:
    return {
        table.LangID.decode(): {key.decode(): value.decode() for key, value in table.entries.items()}
        for info in pe.FileInfo[index]
        if info.Key == b"StringFileInfo"
        for table in info.StringTable
    }


def resource_languages(pe: Any) -> list[int]:
    (of_type,) = pe.DIRECTORY_ENTRY_RESOURCE.entries
    (of_name,) = of_type.directory.entries
    assert (of_type.id, of_name.id) == (pefile.RESOURCE_TYPE["RT_VERSION"], 1)
    return [entry.id for entry in of_name.directory.entries]


@pytest.mark.parametrize(
    ("platform", "machine", "magic", "page"),
    [
        (Platform.X86, 0x14C, 0x10B, 0x1000),
        (Platform.ALPHA, 0x184, 0x10B, 0x2000),
        (Platform.MIPS, 0x166, 0x10B, 0x1000),
        (Platform.PPC, 0x1F0, 0x10B, 0x1000),
        (Platform.ARM, 0x1C4, 0x10B, 0x1000),
        (Platform.AMD64, 0x8664, 0x20B, 0x1000),
        (Platform.IA64, 0x200, 0x20B, 0x2000),
        (Platform.ALPHA64, 0x284, 0x20B, 0x2000),
        (Platform.ARM64, 0xAA64, 0x20B, 0x1000),
    ],
)
def test_each_platform_has_its_machine_and_optional_header(
    platform: Platform, machine: int, magic: int, page: int
) -> None:
    pe = parsed(build_pe(platform=platform, version="4.0.1381.33478", name="KERNEL32.DLL"))
    assert pe.FILE_HEADER.Machine == machine
    assert Platform.from_machine(machine) is platform
    assert pe.OPTIONAL_HEADER.Magic == magic
    assert pe.OPTIONAL_HEADER.SectionAlignment == page
    assert [section.Name.rstrip(b"\0") for section in pe.sections] == [b".text", b".rsrc"]
    assert all(section.VirtualAddress % page == 0 for section in pe.sections)
    assert pe.OPTIONAL_HEADER.SizeOfImage % page == 0
    assert pe.is_dll()


def test_strings_are_derived_from_version_and_name() -> None:
    pe = parsed(build_pe(version="4.0.1381.33478", product_version="4.00", name="KERNEL32.DLL"))
    assert fixed_versions(pe) == (FileVersion(4, 0, 1381, 33478), FileVersion(4, 0, 0, 0))
    assert string_tables(pe) == {
        "040904B0": {"FileVersion": "4.0.1381.33478", "OriginalFilename": "KERNEL32.DLL", "ProductVersion": "4.00"}
    }
    assert resource_languages(pe) == [0x0409]
    assert pe.FileInfo[0][1].Var[0].entry == {b"Translation": "0x0409 0x04b0"}


def test_given_strings_replace_the_derived_ones() -> None:
    pe = parsed(build_pe(version="4.0.1381.4", strings={"FileVersion": "4.00", "Empty": ""}, name="NTDLL.DLL"))
    assert string_tables(pe) == {"040904B0": {"FileVersion": "4.00", "Empty": ""}}


def test_each_language_has_its_own_version_resource() -> None:
    english = build_version_resource("5.1.2600.2180", name="shell32.dll")
    german = build_version_resource("5.1.2600.5512", strings={"FileVersion": "5.1"}, language=0x0407, codepage=1252)
    pe = parsed(build_pe(languages={0x0409: english, 0x0407: german}))
    assert resource_languages(pe) == [0x0407, 0x0409]
    assert [fixed_versions(pe, index)[0].revision for index in (0, 1)] == [5512, 2180]
    assert string_tables(pe) == {"040704E4": {"FileVersion": "5.1"}}
    assert string_tables(pe, 1)["040904B0"]["OriginalFilename"] == "shell32.dll"


def test_one_version_resource_has_several_string_tables() -> None:
    tables = {
        (0x0409, 1200): {"FileVersion": "5.00", "OriginalFilename": "KERNEL32.DLL", "Comments": "English"},
        (0x0407, 1252): {"FileVersion": "5,00", "OriginalFilename": "KERNEL32.DLL", "Comments": "Deutsch"},
    }
    pe = parsed(build_pe(languages={0: build_version_resource("5.0.2195.1", tables=tables)}))
    assert list(string_tables(pe).items()) == [
        ("040904B0", tables[0x0409, 1200]),
        ("040704E4", tables[0x0407, 1252]),
    ]


@pytest.mark.parametrize("block", [build_version_resource("4.0.1381.4", fixed_info=False), build_version_resource()])
def test_a_version_resource_may_lack_fixed_info(block: bytes) -> None:
    assert struct.unpack_from("<3H", block) == (len(block), 0, 0)
    assert struct.pack("<I", 0xFEEF04BD) not in block


@pytest.mark.parametrize("image", [build_pe(), build_pe(version="4.0.1381.4", resources=False), build_pe(languages={})])
def test_a_file_may_lack_resources(image: bytes) -> None:
    pe = parsed(image)
    assert len(pe.sections) == 1
    assert not hasattr(pe, "DIRECTORY_ENTRY_RESOURCE")


@pytest.mark.parametrize(
    ("link_time", "stamp"),
    [
        (NT4_LINK_TIME, 839592000),
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (0xFFFFFFFF, 0xFFFFFFFF),
    ],
)
def test_the_link_time_is_the_stamp(link_time: datetime | int, stamp: int) -> None:
    assert parsed(build_pe(link_time=link_time)).FILE_HEADER.TimeDateStamp == stamp


def test_a_reproducible_file_says_so_in_its_debug_directory() -> None:
    (entry,) = parsed(build_pe(version="10.0.1.2", reproducible=True, link_time=0xFEDCBA98)).DIRECTORY_ENTRY_DEBUG
    assert (entry.struct.Type, entry.struct.TimeDateStamp) == (16, 0xFEDCBA98)
    assert not hasattr(parsed(build_pe(version="10.0.1.2")), "DIRECTORY_ENTRY_DEBUG")


def test_a_program_is_no_library() -> None:
    pe = parsed(build_pe(version="4.0.1381.4", dll=False))
    assert pe.is_exe()
    assert pe.VS_FIXEDFILEINFO[0].FileType == 1


@pytest.mark.parametrize(("size", "overlay"), [(375056, 375056 % 512), (4096, 0), (4097, 1)])
def test_a_remainder_of_the_size_follows_the_last_section(size: int, overlay: int) -> None:
    image = build_pe(version="4.0.1381.33478", name="KERNEL32.DLL", size=size)
    assert len(image) == size
    assert len(parsed(image).get_overlay() or b"") == overlay


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: build_pe(version="4.0", size=1500), "1500 bytes cannot hold"),
        (lambda: build_pe(version="four"), "not a file version"),
        (lambda: build_pe(link_time=datetime(1996, 8, 9)), "no time zone"),  # noqa: DTZ001
        (lambda: build_pe(link_time=-1), "TimeDateStamp"),
        (lambda: build_pe(link_time=datetime(2200, 1, 1, tzinfo=UTC)), "TimeDateStamp"),
        (lambda: build_pe(strings={"Comments": "a" * 40000}), "more than 65535"),
    ],
    ids=["size too small", "no version", "naive time", "negative stamp", "time past 2106", "overlong string"],
)
def test_what_no_file_holds_is_refused(attempt: Callable[[], bytes], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        attempt()


@given(
    platform=st.sampled_from(Platform),
    version=VERSIONS,
    product_version=VERSIONS,
    strings=st.dictionaries(KEYS, TEXTS, min_size=1, max_size=8),
    language=st.integers(0, 0xFFFF),
    link_time=st.integers(0, 0xFFFFFFFF),
    size=st.none() | st.integers(0x4000, 0x20000),
    reproducible=st.booleans(),
    dll=st.booleans(),
)
def test_what_is_built_is_what_pefile_reads(
    platform: Platform,
    version: FileVersion,
    product_version: FileVersion,
    strings: dict[str, str],
    language: int,
    link_time: int,
    size: int | None,
    reproducible: bool,
    dll: bool,
) -> None:
    def build() -> bytes:
        return build_pe(
            platform=platform,
            version=version,
            product_version=product_version,
            strings=strings,
            language=language,
            link_time=link_time,
            size=size,
            reproducible=reproducible,
            dll=dll,
        )

    image = build()
    assert image == build()
    assert size in (None, len(image))
    pe = parsed(image)
    assert Platform.from_machine(pe.FILE_HEADER.Machine) is platform
    assert pe.FILE_HEADER.TimeDateStamp == link_time
    assert fixed_versions(pe) == (version, product_version)
    assert string_tables(pe) == {f"{language:04X}04B0": strings}
    assert resource_languages(pe) == [language]
    assert pe.is_dll() is dll
