"""Lists of containers: names that have no place in the tree, and how many bytes of lists are read."""

from __future__ import annotations

import pytest

from hotfixcheck.targets.files import File
from hotfixcheck.targets.members import Budget, Members
from hotfixcheck.targets.nodes import Link, NodeTree


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        pytest.param("..", "out of the target", id="out"),
        pytest.param("/etc", "out of the target", id="absolute"),
        pytest.param("link", "symbolic links", id="a loop"),
        pytest.param("gone", "No such file", id="nowhere"),
        pytest.param("file", "its folder is a link to a file", id="a file"),
    ],
)
def test_names_below_a_link_that_leads_nowhere_are_lost(link: str, problem: str) -> None:
    members = Members(NodeTree("target"))
    members.add("file", File())
    members.add("link", Link(link))
    members.add("link/passwd", File())
    ((path, said),) = [(entry.path, entry.problem) for entry in members.lost]
    assert path == "link/passwd"
    assert problem in said
    assert members.tree.names_in(members.tree.top) == ["file", "link"]


def test_a_bounded_number_of_lost_names_is_told() -> None:
    members = Members(NodeTree("target"))
    for number in range(2000):
        members.lose(f"../{number}", "out")
    assert len(members.lost) == 1001
    assert members.lost[-1].problem == "more than 1,000 of its names are refused"


def test_depth_is_bounded() -> None:
    members = Members(NodeTree("target"))
    members.add("a/" * 300 + "b", File())
    assert members.lost[0].problem == "it is nested more than 256 levels deep"


def test_a_budget_is_spent() -> None:
    budget = Budget(100)
    budget.spend(60)
    budget.spend(40)
    with pytest.raises(ValueError, match="its lists have more than 100 bytes"):
        budget.spend(1)
