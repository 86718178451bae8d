"""A tree whose folders are read when they are asked for, and whose links are those of Windows."""

from __future__ import annotations

import errno
from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from hotfixcheck.errors import said_by
from hotfixcheck.targets.listings import Listings
from hotfixcheck.targets.sources import as_opened
from hotfixcheck.targets.tree import ByteSource, Child, ChildKind, joined, system_error
from hotfixcheck.targets.windowsfs.reparse import Reparse

_MAX_LINKS = 40


@dataclass(frozen=True, slots=True)
class Name:
    """An entry of a folder; `reference` is the container's for what it names."""

    reference: int
    is_folder: bool
    is_reparse: bool


class WindowsTree(ABC):
    """A FileTree over `_names`, `_reparse` and `_data`, which raise OSError for damage. `path` is the user's.

    `incomplete` says of folders by their references why some of what they hold may be missing.
    """

    def __init__(self, path: str, root: int) -> None:
        self._path = path
        self._root = Name(root, is_folder=True, is_reparse=False)
        self._listings: Listings[Name] = Listings()
        self.incomplete: dict[int, str] = {}

    @abstractmethod
    def _names(self, folder: int) -> Iterable[tuple[str, Name]]:
        """What the folder of this reference holds; why that may not be all goes to `incomplete`."""

    @abstractmethod
    def _reparse(self, reference: int) -> Reparse:
        """What the reparse point of this reference says."""

    @abstractmethod
    def _data(self, reference: int, reparse: Reparse) -> ByteSource:
        """The bytes of the file of this reference, which is no link."""

    @property
    def path(self) -> str:
        return self._path

    def children(self, folder: str) -> list[Child]:
        names = self._listing(folder)
        children = (self._child(folder, name, names[name]) for name in sorted(names))
        found = [child for child in children if child is not None]
        if self.incomplete and (problem := self.incomplete.get(self._find(folder).reference)):
            found.insert(0, Child(".", ChildKind.INCOMPLETE, problem))
        return found

    def open(self, path: str) -> AbstractContextManager[ByteSource]:
        found = self._find(path)
        reparse = self._reparse(found.reference) if found.is_reparse else Reparse()
        if reparse.leads_to is not None:
            found = self._resolved(path)[1]
            reparse = self._reparse(found.reference) if found.is_reparse else Reparse()
        if reparse.problem:
            raise OSError(errno.EIO, reparse.problem)
        if found.is_folder:
            raise system_error(errno.EISDIR)
        return as_opened(self._data(found.reference, reparse))

    def _find(self, path: str) -> Name:
        """What stands at a path; raises FileNotFoundError."""
        if not path:
            return self._root
        folder, _, name = path.rpartition("/")
        found = self._listing(folder).get(name)
        if found is None:
            raise system_error(errno.ENOENT)
        return found

    def _listing(self, folder: str) -> dict[str, Name]:
        return self._listings.get(folder, self._reference, self._names)

    def _reference(self, folder: str) -> int:
        return self._find(folder).reference

    def _child(self, folder: str, name: str, found: Name) -> Child | None:
        if "/" in name or "\0" in name or name in {"", ".", ".."}:
            return Child(name.replace("/", "\u2215") or "?", ChildKind.UNREADABLE, "it has a name that cannot be")
        if not found.is_reparse:
            return Child(name, ChildKind.FOLDER if found.is_folder else ChildKind.FILE)
        try:
            reparse = self._reparse(found.reference)
        except OSError as error:
            return Child(name, ChildKind.UNREADABLE, str(error))
        if reparse.leads_to is not None:
            return self._link(folder, name, reparse.leads_to)
        if found.is_folder:  # with the mark of another program it still is one
            return Child(name, ChildKind.FOLDER)
        return Child(name, ChildKind.UNREADABLE, reparse.problem) if reparse.problem else Child(name, ChildKind.FILE)

    def _link(self, folder: str, name: str, leads_to: str) -> Child | None:
        """A link counts as the file it leads to; None for one to a folder, which is walked where it really is."""
        try:
            real, target = self._resolved(joined(folder, name))
        except OSError as error:
            return Child(name, ChildKind.UNREADABLE, f"{said_by(error)}: {leads_to}")
        if not target.is_folder:
            return Child(name, ChildKind.FILE)
        if f"{folder}/".startswith(f"{real}/" if real else ""):
            return Child(name, ChildKind.UNREADABLE, f"the link leads back to a folder that holds it: {leads_to}")
        return None

    def _resolved(self, path: str) -> tuple[str, Name]:
        """(real path, what stands there) with every link followed, without regard to case where none fits exactly.

        Raises OSError for one that leads nowhere, out of the volume or back to itself.
        """
        waiting = path.split("/")[::-1]
        real: list[str] = []
        found = self._root
        links = 0
        while waiting:
            part = waiting.pop()
            if part == "..":
                if not real:
                    raise OSError(errno.EXDEV, "the link leads out of the target")
                del real[-1]
                found = self._find("/".join(real))
                continue
            listing = self._listing("/".join(real)) if found.is_folder else {}
            if part not in listing:
                part = next((name for name in listing if name.lower() == part.lower()), part)
            if part not in listing:
                raise FileNotFoundError(errno.ENOENT, "the link leads nowhere")
            found = listing[part]
            reparse = self._reparse(found.reference) if found.is_reparse else Reparse()
            if reparse.leads_to is None:
                real.append(part)
                continue
            links += 1
            if links > _MAX_LINKS:
                raise OSError(errno.ELOOP, "the link leads back to itself")
            parts = parts_of(reparse)
            if parts is None:
                raise OSError(errno.EXDEV, "the link leads out of the target")
            if not reparse.relative:
                real = []
            found = self._find("/".join(real))
            waiting.extend(reversed(parts))
        return "/".join(real), found


def parts_of(reparse: Reparse) -> list[str] | None:
    """The names a link leads through: from the root, or the folder it stands in; None for one to another volume.

    A drive letter is taken for the volume's own: no disk says which it had.
    """
    path = (reparse.leads_to or "").replace("\\", "/").rstrip("\0")
    for prefix in ("/??/", "//?/"):
        path = path.removeprefix(prefix)
    if path[1:2] == ":":
        path = path[2:]
    elif not reparse.relative and (not path.startswith("/") or path.startswith("//")):
        return None  # Volume{…}, UNC
    return [part for part in path.split("/") if part and part != "."]
