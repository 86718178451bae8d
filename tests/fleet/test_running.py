"""A fleet by one process or several, and what is left when one dies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hotfixcheck.fleet.judging import Question
from hotfixcheck.fleet.model import FleetError, Spool
from hotfixcheck.fleet.running import idle_everywhere, jobs_for, judge_fleet
from hotfixcheck.fleet.sources import members_of
from hotfixcheck.inventory import Inventory
from tests.build.fleets import a_system, write_lines
from tests.fleet.test_formats import MANIFESTS, WAIVER
from tests.fleet.test_judging import as_it_is


def dies(each: Inventory, _file: Path) -> Inventory:
    if each.target == "bad":
        os._exit(9)
    return each


def fleet(folder: Path) -> None:
    for number in range(6):
        write_lines(folder / f"pc-{number}.jsonl", a_system(number // 2))


@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_every_number_of_processes_gives_the_same(jobs: int, tmp_path: Path) -> None:
    fleet(tmp_path)
    members, problems = members_of([tmp_path])
    seen: list[int] = []
    with Spool() as spool:
        found = judge_fleet(
            *(members, problems, Question(MANIFESTS, MANIFESTS, as_it_is), spool),
            jobs=jobs,
            progress=lambda done, _all: seen.append(done),
        )
        assert [one.name for one in found.systems] == [f"pc-{number}" for number in range(6)]
        assert [one.same_as for one in found.systems] == ["", "pc-0", "", "pc-2", "", "pc-4"]
        assert found.judgements == 3
        assert len({found.details(one) for one in found.systems}) == 3
    assert seen == [1, 2, 3, 4, 5, 6]


def test_a_process_that_dies_is_an_error(tmp_path: Path) -> None:
    fleet(tmp_path)
    write_lines(tmp_path / "pc-9.jsonl", a_system(9, "bad"))
    members, problems = members_of([tmp_path])
    with Spool() as spool, pytest.raises(FleetError, match="a process that judged systems has died"):
        judge_fleet(members, problems, Question(MANIFESTS, MANIFESTS, dies), spool, jobs=2)


def test_details_come_back_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("hotfixcheck.fleet.model._IN_MEMORY", 1)
    fleet(tmp_path)
    members, problems = members_of([tmp_path])
    with Spool() as spool:
        found = judge_fleet(members, problems, Question(MANIFESTS, MANIFESTS, as_it_is), spool)
        reasons = [[verdict.reason for verdict in found.details(one).verdicts] for one in reversed(found.systems)]
    assert reasons[0] == reasons[1] != reasons[2]


def test_a_waiver_is_idle_that_waives_nothing_anywhere(tmp_path: Path) -> None:
    fleet(tmp_path)
    members, problems = members_of([tmp_path])
    for waiver, idle in ((WAIVER, []), (WAIVER.__class__("Q9", "x", "y", WAIVER.until), ["Q9"])):
        question = Question(MANIFESTS, MANIFESTS, as_it_is, (waiver,))
        with Spool() as spool:
            found = judge_fleet(members, problems, question, spool)
            assert [each.waiver.article for each in idle_everywhere(found, question)] == idle


@pytest.mark.parametrize(("processors", "jobs"), [(8, [1, 1, 1, 2, 8]), (None, [1, 1, 1, 1, 1])])
def test_few_systems_are_judged_by_one_process(
    processors: int | None, jobs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    assert [jobs_for(number) for number in (0, 1, 23, 24, 1000)] == jobs
