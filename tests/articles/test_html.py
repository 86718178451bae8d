"""Saved pages: tables as tables and in preformatted text, and what each of them is for."""

from __future__ import annotations

from datetime import date

import pytest

from hotfixcheck.articles.article import NotUnderstoodError
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.platforms import Platform
from tests.articles.shapes import rows, tables
from tests.articles.webpages import CNG, HEADER, INTRODUCTION, PRE, fix, page, read

CNG_ROW = FileRow(
    name="Cng.sys", platform=Platform.AMD64, version="6.1.7600.16385", date=date(2009, 7, 14), time="01:43", size=460504
)

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
