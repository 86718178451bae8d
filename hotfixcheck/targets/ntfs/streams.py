"""The bytes of a file of NTFS: plain, sparse, compressed, or compressed in place by Windows (WOF)."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime

from hotfixcheck.targets.blocks import Blocks, Recent
from hotfixcheck.targets.chunks import Chunked
from hotfixcheck.targets.compression import lznt1, lzx, xpress
from hotfixcheck.targets.ntfs.attributes import COMPRESSED, DATA, ENCRYPTED, Attribute, Record, Run
from hotfixcheck.targets.ntfs.records import FileTable
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.windowsfs import EFS
from hotfixcheck.targets.windowsfs.reparse import WofAlgorithm

_KEPT = 1 << 20
_WOF_STREAM = "WofCompressedData"
_MAX_UNIT = 1 << 20


def open_data(table: FileTable, record: Record, wof: WofAlgorithm | None, modified: datetime | None) -> ByteSource:
    """The unnamed data of a file; raises OSError where it has none, or not all, or it is encrypted."""
    pieces = table.attributes(record, DATA)
    if not pieces:
        raise OSError("it has no data")
    first = pieces[0]
    if first.flags & ENCRYPTED:
        raise OSError(EFS)
    if wof is not None:
        return _decompressed(table, record, wof, first.size, modified)
    if first.flags & COMPRESSED and first.data is None:
        return _Units(table, pieces, modified)
    return table.contents(pieces, modified)


def _decompressed(
    table: FileTable, record: Record, wof: WofAlgorithm, size: int, modified: datetime | None
) -> ByteSource:
    pieces = table.attributes(record, DATA, _WOF_STREAM)
    if not pieces:
        raise OSError("compressed by Windows (WOF), and the compressed data are missing")
    chunk = {WofAlgorithm.XPRESS4K: 4096, WofAlgorithm.XPRESS8K: 8192, WofAlgorithm.XPRESS16K: 16384}.get(wof, 32768)
    decompress = lzx(chunk) if wof is WofAlgorithm.LZX else xpress(chunk)
    return Chunked(table.contents(pieces), size, chunk, decompress, modified)


class _Units(Blocks):
    """Compression units: one with all its clusters is as it is, with fewer it is compressed, with none it is zeros."""

    def __init__(self, table: FileTable, pieces: list[Attribute], modified: datetime | None) -> None:
        first = pieces[0]
        unit = first.unit * table.cluster
        if first.unit == 1 or unit > _MAX_UNIT:
            raise OSError(f"it is compressed in units of {unit:,} bytes, which cannot be")
        super().__init__(first.size, unit)
        self.modified = modified
        self._table = table
        self._clusters = first.unit
        self._there = min(first.size, first.initialized)
        self._runs = tuple(table.runs(pieces))
        self._firsts = [run.first for run in self._runs]
        self._recent = Recent(_KEPT)

    def _read(self, number: int, start: int, length: int) -> bytes:
        return self._recent.get(number, self._unit)[start : start + length]

    def _unit(self, number: int) -> bytes:
        if number * self._block >= self._there:
            return bytes(self._block)
        placed, covered = [], 0
        first, end = number * self._clusters, (number + 1) * self._clusters
        for run in self._in(first, end):
            covered += run.count
            if run.place is not None:
                placed.append(self._table.read(run.place * self._table.cluster, run.count * self._table.cluster))
        data = b"".join(placed)
        if covered < self._clusters and (number + 1) * self._block < self._there:
            raise OSError("a part of it has no place on the volume")
        if not data or len(data) == self._block:
            whole = data or bytes(self._block)
        else:
            try:
                whole = lznt1.decompress(data, self._block)
            except ValueError as error:
                raise OSError(f"compressed unit {number:,} is damaged: {error}") from None
        there = self._there - number * self._block
        return whole if there >= self._block else whole[:there].ljust(self._block, b"\0")

    def _in(self, first: int, end: int) -> list[Run]:
        """The runs between two clusters, cut to them."""
        found = []
        index = max(bisect_right(self._firsts, first) - 1, 0)
        for run in self._runs[index:]:
            if run.first >= end:
                break
            start, stop = max(run.first, first), min(run.first + run.count, end)
            if start < stop:
                place = None if run.place is None else run.place + start - run.first
                found.append(Run(start, stop - start, place))
        return found
