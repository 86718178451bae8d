"""Whatever a stranger calls a file or an article, each format stays what it is and says it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from unicodedata import east_asian_width

from hypothesis import given
from hypothesis import strategies as st
from junitparser import JUnitXml
from markdown_it import MarkdownIt

from hotfixcheck.errors import printable
from hotfixcheck.manifest.model import FileRow, Manifest
from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.markdown import escaped
from hotfixcheck.reports.model import Report, Style, report_on
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Remedy, RemedyKind
from hotfixcheck.verdicts.plan import Plan, PlanStep
from tests.build.systems import facts, inventory, system, table

TEXT = st.text(min_size=1) | st.text("=+-@|`*_<>&[]()#!\\~$\n\r\t\x1b\"'{}. 1aé", min_size=1)
NAMES = TEXT.map(lambda text: text.replace("/", "")).filter(bool)


def report(name: str, title: str) -> Report:
    """One article that is missing in a file of this name, and is its own remedy after a service pack of this title."""
    manifest = Manifest("Q1", title, (table(FileRow(name, version="2.0.0.0")),))
    taken = inventory(system(), {f"WINNT/{name}": facts("1.0.0.0", FileVersion=title)})
    (finding,) = compare([manifest], taken)
    remedy = Remedy(RemedyKind.ARTICLE, "Q1", title, (title,))
    plan = Plan((PlanStep(Remedy(RemedyKind.SERVICE_PACK, title), ("Q1",)),))
    return report_on(taken, (replace(finding, remedy=remedy),), (), plan=plan)


@given(NAMES, TEXT)
def test_csv_has_one_row_without_a_formula(name: str, title: str) -> None:
    head, row = csv.reader(io.StringIO(ReportFormat.CSV.render(report(name, title), Style())))
    assert len(head) == len(row)
    assert row[head.index("title")] in {printable(title), f"'{printable(title)}"}
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


@given(NAMES, TEXT)
def test_json_and_sarif_are_json(name: str, title: str) -> None:
    found = report(name, title)
    told = json.loads(ReportFormat.JSON.render(found, Style()))
    assert told["articles"][0]["title"] == title
    (run,) = json.loads(ReportFormat.SARIF.render(found, Style()))["runs"]
    assert len(run["results"]) == 1


@given(NAMES, TEXT)
def test_junit_is_xml_with_one_case(name: str, title: str) -> None:
    text = ReportFormat.JUNIT.render(report(name, title), Style())
    (suite,) = JUnitXml.fromstring(text.encode("utf-8", "backslashreplace"))
    (case,) = suite
    assert (case.name or "") == printable(f"Q1 {title}").encode("utf-8", "backslashreplace").decode()


@given(TEXT)
def test_markdown_shows_the_text_itself(text: str) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(f"| a |\n| --- |\n| x{escaped(text)}x |\n")
    shown = html.partition("<tbody>")[2].replace("<!-- -->", "")
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        shown = shown.replace(entity, char)
    assert shown == f"\n<tr>\n<td>x{printable(text)}x</td>\n</tr>\n</tbody>\n</table>\n"


@given(NAMES, TEXT, st.sampled_from([40, 80, 120]))
def test_the_table_fits_and_controls_nothing(name: str, title: str, width: int) -> None:
    text = ReportFormat.TABLE.render(report(name, title), Style(width=width, verbosity=1))
    lines = text.split("\n")
    assert max(sum(2 if east_asian_width(char) in "WF" else 1 for char in line) for line in lines) <= width
    assert all(line.isprintable() for line in lines)
