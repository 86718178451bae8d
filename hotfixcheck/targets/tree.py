"""What every target looks like: a tree of named files that can be listed and read in pieces."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import merge
from operator import attrgetter
from typing import Protocol

from hotfixcheck.errors import said_by

MAX_DEPTH = 128
_NAME = attrgetter("name")


class ChildKind(StrEnum):
    """What a name in a folder stands for."""

    FILE = "file"
    FOLDER = "folder"
    UNREADABLE = "unreadable"
    INCOMPLETE = "incomplete"
    """No name in the folder, but the folder itself: others may be missing from it."""


@dataclass(frozen=True, order=True, slots=True)
class Child:
    """One name in a folder; `problem` says why an unreadable one is so, or the folder is not complete."""

    name: str
    kind: ChildKind
    problem: str = ""


@dataclass(frozen=True, order=True, slots=True)
class Entry:
    """A file of a tree by its path from the root, parts joined by '/'; or what cannot be read there, and why.

    `is_folder` marks a folder that cannot be listed, or not as a whole, so that it may hold what is not known.
    """

    path: str
    problem: str = ""
    is_folder: bool = False

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


class ByteSource(Protocol):
    """An open file: `size` in bytes, `modified` in UTC where the target keeps it."""

    @property
    def size(self) -> int: ...

    @property
    def modified(self) -> datetime | None: ...

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`, fewer only at the end; raises OSError."""
        ...


class FileTree(Protocol):
    """A target. Paths are from its root, parts joined by '/', "" the root itself, in the case the target has them."""

    @property
    def path(self) -> str:
        """How the user named the target."""
        ...

    def children(self, folder: str) -> list[Child]:
        """What a folder holds, sorted by name; raises OSError if it cannot be listed."""
        ...

    def open(self, path: str) -> AbstractContextManager[ByteSource]:
        """Open a file for reading in pieces; raises OSError, also for what is no regular file of this target."""
        ...


def find_file(tree: FileTree, folder: str, name: str) -> Child | None:
    """What is called `name` in `folder`, without regard to case, and is no folder; the first of twins.

    Raises OSError if the folder cannot be listed.
    """
    wanted = name.lower()
    files = (child for child in tree.children(folder) if child.kind is not ChildKind.FOLDER)
    return next((child for child in files if child.name.lower() == wanted), None)


def system_error(number: int) -> OSError:
    """The error that the system has for a number of `errno`: what a folder of this machine would raise."""
    return OSError(number, os.strerror(number))


def joined(folder: str, name: str) -> str:
    """The path of a name in a folder; "" is the root."""
    return f"{folder}/{name}" if folder else name


def walk(tree: FileTree, *, enter: Callable[[str], bool] = lambda _path: True) -> Iterator[Entry]:
    """Every file below the root, in the order of `path_order`; folders whose path `enter` refuses are left out.

    What cannot be listed or followed is an Entry with its problem.
    """
    return _walk(tree, "", enter)


def _walk(tree: FileTree, folder: str, enter: Callable[[str], bool]) -> Iterator[Entry]:
    try:
        children = tree.children(folder)
    except OSError as error:
        yield Entry(folder or ".", f"the folder cannot be listed: {said_by(error)}", is_folder=True)
        return
    # In two steps, without a tuple for each: a folder may have hundreds of thousands.
    children = sorted(children, key=_NAME, reverse=True)
    children.sort(key=_among_siblings, reverse=True)
    while children:  # and forgotten as they are gone through: folders above may have hundreds of thousands
        child = children.pop()
        path = joined(folder, child.name)
        if child.kind is ChildKind.INCOMPLETE:
            yield Entry(folder or ".", child.problem, is_folder=True)
        elif child.kind is not ChildKind.FOLDER:
            yield Entry(path, child.problem)
        elif path.count("/") >= MAX_DEPTH:
            yield Entry(path, f"the folder is nested more than {MAX_DEPTH} levels deep", is_folder=True)
        else:
            twins = [path]  # in another case, which Windows would not tell apart
            while children and _among_siblings(children[-1]) == _among_siblings(child):
                twins.append(joined(folder, children.pop().name))
            below = [_walk(tree, twin, enter) for twin in twins if enter(twin)]
            yield from below[0] if len(below) == 1 else merge(*below, key=_entry_order)


def _among_siblings(child: Child) -> str:
    return f"{child.name.lower()}/" if child.kind is ChildKind.FOLDER else child.name.lower()


def _entry_order(entry: Entry) -> tuple[str, str]:
    return path_order(entry.path)


def path_order(path: str) -> tuple[str, str]:
    """The sort key of paths: without regard to case, twins in a fixed order."""
    return path.lower(), path
