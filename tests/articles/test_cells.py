"""Cells by themselves: dates, times, sizes and platforms in every spelling that articles print."""

from __future__ import annotations

from datetime import date

import pytest

from hotfixcheck.articles.cells import (
    Kind,
    cells_of,
    parse_bare_time,
    parse_date,
    parse_size,
    parse_time,
    platform_of,
)
from hotfixcheck.platforms import Platform


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("11/18/99  04:19pm  375,056  Sample.dll  Intel", "DATE TIME SIZE NAME PLATFORM"),
        ("4.0.1381.33478  2.00.1493.2201  5,02,3790,0134", "VERSION VERSION VERSION"),
        ("9264  4.00  147.010  4.02.0752", "NUMBER DECIMAL DECIMAL VERSION"),
        ("-  n/a  none  not applicable  Not versioned", "NOTHING NOTHING NOTHING NOTHING NOTHING"),
        ("Intel x86  Intel and Alpha  Power PC", "PLATFORM PLATFORM PLATFORM"),
        ("%Windir%\\System32  C:\\A\\b.dll  54831.sql  Vip.386", "PATH PATH NAME NAME"),
        ("Version: dated Windows", "LABEL LABEL WORD"),
        ("99/99/99  25:61  12/20/199  xx:xx  2,538,44  8,1012", " ".join(["UNREADABLE"] * 6)),
        ("5.0:2195.2097  1.2(Build 786)  1.2(786)", "VERSION VERSION VERSION"),
    ],
)
def test_kinds(text: str, kinds: str) -> None:
    assert [cell.kind for cell in cells_of(text)] == [Kind[kind] for kind in kinds.split()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11/18/99", date(1999, 11, 18)),
        ("24/06/00", date(2000, 6, 24)),
        ("10-02-2000", date(2000, 10, 2)),
        ("26-Feb-2004", date(2004, 2, 26)),
        ("Nov-13-2001", date(2001, 11, 13)),
        ("02-Mar-01", date(2001, 3, 2)),
        ("5/18/2007", date(2007, 5, 18)),
        ("2004-02-26", date(2004, 2, 26)),
        ("98/10/28", date(1998, 10, 28)),
        ("1/1/79", date(2079, 1, 1)),
        ("1/1/80", date(1980, 1, 1)),
        ("31-Feb-2004", None),
        ("26-Foo-2004", None),
        ("13/13/99", None),
        ("11/18", None),
    ],
)
def test_dates(text: str, expected: date | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("04:19pm", "16:19"),
        ("01:57p", "13:57"),
        ("12:05a", "00:05"),
        ("12:31PM", "12:31"),
        ("11.31am", "11:31"),
        ("18:00", "18:00"),
        ("6:15:02", "06:15:02"),
        ("1:08 pm", "13:08"),
        ("25:00", None),
        ("noon", None),
    ],
)
def test_times(text: str, expected: str | None) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("1436", "14:36"), ("2561", None), ("936", None), ("14:36", None)])
def test_times_of_digits_alone(text: str, expected: str | None) -> None:
    assert parse_bare_time(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("375,056", (375056, False)),
        ("147.010", (147010, False)),
        ("9264", (9264, False)),
        ("105 KB", (107520, True)),
        ("67.5KB", (69120, True)),
        ("39,416 KB", (40361984, True)),
        ("1.32 MB", (1384120, True)),
        ("15,66 KB", (16036, True)),
        ("1,234.5 KB", (1264128, True)),
        ("8,1012 KB", None),
        ("1.2.3 MB", None),
        ("99,792 bytes", (99792, False)),
        ("4.00", None),
        ("much", None),
    ],
)
def test_sizes(text: str, expected: tuple[int, bool] | None) -> None:
    assert parse_size(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(Alpha)", Platform.ALPHA),
        ("<x86>", Platform.X86),
        ("Intel-based", Platform.X86),
        ("IA-64", Platform.IA64),
        ("MIPS R3000", Platform.MIPS),
        ("Itanium platform", Platform.IA64),
        ("Windows 95", None),
    ],
)
def test_platforms(text: str, expected: Platform | None) -> None:
    assert platform_of(text) == expected
