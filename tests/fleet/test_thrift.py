"""The compact protocol, byte by byte."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.fleet.pages import PagesError, row_groups
from hotfixcheck.fleet.thrift import ThriftError, struct


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param("00", {}, id="nothing"),
        pytest.param("1502 00", {1: 1}, id="a number"),
        pytest.param("1501 00", {1: -1}, id="a negative one"),
        pytest.param("16 ac02 00", {1: 150}, id="one of two bytes"),
        pytest.param("05 c801 02 00", {100: 1}, id="a far field"),
        pytest.param("11 12 13 07 00", {1: True, 2: False, 3: 7}, id="flags and a byte"),
        pytest.param("18 03 616263 25 04 00", {1: None, 3: 2}, id="a text is skipped"),
        pytest.param("17 0000000000000000 15 02 00", {1: None, 2: 1}, id="a double is skipped"),
        pytest.param("1c 15 02 00 15 04 00", {1: {1: 1}, 2: 2}, id="a struct"),
        pytest.param("19 25 02 04 00", {1: [1, 2]}, id="a list"),
        pytest.param("1a 21 01 02 00", {1: [1, 2]}, id="a set of flags"),
        pytest.param("19 f5 10 " + "02" * 16 + "00", {1: [1] * 16}, id="a long list"),
        pytest.param("19 1c 15 02 00 00", {1: [{1: 1}]}, id="a list of structs"),
    ],
)
def test_read(data: str, found: dict[int, object]) -> None:
    raw = bytes.fromhex(data)
    assert struct(raw + b"more") == (found, len(raw))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param("", "ends too soon", id="nothing"),
        pytest.param("15", "ends too soon", id="a field without a value"),
        pytest.param("15 " + "ff" * 11, "too many digits", id="a long number"),
        pytest.param("1b 00", "no known kind", id="a map"),
        pytest.param("1c" * 20, "nested too deep", id="deep structs"),
        pytest.param("19" + "19" * 20, "nested too deep", id="deep lists"),
        pytest.param("19 f5 ffffffff0f", "ends too soon", id="a list of four billion"),
    ],
)
def test_refused(data: str, said: str) -> None:
    with pytest.raises(ThriftError, match=said):
        struct(bytes.fromhex(data))


@given(st.binary(max_size=200))
def test_any_bytes_are_row_groups_or_an_error(data: bytes) -> None:
    with contextlib.suppress(PagesError):
        row_groups(data)
