"""A folder of this machine: system32, a Windows folder, a drive root or a mounted image."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from types import TracebackType

from hotfixcheck.errors import said_by
from hotfixcheck.targets.tree import Child, ChildKind

_NAME = attrgetter("name")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FOLLOWS_LINKS = not hasattr(os, "O_NOFOLLOW")  # Windows, when it opens a file
_MOUNT_POINT = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT
_FOLLOWING_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_OPEN_FLAGS = _FOLLOWING_FLAGS | getattr(os, "O_NOFOLLOW", 0)


class DirectoryTree:
    """A folder; links are followed to files inside it and never out of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._root = os.path.realpath(extended(str(path.absolute())) if os.sep == "\\" else path)
        self._resolved_folder = ("", self._root)  # the last one: files are opened folder by folder

    @property
    def path(self) -> str:
        return str(self._path)

    def children(self, folder: str) -> list[Child]:
        with os.scandir(self._absolute(folder)) as entries:
            children = [child for entry in entries if (child := self._child(folder, entry)) is not None]
        children.sort(key=_NAME)
        return children

    def open(self, path: str) -> OpenFile:
        return OpenFile(self._handle(path))

    def _handle(self, path: str) -> int:
        folder, _, name = path.rpartition("/")
        try:
            last, real = self._resolved_folder
            if folder != last:
                real = self._resolved(folder)
                self._resolved_folder = (folder, real)
            if not _FOLLOWS_LINKS:
                return os.open(f"{real}/{name}", _OPEN_FLAGS)
            file = os.path.join(real, name)  # noqa: PTH118
            if not os.path.islink(file):  # noqa: PTH114
                return os.open(file, _OPEN_FLAGS)
        except OSError:
            pass  # a link, or what opening it in full will say
        # A link is opened at the place it leads to, which lies inside: nothing is followed at opening time.
        return os.open(self._resolved(path), _OPEN_FLAGS)

    def _absolute(self, path: str) -> str:
        # Plain strings: this is the inner loop. In extended paths Windows takes no slash for a separator.
        return os.path.join(self._root, path.replace("/", os.sep)) if path else self._root  # noqa: PTH118

    def _resolved(self, path: str) -> str:
        real = os.path.realpath(self._absolute(path), strict=True)
        if not _is_inside(real, self._root):
            raise OSError(errno.EXDEV, "the link leads out of the target")
        return real

    def _child(self, folder: str, entry: os.DirEntry[str]) -> Child | None:
        try:
            if entry.is_symlink():
                return self._link(folder, entry)
            if entry.is_file(follow_symlinks=False):
                return Child(entry.name, ChildKind.FILE)
            if _is_junction(entry):
                return self._link(folder, entry)
            if entry.is_dir(follow_symlinks=False):
                return Child(entry.name, ChildKind.FOLDER)
        except OSError as error:
            return Child(entry.name, ChildKind.UNREADABLE, said_by(error))
        return Child(entry.name, ChildKind.UNREADABLE, "it is a device, pipe or socket, not a file")

    def _link(self, folder: str, entry: os.DirEntry[str]) -> Child | None:
        """A link counts as the file it leads to; None for one to a folder, which is walked where it really is."""
        leads_to = os.readlink(entry.path)  # noqa: PTH115
        try:
            real = self._resolved(f"{folder}/{entry.name}" if folder else entry.name)
        except FileNotFoundError:
            if "reparse" in leads_to:  # how ntfs-3g shows what it cannot decode
                return Child(entry.name, ChildKind.UNREADABLE, f"compressed or deduplicated by Windows: {leads_to}")
            return Child(entry.name, ChildKind.UNREADABLE, f"the link leads nowhere: {leads_to}")
        except OSError as error:
            looped = error.errno == errno.ELOOP
            problem = f"the link leads back to itself: {leads_to}" if looped else f"{said_by(error)}: {leads_to}"
            return Child(entry.name, ChildKind.UNREADABLE, problem)
        if not os.path.isdir(real):  # noqa: PTH112
            return Child(entry.name, ChildKind.FILE)
        if _is_inside(self._absolute(folder), real):
            return Child(entry.name, ChildKind.UNREADABLE, f"the link leads back to a folder that holds it: {leads_to}")
        return None


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """True for a mount point of Windows; DirEntry.is_junction is there from Python 3.12."""
    known = getattr(entry, "is_junction", None)
    if known is not None:
        return bool(known())
    return getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == _MOUNT_POINT if _FOLLOWS_LINKS else False


def _is_inside(path: str, folder: str) -> bool:
    """True for `folder` and what it holds; both are real paths."""
    try:
        return os.path.commonpath((path, folder)) == folder
    except ValueError:  # of Windows: another drive
        return False


def extended(path: str) -> str:
    """An absolute path of Windows in the form that may be longer than 260 characters and end in a dot or blank."""
    if path.startswith("\\\\?\\"):
        return path
    return f"\\\\?\\UNC\\{path[2:]}" if path.startswith("\\\\") else f"\\\\?\\{path}"


@lru_cache
def _time(nanoseconds: int) -> datetime | None:
    """In whole microseconds from the epoch: exact, and for dates that the C library cannot name.

    Kept, for files that came from one medium or package share a few times.
    """
    try:
        return _EPOCH + timedelta(0, 0, nanoseconds // 1000)
    except OverflowError:  # some file systems hold years that no calendar here has
        return None


def _seek_and_read(handle: int, length: int, offset: int) -> bytes:
    os.lseek(handle, offset, os.SEEK_SET)
    return os.read(handle, length)


_pread: Callable[[int, int, int], bytes] = getattr(os, "pread", _seek_and_read)  # Windows has none


def open_file(path: Path, *, follow: bool = True) -> OpenFile:
    """The file at `path`, links followed or refused; raises OSError, also for what is no regular file."""
    return OpenFile(os.open(path, _FOLLOWING_FLAGS if follow else _OPEN_FLAGS))


class OpenFile:
    """An open file, closed at the end of its `with`; `stat` is what the system says of it."""

    __slots__ = ("_handle", "modified", "size", "stat")

    def __init__(self, handle: int) -> None:
        self._handle = handle
        try:
            facts = os.fstat(handle)
            if not stat.S_ISREG(facts.st_mode):
                raise OSError(errno.EINVAL, "it is not a regular file")
        except OSError:
            os.close(handle)
            raise
        self.stat = facts
        self.size = facts.st_size
        self.modified = _time(facts.st_mtime_ns)

    def __enter__(self) -> OpenFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._handle)

    def is_read_only(self) -> bool:
        """True if its file system is mounted so, or cannot be asked; raises OSError."""
        return not hasattr(os, "fstatvfs") or bool(os.fstatvfs(self._handle).f_flag & os.ST_RDONLY)

    def read(self, offset: int, length: int) -> bytes:
        data = _pread(self._handle, length, offset) if length > 0 else b""
        if len(data) == length or not data or offset + len(data) == self.size:
            return data
        # Short at the end of the file, or of what one call gives.
        return data + self.read(offset + len(data), length - len(data))
