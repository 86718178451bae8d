"""What the HTML page shows of reports: the headline, the picture as numbers, and every article as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hotfixcheck.errors import printable
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.manifest.waivers import Waiver
from hotfixcheck.reports.model import Report
from hotfixcheck.reports.words import HEADINGS, found_words, remedy_note, required_words, waiver_words
from hotfixcheck.verdicts.finding import Conflict, FileFinding, Finding, ServicePackFinding, Status

WAIVED = "waived"
NO_YEAR = "none"
"""The year of a fix whose article gives no date."""

STATES = {
    **{status.value: HEADINGS[status] for status in (Status.MISSING, Status.INDETERMINATE)},
    WAIVED: "Waived",
    **{status.value: HEADINGS[status] for status in (Status.FIXED, Status.NOT_APPLICABLE)},
}
"""What an article counts as: its status, or waived; in the order in which the page lists them."""

_ELSEWHERE = Status.NOT_APPLICABLE.value
_ORDER = list(HEADINGS)
_WIDTH = 1000
_NARROWEST = 6  # of _WIDTH, so that one missing fix among thousands can be seen


@dataclass(frozen=True, slots=True)
class Count:
    """One number of the picture; `checked` says whether the table shows these articles at first."""

    state: str
    number: int
    note: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Share:
    """One part of the picture's bar, `start` and `width` in thousandths; `said` is the same in words."""

    state: str
    start: float
    width: float
    said: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart, `width` in per cent; `choice` is what the table's filter takes, "" where it has none."""

    name: str
    count: int
    width: float
    choice: str


def state_of(finding: Finding) -> str:
    """A key of STATES."""
    return finding.status.value if finding.waiver is None else WAIVED


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """In the order of STATES; within one state the order stays."""
    return sorted(findings, key=lambda finding: list(STATES).index(state_of(finding)))


def numbers_of(reports: Iterable[Report]) -> Counter[str]:
    """How many articles count as what, over all systems."""
    return Counter(state_of(finding) for report in reports for finding in report.findings)


def articles_words(number: int) -> str:
    return f"{number:,} article{'s'[: number != 1]}"


def verdict(reports: Sequence[Report]) -> tuple[str, str]:
    """The state whose sign the headline bears, and the headline."""
    numbers = numbers_of(reports)
    missing, undecided = numbers[Status.MISSING.value], numbers[Status.INDETERMINATE.value]
    new = sum(report.new_missing for report in reports)
    rest = f", {undecided:,} cannot be judged" if undecided else ""
    if missing:
        fresh = f", {new:,} of them new" if new else ""
        return Status.MISSING.value, f"{missing:,} {'fix is' if missing == 1 else 'fixes are'} missing{fresh}{rest}"
    if undecided:
        return Status.INDETERMINATE.value, f"No fix is known to be missing{rest}"
    if numbers[WAIVED]:
        return WAIVED, "No fix is missing but those that are waived"
    if numbers[Status.FIXED.value]:
        return Status.FIXED.value, "No fix is missing"
    system = "this system" if len(reports) == 1 else "these systems"
    return Status.NOT_APPLICABLE.value, f"No article is about {system}"


def counts(reports: Iterable[Report]) -> list[Count]:
    """Every state with its number. What is not applicable is listed at first only where there is nothing else."""
    numbers = numbers_of(reports)
    applicable = numbers.total() - numbers[_ELSEWHERE]
    return [
        Count(
            state,
            numbers[state],
            f"of {articles_words(numbers.total())}"
            if state == _ELSEWHERE or not applicable
            else f"{numbers[state] / applicable:.0%} of those that apply",
            state != _ELSEWHERE or not applicable,
        )
        for state in STATES
        if state != WAIVED or numbers[WAIVED]
    ]


def applicable_words(reports: Iterable[Report]) -> str:
    """What the picture's bar is a picture of."""
    numbers = numbers_of(reports)
    applicable = numbers.total() - numbers[_ELSEWHERE]
    return f"{articles_words(applicable)} that appl{'ies' if applicable == 1 else 'y'} here"


def shares(reports: Iterable[Report]) -> list[Share]:
    """The picture's bar: what applies, by state, each part wide enough to be seen; none where nothing applies."""
    every = numbers_of(reports)
    numbers = {state: every[state] for state in STATES if every[state] and state != _ELSEWHERE}
    total = sum(numbers.values())
    wide = {state: max(number / total * _WIDTH, _NARROWEST) for state, number in numbers.items()}
    scale = _WIDTH / (sum(wide.values()) or 1)
    parts, start = [], 0.0
    for state, width in wide.items():
        said = f"{numbers[state]:,} {STATES[state].lower()}"
        parts.append(Share(state, round(start, 1), round(width * scale, 1), said))
        start += width * scale
    return parts


def _missing(reports: Iterable[Report]) -> Iterator[Finding]:
    for report in reports:
        yield from report.of_status(Status.MISSING)


def by_file(reports: Iterable[Report]) -> list[Bar]:
    """The files that missing articles miss, the most frequent first; names compare as Windows compares them."""
    spelled: dict[str, str] = {}
    numbers: Counter[str] = Counter()
    for finding in _missing(reports):
        files = (file for file in finding.files if file.status is Status.MISSING and file.waiver is None)
        names = [file.required.name for file in files]
        for name in names:
            spelled.setdefault(name.lower(), name)
        numbers.update({name.lower() for name in names} or {""})
    ranked = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return _bars([(spelled.get(name, "no file, a service pack"), spelled.get(name, ""), n) for name, n in ranked])


def by_year(reports: Iterable[Report]) -> list[Bar]:
    """Missing articles by the year of their fix, in order."""
    numbers = Counter(year_of(finding.manifest) for finding in _missing(reports))
    return _bars([(year_words(year), year, number) for year, number in sorted(numbers.items())])


def _bars(rows: Sequence[tuple[str, str, int]]) -> list[Bar]:
    longest = max((number for _, _, number in rows), default=1)
    return [Bar(name, number, round(100 * number / longest, 1), choice) for name, choice, number in rows]


def date_of(manifest: Manifest) -> date | None:
    """The date of a fix: the latest in its file tables, else of the article's revision."""
    return max((row.date for row in manifest.rows() if row.date), default=manifest.revised)


def year_of(manifest: Manifest) -> str:
    """The year of a fix in four digits, NO_YEAR without one."""
    day = date_of(manifest)
    return f"{day.year:04}" if day else NO_YEAR


def year_words(year: str) -> str:
    return "not given" if year == NO_YEAR else year


def years(reports: Iterable[Report]) -> dict[str, str]:
    """Every year of a fix, in order, with how it is said."""
    found = {year_of(finding.manifest) for report in reports for finding in report.findings}
    return {year: year_words(year) for year in sorted(found)}


def newest_file(reports: Iterable[Report]) -> str | None:
    """The newest file time among the files judged: until then at least, the system was in use."""
    times = (
        file.found.facts.modified
        for report in reports
        for finding in report.findings
        for file in finding.files
        if file.found and file.found.facts and file.found.facts.modified
    )
    newest = max(times, default=None)
    return f"{newest:%Y-%m-%d %H:%M} UTC" if newest else None


# --- the articles as data ------------------------------------------------------------------------------------------


def articles(reports: Sequence[Report]) -> dict[str, Any]:
    """What report.js takes: `articles`, without what is empty, and `products` and `systems`, named by number."""
    products: dict[str, int] = {}
    return {
        "articles": [
            _filled(_article(finding, number, report, products))
            for number, report in enumerate(reports)
            for finding in report.findings
        ],
        "products": [printable(product) for product in products],
        "systems": [printable(report.target) for report in reports],
        "states": STATES,
    }


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty, and every text with its control characters spelled out."""
    return {key: printable(value) if isinstance(value, str) else value for key, value in values.items() if value}


def _article(finding: Finding, system: int, report: Report, products: dict[str, int]) -> dict[str, Any]:
    manifest = finding.manifest
    day = date_of(manifest)
    worst_first = sorted(finding.files, key=lambda file: (_ORDER.index(file.status), file.required.name.lower()))
    said_below = {f"{file.path or file.required.name}: {file.reason}" for file in finding.files}
    return {
        "article": manifest.article,
        "number": manifest.number,
        "system": system,
        "title": manifest.title,
        "status": finding.status.value,
        "evidence": finding.evidence.value,
        "reason": "" if finding.reason in said_below else finding.reason,
        "date": str(day) if day else "",
        "regressed": finding.regressed,
        "new": report.is_new(finding),
        "waiver": _waiver(finding.waiver),
        "remedy": remedy_note(finding),
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
        "sha256": file.found.sha256 if file.found else "",
        "required": required_words(file.required),
        "why": file.reason,
        "but": _said(file.conflicts),
        "waiver": _waiver(file.waiver),
    }


def _pack(pack: ServicePackFinding) -> dict[str, Any]:
    name = pack.package or f"{pack.product} {pack.service_pack}"
    return {"name": name, "status": pack.status.value, "why": pack.reason}


def _waiver(waiver: Waiver | None) -> str:
    return "" if waiver is None else waiver_words(waiver)


def _said(conflicts: Iterable[Conflict]) -> list[str]:
    return [printable(conflict.says) for conflict in conflicts]


def marks(values: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What the table can be filtered by besides, where an article has it; report.js marks the same."""
    if any("new" in one for one in values):
        yield "new"
    if any("regressed" in one for one in values):
        yield "regressed"
    if any("conflicts" in one or any("but" in file for file in one.get("files", ())) for one in values):
        yield "conflicting evidence"
