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
from hotfixcheck.verdicts.finding import Remedy, RemedyKind
from hotfixcheck.verdicts.plan import Plan, PlanStep
from tests.build.reports import HOSTILE, a_hostile_report, a_report, a_service_pack_report, an_accepted_report
from tests.build.systems import article, facts, inventory, system, table

TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
OURS = TABLES | {"h3", "h4", "p", "br", "ul", "ol", "li", "strong", "details", "summary"}


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


REMEDIES = [
    pytest.param(None, "", id="nothing known"),
    pytest.param(Remedy(RemedyKind.ARTICLE, "Q10", "An article"), "", id="its own fix, at once"),
    pytest.param(
        Remedy(RemedyKind.ARTICLE, "Q11", "A later article"), "<br>remedy: Q11 A later article", id="another article"
    ),
    pytest.param(
        Remedy(RemedyKind.ARTICLE, "Q10", "An article", ("Windows NT 4.0 SP5",)),
        "<br>remedy: Windows NT 4.0 SP5 first, then Q10 An article",
        id="its own fix, after a service pack",
    ),
    pytest.param(
        Remedy(RemedyKind.ARTICLE, HOSTILE, HOSTILE),
        f"<br>remedy: {escaped(f'{HOSTILE} {HOSTILE}')}",
        id="of a stranger's choosing",
    ),
]


@pytest.mark.parametrize(("remedy", "said"), REMEDIES)
def test_the_remedy_stands_once_below_its_article(remedy: Remedy | None, said: str) -> None:
    taken = inventory(system(), {f"WINNT/system32/{name}.dll": facts("1.0.0.0") for name in "ab"})
    rows = [FileRow(f"{name}.dll", version="1.0.0.1") for name in "ab"]
    (finding,) = compare([article(table(*rows), number="Q10")], taken)
    text = ReportFormat.MARKDOWN.render(report_on(taken, (replace(finding, remedy=remedy),), ()), Style())
    assert f"\n| Q10 An article{said} | WINNT/system32/a.dll | " in text
    assert "\n|  | WINNT/system32/b.dll | " in text
    assert text.count("remedy") == bool(said)
    assert tags(text) <= OURS


def planned(name: str, puts_right: int, exact: bool = True) -> Plan:
    articles = tuple(f"Q{number}" for number in range(1000, 1000 + puts_right))
    return Plan((PlanStep(Remedy(RemedyKind.SERVICE_PACK, name), articles),), exact)


PLANS = [
    pytest.param(planned("SP6", 1), "(1)\n\n1. SP6: puts right Q1000\n", id="one article"),
    pytest.param(
        planned("SP6", 2000),
        "(1)\n\n1. SP6: puts right Q1000, Q1001, Q1002, Q1003, Q1004, and 1,995 more\n",
        id="more than are named",
    ),
    pytest.param(planned("SP6", 0), "(1)\n\n1. SP6: is required by what follows\n", id="for what follows"),
    pytest.param(planned("SP6", 1, exact=False), "(1, near the fewest)\n\n1. SP6: ", id="near the fewest"),
    pytest.param(planned("[x](y) @all", 1), "(1)\n\n1. \\[x\\](y) @<!-- -->all: ", id="of a stranger's choosing"),
]


@pytest.mark.parametrize(("plan", "said"), PLANS)
def test_the_plan_is_a_list(plan: Plan, said: str) -> None:
    text = ReportFormat.MARKDOWN.render(replace(a_report(), plan=plan), Style())
    assert f"\n#### To install, in this order {said}" in text
    assert "<ol>\n<li>" in html(text)
    assert tags(text) <= OURS


def test_without_a_plan_there_is_no_list() -> None:
    assert "To install" not in ReportFormat.MARKDOWN.render(replace(a_report(), plan=Plan()), Style())


def test_the_plan_has_room_whatever_is_missing() -> None:
    text = ReportFormat.MARKDOWN.render(replace(long(1000), plan=planned("SP6", 1000)), Style())
    assert "\n1. SP6: puts right Q1000, " in text
    assert MAX_BYTES * 0.9 < len(text.encode()) <= MAX_BYTES


def test_a_long_plan_leaves_room_for_what_is_missing() -> None:
    plan = Plan(planned("SP6", 1).steps * 5000)
    text = ReportFormat.MARKDOWN.render(replace(long(1000), plan=plan), Style())
    assert text.count("\n| Q1") > 300
    left_out = re.search(r"… and ([\d,]+) more, for which", text.partition("#### To install")[2])
    assert left_out is not None
    assert int(left_out[1].replace(",", "")) + text.count("SP6: puts right") == 5000
    assert MAX_BYTES * 0.9 < len(text.encode()) <= MAX_BYTES


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
