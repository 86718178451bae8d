"""Hives: what is believed of a header, how keys and values are read, and what of a damaged hive is one error."""

from __future__ import annotations

import io
import struct

import pytest

from hotfixcheck.demo.hiveimage import build_hive
from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.system.hives import Hive, Value
from hotfixcheck.targets.sources import Stream
from tests.build.hives import value_cell, with_header, with_length, with_type
from tests.build.sources import BytesSource

KEY = r"Microsoft\Windows NT\CurrentVersion"
HIVE = build_hive(
    {
        KEY: {
            "CurrentVersion": "4.0",
            "": "default",
            "Number": 0xFFFFFFFE,
            "List": ("Terminal Server", "Enterprise"),
            "Bytes": b"\1\2\3\4\5",
            "Empty": "",
            "Nothing": b"",
            "None": (),
        },
        rf"{KEY}\Hotfix\Q246009": {"Installed": 1},
        rf"{KEY}\Hotfix\Q147222": {"Installed": 1},
    }
)


def hive(data: bytes = HIVE) -> Hive:
    return Hive(BytesSource(data), "system")


def test_values_by_name() -> None:
    assert hive().values(KEY) == {
        "currentversion": "4.0",
        "": "default",
        "number": 0xFFFFFFFE,
        "list": ("Terminal Server", "Enterprise"),
        "bytes": b"\1\2\3\4\5",
        "empty": "",
        "nothing": b"",
        "none": (),
    }


def test_text_is_ascii_to_python_where_it_is() -> None:
    text = hive().values(KEY)["currentversion"]
    assert isinstance(text, str)
    assert text.isascii()


@pytest.mark.parametrize("key", [KEY, KEY.upper(), KEY.lower()])
def test_keys_compare_without_regard_to_case(key: str) -> None:
    assert hive().values(key)["currentversion"] == "4.0"
    assert hive().subkeys(key) == ("Hotfix",)


def test_subkeys_are_sorted() -> None:
    assert hive().subkeys(rf"{KEY}\Hotfix") == ("Q147222", "Q246009")


def test_a_key_without_values_is_no_damage() -> None:
    assert hive().values(rf"{KEY}\Hotfix") == {}
    assert hive().subkeys(rf"{KEY}\Hotfix\Q246009") == ()


@pytest.mark.parametrize("key", ["Missing", rf"{KEY}\Missing", rf"{KEY}\Missing\Below"])
def test_a_key_that_is_not_there(key: str) -> None:
    assert hive().values(key) == {}
    assert hive().subkeys(key) == ()


def test_the_root() -> None:
    assert hive().subkeys("") == ("Microsoft",)
    assert hive(build_hive({"": {"A": 1}})).values("") == {"a": 1}


@pytest.mark.parametrize("minor", [3, 4, 5, 6])
def test_versions_of_the_format(minor: int) -> None:
    assert hive(build_hive({"Select": {"Current": 2}}, minor=minor)).values("select") == {"current": 2}


def of_type(kind: int, value: int | str | bytes | tuple[str, ...]) -> bytes:
    return with_type(build_hive({"K": {"Value": value}}), "Value", kind)


TYPES: dict[str, tuple[bytes, Value]] = {
    "REG_EXPAND_SZ": (of_type(2, r"%SystemRoot%\x"), r"%SystemRoot%\x"),
    "REG_DWORD of 0": (of_type(4, 0), 0),
    "REG_DWORD of 0x80000000": (of_type(4, 0x80000000), 0x80000000),
    "REG_DWORD_BIG_ENDIAN": (of_type(5, 0x01000000), 1),
    "REG_QWORD": (of_type(11, struct.pack("<Q", 1 << 40)), 1 << 40),
    "REG_LINK": (of_type(6, b"abcdef"), b"abcdef"),
    "a type of nobody's": (of_type(0x12345, b"abcdef"), b"abcdef"),
    "REG_NONE": (of_type(0, b"abcd"), b"abcd"),
}


@pytest.mark.parametrize(("data", "value"), TYPES.values(), ids=TYPES)
def test_value_of_type(data: bytes, value: Value) -> None:
    assert hive(data).values("K") == {"value": value}


# What Windows would give a program as it is: bytes.
ODD_VALUES: dict[str, tuple[bytes, Value]] = {
    "REG_DWORD of 8 bytes": (of_type(4, b"12345678"), b"12345678"),
    "REG_DWORD of no bytes": (of_type(4, b""), b""),
    "REG_QWORD of 4 bytes": (of_type(11, b"1234"), b"1234"),
    "REG_SZ of odd length": (of_type(1, b"a\0b\0c"), "ab"),
    "REG_SZ of one byte": (of_type(1, b"a"), ""),
    "REG_SZ that is not terminated": (of_type(1, b"a\0b\0c\0"), "abc"),
    "REG_SZ with more behind its end": (of_type(1, b"a\0\0\0c\0"), "a"),
    "REG_SZ with half a surrogate pair": (of_type(1, b"\x00\xd8a\0\0\0"), "\N{REPLACEMENT CHARACTER}a"),
    "REG_MULTI_SZ that is not terminated": (of_type(7, b"a\0\0\0c\0"), ("a", "c")),
    "REG_MULTI_SZ with more behind its end": (of_type(7, b"a\0\0\0\0\0c\0\0\0"), ("a",)),
    "REG_MULTI_SZ of odd length": (of_type(7, b"a\0b\0c"), ("ab",)),
}


@pytest.mark.parametrize(("data", "value"), ODD_VALUES.values(), ids=ODD_VALUES)
def test_an_odd_value_is_no_damage(data: bytes, value: Value) -> None:
    assert hive(data).values("K") == {"value": value}


def test_one_to_three_bytes_in_the_cell_are_misplaced_by_the_library() -> None:
    """Nothing that is read here is so short: its length is right and that is all that counts on it."""
    for kind, length in ((3, 1), (3, 3), (4, 2)):
        data = with_length(of_type(kind, 0x04030201), "Value", 0x80000000 | length)
        value = hive(data).values("K")["value"]
        assert isinstance(value, bytes)
        assert len(value) == length


NO_HIVE = {
    "empty": (b"", "the file is empty", ""),
    "all zero": (bytes(8192), "the file is all zero", ""),
    "another file": (b"MZ" + bytes(8192), "the file is no registry hive", ""),
    "cut in its header": (HIVE[:511], "the hive is cut short in its header", ""),
    "cut behind its header": (HIVE[:4096], f"the hive is cut short: 4,096 bytes of {len(HIVE):,}", ""),
    "cut at its end": (HIVE[:-1], f"the hive is cut short: {len(HIVE) - 1:,} bytes of {len(HIVE):,}", ""),
    "wrong checksum": (
        HIVE[:100] + b"\xff" + HIVE[101:],
        "the hive is damaged: its header fails its checksum",
        "offset 508",
    ),
}


@pytest.mark.parametrize(("data", "problem", "place"), NO_HIVE.values(), ids=NO_HIVE)
def test_what_is_no_hive(data: bytes, problem: str, place: str) -> None:
    with pytest.raises(UnreadableFileError) as raised:
        hive(data)
    assert (raised.value.problem, raised.value.file, raised.value.place) == (problem, "system", place)


@pytest.mark.parametrize("checksum", [0, 0xFFFFFFFF])
def test_checksums_that_are_never_stored(checksum: int) -> None:
    (now,) = struct.unpack_from("<I", HIVE, 508)
    (word,) = struct.unpack_from("<I", HIVE, 500)
    data = with_header(HIVE, 500, word ^ now ^ checksum)
    assert struct.unpack_from("<I", data, 508) == ({0: 1, 0xFFFFFFFF: 0xFFFFFFFE}[checksum],)
    with pytest.raises(UnreadableFileError, match="mismatch in file header checksum"):
        hive(data)  # one hive in two thousand million: libregf does not know of this exception, so that none is read


def test_a_dirty_hive_is_read_and_says_so() -> None:
    assert hive(build_hive({"Select": {"Current": 1}}, dirty=True)).dirty
    assert not hive().dirty


DAMAGED = {
    "root key nowhere": with_header(HIVE, 36, 0x7FFFFFF0),
    "root key in the middle of another cell": with_header(HIVE, 36, 0x24),
    "bins of zeros": HIVE[:4096] + bytes(len(HIVE) - 4096),
    "first bin without its signature": HIVE[:4096] + b"xxxx" + HIVE[4100:],
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_hive(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="the hive is damaged") as raised:
        found = hive(data)
        found.values(KEY)
        found.subkeys("")
    assert "libregf" not in raised.value.problem
    assert len(raised.value.problem) < 120


def test_a_damaged_key_is_named_and_the_others_are_read() -> None:
    at = value_cell(HIVE, "CurrentVersion") + 8
    found = hive(HIVE[:at] + struct.pack("<I", 0x7FFFFFF0) + HIVE[at + 4 :])
    assert found.values(rf"{KEY}\Hotfix\Q246009") == {"installed": 1}
    with pytest.raises(UnreadableFileError) as raised:
        found.values(KEY)
    assert (raised.value.file, raised.value.place) == ("system", KEY)
    assert raised.value.problem.startswith("the hive is damaged: ")


def test_a_source_as_a_file_object() -> None:
    stream = Stream(BytesSource(b"0123456789"))
    assert stream.read(3) == b"012"
    assert stream.tell() == 3
    assert stream.seek(2, io.SEEK_CUR) == 5
    assert stream.read() == b"56789"
    assert stream.seek(-1, io.SEEK_END) == 9
    assert stream.read(5) == b"9"
    assert stream.seek(4) == 4
