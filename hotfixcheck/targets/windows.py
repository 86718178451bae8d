"""Every Windows of a target: which tree it lies in, where, and how it is called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from hotfixcheck.errors import TargetError
from hotfixcheck.targets.layout import Layout, SeveralWindowsError, TargetKind, find_layout
from hotfixcheck.targets.nodes import NodeTree
from hotfixcheck.targets.opening import Found
from hotfixcheck.targets.tree import ByteSource, Child, ChildKind, Entry, FileTree, joined

_MAX_WRAPPING = 8


@dataclass(frozen=True, slots=True)
class Windows:
    """A Windows in a target: `place` says where, such as "partition 2, WINNT"; "" where the target is just that. `name`
    is how the user named the target, with the place where there are several.

    `lost` are names of the tree that were refused; `cut_short` says why names may be missing from it.
    """

    name: str
    place: str
    tree: FileTree
    layout: Layout
    lost: tuple[Entry, ...] = ()
    cut_short: str = ""


def windows_in(found: Found, path: str) -> tuple[Windows, ...]:
    """Every Windows in what was found at `path`, in its order.

    Where there is none, every tree that has files, its layout of kind FOLDER. Raises TargetError if there is no such
    tree either.
    """
    errors: list[TargetError] = []
    trees = list(_trees(found, ()))
    several = [windows for each, places in trees for windows in _windows(each, places, errors)]
    unread = tuple(Entry(place, problem) for place, problem in _problems(found, ()))
    if not several:
        if errors and not unread:
            raise errors[0]
        told = "; ".join(f"{entry.path}: {entry.problem}" for entry in unread)
        raise TargetError(f"there is no tree of files here{': ' if told else ''}{told}", file=path)
    several = [each for each in several if each.layout.kind is not TargetKind.FOLDER] or several
    first, *others = (replace(each, name=f"{path}, {each.place}" if len(several) > 1 else path) for each in several)
    return (replace(first, lost=(*first.lost, *unread)), *others)


def _trees(found: Found, places: tuple[str, ...]) -> Iterator[tuple[Found, tuple[str, ...]]]:
    places = (*places, found.place) if found.place else places
    if found.tree is not None:
        yield found, places
    for each in found.inside:
        yield from _trees(each, places)


def _problems(found: Found, places: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(place, problem) of everything that could not be opened."""
    places = (*places, found.place) if found.place else places
    if found.problem:
        yield ", ".join(places) or found.kind, found.problem
    for each in found.inside:
        yield from _problems(each, places)


def _windows(found: Found, places: tuple[str, ...], errors: list[TargetError]) -> Iterator[Windows]:
    tree = found.tree
    assert tree is not None  # noqa: S101
    at = ", ".join(places)
    try:
        layout = find_layout(tree)
        if layout.kind is TargetKind.FOLDER and (wrapped := _unwrapped(tree)) is not None:
            yield from _windows(replace(found, tree=wrapped, place=""), places, errors)
            return
    except SeveralWindowsError as error:
        for name in error.names:
            alone = _Without(tree, frozenset(error.names) - {name})
            here = ", ".join((*places, name))
            yield Windows(tree.path, here, alone, find_layout(tree, name), found.lost, found.cut_short)
    except TargetError as error:
        errors.append(error)
    else:
        yield Windows(tree.path, at, tree, layout, found.lost, found.cut_short)


def _unwrapped(tree: FileTree) -> FileTree | None:
    """What lies in the one folder that an archive's makers like to put everything in; None if there are others."""
    folder = ""
    try:
        for _ in range(_MAX_WRAPPING):
            children = tree.children(folder)
            if len(children) != 1 or children[0].kind is not ChildKind.FOLDER:
                break
            folder = joined(folder, children[0].name)
        if not folder or not tree.children(folder):
            return None
    except OSError:
        return None  # the walk says which folder cannot be listed
    # Where the names are at hand, links out of the folder lead out of the target, as they would in a folder.
    return tree.below(folder) if isinstance(tree, NodeTree) else SubTree(tree, folder)


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


@dataclass(frozen=True, slots=True)
class _Without:
    """A tree without some folders of its root: another Windows is not part of this one."""

    tree: FileTree
    hidden: frozenset[str]

    @property
    def path(self) -> str:
        return self.tree.path

    def children(self, folder: str) -> list[Child]:
        return [child for child in self.tree.children(folder) if folder or child.name not in self.hidden]

    def open(self, path: str) -> AbstractContextManager[ByteSource]:
        return self.tree.open(path)
