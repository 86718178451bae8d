"""Images of CDs and DVDs: ISO 9660 with Rock Ridge or Joliet names (ECMA-119, IEEE P1282, Joliet 1995), and UDF.

Of the trees that one image may have, the one that says most of the names is read: Rock Ridge, UDF, Joliet, plain.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from hotfixcheck.errors import TargetError
from hotfixcheck.targets.files import File
from hotfixcheck.targets.members import Budget, Members
from hotfixcheck.targets.nodes import Folder, Link, NodeTree
from hotfixcheck.targets.opening import Found, Opening
from hotfixcheck.targets.rockridge import rock_ridge_of
from hotfixcheck.targets.sources import Piece, Pieced, Slice
from hotfixcheck.targets.times import iso_time
from hotfixcheck.targets.tree import ByteSource, joined
from hotfixcheck.targets.udf import UdfVolume, is_udf

_SECTOR = 2048
_FIRST = 16
_MAX_DESCRIPTORS = 64
_PRIMARY, _SUPPLEMENTARY, _TERMINATOR = 1, 2, 255
_JOLIET = (b"%/@", b"%/C", b"%/E")
# length; extent, size; time, flags; length of the name. Both-endian numbers are read as little-endian.
_RECORD = struct.Struct("<BxI4xI4x7sB6xB")
_FOLDER, _ASSOCIATED, _GOES_ON = 2, 4, 0x80
_MAX_FOLDER = 64 << 20
_MAX_LISTS = 512 << 20
_MAX_DEPTH = 200
_MAX_PIECES = 200_000  # of all files that have several


class IsoOpener:
    """An image of a CD or DVD."""

    @staticmethod
    def detect(source: ByteSource, head: bytes) -> bool:
        return bool(_volume_descriptors(source)) or is_udf(source)

    @staticmethod
    def open(source: ByteSource, place: str, opening: Opening) -> Found:
        descriptors = _volume_descriptors(source)
        volumes = [_Volume(source, each) for each in descriptors]
        plain = next((volume for volume in volumes if not volume.joliet), None)
        joliet = next((volume for volume in volumes if volume.joliet), None)
        if is_udf(source) and not (plain and plain.has_rock_ridge):
            members = UdfVolume(source).members(opening.path)
            return Found("UDF image", place, members.tree, lost=tuple(members.lost), cut_short=members.cut_short)
        volume = plain if plain and (plain.has_rock_ridge or not joliet) else joliet
        if volume is None:
            raise TargetError("it is a CD without a list of files")
        members = volume.members(opening.path)
        kind = "Rock Ridge" if volume.has_rock_ridge else "Joliet" if volume.joliet else ""
        return Found(
            f"ISO 9660 image{', ' if kind else ''}{kind}", place, members.tree,
            lost=tuple(members.lost), cut_short=members.cut_short,
        )  # fmt: skip


def _volume_descriptors(source: ByteSource) -> list[bytes]:
    """The primary and the Joliet descriptors."""
    found = []
    for number in range(_FIRST, _FIRST + _MAX_DESCRIPTORS):
        sector = source.read(number * _SECTOR, _SECTOR)
        if sector[1:6] != b"CD001" or len(sector) < _SECTOR or sector[0] == _TERMINATOR:
            break
        if sector[0] == _PRIMARY or (sector[0] == _SUPPLEMENTARY and sector[88:91] in _JOLIET):
            found.append(sector)
    return found


@dataclass(frozen=True, slots=True)
class _Record:
    """A name in a folder. `pieces` are (place, length) in bytes; `leads_to` is a symbolic link's."""

    name: str
    is_folder: bool
    pieces: tuple[tuple[int, int], ...]
    modified: datetime | None
    leads_to: str = ""
    relocated: bool = False


class _Volume:
    """One tree of an ISO 9660 image."""

    def __init__(self, source: ByteSource, descriptor: bytes) -> None:
        self._source = source
        self.joliet = descriptor[0] == _SUPPLEMENTARY
        (self._block,) = struct.unpack_from("<H", descriptor, 128)
        self._block = self._block if self._block in {512, 1024, 2048} else _SECTOR
        _, extent, size, _, _, _ = _RECORD.unpack_from(descriptor, 156)
        self._root = (extent * self._block, size)
        self._budget = Budget(_MAX_LISTS)
        self._in_pieces = 0
        self._rock_ridge = None if self.joliet else rock_ridge_of(source, self._root[0], self._block, self._budget)

    @property
    def has_rock_ridge(self) -> bool:
        return self._rock_ridge is not None

    def members(self, path: str) -> Members:
        """Its files as a tree; `path` is how the user named the target. What is damaged cuts the list short."""
        members = Members(NodeTree(path))
        pending = [("", self._root, 0)]
        seen = {self._root[0]}
        while pending:
            folder, extent, depth = pending.pop()
            try:
                for record in self._records(*extent):
                    below = joined(folder, record.name)
                    if record.relocated:
                        continue
                    if not record.is_folder:
                        members.add(below, self._node(record))
                        continue
                    members.add(below, Folder())
                    if record.pieces[0][0] in seen or depth > _MAX_DEPTH:
                        members.lose(below, "damaged: a folder that lies in itself, or too deep")
                        continue
                    seen.add(record.pieces[0][0])
                    pending.append((below, record.pieces[0], depth + 1))
            except (ValueError, struct.error) as error:
                members.cut_short = members.cut_short or f"{folder or 'its root'}: {error}"
        return members

    def _node(self, record: _Record) -> File | Link:
        if record.leads_to:
            return Link(record.leads_to)
        end = max(place + length for place, length in record.pieces)
        size = sum(length for _, length in record.pieces)
        if end > self._source.size and size:
            return File(problem=f"cut short: the image ends {end - self._source.size:,} bytes before it does")
        if len(record.pieces) == 1:
            return File(Slice(self._source, record.pieces[0][0], size, record.modified))
        self._in_pieces += len(record.pieces)
        if self._in_pieces > _MAX_PIECES:
            return File(problem=f"files lie in more than {_MAX_PIECES:,} pieces")
        pieces, at = [], 0
        for place, length in record.pieces:
            pieces.append(Piece(at, length, self._source, place))
            at += length
        return File(Pieced(pieces, size, record.modified))

    def _records(self, place: int, size: int) -> Iterator[_Record]:
        """The records of a folder but `.` and `..`; raises ValueError where it is damaged."""
        if size > _MAX_FOLDER:
            raise ValueError(f"damaged: a list of {size:,} bytes")
        self._budget.spend(size)
        data = self._source.read(place, size)
        if len(data) < size:
            raise ValueError(f"cut short: {len(data):,} bytes of {size:,} of its list")
        at = 0
        pieces: list[tuple[int, int]] = []
        while at < size:
            length = data[at]
            if not length:  # the next record stands in the next sector
                at = (at // _SECTOR + 1) * _SECTOR
                continue
            record = data[at : at + length]
            at += length
            if len(record) < 34 or len(record) < 33 + record[32]:
                raise ValueError("damaged: a name that is cut short")
            _, extent, part, time, flags, name_length = _RECORD.unpack_from(record)
            if flags & _ASSOCIATED or record[33 : 33 + name_length] in {b"\0", b"\1"}:
                continue
            pieces.append((extent * self._block, part))
            if flags & _GOES_ON:
                continue
            name = self._name(record[33 : 33 + name_length])
            yield self._extended(
                record, name_length, _Record(name, bool(flags & _FOLDER), tuple(pieces), iso_time(time))
            )
            pieces = []

    def _name(self, raw: bytes) -> str:
        name = raw.decode("utf-16-be", "replace") if self.joliet else raw.decode("latin-1")
        stem, semicolon, version = name.rpartition(";")
        name = stem if semicolon and version.isdigit() else name
        name = name if self.joliet else name.removesuffix(".")
        if "/" in name or name in {"", ".", ".."}:
            raise ValueError(f"damaged: {name!r} is no name")
        return name

    def _extended(self, record: bytes, name_length: int, plain: _Record) -> _Record:
        """The record with what its Rock Ridge says."""
        if self._rock_ridge is None:
            return plain
        said = self._rock_ridge.said(record, 33 + name_length)
        extended = replace(
            plain,
            name=said.name or plain.name,
            modified=said.modified or plain.modified,
            leads_to=said.leads_to,
            relocated=said.is_moved,
        )
        if said.folder_at is None:
            return extended
        place = said.folder_at * self._block
        return replace(extended, is_folder=True, pieces=((place, self._size_at(place)),))

    def _size_at(self, place: int) -> int:
        """The size of a folder by the record `.` in it."""
        record = self._source.read(place, 34)
        if len(record) < 34:
            raise ValueError("cut short: a folder that was moved")
        size: int = _RECORD.unpack_from(record)[2]
        return size
