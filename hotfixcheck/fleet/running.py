"""The whole fleet: systems judged in their order, by one process or several, and what is counted over all of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime

from hotfixcheck.fleet.judging import Answer, Judge, Question
from hotfixcheck.fleet.model import FleetError, FleetReport, Judged, Spool, SystemResult
from hotfixcheck.fleet.plan import Fewest
from hotfixcheck.fleet.sources import Member
from hotfixcheck.system.clues import Problem
from hotfixcheck.verdicts.plan import Ways
from hotfixcheck.verdicts.waivers import IdleWaiver

ENOUGH = 12
"""Systems a process: with fewer, starting it and loading the catalogue into it costs more than it saves."""

_AT_ONCE = 4
"""Systems that a process is given at a time: neighbours in name, which are the same more often than others."""

Progress = Callable[[int, int], object]
"""Takes how many systems are judged, of how many."""


def jobs_for(systems: int) -> int:
    """How many processes so many systems reward."""
    return max(1, min(os.cpu_count() or 1, systems // ENOUGH))


def judge_fleet(
    members: Sequence[Member],
    problems: tuple[Problem, ...],
    question: Question,
    spool: Spool,
    *,
    jobs: int = 1,
    checked: datetime | None = None,
    manifest_problems: tuple[Problem, ...] = (),
    progress: Progress = lambda _done, _all: None,
) -> FleetReport:
    """The report on the members; `problems` are those of the sources, to which those of the members are added.

    `spool` takes the verdicts, and has to be open as long as the report is. Raises FleetError if a process dies.
    """
    numbers: dict[bytes, int] = {}
    judgements: dict[int, tuple[Judged, str]] = {}
    systems: list[SystemResult] = []
    unusable = list(problems)
    fewest = Fewest([manifest.article for manifest in question.manifests])
    with _answers(members, question, jobs) as answers:
        for member, answer in zip(members, answers, strict=True):
            progress(len(systems) + len(unusable) - len(problems) + 1, len(members))
            if answer.problem is not None:
                unusable.append(answer.problem)
                continue
            if answer.judged is not None and answer.key not in numbers:
                numbers[answer.key] = spool.add(answer.judged.details)
                fewest.add(answer.judged.ways)
                # What only details and the plan are made of is not kept for every system.
                judgements[numbers[answer.key]] = replace(answer.judged, details=b"", ways=Ways()), member.name
            number = numbers[answer.key]
            judged, first = judgements[number]
            same_as = "" if first == member.name else first
            systems.append(SystemResult(member.name, str(member.file), answer.target, judged, number, same_as))
    places: dict[int, list[int]] = defaultdict(list)
    for place, system in enumerate(systems):
        places[system.place].append(place)
    return FleetReport(
        manifests=question.manifests,
        systems=tuple(systems),
        problems=tuple(unusable),
        manifest_problems=manifest_problems,
        plan=fewest.plan(places),
        spool=spool,
        checked=checked,
    )


def idle_everywhere(report: FleetReport, question: Question) -> tuple[IdleWaiver, ...]:
    """The waivers that waive nothing on any system."""
    idle = frozenset.intersection(*(system.judged.idle for system in report.systems)) if report.systems else ()
    return tuple(
        IdleWaiver(question.waivers[place], question.waivers[place].until < question.today, "on no system")
        for place in sorted(idle)
    )


# --- by processes ----------------------------------------------------------------------------------------------------


@contextmanager
def _answers(members: Sequence[Member], question: Question, jobs: int) -> Iterator[Iterator[Answer]]:
    """An answer for each member, in their order."""
    jobs = min(jobs, max(len(members), 1))
    if jobs == 1:
        with closing(Judge(question)) as judge:
            yield map(judge.answer, members)
        return
    pool = ProcessPoolExecutor(
        # Not forked: a terminal's progress is shown by a thread.
        jobs,
        multiprocessing.get_context("spawn"),
        _begin,
        (question,),
    )
    try:
        yield pool.map(_answer, members, chunksize=max(1, min(_AT_ONCE, len(members) // jobs)))
    except BrokenProcessPool:
        raise FleetError(
            "a process that judged systems has died", advice="--jobs 1 says at which; memory may be short"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


_judge: Judge | None = None


def _begin(question: Question) -> None:
    """In each process: Ctrl-C is for the one that started it."""
    global _judge  # noqa: PLW0603 - a process has one question
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _judge = Judge(question)


def _answer(member: Member) -> Answer:
    assert _judge is not None  # noqa: S101 - _begin has been called
    return _judge.answer(member)
