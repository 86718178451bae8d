"""One system of a fleet after the other: each is judged as `check` judges it, and one that is the same is not again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from hotfixcheck.errors import HotfixcheckError
from hotfixcheck.fleet.model import LETTERS, WAIVED, Judged, packed
from hotfixcheck.fleet.sources import Loader, Member, problem_of
from hotfixcheck.inventory.jsonl import dump
from hotfixcheck.inventory.model import Inventory
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.manifest.waivers import Waiver
from hotfixcheck.system.clues import Problem
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Finding, Status
from hotfixcheck.verdicts.remedy import with_ways
from hotfixcheck.verdicts.waivers import waive


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every system: these articles, with remedies from the catalogue, and what is accepted.

    `ready` makes of an inventory, by its file, what is judged, and raises HotfixcheckError for one that cannot be.
    """

    manifests: tuple[Manifest, ...]
    catalogue: tuple[Manifest, ...]
    ready: Callable[[Inventory, Path], Inventory]
    waivers: tuple[Waiver, ...] = ()
    today: date = date.min
    failing: tuple[Status, ...] = (Status.MISSING,)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one system: its `key`, which only systems that are the same have, and its judgement unless that
    key was judged before; or the problem for which it has none."""

    target: str = ""
    key: bytes = b""
    judged: Judged | None = None
    problem: Problem | None = None


class Judge:
    """Answers the question for one system after the other; holds no inventory but the one at hand."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._loader = Loader()
        self._known: set[bytes] = set()

    def answer(self, member: Member) -> Answer:
        """Never raises for what is wrong with the inventory."""
        try:
            inventory = self._question.ready(self._loader.load(member), member.file)
        except HotfixcheckError as error:
            return Answer(problem=problem_of(error, member.file))
        key = key_of(inventory)
        if key in self._known:
            return Answer(inventory.target, key)
        judged = self._judged(inventory)
        self._known.add(key)
        return Answer(inventory.target, key, judged)

    def close(self) -> None:
        self._loader.close()

    def _judged(self, inventory: Inventory) -> Judged:
        asked = self._question
        waived, idle = waive(compare(asked.manifests, inventory), asked.waivers, asked.today)
        findings, plan, ways = with_ways(waived, asked.catalogue, inventory)
        places = {id(waiver): place for place, waiver in enumerate(asked.waivers)}
        return Judged(
            states="".join(LETTERS[_state(finding)] for finding in findings),
            kind=inventory.layout.kind.value,
            system=replace(inventory.system, evidence=(), fixes=(), applications=()),
            files_scanned=sum(record.facts is not None for record in inventory.records),
            files_unreadable=sum(record.facts is None for record in inventory.records),
            fails=any(finding.waiver is None and finding.status in asked.failing for finding in findings),
            ways=ways(),
            idle=frozenset(places[id(each.waiver)] for each in idle),
            details=packed(findings, plan, inventory.all_problems()),
        )


def _state(finding: Finding) -> str:
    return WAIVED if finding.waiver is not None else finding.status.value


def key_of(inventory: Inventory) -> bytes:
    """What a verdict depends on, as a hash: all that an inventory file would have, but the name of its target.

    A verdict is a pure function of the manifests and the inventory, and an inventory file has all of that.
    """
    whole = sha256()
    for line in dump(replace(inventory, target="")):
        whole.update(line.encode() + b"\n")
    return whole.digest()
