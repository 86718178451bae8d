"""The smallest cover: named cases, and against trying everything."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.verdicts.cover import Cover, smallest_cover

CASES: dict[str, tuple[list[int], int, tuple[int, ...] | None]] = {
    "nothing to cover": ([0b1], 0, ()),
    "one": ([0b1], 0b1, (0,)),
    "the larger": ([0b01, 0b11, 0b10], 0b11, (1,)),
    "of equals the first": ([0b11, 0b11], 0b11, (0,)),
    "what only one has": ([0b011, 0b110], 0b111, (0, 1)),
    "out of reach": ([0b01], 0b11, None),
    "no sets": ([], 0b1, None),
    "more than asked for": ([0b1110, 0b0001], 0b0111, (0, 1)),
    # The greedy choice takes the set of four first and then needs two more.
    "better than greedy": ([0b111100, 0b101010, 0b010101], 0b111111, (1, 2)),
    "better than greedy, with nothing forced": ([0b001111, 0b010011, 0b101100, 0b010101, 0b101010], 0b111111, (1, 2)),
    "two parts": ([0b000011, 0b000110, 0b000101, 0b011000, 0b110000, 0b101000], 0b111111, (0, 1, 3, 4)),
}


@pytest.mark.parametrize(("sets", "everything", "chosen"), CASES.values(), ids=CASES)
def test_cover(sets: list[int], everything: int, chosen: tuple[int, ...] | None) -> None:
    found = smallest_cover(sets, everything)
    assert (found and found.chosen) == chosen
    assert found is None or found.exact


def test_out_of_steps_is_said_and_still_covers() -> None:
    sets = [0b011, 0b110, 0b101]
    assert smallest_cover(sets, 0b111) == Cover((0, 1))
    assert smallest_cover(sets, 0b111, most_steps=1) == Cover((0, 1), exact=False)


@given(st.lists(st.integers(0, 0b1111111), max_size=8), st.integers(0, 0b1111111))
def test_no_choice_is_smaller(sets: list[int], everything: int) -> None:
    def covers(chosen: tuple[int, ...]) -> bool:
        union = 0
        for place in chosen:
            union |= sets[place]
        return union & everything == everything

    least = next((n for n in range(len(sets) + 1) if any(map(covers, combinations(range(len(sets)), n)))), None)
    found = smallest_cover(sets, everything)
    assert (found and len(found.chosen)) == least
    assert found is None or (covers(found.chosen) and found.exact)
