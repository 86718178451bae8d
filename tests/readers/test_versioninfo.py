"""VS_VERSIONINFO blocks: what is read, which of several string tables, and what damage does."""

from __future__ import annotations

import struct
import time

import pytest

from hotfixcheck.demo.peimage import build_version_resource
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.readers import versioninfo
from hotfixcheck.readers.versioninfo import VersionInfo, language_rank, parse_version_info, walk_version_info

FIXED = struct.pack("<13I", 0xFEEF04BD, 0x10000, 0x00040000, 0x05658142, 0x00040000, 0x05650004, *[0] * 7)


def node(key: str, value: bytes = b"", *children: bytes, value_length: int | None = None, length: int = 0) -> bytes:
    """A node whose two lengths may lie."""
    body = bytearray(6) + f"{key}\0".encode("utf-16-le")
    for part in (value, *children):
        body += bytes(-len(body) % 4) + part
    struct.pack_into("<HHH", body, 0, length or len(body), len(value) if value_length is None else value_length, 1)
    return bytes(body)


def text(value: str) -> bytes:
    return f"{value}\0".encode("utf-16-le")


def strings_of(*tables: bytes) -> tuple[tuple[str, str], ...]:
    return parse_version_info(node("VS_VERSION_INFO", FIXED, node("StringFileInfo", b"", *tables))).strings


def test_all_of_it() -> None:
    block = build_version_resource(
        "4.0.1381.33090", product_version="4.0.1381.4", strings={"FileVersion": "4.00", "CompanyName": "X"}
    )
    assert parse_version_info(block) == VersionInfo(
        FileVersion(4, 0, 1381, 33090),
        FileVersion(4, 0, 1381, 4),
        0x0409,
        (("FileVersion", "4.00"), ("CompanyName", "X")),
    )


def test_no_fixed_info() -> None:
    info = parse_version_info(build_version_resource("4.0.1381.4", fixed_info=False))
    assert info.file_version is None
    assert info.product_version is None
    assert dict(info.strings)["FileVersion"] == "4.0.1381.4"


@pytest.mark.parametrize(
    "fixed",
    [FIXED[:23], FIXED[:4], b"\0" * 52, b"\xbd\x04\xef\xfd" + FIXED[4:]],
    ids=["cut short", "signature alone", "zeros", "wrong signature"],
)
def test_fixed_info_that_is_none(fixed: bytes) -> None:
    info = parse_version_info(node("VS_VERSION_INFO", fixed))
    assert (info.file_version, info.product_version) == (None, None)


def test_fixed_info_need_not_go_on_behind_its_versions() -> None:
    info = parse_version_info(node("VS_VERSION_INFO", FIXED[:24]))
    assert info.product_version == FileVersion(4, 0, 0x0565, 4)


def test_fixed_info_whose_length_goes_beyond_the_block() -> None:
    info = parse_version_info(node("VS_VERSION_INFO", FIXED, value_length=0xFFFF))
    assert info.file_version == FileVersion(4, 0, 0x0565, 0x8142)
    assert info.strings == ()


LANGUAGES = {
    "English before others": ([0x0411, 0x0407, 0x0409], 0x0409),
    "neutral before others": ([0x0411, 0x0000], 0x0000),
    "English before neutral": ([0x0000, 0x0409], 0x0409),
    "else the first": ([0x0411, 0x0407], 0x0411),
    "one": ([0x0407], 0x0407),
}


@pytest.mark.parametrize(("languages", "chosen"), LANGUAGES.values(), ids=LANGUAGES)
def test_string_table(languages: list[int], chosen: int) -> None:
    block = build_version_resource("1.2.3.4", tables={(of, 1200): {"Language": f"{of:04x}"} for of in languages})
    info = parse_version_info(block)
    assert (info.language, info.strings) == (chosen, (("Language", f"{chosen:04x}"),))


def test_ranks() -> None:
    assert sorted([0x0407, None, 0x0411, 0x0009, 0x0400, 0, 0x0409], key=language_rank) == [
        *(0x0409, 0, 0x0400, 0x0009),
        *(0x0407, None, 0x0411),
    ]


STRINGS = {
    "a value that is not terminated": (node("A", "x".encode("utf-16-le")), (("A", "x"),)),
    "a value with something behind its end": (node("A", text("x") + text("y")), (("A", "x"),)),
    "a length in words": (node("A", text("xyz"), value_length=4), (("A", "xyz"),)),
    "a length in bytes": (node("A", text("xyz"), value_length=8), (("A", "xyz"),)),
    "a length that lies": (node("A", text("xyz"), value_length=0xFFFF), (("A", "xyz"),)),
    "no value": (node("A"), (("A", ""),)),
    "an empty value": (node("A", text("")), (("A", ""),)),
    "no key": (node("", text("x")), (("", "x"),)),
    "half a surrogate pair": (node("A", b"\x00\xd8\0\0"), (("A", "\N{REPLACEMENT CHARACTER}"),)),
    "a length of zero": (node("A", text("x"), length=0)[:0] + b"\0" * 8, ()),
    "a length without a key": (struct.pack("<HHH", 6, 0, 1), ()),
    "a length beyond the table": (node("A", text("x"), length=0xFFFF), (("A", "x"),)),
}


@pytest.mark.parametrize(("string", "strings"), STRINGS.values(), ids=STRINGS)
def test_string(string: bytes, strings: tuple[tuple[str, str], ...]) -> None:
    assert strings_of(node("040904B0", b"", string)) == strings


def test_of_two_strings_of_one_name_the_first_counts() -> None:
    table = node("040904B0", b"", node("FileVersion", text("1")), node("FileVersion", text("2")))
    assert strings_of(table) == (("FileVersion", "1"),)


@pytest.mark.parametrize("key", ["", "04", "English!", "zzzz04B0"])
def test_a_table_without_a_language(key: str) -> None:
    info = parse_version_info(
        node("VS_VERSION_INFO", FIXED, node("StringFileInfo", b"", node(key, b"", node("A", text("x")))))
    )
    assert info.language in {None, 4}
    assert info.strings == (("A", "x"),)


NESTED_WRONGLY = {
    "strings without a table": node("VS_VERSION_INFO", FIXED, node("StringFileInfo", b"", node("A", text("x")))),
    "a table without StringFileInfo": node("VS_VERSION_INFO", FIXED, node("040904B0", b"", node("A", text("x")))),
    "StringFileInfo in itself": node("VS_VERSION_INFO", FIXED, node("StringFileInfo", b"", node("StringFileInfo"))),
    "VarFileInfo alone": node("VS_VERSION_INFO", FIXED, node("VarFileInfo", b"", node("Translation", b"\x09\4\xb0\4"))),
    "nothing": node("VS_VERSION_INFO", FIXED),
}


@pytest.mark.parametrize("block", NESTED_WRONGLY.values(), ids=NESTED_WRONGLY)
def test_tables_nested_wrongly_leave_the_fixed_info(block: bytes) -> None:
    info = parse_version_info(block)
    assert info.file_version == FileVersion(4, 0, 0x0565, 0x8142)
    assert info.strings == ()


@pytest.mark.parametrize(
    "block",
    [b"", b"\0" * 5, b"\0" * 100, node("VS_VERSION_INF"), node("StringFileInfo"), b"\xff" * 100],
    ids=["empty", "cut in its head", "zeros", "nearly", "another node", "ones"],
)
def test_no_version_info(block: bytes) -> None:
    with pytest.raises(ValueError, match="does not begin with VS_VERSION_INFO"):
        parse_version_info(block)


def test_a_block_cut_anywhere_is_read_or_refused() -> None:
    block = build_version_resource("4.0.1381.4", strings={"CompanyName": "X" * 40, "FileVersion": "4.00"}, name="a.dll")
    whole = parse_version_info(block)
    for end in range(len(block)):
        try:
            info = parse_version_info(block[:end])
        except ValueError:
            assert end < 40
        else:
            assert info.file_version in {None, whole.file_version}
            assert len(info.strings) <= len(whole.strings)


@pytest.mark.parametrize(
    "filling",
    [struct.pack("<HHHH", 8, 0, 1, 0), struct.pack("<HHHH", 7, 0, 1, 0), b"\x41\x00" * 4, b"\xff\xff\0\0\0\0\0\0"],
    ids=["smallest nodes", "odd lengths", "one long key", "longest nodes"],
)
def test_the_largest_block_takes_bounded_time(filling: bytes) -> None:
    inner = filling * (0xFF00 // len(filling))
    tables = node("StringFileInfo", b"", node("040904B0", b"", inner, length=0xFFFF), length=0xFFFF)
    block = node("VS_VERSION_INFO", FIXED, tables, length=0xFFFF)
    start = time.process_time()
    parse_version_info(block[:0xFFFF])
    assert time.process_time() - start < 2


def block_of(*infos: bytes) -> bytes:
    root = node("VS_VERSION_INFO", FIXED, *infos)
    return root[:4] + bytes(2) + root[6:]  # its own value is no text


def info_of(*strings: bytes, name: str = "040904B0") -> bytes:
    return node("StringFileInfo", b"", node(name, b"", *strings))


VAR_FILE_INFO = node("VarFileInfo", b"", node("Translation", b"\x09\4\xb0\4"))
STRING = node("FileVersion", text("4.00"))
PLAIN = {
    "as resource compilers write it": block_of(info_of(STRING, node("CompanyName", text("X"))), VAR_FILE_INFO),
    "VarFileInfo first": block_of(VAR_FILE_INFO, info_of(STRING)),
    "StringFileInfo alone": block_of(info_of(STRING)),
    "no string": block_of(info_of(), VAR_FILE_INFO),
    "an empty value": block_of(info_of(node("Comments", text("")), STRING)),
    "values in many languages": block_of(info_of(node("Name", text("Übung")), node("Names", text("試験")))),
    "a length of zero behind the strings": block_of(info_of(STRING, bytes(8))),
    "a value without an end": block_of(info_of(node("AB", "xyz".encode("utf-16-le")))),
    "something behind a value": block_of(info_of(node("A", text("x") + text("y")))),
}
NOT_PLAIN = {
    "two tables": block_of(node("StringFileInfo", b"", *[node(f"040{n}04B0", b"", STRING) for n in (7, 9)])),
    "a table behind VarFileInfo": block_of(info_of(name="040704B0"), VAR_FILE_INFO, info_of(STRING)),
    "two infos before": block_of(VAR_FILE_INFO, VAR_FILE_INFO, info_of(STRING)),
    "a name of nine characters": block_of(info_of(STRING, name="040904B00")),
    "a name of seven characters": block_of(info_of(STRING, name="040904B")),
    "a name that is no number": block_of(info_of(STRING, name="English!")),
    "a name twice": block_of(info_of(STRING, node("FileVersion", text("5.00")))),
    "a character of two units": block_of(info_of(node("A", text("\N{PILE OF POO}")))),
    "half a character": block_of(info_of(node("A", b"\x00\xd8\0\0"))),
    "an odd length": block_of(info_of(node("AB", text("x") + b"y"))),
    "no value": block_of(info_of(node("ABC", length=14))),
    "no NUL at all": block_of(info_of(struct.pack("<HHH4s", 10, 0, 1, "AB".encode("utf-16-le")))),
    "filled up with a letter": block_of(info_of(node("A", text("x")).replace(b"A\0\0\0\0\0", b"A\0\0\0Z\0"))),
    "a root of text": node("VS_VERSION_INFO", FIXED, info_of(STRING)),
    "a longer fixed info": node("VS_VERSION_INFO", FIXED + bytes(4), info_of(STRING)),
    "no signature": node("VS_VERSION_INFO", bytes(52), info_of(STRING)),
    "a first info without a length": block_of(struct.pack("<HHH", 3, 0, 0) + bytes(80)),
    "a first info to the end": block_of(node("VarFileInfo", bytes(80), length=0xFFF0)),
    "an info beyond the root": block_of(node("StringFileInfo", b"", node("040904B0", b"", STRING), length=0x7FFF)),
    "a table beyond its info": block_of(node("StringFileInfo", b"", node("040904B0", b"", STRING, length=0x7FFF))),
    "too short": node("VS_VERSION_INFO", FIXED),
}


@pytest.mark.parametrize("block", [*PLAIN.values(), *NOT_PLAIN.values()], ids=[*PLAIN, *NOT_PLAIN])
def test_the_quick_way_and_the_walk_read_alike(block: bytes) -> None:
    assert parse_version_info(block) == walk_version_info(block)


@pytest.mark.parametrize("block", PLAIN.values(), ids=PLAIN)
def test_a_plain_block_is_read_the_quick_way(block: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(versioninfo, "walk_version_info")
    assert parse_version_info(block).file_version == FileVersion(4, 0, 0x0565, 0x8142)


@pytest.mark.parametrize("block", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_any_other_block_is_walked(block: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[bytes] = []
    monkeypatch.setattr(versioninfo, "walk_version_info", walked.append)
    parse_version_info(block)
    assert walked == [block]
