"""What is built into a hive image is what libregf reads from it."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime
from typing import Any

import pyregf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.demo.hiveimage import NT4_WRITTEN, Value, build_hive

REG_SZ, REG_BINARY, REG_DWORD, REG_MULTI_SZ = 1, 3, 4, 7

CURRENT_VERSION = r"Microsoft\Windows NT\CurrentVersion"

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\\"), min_size=1, max_size=12)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("\\".join)
# libregf takes data of one to three bytes from the wrong end of its field; the test of inline data looks itself.
BINARIES = st.just(b"") | st.binary(min_size=4, max_size=60) | st.integers(4, 16344).map(bytes)
VALUES = TEXTS | st.integers(0, 0xFFFFFFFF) | BINARIES | st.lists(TEXTS.filter(bool), max_size=4)
TREES = st.dictionaries(
    PATHS,
    st.lists(st.tuples(NAMES, VALUES), max_size=5, unique_by=lambda item: item[0].upper()).map(dict),
    max_size=8,
)


def opened(image: bytes) -> Any:
    hive = pyregf.file()
    hive.open_file_object(io.BytesIO(image))
    assert not hive.is_corrupted()
    return hive


def value_of(value: Any) -> Value:
    if value.type == REG_DWORD:
        return int(value.data_as_integer) & 0xFFFFFFFF  # which libregf reads as signed
    if value.type == REG_SZ:
        return str(value.data_as_string)
    if value.type == REG_MULTI_SZ:
        return list(value.data_as_multi_string)
    assert value.type == REG_BINARY
    return bytes(value.data or b"")


def tree_of(key: Any, path: str = "") -> dict[str, dict[str, Value]]:
    """All keys below `key` by path, with their values by name."""
    tree = {path: {value.name or "": value_of(value) for value in key.values}}
    for below in key.sub_keys:
        tree |= tree_of(below, f"{path}\\{below.name}" if path else below.name)
    return tree


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CSDVersion", "Service Pack 6"),
        ("CSDVersion", 0x600),
        ("Empty", ""),
        ("", "the default value"),
        ("Names", ["one", "two"]),
        ("No names", []),
        ("No bytes", b""),
        ("Four bytes", b"abcd"),
        ("Five bytes", b"abcde"),
        ("A page", bytes(4096)),
        ("The most bytes", b"\xff" * 16344),
        ("Größe", "größer"),
        ("C1 control \x93", "\x93"),
        ("名前", "値"),
        ("Beyond the plane \U0001f600", "\U0001f600"),
    ],
)
def test_a_value_reads_back(name: str, value: Value) -> None:
    root = opened(build_hive({CURRENT_VERSION: {name: value}})).get_root_key()
    (read,) = root.get_sub_key_by_path(CURRENT_VERSION).values
    assert (read.name or "", value_of(read)) == (name, value)


def test_a_tuple_is_a_list() -> None:
    assert build_hive({"k": {"v": ("a", "b")}}) == build_hive({"k": {"v": ["a", "b"]}})


@pytest.mark.parametrize("data", [b"a", b"ab", b"abc", b"abcd"])
def test_short_data_stands_in_its_value(data: bytes) -> None:
    image = build_hive({"": {"v": data}})
    size, field, kind = struct.unpack_from("<I 4s I", image, image.index(b"vk\1\0") + 4)
    assert (size, field, kind) == (0x80000000 | len(data), data.ljust(4, b"\0"), REG_BINARY)


def test_keys_on_the_way_are_made_and_names_match_without_case() -> None:
    hive = opened(build_hive({r"Software\Microsoft": {"a": 1}, r"SOFTWARE\MICROSOFT\Windows NT": {}, "": {"r": 2}}))
    root = hive.get_root_key()
    assert root.name == "$$$PROTO.HIV"
    assert tree_of(root) == {
        "": {"r": 2},
        "Software": {},
        r"Software\Microsoft": {"a": 1},
        r"Software\Microsoft\Windows NT": {},
    }
    assert root.get_sub_key_by_path(r"software\microsoft\WINDOWS nt") is not None


def test_subkeys_are_sorted_by_upper_case_name() -> None:
    root = opened(build_hive({name: {} for name in ("b", "a_b", "AB", "C", "_", "äu", "Äa", "ß")})).get_root_key()
    assert [key.name for key in root.sub_keys] == ["AB", "a_b", "b", "C", "_", "Äa", "äu", "ß"]


@pytest.mark.parametrize(("minor", "signature"), [(3, b"lf"), (4, b"lf"), (5, b"lh"), (6, b"lh")])
def test_the_minor_version_decides_the_list_of_subkeys(minor: int, signature: bytes) -> None:
    keys: dict[str, dict[str, Value]] = {f"Q{number:06}": {"Installed": 1} for number in range(1000)}
    image = build_hive(keys, minor=minor)
    hive = opened(image)
    assert hive.format_version == f"1.{minor}"
    assert image.count(signature + struct.pack("<H", 1000)) == 1
    root = hive.get_root_key()
    assert [key.name for key in root.sub_keys] == list(keys)
    assert all(root.get_sub_key_by_name(name) is not None for name in keys)


@pytest.mark.parametrize(("dirty", "sequences"), [(False, (1, 1)), (True, (2, 1))])
def test_a_dirty_hive_has_unequal_sequence_numbers(dirty: bool, sequences: tuple[int, int]) -> None:
    image = build_hive({CURRENT_VERSION: {"CSDVersion": "Service Pack 6"}}, dirty=dirty)
    assert struct.unpack_from("<2I", image, 4) == sequences
    assert opened(image).get_root_key().get_sub_key_by_path(CURRENT_VERSION) is not None


def test_root_and_time_are_what_is_asked_for() -> None:
    written = datetime(2003, 3, 24, 8, 30, tzinfo=UTC)
    root = opened(build_hive({"a": {}}, root="CMI-CreateHive{1}", minor=5, written=written)).get_root_key()
    assert root.name == "CMI-CreateHive{1}"
    assert root.get_last_written_time() == written.replace(tzinfo=None)
    default = opened(build_hive({"a": {}})).get_root_key().get_sub_key_by_name("a")
    assert default.get_last_written_time() == NT4_WRITTEN.replace(tzinfo=None)


def test_bins_and_cells_cover_the_hive() -> None:
    image = build_hive({f"k{number}": {"v": bytes(number * 100)} for number in range(100)})
    checksum = 0
    for word in struct.unpack_from("<127I", image):
        checksum ^= word
    assert struct.unpack_from("<I", image, 508) == (checksum,)
    assert struct.unpack_from("<I", image, 40) == (len(image) - 4096,)
    bin_at = 4096
    while bin_at < len(image):
        signature, offset, size = struct.unpack_from("<4s 2I", image, bin_at)
        assert (signature, offset, size % 4096) == (b"hbin", bin_at - 4096, 0)
        cell_at, bin_at = bin_at + 32, bin_at + size
        while cell_at < bin_at:
            (cell_size,) = struct.unpack_from("<i", image, cell_at)
            assert cell_size % 8 == 0 != cell_size
            cell_at += abs(cell_size)
        assert cell_at == bin_at
    assert bin_at == len(image)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"a\\\\b": {}}, "empty or longer"),
        ({"\\a": {}}, "empty or longer"),
        ({"a" * 256: {}}, "empty or longer"),
        ({"a": {"v": 1, "V": 2}}, "two values"),
        ({"a": {"v": 1}, "A": {"v": 2}}, "two values"),
        ({"a": {"v" * 16384: 1}}, "value name longer"),
        ({"a": {"v": -1}}, "REG_DWORD"),
        ({"a": {"v": 1 << 32}}, "REG_DWORD"),
        ({"a": {"v": "a\0b"}}, "NUL"),
        ({"a": {"v": ["a", ""]}}, "REG_MULTI_SZ"),
        ({"a": {"v": bytes(16345)}}, "16345 bytes"),
        ({f"{number}": {} for number in range(65536)}, "65536 subkeys"),
    ],
    ids=lambda argument: argument if isinstance(argument, str) else "",
)
def test_what_no_hive_holds_is_refused(keys: dict[str, dict[str, Value]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_hive(keys)


def test_versions_and_times_are_checked() -> None:
    with pytest.raises(ValueError, match="minor version"):
        build_hive({}, minor=2)
    with pytest.raises(ValueError, match="no time zone"):
        build_hive({}, written=datetime(1999, 11, 30))  # noqa: DTZ001


@given(tree=TREES, minor=st.integers(3, 6), dirty=st.booleans())
def test_what_is_built_is_what_libregf_reads(tree: dict[str, dict[str, Value]], minor: int, dirty: bool) -> None:
    merged: dict[str, dict[str, Value]] = {"": {}}
    spellings: dict[str, str] = {}
    for path in list(tree):
        # Paths that differ only in case are one key: the first spelling stays, and only its values are kept here.
        whole, spelled = "", ""
        for name in path.split("\\"):
            whole = f"{whole}\\{name.upper()}"
            spelled = spellings.setdefault(whole, f"{spelled}\\{name}" if spelled else name)
            merged.setdefault(spelled, {})
        merged[spelled] = merged[spelled] or tree[path]
    image = build_hive(merged, minor=minor, dirty=dirty)
    assert image == build_hive(merged, minor=minor, dirty=dirty)
    assert tree_of(opened(image).get_root_key()) == merged
