"""What CSV, Markdown, JUnit XML and SARIF say of what puts a missing article right: in the same words as the table."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from junitparser import JUnitXml

from hotfixcheck.errors import printable
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.model import Report, Style, report_on
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Remedy, RemedyKind
from tests.build.reports import HOSTILE
from tests.build.systems import article, facts, inventory, system, table

ARTICLE = RemedyKind.ARTICLE


def missing(remedy: Remedy | None) -> Report:
    """One article that is missing in two files, with this remedy."""
    taken = inventory(system(), {f"WINNT/system32/{name}.dll": facts("1.0.0.0") for name in "ab"})
    manifest = article(table(FileRow("a.dll", version="1.0.0.1"), FileRow("b.dll", version="1.0.0.1")), number="Q10")
    (finding,) = compare([manifest], taken)
    return report_on(taken, (replace(finding, remedy=remedy),), ())


REMEDIES = [
    pytest.param(None, "", id="nothing known"),
    pytest.param(Remedy(ARTICLE, "Q11", "A later article"), "Q11 A later article", id="another article"),
    pytest.param(Remedy(RemedyKind.SERVICE_PACK, "Windows NT 4.0 SP6a"), "Windows NT 4.0 SP6a", id="a service pack"),
    pytest.param(Remedy(ARTICLE, "Q10", "An article"), "Q10 An article", id="its own fix"),
    pytest.param(
        Remedy(ARTICLE, "Q10", "An article", ("Windows NT 4.0 SP5",)),
        "Windows NT 4.0 SP5 first, then Q10 An article",
        id="its own fix, after a service pack",
    ),
    pytest.param(Remedy(ARTICLE, HOSTILE, HOSTILE), f"{HOSTILE} {HOSTILE}", id="of a stranger's choosing"),
]

each_remedy = pytest.mark.parametrize(("remedy", "said"), REMEDIES)


@each_remedy
def test_csv_has_it_in_its_column_of_every_row(remedy: Remedy | None, said: str) -> None:
    rows = csv.DictReader(io.StringIO(ReportFormat.CSV.render(missing(remedy), Style())))
    defused = f"'{printable(said)}" if said.startswith("=") else said
    assert [row["remedy"] for row in rows] == [defused, defused]


@each_remedy
def test_junit_has_it_in_the_text_of_the_failure(remedy: Remedy | None, said: str) -> None:
    (suite,) = JUnitXml.fromstring(ReportFormat.JUNIT.render(missing(remedy), Style()).encode())
    (case,) = suite
    lines = str(case.result[0].text).splitlines()
    assert [line for line in lines if line.startswith("install ")] == ([f"install {printable(said)}"] if said else [])


@each_remedy
def test_sarif_has_it_in_the_message_of_every_result(remedy: Remedy | None, said: str) -> None:
    (run,) = json.loads(ReportFormat.SARIF.render(missing(remedy), Style()))["runs"]
    escaped = printable(said).replace("](", "\\](")
    what = "version 1.0.0.0 is older than 1.0.0.1"
    more = f" Install {escaped}." if said else ""
    assert [result["message"]["text"] for result in run["results"]] == [
        f"Q10 is missing in WINNT/system32/{name}.dll: {what}.{more}" for name in "ab"
    ]
