"""The words that the reports on a fleet share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hotfixcheck.fleet.model import WAIVED, FleetReport, FleetStep, Judged, SystemResult
from hotfixcheck.reports.words import HEADINGS
from hotfixcheck.verdicts.finding import Status

STATES = {
    **{status.value: HEADINGS[status] for status in (Status.MISSING, Status.INDETERMINATE)},
    WAIVED: "Waived",
    **{status.value: HEADINGS[status] for status in (Status.FIXED, Status.NOT_APPLICABLE)},
}
"""What an article counts as on a system, as people read it; the worst first."""


def systems_words(number: int) -> str:
    return f"{number:,} system{'s'[: number != 1]}"


def summary(report: FleetReport) -> str:
    """One line to quote."""
    parts = [f"{systems_words(len(report.systems))} judged{_different(report)}"]
    if report.problems:
        parts.append(f"{len(report.problems):,} not")
    missing = sum(system.judged.count(Status.MISSING.value) > 0 for system in report.systems)
    unsure = sum(system.judged.state == Status.INDETERMINATE.value for system in report.systems)
    tells = [f"a fix is missing on {missing:,}"]
    if unsure:
        tells.append(f"on {unsure:,} nothing is known to be missing and something cannot be judged")
    articles = sum(bool(found[Status.MISSING.value]) for _, found in report.by_article())
    tells.append(
        f"{articles:,} of {len(report.manifests):,} article{'s'[: len(report.manifests) != 1]} missing anywhere"
    )
    return f"{', '.join(parts)}: {', '.join(tells)}."


def _different(report: FleetReport) -> str:
    same = len(report.systems) - report.judgements
    return f" ({report.judgements:,} different)" if same else ""


def counts_words(judged: Judged) -> str:
    """The states of a system's articles that are no peace of mind: `12 missing, 1 indeterminate`."""
    counted = [(judged.count(state), heading.lower()) for state, heading in list(STATES.items())[:3]]
    return ", ".join(f"{count:,} {name}" for count, name in counted if count) or "nothing missing"


def worst_first(report: FleetReport) -> list[SystemResult]:
    """Those that miss most, then those of which most cannot be judged; then by name."""

    def badness(system: SystemResult) -> tuple[int, ...]:
        return tuple(-system.judged.count(state) for state in list(STATES)[:2])

    return sorted(report.systems, key=badness)


def named(report: FleetReport, places: Sequence[int], most: int | None) -> str:
    """The names of systems by their places, the first `most` of them; "every system" where that is what they are."""
    if len(places) == len(report.systems) > 1:
        return "every system"
    shown = [report.systems[place].name for place in places[:most]]
    more = len(places) - len(shown)
    return ", ".join((*shown, *([f"and {more:,} more"] if more else [])))


def step_words(report: FleetReport, step: FleetStep, most: int | None) -> str:
    """Where a fix is needed, and for how many articles."""
    count = len(step.articles)
    what = f"puts right {count:,} article{'s'[: count != 1]}" if count else "is required by what follows"
    return f"on {named(report, step.systems, most)}; {what}"


def ranges(numbers: Iterable[int]) -> str:
    """Ascending numbers in few signs: 1 to 4 as two numbers and a dash."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}\N{EN DASH}{last}" for first, last in runs)
