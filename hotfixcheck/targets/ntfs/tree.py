"""A volume of NTFS as a tree of files: folders by their indexes, files by their records."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property

from hotfixcheck.targets.blocks import exactly
from hotfixcheck.targets.ntfs.attributes import (
    INDEX_ALLOCATION,
    INDEX_ROOT,
    ONLY_DOS,
    RECORD_NUMBER,
    REPARSE_POINT,
    Record,
    standard_information,
)
from hotfixcheck.targets.ntfs.parents import Parents
from hotfixcheck.targets.ntfs.records import FileTable, fixed
from hotfixcheck.targets.ntfs.streams import open_data
from hotfixcheck.targets.times import filetime
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.windowsfs import IS_REPARSE, text
from hotfixcheck.targets.windowsfs.reparse import MAX_REPARSE, Reparse, read_reparse
from hotfixcheck.targets.windowsfs.tree import Name, WindowsTree

_ROOT = 5
_FIRST_USER_RECORD = 16  # the records before are the file system's own
_INDEX = "$I30"
_KEY = struct.Struct("<Q 3H 2x Q 48x 2I 2B")
_HAS_BELOW, _LAST = 1, 2
_IS_FOLDER = 0x10000000
_MAX_BLOCKS = 1 << 20  # of an index


class NtfsTree(WindowsTree):
    """`size` is what the volume says of itself, in bytes, and `problem` what of it was read from a copy.

    Raises OSError for one of which nothing can be listed.
    """

    def __init__(self, volume: ByteSource, path: str) -> None:
        super().__init__(path, _ROOT)
        self._table = FileTable(volume)
        self.size = self._table.size
        self.problem = self._table.problem

    @cached_property
    def _parents(self) -> Parents:
        return Parents(self._table)

    def _names(self, folder: int) -> Iterable[tuple[str, Name]]:
        record = self._table.record(folder)
        try:
            return list(self._indexed(record))
        except OSError as error:
            if not record.is_folder:
                raise
            said = str(error) if "index" in str(error) else f"the folder's index cannot be read: {error}"
            self.incomplete[folder] = f"{said}; its files are those that name it in the master file table"
            return [each for each in self._parents.names(record) if _is_users(each[1])]

    def _indexed(self, record: Record) -> Iterator[tuple[str, Name]]:
        """The names in a folder's index, which is one attribute, by number."""
        roots = self._table.attributes(record, INDEX_ROOT, _INDEX)
        if not roots or roots[0].data is None or len(roots[0].data) < 32:
            raise OSError("the folder's index is damaged" if record.is_folder else "it is no folder")
        root = roots[0].data
        waiting: list[int] = []
        yield from _entries(root, 16, record.number, waiting)
        if not waiting:
            return
        size = int.from_bytes(root[8:12], "little")
        pieces = self._table.attributes(record, INDEX_ALLOCATION, _INDEX)
        if not pieces or not 512 <= size <= 1 << 16:
            raise OSError("the folder's index is damaged: a part of it is missing")
        blocks = self._table.contents(pieces)
        unit = self._table.cluster if self._table.cluster <= size else 512
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
            yield from _entries(block, 24, record.number, waiting)

    def _reparse(self, reference: int) -> Reparse:
        pieces = self._table.attributes(self._table.record(reference), REPARSE_POINT)
        if not pieces:
            return Reparse()
        source = self._table.contents(pieces)
        return read_reparse(source.read(0, min(source.size, MAX_REPARSE)))

    def _data(self, reference: int, reparse: Reparse) -> ByteSource:
        record = self._table.record(reference)
        if record.is_folder:
            raise OSError("it is a folder, and its own folder calls it a file")
        return open_data(self._table, record, reparse.wof, _modified(record))


def _is_users(name: Name) -> bool:
    return name.reference & RECORD_NUMBER >= _FIRST_USER_RECORD


def _entries(data: bytes, start: int, folder: int, waiting: list[int]) -> Iterator[tuple[str, Name]]:
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
        if parent & RECORD_NUMBER != folder & RECORD_NUMBER or _KEY.size + 2 * characters > length:
            break
        if space != ONLY_DOS and (reference & RECORD_NUMBER) >= _FIRST_USER_RECORD:
            name = text(data[at + _KEY.size : at + _KEY.size + 2 * characters])
            yield name, Name(reference, bool(attribute & _IS_FOLDER), bool(attribute & IS_REPARSE))
        at += length
    raise OSError("the folder's index is damaged: an entry in it cannot be")


def _modified(record: Record) -> datetime | None:
    """When the data were last written."""
    said = standard_information(record)
    return filetime(int.from_bytes(said[8:16], "little")) if len(said) >= 16 else None
