"""Pages since 2002 as text: captions of supported versions, chapters for products, prerequisites as lists."""

from __future__ import annotations

import time
from datetime import date

import pytest

from hotfixcheck.articles.article import Article
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.platforms import Platform
from tests.articles.shapes import read, rows, tables

INTRODUCTION = (
    "The English version of this hotfix has the file attributes (or later file attributes) that are listed in the "
    "following table. The dates and times for these files are listed in Coordinated Universal Time (UTC).\n"
)
HEADER = "File name File version File size Date Time Platform"
BRANCHES = f"{HEADER} SP requirement Service branch"
WOW = r"x86 SP2 SP2QFE\WOW"


def row(version: str, more: str = "x86", name: str = "Sample.dll") -> str:
    return f"{name} {version} 582,656 22-Oct-2009 06:19 {more}"


def wiki(resolution: str, *, title: str = "", more: str = "") -> Article:
    """A page of the wiki as its text was taken out, which often lost the title."""
    return read(
        f"""Microsoft KB Archive/987654

From BetaArchive Wiki
{title}
Article ID: 987654

Article Last Modified on 10/26/2006



APPLIES TO

  \N{BULLET} Microsoft Windows 2000 Server
  \N{BULLET} Microsoft Windows 2000 Server


SYMPTOMS

The sample service stops.

RESOLUTION

Hotfix information

A hotfix is available.

{resolution}
STATUS

The vendor knows of this.

MORE INFORMATION

{more}
Keywords: kbfix KB987654
""".encode()
    )


def scopes(article: Article) -> list[str | None]:
    return [table.scope for table in tables(article)]


@pytest.mark.parametrize(
    ("title", "read_as"),
    [
        pytest.param("", "Microsoft KB Archive/987654", id="lost"),
        pytest.param(
            "Knowledge Base\n\n\nA sample service stops\n", "A sample service stops", id="below the wiki's words"
        ),
    ],
)
def test_title_of_a_wiki_page(title: str, read_as: str) -> None:
    article = wiki(f"File information\n\n{INTRODUCTION}\n{HEADER}\n{row('5.0.2195.6966')}\n", title=title)
    assert (article.number, article.title, article.revised) == ("KB987654", read_as, date(2006, 10, 26))
    assert article.applies_to == ("Microsoft Windows 2000 Server",) * 2, "as printed"
    assert rows(article) == [
        FileRow("Sample.dll", Platform.X86, None, "5.0.2195.6966", date(2009, 10, 22), "06:19", 582656)
    ]


DRESS = [
    pytest.param("Help and Support\n\nA sample stops\n\nArticle ID:987654\nLast Review:October 26, 2006\n", id="help"),
    pytest.param(
        "Click to Rate\nArticle ID:987654-Last Revised:10/26/2006-Revision:2.0\n\nA sample stops\n", id="MSDN"
    ),
    pytest.param(
        "Microsoft Knowledge Base Article\nThis article contents is copyrighted.\n"
        "Article ID: 987654 - Last Review: October 26, 2006 - Revision: 2.1\nA sample stops\n",
        id="alerts",
    ),
]


@pytest.mark.parametrize("top", DRESS)
def test_captions_without_blank_lines(top: str) -> None:
    article = read(
        f"""{top}RESOLUTION
File information
{INTRODUCTION.strip()}
Windows XP and Windows Server 2003 file information
For all supported x86-based versions of Windows XP
{HEADER}
{row("5.1.2600.3466")}
Additional files for all supported x64-based versions of Windows Server 2003
{HEADER}
{row("5.2.3790.4957", "x64")}
""".encode()
    )
    assert (article.number, article.title, article.revised) == ("KB987654", "A sample stops", date(2006, 10, 26))
    assert scopes(article) == [
        "all supported x86-based versions of Windows XP",
        "all supported x64-based versions of Windows Server 2003",
    ]


def test_captions_of_supported_versions() -> None:
    article = wiki(
        f"""File information

{INTRODUCTION}
For all supported x86-based versions of Windows Server 2003

{BRANCHES}
{row("5.2.3790.4957", "x86 SP2 SP2GDR")}
{row("5.2.3790.4957", WOW, "Wsample.dll")}

For all supported x64-based versions of Windows 7 and of Windows Server 2008 R2

{HEADER}
{row("6.1.7600.20555", "x64")}
{row("Not applicable", "Not applicable", "Sample.mof")}
"""
    )
    assert scopes(article) == [
        "all supported x86-based versions of Windows Server 2003",
        "all supported x64-based versions of Windows 7 and of Windows Server 2008 R2",
    ]
    assert [(each.platform, each.path, each.note) for each in rows(article)] == [
        (Platform.X86, None, "SP2 SP2GDR"),
        (Platform.X86, None, r"SP2 SP2QFE\WOW"),
        (Platform.AMD64, None, None),
        (None, None, None),
    ], "a service branch is no path, and a row that says it has no platform has none"


RECORD = """File name {}
File version Not applicable
File size 1,907
Date (UTC) 30-Jan-2012
Time (UTC) 21:59
Platform Not applicable
"""


def test_additional_files_stand_on_their_side() -> None:
    names = (
        "Package_1_for_kb987654~31bf3856ad364e35~x86~~6.0.1.1.mum",
        "X86_sample_31bf_6.0.6002.18581_none_8a.manifest",
    )
    article = wiki(
        f"File information\n\n{INTRODUCTION}\n{HEADER}\n{row('6.0.6002.18581')}\n",
        more=f"""Additional file information for Windows Server 2008

Additional files for all supported x86-based versions of Windows Server 2008

{RECORD.format(names[0])}{RECORD.format(names[1])}
File hash information

File name SHA1 hash SHA256 hash
Windows6.0-KB987654-x86.msu 2ABD1CD0A0F8 6F1ED002AB5595
""",
    )
    additional = tables(article)[1]
    assert (additional.scope, additional.utc) == ("all supported x86-based versions of Windows Server 2008", True)
    assert additional.files == tuple(
        FileRow(name, None, None, None, date(2012, 1, 30), "21:59", 1907) for name in names
    )
    assert len(tables(article)) == 2


@pytest.mark.parametrize(
    ("resolution", "found"),
    [
        pytest.param(
            "Windows 2000 (all versions)\n\nPrerequisites\n\nThis update requires nothing.\n\nFile information\n",
            "Windows 2000 (all versions)",
            id="a product over a chapter",
        ),
        pytest.param(
            "Hotfix information for Windows XP\n\nA hotfix is available.\n\nFile information\n",
            "Windows XP",
            id="named with what it is",
        ),
        pytest.param(
            "Windows XP (all versions)\n\nRestart requirement\n\nNone.\n\nOthers\n------\n\nFile information\n",
            None,
            id="ended by another heading",
        ),
        pytest.param(
            "Download information\n\nWindows XP, 64-Bit Edition\n\nRelease Date: July 16, 2003\n\nFile information\n",
            None,
            id="a download is no chapter",
        ),
        pytest.param(
            "Prerequisites\n\nMicrosoft Windows 2000 Service Pack 3 (SP3)\n\nRestart requirement\n\nFile information\n",
            None,
            id="a prerequisite is no chapter",
        ),
    ],
)
def test_chapters(resolution: str, found: str | None) -> None:
    article = wiki(f"{resolution}\n{INTRODUCTION}\n{HEADER}\n{row('5.1.2600.3245')}\n")
    assert scopes(article) == [found]


@pytest.mark.parametrize(
    ("paragraph", "prerequisite"),
    [
        pytest.param(
            "Microsoft Windows 2000 Service Pack 3 (SP3).", "Microsoft Windows 2000 Service Pack 3 (SP3)", id="alone"
        ),
        pytest.param(
            "This update requires both the following packages to be installed:\n"
            "  \N{BULLET} Microsoft Exchange 2000 Server Service Pack 3 (SP3)\n  \N{BULLET} The August update rollup\n",
            "Microsoft Exchange 2000 Server Service Pack 3 (SP3)",
            id="all of them",
        ),
        pytest.param(
            "You must be running one of the following systems:\n  \N{BULLET} Windows XP Service Pack 3 (SP3)\n"
            "  \N{BULLET} Windows Vista Service Pack 1 or a later version\n  \N{BULLET} Windows 7\n"
            "  \N{BULLET} Windows 7 Service Pack 1 (SP1)\n",
            "Windows XP Service Pack 3 (SP3) or Windows Vista Service Pack 1",
            id="one of them, and Windows 7 without",
        ),
        pytest.param(
            "This update requires the released version of Windows XP or Windows XP Service Pack 1.", None, id="none"
        ),
        pytest.param(
            "For Windows 2000 Datacenter Server, this update requires Service Pack 3 (SP3).",
            "Windows 2000 Datacenter Server Service Pack 3 (SP3)",
            id="of another edition",
        ),
        pytest.param("There are no prerequisites.", None, id="said to be none"),
    ],
)
def test_prerequisites(paragraph: str, prerequisite: str | None) -> None:
    article = wiki(
        f"Prerequisites\n\n{paragraph}\n\nFile information\n\n{INTRODUCTION}\n{HEADER}\n{row('5.0.2195.6966')}\n"
    )
    assert article.prerequisite == prerequisite


def test_what_an_archive_says_it_applies_to() -> None:
    article = read(
        f"""Notice: This website is an archive.

A sample service stops


View products that this article applies to.

RESOLUTION

{INTRODUCTION}
{HEADER}
{row("6.1.7600.20555")}

\N{UPWARDS ARROW} Back to the top


Applies to

This article applies to the following:
  \N{BULLET} Windows Server 2008 R2 Service Pack 1

\N{UPWARDS ARROW} Back to the top


Article Info
Article ID : 987654
""".encode()
    )
    assert article.applies_to == ("Windows Server 2008 R2 Service Pack 1",)


MANY = {
    "blank": "\n",
    "names": "File name a.dll\n",
    "records": "File name a.dll\nFile version 1.2.3.4\nFile size 1\n",
    "items": "\N{BULLET} Windows XP\n",
}


@pytest.mark.parametrize("kind", MANY)
def test_many_lines_take_no_time(kind: str) -> None:
    files = f"File information\n\n{INTRODUCTION}\n{HEADER}\n{row('5.0.1.1')}\n"
    start = time.process_time()
    assert rows(wiki(f"Prerequisites\n\n{MANY[kind] * 10_000}\n{files}"))
    assert time.process_time() - start < 10


def test_a_caption_that_lists_every_edition() -> None:
    """Longer than any name of one product: bulletins have it in a line over the table."""
    editions = "; ".join(
        f"Windows Server 2003, {name} Edition" for name in ("Web", "Standard", "Datacenter", "Enterprise")
    )
    itanium = (
        "Windows Server 2003, Enterprise Edition for Itanium-based Systems; "
        "Windows Server 2003, Datacenter Edition for Itanium-based Systems"
    )
    first, second = (f"{HEADER}\n{row(version)}\n" for version in ("5.2.3790.559", "5.2.3790.560"))
    body = f"{INTRODUCTION}\n{editions}\n\n{first}\n{itanium}\n\n{second}"
    assert scopes(wiki(f"File information\n\n{body}")) == [editions, itanium]
    sentence = "Windows Server 2003 stops; " * 5 + "Windows Server 2003 goes on, which the table shows"
    prose = f"{INTRODUCTION}\n{sentence}\n\n{first}"
    assert scopes(wiki(f"File information\n\n{prose}")) == [None]


@pytest.mark.parametrize(
    "caption",
    [
        "Windows XP Professional x64 Edition",
        "Windows Server 2003, Enterprise Edition for Itanium-based Systems",
        "Windows Server 2003, Standard x64 Edition; Windows Server 2003, Enterprise x64 Edition",
    ],
)
def test_a_caption_below_a_table_with_folders_is_no_row(caption: str) -> None:
    table = """File name   Version       Date         Time   Size     CPU   Folder
-----------------------------------------------------------------
Sample.dll  5.2.3790.559  17-Aug-2006  12:30  340,992  x86   RTMGDR
"""
    body = f"{INTRODUCTION}\nWindows Server 2003, Web Edition\n\n{table}\n{caption}\n\n{table.replace('x86', 'x64')}"
    article = wiki(f"File information\n\n{body}")
    assert scopes(article) == ["Windows Server 2003, Web Edition", caption]
    assert [each.platform for each in rows(article)] == [Platform.X86, Platform.AMD64]
