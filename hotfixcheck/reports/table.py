"""The report for a person at a terminal: what is missing first, each with what was found and what is required."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from hotfixcheck.errors import printable
from hotfixcheck.reports.columns import columns
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.reports.words import (
    FEW_NAMED,
    HEADINGS,
    basis,
    change_words,
    found_words,
    heading,
    plan_rows,
    remedy_note,
    required_words,
    summary,
    waiver_words,
)
from hotfixcheck.verdicts.finding import FileFinding, Finding, Status
from hotfixcheck.verdicts.plan import Plan
from hotfixcheck.verdicts.waivers import FAILING

COLOURS = {
    Status.MISSING: "31;1",
    Status.INDETERMINATE: "33;1",
    Status.FIXED: "32;1",
    Status.NOT_APPLICABLE: "2",
}
NOTICE = "33;1"

_WIDE = 120
"""From this many columns on what a file is stands beside what it should be."""

_FEW = 20
"""Up to so many articles that are fixed, or of which nothing was seen, are listed without being asked for."""

Row = tuple[str, str]


def render(report: Report, style: Style) -> str:
    if style.verbosity < 0:
        return f"{summary(report)}\n"
    return "\n".join(_lines(report, style)) + "\n"


def render_several(reports: Sequence[Report], style: Style) -> str:
    """One report after the other, told apart by their first line; with -q by what their only line starts with."""
    if style.verbosity < 0:
        return "".join(f"{printable(report.target)}: {summary(report)}\n" for report in reports)
    return "\n".join(render(report, style) for report in reports)


def _lines(report: Report, style: Style) -> Iterator[str]:
    yield from heading(report.target, report.kind, report.system, style.width)
    for status in FAILING:
        yield from _failing(status, report, style)
    waived = [finding for finding in report.findings if finding.waiver]
    yield from section("Waived", len(waived), NOTICE, style)
    for finding in waived:
        yield from _article(finding, _waived_rows(finding), style)
    yield from _fixed(report, style)
    yield from _not_applicable(report, style)
    yield from _changes(report, style)
    idle = [
        (each.waiver.subject, f"{'ended' if each.expired else 'not needed'}: {each.why}")
        for each in report.idle_waivers
    ]
    yield from listed("Waivers that waive nothing", idle, style)
    yield from _plan(report.plan, style)
    yield from listed("Problems", [(problem.path, problem.problem) for problem in report.problems], style)
    yield ""
    # A line breaks between two counts and not within one.
    for line in wrap(summary(report).replace(" ", "\0").replace(",\0", ", "), style.width):
        yield line.replace("\0", " ")
    yield from wrap(basis(report), style.width)


# --- sections --------------------------------------------------------------------------------------------------------


def section(title: str, count: int, colour: str, style: Style, more: str = "") -> Iterator[str]:
    """The heading of a section that has anything in it."""
    if count:
        yield ""
        yield _painted(f"{title} ({count:,}{more})", colour, style)


def listed(title: str, rows: Sequence[Row], style: Style) -> Iterator[str]:
    yield from section(title, len(rows), NOTICE, style)
    yield from columns(rows, style.width, indent=2)


def _plan(plan: Plan, style: Style) -> Iterator[str]:
    """What to install, with the first few articles of each."""
    more = "" if plan.exact else ", near the fewest"
    yield from section("To install, in this order", len(plan.steps), NOTICE, style, more)
    yield from columns(plan_rows(plan, FEW_NAMED), style.width, indent=2)


def _failing(status: Status, report: Report, style: Style) -> Iterator[str]:
    findings = report.of_status(status)
    new = sum(report.is_new(finding) for finding in findings)
    yield from section(HEADINGS[status], len(findings), COLOURS[status], style, f", {new:,} new" if new else "")
    unseen = _unseen(findings, report) if style.verbosity < 1 else {}
    told = {finding.manifest.number for same in unseen.values() for finding in same}
    findings = tuple(finding for finding in findings if finding.manifest.number not in told)
    if style.by_file:
        yield from _by_file(findings, report, style)
    else:
        for finding in findings:
            files = [one for one in finding.files if one.status is status or style.verbosity > 0]
            yield from _article(finding, _article_rows(finding, files, report), style, files)
    for reason, same in unseen.items():
        yield from columns([(f"{reason} ({len(same):,})",)], style.width, indent=2)
        yield _named("    ", same, "; -v shows each", style)


def _unseen(findings: Sequence[Finding], report: Report) -> dict[str, list[Finding]]:
    """Articles of which no file was found and one reason is all that there is to say, by that reason where it is that
    of many: of a folder of hives it is that of hundreds."""
    alike: dict[str, list[Finding]] = {}
    for finding in findings:
        reasons = {one.reason for one in finding.files}
        says_more = finding.conflicts or finding.remedy or finding.regressed or report.is_new(finding)
        if len(reasons) == 1 and not says_more and all(one.found is None for one in finding.files):
            alike.setdefault(reasons.pop(), []).append(finding)
    return {reason: same for reason, same in alike.items() if len(same) > _FEW}


def _fixed(report: Report, style: Style) -> Iterator[str]:
    findings = report.of_status(Status.FIXED)
    if len(findings) > _FEW and style.verbosity < 1:
        yield from _collapsed(Status.FIXED, findings, style)
        return
    yield from section(HEADINGS[Status.FIXED], len(findings), COLOURS[Status.FIXED], style)
    for finding in findings:
        files = finding.files if style.verbosity > 0 else ()
        yield from _article(finding, _article_rows(finding, files, report), style, files)


def _not_applicable(report: Report, style: Style) -> Iterator[str]:
    findings = report.of_status(Status.NOT_APPLICABLE)
    if style.verbosity < 1:
        yield from _collapsed(Status.NOT_APPLICABLE, findings, style)
        return
    yield from section(HEADINGS[Status.NOT_APPLICABLE], len(findings), COLOURS[Status.NOT_APPLICABLE], style)
    for finding in findings:
        yield from _article(finding, [("why", finding.reason), *_article_notes(finding, report)], style)


def _collapsed(status: Status, findings: Sequence[Finding], style: Style) -> Iterator[str]:
    """One line, and how to see the rest."""
    if not findings:
        return
    yield ""
    heading = f"{HEADINGS[status]} ({len(findings):,}): "
    yield _painted(_named(heading, findings, "; -v says why", style), COLOURS[status], style)


def _named(start: str, findings: Iterable[Finding], end: str, style: Style) -> str:
    """One line with as many articles between `start` and `end` as it takes."""
    room = style.width - len(start) - len(end) - len(", …")
    shown = ""
    for number, finding in enumerate(findings):
        longer = f"{shown}{', ' if number else ''}{finding.manifest.article}"
        if len(longer) > room:
            shown += ", …" if shown else "…"
            break
        shown = longer
    return f"{start}{shown}{end}"


def _changes(report: Report, style: Style) -> Iterator[str]:
    if report.changes is None:
        return
    title = f"Changed since {printable(report.changes.baseline)}"
    yield from listed(title, [(change.article, change_words(change)) for change in report.changes.changes], style)
    if not report.changes.changes:
        yield from ("", f"Nothing has changed since {printable(report.changes.baseline)}")


# --- articles and files ----------------------------------------------------------------------------------------------


def _article(finding: Finding, rows: Iterable[Row], style: Style, files: Sequence[FileFinding] = ()) -> Iterator[str]:
    yield from columns([(finding.manifest.article, finding.manifest.title)], style.width, indent=2)
    if style.width >= _WIDE:
        yield from columns(_wide_rows(files), style.width, indent=4, most=(style.width - 4 - 20) // 2)
        yield from columns(rows, style.width, indent=4)
        return
    yield from columns([*(row for one in files for row in _file_rows(one)), *rows], style.width, indent=4)


def _article_rows(finding: Finding, files: Sequence[FileFinding], report: Report) -> list[Row]:
    """What is to say of the article besides its files."""
    is_said = finding.reason in {f"{one.path or one.required.name}: {one.reason}" for one in files}
    return [*([] if is_said else [("why", finding.reason)]), *_article_notes(finding, report)]


def _article_notes(finding: Finding, report: Report) -> list[Row]:
    rows = [("but", conflict.says) for conflict in finding.conflicts]
    if remedy := remedy_note(finding):
        rows.append(("remedy", remedy))
    if finding.regressed:
        rows.append(("regressed", "installed once, and the file is older again"))
    if report.changes is not None and report.is_new(finding):
        rows.append(("new", f"not so in {report.changes.baseline}"))
    return rows


def _waived_rows(finding: Finding) -> list[Row]:
    waiver = finding.waiver
    accepted = [("waived", waiver_words(waiver))] if waiver else []
    return [(finding.status.value, finding.reason), *accepted]


def _file_rows(finding: FileFinding) -> Iterator[Row]:
    yield "file", _place(finding)
    if finding.found and finding.found.facts:
        yield "found", found_words(finding.found.facts)
    yield "required", required_words(finding.required)
    yield "why", finding.reason
    yield from _notes(finding)


def _wide_rows(files: Iterable[FileFinding]) -> Iterator[tuple[str, str, str, str]]:
    for one in files:
        found = found_words(one.found.facts) if one.found and one.found.facts else "not read" if one.found else "-"
        yield "file", _place(one), "required", required_words(one.required)
        yield "found", found, "why", one.reason
        for label, text in _notes(one):
            yield "", "", label, text


def _notes(finding: FileFinding) -> list[Row]:
    waiver = finding.waiver
    waived = [("waived", waiver_words(waiver))] if waiver else []
    return [*(("but", conflict.says) for conflict in finding.conflicts), *waived]


def _place(finding: FileFinding) -> str:
    return f"{finding.path or finding.required.name}{f' ({finding.platform})' if finding.platform else ''}"


def _by_file(findings: Sequence[Finding], report: Report, style: Style) -> Iterator[str]:
    """Each file with the articles that want another; then the articles that are not about a file."""
    places: dict[str, list[tuple[Finding, FileFinding]]] = {}
    without = []
    for finding in findings:
        files = [one for one in finding.files if one.status is finding.status and one.waiver is None]
        for one in files:
            places.setdefault(_place(one), []).append((finding, one))
        without += [] if files else [finding]
    for place in sorted(places, key=str.lower):
        yield from columns([(place,)], style.width, indent=2)
        found = next((one.found for _, one in places[place]), None)
        if found and found.facts:
            yield from columns([("found", found_words(found.facts))], style.width, indent=4)
        for finding, one in places[place]:
            yield from columns([(finding.manifest.article, finding.manifest.title)], style.width, indent=4)
            rows = [("required", required_words(one.required)), ("why", one.reason), *_notes(one)]
            yield from columns([*rows, *_article_notes(finding, report)], style.width, indent=6)
    for finding in without:
        yield from _article(finding, _article_rows(finding, (), report), style)


def _painted(text: str, colour: str, style: Style) -> str:
    return f"\033[{colour}m{text}\033[0m" if style.colour else text
