"""Cabinets (Microsoft Cabinet Format, [MS-CAB]): MSZIP here, LZX by libarchive, Quantum not at all."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

from hotfixcheck.targets import mszip
from hotfixcheck.targets.opening import extra
from hotfixcheck.targets.sources import Slice
from hotfixcheck.targets.times import dos_time
from hotfixcheck.targets.tree import ByteSource

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAGIC = b"MSCF"
_HEADER = struct.Struct("<4s 4x I 4x I 4x BB HH HHH")
_HAS_PREVIOUS, _HAS_NEXT, _HAS_RESERVE = 1, 2, 4
_FOLDER = struct.Struct("<IHH")  # place of the first block, number of blocks, compression
_FILE = struct.Struct("<IIHHHH")  # size, offset in the folder, folder, date, time, attributes
_BLOCK = struct.Struct("<IHH")  # checksum, packed and unpacked size
_STORED, _MSZIP, _QUANTUM, _LZX = range(4)
FROM_PREVIOUS, TO_NEXT, THROUGHOUT = 0xFFFD, 0xFFFE, 0xFFFF
"""Numbers of folders that stand for the first, which begins in the cabinet before; the last, which goes on in the next;
and the only one, which does both."""

_UTF8 = 0x80
_MAX_BLOCKS = 1 << 15  # 1 GiB when unpacked; the drivers of all Windows XP are a fourth of that
_MAX_FILES = 100_000
_MAX_NAME = 256
_COPY_BUFFER = 1 << 16


class DamagedCabinetError(ValueError):
    """A cabinet, or a folder of it, that cannot be read; the message is for people."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file: `offset` is where it begins in its folder; `problem` says why it cannot be read."""

    name: str
    size: int
    offset: int
    folder: int
    modified: datetime | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Folder:
    """`blocks` blocks from `place` that are compressed as one stream; `kind` is the whole number of the compression."""

    place: int
    blocks: int
    kind: int

    @property
    def compression(self) -> int:
        return self.kind & 0xF


class Cabinet:
    """The cabinet that begins at `start` of `source`; raises DamagedCabinetError, OSError from reading.

    `size` is what its header says that it has, `set_number` what the cabinets of its set have in common, `number` its
    place among them, `previous` and `following` are the names of its neighbours, "" for none.
    """

    def __init__(self, source: ByteSource, start: int = 0) -> None:
        self._source = Slice(source, start, source.size - start)
        _, self.size, files, _, major, folders, count, flags, self.set_number, self.number = _HEADER.unpack(
            self._exactly(0, _HEADER.size)
        )
        if not self._exactly(0, 4).startswith(MAGIC) or major != 1 or count > _MAX_FILES:
            raise DamagedCabinetError(f"it is no cabinet of version 1, or has too many files: {count:,}")
        at = _HEADER.size
        folder_reserve = self._reserve = 0
        if flags & _HAS_RESERVE:
            header_reserve, folder_reserve, self._reserve = struct.unpack("<HBB", self._exactly(at, 4))
            at += 4 + header_reserve
        self.previous = self.following = ""
        for flag in (_HAS_PREVIOUS, _HAS_NEXT):
            if flags & flag:
                name = self._text(at)
                at += len(name) + 1
                at += len(self._text(at)) + 1  # the name of its disk
                if flag == _HAS_PREVIOUS:
                    self.previous = name.decode("cp1252", "replace")
                else:
                    self.following = name.decode("cp1252", "replace")
        places = (at + number * (_FOLDER.size + folder_reserve) for number in range(folders))
        self.folders = tuple(Folder(*_FOLDER.unpack(self._exactly(place, _FOLDER.size))) for place in places)
        self.members = tuple(self._members(files, count))

    def unpacked(self, folder: int, size: int) -> Iterator[bytes]:
        """At least the first `size` bytes of a folder, piece by piece, fewer if it ends early.

        Raises DamagedCabinetError for damage, TargetError where libarchive is missing, OSError from reading.
        """
        return unpacked_blocks(self.folders[folder], self.blocks(folder), size)

    def is_cut(self, number: int) -> bool:
        """True if the last block of a folder goes on in the next cabinet; raises DamagedCabinetError, OSError."""
        folder = self.folders[number]
        at, size = folder.place, 1
        for _ in range(folder.blocks):
            _, packed, size = _BLOCK.unpack(self._exactly(at, _BLOCK.size))
            at += _BLOCK.size + self._reserve + packed
        return not size

    def _members(self, at: int, count: int) -> Iterator[Member]:
        ends: dict[int, int] = {}
        for _ in range(count):
            size, offset, folder, day, clock, attributes = _FILE.unpack(self._exactly(at, _FILE.size))
            raw = self._text(at + _FILE.size)
            at += _FILE.size + len(raw) + 1
            name = raw.decode("utf-8" if attributes & _UTF8 else "cp1252", "surrogateescape").replace("\\", "/")
            problem = self._problem(folder)
            if not problem and offset < ends.get(folder, 0):
                problem = "damaged: it lies over another file"
            ends[folder] = max(ends.get(folder, 0), offset + size)
            yield Member(name, size, offset, folder, dos_time(day, clock), problem)

    def _problem(self, folder: int) -> str:
        if folder >= FROM_PREVIOUS:
            return "it goes on in another cabinet of its set"
        if folder >= len(self.folders):
            return f"damaged: it lies in folder {folder} of {len(self.folders)}"
        return why_not(self.folders[folder])

    def blocks(self, number: int) -> Iterator[tuple[bytes, int]]:
        """(packed bytes, unpacked size) of each block, checked; one that goes on in the next cabinet has size 0."""
        folder = self.folders[number]
        at = folder.place
        for block in range(folder.blocks):
            checksum, packed, size = _BLOCK.unpack(self._exactly(at, _BLOCK.size))
            at += _BLOCK.size
            reserved = self._exactly(at, self._reserve)
            data = self._exactly(at + self._reserve, packed)
            at += self._reserve + packed
            if size > mszip.MAX_BLOCK:
                raise DamagedCabinetError(f"block {block} has {size:,} bytes")
            if checksum and checksum != _checksum(struct.pack("<HH", packed, size) + reserved, _checksum(data)):
                raise DamagedCabinetError(f"the checksum of block {block} is wrong")
            yield data, size

    def _exactly(self, at: int, length: int) -> bytes:
        data = self._source.read(at, length)
        if len(data) < length:
            raise DamagedCabinetError(f"it is cut short at byte {at + len(data):,}")
        return data

    def _text(self, at: int) -> bytes:
        data = self._source.read(at, _MAX_NAME + 1)
        text, end, _ = data.partition(b"\0")
        if not end and len(data) <= _MAX_NAME:
            raise DamagedCabinetError(f"it is cut short at byte {at + len(data):,}")
        if not end:
            raise DamagedCabinetError(f"a name has no end at byte {at:,}")
        return text


def why_not(folder: Folder) -> str:
    """Why a folder is not read, "" if it is."""
    if folder.blocks > _MAX_BLOCKS:
        return f"it lies in a folder of {folder.blocks:,} blocks, which is too large"
    if folder.compression == _QUANTUM:
        return "it is compressed by Quantum, which is not read"
    return f"it is compressed by method {folder.compression}, which is not read" if folder.compression > _LZX else ""


def unpacked_blocks(folder: Folder, blocks: Iterator[tuple[bytes, int]], size: int) -> Iterator[bytes]:
    """At least the first `size` bytes of a folder, as `Cabinet.unpacked` gives, by (packed bytes, unpacked size)."""
    if folder.compression == _STORED:
        return (data for data, _ in blocks)
    if folder.compression == _MSZIP:
        return _inflated(blocks)
    return _by_libarchive(folder, blocks, size)


def _checksum(data: bytes, seed: int = 0) -> int:
    """[MS-CAB] 3.1: the words of four bytes by exclusive or; of what is left over the first byte is the highest."""
    whole = len(data) // 4 * 4
    width = max(whole, 4) * 8
    value = int.from_bytes(data[:whole], "little")
    while width > 32:
        half = (width // 64 + bool(width // 32 & 1)) * 32  # in whole words
        value = (value >> half) ^ (value & ((1 << half) - 1))
        width = half
    return seed ^ value ^ int.from_bytes(data[whole:], "big")


def _inflated(blocks: Iterator[tuple[bytes, int]]) -> Iterator[bytes]:
    before = b""
    for packed, size in blocks:
        try:
            data, _ = mszip.inflate(packed, before)
        except ValueError as error:
            raise DamagedCabinetError(str(error)) from None
        if len(data) != size:
            raise DamagedCabinetError(f"a block has {len(data):,} bytes and should have {size:,}")
        before = data if size == mszip.MAX_BLOCK else (before + data)[-mszip.MAX_BLOCK :]
        yield data


def _by_libarchive(folder: Folder, blocks: Iterator[tuple[bytes, int]], size: int) -> Iterator[bytes]:
    """One folder as a cabinet of its own, of one file of `size` bytes, which libarchive unpacks as it reads."""
    libarchive = extra("libarchive", "libarchive-c, and libarchive itself,", "what LZX compressed")
    name = b"a\0"
    files = _HEADER.size + _FOLDER.size
    start = files + _FILE.size + len(name)
    header = _HEADER.pack(MAGIC, 0xFFFFFFFF, files, 3, 1, 1, 1, 0, 0, 0)
    header += _FOLDER.pack(start, folder.blocks, folder.kind) + _FILE.pack(size, 0, 0, 0x21, 0, 0) + name
    stream = _Parts(chain([header], (_BLOCK.pack(0, len(data), whole) + data for data, whole in blocks)))
    try:
        with libarchive.stream_reader(stream, format_name="cab") as archive:
            for entry in archive:
                yield from entry.get_blocks(_COPY_BUFFER)
    except libarchive.ArchiveError as error:
        raise stream.error or DamagedCabinetError(str(error)) from None
    if stream.error is not None:
        raise stream.error


class _Parts(io.RawIOBase):
    """Bytes that come piece by piece as a file object to read from one end to the other.

    An error of theirs ends it and is kept in `error`: libarchive's callback would lose it, and go on.
    """

    def __init__(self, parts: Iterator[bytes]) -> None:
        super().__init__()
        self._parts = parts
        self._rest = b""
        self.error: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        try:
            self._rest = self._rest or next(self._parts, b"")
        except (DamagedCabinetError, OSError) as error:
            self.error = error
        data, self._rest = self._rest[: len(view)], self._rest[len(view) :]
        view[: len(data)] = data
        return len(data)
