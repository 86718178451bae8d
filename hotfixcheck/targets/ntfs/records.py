"""The master file table of NTFS: its records, and where on the volume the bytes of their attributes lie."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from hotfixcheck.targets.blocks import exactly
from hotfixcheck.targets.ntfs.attributes import (
    ATTRIBUTE_LIST,
    DATA,
    IN_USE,
    MAX_ATTRIBUTES,
    RECORD_NUMBER,
    SPARSE,
    Attribute,
    Record,
    Run,
    attributes,
)
from hotfixcheck.targets.sources import Memory, Piece, Pieced
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.windowsfs import text

_BOOT = struct.Struct("<3s 8s H B 26x Q Q Q b 3x b")
_RECORD = struct.Struct("<4s 2H Q H H H H 2I Q")
_LISTED = struct.Struct("<I H 2B Q Q")
_PIECE = 1 << 20
_STRIDE = 512  # of the marks that tell a torn write, whatever the sectors are
_MAX_LIST = 1 << 20


class FileTable:
    """The records of a volume. `problem` says what of it had to be read from a copy.

    Raises OSError for a volume that is damaged where everything else hangs from.
    """

    def __init__(self, volume: ByteSource) -> None:
        self.volume = volume
        self.problem = ""
        try:
            self._begin(exactly(volume, 0, _STRIDE))
        except OSError as error:
            copy = boot_copy(volume)
            if copy is None:
                raise
            self._begin(copy)
            self.problem = f"{error}; the copy of the boot sector at the volume's end was used"

    def _begin(self, boot: bytes) -> None:
        _, mark, sector, clusters, sectors, table, mirror, record, index = _BOOT.unpack_from(boot)
        per_cluster = clusters if clusters <= 0x80 else 1 << (256 - clusters)
        if mark != b"NTFS    " or sector not in {256, 512, 1024, 2048, 4096} or not 0 < per_cluster <= 1 << 20:
            raise OSError("the boot sector of the NTFS volume is damaged")
        self.cluster = sector * per_cluster
        self.record_size = _size(record, self.cluster)
        _size(index, self.cluster)  # each index says its own, but a wrong one here shows damage
        if self.cluster > 2 << 20 or not sectors:
            raise OSError("the boot sector of the NTFS volume is damaged")
        self.size: int = sectors * sector
        self._records: ByteSource = self.volume
        self._bootstrap(table * self.cluster, mirror * self.cluster)

    def _bootstrap(self, *places: int) -> None:
        """The table is a file that its own first record describes; a mirror holds a copy of that."""
        problem = OSError("the NTFS volume has no master file table")
        for place in places:
            try:
                record = self._record(exactly(self.volume, place, self.record_size), 0)
                pieces = [
                    piece for piece in attributes(record) if piece.kind in {ATTRIBUTE_LIST, DATA} and not piece.name
                ]
                first = [piece for piece in pieces if piece.kind == DATA]
                if not first or first[0].data is not None:
                    raise OSError("the master file table has no place")
                # The first piece holds the records that describe the others.
                self._records = self.contents(first[:1], partial=True)
                self._records = self.contents(self.attributes(record, DATA))
            except OSError as error:
                problem = OSError(f"the master file table of the NTFS volume is damaged: {error}")
            else:
                return
        raise problem

    def record(self, reference: int) -> Record:
        """The record of a file reference (number, and in the highest 16 bits how often it was used).

        Raises OSError if it is damaged, not in use, or used again for another file.
        """
        number, sequence = reference & RECORD_NUMBER, reference >> 48
        data = self._records.read(number * self.record_size, self.record_size)
        if len(data) < self.record_size:
            raise OSError(f"its record {number:,} lies behind the end of the master file table")
        record = self._record(data, number)
        if not record.in_use or (sequence and record.sequence != sequence):
            raise OSError(f"its record {number:,} was given to another file, or to none")
        return record

    def records(self, most: int) -> Iterator[Record]:
        """Every record in use that is whole, of the first `most`; what cannot be read is left out."""
        at_once = max(_PIECE // self.record_size, 1)
        count = min(self._records.size // self.record_size, most)
        for first in range(0, count, at_once):
            try:
                data = self._records.read(first * self.record_size, at_once * self.record_size)
            except OSError:
                continue
            for index in range(min(at_once, count - first)):
                piece = data[index * self.record_size : (index + 1) * self.record_size]
                if len(piece) == self.record_size and piece[:4] == b"FILE" and piece[22] & IN_USE:
                    with suppress(OSError):
                        yield self._record(piece, first + index)

    def _record(self, data: bytes, number: int) -> Record:
        mark, fixups, count, _, sequence, _, start, flags, used, _, base = _RECORD.unpack_from(data)
        if mark != b"FILE" or used > self.record_size or start < _RECORD.size:
            raise OSError(f"its record {number:,} in the master file table is damaged")
        whole = fixed(data, fixups, count)
        if whole is None:
            raise OSError(f"its record {number:,} in the master file table was written in part only")
        return Record(number, sequence, flags, base, whole[:used], start)

    def attributes(self, record: Record, kind: int, name: str = "") -> list[Attribute]:
        """The attribute of this kind and name, in pieces where it is in several records; none where there is none.

        Raises OSError for damage.
        """
        found = [each for each in attributes(record, kind) if each.kind in {kind, ATTRIBUTE_LIST}]
        listed = [each for each in found if each.kind == ATTRIBUTE_LIST]
        pieces = [each for each in found if each.kind == kind and each.name == name]
        if listed:
            seen = {record.number}
            for reference, wanted, called in self._list(listed[0]):
                if wanted == kind and called == name and (number := reference & RECORD_NUMBER) not in seen:
                    seen.add(number)
                    other = self.record(reference)
                    if other.base & RECORD_NUMBER != record.number:
                        raise OSError(f"its record {number:,} belongs to another file")
                    pieces += [each for each in attributes(other, kind) if each.kind == kind and each.name == name]
            pieces.sort(key=lambda piece: piece.first)
        return pieces

    def _list(self, attribute: Attribute) -> Iterator[tuple[int, int, str]]:
        """Record, kind and name of every attribute of a file that has too many for one record."""
        source = self.contents([attribute])
        data = exactly(source, 0, min(source.size, _MAX_LIST))
        at = 0
        for _ in range(MAX_ATTRIBUTES):
            if at + _LISTED.size > len(data):
                return
            kind, length, name_length, name_place, _, reference = _LISTED.unpack_from(data, at)
            if length < _LISTED.size:
                raise OSError("its list of attributes is damaged")
            name = data[at + name_place : at + name_place + 2 * name_length] if name_length else b""
            yield reference, kind, text(name)
            at += length
        raise OSError("its list of attributes does not end")

    def contents(
        self, pieces: list[Attribute], modified: datetime | None = None, *, partial: bool = False
    ) -> ByteSource:
        """The bytes of an attribute that is neither compressed nor encrypted; raises OSError where they have no place.

        `partial` is for the first of several pieces.
        """
        first = pieces[0]
        if first.data is not None:
            return Memory(first.data, modified)
        there = min(first.size, first.initialized)
        placed = []
        end = 0
        for run in self.runs(pieces):
            start, end = run.first * self.cluster, (run.first + run.count) * self.cluster
            if start >= there:
                break
            if run.place is not None:
                placed.append(Piece(start, min(end, there) - start, self, run.place * self.cluster))
            elif not first.flags & SPARSE:
                raise OSError("a part of it has no place on the volume")
        if end < there and not partial:
            raise OSError(f"its places on the volume end at byte {end:,} of {there:,}")
        return Pieced(placed, min(end, first.size) if partial else first.size, modified)

    def runs(self, pieces: list[Attribute]) -> Iterator[Run]:
        """The runs of all pieces in order; raises OSError where a piece is missing."""
        following = 0
        for piece in pieces:
            if piece.data is not None or piece.first != following:
                raise OSError("a piece of it is missing")
            yield from piece.runs
            if piece.runs:
                following = piece.runs[-1].first + piece.runs[-1].count

    def read(self, offset: int, length: int) -> bytes:
        """Bytes of the volume, never fewer; raises OSError."""
        return exactly(self.volume, offset, length)

    @property
    def modified(self) -> None:
        return None


def boot_copy(volume: ByteSource) -> bytes | None:
    """The copy of the boot sector in the last sector of an NTFS volume; None if it is of no volume of this size."""
    for sector in (512, 4096):
        data = volume.read(volume.size - sector, _STRIDE) if volume.size > sector else b""
        if len(data) == _STRIDE and data[510:] == b"\x55\xaa":
            _, mark, its_sector, _, sectors, *_ = _BOOT.unpack_from(data)
            if mark == b"NTFS    " and its_sector == sector and (sectors + 1) * sector == volume.size:
                return data
    return None


def fixed(data: bytes, place: int, count: int) -> bytes | None:
    """A record with the ends of its sectors put back: each was replaced by one number, that a torn write shows.

    None if it was torn.
    """
    if place % 2 or (count - 1) * _STRIDE != len(data) or place + 2 * count > _STRIDE:
        return None
    whole = bytearray(data)
    number = data[place : place + 2]
    for sector in range(1, count):
        end = sector * _STRIDE
        if data[end - 2 : end] != number:
            return None
        whole[end - 2 : end] = data[place + 2 * sector : place + 2 * sector + 2]
    return bytes(whole)


def _size(said: int, cluster: int) -> int:
    """Of records: in clusters, or as the power of two that gives so many bytes."""
    size = said * cluster if said > 0 else 1 << min(-said, 31)
    if not 512 <= size <= 1 << 16 or size % _STRIDE:
        raise OSError(f"the boot sector of the NTFS volume is damaged: records of {size:,} bytes")
    return size
