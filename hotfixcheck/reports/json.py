"""The JSON report, version 1: additive changes only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from hotfixcheck import __version__
from hotfixcheck.inventory.model import FileRecord
from hotfixcheck.manifest.plain import plain_row
from hotfixcheck.manifest.waivers import Waiver
from hotfixcheck.reports.baseline import Changes
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.verdicts.finding import Conflict, FileFinding, Finding, Remedy, ServicePackFinding, Status
from hotfixcheck.verdicts.plan import Plan

VERSION = 1


def render(report: Report, style: Style) -> str:
    return json.dumps(plain(report), indent=2) + "\n"


def render_several(reports: Sequence[Report], style: Style) -> str:
    """Each report under `systems`, and the sum of their summaries."""
    each = [plain(report) for report in reports]
    summary = {name: _sum([one["summary"][name] for one in each]) for name in each[0]["summary"]}
    whole = {"report": VERSION, "tool": each[0]["tool"], "summary": summary, "systems": each}
    return json.dumps(whole, indent=2) + "\n"


def _sum(counts: Iterable[int | None]) -> int | None:
    """Of those that are known; None where none is."""
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def report_schema() -> dict[str, Any]:
    """The JSON Schema of what this module writes, which is published with it."""
    found: dict[str, Any] = json.loads(files(__package__).joinpath("report.schema.json").read_text(encoding="utf-8"))
    return found


def plain(report: Report) -> dict[str, Any]:
    """The report as JSON-ready values."""
    return {
        "report": VERSION,
        "tool": {"name": "hotfixcheck", "version": __version__},
        "target": {"path": report.target, "kind": report.kind},
        "system": report.system.plain(),
        "summary": {
            "fixed": report.count(Status.FIXED),
            "missing": report.count(Status.MISSING),
            "not-applicable": report.count(Status.NOT_APPLICABLE),
            "indeterminate": report.count(Status.INDETERMINATE),
            "waived": report.waived,
            "files_scanned": report.files_scanned,
            "files_unreadable": report.files_unreadable,
            "about_system": report.about,
        },
        "articles": [_article(finding, report) for finding in report.findings],
        "problems": [{"path": problem.path, "problem": problem.problem} for problem in report.problems],
        "idle_waivers": [
            {**plain_waiver(idle.waiver), "expired": idle.expired, "why": idle.why} for idle in report.idle_waivers
        ],
        "baseline": None if report.changes is None else _changes(report.changes),
        "plan": plain_plan(report.plan),
    }


def _article(finding: Finding, report: Report) -> dict[str, Any]:
    return {
        "article": finding.manifest.article,
        "title": finding.manifest.title,
        "status": finding.status.value,
        "evidence": finding.evidence.value,
        "reason": finding.reason,
        "regressed": finding.regressed,
        "waived": finding.waiver is not None,
        "waiver": None if finding.waiver is None else plain_waiver(finding.waiver),
        "new": None if report.changes is None else report.is_new(finding),
        "remedy": None if finding.remedy is None else plain_remedy(finding.remedy),
        "files": [_file(one) for one in sorted(finding.files, key=_order)],
        "service_packs": [_service_pack(one) for one in finding.service_packs],
        "conflicts": [_conflict(one) for one in finding.conflicts],
    }


def _order(finding: FileFinding) -> tuple[str, str, str]:
    return finding.required.name.lower(), (finding.path or "").lower(), finding.platform or ""


def _file(finding: FileFinding) -> dict[str, Any]:
    return {
        "name": finding.required.name,
        "path": finding.path,
        "platform": finding.platform.value if finding.platform else None,
        "status": finding.status.value,
        "evidence": finding.evidence.value,
        "reason": finding.reason,
        "required": plain_row(finding.required),
        "found": _found(finding.found),
        "conflicts": [_conflict(one) for one in finding.conflicts],
        "waived": finding.waiver is not None,
    }


def _found(record: FileRecord | None) -> dict[str, Any] | None:
    if record is None:
        return None
    facts = record.facts
    hashed = {"sha256": record.sha256} if record.sha256 else {}
    if facts is None:
        return {"problem": record.problem, **hashed}
    return {
        "version": str(facts.file_version) if facts.file_version else None,
        "string_version": facts.string_version,
        "original_filename": facts.original_filename,
        "size": facts.size,
        "link_time": _moment(facts.link_time),
        "modified": facts.modified.isoformat() if facts.modified else None,
        "platform": facts.platform.value if facts.platform else None,
        "language": facts.language,
        **hashed,
    }


def _moment(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC).isoformat()


def _service_pack(finding: ServicePackFinding) -> dict[str, Any]:
    return {
        "product": finding.product,
        "service_pack": str(finding.service_pack) if finding.service_pack else None,
        "package": finding.package,
        "status": finding.status.value,
        "evidence": finding.evidence.value,
        "reason": finding.reason,
    }


def _conflict(conflict: Conflict) -> dict[str, Any]:
    return {"evidence": conflict.evidence.value, "says": conflict.says}


def plain_remedy(remedy: Remedy) -> dict[str, Any]:
    return {
        "install": remedy.name,
        "kind": remedy.kind.value,
        "title": remedy.title,
        "first": list(remedy.first),
    }


def plain_plan(plan: Plan) -> dict[str, Any]:
    return {
        "steps": [{**plain_remedy(step.remedy), "articles": list(step.articles)} for step in plan.steps],
        "smallest": plan.exact,
        "unknown": list(plan.unknown),
        "later": list(plan.later),
    }


def plain_waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        "article": waiver.article,
        "file": waiver.file,
        "reason": waiver.reason,
        "who": waiver.who,
        "until": waiver.until.isoformat(),
    }


def _changes(changes: Changes) -> dict[str, Any]:
    return {
        "file": changes.baseline,
        "changes": [
            {
                "article": change.article,
                "title": change.title,
                "before": change.before and change.before.value,
                "now": change.now and change.now.value,
                "new": change.new,
                "files": list(change.files),
            }
            for change in changes.changes
        ],
    }
