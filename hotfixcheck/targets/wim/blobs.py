"""Where the blobs of a WIM stand, by their SHA-1: tables of up to millions of rows, of which 8 bytes each are kept."""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from hotfixcheck.targets.blocks import exactly
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.wim.solid import SolidRun

_ROW = struct.Struct("<Q 2Q H I 20s")  # stored size and flags, place, size, part, references, SHA-1
# The first number of a resource: its size in the file in 7 bytes, flags in the eighth.
STORED_SIZE, FLAGS_SHIFT = (1 << 56) - 1, 56
SOLID = 0x10  # the flag of a row of a solid resource, and of a blob in one
_ROWS_AT_ONCE = 4096
_MAX_ROWS = 1 << 23  # of all parts; a number of a row has 24 bits
_ROW_BITS = 24
_BY_FIRST_BYTE = 256


@dataclass(frozen=True, slots=True)
class Resource:
    """Bytes in the file of a `part`, counted from 0: `stored` of them from `place`, which are `size` once decompressed.
    Those of a blob in a `solid` run are at `place` of what that run holds."""

    part: int
    stored: int
    flags: int
    place: int
    size: int
    solid: SolidRun | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a part's table; `number` is its own among those of all parts, `part` the blob's part, from 1."""

    number: int
    stored: int
    flags: int
    place: int
    size: int
    part: int
    sha1: bytes


class Blobs:
    """The rows of the tables of all parts; those that were put in are found by their SHA-1."""

    def __init__(self) -> None:
        self._tables: list[ByteSource] = []
        self._firsts: list[int] = []  # the number of each table's first row
        self._count = 0
        # By the first byte of the SHA-1: its next five, and the number of the row, in one integer.
        self._keys = [array("Q") for _ in range(_BY_FIRST_BYTE)]
        self._sorted: set[int] = set()
        self._runs: list[SolidRun] = []
        self._run_rows: list[int] = []  # the number of the first blob of each run

    def rows(self, table: ByteSource) -> Iterator[Row]:
        """The rows of the next part's table, piece by piece; raises OSError for one that cannot be."""
        count, rest = divmod(table.size, _ROW.size)
        if rest or self._count + count > _MAX_ROWS:
            raise OSError(f"the WIM is damaged: its table of files is of {table.size:,} bytes")
        first = self._count
        self._tables.append(table)
        self._firsts.append(first)
        self._count += count
        for start in range(0, count, _ROWS_AT_ONCE):
            wanted = min(count - start, _ROWS_AT_ONCE)
            data = exactly(table, start * _ROW.size, wanted * _ROW.size)
            for number, (sizes, place, size, part, _, sha1) in enumerate(_ROW.iter_unpack(data), first + start):
                yield Row(number, sizes & STORED_SIZE, sizes >> FLAGS_SHIFT, place, size, part, sha1)

    def put(self, row: Row, run: SolidRun | None = None) -> None:
        """A blob, which is found from now on; that of a solid run belongs to the rows behind the run's first one."""
        if run is not None and (not self._runs or self._runs[-1] is not run):
            self._runs.append(run)
            self._run_rows.append(row.number)
        self._keys[row.sha1[0]].append(_key(row.sha1) | row.number)

    def get(self, sha1: bytes) -> Resource | None:
        """Where a blob stands, in the last row that says so; None for one that is not here. Raises OSError from
        reading its table again."""
        keys = self._keys[sha1[0]]
        if sha1[0] not in self._sorted:
            self._keys[sha1[0]] = keys = array("Q", sorted(keys))
            self._sorted.add(sha1[0])
        wanted = _key(sha1)
        at = bisect_right(keys, wanted | (1 << _ROW_BITS) - 1)
        while at and keys[at - 1] >= wanted:
            at -= 1
            found = self._resource(keys[at] & (1 << _ROW_BITS) - 1, sha1)
            if found is not None:
                return found
        return None

    def _resource(self, number: int, sha1: bytes) -> Resource | None:
        part = bisect_right(self._firsts, number) - 1
        row = exactly(self._tables[part], (number - self._firsts[part]) * _ROW.size, _ROW.size)
        sizes, place, size, _, _, its_sha1 = _ROW.unpack(row)
        if its_sha1 != sha1:
            return None
        stored, flags = sizes & STORED_SIZE, sizes >> FLAGS_SHIFT
        if not flags & SOLID:
            return Resource(part, stored, flags, place, size)
        return Resource(part, stored, flags, place, stored, self._runs[bisect_right(self._run_rows, number) - 1])


def _key(sha1: bytes) -> int:
    return int.from_bytes(sha1[1:6], "big") << _ROW_BITS
