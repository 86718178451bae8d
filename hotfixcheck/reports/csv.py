"""The report as comma-separated values: a row for each file, and for each article that is judged by no file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from hotfixcheck.errors import printable
from hotfixcheck.manifest.waivers import Waiver
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.reports.words import remedy_words
from hotfixcheck.verdicts.finding import FileFinding, Finding
from hotfixcheck.verdicts.rules import usable_link_time

_ARTICLE = ("target", "article", "title", "status", "new")
_FILE = ("file", "path", "platform", "file_status", "evidence", "reason")
_REQUIRED = ("required_version", "required_size", "required_date", "required_time")
_FOUND = ("found_version", "found_size", "found_linked", "found_modified")
_WAIVER = ("waived_until", "waived_by", "waived_because")
COLUMNS = (*_ARTICLE, *_FILE, *_REQUIRED, *_FOUND, *_WAIVER, "remedy", "found_sha256")
"""New ones come last: what reads the columns by their place goes on working."""

_FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
"""What a cell of a formula starts with, in full width too."""


def render(report: Report, style: Style) -> str:
    return render_several([report], style)


def render_several(reports: Sequence[Report], style: Style) -> str:
    """The rows of each report, which the first column names, under one head."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for report in reports:
        for finding in report.findings:
            writer.writerows([defused(cell) for cell in row] for row in _rows(finding, report))
    return text.getvalue()


def defused(cell: object) -> str:
    """Text that a spreadsheet does not take for a formula, one line without control characters."""
    text = "" if cell is None else printable(str(cell))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rows(finding: Finding, report: Report) -> Iterator[tuple[object, ...]]:
    new = "" if report.changes is None else "yes" if report.is_new(finding) else "no"
    article = (report.target, finding.manifest.article, finding.manifest.title, finding.status, new)
    remedy = remedy_words(finding.remedy) if finding.remedy else ""
    for one in finding.files:
        yield (
            *article,
            *_file(one),
            *_waiver(finding.waiver or one.waiver),
            remedy,
            one.found.sha256 if one.found else "",
        )
    if not finding.files:
        no_file = ("", "", "", "", finding.evidence, finding.reason)
        yield (*article, *no_file, *("" for _ in (*_REQUIRED, *_FOUND)), *_waiver(finding.waiver), remedy, "")


def _file(one: FileFinding) -> tuple[object, ...]:
    row, facts = one.required, one.found.facts if one.found else None
    size = f"about {row.size}" if row.size_approx else row.size
    linked = usable_link_time(facts) if facts else None
    return (
        *(row.name, one.path, one.platform, one.status, one.evidence, one.reason),
        *(row.version, size, row.date, row.time),
        *(facts and facts.file_version, facts and facts.size, linked, facts and facts.modified),
    )


def _waiver(waiver: Waiver | None) -> tuple[object, ...]:
    return (waiver.until, waiver.who, waiver.reason) if waiver else ("", "", "")
