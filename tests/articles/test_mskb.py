"""Later article pages as text, and the same in a wiki's shape."""

from __future__ import annotations

from datetime import date

import pytest

from hotfixcheck.articles.article import NotUnderstoodError
from hotfixcheck.articles.mskb import MskbImporter
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.platforms import Platform
from tests.articles.shapes import packages, read, rows, tables

BODY = """The English version of this hotfix has the file attributes (or later) that are listed in the following
table. The dates and times for these files are listed in coordinated universal time (UTC).

Windows Server 2003, 32-bit versions
   Date         Time   Version            Size    File name
   --------------------------------------------------------------
   26-Feb-2004  11:32  5.2.3790.134       84,992  Sample.dll
Windows Server 2003, 64-Bit Edition
   Date         Time   Version            Size    File name
   --------------------------------------------------------------
   26-Feb-2004  11:28  5.2.3790.134      228,864  Sample.dll       IA-64
   26-Feb-2004  11:32  5.2.3790.134       84,992  Wsample.dll      x86
"""

PAGE = f"""Notice: This website is an archive of articles.

Sample service loses a handle in Windows Server 2003


View products that this article applies to.

Symptoms

The sample service stops.

\N{UPWARDS ARROW} Back to the top


Resolution

Hotfix information

A hotfix is available.

Prerequisites

No prerequisites are required.

Hotfix replacement information

This hotfix does not replace any other hotfixes.

File information

{BODY}
\N{UPWARDS ARROW} Back to the top


Status

This problem was first corrected in Windows Server 2003 Service Pack 1.

\N{UPWARDS ARROW} Back to the top


Keywords: kbbug, kbfix, KB987654

Article Info
Article ID : 987654
Revision : 14
Created on : 7/20/2007
Published on : 7/24/2007
"""

WIKI = f"""Sample service loses a handle in Windows Server 2003

Article ID: 987654

Article Last Modified on 7/24/2007

-----------------------------------------------------------------

APPLIES TO

  \N{BULLET} Microsoft Windows Server 2003, Standard Edition
  \N{BULLET} Microsoft Windows Server 2003,
    Enterprise Edition

-----------------------------------------------------------------

SYMPTOMS

The sample service stops.

RESOLUTION

Hotfix information

A hotfix is available.

Prerequisites

You must have Windows Server 2003 Service Pack 1 (SP1) installed to apply this hotfix.

Hotfix replacement information

This hotfix replaces the following hotfix:

824245 The former sample hotfix

File information

{BODY}
STATUS

This problem was first corrected in Windows Server 2003 Service Pack 1.

Keywords: kbbug kbfix KB987654
"""


@pytest.mark.parametrize(
    "page", [PAGE, WIKI, WIKI.replace("SYMPTOMS", "== SYMPTOMS ==")], ids=["page", "wiki", "marked"]
)
def test_both_shapes(page: str) -> None:
    data = page.encode()
    assert MskbImporter().detect(data)
    article = read(data)
    assert (article.number, article.title) == ("KB987654", "Sample service loses a handle in Windows Server 2003")
    assert article.revised == date(2007, 7, 24)
    assert [(fix.scope, fix.language, fix.utc) for fix in tables(article)] == [
        ("Windows Server 2003, 32-bit versions", "English", True),
        ("Windows Server 2003, 64-Bit Edition", "English", True),
    ]
    assert [(row.name, row.platform, row.size) for row in rows(article)] == [
        ("Sample.dll", None, 84992),
        ("Sample.dll", Platform.IA64, 228864),
        ("Wsample.dll", Platform.X86, 84992),
    ]
    assert packages(article) == [("Windows Server 2003", "SP1")]


def test_what_only_the_wiki_has() -> None:
    article = read(WIKI.encode("utf-16"))
    assert article.applies_to == (
        "Microsoft Windows Server 2003, Standard Edition",
        "Microsoft Windows Server 2003, Enterprise Edition",
    )
    assert article.prerequisite == "Windows Server 2003 Service Pack 1 (SP1)"
    assert article.supersedes == ("KB824245",)


def test_a_page_without_prerequisites_and_replacements() -> None:
    article = read(PAGE.encode())
    assert (article.prerequisite, article.supersedes, article.applies_to) == (None, (), ())


def test_a_title_of_its_own_line() -> None:
    data = WIKI.replace(
        "Sample service loses a handle in Windows Server 2003\n", "Article Title: A sample\n", 1
    ).encode()
    assert read(data).title == "A sample"


def test_no_title() -> None:
    with pytest.raises(NotUnderstoodError, match="no title"):
        read(b"Article ID: 987654\n")


@pytest.mark.parametrize(
    "data", [b"", b"\0\0", b"<!DOCTYPE html>\nArticle ID: 987654", b"DOCUMENT:Q1\nArticle ID: 987654", b"no ID here"]
)
def test_other_files_are_of_another_layout(data: bytes) -> None:
    assert not MskbImporter().detect(data)


TABLE = """   Date         Time   Version            Size    File name
   --------------------------------------------------------
   12-Sep-2003  21:41  5.2.3790.91   1,234,567   Sample.sys
"""
ABOVE_TITLE = f"""    * Select a Product
    * Advanced Search

Article ID: 987654 - Last Review: October 28, 2003 - Revision: 3.0
Sample service loses a handle
Retired KB Article
View products that this article applies to.
This article was previously published under Q987654
SYMPTOMS
It stops.

Back to the top
RESOLUTION

Hotfix information
A hotfix is available.
Prerequisites
You must have Windows Server 2003 Service Pack 1 installed.
Hotfix replacement information
This hotfix replaces hotfix 867801.
File information
The English version of this hotfix has the file attributes (or later) that are listed in the following table.

{TABLE}
APPLIES TO
   - Microsoft Windows Server 2003, Standard Edition
   - Microsoft Windows Server 2003, Enterprise Edition
Keywords: kbfix
"""
COPIED = """http://example.com/kb/987654

Sample service loses a handle Print Print Email Email
Article ID: 987654 - View products that this article applies to.
Expand all | Collapse all
Collapse imageSYMPTOMS
It stops.
Back to the topBack to the top | Give Feedback
Collapse imageRESOLUTION
The English version of this hotfix has the file attributes (or later) that are listed in the following table.
Collapse this tableExpand this table
File name\tFile version\tFile size\tDate\tTime
Sample.sys\t5.2.3790.91\t1,234,567\t12-Sep-2003\t21:41
Back to the topBack to the top | Give Feedback
APPLIES TO
Microsoft Windows Server 2003, Standard Edition
Microsoft Windows Server 2003, Enterprise Edition
Keywords:
kbfix
"""
PSS = f"""KB987654 - Sample service loses a handle
PSS ID Number: 987654
Article Last Modified on 10/28/2003
The information in this article applies to:
Microsoft Windows Server 2003, Standard Edition
Microsoft Windows Server 2003, Enterprise Edition
This article was previously published under Q987654
RESOLUTION
The English version of this fix has the following file attributes or later:
{TABLE}"""
MARKED_UP = f"""= Sample service loses a handle =

Article ID: 987654

Article Last Modified on 10/28/2003

-----

'''APPLIES TO'''

* Microsoft Windows Server 2003, Standard Edition
* Microsoft Windows Server 2003, Enterprise Edition

-----

== RESOLUTION ==

=== File information ===
The English version of this hotfix has the file attributes (or later) that are listed in the following table.

<pre>{TABLE}</pre>
Keywords: kbfix
"""
WIKI_TABLE = MARKED_UP.replace(
    f"<pre>{TABLE}</pre>",
    """{| class="wikitable"
!Date
!Time
!File version
!File size
!File name
|-
|12-Sep-2003
|21:41
| style="x" |5.2.3790.91 || 1,234,567 || Sample.sys
|}
""",
)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(ABOVE_TITLE, id="the ID above the title"),
        pytest.param(COPIED, id="copied from a browser"),
        pytest.param(PSS, id="a PSS ID, no bullets"),
        pytest.param(MARKED_UP, id="a wiki's marks"),
        pytest.param(WIKI_TABLE, id="a wiki's table"),
    ],
)
def test_other_dress(page: str) -> None:
    article = read(page.encode())
    assert (article.number, article.title) == ("KB987654", "Sample service loses a handle")
    assert article.revised == (None if page is COPIED else date(2003, 10, 28))
    assert article.applies_to == (
        "Microsoft Windows Server 2003, Standard Edition",
        "Microsoft Windows Server 2003, Enterprise Edition",
    )
    assert rows(article) == [
        FileRow("Sample.sys", version="5.2.3790.91", date=date(2003, 9, 12), time="21:41", size=1234567)
    ]


def test_headings_above_text() -> None:
    article = read(ABOVE_TITLE.encode())
    assert (article.prerequisite, article.supersedes) == ("Windows Server 2003 Service Pack 1", ("KB867801",))


def test_a_number_with_its_letter() -> None:
    assert read(PSS.replace("Number: 987654", "Number: Q987654").encode()).number == "Q987654"


def test_places_are_those_of_the_page() -> None:
    lines = ABOVE_TITLE.replace("SYMPTOMS\nIt stops.", f"SYMPTOMS\nIt stops:\n\n{TABLE}").split("\n")
    left_out = read("\n".join(lines).encode()).left_out
    assert [(row.line, row.text.split()[-1]) for row in left_out] == [
        (next(at for at, line in enumerate(lines, 1) if "Sample.sys" in line), "Sample.sys")
    ]
    with pytest.raises(NotUnderstoodError) as caught:
        read(ABOVE_TITLE.replace(TABLE, "It is missing.\n").encode())
    assert caught.value.place == str(1 + ABOVE_TITLE[: ABOVE_TITLE.index("The English version")].count("\n"))


def test_a_wiki_table_that_does_not_end() -> None:
    with pytest.raises(NotUnderstoodError, match="none can be read"):
        read(WIKI_TABLE.replace("|}", "").encode())
