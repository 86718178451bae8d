"""The report as Markdown for a comment on a pull request: short, what is missing first, no stranger's name obeyed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from hotfixcheck.errors import printable
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.reports.words import (
    FEW_NAMED,
    HEADINGS,
    basis,
    change_words,
    found_words,
    plan_rows,
    remedy_note,
    required_words,
    summary,
    system_line,
    waiver_words,
)
from hotfixcheck.verdicts.finding import Finding, Status
from hotfixcheck.verdicts.plan import Plan
from hotfixcheck.verdicts.waivers import FAILING

MAX_BYTES = 65_000
"""GitHub takes comments of up to 65,536 characters."""

_HEAD = "| article | file | found | required | why |\n| --- | --- | --- | --- | --- |\n"
_ROOM_FOR_HEADINGS = 1_000

_SPECIAL = re.compile(r"([\\`*_\[\]|~$]|^[#+-](?=[ #-]|$)|(?<=^[0-9])[.)](?= ))")
_LINKS = re.compile(r"(?<=[@#])(?=\w)|(?<=www)(?=\.)|(?<=:)(?=//)", re.IGNORECASE)


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: nothing is emphasised, linked, mentioned or taken for HTML."""
    plain = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", _LINKS.sub("\0", plain)).replace("\0", "<!-- -->")


def render(report: Report, style: Style) -> str:
    return _rendered(report, MAX_BYTES)


def render_several(reports: Sequence[Report], style: Style) -> str:
    """One report after the other, each with an even share of the room."""
    return "\n".join(_rendered(report, MAX_BYTES // len(reports)) for report in reports)


def _rendered(report: Report, most: int) -> str:
    """As much as `most` bytes hold, in whole rows; what is left out is counted."""
    text = f"### hotfixcheck: {escaped(summary(report))}\n\n"
    text += f"{escaped(report.target)}: {escaped(system_line(report.system))}\n"
    end = f"\n{escaped(basis(report))}\n"
    room = most - _ROOM_FOR_HEADINGS - _size(text) - _size(end)
    # The plan stands below what is missing, which would leave no room for it.
    plan, left = _plan(report.plan, room // 4)
    room -= room // 4 - left
    written = []
    for title, head, rows, is_open in _sections(report):
        section, room = _section(title, head, rows, is_open=is_open, room=room)
        written.append(section)
    missing, *others = written
    return "".join((text, missing, plan, *others, end))


def _size(text: str) -> int:
    return len(text.encode("utf-8", "backslashreplace"))


def _section(title: str, head: str, rows: list[str], *, is_open: bool, room: int) -> tuple[str, int]:
    """As many rows as there is room for, folded away unless `is_open`; and the room that is left."""
    if not rows:
        return "", room
    start = f"\n#### {title}\n\n" if is_open else f"\n<details><summary>{title}</summary>\n\n"
    text = start + head
    left = room - _size(text)
    kept = 0
    for row in rows:
        if _size(row) > left:
            break
        text += row
        left -= _size(row)
        kept += 1
    if kept < len(rows):
        text = f"{text}\n" if kept else start
        text += f"… and {len(rows) - kept:,} more, for which there is no room here.\n"
    return text + ("" if is_open else "\n</details>\n"), left


def _plan(plan: Plan, room: int) -> tuple[str, int]:
    """What to install, with the first few articles of each; and the room that is left."""
    steps = [f"{place} {escaped(name)}: {escaped(what)}\n" for place, name, what in plan_rows(plan, FEW_NAMED)]
    more = "" if plan.exact else ", near the fewest"
    return _section(f"To install, in this order ({len(steps):,}{more})", "", steps, is_open=True, room=room)


def _sections(report: Report) -> Iterator[tuple[str, str, list[str], bool]]:
    """Title, head of its table, rows, and whether it is shown unfolded; what is missing comes first."""
    for status in FAILING:
        findings = report.of_status(status)
        rows = [row for finding in findings for row in _rows(finding, report)]
        yield f"{HEADINGS[status]} ({len(findings):,})", _HEAD, rows, status is Status.MISSING
    waived = [finding for finding in report.findings if finding.waiver]
    head = "| article | status | waived |\n| --- | --- | --- |\n"
    yield f"Waived ({len(waived):,})", head, [_waived(finding) for finding in waived], False
    if report.changes is not None:
        changed = [(change.article, change_words(change)) for change in report.changes.changes]
        yield f"Changed since {escaped(report.changes.baseline)} ({len(changed):,})", "", _items(changed), True
    idle = [(each.waiver.subject, each.why) for each in report.idle_waivers]
    yield f"Waivers that waive nothing ({len(idle):,})", "", _items(idle), True
    problems = [(problem.path, problem.problem) for problem in report.problems]
    yield f"Problems ({len(problems):,})", "", _items(problems), False


def _items(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f"- {escaped(what)}: {escaped(said)}\n" for what, said in pairs]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _rows(finding: Finding, report: Report) -> Iterator[str]:
    new = " **new**" if report.is_new(finding) else ""
    remedy = f"<br>remedy: {escaped(note)}" if (note := remedy_note(finding)) else ""
    article = f"{escaped(f'{finding.manifest.article} {finding.manifest.title}')}{new}{remedy}"
    files = [one for one in finding.files if one.status is finding.status and one.waiver is None]
    for one in files:
        facts = one.found.facts if one.found else None
        found = found_words(facts) if facts else ""
        cells = (one.path or one.required.name, found, required_words(one.required), one.reason)
        yield _row((article, *map(escaped, cells)))
        article = ""
    if not files:
        yield _row((article, "", "", "", escaped(finding.reason)))


def _waived(finding: Finding) -> str:
    waiver = finding.waiver
    why = waiver_words(waiver) if waiver else ""
    return _row(map(escaped, (f"{finding.manifest.article} {finding.manifest.title}", finding.status, why)))
