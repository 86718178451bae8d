"""The report in a pull request's comment."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from hotfixcheck.manifest.model import FileRow
from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.markdown import MAX_BYTES, escaped
from hotfixcheck.reports.model import Report, Style, report_on
from hotfixcheck.verdicts.comparator import compare
from tests.build.reports import HOSTILE, a_hostile_report, a_report, a_service_pack_report, an_accepted_report
from tests.build.systems import article, facts, inventory, system, table

OURS = {"h3", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "ol", "li", "strong", "details", "summary"}


def html(text: str) -> str:
    """As GitHub reads it: CommonMark with tables, strikethrough and bare links."""
    return str(MarkdownIt("gfm-like", {"linkify": False}).enable("table").render(text))


def tags(text: str) -> set[str]:
    return set(re.findall(r"<([a-z0-9]+)", html(text)))


def test_it_is_the_tables_it_looks_like() -> None:
    for report in (a_report(), an_accepted_report()):
        text = ReportFormat.MARKDOWN.render(report, Style())
        assert tags(text) <= OURS
    assert html(text).count("<tr>") == 1 + 3 + 1 + 1
    assert "<strong>new</strong>" in html(text)


def test_an_article_without_files_is_a_row() -> None:
    text = ReportFormat.MARKDOWN.render(a_service_pack_report(), Style())
    assert "| Q20 An article |  |  |  | SP6a contains it, only SP6 is installed |\n" in text


def test_a_strangers_names_are_shown_and_not_obeyed() -> None:
    text = ReportFormat.MARKDOWN.render(a_hostile_report(), Style())
    assert tags(text) <= OURS
    shown = html(text)
    assert shown.count("<tr>") == 2
    assert shown.count("<td>") == 5
    assert "=1+1|`&lt;b&gt;&amp;" in re.sub(r"<!-- -->", "", shown)
    assert "@<!-- -->all" in text
    assert not re.search(r"(?<!\w)[@#]\w", text)


ESCAPED = {
    "emphasis": "*a* _b_ **c** ~d~ ~~e~~ `f`",
    "a link": "[x](http://x) ![x](y) <http://x> http://x www.x.com",
    "a mention": "@all #12 GH-1 a@b.c",
    "a table": "a | b",
    "HTML": "<script>alert(1)</script> &lt; </td>",
    "math": "$x$",
    "backslashes": r"SOFTWARE\Microsoft\[x] \` \\",
    "a heading": "# x",
    "a list": "- x",
    "a numbered list": "1. x",
    "a rule": "---",
    "everything": HOSTILE,
}


@pytest.mark.parametrize("text", ESCAPED.values(), ids=ESCAPED)
def test_escaped_text_is_read_as_it_was_written(text: str) -> None:
    from hotfixcheck.errors import printable

    shown = html(f"- {escaped(text)}\n").replace("<!-- -->", "")
    shown = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert shown == f"<ul>\n<li>{printable(text)}</li>\n</ul>\n"


def long(count: int) -> Report:
    taken = inventory(system(), {"WINNT/system32/a.dll": facts("1.0.0.0"), "WINNT/system32/b.dll": "cut short"})
    row, unread = FileRow("a.dll", version="1.0.0.1"), FileRow("b.dll", version="1.0.0.1")
    manifests = [article(table(row), number=f"Q{number}") for number in range(1000, 1000 + count)]
    manifests += [article(table(unread), number=f"Q{number}") for number in range(9000, 9000 + count)]
    return report_on(taken, compare(manifests, taken), ())


def test_it_fits_into_a_comment_and_says_what_does_not() -> None:
    text = ReportFormat.MARKDOWN.render(long(1000), Style())
    assert MAX_BYTES * 0.9 < len(text.encode()) <= MAX_BYTES
    left_out = [int(found.replace(",", "")) for found in re.findall(r"… and ([\d,]+) more", text)]
    assert sum(left_out) + text.count("| Q") == 2000 + len(long(1000).problems)
    assert "#### Missing (1,000)" in text
    assert "<summary>Indeterminate (1,000)</summary>\n\n… and 1,000 more" in text
    assert text.count("</details>") == text.count("<details>")
    assert "… and" not in ReportFormat.MARKDOWN.render(long(10), Style())


def test_several_systems_share_the_room() -> None:
    text = ReportFormat.MARKDOWN.render_several([long(1000), replace(long(1000), target="other")], Style())
    assert len(text.encode()) <= MAX_BYTES + 1
    assert "\nother: Windows NT Server 4.0" in text
