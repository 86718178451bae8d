"""A tree whose names are in memory: what archives, images and cabinets list. Links behave as they do in a folder."""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TypeAlias

from hotfixcheck.targets.sources import as_opened
from hotfixcheck.targets.tree import ByteSource, Child, ChildKind, Entry, joined

_MAX_LINKS = 40  # as many as Linux follows
_MAX_PARTS = 256
_MAX_LOST = 1000

_NOT_KEPT = "its bytes were not kept: nothing that is judged names it"


@dataclass(eq=False, slots=True)
class File:
    """A file, or the one file behind several names (hard links).

    Its bytes are in `source`, or what `opened` gives. Where it has neither, they are not at hand: because of `problem`,
    else because nobody was known to want them. `number` is the container's for the member; `is_image` one that begins
    as images of disks do, of a container that shows its members once.
    """

    source: ByteSource | None = None
    problem: str = ""
    number: int = 0
    opened: Callable[[], AbstractContextManager[ByteSource]] | None = None
    is_image: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link: `leads_to` as it is stored, parts joined by '/'."""

    leads_to: str


Folder: TypeAlias = "dict[str, Node]"
Node: TypeAlias = "File | Link | Folder"


class NodeTree:
    """A FileTree of nodes. That of an archive has `fetch`, which gives all bytes of a file, to be read here and there:
    where they lie if they can be, else from a temporary file; it raises OSError."""

    def __init__(self, path: str, root: Folder | None = None) -> None:
        self._path = path
        self.root: Folder = {} if root is None else root
        self.fetch: Callable[[File], ByteSource] | None = None

    @property
    def path(self) -> str:
        return self._path

    def add(self, path: str, node: Node) -> None:
        """Puts a node at a path, over what is there; a folder over a folder changes nothing.

        Raises OSError where the folder of the path is a link that leads out of the tree, nowhere or to a file.
        """
        *parts, name = parts_of(path) or ("",)
        if len(parts) > _MAX_PARTS:
            raise OSError(errno.ENAMETOOLONG, f"it is nested more than {_MAX_PARTS} levels deep")
        folder = self.root
        for depth, part in enumerate(parts, start=1):
            below = folder.get(part)
            if isinstance(below, Link):
                below = self.find("/".join(parts[:depth]))[1]
                if not isinstance(below, dict):
                    raise OSError(errno.ENOTDIR, "its folder is a link to a file")
            elif not isinstance(below, dict):
                below = folder[part] = {}
            folder = below
        if name and not (isinstance(node, dict) and isinstance(folder.get(name), dict)):
            folder[name] = node

    def find(self, path: str) -> tuple[str, Node]:
        """(real path, node that is no link) at a path, links followed.

        Raises OSError: ENOENT for what is not there, ELOOP for a loop, EXDEV for a link out of the tree, ENOTDIR.
        """
        waiting = deque(parts_of(path))
        above: list[tuple[str, Node]] = []
        here: Node = self.root
        links = 0
        while waiting:
            part = waiting.popleft()
            if not isinstance(here, dict):
                raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            if part == "..":
                if not above:
                    raise OSError(errno.EXDEV, "the link leads out of the target")
                above.pop()
                here = above[-1][1] if above else self.root
                continue
            below = here.get(part)
            if below is None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            if isinstance(below, Link):
                links += 1
                if links > _MAX_LINKS:
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
                if below.leads_to.startswith("/"):
                    raise OSError(errno.EXDEV, "the link leads out of the target")
                waiting.extendleft(reversed(parts_of(below.leads_to)))
                continue
            above.append((part, below))
            here = below
        return "/".join(name for name, _ in above), here

    def below(self, folder: str) -> NodeTree:
        """The tree of a folder alone; raises OSError."""
        here = self.find(folder)[1]
        return NodeTree(self._path, here if isinstance(here, dict) else {})

    def children(self, folder: str) -> list[Child]:
        here = self.find(folder)[1]
        if not isinstance(here, dict):
            raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        children = (self._child(folder, name, here[name]) for name in sorted(here))
        return [child for child in children if child is not None]

    def open(self, path: str) -> AbstractContextManager[ByteSource]:
        node = self.find(path)[1]
        if isinstance(node, dict):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        if isinstance(node, File) and node.opened is not None:
            return node.opened()
        if isinstance(node, File) and node.source is not None and not node.problem:
            return as_opened(node.source)
        raise OSError(errno.EIO, node.problem if isinstance(node, File) and node.problem else _NOT_KEPT)

    def _child(self, folder: str, name: str, node: Node) -> Child | None:
        if isinstance(node, dict):
            return Child(name, ChildKind.FOLDER)
        if isinstance(node, Link):
            return self._link(folder, name, node.leads_to)
        if node.problem:
            return Child(name, ChildKind.UNREADABLE, node.problem)
        return Child(name, ChildKind.FILE)

    def _link(self, folder: str, name: str, leads_to: str) -> Child | None:
        """A link counts as the file it leads to; None for one to a folder, which is listed where it really is."""
        try:
            real, node = self.find(joined(folder, name))
        except FileNotFoundError:
            return Child(name, ChildKind.UNREADABLE, f"the link leads nowhere: {leads_to}")
        except OSError as error:
            looped = error.errno == errno.ELOOP
            problem = "the link leads back to itself" if looped else error.strerror
            return Child(name, ChildKind.UNREADABLE, f"{problem}: {leads_to}")
        if isinstance(node, File):
            return Child(name, ChildKind.UNREADABLE, node.problem) if node.problem else Child(name, ChildKind.FILE)
        if f"{folder}/".startswith(f"{real}/") or not real:
            return Child(name, ChildKind.UNREADABLE, f"the link leads back to a folder that holds it: {leads_to}")
        return None


@dataclass(slots=True)
class Members:
    """What a container's list gives: the tree, the names that have no place in it, and why it ended early."""

    tree: NodeTree
    lost: list[Entry] = field(default_factory=list)
    cut_short: str = ""

    def lose(self, path: str, problem: str) -> None:
        if len(self.lost) < _MAX_LOST:
            self.lost.append(Entry(path, problem))
        elif len(self.lost) == _MAX_LOST:
            self.lost.append(Entry("", f"more than {_MAX_LOST:,} of its names are refused"))

    def add(self, path: str, node: Node) -> None:
        try:
            self.tree.add(path, node)
        except OSError as error:
            self.lose(path, error.strerror or str(error))


def parts_of(path: str) -> list[str]:
    """The parts of a path as a container stores it: `./a//b/` is a, b."""
    return [part for part in path.split("/") if part not in {"", "."}]


def walk_nodes(folder: Folder, path: str = "") -> Iterator[tuple[str, Node]]:
    """(path, node) of everything below a folder, folders before what they hold."""
    pending = [(path, folder)]
    while pending:
        here, inside = pending.pop()
        for name, node in inside.items():
            below = joined(here, name)
            yield below, node
            if isinstance(node, dict):
                pending.append((below, node))
