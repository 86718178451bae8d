"""One article step by step, for `check --explain`: every question, with what was required and found side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hotfixcheck.manifest.model import FilesFix
from hotfixcheck.reports.columns import columns
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.reports.words import HEADINGS, heading, remedy_words
from hotfixcheck.verdicts.finding import FileFinding, Finding
from hotfixcheck.verdicts.trace import Step

_WIDE = 110
"""From this many columns on a step is one row."""


def render_explained(report: Report, style: Style) -> str:
    """Every finding of the report explained; ends in a line end."""
    return "\n".join(_lines(report, style)) + "\n"


def _lines(report: Report, style: Style) -> Iterator[str]:
    yield from heading(report.target, report.kind, report.system, style.width)
    for finding in report.findings:
        yield ""
        yield from _article(finding, style)


def _article(finding: Finding, style: Style) -> Iterator[str]:
    manifest = finding.manifest
    yield from columns([(manifest.article, manifest.title)], style.width)
    rows = [(HEADINGS[finding.status].lower(), f"{finding.reason} [{finding.evidence}]")]
    rows += [("but", conflict.says) for conflict in finding.conflicts]
    rows += [("remedy", remedy_words(finding.remedy))] if finding.remedy else []
    yield from columns(rows, style.width, indent=2)
    yield from _part("The article", (step for step in finding.steps if not step.about), style)
    for number, fix in enumerate(manifest.fixes, start=1):
        if isinstance(fix, FilesFix):
            told = ", ".join(filter(None, (fix.scope, fix.release, fix.language)))
            rows_of_fix = {id(row) for row in fix.files}
            names = {f"{row.name} ({row.platform})" if row.platform else row.name for row in fix.files}
            heading = f"Table {number}{f': {told}' if told else ''}"
            yield from _part(heading, (s for s in finding.steps if s.about == f"table {number}"), style)
            yield from _rows_left_out((s for s in finding.steps if s.about in names), style)
            for one in finding.files:
                if id(one.required) in rows_of_fix:
                    yield from _file(one, style)
        else:
            asked = [
                s
                for s in finding.steps
                if s.about == str(fix.service_pack or fix.package) and s.required == fix.product
            ]
            steps = [
                step
                for one in finding.service_packs
                if (one.product, one.service_pack, one.package) == (fix.product, fix.service_pack, fix.package)
                for step in one.steps
            ]
            yield from _part(f"{fix.product} {fix.service_pack or fix.package}", [*asked, *steps], style)


def _part(heading: str, steps: Iterable[Step], style: Style) -> Iterator[str]:
    steps = list(steps)
    if steps:
        yield ""
        yield from columns([(heading,)], style.width, indent=2)
        yield from _steps(steps, style, 4)


def _rows_left_out(steps: Iterable[Step], style: Style) -> Iterator[str]:
    for step in steps:
        yield from columns([(f"{step.about}: not for this system",)], style.width, indent=4)
        yield from _steps([step], style, 6)


def _file(one: FileFinding, style: Style) -> Iterator[str]:
    name = f"{one.required.name} ({one.required.platform})" if one.required.platform else one.required.name
    yield from columns([(f"{name}: {HEADINGS[one.status].lower()}, {one.reason}",)], style.width, indent=4)
    yield from columns([("but", conflict.says) for conflict in one.conflicts], style.width, indent=6)
    yield from _steps(one.steps, style, 6)


def _steps(steps: Iterable[Step], style: Style, indent: int) -> Iterator[str]:
    if style.width >= _WIDE:
        yield from columns([row for step in steps for row in _wide(step)], style.width, indent=indent)
        return
    for step in steps:
        yield from columns([(f"{step.rule}?",)], style.width, indent=indent)
        rows = [("required", line) for line in step.required.split("\n") if line]
        rows += [("found", step.found)] if step.found else []
        yield from columns([*rows, ("so", step.answer)], style.width, indent=indent + 2)


def _wide(step: Step) -> Iterator[tuple[str, ...]]:
    first, *more = step.required.split("\n")
    yield f"{step.rule}?", f"required {first}" if first else "", f"found {step.found or 'nothing'}", f"so {step.answer}"
    for line in more:
        yield "", f"or {line}", "", ""
