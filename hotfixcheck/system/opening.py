"""Opening the hives of a target: their layers in a container, and the logs of one that was not closed."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack

from hotfixcheck.errors import UnreadableFileError, said_by
from hotfixcheck.system.clues import Clues, Problem
from hotfixcheck.system.hivelog import needs_replay, replay
from hotfixcheck.system.hives import Hive, LayeredHive
from hotfixcheck.system.liveregistry import LiveHive
from hotfixcheck.targets.live import LiveTree
from hotfixcheck.targets.tree import ByteSource, Child, FileTree, find_file, joined

_LOCKED = {errno.EBUSY, getattr(errno, "ETXTBSY", errno.EBUSY)} | ({errno.EACCES} if os.name == "nt" else set())
"""How a sharing violation is told: by Linux of what it mounts over SMB, and by Windows, as it tells of permissions."""

_LOGS = (".log", ".log1", ".log2")


def open_hive(tree: FileTree, folder: str, name: str, clues: Clues, stack: ExitStack) -> Hive | None:
    """The hive `name` of `folder`, open until `stack` closes; None if it is not there, or of no use (a problem)."""
    path = joined(folder, name)
    try:
        if isinstance(tree, LiveTree):
            return LiveHive(name)
        files = [child for child in (find_file(tree, folder, name), *_deltas(tree, folder, name)) if child is not None]
        layers = []
        for child in files:
            path = joined(folder, child.name)
            if child.problem:
                raise UnreadableFileError(child.problem, file=path)
            source = stack.enter_context(tree.open(path))
            logs = _logs(tree, folder, child.name, stack) if needs_replay(source) else None
            layers.append(Hive(source, path) if logs is None else _replayed(source, path, logs, clues))
    except (UnreadableFileError, OSError) as error:
        said = error.problem if isinstance(error, UnreadableFileError) else _said(error)
        clues.problems.append(Problem(path, f"registry hive not used: {said}"))
        return None
    if not layers:
        return None
    return layers[0] if len(layers) == 1 else LayeredHive(layers)


def _said(error: OSError) -> str:
    """What the system says, and what that may mean of a Windows that runs, as seen through an administrative share."""
    said = said_by(error)
    if error.errno in _LOCKED:
        return f"{said}: the Windows that runs from here keeps it locked (what its systeminfo prints tells as much)"
    return said


def _deltas(tree: FileTree, folder: str, name: str) -> list[Child]:
    """The hives of a container's layers, each with what is different from those below: SOFTWARE.delta1, …"""
    found = ((re.fullmatch(rf"{name}\.delta([0-9]+)", child.name), child) for child in tree.children(folder))
    return [child for _, child in sorted((int(match[1]), child) for match, child in found if match)]


def _logs(tree: FileTree, folder: str, hive: str, stack: ExitStack) -> Iterator[tuple[str, ByteSource]]:
    """The logs beside a hive, in the order in which they are replayed; one that cannot be read is as good as none."""
    for suffix in _LOGS:
        child = find_file(tree, folder, f"{hive}{suffix}")
        if child is not None and not child.problem:
            try:
                yield child.name, stack.enter_context(tree.open(joined(folder, child.name)))
            except OSError:
                continue


def _replayed(source: ByteSource, path: str, logs: Iterator[tuple[str, ByteSource]], clues: Clues) -> Hive:
    """A hive that was not closed, with the changes in its logs as far as they can be replayed."""
    outcome = replay(source, logs)
    if isinstance(outcome, str):
        said = outcome
    else:
        try:
            hive = Hive(outcome.source, path)
            hive.subkeys("")  # the library opens what it does not look at
        except UnreadableFileError as error:
            said = f"with {outcome.applied} replayed, {error.problem}"
        else:
            clues.note("hive", f"its last changes replayed: {outcome.applied}", path)
            if outcome.rest:
                clues.problems.append(Problem(path, f"not all of its last changes are replayed: {outcome.rest}"))
            return hive
    # First without the log: one whose header is damaged is of no use at all.
    hive = Hive(source, path)
    clues.problems.append(Problem(path, f"the hive was not closed, and its last changes may be missing: {said}"))
    return hive
