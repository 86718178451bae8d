"""One judgement for systems that are the same, and another for whatever a verdict may depend on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hotfixcheck.fleet.judging import Judge, Question, key_of
from hotfixcheck.fleet.sources import members_of
from hotfixcheck.inventory import Coverage, Inventory
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.system.clues import Problem
from hotfixcheck.targets.layout import Layout, TargetKind
from hotfixcheck.verdicts.finding import Status
from tests.build.fleets import a_system, write_lines, write_parquet
from tests.build.systems import article, facts, inventory, system, table

CHANGES: dict[str, Callable[[Inventory], Inventory]] = {
    "a version": lambda one: a_system(1),
    "a file less": lambda one: replace(one, records=one.records[1:]),
    "a problem": lambda one: replace(one, problems=(Problem("a", "b"),)),
    "what was looked for": lambda one: (
        replace(one, coverage=Coverage(True)) if not one.coverage.everything else replace(one, coverage=Coverage(False))
    ),
    "a target cut short": lambda one: replace(one, coverage=replace(one.coverage, whole=False)),
    "where Windows lies": lambda one: replace(one, layout=Layout(TargetKind.WINDOWS, "", "system32")),
    "the service pack": lambda one: replace(one, system=system(pack="SP5")),
    "the language": lambda one: replace(one, system=replace(one.system, language=0x407)),
    "a fix in the registry": lambda one: replace(one, system=system(Q246691=1)),
    "a time": lambda one: replace(
        one, records=(replace(one.records[0], facts=facts("1.0", modified="2000-01-01T00:00")), *one.records[1:])
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_a_verdict_may_depend_on_makes_another_system(change: Callable[[Inventory], Inventory]) -> None:
    assert key_of(change(a_system())) != key_of(a_system())


def test_the_targets_name_does_not() -> None:
    assert key_of(a_system(name="C:\\")) == key_of(a_system(name="/mnt/disk"))


def as_it_is(each: Inventory, _file: Path) -> Inventory:
    return each


QUESTION = Question((article(table(FileRow("ole32.dll", version="4.0.1381.300")), number="Q1"),), (), as_it_is)


def test_a_system_is_judged_once(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", {"a": a_system(), "b": a_system(name="elsewhere"), "c": a_system(1)})
    write_lines(tmp_path / "d.jsonl", a_system(1))
    members, _ = members_of([tmp_path])
    judge = Judge(QUESTION)
    answers = [judge.answer(member) for member in members]
    judge.close()
    assert [answer.judged is not None for answer in answers] == [True, False, True, False]
    assert [answer.target for answer in answers] == ["plant", "elsewhere", "plant", "plant"]
    assert answers[0].judged is not None
    assert answers[0].judged.states == "m"
    assert answers[0].judged.fails
    assert answers[0].judged.state == Status.MISSING


def test_an_inventory_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.jsonl", inventory(system()))
    members, _ = members_of([file])
    file.unlink()
    answer = Judge(QUESTION).answer(members[0])
    assert answer.judged is None
    assert answer.problem is not None
    assert answer.problem.path == str(file)
