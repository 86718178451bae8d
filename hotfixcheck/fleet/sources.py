"""The systems of a fleet: inventories as JSON Lines and as Parquet, and folders of them. Each system has a name."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hotfixcheck.errors import HotfixcheckError, TargetError, printable, said_by
from hotfixcheck.fleet.reading import InventoryFile, Place, is_parquet
from hotfixcheck.fleet.writing import SUFFIX
from hotfixcheck.inventory import jsonl
from hotfixcheck.inventory.model import Inventory
from hotfixcheck.system.clues import Problem

_SUFFIXES = frozenset({SUFFIX, jsonl.SUFFIX})


@dataclass(frozen=True, slots=True)
class Member:
    """One system: its name in the fleet, and where its inventory is. `place` is None in JSON Lines, which have one."""

    name: str
    file: Path
    place: Place | None = None


def members_of(sources: Iterable[Path]) -> tuple[tuple[Member, ...], tuple[Problem, ...]]:
    """The systems of the sources, sorted by name, and what of the sources cannot be used.

    In a folder, and in those below it, that are the files named .jsonl and .parquet. A file that is found twice counts
    once. Systems of one name are told apart by the folders, or Parquet files, that they lie in.
    """
    members: list[Member] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for source in sources:
        for file in _files(source, problems):
            real = os.path.realpath(file)
            if real in seen:
                continue
            seen.add(real)
            try:
                members += _members_in(file)
            except HotfixcheckError as error:
                problems.append(problem_of(error, file))
    named = sorted(_told_apart(members), key=lambda member: (member.name.lower(), member.name))
    return tuple(named), tuple(problems)


def problem_of(error: HotfixcheckError, file: Path) -> Problem:
    """The error as a row: its file, and what is said of it."""
    place = f"{printable(error.place)}: " if error.place else ""
    advice = f" ({error.advice})" if error.advice else ""
    return Problem(error.file or str(file), f"{place}{error.problem}{advice}")


def _files(source: Path, problems: list[Problem]) -> Iterator[Path]:
    try:
        is_folder = source.is_dir()
    except OSError:  # in a folder that is closed to us: opening it says so
        is_folder = False
    if not is_folder:
        yield source
        return
    unreadable: list[OSError] = []
    found = [
        Path(folder, name)
        for folder, _, names in os.walk(source, onerror=unreadable.append)
        for name in names
        if Path(name).suffix.lower() in _SUFFIXES
    ]
    problems += [Problem(str(error.filename), said_by(error)) for error in unreadable]
    if not (found or unreadable):
        problems.append(
            Problem(
                str(source),
                "there is no inventory in this folder: no name ends in .jsonl or .parquet"
                " (`hotfixcheck inventory` takes one of a system)",
            )
        )
    yield from sorted(found)


def _members_in(file: Path) -> list[Member]:
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise TargetError("there is no such file or folder", file=str(file)) from None
    except OSError as error:
        raise TargetError(said_by(error), file=str(file)) from None
    if is_parquet(file):
        opened = InventoryFile(file)
        opened.close()
        return [Member(printable(place.name), file, place) for place in opened.places]
    if not jsonl.is_inventory(file):
        raise TargetError("not an inventory", file=str(file), advice="`hotfixcheck inventory` takes one of a system")
    return [Member(printable(file.stem), file)]


def _told_apart(members: Sequence[Member]) -> Iterator[Member]:
    alike: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        alike[member.name.lower()].append(member)
    taken = {name for name, group in alike.items() if len(group) == 1}
    for group in alike.values():
        if len(group) == 1:
            yield group[0]
            continue
        for name, member in zip(_by_folders(group), group, strict=True):
            different, number = name, 1
            while different.lower() in taken:
                number += 1
                different = f"{name} ({number})"
            taken.add(different.lower())
            yield replace(member, name=different)


def _by_folders(group: Sequence[Member]) -> list[str]:
    """The names with as many of the folders before them as it takes to tell them apart."""
    paths = [_parts(member) for member in group]
    most = max(map(len, paths))
    names: list[str] = []
    for count in range(2, most + 1):
        names = ["/".join(parts[-count:]) for parts in paths]
        if len({name.lower() for name in names}) == len(names):
            break
    return names


def _parts(member: Member) -> list[str]:
    file = member.file.absolute()
    inside = [] if member.place is None or file.stem == member.place.name else [file.stem]
    return [printable(part) for part in (*file.parent.parts[1:], *inside, member.name)]


class Loader:
    """Loads inventories; a Parquet file stays open until one of another file is asked for."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._open: InventoryFile | None = None

    def load(self, member: Member) -> Inventory:
        """Raises TargetError for an inventory that cannot be used."""
        if member.place is None:
            return jsonl.load_file(member.file)
        if self._open is None or self._path != member.file:
            self.close()
            self._open, self._path = InventoryFile(member.file), member.file
        return self._open.load(member.place)

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
