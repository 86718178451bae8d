"""Support articles in Markdown with pipe tables, as Microsoft Learn keeps them."""

from __future__ import annotations

import time
from datetime import date

import pytest

from hotfixcheck.articles.article import Article, NotUnderstoodError
from hotfixcheck.articles.learn import LearnImporter
from hotfixcheck.articles.markdownpage import plain
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.platforms import Platform
from tests.articles.shapes import read, rows, tables

INTRODUCTION = (
    "The English version of this hotfix has the file attributes (or later) that are listed in the following table. "
    "The dates and times for these files are listed in Coordinated Universal Time (UTC)."
)
HEADER = "|File name|File version|File size|Date|Time|Platform|\n|---|---|---|---|---|---|\n"
ROW = "|Sample.dll|6.1.7600.20555|582,656|22-Oct-2009|06:19|x64|\n"
BREAK = "  "
READ = FileRow("Sample.dll", Platform.AMD64, None, "6.1.7600.20555", date(2009, 10, 22), "06:19", 582656)


def page(files: str, *, before: str = "", front: str = "ms.date: 07/24/2020", title: str = "A sample stops") -> Article:
    text = f"""---
title: Sample
{front}
---
# {title}

_Original product version:_ &nbsp; Windows Vista, Windows Server 2003, Standard Edition (32-bit x86){BREAK}
_Original KB number:_ &nbsp; 987654

## Symptoms

It stops.

## Resolution

{before}
#### File information

{INTRODUCTION}

{files}
"""
    data = text.encode()
    assert LearnImporter().detect(data)
    return read(data)


SHAPES = [
    pytest.param(HEADER + ROW, id="a pipe table"),
    pytest.param(HEADER + ROW + "|||||||\n", id="an empty row at its end"),
    pytest.param((HEADER + ROW).replace("|", " | ").replace("File name", "File   name"), id="blanks"),
    pytest.param(HEADER.replace("---", ":---:") + ROW, id="aligned"),
    pytest.param("\n".join(line.strip("|") for line in (HEADER + ROW).splitlines()), id="no bars at the ends"),
    pytest.param("- Files\n\n" + "".join(f"  {line}\n" for line in (HEADER + ROW).splitlines()), id="in a list"),
    pytest.param("> " + HEADER.replace("\n|-", "\n> |-") + "> " + ROW, id="quoted"),
    pytest.param((HEADER + ROW).replace("Sample.dll", "`Sample.dll`").replace("x64", "**x64**"), id="marks in cells"),
    pytest.param((HEADER + ROW).replace("Sample.dll", "[Sample.dll](https://example.com/a_(b))"), id="a link"),
    pytest.param(
        "```console\n\nDate Time Version Size File name Platform\n -----------------------\n"
        " 22-Oct-2009 06:19 6.1.7600.20555 582,656 Sample.dll x64\n\n```",
        id="fenced",
    ),
    pytest.param(
        "<table>\n<tr><th>File name</th><th>File version</th><th>File size</th><th>Date</th><th>Time</th><th>Platform"
        "</th></tr>\n<tr><td>Sample.dll</td><td>6.1.7600.20555</td><td>582,656</td><td>22-Oct-2009</td><td>06:19</td>"
        "<td>x64</td></tr>\n</table>\n",
        id="HTML",
    ),
    pytest.param(
        "| File name|Sample.dll|\n|---|---|\n| File version|6.1.7600.20555|\n| File size|582,656|\n"
        "| Date (UTC)|22-Oct-2009|\n| Time (UTC)|06:19|\n| Platform|x64|\n||\n",
        id="on its side",
    ),
    pytest.param(
        f"<details>\n<summary><b>Package file information</b></summary>\n\n{HEADER}{ROW}\n</details>", id="details"
    ),
]


@pytest.mark.parametrize("files", SHAPES)
def test_shapes_of_tables(files: str) -> None:
    article = page(files)
    assert rows(article) == [READ]
    assert [(each.language, each.utc) for each in tables(article)] == [("English", True)]


def test_what_the_page_says_of_itself() -> None:
    article = page(HEADER + ROW)
    assert (article.number, article.title, article.revised) == ("KB987654", "A sample stops", date(2020, 7, 24))
    assert article.applies_to == ("Windows Vista", "Windows Server 2003, Standard Edition (32-bit x86)")


@pytest.mark.parametrize(
    ("front", "files", "products"),
    [
        pytest.param(
            "appliesto:\n- Sample 2022 on Windows\n- Sample 2022 on Linux", HEADER + ROW,
            ("Sample 2022 on Windows", "Sample 2022 on Linux"), id="front matter",
        ),
        pytest.param(
            "appliesto:\n- Sample 2022", f"{HEADER}{ROW}\n## Applies to\n\n- Windows Vista Business\n",
            ("Windows Vista Business",), id="a list at the end",
        ),
    ],
)  # fmt: skip
def test_applies_to(front: str, files: str, products: tuple[str, ...]) -> None:
    assert page(files, front=front).applies_to == products


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("# KB5030731 - Cumulative Update 9 for Sample 2022\n", "KB5030731", id="in the heading"),
        pytest.param("---\ntitle: A sample (KB5030731)\n---\n# A sample\n", "KB5030731", id="in the front matter"),
        pytest.param("# Description of the update: July 14, 2026 (KB5002882)\n", "KB5002882", id="behind the heading"),
    ],
)
def test_numbers_and_titles(text: str, number: str) -> None:
    article = read(text.encode())
    assert (article.number, article.fixes) == (number, ())
    assert not article.title.startswith("KB"), "the number is a field of its own"


def test_captions_headings_and_branches() -> None:
    article = page(
        f"##### For all supported x64-based versions of Windows 7\n\n{HEADER}{ROW}\n"
        f"- For all supported x86-based versions of Windows 7\n\n{HEADER}{ROW.replace('x64', 'x86')}\n"
        f"x64-based versions\n\nSQL Server 2022 sql_inst_mr\n\n{HEADER}{ROW.replace('22-Oct-2009', '22-10')}\n"
    )
    assert [table.scope for table in tables(article)] == [
        "all supported x64-based versions of Windows 7",
        "all supported x86-based versions of Windows 7",
        "SQL Server 2022 sql_inst_mr",
    ]
    assert [row.date for row in rows(article)] == [date(2009, 10, 22)] * 2 + [None], "a day and month are no date"


def test_a_bold_item_over_a_product_is_a_chapter() -> None:
    article = page(HEADER + ROW, before="- **Visual FoxPro 8.0**\n\n    A hotfix is available.\n")
    assert [table.scope for table in tables(article)] == ["Visual FoxPro 8.0"]


def test_what_is_replaced_and_required() -> None:
    article = page(
        HEADER + ROW,
        before="""#### Prerequisites

You must be running one of the following operating systems:
- Windows XP Service Pack 3 (SP3)
- Windows 7
- Windows 7 Service Pack 1 (SP1)

#### Update replacement information

This update includes the following previously released updates: [2388210](https://example.com/) The October update

[2272691](https://example.com/2272691) The August update
""",
    )
    assert article.prerequisite == "Windows XP Service Pack 3 (SP3)"
    assert article.supersedes == ("KB2388210", "KB2272691")


def test_tables_of_hashes_and_fixes_are_no_file_tables() -> None:
    article = page(
        "|Bug|Description|Platform|\n|---|---|---|\n|1234567|Sample.dll 1.2.3.4 stops|All|\n\n"
        f"|File name|SHA256 hash|\n|---|---|\n|Sample-KB987654-x64.exe|FB55DACF5D956F05|\n\n{HEADER}{ROW}"
    )
    assert rows(article) == [READ]


def test_a_name_that_was_broken_is_whole() -> None:
    name = "X86_c140_31bf3856ad364e35_6.0.6002.22774_none_01fc.manifest"
    article = page(HEADER + ROW.replace("Sample.dll", name.replace("35_6", "35_<br/>6")))
    assert [row.name for row in rows(article)] == [name]


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        (r"\<item name> of sql_inst_mr", "<item name> of sql_inst_mr"),
        ("**bold** and *italic* and _under_", "bold and italic and under"),
        ("![Download ](/media/a.gif)<br/> [Get it now.](https://example.com/?a=(b)&c=1)", "Download Get it now."),
        ("a&nbsp;b &amp; <a id=1>[c](#c)</a>", "a b & c"),
        ("_not closed and *neither", "_not closed and *neither"),
    ],
)
def test_inline_marks(marked: str, text: str) -> None:
    assert plain(marked) == text


def test_places_are_those_of_the_page() -> None:
    with pytest.raises(NotUnderstoodError, match="none can be read") as caught:
        page("It is missing.")
    assert caught.value.place == "19"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"# A readme\n\nNo number.\n", id="another page"),
        pytest.param(b'---\ntitle: "Q123456: A sample"\n---\n# KB123456\n', id="the archive's"),
        pytest.param(b"<!DOCTYPE html><p># KB987654</p>", id="HTML"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"---\n" + b"a: b\n" * 5000, id="front matter that does not end"),
    ],
)
def test_other_files_are_of_another_layout(data: bytes) -> None:
    assert not LearnImporter().detect(data)


@pytest.mark.parametrize(
    "junk",
    [
        "```\n",
        "|",
        "[" * 5000,
        "*" * 5000,
        "_ " * 5000,
        "<table>",
        "> " * 3000,
        "![](",
        "`" * 5000,
        "&#x" * 3000,
        "| | |\n",
    ],
)
def test_trifles_take_no_time(junk: str) -> None:
    text = f"# KB987654 - A sample\n\n{INTRODUCTION}\n\n{HEADER}{ROW}\n{junk}\n{junk * 20}\n"
    assert READ in rows(read(text.encode()))


@pytest.mark.parametrize("line", ["<table>", "```", "| a |", "- a", "", "<details>", "# a", "**a**"])
def test_many_lines_take_no_time(line: str) -> None:
    start = time.process_time()
    article = read(f"# KB987654 - A sample\n\n{INTRODUCTION}\n\n{HEADER}{ROW}\n{f'{line}{chr(10)}' * 30_000}".encode())
    assert READ in rows(article)
    assert time.process_time() - start < 10
