"""What lies beside an image and may be a part of it: extents, segments, the disk that it differs from."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hotfixcheck.targets.directory import OpenFile, open_file
from hotfixcheck.targets.tree import ByteSource, ChildKind, FileTree, find_file, joined

_MAX_BESIDE = 10_000

Heads = Iterator[tuple[str, bytes]]


def _no_heads(_length: int) -> Heads:
    return iter(())


@dataclass(frozen=True, slots=True)
class Beside:
    """Where an image lies: its own name, and `open` for a file beside it by a plain name, which raises OSError.

    `heads` gives the name and the first so many bytes of every file there, itself among them; it raises OSError where
    they are too many. To `parents` go the names of the disks that it, and each of these, holds only the differences to.
    """

    name: str
    open: Callable[[str], ByteSource]
    heads: Callable[[int], Heads] = _no_heads
    parents: list[str] = field(default_factory=list)

    def ending(self, last: str) -> str:
        """The image's name with another ending, in the case that its own has if that has one."""
        stem, dot, old = self.name.rpartition(".")
        if not dot:
            return f"{old}.{last}"
        return f"{stem}.{last.upper() if old.isupper() else last.lower() if old.islower() else last}"


def _nothing_beside(name: str) -> ByteSource:
    raise FileNotFoundError(errno.ENOENT, f"another part of it, {name}, is not looked for where it lies")


ALONE = Beside("", _nothing_beside)
"""Of an image that has nothing beside it."""


def beside_path(path: Path, keep: Callable[[OpenFile], ByteSource]) -> Beside:
    """What lies beside a file of this machine; `keep` holds open what is opened. Links are not followed."""

    def opened(name: str) -> ByteSource:
        try:
            return keep(open_file(path.parent / name, follow=False))
        except FileNotFoundError:
            raise FileNotFoundError(errno.ENOENT, f"a part of it is missing: {name}") from None
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
            said = f"a part of it is a link, and links are not followed: {name}"
            raise OSError(errno.ELOOP, said) from None

    return Beside(path.name, opened, lambda length: _heads_in(path.parent, length))


def _heads_in(folder: Path, length: int) -> Heads:
    """The names and first bytes of the files of a folder that can be read."""
    with os.scandir(folder) as listed:
        names = sorted(each.name for each in listed if each.is_file(follow_symlinks=False))
    _check_number(len(names))
    for name in names:
        with suppress(OSError), open_file(folder / name, follow=False) as file:
            yield name, file.read(0, length)


def beside_in(
    tree: FileTree,
    path: str,
    part: Callable[[str], ByteSource],
    head: Callable[[str, int], bytes] = lambda _path, _length: b"",
) -> Beside:
    """What lies beside a file of a tree; by their paths, `part` opens one and `head` gives the first bytes of one that
    may be an image."""
    folder, _, own = path.rpartition("/")

    def opened(name: str) -> ByteSource:
        child = find_file(tree, folder, name)
        if child is None:
            raise FileNotFoundError(errno.ENOENT, f"a part of it is missing: {name}")
        return part(joined(folder, child.name))

    def heads(length: int) -> Heads:
        names = sorted(child.name for child in tree.children(folder) if child.kind is ChildKind.FILE)
        _check_number(len(names))
        for name in names:
            with suppress(OSError):
                yield name, head(joined(folder, name), length)

    return Beside(own, opened, heads)


def _check_number(files: int) -> None:
    if files > _MAX_BESIDE:
        raise OSError(f"{files:,} files lie beside it, which are too many to look through")
