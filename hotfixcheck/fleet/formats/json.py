"""The JSON report on a fleet, version 1: additive changes only. Each system is one line, to be read by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

from hotfixcheck import __version__
from hotfixcheck.fleet.formats.words import STATES
from hotfixcheck.fleet.model import FleetReport, FleetStep, SystemResult, Verdict
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.reports.json import plain_plan, plain_remedy, plain_waiver, report_schema
from hotfixcheck.reports.model import Style
from hotfixcheck.system.clues import Problem
from hotfixcheck.verdicts.finding import Status

VERSION = 1

_SHARED = ("tool", "status", "evidence", "waiver", "remedy", "plan", "names", "summary", "count")
"""What is described as in the schema of the report on one system."""


def render(report: FleetReport, style: Style) -> Iterator[str]:
    head = {
        "fleet_report": VERSION,
        "tool": {"name": "hotfixcheck", "version": __version__},
        "summary": _summary(report),
        "plan": _plan(report),
        "problems": [_problem(each) for each in (*report.problems, *report.manifest_problems)],
    }
    yield json.dumps(head, indent=2)[:-2]
    yield from _lines("articles", (_article(report, *each) for each in report.by_article()))
    yield from _lines("systems", (_system(report, each) for each in report.systems))
    yield "\n}\n"


def fleet_schema() -> dict[str, Any]:
    """The JSON Schema of what this module writes, which is published with it."""
    found: dict[str, Any] = json.loads(files(__package__).joinpath("fleet.schema.json").read_text(encoding="utf-8"))
    shared = report_schema()["$defs"]
    found["$defs"] |= {name: shared[name] for name in _SHARED}
    return found


def _lines(name: str, values: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield f',\n  "{name}": ['
    for number, value in enumerate(values):
        yield f"{',' if number else ''}\n    {json.dumps(value)}"
    yield "\n  ]"


def _summary(report: FleetReport) -> dict[str, Any]:
    found = list(report.by_article())
    return {
        "systems": len(report.systems),
        "different": report.judgements,
        "not_judged": len(report.problems),
        "failing": sum(system.judged.fails for system in report.systems),
        "articles": len(report.manifests),
        "articles_missing": sum(bool(states[Status.MISSING.value]) for _, states in found),
        "verdicts": dict(report.totals()),
    }


def _article(report: FleetReport, manifest: Manifest, states: dict[str, list[int]]) -> dict[str, Any]:
    """With the names of the systems where it applies: on the others, which are most, it does not."""
    names = {
        state: [report.systems[place].name for place in places]
        for state, places in states.items()
        if state != Status.NOT_APPLICABLE.value
    }
    counts = {state: len(places) for state, places in states.items()}
    return {"article": manifest.article, "title": manifest.title, "counts": counts, "systems": names}


def _system(report: FleetReport, one: SystemResult) -> dict[str, Any]:
    judged, details = one.judged, report.details(one)
    here = {name: value for name, value in judged.system.plain().items() if name != "evidence"}
    return {
        "name": one.name,
        "source": one.source,
        "same_as": one.same_as or None,
        "target": {"path": one.target, "kind": judged.kind},
        "system": here,
        "state": judged.state,
        "fails": judged.fails,
        "summary": {
            **{state: judged.count(state) for state in STATES},
            "files_scanned": judged.files_scanned,
            "files_unreadable": judged.files_unreadable,
        },
        "articles": [
            _verdict(manifest, verdict) for manifest, verdict in zip(report.manifests, details.verdicts, strict=True)
        ],
        "plan": plain_plan(details.plan),
        "problems": [_problem(each) for each in details.problems],
    }


def _verdict(manifest: Manifest, verdict: Verdict) -> dict[str, Any]:
    return {
        "article": manifest.article,
        "status": verdict.status.value,
        "evidence": verdict.evidence.value,
        "reason": verdict.reason,
        "regressed": verdict.regressed,
        "waived": verdict.waiver is not None,
        "waiver": None if verdict.waiver is None else plain_waiver(verdict.waiver),
        "remedy": None if verdict.remedy is None else plain_remedy(verdict.remedy),
    }


def _plan(report: FleetReport) -> dict[str, Any]:
    return {"steps": [_step(report, step) for step in report.plan.steps], "smallest": report.plan.exact}


def _step(report: FleetReport, step: FleetStep) -> dict[str, Any]:
    systems = [report.systems[place].name for place in step.systems]
    return {**plain_remedy(step.remedy), "systems": systems, "articles": list(step.articles)}


def _problem(problem: Problem) -> dict[str, str]:
    return {"path": problem.path, "problem": problem.problem}
