"""The published JSON Schema of reports: it describes every field that is written, and no more."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.json import report_schema
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.verdicts.finding import Evidence, Status
from tests.build.reports import a_hostile_report, a_report, an_accepted_report

REPORTS: dict[str, Callable[[], Report]] = {
    "each status": a_report,
    "accepted": an_accepted_report,
    "hostile": a_hostile_report,
}


def closed(schema: Any) -> Any:
    """The schema without room for fields that it does not name: a field that is written must be described."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: closed(each) for name, each in schema.items()}
    if isinstance(kept.get("properties"), dict) and "required" in kept:
        kept["unevaluatedProperties"] = False
    return kept


def strict() -> Draft202012Validator:
    schema = closed(report_schema())
    schema["$defs"]["waiver"].pop("unevaluatedProperties")  # idle waivers add to it
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def written(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ReportFormat.JSON.render(report, Style()))
    return found


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(report_schema())


@pytest.mark.parametrize("report", REPORTS)
def test_every_report_is_of_it(report: str) -> None:
    strict().validate(written(REPORTS[report]()))


def test_the_report_on_several_systems_is_of_it() -> None:
    strict().validate(json.loads(ReportFormat.JSON.render_several([a_report(), an_accepted_report()], Style())))


def test_its_choices_are_the_codes() -> None:
    defs = report_schema()["$defs"]
    assert set(defs["status"]["enum"]) == set(Status)
    assert defs["evidence"]["enum"] == list(Evidence)


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "another version": lambda report: report.update(report=2),
    "no articles": lambda report: report.pop("articles"),
    "no status": lambda report: report["articles"][0].update(status="waived"),
    "a number as text": lambda report: report["articles"][2]["files"][0]["found"].update(size="375,056"),
    "an unknown field": lambda report: report["articles"][0].update(verdict="fixed"),
}


@pytest.mark.parametrize("breaks", BROKEN.values(), ids=BROKEN)
def test_it_refuses_what_is_no_report(breaks: Callable[[dict[str, Any]], object]) -> None:
    report = deepcopy(written(a_report()))
    breaks(report)
    assert not strict().is_valid(report)


def test_readers_are_told_to_ignore_new_fields() -> None:
    report = written(a_report()) | {"added_later": 1}
    assert Draft202012Validator(report_schema()).is_valid(report)
