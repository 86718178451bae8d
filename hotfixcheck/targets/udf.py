"""UDF, as it is on DVDs of Windows Vista and later (ECMA-167; OSTA UDF 1.02 to 2.60, read-only media)."""

from __future__ import annotations

import struct
from binascii import crc_hqx
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hotfixcheck.errors import TargetError
from hotfixcheck.targets.files import File
from hotfixcheck.targets.members import Budget, Members
from hotfixcheck.targets.nodes import Folder, NodeTree
from hotfixcheck.targets.sources import Piece, Pieced, Slice
from hotfixcheck.targets.tree import ByteSource, joined

_SECTOR = 2048
_ANCHOR = 256
_PRIMARY_SEQUENCE = range(64)
_PARTITION, _LOGICAL_VOLUME, _TERMINATING = 5, 6, 8
_FILE_SET, _NAME, _FILE_ENTRY, _EXTENDED_ENTRY, _CONTINUATION = 256, 257, 261, 266, 258
_TAG = struct.Struct("<HHBxHHHI")
_LONG = struct.Struct("<IIH6x")  # length and kind, block, partition
_SHORT = struct.Struct("<II")
_IS_FOLDER, _IS_DELETED, _IS_PARENT = 2, 4, 8
_DIRECTORY, _FILE, _LINK = 4, 5, 12
_RECORDED, _GOES_ON = 0, 3
_MAX_FOLDER = 64 << 20
_MAX_LISTS = 256 << 20
_MAX_DEPTH = 200
_MAX_PIECES = 100_000
_MAX_PIECES_OF_ALL = 200_000


def is_udf(source: ByteSource) -> bool:
    """True if the volume recognition sequence names NSR02 or NSR03 (ECMA-167 2/8)."""
    for number in range(16, 32):
        kind = source.read(number * _SECTOR + 1, 5)
        if kind in {b"NSR02", b"NSR03"}:
            return True
        if kind not in {b"CD001", b"BEA01", b"BOOT2", b"TEA01", b"CDW02"}:
            return False
    return False


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file entry: its kind, times, and where its bytes are."""

    kind: int
    size: int
    modified: datetime | None
    bytes: ByteSource


class UdfVolume:
    """The volume of an image; raises TargetError for one whose files cannot be found."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._starts: dict[int, int] = {}
        self._budget = Budget(_MAX_LISTS)
        self._in_pieces = 0
        try:
            anchor = self._descriptor(_ANCHOR, 2)
            length, start = struct.unpack_from("<II", anchor, 16)
            volume = self._read_sequence(start, length)
            self._block: int = struct.unpack_from("<I", volume, 212)[0]
            if self._block not in {512, 1024, 2048, 4096}:
                raise ValueError(f"blocks of {self._block:,} bytes")
            self._partitions = list(self._maps(volume))
            file_set = self._at(_LONG.unpack_from(volume, 248), _FILE_SET)
            self._root = _LONG.unpack_from(file_set, 400)
        except (ValueError, struct.error, LookupError) as error:
            raise TargetError(f"a UDF volume whose files cannot be found: {error}") from None

    def members(self, path: str) -> Members:
        """Its files as a tree; `path` is how the user named the target. What is damaged cuts the list short."""
        members = Members(NodeTree(path))
        pending = [("", self._root, 0)]
        seen = set()
        while pending:
            folder, place, depth = pending.pop()
            try:
                if place[1:] in seen or depth > _MAX_DEPTH:
                    members.lose(folder, "damaged: a folder that lies in itself, or too deep")
                    continue
                seen.add(place[1:])
                for name, is_folder, entry in self._names(self._entry(place)):
                    below = joined(folder, name)
                    members.add(below, Folder() if is_folder else self._file(entry))
                    if is_folder:
                        pending.append((below, entry, depth + 1))
            except (ValueError, struct.error, LookupError) as error:
                members.cut_short = members.cut_short or f"{folder or 'its root'}: {error}"
        return members

    def _file(self, place: tuple[int, int, int]) -> File:
        try:
            entry = self._entry(place)
        except (ValueError, struct.error, LookupError) as error:
            return File(problem=f"cannot be read: {error}")
        if entry.kind != _FILE:
            return File(problem=f"it is no file, but of kind {entry.kind}")
        return File(entry.bytes)

    # --- the volume --------------------------------------------------------------------------------------------------

    def _read_sequence(self, start: int, length: int) -> bytes:
        """The logical volume descriptor; the partitions on the way to it are noted."""
        volume = b""
        for number in _PRIMARY_SEQUENCE[: length // _SECTOR]:
            data = self._source.read((start + number) * _SECTOR, _SECTOR)
            kind = _tag(data)
            if kind == _PARTITION:
                (partition,) = struct.unpack_from("<H", data, 22)
                (self._starts[partition],) = struct.unpack_from("<I", data, 188)
            elif kind == _LOGICAL_VOLUME:
                volume = data
            elif kind == _TERMINATING:
                break
        if not volume:
            raise ValueError("there is no logical volume")
        return volume

    def _maps(self, volume: bytes) -> Iterator[int | None]:
        """Where each partition begins, in bytes; None for one of a kind that is not read."""
        _, count = struct.unpack_from("<II", volume, 264)
        at = 440
        for _ in range(min(count, 8)):
            kind, length = volume[at], volume[at + 1]
            (number,) = struct.unpack_from("<H", volume, at + 4)
            yield self._starts[number] * self._block if kind == 1 else None
            at += max(length, 1)

    def _descriptor(self, sector: int, wanted: int) -> bytes:
        data = self._source.read(sector * _SECTOR, _SECTOR)
        if (found := _tag(data)) != wanted:
            raise ValueError(f"there is no descriptor {wanted} in sector {sector:,}, but {found}")
        return data

    def _at(self, place: tuple[int, int, int], *wanted: int) -> bytes:
        """The descriptor in a block of a partition."""
        data = self._source.read(self._offset(place[1], place[2]), self._block)
        if (found := _tag(data)) not in wanted:
            raise ValueError(f"there is no descriptor {wanted[0]} in block {place[1]:,}, but {found}")
        return data

    def _offset(self, block: int, partition: int) -> int:
        start = self._partitions[partition]
        if start is None:
            raise ValueError("it lies in a virtual, sparable or metadata partition, which is not read")
        return start + block * self._block

    # --- files -------------------------------------------------------------------------------------------------------

    def _entry(self, place: tuple[int, int, int]) -> _Entry:
        data = self._at(place, _FILE_ENTRY, _EXTENDED_ENTRY)
        extended = _tag(data) == _EXTENDED_ENTRY
        kind, (flags,) = data[27], struct.unpack_from("<H", data, 34)
        (size,) = struct.unpack_from("<Q", data, 56)
        modified = _time(data[92:104] if extended else data[84:96])
        before, length = struct.unpack_from("<II", data, 208 if extended else 168)
        start = (216 if extended else 176) + before
        if start + length > len(data):
            raise ValueError("damaged: a file entry that is longer than its block")
        where = data[start : start + length]
        if flags & 7 == 3:
            if len(where) < size:
                raise ValueError("damaged: an embedded file that is cut short")
            return _Entry(kind, size, modified, Slice(self._source, self._offset(*place[1:]) + start, size, modified))
        pieces = list(self._pieces(where, long=flags & 7 == 1, partition=place[2], size=size))
        if not size or [(piece.offset, piece.length) for piece in pieces] == [(0, size)]:
            return _Entry(kind, size, modified, Slice(self._source, pieces[0].start if size else 0, size, modified))
        self._in_pieces += len(pieces)
        if self._in_pieces > _MAX_PIECES_OF_ALL:
            raise ValueError(f"its files lie in more than {_MAX_PIECES_OF_ALL:,} pieces")
        return _Entry(kind, size, modified, Pieced(pieces, size, modified))

    def _pieces(self, where: bytes, *, long: bool, partition: int, size: int) -> Iterator[Piece]:
        """Of the allocation descriptors the pieces that are recorded."""
        layout = _LONG if long else _SHORT
        at = offset = count = 0
        while at + layout.size <= len(where) and offset < size:
            told, block, *other = layout.unpack_from(where, at)
            at += layout.size
            length, kind = told & 0x3FFFFFFF, told >> 30
            here = other[0] if other else partition
            count += 1
            if not length or count > _MAX_PIECES:
                break
            if kind == _GOES_ON:
                self._budget.spend(self._block)
                more = self._at((0, block, here), _CONTINUATION)
                (length,) = struct.unpack_from("<I", more, 20)
                where, at = more[24 : 24 + length], 0
                continue
            if kind == _RECORDED:
                start = self._offset(block, here)
                if start + min(length, size - offset) > self._source.size:
                    raise ValueError("cut short: the image ends before it does")
                yield Piece(offset, min(length, size - offset), self._source, start)
            offset += length

    def _names(self, folder: _Entry) -> Iterator[tuple[str, bool, tuple[int, int, int]]]:
        """(name, whether it is a folder, where its entry is) of each name in a folder."""
        if folder.kind != _DIRECTORY or folder.size > _MAX_FOLDER:
            raise ValueError(f"damaged: a folder of kind {folder.kind} and {folder.size:,} bytes")
        self._budget.spend(folder.size)
        data = folder.bytes.read(0, folder.size)
        at = 0
        while at + 38 <= len(data):
            if _tag(data[at : at + 16], check=False) != _NAME:
                raise ValueError(f"damaged: no name at byte {at:,} of its list")
            flags, length = data[at + 18], data[at + 19]
            place = _LONG.unpack_from(data, at + 20)
            (uses,) = struct.unpack_from("<H", data, at + 36)
            start = at + 38 + uses
            raw = data[start : start + length]
            if not flags & (_IS_DELETED | _IS_PARENT):
                yield _unicode(raw), bool(flags & _IS_FOLDER), place
            at = start + length + 3 & ~3


def _tag(data: bytes, *, check: bool = True) -> int:
    """The number of a descriptor (ECMA-167 3/7.2); raises ValueError for one that is damaged."""
    number, _, checksum, _, crc, length, _ = _TAG.unpack_from(data)
    if (sum(data[:16]) - checksum) & 0xFF != checksum:
        raise ValueError("damaged: the checksum of a descriptor is wrong")
    if check and length <= len(data) - 16 and crc_hqx(data[16 : 16 + length], 0) != crc:
        raise ValueError("damaged: the check of a descriptor is wrong")
    found: int = number
    return found


def _unicode(raw: bytes) -> str:
    """OSTA compressed Unicode: 8 or 16 bits a character."""
    kind, text = raw[:1], raw[1:]
    name = text.decode("utf-16-be", "surrogatepass") if kind == b"\x10" else text.decode("latin-1")
    if not name or "/" in name or name in {".", ".."}:
        raise ValueError(f"damaged: {name!r} is no name")
    return name


def _time(data: bytes) -> datetime | None:
    """ECMA-167 1/7.3: local time with its zone in minutes, down to microseconds."""
    kind, year, month, day, hour, minute, second, hundredths, hundreds, micros = struct.unpack("<Hh8B", data)
    zone = (kind & 0xFFF) - (0x1000 if kind & 0x800 else 0)
    try:
        local = datetime(year, month, day, hour, minute, second, hundredths * 10_000 + hundreds * 100 + micros, UTC)
        return local - timedelta(minutes=0 if zone == -2047 else zone)
    except (ValueError, OverflowError):
        return None
