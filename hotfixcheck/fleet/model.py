"""What is known of a fleet once it is judged: in memory only what every report counts, the verdicts in a file."""

from __future__ import annotations

import json
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Any, Self

from hotfixcheck.errors import HotfixcheckError
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.manifest.waivers import Waiver
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.finding import Evidence, Finding, Remedy, RemedyKind, Status
from hotfixcheck.verdicts.plan import Plan, PlanStep, Ways

WAIVED = "waived"
LETTERS = {Status.MISSING.value: "m", Status.INDETERMINATE.value: "i", WAIVED: "w", Status.FIXED.value: "f"}
LETTERS[Status.NOT_APPLICABLE.value] = "n"
"""How a state is written in `Judged.states`, in the order in which reports list them, the worst first."""

_IN_MEMORY = 1 << 24  # bytes of verdicts, before they go to a file


class FleetError(HotfixcheckError):
    """A fleet of which nothing can be said."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one article on one system; as Finding, without what it was found of."""

    status: Status
    evidence: Evidence
    reason: str
    regressed: bool
    waiver: Waiver | None
    remedy: Remedy | None


@dataclass(frozen=True, slots=True)
class Details:
    """What reports tell of one system after the other: a verdict for each article, in the fleet's order, what to
    install, and what could not be read of it."""

    verdicts: tuple[Verdict, ...]
    plan: Plan
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One judgement, of as many systems as are the same.

    `states` has a letter for each article. `system` is without its evidence, `about` is how many articles name its
    Windows, None if that is not known. `details` are packed, `idle` are the places of the waivers that waive nothing
    here.
    """

    states: str
    kind: str
    system: System
    about: int | None
    files_scanned: int
    files_unreadable: int
    fails: bool
    ways: Ways
    idle: frozenset[int]
    details: bytes = b""

    def count(self, state: str) -> int:
        return self.states.count(LETTERS[state])

    @property
    def state(self) -> str:
        """The worst state of any article, what is not applicable aside where anything is."""
        return next((state for state, letter in LETTERS.items() if letter in self.states), Status.NOT_APPLICABLE.value)


@dataclass(frozen=True, slots=True)
class SystemResult:
    """A system of the fleet with its judgement; `same_as` names the first system that is the same, "" for that one."""

    name: str
    source: str
    target: str
    judged: Judged
    place: int
    same_as: str = ""


@dataclass(frozen=True, slots=True)
class FleetStep:
    """Something to install, the systems that need it (their places), and the articles that it puts right on any."""

    remedy: Remedy
    systems: tuple[int, ...]
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FleetPlan:
    """The fewest different fixes with which every system can be put right. `exact` if fewer would not do."""

    steps: tuple[FleetStep, ...] = ()
    exact: bool = True


@dataclass(frozen=True, slots=True)
class FleetReport:
    """The verdicts on every system; `problems` are the systems and manifests that could not be used."""

    manifests: tuple[Manifest, ...]
    systems: tuple[SystemResult, ...]
    problems: tuple[Problem, ...]
    manifest_problems: tuple[Problem, ...]
    plan: FleetPlan
    spool: Spool
    checked: datetime | None = None

    @property
    def fails(self) -> bool:
        return any(system.judged.fails for system in self.systems)

    @property
    def judgements(self) -> int:
        """Different systems: those that are the same were judged once."""
        return len({system.place for system in self.systems})

    def details(self, system: SystemResult) -> Details:
        return self.spool.details(system.place)

    def totals(self) -> Counter[str]:
        """How many verdicts of each state there are on all systems."""
        return Counter({state: sum(system.judged.count(state) for system in self.systems) for state in LETTERS})

    def by_article(self) -> Iterator[tuple[Manifest, dict[str, list[int]]]]:
        """Each article with the places of the systems in each of its states."""
        names = {letter: state for state, letter in LETTERS.items()}
        states = [system.judged.states for system in self.systems]
        for place, manifest in enumerate(self.manifests):
            found: dict[str, list[int]] = {state: [] for state in LETTERS}
            for number, each in enumerate(states):
                found[names[each[place]]].append(number)
            yield manifest, found


class Spool:
    """Details by number, outside of memory once they are many.

    What is left in memory of a system is a letter for each article, and the numbers of what it may install.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by __exit__
        self._places: list[tuple[int, int]] = []
        self._last: tuple[int, Details] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def add(self, packed: bytes) -> int:
        """The number under which the details can be had."""
        self._places.append((self._file.seek(0, 2), len(packed)))
        self._file.write(packed)
        return len(self._places) - 1

    def details(self, number: int) -> Details:
        if self._last is None or self._last[0] != number:
            start, length = self._places[number]
            self._file.seek(start)
            self._last = number, unpacked(self._file.read(length))
        return self._last[1]


# --- details as bytes ------------------------------------------------------------------------------------------------


def packed(findings: tuple[Finding, ...], plan: Plan, problems: tuple[Problem, ...]) -> bytes:
    """The details of one system in few bytes, which `unpacked` takes."""
    values = {
        "verdicts": [_verdict(finding) for finding in findings],
        "plan": [
            [[_remedy(step.remedy), list(step.articles)] for step in plan.steps],
            *(plan.exact, list(plan.unknown), list(plan.later)),
        ],
        "problems": [[problem.path, problem.problem] for problem in problems],
    }
    return zlib.compress(json.dumps(values).encode(), 1)


def unpacked(data: bytes) -> Details:
    values = json.loads(zlib.decompress(data))
    steps, exact, unknown, later = values["plan"]
    return Details(
        tuple(
            Verdict(Status(status), Evidence(evidence), reason, regressed, _waiver_of(waiver), _remedy_of(remedy))
            for status, evidence, reason, regressed, waiver, remedy in values["verdicts"]
        ),
        Plan(
            tuple(PlanStep(_needed(remedy), tuple(articles)) for remedy, articles in steps),
            *(exact, tuple(unknown), tuple(later)),
        ),
        tuple(Problem(path, problem) for path, problem in values["problems"]),
    )


def _verdict(finding: Finding) -> list[Any]:
    waiver = finding.waiver
    said = None
    if waiver is not None:
        said = [waiver.article, waiver.reason, waiver.who, waiver.until.isoformat(), waiver.file]
    remedy = None if finding.remedy is None else _remedy(finding.remedy)
    return [finding.status.value, finding.evidence.value, finding.reason, finding.regressed, said, remedy]


def _remedy(remedy: Remedy) -> list[Any]:
    return [remedy.kind.value, remedy.name, remedy.title, list(remedy.first)]


def _remedy_of(values: list[Any] | None) -> Remedy | None:
    return None if values is None else _needed(values)


def _needed(values: list[Any]) -> Remedy:
    kind, name, title, first = values
    return Remedy(RemedyKind(kind), name, title, tuple(first))


def _waiver_of(values: list[Any] | None) -> Waiver | None:
    if values is None:
        return None
    article, reason, who, until, file = values
    return Waiver(article, reason, who, date.fromisoformat(until), file)
