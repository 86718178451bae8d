"""Cabinets of a set, each of which names the one before it and the one after: what begins in one and goes on in the
next is read from both ([MS-CAB] 2.1, 2.3 and 2.4)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from hotfixcheck.errors import said_by
from hotfixcheck.targets.cabinet import (
    FROM_PREVIOUS,
    THROUGHOUT,
    TO_NEXT,
    Cabinet,
    DamagedCabinetError,
    Folder,
    Member,
    unpacked_blocks,
    why_not,
)
from hotfixcheck.targets.tree import ByteSource

OpenBeside: TypeAlias = Callable[[str], ByteSource]
"""Opens what lies beside a cabinet, by a plain name; raises OSError."""

_MAX_CABINETS = 100
_MAX_FILES = 100_000  # of a set
_NO_NAMES = frozenset({"", ".", ".."})


class CabinetSet:
    """Cabinets in the order of their set, as one; a file that lies in several is one, where it begins.

    `before` and `after` say why the cabinet before the first, or after the last, is not among them, if there is one.
    """

    def __init__(self, cabinets: Sequence[Cabinet], before: str = "", after: str = "") -> None:
        self._folders: list[list[tuple[Cabinet, int]]] = []
        self._before = before
        self._after = after
        self.members = tuple(self._joined(cabinets))

    def unpacked(self, folder: int, size: int) -> Iterator[bytes]:
        """As a cabinet's."""
        return unpacked_blocks(self._whole(folder), self._blocks(folder), size)

    def _joined(self, cabinets: Sequence[Cabinet]) -> Iterator[Member]:
        ends: dict[int, int] = {}
        for cabinet in cabinets:
            numbers = self._number_folders(cabinet, goes_on=cabinet is not cabinets[0] and _goes_back(cabinet))
            for member in cabinet.members:
                begun_before = member.folder in {FROM_PREVIOUS, THROUGHOUT}
                if begun_before and cabinet is not cabinets[0]:
                    continue  # the cabinet in which it begins lists it
                place = len(numbers) - 1 if member.folder == TO_NEXT else member.folder
                folder = numbers[place] if 0 <= place < len(numbers) else -1
                problem = ""
                if cabinet is cabinets[0] and self._before and (begun_before or (not place and _goes_back(cabinet))):
                    problem = f"it needs the cabinet before: {self._before}"
                elif cabinet is cabinets[-1] and member.folder in {TO_NEXT, THROUGHOUT}:
                    problem = f"it goes on in another cabinet: {self._after or 'there is none'}"
                elif folder < 0:
                    problem = member.problem or "damaged: it lies in no folder"
                elif member.offset < ends.get(folder, 0):
                    problem = "damaged: it lies over another file"
                ends[folder] = max(ends.get(folder, 0), member.offset + member.size)
                yield replace(member, folder=folder, problem=problem)

    def _number_folders(self, cabinet: Cabinet, *, goes_on: bool) -> list[int]:
        """The numbers in the set of a cabinet's folders, the first of which may go on with the last before."""
        numbers = []
        for number in range(len(cabinet.folders)):
            if goes_on and not number and self._folders:
                self._folders[-1].append((cabinet, number))
            else:
                self._folders.append([(cabinet, number)])
            numbers.append(len(self._folders) - 1)
        return numbers

    def _whole(self, folder: int) -> Folder:
        """A folder with the blocks of all of its parts; raises DamagedCabinetError for what is not read."""
        parts = [cabinet.folders[number] for cabinet, number in self._folders[folder]]
        if len({part.kind for part in parts}) > 1:
            raise DamagedCabinetError("a folder that goes on by another compression")
        cut = sum(cabinet.is_cut(number) for cabinet, number in self._folders[folder][:-1])  # one block, and not two
        whole = replace(parts[0], blocks=sum(part.blocks for part in parts) - cut)
        if problem := why_not(whole):
            raise DamagedCabinetError(problem)
        return whole

    def _blocks(self, folder: int) -> Iterator[tuple[bytes, int]]:
        """Each block whole: the beginning of one that goes on in the next cabinet says that it becomes no bytes."""
        begun = b""
        for cabinet, number in self._folders[folder]:
            for data, size in cabinet.blocks(number):
                if size:
                    yield begun + data, size
                    begun = b""
                elif begun:
                    raise DamagedCabinetError("a block that goes on and on")
                else:
                    begun = data
        if begun:
            raise DamagedCabinetError(f"a block goes on in another cabinet: {self._after or 'there is none'}")


def whole_set(cabinet: Cabinet, name: str, beside: OpenBeside) -> Cabinet | CabinetSet:
    """A cabinet that is called `name`, with those of its set that lie beside it."""
    if not cabinet.previous and not cabinet.following:
        return cabinet
    cabinets = deque([cabinet])
    seen = {name.lower()}

    def neighbour(of: Cabinet, called: str, step: int) -> Cabinet:
        found = _neighbour(of, called, step, seen, beside)
        if sum(len(each.members) for each in (*cabinets, found)) > _MAX_FILES:
            raise _MissingError(f"{called} is not read, for the set has more than {_MAX_FILES:,} files")
        return found

    before = after = ""
    try:
        while cabinets[0].previous:
            cabinets.appendleft(neighbour(cabinets[0], cabinets[0].previous, -1))
    except _MissingError as error:
        before = str(error)
    try:
        while cabinets[-1].following:
            cabinets.append(neighbour(cabinets[-1], cabinets[-1].following, 1))
    except _MissingError as error:
        after = str(error)
    return CabinetSet(tuple(cabinets), before, after)


class _MissingError(Exception):
    """A cabinet of a set that cannot be had, by its name, and why."""


def _neighbour(cabinet: Cabinet, name: str, step: int, seen: set[str], beside: OpenBeside) -> Cabinet:
    if name in _NO_NAMES or set(name) & set("/\\:"):
        raise _MissingError(f"{name!r} is no plain name")
    if name.lower() in seen:
        raise _MissingError(f"{name} is named twice, in a circle")
    if len(seen) >= _MAX_CABINETS:
        raise _MissingError(f"{name} is one of more than {_MAX_CABINETS} cabinets")
    seen.add(name.lower())
    try:
        found = Cabinet(beside(name))
    except FileNotFoundError:
        raise _MissingError(f"{name} is not beside it") from None
    except OSError as error:
        raise _MissingError(f"{name} cannot be read: {said_by(error)}") from None
    except DamagedCabinetError as error:
        raise _MissingError(f"{name} is damaged: {error}") from None
    if (found.set_number, found.number) != (cabinet.set_number, cabinet.number + step):
        raise _MissingError(f"{name} beside it is of another set")
    return found


def _goes_back(cabinet: Cabinet) -> bool:
    """True if the first folder of a cabinet begins in the one before."""
    return any(member.folder in {FROM_PREVIOUS, THROUGHOUT} for member in cabinet.members)
