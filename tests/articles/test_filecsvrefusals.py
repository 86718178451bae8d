"""File-information CSV files: rows that are not taken, what is not understood, and many rows in bounded time."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotfixcheck.articles import filecsv, importer_of
from hotfixcheck.articles.article import Article, Document, NotUnderstoodError
from hotfixcheck.articles.filecsv import FileCsvImporter
from hotfixcheck.articles.importing import Result, outcome_of
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.manifest.yaml import load
from tests.articles.csvfiles import CNG, CNG_ROW, ENCODINGS, HEADER, read
from tests.articles.shapes import rows

HASHED = "Amd64_0bba9c4ea4fc4b3a_31bf3856ad364e35_10.0.19041.1880_none_5dcb19d2e4d5b4d9.manifest"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(
            f"{HASHED},,,,,", "the name of a component's manifest, and nothing about it", id="a hashed name alone"
        ),
        pytest.param(
            "Package_1_for_KB5012170.mum,,", "the name of a component's manifest, and nothing about it", id="mum"
        ),
        pytest.param("A.dll,1.2.3.4,10,32-Aug-2022,04:32,x64", "'32-Aug-2022' is no date", id="date"),
        pytest.param("A.dll,1.2.3.4,10,02-Aug-2022,25:32,x64", "'25:32' is no time", id="time"),
        pytest.param("A.dll,1.2.3.4.5,10,02-Aug-2022,04:32,x64", "'1.2.3.4.5' is no file version", id="five parts"),
        pytest.param(
            "A.dll,1.2.3.99999,10,02-Aug-2022,04:32,x64", "'1.2.3.99999' is no file version", id="over 16 bits"
        ),
        pytest.param("A.dll,1.2.3.4,ten,02-Aug-2022,04:32,x64", "'ten' is no size", id="size"),
        pytest.param(",1.2.3.4,10,02-Aug-2022,04:32,x64", "it has no file name", id="no name"),
    ],
)
def test_rows_that_are_left_out(row: str, reason: str) -> None:
    article = read(f"{HEADER}{CNG}{row}\n{CNG}")
    assert rows(article) == [CNG_ROW, CNG_ROW]
    assert [(left.line, left.text, left.reason) for left in article.left_out] == [(3, row.rstrip(","), reason)]


def test_a_component_manifest_with_a_size_is_a_row() -> None:
    assert [
        row.size for row in rows(read(f"{HEADER}{HASHED},Not applicable,691,13-Mar-2010,10:55,Not applicable\n"))
    ] == [691]


def test_a_name_alone_is_a_row() -> None:
    assert rows(read(f"{HEADER}{CNG}A.dll\n")) == [CNG_ROW, FileRow("A.dll")]


def test_a_row_under_another_header_than_its_own() -> None:
    """The header says size where dates stand: a row that leaves no doubt is read by what its cells are."""
    text = "File name,File version,File size,Date,Time\nA.dll,1.2.3.4,02-Aug-2022,04:32,10\n"
    assert rows(read(text)) == [FileRow("A.dll", version="1.2.3.4", date=date(2022, 8, 2), time="04:32", size=10)]


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        pytest.param("list.csv", HEADER + CNG, "neither the file's name", id="no number"),
        pytest.param("5012170.csv", "x" * (2 << 20) + "\n" + HEADER + CNG, "a line of more than", id="a long line"),
        pytest.param("5012170.csv", "\0\1\2\0\0\0", "binary data|no row of a file table", id="binary"),
        pytest.param("5012170.csv", "Some text, and no table", "no row of a file table", id="no table"),
        pytest.param("5012170.csv", "", "no row of a file table", id="empty"),
    ],
)
def test_what_is_not_understood(name: str, data: str, problem: str) -> None:
    with pytest.raises(NotUnderstoodError, match=problem) as raised:
        FileCsvImporter().read(Document(name, data.encode()))
    assert raised.value.place == "1"
    assert raised.value.file == name


@pytest.mark.parametrize(
    "text",
    [
        "DOCUMENT:Q123456 01-JAN-1999\nTITLE :A, b and c\n\nDate, Time, Size, File name\n",
        "---\ntitle: x\n---\nFile name,File version,Date\n",
        "<html><table><tr><td>File name,File version,Date",
        "Dear all, this is a text, with commas; and more.\n",
        "Date       Time   Version  Size    File name\n26-Feb-2004  11:32  5.2.3790.134  84,992  Iphlpapi.dll\n",
        "",
    ],
)
def test_other_layouts_are_not_csv(text: str) -> None:
    assert not FileCsvImporter().detect(text.encode())


def test_the_layout_is_found_by_content() -> None:
    found = importer_of((HEADER + CNG).encode())
    assert found is not None
    assert found.name == "filecsv"


def many(count: int) -> bytes:
    lines = [HEADER] + [
        f"{number}_file.dll,10.0.19041.{number % 60000},{number * 7 + 1},02-Aug-2022,{number % 24:02}:30,x64\n"
        for number in range(count)
    ]
    return "".join(lines).encode()


def test_a_manifest_of_many_rows_is_written_in_parts_and_is_whole() -> None:
    text = many(4500).decode() + f"For all supported x86-based versions of Windows 10\n{many(30).decode()}"
    article = read(text)
    outcome = outcome_of(article, Document("x", b""), "filecsv")
    assert outcome.result is Result.MANIFEST
    assert outcome.rows == 4530
    manifest = load((outcome.manifest or "").encode(), "x")
    assert manifest.fixes == article.fixes


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filecsv, "_MAX_ROWS", 100)
    assert len(rows(read(many(100)))) == 100
    with pytest.raises(NotUnderstoodError, match="more than 100 rows"):
        read(many(101))


def test_time_is_linear() -> None:
    taken = []
    for count in (3000, 12000):
        data = many(count)
        start = time.process_time()
        read(data)
        taken.append(time.process_time() - start)
    assert taken[1] < taken[0] * 10


@pytest.mark.parametrize(
    "unit", ['"', '",', "a.dll,", '"\n', ",\n", "File name,", "a.dll,1.2.3.4,\n", "1,552,", "x64 ", "(KB"]
)
def test_repeated_trifles_take_no_time(unit: str) -> None:
    data = (HEADER + CNG + unit * (400_000 // len(unit))).encode()
    start = time.process_time()
    safe(data)
    assert time.process_time() - start < 10


def safe(data: bytes) -> Article | None:
    try:
        return FileCsvImporter().read(Document("5012170.csv", data))
    except NotUnderstoodError:
        return None


words = st.sampled_from(
    [
        "File name",
        "File version",
        "Date",
        "Time",
        "Size",
        "Platform",
        "a.dll",
        "1.2.3.4",
        "1/2/2003",
        "04:32",
        "12",
        "x64",
        "n/a",
        "For all supported x64-based versions of Windows 7",
        "SQL Server",
        '"',
        "KB123456",
        "",
        "\0",
        "\x85",
        "\ud7ff",
        "=1+1",
    ]
)


@settings(max_examples=300)
@given(st.lists(st.lists(words | st.text(max_size=8), max_size=8), max_size=12), st.sampled_from(ENCODINGS))
def test_any_table_is_read_or_refused(table: list[list[str]], encoding: str) -> None:
    data = (HEADER + "\n".join(",".join(row) for row in table)).encode(encoding, "replace")
    FileCsvImporter().detect(data)
    if (article := safe(data)) and article.fixes:
        outcome_of(article, Document("x", data), "filecsv")


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    FileCsvImporter().detect(data)
    safe(data)
