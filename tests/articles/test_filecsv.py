"""File-information CSV files: shapes of tables, encodings, cells, and what stands before the tables."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from hotfixcheck.platforms import Platform
from tests.articles.csvfiles import CNG, CNG_ROW, ENCODINGS, HEADER, read
from tests.articles.shapes import rows, tables

ONE_ROW = [
    pytest.param(HEADER + CNG, id="name, version, size, date, time, platform"),
    pytest.param("File name,File version,Date,Time,File size,Platform\n"
                 "Cng.sys,10.0.19041.1880,02-Aug-2022,04:32,\"1,552,232\",x64\n", id="size behind the time"),
    pytest.param("Date,Time,Platform,File version,File size,File name\n"
                 "02-Aug-22,4:32am,AMD64,10.0.19041.1880,1552232,Cng.sys\n", id="name last"),
    pytest.param("Name,Version,ModifiedTime,ModifiedTime,Size,Platform\n"
                 "Cng.sys,10.0.19041.1880,8/2/2022,04:32,1552232,x64\n", id="ModifiedTime twice"),
    pytest.param("Name,Version,ModifiedTime,Size,Platform\n"
                 "Cng.sys,10.0.19041.1880,2022-08-02 04:32,1552232,x64\n", id="ModifiedTime over both"),
    pytest.param("File  name,File   version,File size ,Date (UTC),Time (UTC),Platform\n" + CNG, id="doubled blanks"),
    pytest.param(HEADER.upper() + CNG, id="capitals"),
    pytest.param(HEADER.replace("\n", ",SHA256 hash\n") + CNG.replace("\n", ",1A2B3C4D\n"), id="a hash says nothing"),
    pytest.param(HEADER.replace("\n", ",,,,\n") + CNG.replace("\n", ",,,,\n") + ",,,,,,,,\n", id="empty columns"),
    pytest.param(CNG + CNG, id="no header"),
    pytest.param((HEADER + CNG).replace(",", ";").replace("1;552;232", "1,552,232"), id="semicolons"),
    pytest.param("A note, with \"\"quotes\"\"\nand \"an open one\n" + HEADER + CNG, id="stray quotes"),
    pytest.param("\n\n ,,\nSome words on the update.\n" + HEADER + HEADER + CNG, id="prose and the header again"),
    pytest.param("File name,Cng.sys\nFile version,10.0.19041.1880\nFile size,\"1,552,232\"\nDate (UTC),02-Aug-2022\n"
                 "Time (UTC),04:32\nPlatform,x64\n", id="on its side"),
]  # fmt: skip


@pytest.mark.parametrize("text", ONE_ROW)
def test_shapes_of_tables(text: str) -> None:
    assert set(rows(read(text))) == {CNG_ROW}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, end: str) -> None:
    text = ("Für alle\n" + HEADER + CNG).replace("\n", end)
    assert rows(read(text.encode(encoding))) == [CNG_ROW]


def test_a_spreadsheets_unicode_text_has_tabs() -> None:
    text = (HEADER + CNG).replace(",", "\t").replace("1\t552\t232", "1,552,232")
    assert rows(read(text.encode("utf-16"))) == [CNG_ROW]


CELLS = [
    ("File version", "Not versioned", "version", None),
    ("File version", "Not applicable", "version", None),
    ("File version", "-", "version", None),
    ("File version", "", "version", None),
    ("File version", "2022.0160.4236.02 ((SQL22_RTM_QFE-CU).260122-0123)", "version",
     "2022.0160.4236.02 ((SQL22_RTM_QFE-CU).260122-0123)"),
    ("File size", "67.5KB", "size", 69120),
    ("File size", "n/a", "size", None),
    ("Date", "22-Jan-26", "date", date(2026, 1, 22)),
    ("Date", "24/06/2019", "date", date(2019, 6, 24)),
    ("Date", "Not applicable", "date", None),
    ("Time", "1:08 PM", "time", "13:08"),
    ("Platform", "IA-64", "platform", Platform.IA64),
    ("Platform", "ARM64", "platform", Platform.ARM64),
    ("Platform", "None", "platform", None),
    ("Platform", "German", "note", "German"),
    ("Service branch", "SP1QFE", "note", "SP1QFE"),
    ("SP requirement", "Not applicable", "note", None),
    ("File name", r"C:\Windows\System32\Cng.sys", "path", r"C:\Windows\System32\Cng.sys"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell", "field", "value"), CELLS)
def test_cells(column: str, cell: str, field: str, value: object) -> None:
    table = {
        "File name": "Cng.sys", "File version": "6.1.7600.1", "File size": "12", "Date": "1-Jan-2010", "Time": "01:00",
        "Platform": "x86", "SP requirement": "", "Service branch": "",
    } | {column: cell}  # fmt: skip
    stream = io.StringIO()
    csv.writer(stream).writerows([table.keys(), table.values()])
    (row,) = rows(read(stream.getvalue()))
    assert row.name == "Cng.sys"
    assert getattr(row, field) == value


DAYS = [
    pytest.param(
        ["15-10-2021", "05-11-2021"], ",", [date(2021, 10, 15), date(2021, 11, 5)], id="one begins with its day"
    ),
    pytest.param(["10/15/2021", "05/11/2021"], ",", [date(2021, 10, 15), date(2021, 5, 11)], id="one with its month"),
    pytest.param(["15-10-2021", "05/11/2021"], ",", [date(2021, 10, 15), date(2021, 5, 11)], id="each mark by itself"),
    pytest.param(["05.11.2021", "6.11.2021"], ",", [date(2021, 11, 5), date(2021, 11, 6)], id="dots"),
    pytest.param(["05/11/2021"], ";", [date(2021, 11, 5)], id="parted by semicolons"),
    pytest.param(
        ["05/13/2021", "05/11/2021"], ";", [date(2021, 5, 13), date(2021, 5, 11)], id="in US order all the same"
    ),
    pytest.param(["2021-11-05", "05-Nov-21"], ";", [date(2021, 11, 5)] * 2, id="beyond doubt"),
    pytest.param(["14-9"], ",", [None], id="no year"),
]


@pytest.mark.parametrize(("printed", "delimiter", "days"), DAYS)
def test_which_comes_first_of_day_and_month(printed: list[str], delimiter: str, days: list[date | None]) -> None:
    lines = ["File name,File version,File size,Date,Time,Platform"]
    lines += [f"A{at}.dll,10.0.19041.1348,1234,{day},20:15,x64" for at, day in enumerate(printed)]
    text = "\n".join(lines).replace(",", delimiter)
    assert [row.date for row in rows(read(text))] == days


def test_service_branch_and_requirement_are_the_rows_note() -> None:
    text = HEADER.replace("\n", ",SP requirement,Service branch\n") + CNG.replace("\n", ",SP1,SP1QFE\n")
    assert [row.note for row in rows(read(text))] == ["SP1, SP1QFE"]


def test_several_platforms_are_several_rows() -> None:
    assert [row.platform for row in rows(read(HEADER + CNG.replace("x64", '"x86, x64"')))] == [
        Platform.X86,
        Platform.AMD64,
    ]


BARE = "File name,File version,Date,Time,File size\nA.dll,1.2.3.4,02-Aug-2022,04:32,10\n"


@pytest.mark.parametrize(
    ("caption", "scope", "platform", "release"),
    [
        (
            "For all supported x64-based versions of Windows 10",
            "all supported x64-based versions of Windows 10",
            "amd64",
            None,
        ),
        (
            "Additional files for all supported x86-based versions of Windows 7",
            "all supported x86-based versions of Windows 7",
            "x86",
            None,
        ),
        (
            "For all supported IA-64-based versions of Windows Server 2008 R2:",
            "all supported IA-64-based versions of Windows Server 2008 R2",
            "ia64",
            None,
        ),
        ("For all supported ARM64-based versions", None, "arm64", None),
        ("x64-based versions", None, "amd64", None),
        ("x86", None, "x86", None),
        ("For all supported versions of Windows Vista", "all supported versions of Windows Vista", None, None),
        ("SQL Server 2022 Analysis Services", "SQL Server 2022 Analysis Services", None, None),
        ("Windows 7 SP1 LDR", "Windows 7 SP1 LDR", None, "LDR"),
        ("File information", None, None, None),
        ("This update has the following files.", None, None, None),
    ],
)
def test_captions(caption: str, scope: str | None, platform: str | None, release: str | None) -> None:
    (table,) = tables(read(f"{caption},,,,\n{BARE}"))
    assert (table.scope, table.files[0].platform, table.release) == (scope, platform, release)


def test_a_caption_holds_until_the_next_and_headers_are_kept() -> None:
    text = (
        f"For all supported x86-based versions of Windows 10\n{BARE}\n"
        "For all supported x64-based versions of Windows 10\n"
        "B.dll,1.2.3.4,02-Aug-2022,04:32,10\nFile information\nC.dll,1.2.3.4,02-Aug-2022,04:32,10\n"
    )
    found = [(table.scope, table.files[0].name, table.files[0].platform) for table in tables(read(text))]
    assert found == [
        ("all supported x86-based versions of Windows 10", "A.dll", Platform.X86),
        ("all supported x64-based versions of Windows 10", "B.dll", Platform.AMD64),
        (None, "C.dll", None),
    ]


def test_a_platform_by_itself_stands_over_the_products_below_it() -> None:
    text = f"x64-based versions\nSQL Server 2019 Analysis Services\n{BARE}SQL Server 2019 Integration Services\n{BARE}"
    found = [(table.scope, table.files[0].platform) for table in tables(read(text))]
    assert found == [
        ("SQL Server 2019 Analysis Services", Platform.AMD64),
        ("SQL Server 2019 Integration Services", Platform.AMD64),
    ]


def test_a_column_outweighs_a_caption() -> None:
    text = HEADER + CNG.replace("x64", "x86") + CNG.replace("x64", "Not applicable")
    assert [row.platform for row in rows(read(f"For all supported x64-based versions\n{text}"))] == [Platform.X86, None]


@pytest.mark.parametrize(
    ("prose", "language", "utc"),
    [
        ("The English (United States) version of this update has files. Coordinated Universal Time.", "English", True),
        ("The German version of this update has these files.", "German", False),
        ("Times are GMT.", None, True),
        ("The global version of this update has these files.", None, False),
        ("", None, False),
    ],
)
def test_language_and_utc(prose: str, language: str | None, utc: bool) -> None:
    (table,) = tables(read(f'"{prose}",,\n{BARE}'))
    assert (table.language, table.utc) == (language, utc)


def test_utc_in_a_header() -> None:
    assert [table.utc for table in tables(read(BARE.replace("Time", "Time (UTC)")))] == [True]


@pytest.mark.parametrize(
    ("name", "prose", "number"),
    [
        ("kb/5012170.csv", "", "KB5012170"),
        ("kb.zip:files/KB5012170.csv", "", "KB5012170"),
        ("windows10.0-kb5012170-x64_a1b2.csv", "", "KB5012170"),
        ("SSU-19041.1704-x64.csv", "Files of KB5012170", "KB5012170"),
        ("list.csv", "File information for update 5012170", "KB5012170"),
        ("5012170.csv", "replaces KB4000000", "KB5012170"),
        ("5012170 and 5012171.csv", "KB5012172", "KB5012172"),
    ],
)
def test_numbers(name: str, prose: str, number: str) -> None:
    assert read(f"{prose}\n{HEADER}{CNG}", name).number == number


def test_titles() -> None:
    assert read(HEADER + CNG).title == "File information of KB5012170"
    assert read("File information for update 5012170,,\n" + HEADER + CNG).title == "File information for update 5012170"
