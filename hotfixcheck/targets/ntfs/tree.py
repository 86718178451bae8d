"""A volume of NTFS as a tree of files: folders by their indexes, files by their records."""

from __future__ import annotations

import errno
import os
import struct
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hotfixcheck.targets.disks.blocks import exactly
from hotfixcheck.targets.ntfs.records import (
    INDEX_ALLOCATION,
    INDEX_ROOT,
    REPARSE_POINT,
    STANDARD_INFORMATION,
    FileTable,
    Record,
    attributes,
    fixed,
)
from hotfixcheck.targets.ntfs.reparse import Reparse, read_reparse
from hotfixcheck.targets.ntfs.streams import open_data
from hotfixcheck.targets.sources import as_opened
from hotfixcheck.targets.tree import ByteSource, Child, ChildKind, joined

_ROOT = 5
_FIRST_USER_RECORD = 24  # the records before are the file system's own
_NAMES = "$I30"
_KEY = struct.Struct("<Q 3H 2x Q 48x 2I 2B")
_HAS_BELOW, _LAST = 1, 2
_ONLY_DOS = 2  # name space of 8.3 names that stand beside a long one
_IS_REPARSE, _IS_FOLDER = 0x400, 0x10000000
_REFERENCE = (1 << 48) - 1
_MAX_BLOCKS = 1 << 20  # of an index
_KEPT_FOLDERS = 64
_MAX_LINKS = 40
_FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Name:
    reference: int
    is_folder: bool
    is_reparse: bool


class NtfsTree:
    """`size` is what the volume says of itself, in bytes. Raises OSError for one of which nothing can be listed."""

    def __init__(self, volume: ByteSource, path: str) -> None:
        self._path = path
        self._table = FileTable(volume)
        self.size = self._table.size
        self._folders: OrderedDict[str, dict[str, _Name]] = OrderedDict()
        self._listed_at: dict[int, str] = {}

    @property
    def path(self) -> str:
        return self._path

    def children(self, folder: str) -> list[Child]:
        names = self._listing(folder)
        children = (self._child(folder, name, names[name]) for name in sorted(names))
        return [child for child in children if child is not None]

    def open(self, path: str) -> AbstractContextManager[ByteSource]:
        name = self._find(path)
        record = self._table.record(name.reference)
        reparse = self._reparse(record) if name.is_reparse else Reparse()
        if reparse.leads_to is not None:
            record = self._table.record(self._resolved(path)[1].reference)
            reparse = self._reparse(record)
        if reparse.problem:
            raise OSError(errno.EIO, reparse.problem)
        if record.is_folder:
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        return as_opened(open_data(self._table, record, reparse.wof, _modified(record)))

    def _find(self, path: str) -> _Name:
        """What stands at a path; raises FileNotFoundError."""
        if not path:
            return _Name(_ROOT, is_folder=True, is_reparse=False)
        folder, _, name = path.rpartition("/")
        found = self._listing(folder).get(name)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return found

    def _listing(self, folder: str) -> dict[str, _Name]:
        listing = self._folders.get(folder)
        if listing is None:
            listing = self._read_listing(folder)
            self._folders[folder] = listing
            if len(self._folders) > _KEPT_FOLDERS:
                self._folders.popitem(last=False)
        else:
            self._folders.move_to_end(folder)
        return listing

    def _read_listing(self, folder: str) -> dict[str, _Name]:
        number = self._find(folder).reference
        record = self._table.record(number)
        # A folder has one place. A damaged disk may give it more, and so a tree without end.
        at = self._listed_at.setdefault(record.number, folder)
        if at != folder:
            raise OSError(f"the folder is also at {at or 'the root'}, and can be at one place only")
        return dict(self._index(record))

    def _index(self, record: Record) -> Iterator[tuple[str, _Name]]:
        """Every name in a folder: its index is a tree of blocks that stand in one attribute, by number."""
        roots = self._table.attributes(record, INDEX_ROOT, _NAMES)
        if not roots or roots[0].data is None or len(roots[0].data) < 32:
            raise OSError("the folder's index is damaged" if record.is_folder else "it is no folder")
        root = roots[0].data
        waiting: list[int] = []
        yield from self._entries(root, 16, record.number, waiting)
        if not waiting:
            return
        size = int.from_bytes(root[8:12], "little")
        pieces = self._table.attributes(record, INDEX_ALLOCATION, _NAMES)
        if not pieces or not 512 <= size <= 1 << 16:
            raise OSError("the folder's index is damaged: a part of it is missing")
        blocks = self._table.contents(pieces)
        unit = min(self._table.cluster, size) if self._table.cluster <= size else 512
        seen: set[int] = set()
        while waiting:
            number = waiting.pop()
            if number in seen or len(seen) > _MAX_BLOCKS:
                raise OSError("the folder's index is damaged: it leads back to itself")
            seen.add(number)
            data = exactly(blocks, number * unit, size)
            place, count = struct.unpack_from("<2H", data, 4)
            block = fixed(data, place, count) if data[:4] == b"INDX" else None
            if block is None:
                raise OSError("the folder's index is damaged: a block of it was written in part only, or not at all")
            yield from self._entries(block, 24, record.number, waiting)

    def _entries(self, data: bytes, start: int, folder: int, waiting: list[int]) -> Iterator[tuple[str, _Name]]:
        """The names in a node whose header stands at `start`; the numbers of the nodes below go to `waiting`."""
        first, used = struct.unpack_from("<2I", data, start)
        at, end = start + first, start + used
        if end > len(data):
            raise OSError("the folder's index is damaged: it is cut short")
        while at + 16 <= end:
            length, _, flags = struct.unpack_from("<3H", data, at + 8)
            if length < 16 or at + length > end:
                break
            if flags & _HAS_BELOW:
                waiting.append(int.from_bytes(data[at + length - 8 : at + length], "little"))
            if flags & _LAST:
                return
            if length < _KEY.size:
                break
            reference, _, _, _, parent, attribute, _, characters, space = _KEY.unpack_from(data, at)
            if parent & _REFERENCE != folder or _KEY.size + 2 * characters > length:
                break
            if space != _ONLY_DOS and (reference & _REFERENCE) >= _FIRST_USER_RECORD:
                name = data[at + _KEY.size : at + _KEY.size + 2 * characters].decode("utf-16-le", "surrogatepass")
                yield name, _Name(reference, bool(attribute & _IS_FOLDER), bool(attribute & _IS_REPARSE))
            at += length
        raise OSError("the folder's index is damaged: an entry in it cannot be")

    def _child(self, folder: str, name: str, found: _Name) -> Child | None:
        if "/" in name or "\0" in name or name in {"", ".", ".."}:
            return Child(name.replace("/", "\u2215") or "?", ChildKind.UNREADABLE, "it has a name that cannot be")
        if not found.is_reparse:
            return Child(name, ChildKind.FOLDER if found.is_folder else ChildKind.FILE)
        try:
            reparse = self._reparse(self._table.record(found.reference))
        except OSError as error:
            return Child(name, ChildKind.UNREADABLE, str(error))
        if reparse.leads_to is not None:
            return self._link(folder, name, reparse.leads_to)
        if found.is_folder:  # a folder with a mark of another program is a folder
            return Child(name, ChildKind.FOLDER)
        return Child(name, ChildKind.UNREADABLE, reparse.problem) if reparse.problem else Child(name, ChildKind.FILE)

    def _link(self, folder: str, name: str, leads_to: str) -> Child | None:
        """A link counts as the file it leads to; None for one to a folder, which is walked where it really is."""
        try:
            real, target = self._resolved(joined(folder, name))
        except OSError as error:
            return Child(name, ChildKind.UNREADABLE, f"{error.strerror or error}: {leads_to}")
        if not target.is_folder:
            return Child(name, ChildKind.FILE)
        if f"{folder}/".startswith(f"{real}/" if real else ""):
            return Child(name, ChildKind.UNREADABLE, f"the link leads back to a folder that holds it: {leads_to}")
        return None

    def _resolved(self, path: str) -> tuple[str, _Name]:
        """(real path, what stands there) with every link followed, without regard to case where none fits exactly.

        Raises OSError for one that leads nowhere, out of the volume or back to itself.
        """
        waiting = path.split("/")[::-1]
        real: list[str] = []
        found = self._find("")
        links = 0
        while waiting:
            part = waiting.pop()
            if part == "..":
                del real[-1:]
                found = self._find("/".join(real))
                continue
            try:
                listing = self._listing("/".join(real))
            except OSError:
                listing = {}
            if part not in listing:
                part = next((name for name in listing if name.lower() == part.lower()), part)
            if part not in listing:
                raise FileNotFoundError(errno.ENOENT, "the link leads nowhere")
            found = listing[part]
            reparse = self._reparse(self._table.record(found.reference)) if found.is_reparse else Reparse()
            if reparse.leads_to is None:
                real.append(part)
                continue
            links += 1
            if links > _MAX_LINKS:
                raise OSError(errno.ELOOP, "the link leads back to itself")
            parts = _parts(reparse)
            if parts is None:
                raise OSError(errno.EXDEV, "the link leads out of the volume")
            if not reparse.relative:
                real = []
            waiting.extend(reversed(parts))
        return "/".join(real), found

    def _reparse(self, record: Record) -> Reparse:
        pieces = self._table.attributes(record, REPARSE_POINT)
        if not pieces:
            return Reparse()
        source = self._table.contents(pieces)
        return read_reparse(source.read(0, min(source.size, 1 << 16)))


def _parts(reparse: Reparse) -> list[str] | None:
    """The names a link leads through: from the root, or the folder it stands in; None for one to another volume.

    A drive letter is taken for the volume's own: no disk says which it had.
    """
    path = (reparse.leads_to or "").replace("\\", "/").rstrip("\0")
    for prefix in ("/??/", "//?/"):
        path = path.removeprefix(prefix)
    if path[1:2] == ":":
        path = path[2:]
    elif not reparse.relative and not path.startswith("/"):
        return None  # Volume{…}, UNC
    return [part for part in path.split("/") if part and part != "."]


def _modified(record: Record) -> datetime | None:
    """When the data were last written, in whole microseconds."""
    for attribute in attributes(record, STANDARD_INFORMATION):
        if attribute.kind == STANDARD_INFORMATION and attribute.data is not None and len(attribute.data) >= 16:
            (ticks,) = struct.unpack_from("<Q", attribute.data, 8)
            try:
                return _FILETIME_EPOCH + timedelta(microseconds=ticks // 10)
            except OverflowError:
                return None
    return None
