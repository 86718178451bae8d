"""File versions: every printed spelling, what is refused, and how they compare (design rules 3 and 4)."""

from __future__ import annotations

import itertools
import time

import pytest

from hotfixcheck.fileversion import FileVersion


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("4.0.1381.33478", (4, 0, 1381, 33478), id="four parts"),
        pytest.param("2.00.1493.2201", (2, 0, 1493, 2201), id="leading zero in a part"),
        pytest.param("5,02,3790,0134", (5, 2, 3790, 134), id="commas and leading zeros"),
        pytest.param("5, 1, 2600, 0", (5, 1, 2600, 0), id="commas and blanks"),
        pytest.param("5 . 1 . 2600 . 0", (5, 1, 2600, 0), id="blanks around dots"),
        pytest.param("5.1,2600.0", (5, 1, 2600, 0), id="dots and commas"),
        pytest.param("5.1.2600.2180 (xpsp_sp2_rtm.040803-2158)", (5, 1, 2600, 2180), id="build tag"),
        pytest.param("5.1.2600.2180(xpsp)", (5, 1, 2600, 2180), id="build tag without a blank"),
        pytest.param("5.131:1877.9", (5, 131, 1877, 9), id="misprinted colon"),
        pytest.param("4.00", (4, 0, 0, 0), id="two parts"),
        pytest.param("5.2.3790", (5, 2, 3790, 0), id="three parts"),
        pytest.param("7", (7, 0, 0, 0), id="one part"),
        pytest.param("v4.0.1381.4", (4, 0, 1381, 4), id="v"),
        pytest.param("V 4.0.1381.4", (4, 0, 1381, 4), id="V and a blank"),
        pytest.param("  4.0.1381.4\n", (4, 0, 1381, 4), id="blanks around"),
        pytest.param("4.0 SP5 or later", (4, 0, 0, 0), id="remark"),
        pytest.param("65535.65535.65535.65535", (65535,) * 4, id="highest"),
        pytest.param("0.0.0.0", (0, 0, 0, 0), id="lowest"),
        pytest.param("4.000000001", (4, 1, 0, 0), id="many leading zeros"),
    ],
)
def test_spellings(text: str, parts: tuple[int, int, int, int]) -> None:
    assert FileVersion.parse(text) == FileVersion(*parts)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" ", id="blank"),
        pytest.param("1.2.3.4.5", id="five parts"),
        pytest.param("1.2.3.65536", id="part over 65535"),
        pytest.param("99999.0", id="first part over 65535"),
        pytest.param("9" * 5000, id="more digits than Python makes a number of"),
        pytest.param("0.0.0." + "0" * 5000, id="zeros without end"),
        pytest.param("4.0b", id="letter after digits"),
        pytest.param("4.0.1381.4-qfe", id="hyphen after digits"),
        pytest.param("4..0", id="empty part"),
        pytest.param("4.", id="dot at the end"),
        pytest.param("18:00", id="time"),
        pytest.param("5.0:2195:1.1", id="two colons"),
        pytest.param("5.0:2195.", id="colon and a dot at the end"),
        pytest.param(".4", id="dot at the start"),
        pytest.param("-4.0", id="sign"),
        pytest.param("1!4.0", id="epoch of a Python version"),
        pytest.param("SP6a", id="text"),
        pytest.param("(4.0)", id="bracket"),
        pytest.param("４.０", id="full-width digits"),  # noqa: RUF001
        pytest.param("٤.٠", id="Arabic digits"),  # noqa: RUF001
        pytest.param("²", id="superscript"),
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a file version|over 65535"):
        FileVersion.parse(text)


@pytest.mark.parametrize(
    "text", [" " * 200_000, "1" * 200_000 + "x", "1." * 100_000, "1 ." * 70_000, "v" + " " * 200_000]
)
def test_hostile_text_is_refused_at_once(text: str) -> None:
    start = time.process_time()
    with pytest.raises(ValueError, match="is not a file version"):
        FileVersion.parse(text)
    assert time.process_time() - start < 1


ASCENDING = [
    "3.51",
    "4.0.1381.4",
    "4.0.1381.133",
    "4.0.1381.33478",
    "5.0.2195",
    "5.2.3790.134",
    "5.2.3790.1830",
    "10.0",
]


@pytest.mark.parametrize(("lower", "higher"), list(itertools.pairwise(ASCENDING)))
def test_order_is_numeric(lower: str, higher: str) -> None:
    assert FileVersion.parse(lower) < FileVersion.parse(higher)


def test_leading_zeros_count_for_nothing() -> None:
    assert FileVersion.parse("5,02,3790,0134") == FileVersion.parse("5.2.3790.134")
    assert str(FileVersion.parse("5,02,3790,0134")) == "5.2.3790.134"


@pytest.mark.parametrize(
    ("most", "least", "text"),
    [
        pytest.param(0x0004_0000, 0x0565_8004, "4.0.1381.32772", id="Q196334"),
        pytest.param(0x0005_0002, 0x0ECE_0086, "5.2.3790.134", id="Windows Server 2003"),
        pytest.param(0xFFFF_FFFF, 0xFFFF_FFFF, "65535.65535.65535.65535", id="highest"),
        pytest.param(0, 0, "0.0.0.0", id="lowest"),
    ],
)
def test_fixed_file_info_words(most: int, least: int, text: str) -> None:
    assert str(FileVersion.from_words(most, least)) == text


@pytest.mark.parametrize(
    ("text", "is_nt4", "is_terminal_server"),
    [
        pytest.param("4.0.1381.33478", True, True, id="Terminal Server"),
        pytest.param("4.0.1381.32768", True, True, id="the top bit alone"),
        pytest.param("4.0.1381.32767", True, False, id="one below"),
        pytest.param("4.0.1381.4", True, False, id="Windows NT 4.0"),
        pytest.param("5.2.3790.33478", False, False, id="another Windows"),
        pytest.param("4.0.1382.33478", False, False, id="another build"),
        pytest.param("4.1.1381.33478", False, False, id="another minor version"),
    ],
)
def test_terminal_server_bit(text: str, is_nt4: bool, is_terminal_server: bool) -> None:
    version = FileVersion.parse(text)
    assert (version.is_nt4, version.is_terminal_server_build) == (is_nt4, is_terminal_server)
