"""What to install so that nothing is missing any more: the smallest set of fixes, in order (rule 17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from heapq import heappop, heappush
from itertools import permutations
from operator import or_

from hotfixcheck.manifest.model import FileRow
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.cover import bits, smallest_cover
from hotfixcheck.verdicts.coverage import carried
from hotfixcheck.verdicts.finding import Remedy
from hotfixcheck.verdicts.needs import Need
from hotfixcheck.verdicts.supersedence import RANKS, Carrier, remedy_of


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One installation, and the missing articles that it puts right and none before it did."""

    remedy: Remedy
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to install, in this order, so that nothing is missing any more.

    `exact` if no smaller set of fixes would do. `unknown` are missing articles that nothing in the catalogue puts
    right, `later` those that apply only after the plan's service pack and are missing then.
    """

    steps: tuple[PlanStep, ...] = ()
    exact: bool = True
    unknown: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


NO_PLAN = Plan()


@dataclass(frozen=True, slots=True)
class Ways:
    """Everything that puts a missing article right, for who chooses for several systems at once.

    `articles` are those that something puts right, each with the places in `remedies` of what does, any one of them.
    `always` are the places of what must be installed whatever is chosen: the service pack of Windows that this system's
    own plan begins with. `free` if there was no choice of having that service pack or not.
    """

    remedies: tuple[Remedy, ...] = ()
    articles: tuple[tuple[str, tuple[int, ...]], ...] = ()
    always: tuple[int, ...] = ()
    free: bool = True


def ways_of(wanted: Sequence[int], needs: Sequence[Need], carriers: Sequence[Carrier], plan: Plan) -> Ways:
    """The ways that are open beside the one that `plan` took, with its choice of the service pack of Windows."""
    pack = next((carrier for carrier in carriers if carrier.is_windows_pack), None)
    taken = pack is not None and any(step.remedy.name == pack.name for step in plan.steps)
    usable = [each for each in carriers if taken or (each.requires is None and each is not pack)]
    articles = []
    for place in wanted:
        covering = [at for at, each in enumerate(usable) if each.covers >> place & 1]
        if taken and any(usable[at] is pack for at in covering):
            covering = [at for at in covering if usable[at] is pack]
        if covering:
            articles.append((needs[place].article, tuple(covering)))
    return Ways(
        tuple(Remedy(each.kind, each.name, each.title) for each in usable),
        tuple(articles),
        tuple(at for at, each in enumerate(usable) if taken and each is pack),
        pack is None,
    )


def plan_of(
    wanted: Sequence[int], needs: Sequence[Need], missing: int, carriers: Sequence[Carrier], system: System
) -> Plan:
    """The smallest set, without the service pack of Windows that some fixes require or with it, which wins a tie."""
    asked = reduce(or_, (1 << place for place in wanted), 0)
    reachable = asked & reduce(or_, (carrier.covers for carrier in carriers), 0)
    unknown = tuple(needs[place].article for place in wanted if not reachable >> place & 1)
    pack = next((carrier for carrier in carriers if carrier.is_windows_pack), None)
    rest = [carrier for carrier in carriers if carrier is not pack]
    without = _cover(reachable, [carrier for carrier in rest if carrier.requires is None])
    chosen, exact = without or ([], True)
    if pack is not None and reachable:
        after, is_exact = _cover(reachable & ~pack.covers, rest) or ([], True)
        if without is None or len(after) + 1 <= len(chosen):
            chosen, exact = [pack, *after], is_exact
    brought = reduce(or_, (carrier.covers for carrier in chosen), 0)
    later = (needs[place].article for place in range(missing, len(needs)) if not brought >> place & 1)
    return Plan(
        _steps(_in_order(chosen), reachable, needs, system), exact, unknown, tuple(later) if pack in chosen else ()
    )


def _cover(places: int, carriers: Sequence[Carrier]) -> tuple[list[Carrier], bool] | None:
    newest_first = sorted(carriers, key=lambda carrier: carrier.newest, reverse=True)
    found = smallest_cover([carrier.covers for carrier in newest_first], places)
    return None if found is None else ([newest_first[place] for place in found.chosen], found.exact)


def _in_order(chosen: Iterable[Carrier]) -> Iterator[Carrier]:
    """Service packs, packages, then articles; of two that bring the same file the older first, else by age."""
    ranked = sorted(chosen, key=lambda each: (not each.is_windows_pack, -RANKS[each.kind], each.newest, each.name))
    after: list[set[int]] = [set() for _ in ranked]
    waits = [0] * len(ranked)
    for sharing in _rows_by_path(ranked).values():
        for (one, older), (other, newer) in permutations(sharing, 2):
            if carried(older, newer) and not carried(newer, older) and other not in after[one]:
                after[one].add(other)
                waits[other] += 1
    ready = [rank for rank, count in enumerate(waits) if not count]
    left = dict.fromkeys(range(len(ranked)))
    while left:
        rank = heappop(ready) if ready else next(iter(left))  # a circle of files is broken by age
        del left[rank]
        for other in after[rank]:
            waits[other] -= 1
            if not waits[other] and other in left:
                heappush(ready, other)
        yield ranked[rank]


def _rows_by_path(carriers: Sequence[Carrier]) -> dict[str, list[tuple[int, FileRow]]]:
    found: dict[str, list[tuple[int, FileRow]]] = defaultdict(list)
    for rank, carrier in enumerate(carriers):
        for path, row in carrier.need.brings.items() if carrier.need else ():
            found[path].append((rank, row))
    return found


def _steps(chosen: Iterable[Carrier], places: int, needs: Sequence[Need], system: System) -> tuple[PlanStep, ...]:
    left, steps = places, []
    for carrier in chosen:
        here = (bit.bit_length() - 1 for bit in bits(left & carrier.covers))
        left &= ~carrier.covers
        steps.append(PlanStep(remedy_of(carrier, system), tuple(needs[place].article for place in here)))
    return tuple(steps)
