"""The report as SARIF 2.1.0: articles are rules, what is missing or indeterminate is a result at its file.

Indeterminate is of kind `open`, which the standard has for a rule that was evaluated without an answer (3.27.9);
waivers are suppressions, a baseline gives `baselineState`, and what could not be read is a notification.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from hotfixcheck import __version__
from hotfixcheck.errors import printable
from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix
from hotfixcheck.manifest.waivers import Waiver
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.reports.words import found_words, plan_rows, remedy_words, required_words, summary, system_line
from hotfixcheck.verdicts.finding import FileFinding, Finding, Status
from hotfixcheck.verdicts.waivers import FAILING

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "TARGET"


def render(report: Report, style: Style) -> str:
    return render_several([report], style)


def render_several(reports: Sequence[Report], style: Style) -> str:
    """A run for each report."""
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report) for report in reports]}
    return json.dumps(log, indent=2) + "\n"


def _run(report: Report) -> dict[str, Any]:
    found = [finding for finding in report.findings if finding.status in FAILING]
    results = [result for index, finding in enumerate(found) for result in _results(finding, index, report)]
    notes = [_notification(problem.path, problem.problem) for problem in report.problems]
    driver = {
        "name": "hotfixcheck",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(finding.manifest) for finding in found],
    }
    return {
        "tool": {"driver": driver},
        "originalUriBaseIds": {_BASE: {"description": _text(f"{report.target} ({report.kind})")}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "properties": {
            "system": printable(system_line(report.system)),
            "summary": summary(report),
            "install": [printable(f"{name} {what}") for _, name, what in plan_rows(report.plan)],
        },
        "results": list(_fingerprinted(results)),
    }


def _text(text: str) -> dict[str, str]:
    """A message in which nothing is a link or a placeholder (sections 3.11.5 and 3.11.6)."""
    return {"text": printable(text).replace("](", "\\](").replace("{", "{{").replace("}", "}}")}


def _place(path: str) -> dict[str, Any]:
    """A file by its path in the target; "." is the target itself."""
    uri = quote(path.encode("utf-8", "surrogateescape"), safe="/.~")
    return {"physicalLocation": {"artifactLocation": {"uri": uri, "uriBaseId": _BASE}}}


def _notification(path: str, problem: str) -> dict[str, Any]:
    return {"level": "warning", "message": _text(f"{path}: {problem}")}


# --- rules -----------------------------------------------------------------------------------------------------------


def _rule(manifest: Manifest) -> dict[str, Any]:
    return {
        "id": manifest.article,
        "shortDescription": _text(manifest.title),
        "help": _text(" ".join(_help(manifest))),
        "defaultConfiguration": {"level": "error"},
    }


def _help(manifest: Manifest) -> Iterator[str]:
    """What the article says fixes it, sentence by sentence."""
    if manifest.applies_to:
        yield f"It applies to {'; '.join(manifest.applies_to)}."
    if manifest.platforms:
        yield f"It is for {' or '.join(manifest.platforms)} alone."
    if manifest.prerequisite:
        yield f"It needs {manifest.prerequisite} first."
    for fix in manifest.fixes:
        if isinstance(fix, ServicePackFix):
            yield f"{fix.product}: {fix.service_pack or fix.package} contains the fix."
        else:
            yield from _table(fix)


def _table(fix: FilesFix) -> Iterator[str]:
    scope = f" on {fix.scope}" if fix.scope else ""
    for row in fix.files:
        platform = f" for {row.platform}" if row.platform else ""
        yield f"{row.name}{platform}{scope} is fixed from {required_words(row)}."


# --- results ---------------------------------------------------------------------------------------------------------


def _results(finding: Finding, index: int, report: Report) -> Iterator[dict[str, Any]]:
    files = [one for one in finding.files if one.status in FAILING]
    for one in files:
        place = one.path or one.required.name
        said = f"{finding.manifest.article} is {one.status} in {place}: {one.reason}."
        properties = {"required": required_words(one.required), "evidence": one.evidence.value}
        if one.found and one.found.facts:
            properties["found"] = found_words(one.found.facts)
        yield {
            **_result(finding, index, one.status, said, finding.waiver or one.waiver, report, one),
            "locations": [_place(place)],
            "partialFingerprints": {"requirement/v1": _fingerprint(finding, place, one.required)},
            "properties": {name: printable(text) for name, text in properties.items()},
        }
    if not files:
        said = f"{finding.manifest.article} is {finding.status}: {finding.reason}."
        yield {
            **_result(finding, index, finding.status, said, finding.waiver, report, None),
            "locations": [_place(".")],
            "partialFingerprints": {"requirement/v1": _fingerprint(finding, ".", None)},
            "properties": {"evidence": finding.evidence.value},
        }


def _result(
    finding: Finding,
    index: int,
    status: Status,
    said: str,
    waiver: Waiver | None,
    report: Report,
    file: FileFinding | None,
) -> dict[str, Any]:
    is_missing = status is Status.MISSING
    if finding.remedy:
        said += f" Install {remedy_words(finding.remedy)}."
    result: dict[str, Any] = {
        "ruleId": finding.manifest.article,
        "ruleIndex": index,
        "kind": "fail" if is_missing else "open",
        "level": "error" if is_missing else "none",
        "message": _text(said),
    }
    if report.changes is not None:
        result["baselineState"] = "new" if report.is_new(finding, file) else "unchanged"
    if waiver is not None:
        said = printable(f"{waiver.reason} ({waiver.who}, until {waiver.until})")
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": said}]
    return result


def _fingerprint(finding: Finding, place: str, row: FileRow | None) -> str:
    """The same for the same requirement on the same file, whatever is found there and wherever the target lies."""
    parts = [str(finding.manifest.number), place.lower(), row.name.lower() if row else ""]
    parts += [str(part) for part in (row.platform, row.version, row.size, row.date, row.time)] if row else []
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _fingerprinted(results: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The results, their fingerprints also under the name that GitHub knows: equal ones are counted."""
    seen: Counter[str] = Counter()
    for result in results:
        own = result["partialFingerprints"]["requirement/v1"]
        seen[own] += 1
        result["partialFingerprints"] = {"primaryLocationLineHash": f"{own}:{seen[own]}", "requirement/v1": own}
        yield result
