"""The fewest different fixes for a fleet: small fleets against every choice there is."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.fleet.model import FleetPlan
from hotfixcheck.fleet.plan import Fewest
from hotfixcheck.verdicts.finding import Remedy, RemedyKind
from hotfixcheck.verdicts.plan import Ways

ARTICLES = [f"Q{number}" for number in range(5)]


def fix(name: str, kind: RemedyKind = RemedyKind.ARTICLE) -> Remedy:
    return Remedy(kind, name)


def ways(open_to: dict[str, str], always: str = "", free: bool = True) -> Ways:
    """`open_to` has for each article the fixes, of one letter each, that put it right."""
    names = sorted({*"".join(open_to.values()), *always})
    return Ways(
        tuple(map(fix, names)),
        tuple((article, tuple(names.index(name) for name in fixes)) for article, fixes in open_to.items()),
        tuple(map(names.index, always)),
        free,
    )


def plan(*systems: Ways) -> FleetPlan:
    fewest = Fewest(ARTICLES)
    numbers = [fewest.add(each) for each in systems]
    return fewest.plan({number: [number] for number in numbers})


def steps(found: FleetPlan) -> list[tuple[str, tuple[int, ...], tuple[str, ...]]]:
    return [(step.remedy.name, step.systems, step.articles) for step in found.steps]


@pytest.mark.parametrize(
    ("systems", "expected"),
    [
        pytest.param([], [], id="no system"),
        pytest.param([ways({})], [], id="nothing missing"),
        pytest.param([ways({"Q1": "a"})], [("a", (0,), ("Q1",))], id="one"),
        pytest.param(
            [ways({"Q1": "ab", "Q2": "a"}), ways({"Q1": "ab"})],
            [("a", (0, 1), ("Q1", "Q2"))],
            id="one that others need",
        ),
        pytest.param(
            [ways({"Q1": "a"}, always="p")], [("a", (0,), ("Q1",)), ("p", (0,), ())], id="required by the rest"
        ),
    ],
)
def test_chosen(systems: list[Ways], expected: list[tuple[str, tuple[int, ...], tuple[str, ...]]]) -> None:
    assert sorted(steps(plan(*systems))) == sorted(expected)


def test_a_service_pack_is_listed_first() -> None:
    pack = Ways((fix("a"), fix("z", RemedyKind.SERVICE_PACK)), (("Q1", (0,)), ("Q2", (1,))))
    assert [name for name, _, _ in steps(plan(pack))] == ["z", "a"]


def test_where_a_service_pack_was_a_choice_it_is_near_the_fewest() -> None:
    assert plan(ways({"Q1": "a"})).exact
    assert not plan(ways({"Q1": "a"}, free=False)).exact


FLEETS = st.lists(st.dictionaries(st.sampled_from(ARTICLES), st.text("abcdef", min_size=1, max_size=4)), max_size=4)


@given(FLEETS)
def test_it_is_the_fewest_and_puts_everything_right(fleet: list[dict[str, str]]) -> None:
    found = plan(*map(ways, fleet))
    chosen = {step.remedy.name for step in found.steps}
    sets = [set(fixes) for system in fleet for fixes in system.values()]
    assert all(chosen & one for one in sets)
    fewest = next(n for n in range(7) for some in combinations("abcdef", n) if all({*some} & one for one in sets))
    assert found.exact
    assert len(chosen) == fewest
    for number, system in enumerate(fleet):
        here = {step.remedy.name for step in found.steps if number in step.systems}
        assert all(here & set(fixes) for fixes in system.values())
