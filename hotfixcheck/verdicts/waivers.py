"""Waivers held against findings: what is accepted, what no longer is, and which waivers are not needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hotfixcheck.manifest.waivers import Waiver
from hotfixcheck.verdicts.finding import FileFinding, Finding, Status

FAILING = (Status.MISSING, Status.INDETERMINATE)
"""The verdicts that can be waived, the worse first."""


@dataclass(frozen=True, slots=True)
class IdleWaiver:
    """A waiver that waives nothing, and why: it is over, or there is nothing for it."""

    waiver: Waiver
    expired: bool
    why: str


def waive(
    findings: Iterable[Finding], waivers: Iterable[Waiver], today: date
) -> tuple[tuple[Finding, ...], tuple[IdleWaiver, ...]]:
    """The findings with their waivers, and the waivers that waive none, in their order.

    A waived finding keeps its status. An article of which only some files are waived is judged by the others. A waiver
    ends after its day `until`; then its finding counts as if there were no waiver.
    """
    by_article: dict[int, list[Waiver]] = {}
    for waiver in waivers:
        by_article.setdefault(waiver.number, []).append(waiver)
    idle: dict[int, IdleWaiver] = {}
    waived = []
    for finding in findings:
        own = by_article.pop(finding.manifest.number, None)
        if own is None:
            waived.append(finding)
            continue
        matching = [waiver for waiver in own if finding.status in FAILING and _matches(waiver, finding)]
        valid = [waiver for waiver in matching if waiver.until >= today]
        waived.append(_waived(finding, valid))
        for waiver in own:
            if waiver not in matching:
                idle[id(waiver)] = IdleWaiver(waiver, waiver.until < today, _nothing_for(waiver, finding))
            elif waiver not in valid:
                idle[id(waiver)] = IdleWaiver(waiver, True, f"good until {waiver.until}, {finding.status} counts again")
    for left in by_article.values():
        for waiver in left:
            idle[id(waiver)] = IdleWaiver(waiver, waiver.until < today, "no manifest of this article was judged")
    return tuple(waived), tuple(sorted(idle.values(), key=lambda each: (each.waiver.line, each.waiver.subject)))


def idle_in_all(idle: Sequence[Sequence[IdleWaiver]]) -> tuple[IdleWaiver, ...]:
    """Of the waivers that are idle on one system or the other those that are so on every one."""
    first, *others = idle
    return tuple(one for one in first if all(one.waiver in {each.waiver for each in other} for other in others))


def _matches(waiver: Waiver, finding: Finding) -> bool:
    return waiver.file is None or any(_is_for(waiver, one) for one in finding.files)


def _is_for(waiver: Waiver, file: FileFinding) -> bool:
    """By name or path, as Windows compares them; only what is missing or indeterminate needs a waiver."""
    wanted = (waiver.file or "").replace("\\", "/").strip("/").lower()
    path = (file.path or "").lower()
    return file.status in FAILING and wanted in {path, path.rpartition("/")[2], file.required.name.lower()}


def _nothing_for(waiver: Waiver, finding: Finding) -> str:
    if finding.status not in FAILING:
        return f"{finding.manifest.article} is {finding.status}"
    return f"no file of this name is missing or indeterminate in {finding.manifest.article}"


def _waived(finding: Finding, waivers: list[Waiver]) -> Finding:
    whole = next((waiver for waiver in waivers if waiver.file is None), None)
    files = tuple(
        replace(one, waiver=next((waiver for waiver in waivers if waiver.file and _is_for(waiver, one)), None))
        for one in finding.files
    )
    if whole is not None:
        return replace(finding, files=files, waiver=whole)
    if not waivers:
        return finding
    open_files = [one for one in files if one.status in FAILING and one.waiver is None]
    if not open_files:
        return replace(finding, files=files, waiver=waivers[0])
    decider = min(open_files, key=lambda one: FAILING.index(one.status))
    reason = f"{decider.path or decider.required.name}: {decider.reason}"
    return replace(
        finding,
        files=files,
        status=decider.status,
        evidence=decider.evidence,
        reason=reason,
        regressed=finding.regressed and decider.status is Status.MISSING,
    )
