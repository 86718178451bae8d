"""The report for CI systems: what fails in it is what makes the check fail."""

from __future__ import annotations

from dataclasses import replace

from junitparser import JUnitXml, TestCase, TestSuite
from lxml import etree

from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.verdicts.finding import Status
from tests.build.reports import a_hostile_report, a_report, a_service_pack_report, an_accepted_report


def suite(report: Report) -> TestSuite:
    (only,) = JUnitXml.fromstring(ReportFormat.JUNIT.render(report, Style()).encode())
    return only


def results(report: Report) -> dict[str, str]:
    """What became of each article: passed, or the tag and message."""
    cases: list[TestCase] = list(suite(report))
    return {
        (case.name or "").split()[0]: f"{case.result[0]._tag}: {case.result[0].message}" if case.result else "passed"
        for case in cases
    }


def test_an_article_is_a_test() -> None:
    found = results(a_report())
    assert {name: said.partition(":")[0] for name, said in found.items()} == {
        "Q179827": "passed",
        "Q200000": "passed",
        "Q246691": "failure",
        "Q256149": "skipped",
        "Q300000": "skipped",
    }
    assert found["Q300000"] == "skipped: not-applicable: it is for Windows 2000"
    whole = suite(a_report())
    assert (whole.tests, whole.failures, whole.skipped, whole.errors) == (5, 1, 2, 0)
    properties = whole.properties()  # type: ignore[no-untyped-call]
    assert {each.name: each.value for each in properties} == {"target": "target", "kind": "drive root"}


def test_it_fails_where_the_check_does() -> None:
    strict = replace(a_report(), failing=(Status.MISSING, Status.INDETERMINATE))
    assert [name for name, said in results(strict).items() if said.startswith("failure")] == ["Q246691", "Q256149"]
    lax = replace(a_report(), failing=())
    assert not lax.fails
    assert not [said for said in results(lax).values() if said.startswith("failure")]


def test_what_is_accepted_is_skipped_and_why() -> None:
    found = results(an_accepted_report())
    assert found["Q10"] == "skipped: waived until 2027-03-31 by J. Smith: the line stops in May"
    assert found["Q13"].startswith(
        "skipped: missing, as in earlier.json: WINNT/system32/b.dll: version 1.2.3.4 is older"
    )
    assert found["Q14"].startswith("failure: ")


def test_the_evidence_stands_in_the_failure() -> None:
    report = replace(an_accepted_report(), changes=None)
    text = ReportFormat.JUNIT.render(report, Style())
    assert "WINNT/system32/b.dll: missing, waived: version 1.2.3.4 is older than 1.2.3.9\n  required 1.2.3.9\n" in text


def test_a_service_pack_stands_in_the_failure() -> None:
    text = ReportFormat.JUNIT.render(a_service_pack_report(), Style())
    assert ">Windows NT 4.0 SP6a: missing: SP6a contains it, only SP6 is installed</failure>" in text


def test_a_file_that_was_not_read_stands_in_the_failure_without_what_was_found() -> None:
    report = replace(a_report(), failing=(Status.INDETERMINATE,))
    text = ReportFormat.JUNIT.render(report, Style())
    assert "WINNT/system32/ole32.dll: indeterminate: cut short\n  required 4.0.1381.33478</failure>" in text


def test_a_strangers_names_are_text() -> None:
    text = ReportFormat.JUNIT.render(a_hostile_report(), Style())
    root = etree.fromstring(text.encode())
    known = {"testsuites", "testsuite", "properties", "property", "testcase", "failure", "system-err"}
    assert {element.tag for element in root.iter()} == known
    assert len(results(a_hostile_report())) == 1


def test_several_systems_are_several_suites() -> None:
    text = ReportFormat.JUNIT.render_several([a_report(), an_accepted_report()], Style())
    assert [each.tests for each in JUnitXml.fromstring(text.encode())] == [5, 5]
