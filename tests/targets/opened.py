"""Targets as tests open them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hotfixcheck.targets import OPENERS, TREE_OPENERS, Found
from hotfixcheck.targets.opening import Opening
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import ByteSource, FileTree, walk
from hotfixcheck.targets.wanted import Wanted


@contextmanager
def opened(source: bytes | ByteSource, *names: str, executables: bool = False) -> Iterator[Found]:
    """What is in `source`, opened for files of these names (and executables)."""
    opening = Opening("target", Wanted(frozenset(names), executables), OPENERS, TREE_OPENERS)
    try:
        yield opening.open(Memory(source) if isinstance(source, bytes) else source, "")
    finally:
        opening.close()


def contents(source: bytes | ByteSource, *names: str, executables: bool = False) -> dict[str, bytes | str]:
    """Every file by its path: its bytes, or why they cannot be read; "" and what follows for the target as a whole."""
    with opened(source, *names, executables=executables) as found:
        told: dict[str, bytes | str] = {f"lost: {entry.path}": entry.problem for entry in found.lost}
        if found.cut_short or found.problem:
            told[""] = found.cut_short or found.problem
        if found.tree is not None:
            told |= files_of(found.tree)
        return told


def files_of(tree: FileTree) -> dict[str, bytes | str]:
    """Every file of a tree by its path: its bytes, or why they cannot be read."""
    return {entry.path: entry.problem or read(tree, entry.path) for entry in walk(tree)}


def read(tree: FileTree, path: str) -> bytes | str:
    """The bytes of a file, or why they cannot be read."""
    try:
        with tree.open(path) as file:
            return file.read(0, file.size)
    except OSError as error:
        return error.strerror or str(error)
