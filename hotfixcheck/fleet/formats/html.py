"""The report on a fleet for a person with a browser: one page that loads nothing, with a heat table of what is where.

It has no script: a cell is found by the number of its system, which the table of systems has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from hotfixcheck import __version__
from hotfixcheck.fleet.formats.words import (
    STATES,
    ranges,
    step_words,
    summary,
    systems_words,
    worst_first,
)
from hotfixcheck.fleet.model import LETTERS, FleetReport, SystemResult
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.reports.model import Style
from hotfixcheck.reports.webpage import moment, part, policy, template
from hotfixcheck.reports.words import system_line
from hotfixcheck.verdicts.finding import Status
from hotfixcheck.verdicts.plan import Plan
from hotfixcheck.verdicts.waivers import FAILING

_NAMED = 40
"""Up to so many systems have their names over the columns; more have numbers at some of them."""

_WIDE = 18.0  # pixels a system
_WIDEST = 720.0  # pixels all systems
_LONGEST_NAME = 18
_TICKS = 8
_FEW = 12

_HEIGHTS = {
    Status.MISSING.value: 1.0,
    Status.INDETERMINATE.value: 0.5,
    "waived": 0.3,
    Status.FIXED.value: 0.12,
}
"""How much of a cell a state fills, from below: what is told by colour is told by size as well."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One article over all systems: a path for each state, in cells of 1 by 1, and the same in words."""

    manifest: Manifest
    missing: int
    indeterminate: int
    paths: tuple[tuple[str, str], ...]
    said: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over a column: `at` in cells from the left."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One system: its number in the page, and what it should install by itself."""

    number: int
    result: SystemResult
    plan: Plan


def render(report: FleetReport, style: Style) -> Iterator[str]:
    from markupsafe import Markup

    css = part("report.css") + part("fleet.css", __package__)
    order = sorted(worst_first(report), key=lambda one: (_badness(one), one.judged.states))
    place = {one.name: number for number, one in enumerate(order)}
    numbers = [place[one.name] for one in report.systems]
    totals = report.totals()
    worst = next((state for state in STATES if totals[state]), Status.NOT_APPLICABLE.value)
    yield template("fleet.html", __package__).render(
        policy=policy(css),
        style=Markup(css),  # noqa: S704 - our own files
        version=__version__,
        report=report,
        checked=moment(report.checked),
        summary=summary(report),
        state=worst,
        words=STATES,
        counts=[(state, totals[state]) for state in STATES if state != "waived" or totals[state]],
        rows=[Row(number, one, report.details(one).plan) for number, one in enumerate(order, start=1)],
        strips=list(_strips(report, order, numbers)),
        heads=list(_heads(order)),
        count=len(order),
        width=min(_WIDE * len(order), _WIDEST) if order else _WIDE,
        named=len(order) <= _NAMED,
        system_line=system_line,
        systems_words=systems_words,
        step_words=lambda step: step_words(report, step, _FEW),
        few=_FEW,
        problems=[*report.problems, *report.manifest_problems],
    )


def _badness(one: SystemResult) -> tuple[int, ...]:
    return tuple(-one.judged.count(status.value) for status in FAILING)


def _strips(report: FleetReport, order: Sequence[SystemResult], numbers: Sequence[int]) -> Iterator[Strip]:
    """The articles that are missing or indeterminate anywhere, the most widespread first."""
    names = {letter: state for state, letter in LETTERS.items()}
    found = []
    for place, (manifest, systems) in enumerate(report.by_article()):
        failing = [systems[status.value] for status in FAILING]
        if not any(failing):
            continue
        said = [
            f"{STATES[status.value].lower()} on {ranges(sorted(numbers[each] + 1 for each in places))}"
            for status, places in zip(FAILING, failing, strict=True)
            if places
        ]
        states = [names[one.judged.states[place]] for one in order]
        missing, indeterminate = map(len, failing)
        found.append(Strip(manifest, missing, indeterminate, tuple(_paths(states)), "; ".join(said)))
    yield from sorted(found, key=lambda strip: (-strip.missing, -strip.indeterminate))


def _paths(states: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A path a state; neighbours in one state are one rectangle of it."""
    drawn: dict[str, list[str]] = {}
    at = 0
    for state, run in groupby(states):
        length = len(list(run))
        if state in _HEIGHTS:
            height = _HEIGHTS[state]
            drawn.setdefault(state, []).append(f"M{at} {1 - height:g}h{length}v{height:g}h-{length}z")
        at += length
    for state in STATES:
        if state in drawn:
            yield state, "".join(drawn[state])


def _heads(order: Sequence[SystemResult]) -> Iterator[Head]:
    if len(order) <= _NAMED:
        for number, one in enumerate(order):
            name = one.name if len(one.name) <= _LONGEST_NAME else f"{one.name[: _LONGEST_NAME - 1]}…"
            yield Head(number + 0.5, name)
        return
    for tick in range(_TICKS):
        number = tick * len(order) // _TICKS
        yield Head(number, str(number + 1))
