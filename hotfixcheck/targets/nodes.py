"""A tree whose names are in memory: what archives, images and cabinets list. Links behave as they do in a folder."""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TypeAlias

from hotfixcheck.targets.files import File, Files, TooManyError
from hotfixcheck.targets.names import ROOT, Kind, Names
from hotfixcheck.targets.sources import as_opened
from hotfixcheck.targets.tree import ByteSource, Child, ChildKind, joined, system_error

_MAX_LINKS = 40  # as many as Linux follows
_MAX_PARTS = 256
_MAX_NAMES = 1_250_000  # folders among them
_MAX_TEXT = 64 << 20  # bytes of all names
_LONGEST_LINK = 4096
LONGEST_TOLD = 1000
"""Characters of a problem that are kept."""

_NO_NAMES = frozenset({"", ".", ".."})
_NOT_KEPT = "its bytes were not kept: nothing that is judged names it"


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link: `leads_to` as it is stored, parts joined by '/'."""

    leads_to: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder by the number that its tree knows it by; without one it is to be made."""

    number: int = -1


Node: TypeAlias = "File | Link | Folder"


class NodeTree:
    """A FileTree of nodes. That of an archive has `fetch`, which gives all bytes of a file, to be read here and there:
    where they lie if they can be, else from a temporary file; it raises OSError."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._names = Names()
        self._files = Files()
        self.top = Folder(ROOT)
        self.fetch: Callable[[File], ByteSource] | None = None
        # Names come folder by folder: the last that was added to, and the last that was found in, with its real path.
        self._recent = ("", ROOT)
        self._found = ("", "", self.top)

    @property
    def path(self) -> str:
        return self._path

    # --- adding ------------------------------------------------------------------------------------------------------

    def add(self, path: str, node: Node) -> None:
        """Puts a node at a path, over what is there; a folder over a folder changes nothing.

        Raises OSError where the folder of the path is a link that leads out of the tree, nowhere or to a file, and
        TooManyError.
        """
        above, _, name = path.rpartition("/")
        if above == self._recent[0] and name not in _NO_NAMES:
            self.put(Folder(self._recent[1]), name, node)
            return
        told_last = name
        *parts, name = parts_of(path) or ("",)
        if len(parts) > _MAX_PARTS:
            raise OSError(errno.ENAMETOOLONG, f"it is nested more than {_MAX_PARTS} levels deep")
        folder = self.top
        for depth, part in enumerate(parts, start=1):
            below = self.get(folder, part)
            if isinstance(below, Link):
                below = self.find("/".join(parts[:depth]))[1]
                if not isinstance(below, Folder):
                    raise OSError(errno.ENOTDIR, "its folder is a link to a file")
            elif not isinstance(below, Folder):
                below = self.put(folder, part, Folder())
            folder = below
        if told_last == name:
            self._recent = (above, folder.number)
        if name:
            self.put(folder, name, node)

    def put(self, folder: Folder, name: str, node: Node) -> Folder:
        """Puts a node under a name in a folder, and gives it back if it is a folder, else that folder."""
        raw = _raw(name)
        known = self._names.find(folder.number, raw)
        if known:
            was_folder = self._names.kind(known) == Kind.FOLDER
            if was_folder and isinstance(node, Folder):
                return Folder(known)
            if was_folder:
                self._names.remove(known)  # with all that is in it
            self._forget()
        elif len(self._names) >= _MAX_NAMES:
            raise TooManyError(f"it has more than {_MAX_NAMES:,} names")
        elif self._names.size + len(raw) > _MAX_TEXT:
            raise TooManyError(f"its names have more than {_MAX_TEXT >> 20} MB")
        if isinstance(node, Folder):
            return Folder(self._names.put(folder.number, raw, Kind.FOLDER))
        self._names.put(folder.number, raw, *self._kept(node))
        return folder

    def _kept(self, node: File | Link) -> tuple[Kind, int]:
        if isinstance(node, Link) and len(node.leads_to) > _LONGEST_LINK:
            node = File(problem="it is a link to what no system would follow")
        if isinstance(node, File):
            if node.key is not None and node.key[0] is self._files:
                return Kind.FILE, node.key[1]  # one more name of it
            number = self._files.add(node)
            if number is not None:
                return Kind.FILE, number
            if len(node.problem) > LONGEST_TOLD:
                node = replace(node, problem=f"{node.problem[:LONGEST_TOLD]}…")
        return Kind.OTHER, self._files.add_other(node)

    def remove(self, folder: Folder, name: str) -> None:
        """Takes a name from a folder, if it is there."""
        number = self._names.find(folder.number, _raw(name))
        if number:
            self._names.remove(number)
            self._forget()

    def _forget(self) -> None:
        self._recent = ("", self.top.number)
        self._found = ("", "", self.top)

    def keep(self, file: File) -> None:
        """Puts a file that was found, and has its bytes now, where it was found, under all of its names."""
        if file.key is not None:
            self._files.replace(file.key[1], file)

    # --- finding -----------------------------------------------------------------------------------------------------

    def get(self, folder: Folder, name: str) -> Node | None:
        """What is called so in a folder, links not followed."""
        number = self._names.find(folder.number, _raw(name))
        return self._node(number) if number else None

    def inside(self, folder: Folder) -> list[tuple[str, Node]]:
        """(name, node) of what a folder holds, in the order in which it was added."""
        return [(_text(self._names.name(number)), self._node(number)) for number in self._numbers_in(folder)]

    def names_in(self, folder: Folder) -> list[str]:
        """What is in a folder, in the order in which it was added."""
        return [_text(self._names.name(number)) for number in self._numbers_in(folder)]

    def _numbers_in(self, folder: Folder) -> list[int]:
        return list(self._names.in_folder(folder.number))[::-1]

    def find(self, path: str) -> tuple[str, Node]:
        """(real path, node that is no link) at a path, links followed.

        Raises OSError: ENOENT for what is not there, ELOOP for a loop, EXDEV for a link out of the tree, ENOTDIR.
        """
        folder, _, name = path.rpartition("/")
        if name in _NO_NAMES:
            return self._followed(path)
        if folder != self._found[0]:
            real, above = self._followed(folder)
            if not isinstance(above, Folder):
                raise system_error(errno.ENOTDIR)
            self._found = (folder, real, above)
        node = self.get(self._found[2], name)
        if node is None:
            raise system_error(errno.ENOENT)
        return self._followed(path) if isinstance(node, Link) else (joined(self._found[1], name), node)

    def _followed(self, path: str) -> tuple[str, Node]:
        waiting = deque(parts_of(path))
        above: list[tuple[str, Node]] = []
        here: Node = self.top
        links = 0
        while waiting:
            part = waiting.popleft()
            if not isinstance(here, Folder):
                raise system_error(errno.ENOTDIR)
            if part == "..":
                if not above:
                    raise OSError(errno.EXDEV, "the link leads out of the target")
                above.pop()
                here = above[-1][1] if above else self.top
                continue
            below = self.get(here, part)
            if below is None:
                raise system_error(errno.ENOENT)
            if isinstance(below, Link):
                links += 1
                if links > _MAX_LINKS:
                    raise system_error(errno.ELOOP)
                if below.leads_to.startswith("/"):
                    raise OSError(errno.EXDEV, "the link leads out of the target")
                waiting.extendleft(reversed(parts_of(below.leads_to)))
                continue
            above.append((part, below))
            here = below
        return "/".join(name for name, _ in above), here

    def paths_named(self, wanted: Callable[[str], bool]) -> Iterator[str]:
        """The paths of all whose names, in lower case, are `wanted`; some may be there no more."""
        for number in range(1, len(self._names) + 1):
            if wanted(_text(self._names.name(number)).lower()):
                yield "/".join(map(_text, self._names.path(number)))

    def current(self, file: File) -> File:
        """A file that was found, as it is now."""
        return file if file.key is None else self._files.file(file.key[1])

    def images(self) -> Iterator[File]:
        """The files that may be images."""
        return self._files.images()

    def below(self, folder: str) -> NodeTree:
        """The tree of a folder alone; raises OSError."""
        here = self.find(folder)[1]
        tree = NodeTree(self._path)
        if isinstance(here, Folder):
            tree._names, tree._files, tree.top = self._names, self._files, here
            tree._forget()
        return tree

    def _node(self, number: int) -> Node:
        kind = self._names.kind(number)
        if kind == Kind.FOLDER:
            return Folder(number)
        value = self._names.value(number)
        node: Node = self._files.file(value) if kind == Kind.FILE else self._files.other(value)
        return node

    # --- as any tree -------------------------------------------------------------------------------------------------

    def children(self, folder: str) -> list[Child]:
        here = self.find(folder)[1]
        if not isinstance(here, Folder):
            raise system_error(errno.ENOTDIR)
        children = (self._child(folder, number) for number in self._names.in_folder(here.number))
        return sorted((child for child in children if child is not None), key=attrgetter("name"))

    def open(self, path: str) -> AbstractContextManager[ByteSource]:
        node = self.find(path)[1]
        if isinstance(node, Folder):
            raise system_error(errno.EISDIR)
        if isinstance(node, File) and node.opened is not None:
            return node.opened()
        if isinstance(node, File) and node.source is not None and not node.problem:
            return as_opened(node.source)
        raise OSError(errno.EIO, node.problem if isinstance(node, File) and node.problem else _NOT_KEPT)

    def _child(self, folder: str, number: int) -> Child | None:
        name, kind = _text(self._names.name(number)), self._names.kind(number)
        if kind != Kind.OTHER:
            return Child(name, ChildKind.FOLDER if kind == Kind.FOLDER else ChildKind.FILE)
        node = self._node(number)
        if isinstance(node, Link):
            return self._link(folder, name, node.leads_to)
        problem = node.problem if isinstance(node, File) else ""
        return Child(name, ChildKind.UNREADABLE, problem) if problem else Child(name, ChildKind.FILE)

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


def parts_of(path: str) -> list[str]:
    """The parts of a path as a container stores it: `./a//b/` is a, b."""
    return [part for part in path.split("/") if part not in {"", "."}]


def _raw(name: str) -> bytes:
    """Names may be of characters that are none: halves of a pair, bytes that are not UTF-8."""
    return name.encode("utf-8", "surrogatepass")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")
