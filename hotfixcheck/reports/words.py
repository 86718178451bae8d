"""The words that reports for people share: statuses, the system, and what a file is and should be, in one line each."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from hotfixcheck.errors import printable
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.manifest.waivers import Waiver
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.reports.baseline import Change
from hotfixcheck.reports.model import Report
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.finding import Finding, Remedy, Status
from hotfixcheck.verdicts.plan import Plan
from hotfixcheck.verdicts.rules import usable_link_time

HEADINGS = {
    Status.MISSING: "Missing",
    Status.INDETERMINATE: "Indeterminate",
    Status.FIXED: "Fixed",
    Status.NOT_APPLICABLE: "Not applicable",
}
"""Every status as people read it, in the order in which reports list them."""

_CATALOGUE = 20
"""More articles than this are not chosen for one system: then it is told how many are about it."""

FEW_NAMED = 5
"""Up to so many articles are named beside what puts them right; --plan names all."""


def summary(report: Report) -> str:
    """One line to quote. What is waived, and what is new since a baseline, is named only if there is any."""
    counts = {status: f"{report.count(status):,} {heading.lower()}" for status, heading in HEADINGS.items()}
    if report.changes is not None:
        counts[Status.MISSING] += f" ({report.new_missing:,} new)"
    if report.waived:
        counts[Status.INDETERMINATE] += f", {report.waived:,} waived"
    return f"{len(report.findings):,} article{'s'[: len(report.findings) != 1]}: {', '.join(counts.values())}."


def basis(report: Report) -> str:
    """What the summary rests on, in one or two sentences: articles about this Windows, and files that were read."""
    about = about_words(report)
    return f"{f'{about} ' if about else ''}{files_read(report)}."


def about_words(report: Report) -> str:
    """A sentence on how many of the articles name the system's Windows; "" where that is unknown, or they are few."""
    if report.about is None or len(report.findings) <= _CATALOGUE:
        return ""
    windows = " or ".join(family.name for family in report.system.families)
    if not report.about:
        return f"None of the articles names {windows}: what it is missing is not known here."
    return f"{report.about:,} of the articles name{'s'[: report.about == 1]} {windows}."


def files_read(report: Report) -> str:
    """How many files of the target were read, and how many could not be."""
    unreadable = f", {report.files_unreadable:,} unreadable" if report.files_unreadable else ""
    return f"{report.files_scanned:,} file{'s'[: report.files_scanned != 1]} read{unreadable}"


def heading(target: str, kind: str, system: System, width: int) -> Iterator[str]:
    """The first lines of all that is printed for a person: what was looked at, and what system it is."""
    yield printable(f"{target} ({kind})")
    yield from wrap(printable(system_line(system)), width)


def system_line(system: System) -> str:
    """The system in one line, unknown facts said as such."""
    pack = "service pack not known"
    if system.service_pack is not None:
        pack = str(system.service_pack) if system.service_pack.number else "no service pack"
    parts = [
        system.product or "unknown Windows",
        pack,
        *([f"build {system.build}"] if system.build else []),
        system.platform.value if system.platform else "platform not known",
        *([system.language_name] if system.language_name else []),
    ]
    return ", ".join(parts)


def found_words(facts: FileFacts) -> str:
    """What a file is, in one line: version, size, link time."""
    linked = usable_link_time(facts)
    parts = [
        *([str(facts.file_version)] if facts.file_version else []),
        f"{facts.size:,} bytes",
        *([f"linked {linked:%Y-%m-%d}"] if linked else []),
    ]
    return ", ".join(parts)


def required_words(row: FileRow) -> str:
    """What a row of an article's table asks of a file, in one line."""
    about = "about " if row.size_approx else ""
    parts = [
        row.version,
        None if row.size is None else f"{about}{row.size:,} bytes",
        None if row.date is None else f"{row.date}{f' {row.time}' if row.time else ''}",
    ]
    return ", ".join(part for part in parts if part) or "a file of this name"


def change_words(change: Change) -> str:
    """What became of an article since a baseline: `fixed -> missing, new: WINNT/system32/kernel32.dll`."""
    before, now = change.before or "not judged", change.now or "not judged"
    said = f"still {now}" if before == now else f"{before} -> {now}"
    files = f": {', '.join(change.files)}" if change.files else ""
    return f"{said}, new{files}" if change.new else said


def remedy_words(remedy: Remedy) -> str:
    """What to install, in one line, with what comes first."""
    first = f"{', '.join(remedy.first)} first, then " if remedy.first else ""
    return f"{first}{remedy.name}{f' {remedy.title}' if remedy.title else ''}"


def remedy_note(finding: Finding) -> str:
    """What to say of a finding's remedy: nothing where that is the article's own fix and can be installed at once."""
    remedy = finding.remedy
    if remedy is None or (remedy.name == finding.manifest.article and not remedy.first):
        return ""
    return remedy_words(remedy)


def waiver_words(waiver: Waiver) -> str:
    """Until when a finding is accepted, by whom and why, in one line."""
    return f"until {waiver.until} by {waiver.who}: {waiver.reason}"


def plan_rows(plan: Plan, most: int | None = None) -> Iterator[tuple[str, str, str]]:
    """Each installation with its place, its name, and the articles that it puts right, `most` of them by name."""
    for number, step in enumerate(plan.steps, start=1):
        shown = step.articles[:most]
        more = len(step.articles) - len(shown)
        named = ", ".join((*shown, *([f"and {more:,} more"] if more else [])))
        yield f"{number}.", step.remedy.name, f"puts right {named}" if named else "is required by what follows"
