"""The fewest different fixes that put a whole fleet right: what has to be fetched, tested and approved (rule 17)."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from hotfixcheck.fleet.model import FleetPlan, FleetStep
from hotfixcheck.verdicts.cover import bits, smallest_cover
from hotfixcheck.verdicts.finding import Remedy, RemedyKind
from hotfixcheck.verdicts.plan import Ways

_BIGGEST_FIRST = (RemedyKind.SERVICE_PACK, RemedyKind.PACKAGE, RemedyKind.ARTICLE)


class Fewest:
    """Takes the ways that are open to each system, and chooses for all of them at the end.

    Most articles are put right by the same fixes on most systems: such a set of fixes, a bit mask, is kept once, and of
    a system only the numbers of its sets and of its articles, 8 bytes each.
    """

    def __init__(self, articles: Sequence[str]) -> None:
        self._articles = articles
        self._places = {article: place for place, article in enumerate(articles)}
        self._remedies: dict[Remedy, int] = {}
        self._sets: dict[int, int] = {}
        self._systems: list[tuple[array[int], array[int]]] = []
        self._free = True

    def add(self, ways: Ways) -> int:
        """The number of a judgement with these ways, for `plan`."""
        own = [self._remedies.setdefault(remedy, len(self._remedies)) for remedy in ways.remedies]
        numbers, places = array("I"), array("I")
        nowhere = len(self._articles)
        needed = [(nowhere, (at,)) for at in ways.always]
        for place, covering in [*((self._places[one], at) for one, at in ways.articles), *needed]:
            mask = sum(1 << at for at in {own[at] for at in covering})
            numbers.append(self._sets.setdefault(mask, len(self._sets)))
            places.append(place)
        self._systems.append((numbers, places))
        self._free &= ways.free
        return len(self._systems) - 1

    def plan(self, systems: Mapping[int, Sequence[int]]) -> FleetPlan:
        """What to install; `systems` are the places of the systems of each judgement, by the number `add` gave."""
        remedies = list(self._remedies)
        hardest = _smallest(self._sets)
        uses = self._uses(systems)
        order = sorted(
            range(len(remedies)),
            key=lambda at: (_BIGGEST_FIRST.index(remedies[at].kind), -uses[at], remedies[at].name),
        )
        covers = [sum(1 << place for place, mask in enumerate(hardest) if mask >> at & 1) for at in order]
        found = smallest_cover(covers, (1 << len(hardest)) - 1)
        chosen = [order[at] for at in found.chosen] if found else []
        first = {number: self._first(mask, chosen) for mask, number in self._sets.items()}
        needing: dict[int, set[int]] = defaultdict(set)
        righting: dict[int, set[int]] = defaultdict(set)
        for judgement, (numbers, places) in enumerate(self._systems):
            for number, place in zip(numbers, places, strict=True):
                needing[first[number]].update(systems[judgement])
                righting[first[number]].add(place)
        steps = tuple(
            FleetStep(
                remedies[at],
                tuple(sorted(needing[at])),
                tuple(self._articles[place] for place in sorted(righting[at]) if place < len(self._articles)),
            )
            for at in chosen
        )
        return FleetPlan(steps, found is None or (found.exact and self._free))

    def _first(self, mask: int, chosen: Iterable[int]) -> int:
        """The first of the chosen fixes that is in a set; one of them is."""
        return next(at for at in chosen if mask >> at & 1)

    def _uses(self, systems: Mapping[int, Sequence[int]]) -> list[int]:
        """How many articles, on all systems, each fix puts right."""
        of_set: dict[int, int] = defaultdict(int)
        for judgement, (numbers, _) in enumerate(self._systems):
            for number in numbers:
                of_set[number] += len(systems[judgement])
        uses = [0] * len(self._remedies)
        for mask, number in self._sets.items():
            for bit in bits(mask):
                uses[bit.bit_length() - 1] += of_set[number]
        return uses


def _smallest(sets: Iterable[int]) -> list[int]:
    """The sets that hold no other: whoever takes one of each of these has taken one of every set."""
    kept: list[int] = []
    by_lowest: dict[int, list[int]] = defaultdict(list)
    for mask in sorted(sets, key=lambda mask: (mask.bit_count(), mask)):
        if not any(other & mask == other for bit in bits(mask) for other in by_lowest[bit]):
            kept.append(mask)
            by_lowest[mask & -mask].append(mask)
    return kept
