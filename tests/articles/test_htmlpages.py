"""Saved pages: what one says of itself, its number, title, dates and products, wherever it stands."""

from __future__ import annotations

from datetime import date

import pytest

from hotfixcheck.articles import importer_of
from hotfixcheck.articles.html import HtmlImporter
from hotfixcheck.articles.page import read_page
from hotfixcheck.articles.pageparts import Grid, Preformatted, Text
from hotfixcheck.manifest.model import ServicePackFix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack
from tests.articles.shapes import rows, tables
from tests.articles.webpages import CNG, HEADER, INTRODUCTION, PRE, fix, page, read

NUMBERS = [
    ("", "<p>Article ID : 836769</p>", "x.html", "KB836769"),
    ("", "<p>PSS ID Number: 322692</p>", "x.html", "KB322692"),
    (
        '<link rel="canonical" href="https://support.microsoft.com/en-us/topic/words-kb5012170-0f3c2a1b">',
        "",
        "x.html",
        "KB5012170",
    ),
    ('<link rel="canonical" href="https://support.microsoft.com/kb/836769">', "", "x.html", "KB836769"),
    (
        '<meta property="og:url" content="https://support.microsoft.com/help/4041691/windows-10">',
        "",
        "x.html",
        "KB4041691",
    ),
    ("<title>KB5012170: Words - Microsoft Support</title>", "", "x.html", "KB5012170"),
    ("", "<h2>Q256149: Words</h2>", "x.html", "Q256149"),
    ("", "", "kb/836769.html", "KB836769"),
]


@pytest.mark.parametrize(("head", "body", "name", "number"), NUMBERS)
def test_numbers(head: str, body: str, name: str, number: str) -> None:
    assert read(f"<html><head>{head}</head><body><h1>A leak</h1>{body}</body></html>", name).number == number


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("<h1>A  leak\nin X</h1>", "A leak in X"),
        ("<title>836769 - A leak in X - Microsoft Support</title>", "A leak in X"),
        ("<title>A leak &amp; more</title><h1></h1>", "A leak & more"),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert read(f"<html>{text}<p>Article ID: 836769</p>").title == title


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("<p>Article ID: 836769 - Last Review: July 24, 2007 - Revision: 1.2</p>", date(2007, 7, 24)),
        ("<p>Article Last Modified on 10/13/2004</p>", date(2004, 10, 13)),
        ("<p>Release Date:<br>8/9/2022</p>", date(2022, 8, 9)),
        ('<meta name="lastPublishedDate" content="2022-08-09T10:00:00Z">', date(2022, 8, 9)),
        ("<p>Last Review: some day</p>", None),
    ],
)
def test_revised(text: str, day: date | None) -> None:
    assert read(page(text)).revised == day


@pytest.mark.parametrize(
    "text",
    [
        "<h2>Applies To</h2><ul><li>Windows 7 <b>Enterprise</b></li><li>Windows Server 2008 R2</li></ul>",
        "<p>APPLIES TO</p><ul><li>Windows 7 Enterprise<li>Windows Server 2008 R2</ul><h2>Symptoms</h2>",
        "<div>Applies to:</div><span class='appliesToItem'>Windows 7 Enterprise</span>"
        "<span class='appliesToItem'>Windows Server 2008 R2</span>",
        "<p>Applies to: Windows 7 Enterprise, Windows Server 2008 R2</p>",
    ],
)  # fmt: skip
def test_applies_to(text: str) -> None:
    assert read(page(text)).applies_to == ("Windows 7 Enterprise", "Windows Server 2008 R2")


def test_a_page_of_an_ftp_server() -> None:
    article = read(
        f"<HTML><HEAD><TITLE>A handle leaks</TITLE><META NAME=KBID CONTENT=123456></HEAD><BODY><H1>A handle leaks "
        f"(123456)</H1><P>The information in this article applies to:</P><UL><LI>Microsoft Windows NT Server 4.0"
        f"<LI>Microsoft Windows NT Server 4.0</UL><H2>RESOLUTION</H2><H4>Windows 2000 (All Versions)</H4>"
        f"<H5>File Information</H5>"
        f"{INTRODUCTION}{PRE}<P>Last Reviewed: 9/10/2003</BODY></HTML>",
        "980.HTM",
    )
    assert (article.number, article.title, article.revised) == ("KB123456", "A handle leaks", date(2003, 9, 10))
    assert article.applies_to == ("Microsoft Windows NT Server 4.0",) * 2, "as printed"
    assert [table.scope for table in tables(article)] == ["Windows 2000 (All Versions)"]


def test_a_bulletin() -> None:
    name = "Microsoft Security Bulletin MS99-999"
    article = read(
        f"<html><head><title>{name}: A handle leaks (935966)</title></head><body><h1>{name}</h1><h2>A handle leaks "
        f"(935966)</h2><p><b>Published:</b> May 8, 2007 | <b>Updated:</b> June 6, 2007</p><h4>Windows 2000 (all "
        f"versions)</h4><p><b>Prerequisites</b><br>For Windows 2000, this update requires Service Pack 4 (SP4).</p>"
        f"<p><b>File Information</b></p>{INTRODUCTION}<p>Windows 2000 Server Service Pack 4:</p><table>{HEADER}{CNG}"
        f"</table></body></html>"
    )
    assert (article.number, article.title, article.revised) == (
        "KB935966",
        f"{name}: A handle leaks",
        date(2007, 6, 6),
    )
    assert article.prerequisite == "Windows 2000 Service Pack 4 (SP4)"
    assert [table.scope for table in tables(article)] == ["Windows 2000 Server Service Pack 4"]


def test_products_that_only_a_style_sheet_sets_apart() -> None:
    said = "<div><span>Applies to:</span> <span>Windows 7</span><span>Windows 8.1</span><a>More</a></div>"
    article = read(fix(f"<table>{HEADER}{CNG}</table>").replace("<h2>", f"{said}<h2>", 1))
    assert article.applies_to == ("Windows 7", "Windows 8.1")


def test_the_tables_of_a_package_stand_below_its_platform() -> None:
    table = f"<table>{HEADER}{CNG}</table>".replace("<th>Platform</th>", "").replace("<td>x64</td>", "")
    first, second, third, fourth = (table.replace("Cng", name) for name in ("A", "B", "C", "D"))
    article = read(
        fix(
            f"<p>x64</p><p>Download information</p>{first}<p>Microsoft Windows Installer .msp file information</p>"
            f"{second}<p>x86</p><p>Sample-x-none.msp information</p>{third}<h4>File information</h4>{fourth}"
        )
    )
    assert [row.platform for row in rows(article)] == [Platform.AMD64, Platform.AMD64, Platform.X86, None]


def test_a_wikis_page_has_the_articles_title_below_its_own() -> None:
    text = fix(f"<table>{HEADER}{CNG}</table>").replace("<h1>", "<h1>Microsoft KB Archive/123456</h1><h1>", 1)
    assert read(text).title == "A handle leaks"
    assert read(text.replace("<h1>A handle leaks</h1>", "")).title == "Microsoft KB Archive/123456"


def test_prerequisite_replaced_updates_and_service_pack() -> None:
    article = read(
        page(
            "<h2>Resolution</h2><h4>Prerequisites</h4><p>You must have Service Pack 1 installed.</p>"
            "<h4>Hotfix replacement information</h4><p>This hotfix replaces hotfix 975858.</p>"
            "<h2>Status</h2><p>This problem was first corrected in Windows 7 Service Pack 1.</p>"
        )
    )
    assert article.prerequisite == "Service Pack 1"
    assert article.supersedes == ("KB975858",)
    assert article.fixes == (ServicePackFix("Windows 7", ServicePack(1)),)


def test_a_page_is_a_flow_of_parts_with_their_lines() -> None:
    found = read_page(
        b"<h2>One</h2>\n<p>Two\nthree<br><br>four\n<table>\n<tr><td>a<td>b\n<tr><td>c</table>\n"
        b"<pre>x\n  y</pre><style>no</style>"
    )
    assert [(type(part).__name__, part.line) for part in found.parts if not isinstance(part, Grid)] == [
        ("Text", 1),
        ("Text", 4),
        ("Text", 4),
        ("Preformatted", 7),
    ]
    assert [part.text for part in found.parts if isinstance(part, Text)] == ["One", "Two three", "four"]
    assert [part.rows for part in found.parts if isinstance(part, Grid)] == [((5, ("a", "b")), (6, ("c",)))]
    assert [part.lines for part in found.parts if isinstance(part, Preformatted)] == [("x", "  y")]


@pytest.mark.parametrize(
    ("data", "detected"),
    [
        (b"<!DOCTYPE html><p>", True),
        (b"\xef\xbb\xbf\r\n<HTML>", True),
        (b"<!-- saved from url=(0014) -->\n<html>", True),
        (b"<?xml version='1.0'?><!DOCTYPE html>", True),
        ("<html>".encode("utf-16"), True),
        (b"DOCUMENT:Q123456 <html>", False),
        (b"<feed><entry>", False),
        (b"", False),
    ],
)
def test_detection(data: bytes, detected: bool) -> None:
    assert HtmlImporter().detect(data) is detected


def test_the_layout_is_found_by_content() -> None:
    found = importer_of(page("").encode())
    assert found is not None
    assert found.name == "html"


def test_a_page_that_says_what_it_is_in_tables() -> None:
    article = read(
        b"""<html><head><title>x</title></head><body><h1><small>Sample service loses a handle</small></h1>
<table><tr><td>Article ID</td><td>:</td><td>987654</td></tr><tr><td>Last Review</td><td>:</td>
<td>February 26, 2007</td></tr><tr><td>Revision</td><td>:</td><td>2.2</td></tr></table>
<h2>RESOLUTION</h2><p>The English version of this hotfix has the file attributes (or later) that are listed below.</p>
<table><tr><th>File name</th><th>File version</th><th>File size</th><th>Date</th></tr>
<tr><td>Sample.dll</td><td>5.2.3790.2222</td><td>123,456</td><td>12-Jun-2005</td></tr></table>
<h2>APPLIES TO</h2><table><tr><td>\xe2\x80\xa2</td><td>Microsoft Exchange Server 2003</td></tr>
<tr><td></td><td>Microsoft Exchange 2000 Server</td></tr></table></body></html>"""
    )
    assert (article.number, article.title) == ("KB987654", "Sample service loses a handle")
    assert article.revised == date(2007, 2, 26)
    assert article.applies_to == ("Microsoft Exchange Server 2003", "Microsoft Exchange 2000 Server")
    assert [row.name for row in rows(article)] == ["Sample.dll"]
