"""Saved pages: tables as tables and in preformatted text, what the page says of itself, and pages that are broken."""

from __future__ import annotations

import time
import tracemalloc
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotfixcheck.articles import importer_of
from hotfixcheck.articles.article import Article, Document, NotUnderstoodError
from hotfixcheck.articles.html import HtmlImporter
from hotfixcheck.articles.importing import outcome_of
from hotfixcheck.articles.page import read_page
from hotfixcheck.articles.pageparts import Grid, Preformatted, Text
from hotfixcheck.manifest.model import FileRow, FilesFix, ServicePackFix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack

INTRODUCTION = (
    "<p>The English (United States) version of this hotfix has the file attributes, or later ones, below. "
    "Times are in Coordinated Universal Time (UTC).</p>"
)
HEADER = "<tr><th>File name</th><th>File version</th><th>File size</th><th>Date</th><th>Time</th><th>Platform</th></tr>"
CNG = "<tr><td>Cng.sys</td><td>6.1.7600.16385</td><td>460,504</td><td>14-Jul-2009</td><td>01:43</td><td>x64</td></tr>"
CNG_ROW = FileRow(
    name="Cng.sys", platform=Platform.AMD64, version="6.1.7600.16385", date=date(2009, 7, 14), time="01:43", size=460504
)


def page(body: str, head: str = "") -> str:
    top = f"<!DOCTYPE html><html><head>{head}</head><body><h1>A handle leaks</h1>"
    return f"{top}{body}<p>Article ID: 123456</p></body></html>"


def fix(table: str) -> str:
    return page(f"<h2>Resolution</h2>{INTRODUCTION}{table}")


def read(text: str | bytes, name: str = "x.html") -> Article:
    data = text.encode() if isinstance(text, str) else text
    assert HtmlImporter().detect(data)
    return HtmlImporter().read(Document(name, data))


def tables(article: Article) -> list[FilesFix]:
    return [each for each in article.fixes if isinstance(each, FilesFix)]


def rows(article: Article) -> list[FileRow]:
    return [row for table in tables(article) for row in table.files]


PRE = """<pre>
   Date         Time   Version            Size    File name   Platform
   --------------------------------------------------------------------
   14-Jul-2009  01:43  6.1.7600.16385  460,504    Cng.sys     x64
</pre>"""

ONE_ROW = [
    pytest.param(f"<table>{HEADER}{CNG}</table>", id="a table"),
    pytest.param(f"<table><thead>{HEADER}</thead><tbody>{CNG}</tbody></table>", id="with thead and tbody"),
    pytest.param(f"<table>{HEADER}{CNG}</table>".replace("th>", "td>"), id="header in the first row"),
    pytest.param(f"<TABLE>{HEADER}{CNG}</TABLE>".replace("td", "TD").replace("th>", "TH>"), id="capitals"),
    pytest.param(f"<table>{HEADER}{CNG}".replace("</td>", "").replace("</tr>", ""), id="nothing closed"),
    pytest.param(f"<table>{HEADER}{CNG}<h2>Status</h2><p>Words.</p>", id="table not closed"),
    pytest.param(
        f"<table>{HEADER}{CNG.replace('</td></tr>', '')}<h2>Status</h2><p>Words.</p>", id="last cell not closed"
    ),
    pytest.param(
        f"<table>{HEADER}{CNG}</table>".replace("<td>", "<td><p><b>").replace("</td>", "</b></p></td>"), id="nested"
    ),
    pytest.param(
        f"<table>{HEADER}{CNG}</table>".replace("Cng.sys", "<a href='x'>Cng</a>.sys<br>"), id="a link in a name"
    ),
    pytest.param(f"<table>{HEADER}{CNG}</table>".replace(" ", "\n&nbsp; "), id="blanks"),
    pytest.param(f"<table><caption>Files</caption><colgroup><col></colgroup>{HEADER}{CNG}</table>", id="caption"),
    pytest.param(
        f"<table><tr><td>menu</td><td>{INTRODUCTION}<table>{HEADER}{CNG}</table></td></tr></table>", id="layout"
    ),
    pytest.param(f"{HEADER}{CNG}", id="rows without a table"),
    pytest.param(f"<div><div><table>{HEADER}<script>var a = '<tr><td>B.dll';</script>{CNG}</table>", id="scripts"),
    pytest.param(PRE, id="preformatted"),
    pytest.param(PRE.replace("\n", "<br>"), id="preformatted with br"),
    pytest.param(f"<table><tr><td>{PRE}</td></tr></table>", id="preformatted in a cell"),
    pytest.param(
        "<table><tr><th>File name</th><td>Cng.sys</td></tr><tr><th>File version</th><td>6.1.7600.16385</td></tr>"
        "<tr><th>File size</th><td>460,504</td></tr><tr><th>Date (UTC)</th><td>14-Jul-2009</td></tr>"
        "<tr><th>Time (UTC)</th><td>01:43</td></tr><tr><th>Platform</th><td>x64</td></tr></table>",
        id="on its side",
    ),
]


@pytest.mark.parametrize("table", ONE_ROW)
def test_shapes_of_tables(table: str) -> None:
    article = read(fix(table))
    assert rows(article) == [CNG_ROW]
    assert [(each.language, each.utc) for each in tables(article)] == [("English", True)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "shift_jis"])
def test_encodings(encoding: str) -> None:
    charset = (
        ""
        if encoding.startswith("utf")
        else f'<meta http-equiv="content-type" content="text/html; charset={encoding}">'
    )
    text = fix(f"<table>{HEADER}{CNG}</table>").replace("<head>", f"<head>{charset}")
    assert rows(read(text.encode(encoding))) == [CNG_ROW]


def test_spans_are_spread() -> None:
    table = (
        "<table><tr><th rowspan=2>File name</th><th>File version</th><th>File size</th><th colspan=2>Date</th></tr>"
        "<tr><td>-</td><td>-</td></tr>"
        "<tr><td rowspan=2>A.dll</td><td>1.2.3.4</td><td>1</td><td>1-Jan-2001</td></tr>"
        "<tr><td>1.2.3.5</td><td>2</td><td>2-Jan-2001</td></tr></table>"
    )
    found = [(row.name, row.version, row.size, row.date) for row in rows(read(fix(table))) if row.size]
    assert found == [("A.dll", "1.2.3.4", 1, date(2001, 1, 1)), ("A.dll", "1.2.3.5", 2, date(2001, 1, 2))]


def test_service_branch_is_the_note() -> None:
    table = f"<table>{HEADER}{CNG}</table>".replace(
        "<th>Platform", "<th>SP requirement</th><th>Service branch</th><th>Platform"
    )
    table = table.replace("<td>x64", "<td>SP2</td><td>SP2QFE</td><td>x64")
    assert [row.note for row in rows(read(fix(table)))] == ["SP2, SP2QFE"]


BROKEN_NAMES = [
    pytest.param("X86_31bf3856ad364e35_<br>6.0.6002.22774_none_01fc.manifest", id="behind an underline"),
    pytest.param("X86_31bf3856ad364e35_6.0.6002.<br />22774_none_01fc.manifest", id="behind a dot"),
    pytest.param("X86_31bf3856ad364e35_6.0.6002.22774_&#x200B;none_01fc.mani&shy;fest", id="with marks nobody sees"),
]


@pytest.mark.parametrize("name", BROKEN_NAMES)
def test_a_name_that_was_broken_is_whole(name: str) -> None:
    found = rows(read(fix(f"<table>{HEADER}{CNG.replace('Cng.sys', name)}</table>")))
    assert [row.name for row in found] == ["X86_31bf3856ad364e35_6.0.6002.22774_none_01fc.manifest"]


@pytest.mark.parametrize(
    "cell",
    ["&lrm;14-Jul-2009&rlm;", "\N{LEFT-TO-RIGHT MARK}7/14/2009", "14&#8209;Jul&#8209;2009", "14-Jul-2009&#8203;"],
)
def test_dates_with_marks_of_direction(cell: str) -> None:
    assert rows(read(fix(f"<table>{HEADER}{CNG.replace('14-Jul-2009', cell)}</table>"))) == [CNG_ROW]


@pytest.mark.parametrize(
    "said", ["utf-16", "UTF-16LE", "ucs2", "unicode", "unicode_escape", "punycode", "utf-7", "no-such-set", "x"]
)
def test_a_charset_that_cannot_be_true(said: str) -> None:
    text = fix(f"<table>{HEADER}{CNG}</table>").replace("<head>", f'<head><meta charset="{said}">')
    assert rows(read(text.encode() + b" " * (len(text) % 2))) == [CNG_ROW]


# --- what a table is for ---------------------------------------------------------------------------------------------

CAPTIONS = [
    pytest.param("<h5>{}</h5>", id="heading"),
    pytest.param("<p><b>{}</b></p>", id="bold"),
    pytest.param("<ul><li>{}", id="list item"),
    pytest.param("<table><tr><td colspan=6>{}</td></tr></table>", id="a table of its own"),
    pytest.param("<p>{}:</p>", id="paragraph"),
]


@pytest.mark.parametrize("caption", CAPTIONS)
def test_captions_give_scope(caption: str) -> None:
    product = "all supported x64-based versions of Windows 7 and of Windows Server 2008 R2"
    body = f"{caption.format(f'For {product}')}<table>{HEADER}{CNG}</table>"
    assert [table.scope for table in tables(read(fix(body)))] == [product]


def test_captions_in_rows_of_a_table() -> None:
    caption = "<tr><td colspan=6>{}</td></tr>"
    body = f"<table>{HEADER}{caption.format('Windows XP')}{CNG}{caption.format('Windows 2000')}{CNG}</table>"
    assert [table.scope for table in tables(read(fix(body)))] == ["Windows XP", "Windows 2000"]


def test_a_platform_over_tables_without_that_column() -> None:
    bare = f"<table>{HEADER}{CNG}</table>".replace("<th>Platform</th>", "").replace("<td>x64</td>", "")
    body = (
        f"<p>x64-based versions</p><h4>SQL Server 2019 Analysis Services</h4>{bare}<h4>SQL Server 2019 Setup</h4>{bare}"
    )
    found = [(table.scope, table.files[0].platform) for table in tables(read(fix(body)))]
    assert found == [("SQL Server 2019 Analysis Services", Platform.AMD64), ("SQL Server 2019 Setup", Platform.AMD64)]


def test_a_platform_column_outweighs_the_heading() -> None:
    body = f"<h4>For all supported x64-based versions</h4><table>{HEADER}{CNG}</table>".replace(
        "<td>x64", "<td>Not applicable"
    )
    assert [row.platform for row in rows(read(fix(body)))] == [None]


def test_additional_files_are_the_fixs_too() -> None:
    heading = "<h2>More Information</h2><h3>Additional file information for Windows 7</h3>"
    body = f"{INTRODUCTION}{heading}<table>{HEADER}{CNG}</table>"
    assert rows(read(page(body))) == [CNG_ROW]


NOT_THE_FIX = [
    ("<h2>Symptoms</h2><p>These files are on the disk:</p>", "stands under SYMPTOMS"),
    ("<h2>Cause</h2>", "stands under CAUSE"),
    ("<h2>Resolution</h2><p>The original version of this hotfix had the following file attributes:</p>", "not the fix"),
]


@pytest.mark.parametrize(("before", "reason"), NOT_THE_FIX)
def test_tables_that_are_not_the_fix_are_listed(before: str, reason: str) -> None:
    article = read(page(f"{before}\n<table>{HEADER}\n{CNG}</table>"))
    assert article.fixes == ()
    (left,) = article.left_out
    assert left.line == 3
    assert left.text.startswith("Cng.sys 6.1.7600.16385")
    assert reason in left.reason


def test_tables_of_hashes_are_no_file_tables() -> None:
    table = "<table><tr><th>File name</th><th>SHA256 hash</th></tr><tr><td>X64.msu</td><td>12AB</td></tr></table>"
    article = read(page(f"<h2>Resolution</h2><h3>File hash information</h3>{table}"))
    assert (article.fixes, article.left_out) == ((), ())


def test_a_row_that_cannot_be_read_is_left_out_and_named() -> None:
    article = read(fix(f"<table>{HEADER}{CNG}{CNG.replace('460,504', '4x')}</table>"))
    assert rows(article) == [CNG_ROW]
    assert [left.reason for left in article.left_out] == ["'4x' is no size"]


def test_attributes_that_are_announced_and_never_come() -> None:
    with pytest.raises(NotUnderstoodError, match="announced") as raised:
        read("<!DOCTYPE html>\n<h1>KB123456: A leak</h1>\n<h2>Resolution</h2>\n" + INTRODUCTION + "\n<p>Words.</p>")
    assert raised.value.place == "4"


# --- what the page says of itself ------------------------------------------------------------------------------------

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


# --- pages -----------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<html><h1>A leak</h1>", "no article number"),
        ("<html><p>Article ID: 123456</p>", "no title"),
        ("<html>" + "<div>" * 5000, "nested more than"),
        ("<html>" + " " * (9 << 20), "no page has over"),
    ],
)
def test_what_is_not_understood(text: str, problem: str) -> None:
    with pytest.raises(NotUnderstoodError, match=problem) as raised:
        HtmlImporter().read(Document("x.html", text.encode()))
    assert raised.value.place == "1"


N = 60_000
TRIFLES = [
    "<div>" * N + "</q>" * N,
    "<div>" * N + "<p></span>" * N,
    "<b><i>" * N,
    "<a>" * N,
    "<table>" * N,
    "<table><tr><td>" * N,
    "<p><b><u>" * N,
    "<table>" + "<tr><td>a<td>b" * N,
    "<a " + "".join(f"x{n}=1 " for n in range(N)) + ">",
    "&" * N,
    "&#1" * N,
    "<table>" + "a<b></table><table>" * N,
    "<b><p>" * N + "</b>" * N,
    "<!--" * N,
    "<![CDATA[" * N,
    "<" * N,
    '<a "' * N,
    "<script>" * N,
    "<script></scrip" * N,
    "<td rowspan=65535 colspan=65535>x" * N,
    "<tr>" * N,
    "<td>" * N,
    "<li>" * N,
    "<br>" * N,
    "<pre>" * 500 + "\n" * N,
    "<pre>" + "a.dll 1.2.3.4 " * N,
    "\n" * N,
    "Article ID:" * N,
    "<h2>Applies to</h2><li>x" * N,
]


@pytest.mark.parametrize("text", TRIFLES, ids=lambda text: text[:16])
def test_repeated_trifles_take_neither_time_nor_memory(text: str) -> None:
    data = page(text).encode()
    tracemalloc.start()
    start = time.process_time()
    try:
        safe(data)
        assert time.process_time() - start < 15
        assert tracemalloc.get_traced_memory()[1] < 150 << 20
    finally:
        tracemalloc.stop()


def safe(data: bytes) -> Article | None:
    try:
        return HtmlImporter().read(Document("x.html", data))
    except NotUnderstoodError:
        return None


pieces = st.sampled_from(
    [
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<th>",
        "<pre>",
        "</pre>",
        "<p>",
        "<li>",
        "<h2>",
        "</h2>",
        "<br>",
        "Resolution",
        "File name",
        "File version",
        "Date",
        "a.dll",
        "1.2.3.4",
        "1/2/2003",
        "x64",
        INTRODUCTION,
        HEADER,
        CNG,
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "&nbsp;",
        "&#0;",
        "<td rowspan=3 colspan=2>",
        "For Windows 2000:",
        "Applies to",
        "\n",
        "\0",
        "\x85",
        "Article ID: 123456",
        "KB123456",
        "Service Pack 3",
    ]
)


@settings(max_examples=400)
@given(st.lists(pieces | st.text(max_size=6), max_size=30))
def test_any_page_is_read_or_refused(parts: list[str]) -> None:
    data = f"<html><h1>KB123456 words</h1>{''.join(parts)}".encode("utf-8", "replace")
    article = safe(data)
    if article and article.fixes:
        outcome_of(article, Document("x", data), "html")


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    HtmlImporter().detect(data)
    safe(data)
    safe(b"<html>" + data)


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
