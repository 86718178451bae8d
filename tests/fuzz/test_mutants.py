"""A bounded run of what fuzz_readers.py does at length."""

from __future__ import annotations

import pytest

from tests.fuzz.fuzz_readers import LONGEST, one_input, seconds_of
from tests.fuzz.mutation import mutant
from tests.fuzz.seeds import SEEDS

MUTANTS = 2000


@pytest.mark.parametrize("data", SEEDS.values(), ids=SEEDS)
def test_a_seed_is_answered(data: bytes) -> None:
    one_input(data)


def test_mutants_are_answered() -> None:
    """Mutants are numbered: `mutant(n)` is the file of a failure."""
    for number in range(MUTANTS):
        data = mutant(number)
        try:
            one_input(data)
        except Exception as error:
            error.add_note(f"mutant({number})")
            raise
        assert seconds_of(data) < LONGEST, f"mutant({number})"


def test_a_number_is_always_the_same_mutant() -> None:
    assert [mutant(number) for number in range(20)] == [mutant(number) for number in range(20)]
    assert len({mutant(number) for number in range(100)}) > 90
