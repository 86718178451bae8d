"""The report on a fleet for a person at a terminal: the worst systems first, then the most widespread articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from hotfixcheck.fleet.formats.words import counts_words, named, step_words, summary, worst_first
from hotfixcheck.fleet.model import FleetReport
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.reports.columns import columns
from hotfixcheck.reports.model import Style
from hotfixcheck.reports.table import COLOURS, NOTICE, listed, section
from hotfixcheck.reports.words import HEADINGS, system_line
from hotfixcheck.verdicts.waivers import FAILING

_MOST = 25
"""So many systems, articles and fixes are listed without being asked for."""

_FEW = 4
"""So many systems are named beside an article or a fix."""


def render(report: FleetReport, style: Style) -> Iterator[str]:
    if style.verbosity >= 0:
        for line in _lines(report, style):
            yield f"{line}\n"
        yield "\n"
    for line in wrap(summary(report), style.width) if style.verbosity >= 0 else [summary(report)]:
        yield f"{line}\n"


def _lines(report: FleetReport, style: Style) -> Iterator[str]:
    most = None if style.verbosity > 0 else _MOST
    few = None if style.verbosity > 0 else _FEW
    systems = worst_first(report)
    yield f"Systems ({len(systems):,})"
    rows = [(one.name, system_line(one.judged.system), counts_words(one.judged)) for one in systems[:most]]
    yield from columns(rows, style.width, indent=2)
    yield from _rest(len(systems), most)
    found = list(report.by_article())
    for status in FAILING:
        articles = [(manifest, states[status.value]) for manifest, states in found if states[status.value]]
        articles.sort(key=lambda one: -len(one[1]))
        yield from section(HEADINGS[status], len(articles), COLOURS[status], style)
        yield from columns([_article(report, *one, few) for one in articles[:most]], style.width, indent=2)
        yield from _rest(len(articles), most)
    steps = report.plan.steps
    more = "" if report.plan.exact else ", near the fewest"
    yield from section("To get, the fewest fixes for all of them", len(steps), NOTICE, style, more)
    rows = [
        (f"{number}.", step.remedy.name, step_words(report, step, few))
        for number, step in enumerate(steps[:most], start=1)
    ]
    yield from columns(rows, style.width, indent=2)
    yield from _rest(len(steps), most)
    problems = [*report.problems, *report.manifest_problems]
    yield from listed("Not used", [(problem.path, problem.problem) for problem in problems], style)


def _article(report: FleetReport, manifest: Manifest, places: Sequence[int], few: int | None) -> tuple[str, str, str]:
    where = named(report, places, few)
    count = "" if where == "every system" else f"{len(places):,}: "
    return manifest.article, manifest.title, f"on {count}{where}"


def _rest(number: int, most: int | None) -> Iterator[str]:
    if most is not None and number > most:
        yield f"  … and {number - most:,} more; -v lists all"
