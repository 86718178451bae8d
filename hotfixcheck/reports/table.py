"""The report for a person at a terminal: what is missing first, each with what was found and what is required."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hotfixcheck.errors import printable
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.reports.words import HEADINGS, found_words, required_words, summary, system_line
from hotfixcheck.verdicts.finding import FileFinding, Finding, Status

_COLOURS = {
    Status.MISSING: "31;1",
    Status.INDETERMINATE: "33;1",
    Status.FIXED: "32;1",
    Status.NOT_APPLICABLE: "2",
}
_NARROWEST = 40


def render(report: Report, style: Style) -> str:
    if style.verbosity < 0:
        return f"{summary(report)}\n"
    return "\n".join(_lines(report, style)) + "\n"


def _lines(report: Report, style: Style) -> Iterator[str]:
    yield printable(f"{report.target} ({report.kind})")
    yield printable(system_line(report.system))
    for status, colour in _COLOURS.items():
        heading = HEADINGS[status]
        findings = [finding for finding in report.findings if finding.status is status]
        if not findings:
            continue
        yield ""
        if status is Status.NOT_APPLICABLE and not style.verbosity:
            yield _painted(
                f"{heading} ({len(findings)}): {', '.join(f.manifest.article for f in findings[:6])}"
                f"{', …' if len(findings) > 6 else ''}; -v says why",
                colour,
                style,
            )
            continue
        yield _painted(f"{heading} ({len(findings)})", colour, style)
        for finding in findings:
            yield from _article(finding, style)
    if report.problems:
        yield ""
        yield _painted(f"Problems ({len(report.problems)})", "33;1", style)
        yield from columns(((problem.path, problem.problem) for problem in report.problems), style.width, indent=2)
    yield ""
    yield summary(report)
    unreadable = f", {report.files_unreadable:,} unreadable" if report.files_unreadable else ""
    yield f"{report.files_scanned:,} file{'s'[: report.files_scanned != 1]} read{unreadable}."


def _article(finding: Finding, style: Style) -> Iterator[str]:
    yield from columns([(finding.manifest.article, finding.manifest.title)], style.width, indent=2)
    in_full = finding.status in {Status.MISSING, Status.INDETERMINATE} or style.verbosity > 0
    shown = [one for one in finding.files if in_full and (one.status is finding.status or style.verbosity > 0)]
    rows = [row for one in shown for row in _file_rows(one)]
    if finding.reason not in {f"{one.path or one.required.name}: {one.reason}" for one in shown}:
        rows.append(("why", finding.reason))
    rows += [("but", conflict.says) for conflict in finding.conflicts]
    if finding.regressed:
        rows.append(("regressed", "installed once, and the file is older again"))
    yield from columns(rows, style.width, indent=4)


def _file_rows(finding: FileFinding) -> Iterator[tuple[str, str]]:
    yield "file", f"{finding.path or finding.required.name}{f' ({finding.platform})' if finding.platform else ''}"
    if finding.found and finding.found.facts:
        yield "found", found_words(finding.found.facts)
    yield "required", required_words(finding.required)
    yield "why", finding.reason
    for conflict in finding.conflicts:
        yield "but", conflict.says


def columns(rows: Iterable[Sequence[str]], width: int, *, indent: int = 0) -> Iterator[str]:
    """The rows as columns, the last wrapped to `width`, the whole indented; control characters are spelled out."""
    from tabulate import tabulate

    cells = [[printable(cell) for cell in row] for row in rows]
    if not cells:
        return
    room = max(width, _NARROWEST) - indent
    share = 2 if len(cells[0]) == 2 else 3  # a first column of paths gets up to half of the room
    widths = [min(max(map(len, column)), room // share) for column in zip(*cells, strict=True)]
    widths[-1] = max(room - sum(widths[:-1]) - 2 * (len(widths) - 1), 10)
    table = tabulate(cells, tablefmt="plain", maxcolwidths=widths, disable_numparse=True)
    for line in table.splitlines():
        yield " " * indent + line.rstrip()


def _painted(text: str, colour: str, style: Style) -> str:
    return f"\033[{colour}m{text}\033[0m" if style.colour else text
