"""What the list of a container gives: a tree, and what of the list has no place in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from hotfixcheck.errors import said_by
from hotfixcheck.targets.nodes import LONGEST_TOLD, Node, NodeTree
from hotfixcheck.targets.tree import Entry

_MAX_LOST = 1000


@dataclass(slots=True)
class Members:
    """What a container's list gives: the tree, the names that have no place in it, and why it ended early."""

    tree: NodeTree
    lost: list[Entry] = field(default_factory=list)
    cut_short: str = ""

    def lose(self, path: str, problem: str) -> None:
        """Notes a name that has no place in the tree, and why; of very many, that there are more."""
        if len(self.lost) < _MAX_LOST:
            self.lost.append(Entry(path[:LONGEST_TOLD], problem[:LONGEST_TOLD]))
        elif len(self.lost) == _MAX_LOST:
            self.lost.append(Entry("", f"more than {_MAX_LOST:,} of its names are refused"))

    def add(self, path: str, node: Node) -> None:
        """Raises TooManyError."""
        try:
            self.tree.add(path, node)
        except OSError as error:
            self.lose(path, said_by(error))


class Budget:
    """How many bytes of lists a container may have: those that lie over each other could be read for ever."""

    def __init__(self, most: int) -> None:
        self._most = self._left = most

    def spend(self, count: int) -> None:
        """Raises ValueError once more bytes are spent than there are."""
        self._left -= count
        if self._left < 0:
            raise ValueError(f"damaged: its lists have more than {self._most:,} bytes")
