"""What the HTML page shows of a report: its headline, its picture as numbers, and every article as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hotfixcheck.errors import printable
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.reports.model import Report
from hotfixcheck.reports.words import HEADINGS, found_words, required_words
from hotfixcheck.verdicts.finding import Conflict, FileFinding, Finding, ServicePackFinding, Status

NO_YEAR = "none"
"""The year of a fix whose article gives no date."""

_APPLICABLE = (Status.MISSING, Status.INDETERMINATE, Status.FIXED)
_ORDER = list(HEADINGS)
_WIDTH = 1000
_NARROWEST = 6  # of _WIDTH, so that one missing fix among thousands can be seen


@dataclass(frozen=True, slots=True)
class Share:
    """One part of the picture's bar, `start` and `width` in thousandths; `said` is the same in words."""

    status: Status
    start: float
    width: float
    said: str


@dataclass(frozen=True, slots=True)
class Count:
    """One number of the picture; `checked` says whether the table shows these articles at first."""

    status: Status
    number: int
    note: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart, `width` in per cent; `choice` is what the table's filter takes, "" where it has none."""

    name: str
    count: int
    width: float
    choice: str


def verdict(report: Report) -> tuple[Status, str]:
    """The headline, and the status whose sign it bears."""
    missing, undecided = report.count(Status.MISSING), report.count(Status.INDETERMINATE)
    rest = f", {undecided:,} cannot be judged" if undecided else ""
    if missing:
        return Status.MISSING, f"{missing:,} {'fix is' if missing == 1 else 'fixes are'} missing{rest}"
    if undecided:
        return Status.INDETERMINATE, f"No fix is known to be missing{rest}"
    if report.count(Status.FIXED):
        return Status.FIXED, "No fix is missing"
    return Status.NOT_APPLICABLE, "No article is about this system"


def counts(report: Report) -> list[Count]:
    """Every status with its number. What is not applicable is listed at first only where there is nothing else."""
    applicable = _applicable(report)
    return [
        Count(
            status,
            number := report.count(status),
            f"{number / applicable:.0%} of those that apply" if applicable and status in _APPLICABLE else _of(report),
            status in _APPLICABLE or not applicable,
        )
        for status in HEADINGS
    ]


def _of(report: Report) -> str:
    return f"of {articles_words(len(report.findings))}"


def _applicable(report: Report) -> int:
    return sum(report.count(status) for status in _APPLICABLE)


def articles_words(number: int) -> str:
    return f"{number:,} article{'s'[: number != 1]}"


def applicable_words(report: Report) -> str:
    """What the picture's bar is a picture of."""
    return f"{articles_words(number := _applicable(report))} that appl{'ies' if number == 1 else 'y'} here"


def shares(report: Report) -> list[Share]:
    """The picture's bar: what applies, by status, each part wide enough to be seen; none where nothing applies."""
    numbers = {status: number for status in _APPLICABLE if (number := report.count(status))}
    total = sum(numbers.values())
    wide = {status: max(number / total * _WIDTH, _NARROWEST) for status, number in numbers.items()}
    scale = _WIDTH / (sum(wide.values()) or 1)
    parts, start = [], 0.0
    for status, width in wide.items():
        said = f"{numbers[status]:,} {HEADINGS[status].lower()}"
        parts.append(Share(status, round(start, 1), round(width * scale, 1), said))
        start += width * scale
    return parts


def by_file(findings: Iterable[Finding]) -> list[Bar]:
    """The files that missing articles miss, the most frequent first; names compare as Windows compares them."""
    spelled: dict[str, str] = {}
    numbers: Counter[str] = Counter()
    for finding in findings:
        if finding.status is not Status.MISSING:
            continue
        names = [file.required.name for file in finding.files if file.status is Status.MISSING]
        for name in names:
            spelled.setdefault(name.lower(), name)
        numbers.update({name.lower() for name in names} or {""})
    ranked = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return _bars([(spelled.get(name, "no file, a service pack"), spelled.get(name, ""), n) for name, n in ranked])


def by_year(findings: Iterable[Finding]) -> list[Bar]:
    """Missing articles by the year of their fix, in order."""
    numbers = Counter(year_of(finding.manifest) for finding in findings if finding.status is Status.MISSING)
    return _bars([(year_words(year), year, number) for year, number in sorted(numbers.items())])


def year_words(year: str) -> str:
    return "not given" if year == NO_YEAR else year


def _bars(rows: Sequence[tuple[str, str, int]]) -> list[Bar]:
    longest = max((number for _, _, number in rows), default=1)
    return [Bar(name, number, round(100 * number / longest, 1), choice) for name, choice, number in rows]


def date_of(manifest: Manifest) -> date | None:
    """The date of a fix: the latest in its file tables, else of the article's revision."""
    return max((row.date for row in manifest.rows() if row.date), default=manifest.revised)


def year_of(manifest: Manifest) -> str:
    day = date_of(manifest)
    return f"{day.year:04}" if day else NO_YEAR


def newest_file(findings: Iterable[Finding]) -> str | None:
    """The newest file time among the files judged: as late as that, the system was still in use."""
    times = (
        file.found.facts.modified
        for finding in findings
        for file in finding.files
        if file.found and file.found.facts and file.found.facts.modified
    )
    newest = max(times, default=None)
    return f"{newest:%Y-%m-%d %H:%M} UTC" if newest else None


# --- the articles as data ------------------------------------------------------------------------------------------


def articles(findings: Sequence[Finding]) -> dict[str, Any]:
    """What report.js takes: `articles`, without what is empty, and `products`, which they name by number."""
    products: dict[str, int] = {}
    return {
        "articles": [_filled(_article(finding, products)) for finding in findings],
        "products": [printable(product) for product in products],
        "statuses": {status.value: heading for status, heading in HEADINGS.items()},
    }


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty, and every text with its control characters spelled out."""
    return {key: printable(value) if isinstance(value, str) else value for key, value in values.items() if value}


def _article(finding: Finding, products: dict[str, int]) -> dict[str, Any]:
    manifest = finding.manifest
    day = date_of(manifest)
    worst_first = sorted(finding.files, key=lambda file: (_ORDER.index(file.status), file.required.name.lower()))
    said_below = {f"{file.path or file.required.name}: {file.reason}" for file in finding.files}
    return {
        "article": manifest.article,
        "number": manifest.number,
        "title": manifest.title,
        "status": finding.status.value,
        "evidence": finding.evidence.value,
        "reason": "" if finding.reason in said_below else finding.reason,
        "date": str(day) if day else "",
        "regressed": finding.regressed,
        "conflicts": _said(finding.conflicts),
        "files": [_filled(_file(file)) for file in worst_first],
        "packs": [_filled(_pack(pack)) for pack in finding.service_packs],
        "products": [products.setdefault(product, len(products)) for product in manifest.applies_to],
        "prerequisite": manifest.prerequisite,
        "supersedes": ", ".join(manifest.supersedes),
        "revised": str(manifest.revised) if manifest.revised else "",
    }


def _file(file: FileFinding) -> dict[str, Any]:
    shown, name = file.path or file.required.name, file.required.name
    return {
        "file": shown,
        "name": "" if shown.rpartition("/")[2].lower() == name.lower() else name,
        "platform": file.platform.value if file.platform else "",
        "status": file.status.value,
        "found": found_words(file.found.facts) if file.found and file.found.facts else "",
        "required": required_words(file.required),
        "why": file.reason,
        "but": _said(file.conflicts),
    }


def _pack(pack: ServicePackFinding) -> dict[str, Any]:
    name = pack.package or f"{pack.product} {pack.service_pack}"
    return {"name": name, "status": pack.status.value, "why": pack.reason}


def _said(conflicts: Iterable[Conflict]) -> list[str]:
    return [printable(conflict.says) for conflict in conflicts]


def marks(values: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What the table can be filtered by besides, where an article has it; report.js marks the same."""
    rows = list(values)
    if any("regressed" in one for one in rows):
        yield "regressed"
    if any("conflicts" in one or any("but" in file for file in one.get("files", ())) for one in rows):
        yield "conflicting evidence"
