"""Expressions fold what OVAL has no word for."""

from __future__ import annotations

import pytest

from hotfixcheck.oval.logic import (
    ALWAYS,
    NEVER,
    Every,
    Expression,
    RegistryObject,
    Some,
    Undecided,
    Without,
    every,
    shared,
    some,
    without,
)
from hotfixcheck.oval.logic import Test as OvalTest

A, B = (OvalTest(RegistryObject("key", name), (), name) for name in "ab")
OPEN = Undecided("open")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(every(), ALWAYS, id="AND of nothing"),
        pytest.param(some(), NEVER, id="OR of nothing"),
        pytest.param(every(A), A, id="AND of one"),
        pytest.param(every(A, ALWAYS, B), Every((A, B)), id="AND with true"),
        pytest.param(every(A, NEVER), NEVER, id="AND with false"),
        pytest.param(some(A, ALWAYS), ALWAYS, id="OR with true"),
        pytest.param(some(A, NEVER, B), Some((A, B)), id="OR with false"),
        pytest.param(every(A, every(B, A)), Every((A, B)), id="AND in AND, each once"),
        pytest.param(some(A, some(B, OPEN)), Some((A, B, OPEN)), id="OR in OR"),
        pytest.param(every(A, some(A, B)), Every((A, Some((A, B)))), id="OR in AND"),
        pytest.param(without(without(A)), A, id="NOT of NOT"),
        pytest.param(without(A), Without(A), id="NOT"),
        pytest.param(without(ALWAYS), NEVER, id="NOT true"),
        pytest.param(without(NEVER), ALWAYS, id="NOT false"),
        pytest.param(shared("it", NEVER), NEVER, id="nothing to share"),
    ],
)
def test_folding(made: Expression, expected: Expression) -> None:
    assert made == expected
