"""What the findings of an article's rows say beside each other, once every row and file has its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from hotfixcheck.inventory.model import FileRecord
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.readers import has_executable_name
from hotfixcheck.verdicts.applicability import Applicability, Applies
from hotfixcheck.verdicts.branches import release_of
from hotfixcheck.verdicts.finding import Evidence, FileFinding, ServicePackFinding, Status

_Requirement = TypeVar("_Requirement", FileFinding, ServicePackFinding)


def settled(by_row: Iterable[Sequence[FileFinding]]) -> tuple[FileFinding, ...]:
    """The findings of all rows, given row by row, with those left aside that require nothing beside the others."""
    findings = tuple(finding for of_row in by_row for finding in _reconciled(of_row))
    told = [each.required for each in findings if each.status is not Status.NOT_APPLICABLE]
    if any(not row.is_bare for row in told):
        findings = tuple(map(_without_a_name_alone, findings))
    if any(is_of_a_release(row) for row in told):
        findings = tuple(map(_without_data, findings))
    return findings


def doubted(finding: _Requirement, answer: Applicability) -> _Requirement:
    """Nothing is missing while it is not known whether the fix is for this system."""
    if finding.status is not Status.MISSING or answer.applies is Applies.YES:
        return finding
    return replace(finding, status=Status.INDETERMINATE, reason=f"{finding.reason}, but {answer.reason}")


def _reconciled(findings: Sequence[FileFinding]) -> list[FileFinding]:
    """Twins that differ in the case of their names alone and not in their verdict; else Windows' choice decides."""
    by_path: dict[str, set[Status]] = {}
    for finding in findings:
        by_path.setdefault(_twin_key(finding.found), set()).add(finding.status)
    return [
        finding
        if len(by_path[_twin_key(finding.found)]) == 1
        else replace(
            finding,
            status=Status.INDETERMINATE,
            reason=f"{finding.reason}; its twin, which differs in case only, says otherwise",
        )
        for finding in findings
    ]


def is_of_a_release(row: FileRow) -> bool:
    """True for a row with a version of Windows 10 or later, whose updates are cumulative and installed as one."""
    version = row.file_version
    return version is not None and release_of(version) is not None


def is_data(row: FileRow) -> bool:
    """True for a row without a version of a file that has none: an .xml, a .mof."""
    return row.version is None and not has_executable_name(row.name)


def _without_a_name_alone(finding: FileFinding) -> FileFinding:
    """Beside rows that say something, one of a name alone requires nothing of its file."""
    if not finding.required.is_bare or finding.status is Status.NOT_APPLICABLE:
        return finding
    return _left_aside(finding, "the article prints nothing of it but its name")


def _without_data(finding: FileFinding) -> FileFinding:
    """Beside versions of a cumulative update its files without one need not tell: a later update has others of them."""
    if not is_data(finding.required) or finding.evidence is not Evidence.NOTHING:
        return finding
    if finding.status is not Status.INDETERMINATE:
        return finding
    return _left_aside(finding, "neither its time nor its size decides, and files of this update have versions")


def _left_aside(finding: FileFinding, reason: str) -> FileFinding:
    return replace(finding, status=Status.NOT_APPLICABLE, evidence=Evidence.NOTHING, reason=reason)


def _twin_key(record: FileRecord | None) -> str:
    return record.path.lower() if record else ""
