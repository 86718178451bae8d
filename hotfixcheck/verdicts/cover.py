"""The smallest choice of sets that covers everything, for plans: exact where that is in reach, else near it.

Sets are bit masks over what is to be covered. Reduced first, which is exact: a set inside another is left out, and one
that alone covers something is taken; what remains falls into parts that share nothing, each solved by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_STEPS = 20_000
"""Choices tried in one part before the best so far is taken. That is no worse than the greedy choice, which takes at
most 1 + ln(n) times as many sets as needed to cover n things (Chvátal 1979)."""


@dataclass(frozen=True, slots=True)
class Cover:
    """The chosen sets by their place in the input, ascending; `exact` if no smaller choice covers everything."""

    chosen: tuple[int, ...]
    exact: bool = True


def smallest_cover(sets: Sequence[int], everything: int, most_steps: int = MOST_STEPS) -> Cover | None:
    """Sets whose union is `everything`, as few as can be; None if all together are not. Of equals the first counts."""
    chosen: list[int] = []
    exact = True
    live = {place: mask & everything for place, mask in enumerate(sets)}
    left = everything
    while left:
        live = undominated({place: mask & left for place, mask in live.items()})
        forced = _forced(live, left)
        if forced is None:
            return None
        if not forced:
            break
        for place in forced:
            chosen.append(place)
            left &= ~live.pop(place)
    for part in _parts(live, left):
        found, is_exact = _Search({place: live[place] for place in part}, most_steps).best()
        chosen += found
        exact &= is_exact
    return Cover(tuple(sorted(chosen)), exact)


def undominated(live: Mapping[int, int]) -> dict[int, int]:
    """Without the sets that are empty or inside another; of two equal ones the first stays."""
    kept: dict[int, int] = {}
    holding: dict[int, list[int]] = defaultdict(list)
    for place, mask in sorted(live.items(), key=lambda item: (-item[1].bit_count(), item[0])):
        # Only sets that have its first member can hold it.
        if mask and not any(mask & other == mask for other in holding[mask & -mask]):
            kept[place] = mask
            for bit in bits(mask):
                holding[bit].append(mask)
    return kept


def _forced(live: dict[int, int], left: int) -> list[int] | None:
    """The sets that alone cover something; None if something is in no set."""
    once = twice = 0
    for mask in live.values():
        twice |= once & mask
        once |= mask
    if once & left != left:
        return None
    alone = once & ~twice
    return [place for place, mask in live.items() if mask & alone]


def _parts(live: dict[int, int], left: int) -> list[list[int]]:
    """The sets in groups that share nothing with each other."""
    parts: list[tuple[int, list[int]]] = []
    for place, mask in live.items() if left else ():
        joined, places = mask, [place]
        rest = []
        for other, members in parts:
            if other & mask:
                joined |= other
                places += members
            else:
                rest.append((other, members))
        parts = [*rest, (joined, places)]
    return [sorted(places) for _, places in parts]


class _Search:
    """Branch and bound over the sets that cover what is covered by fewest."""

    def __init__(self, sets: dict[int, int], most_steps: int) -> None:
        self._sets = sorted(sets.items(), key=lambda item: (-item[1].bit_count(), item[0]))
        self._everything = 0
        for mask in sets.values():
            self._everything |= mask
        self._largest = self._sets[0][1].bit_count()
        self._steps = most_steps
        self._best = self._greedy()

    def best(self) -> tuple[list[int], bool]:
        self._branch([], self._everything)
        return self._best, self._steps > 0

    def _greedy(self) -> list[int]:
        chosen, left = [], self._everything
        while left:
            place, mask = max(self._sets, key=lambda item: ((item[1] & left).bit_count(), -item[0]))
            chosen.append(place)
            left &= ~mask
        return chosen

    def _branch(self, chosen: list[int], left: int) -> None:
        if not left:
            self._best = chosen
            return
        self._steps -= 1
        needed = -(-left.bit_count() // self._largest)
        if self._steps <= 0 or len(chosen) + needed >= len(self._best):
            return
        hardest = min(bits(left), key=lambda bit: sum(bool(mask & bit) for _, mask in self._sets))
        for place, mask in self._sets:
            if mask & hardest:
                self._branch([*chosen, place], left & ~mask)


def bits(mask: int) -> list[int]:
    """The masks of one bit each that a mask is made of, from the lowest on."""
    found = []
    while mask:
        found.append(mask & -mask)
        mask &= mask - 1
    return found
