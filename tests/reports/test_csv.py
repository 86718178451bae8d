"""The rows for a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from hotfixcheck.manifest.model import FileRow
from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.csv import COLUMNS
from hotfixcheck.reports.model import Report, Style, report_on
from hotfixcheck.verdicts.comparator import compare
from tests.build.reports import a_hostile_report, a_report, an_accepted_report
from tests.build.systems import article, facts, inventory, system, table


def rows(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ReportFormat.CSV.render(report, Style()))))


def test_a_row_for_each_file_and_for_each_article_without() -> None:
    found = [(row["article"], row["path"], row["file_status"] or row["status"]) for row in rows(an_accepted_report())]
    assert found == [
        ("Q10", "WINNT/system32/a.dll", "missing"),
        ("Q11", "WINNT/system32/a.dll", "missing"),
        ("Q11", "WINNT/system32/b.dll", "missing"),
        ("Q12", "WINNT/system32/b.dll", "fixed"),
        ("Q13", "WINNT/system32/b.dll", "missing"),
        ("Q14", "WINNT/system32/a.dll", "missing"),
    ]
    assert [row["article"] for row in rows(a_report())] == ["Q179827", "Q200000", "Q246691", "Q256149", "Q300000"]


def test_what_is_accepted_and_new() -> None:
    found = rows(an_accepted_report())
    assert [row["new"] for row in found] == ["no", "no", "no", "no", "no", "yes"]
    assert [row["waived_because"] for row in found] == ["the line stops in May", "", "b.dll is not used", "", "", ""]


def test_a_size_that_the_article_rounds_is_said_so() -> None:
    taken = inventory(system(), {"WINNT/system32/a.dll": facts("1.0.0.0", modified="1999-12-06T08:00")})
    manifest = article(table(FileRow("a.dll", version="1.0.0.1", size=105_472, size_approx=True)))
    (row,) = rows(report_on(taken, compare([manifest], taken), ()))
    assert (row["required_size"], row["found_modified"]) == ("about 105472", "1999-12-06 08:00:00+00:00")


def test_no_cell_is_a_formula() -> None:
    table_of = [*csv.reader(io.StringIO(ReportFormat.CSV.render(a_hostile_report(), Style())))]
    assert table_of[0] == list(COLUMNS)
    assert len(table_of) == 2
    assert len(table_of[1]) == len(COLUMNS)
    assert not [cell for cell in table_of[1] if cell[:1] in "=+-@\t\r" and cell]
    assert [cell for cell in table_of[1] if cell.startswith("'=1+1")]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_whatever_starts_a_formula_is_text(start: str) -> None:
    taken = inventory(system(), {f"WINNT/{start}1/a.dll": facts("1.0.0.0")})
    report = report_on(taken, compare([article(table(FileRow("a.dll", version="1.0.0.1")))], taken), ())
    taken_title = article(table(FileRow("a.dll")), number="Q1")
    assert rows(report)[0]["path"] == f"WINNT/{start}1/a.dll"
    object.__setattr__(taken_title, "title", f"{start}1")
    (row,) = rows(report_on(taken, compare([taken_title], taken), ()))
    assert row["title"] == f"'{start}1"


def test_several_systems_are_told_by_their_target() -> None:
    text = ReportFormat.CSV.render_several([a_report(), an_accepted_report()], Style())
    found = list(csv.DictReader(io.StringIO(text)))
    assert len(found) == len(rows(a_report())) + len(rows(an_accepted_report()))
