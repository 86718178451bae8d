"""16-bit VERSIONINFO blocks: what is read, in which code page, which of several string tables, what damage does."""

from __future__ import annotations

import struct
import time

import pytest

from hotfixcheck.demo.peimage import build_version_resource
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.readers.versioninfo import VersionInfo
from hotfixcheck.readers.versioninfo16 import parse_any_version_info, parse_version_info16
from tests.build.versioninfo16 import build_version_resource16, node16

FIXED = struct.pack("<13I", 0xFEEF04BD, 0x10000, 0x0003000A, 0x00000067, 0x00030032, 0x00010002, *[0] * 7)
VERSION, PRODUCT = FileVersion(3, 10, 0, 103), FileVersion(3, 50, 1, 2)


def strings_of(*tables: bytes) -> tuple[tuple[str, str], ...]:
    return parse_version_info16(node16("VS_VERSION_INFO", FIXED, node16("StringFileInfo", b"", *tables))).strings


def test_all_of_it() -> None:
    block = build_version_resource16(
        "3.10.0.103", product_version="3.50.1.2", strings={"FileVersion": "3.10", "CompanyName": "Contoso®"}
    )
    assert parse_version_info16(block) == VersionInfo(
        VERSION, PRODUCT, 0x0409, (("FileVersion", "3.10"), ("CompanyName", "Contoso®"))
    )


def test_the_block_stands_as_the_specification_draws_it() -> None:
    """Windows 3.1 SDK: lengths, a key of 15 letters and its NUL, then the fixed info at the next multiple of four."""
    block = node16("VS_VERSION_INFO", FIXED)
    assert block[:4] == struct.pack("<HH", 4 + 16 + 52, 52)
    assert block[4:20] == b"VS_VERSION_INFO\0"
    assert parse_version_info16(block) == VersionInfo(VERSION, PRODUCT, None, ())


def test_no_fixed_info() -> None:
    info = parse_version_info16(build_version_resource16("3.10.0.103", fixed_info=False))
    assert (info.file_version, info.product_version) == (None, None)
    assert dict(info.strings)["FileVersion"] == "3.10.0.103"


@pytest.mark.parametrize(
    "fixed",
    [FIXED[:23], FIXED[:4], b"\0" * 52, b"\xbd\x04\xef\xfd" + FIXED[4:]],
    ids=["cut short", "signature alone", "zeros", "wrong signature"],
)
def test_fixed_info_that_is_none(fixed: bytes) -> None:
    info = parse_version_info16(node16("VS_VERSION_INFO", fixed))
    assert (info.file_version, info.product_version) == (None, None)


def test_fixed_info_whose_length_goes_beyond_the_block() -> None:
    info = parse_version_info16(node16("VS_VERSION_INFO", FIXED, value_length=0xFFFF))
    assert (info.file_version, info.strings) == (VERSION, ())


LANGUAGES = {
    "English before others": ([0x0411, 0x0407, 0x0409], 0x0409),
    "neutral before others": ([0x0411, 0x0000], 0x0000),
    "else the first": ([0x0411, 0x0407], 0x0411),
    "one": ([0x0407], 0x0407),
}


@pytest.mark.parametrize(("languages", "chosen"), LANGUAGES.values(), ids=LANGUAGES)
def test_string_table(languages: list[int], chosen: int) -> None:
    block = build_version_resource16("1.2.3.4", tables={(of, 1252): {"Language": f"{of:04x}"} for of in languages})
    info = parse_version_info16(block)
    assert (info.language, info.strings) == (chosen, (("Language", f"{chosen:04x}"),))


CODE_PAGES = {
    "Western": ("040904E4", "Größe®".encode("cp1252"), "Größe®"),
    "Polish": ("041504E2", "Łódź".encode("cp1250"), "Łódź"),
    "Russian": ("041904E3", "Версия".encode("cp1251"), "Версия"),
    "Greek of DOS": ("04080365", "Αθήνα".encode("cp869"), "Αθήνα"),
    "Japanese": ("041103A4", "日本語版".encode("cp932"), "日本語版"),
    "Chinese": ("080403A8", "版本".encode("cp936"), "版本"),
    "Unicode, which no 16-bit file is in": ("040904B0", "Größe".encode("cp1252"), "Größe"),
    "zero": ("04090000", "Größe".encode("cp1252"), "Größe"),
    "one that does not exist": ("0409FFFF", "Größe".encode("cp1252"), "Größe"),
    "cut short": ("0409", "Größe".encode("cp1252"), "Größe"),
    "no number": ("0409wxyz", "Größe".encode("cp1252"), "Größe"),
    "a byte that is nothing in it": ("040904E4", b"a\x81b", "a\N{REPLACEMENT CHARACTER}b"),
    "half a character": ("041103A4", b"\x93", "\N{REPLACEMENT CHARACTER}"),
}


@pytest.mark.parametrize(("key", "raw", "text"), CODE_PAGES.values(), ids=CODE_PAGES)
def test_strings_are_in_the_code_page_of_their_table(key: str, raw: bytes, text: str) -> None:
    assert strings_of(node16(key, b"", node16("A", raw + b"\0"))) == (("A", text),)


STRINGS = {
    "a value that is not terminated": (node16("A", b"x"), (("A", "x"),)),
    "a value with something behind its end": (node16("A", b"x\0y\0"), (("A", "x"),)),
    "a length that lies": (node16("A", b"xyz\0", value_length=0xFFFF), (("A", "xyz"),)),
    "a length of no value": (node16("A", b"xyz\0", value_length=0), (("A", "xyz"),)),
    "no value": (node16("A"), (("A", ""),)),
    "an empty value": (node16("A", b"\0"), (("A", ""),)),
    "no key": (node16("", b"x\0"), (("", "x"),)),
    "a key that is not terminated": (struct.pack("<HH", 8, 0) + b"ABCD", (("ABCD", ""),)),
    "a key that is not ASCII": (node16(b"\xc4\x81", b"x\0"), (("Ä\N{REPLACEMENT CHARACTER}", "x"),)),
    "a length of zero": (bytes(8), ()),
    "a length without a key": (struct.pack("<HH", 4, 0), ()),
    "a length beyond the table": (node16("A", b"x\0", length=0xFFFF), (("A", "x"),)),
    "two of one name": (node16("A", b"1\0") + node16("A", b"2\0"), (("A", "1"),)),
}


@pytest.mark.parametrize(("string", "strings"), STRINGS.values(), ids=STRINGS)
def test_string(string: bytes, strings: tuple[tuple[str, str], ...]) -> None:
    assert strings_of(node16("040904E4", b"", string)) == strings


@pytest.mark.parametrize("key", ["", "04", "English!", "zzzz04E4"])
def test_a_table_without_a_language(key: str) -> None:
    table = node16(key, b"", node16("A", b"x\0"))
    info = parse_version_info16(node16("VS_VERSION_INFO", FIXED, node16("StringFileInfo", b"", table)))
    assert info.language in {None, 4}
    assert info.strings == (("A", "x"),)


NESTED_WRONGLY = {
    "strings without a table": node16("VS_VERSION_INFO", FIXED, node16("StringFileInfo", b"", node16("A", b"x\0"))),
    "a table without StringFileInfo": node16("VS_VERSION_INFO", FIXED, node16("040904E4", b"", node16("A", b"x\0"))),
    "StringFileInfo in itself": node16("VS_VERSION_INFO", FIXED, node16("StringFileInfo", b"", node16("StringFile"))),
    "VarFileInfo alone": node16("VS_VERSION_INFO", FIXED, node16("VarFileInfo", b"", node16("Translation", b"\x09\4"))),
    "nothing": node16("VS_VERSION_INFO", FIXED),
}


@pytest.mark.parametrize("block", NESTED_WRONGLY.values(), ids=NESTED_WRONGLY)
def test_tables_nested_wrongly_leave_the_fixed_info(block: bytes) -> None:
    info = parse_version_info16(block)
    assert info.file_version == VERSION
    assert info.strings == ()


NO_VERSION_INFO = {
    "empty": b"",
    "cut in its head": b"\x48\0\x34",
    "zeros": bytes(100),
    "nearly": node16("VS_VERSION_INF"),
    "another node": node16("StringFileInfo"),
    "ones": b"\xff" * 100,
}


@pytest.mark.parametrize("block", NO_VERSION_INFO.values(), ids=NO_VERSION_INFO)
def test_no_version_info(block: bytes) -> None:
    with pytest.raises(ValueError, match="does not begin with VS_VERSION_INFO"):
        parse_version_info16(block)
    with pytest.raises(ValueError, match="does not begin with VS_VERSION_INFO"):
        parse_any_version_info(block)


def test_a_block_of_either_kind_is_known_by_its_fifth_byte() -> None:
    strings = {"FileVersion": "3.10", "CompanyName": "Contoso®"}
    blocks = (
        build_version_resource16("3.10.0.103", strings=strings),
        build_version_resource("3.10.0.103", strings=strings),
    )
    assert parse_any_version_info(blocks[0]) == parse_any_version_info(blocks[1])
    assert parse_any_version_info(blocks[0]).file_version == VERSION


def test_a_block_cut_anywhere_is_read_or_refused() -> None:
    block = build_version_resource16("3.10.0.103", strings={"CompanyName": "X" * 40, "FileVersion": "3.10"})
    whole = parse_version_info16(block)
    for end in range(len(block)):
        try:
            info = parse_version_info16(block[:end])
        except ValueError:
            assert end < 20
        else:
            assert info.file_version in {None, whole.file_version}
            assert len(info.strings) <= len(whole.strings)


@pytest.mark.parametrize(
    "filling",
    [struct.pack("<HHI", 5, 0, 0), struct.pack("<HHI", 7, 0, 0), b"\x41" * 8, b"\xff\xff\0\0\0\0\0\0"],
    ids=["smallest nodes", "odd lengths", "one long key", "longest nodes"],
)
def test_the_largest_block_takes_bounded_time(filling: bytes) -> None:
    inner = filling * (0xFF00 // len(filling))
    tables = node16("StringFileInfo", b"", node16("040904E4", b"", inner, length=0xFFFF), length=0xFFFF)
    block = node16("VS_VERSION_INFO", FIXED, tables, length=0xFFFF)
    start = time.process_time()
    parse_version_info16(block[:0xFFFF])
    assert time.process_time() - start < 2
