"""A folder of a tree as a tree of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from hotfixcheck.targets.nodes import NodeTree
from hotfixcheck.targets.tree import ByteSource, Child, ChildKind, FileTree, joined

_MAX_WRAPPING = 8


@dataclass(frozen=True, slots=True)
class SubTree:
    """A folder of a tree as a tree."""

    tree: FileTree
    root: str

    @property
    def path(self) -> str:
        return self.tree.path

    def children(self, folder: str) -> list[Child]:
        return self.tree.children(joined(self.root, folder) if folder else self.root)

    def open(self, path: str) -> AbstractContextManager[ByteSource]:
        return self.tree.open(joined(self.root, path))


def unwrapped(tree: FileTree) -> Iterator[FileTree]:
    """A tree, then what lies in the one folder that makers of archives like to put everything in, and so on.

    A folder that is empty, or that cannot be listed, is no tree of its own.
    """
    yield tree
    folder = ""
    for _ in range(_MAX_WRAPPING):
        try:
            children = tree.children(folder)
            if len(children) != 1 or children[0].kind is not ChildKind.FOLDER:
                return
            folder = joined(folder, children[0].name)
            if not tree.children(folder):
                return
        except OSError:
            return  # whoever lists it says why
        # Where the names are at hand, links out of the folder lead out of the target, as they would in a folder.
        yield tree.below(folder) if isinstance(tree, NodeTree) else SubTree(tree, folder)
