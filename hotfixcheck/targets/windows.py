"""Every Windows of a target: which tree it lies in, where, and how it is called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from hotfixcheck.errors import TargetError
from hotfixcheck.targets.layout import Layout, SeveralWindowsError, TargetKind, find_layout
from hotfixcheck.targets.opening import Found
from hotfixcheck.targets.subtree import unwrapped
from hotfixcheck.targets.tree import ByteSource, Child, Entry, FileTree


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
    """(place, problem) of everything that could not be opened, or not all of it."""
    places = (*places, found.place) if found.place else places
    here = ", ".join(places) or found.kind
    if found.problem:
        yield here, found.problem
    if found.tree is None or found.inside:  # otherwise who lists the tree says so
        if found.cut_short:
            yield here, f"cut short or damaged: {found.cut_short}"
        yield from ((f"{here}, {entry.path}", entry.problem) for entry in found.lost)
    for each in found.inside:
        yield from _problems(each, places)


def _windows(found: Found, places: tuple[str, ...], errors: list[TargetError]) -> Iterator[Windows]:
    assert found.tree is not None  # noqa: S101
    tree, layout = found.tree, Layout(TargetKind.FOLDER)
    try:
        for tree in unwrapped(found.tree):
            layout = find_layout(tree)
            if layout.kind is not TargetKind.FOLDER:
                break
    except SeveralWindowsError as error:
        for name in error.names:
            alone = _Without(tree, frozenset(error.names) - {name})
            here = ", ".join((*places, name))
            yield Windows(tree.path, here, alone, find_layout(tree, name), found.lost, found.cut_short)
    except TargetError as error:
        said = f"nothing in it could be read: {found.cut_short}"
        errors.append(TargetError(said, file=tree.path) if found.cut_short else error)
    else:
        yield Windows(tree.path, ", ".join(places), tree, layout, found.lost, found.cut_short)


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
