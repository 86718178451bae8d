"""Byte sources made of others: a slice, pieces with holes, bytes in memory; and a source as a Python file object."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from hotfixcheck.targets.tree import ByteSource

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Slice:
    """`size` bytes of `source` from `start`; they may not all be there, then reading ends early."""

    source: ByteSource
    start: int
    size: int
    modified: datetime | None = None

    def read(self, offset: int, length: int) -> bytes:
        length = min(length, self.size - offset)
        return self.source.read(self.start + offset, length) if length > 0 else b""


@dataclass(frozen=True, slots=True)
class Memory:
    """A file whose bytes are at hand."""

    data: bytes
    modified: datetime | None = None

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + max(length, 0)]


@dataclass(frozen=True, slots=True)
class Piece:
    """`length` bytes of a file at `offset`, which stand in `source` at `start`."""

    offset: int
    length: int
    source: ByteSource
    start: int = 0


class Pieced:
    """A file in pieces, in order and without overlaps; where there is none it reads as zeros."""

    __slots__ = ("_offsets", "_pieces", "modified", "size")

    def __init__(self, pieces: Sequence[Piece], size: int, modified: datetime | None = None) -> None:
        self._pieces = tuple(pieces)
        self._offsets = [piece.offset for piece in pieces]
        self.size = size
        self.modified = modified

    def read(self, offset: int, length: int) -> bytes:
        end = min(offset + length, self.size)
        parts = []
        number = bisect_right(self._offsets, offset) - 1
        while offset < end:
            piece = self._pieces[number] if 0 <= number < len(self._pieces) else None
            if piece is not None and offset < piece.offset + piece.length:
                inside = offset - piece.offset
                wanted = min(end - offset, piece.length - inside)
                data = piece.source.read(piece.start + inside, wanted)
                parts.append(data)
                if len(data) < wanted:
                    break  # cut short
            else:
                following = self._offsets[number + 1] if number + 1 < len(self._offsets) else end
                wanted = min(end, following) - offset
                parts.append(bytes(wanted))
            offset += wanted
            number = bisect_right(self._offsets, offset) - 1
        return b"".join(parts)


class Stream(io.RawIOBase):
    """A ByteSource as the file object that libraries read from."""

    def __init__(self, source: ByteSource) -> None:
        super().__init__()
        self._source = source
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        left = max(self._source.size - self._at, 0)
        data = self._source.read(self._at, left if size is None or size < 0 else min(size, left))
        self._at += len(data)
        return data

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._source.size}[whence]
        if start + offset < 0:
            raise ValueError("a place before the beginning")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at


def in_pieces(source: ByteSource, length: int = _PIECE) -> Iterator[bytes]:
    """All bytes of a source, so many at once; raises OSError from reading."""
    return (source.read(at, length) for at in range(0, source.size, length))


@contextmanager
def as_opened(source: ByteSource) -> Iterator[ByteSource]:
    """A source that needs no closing as what FileTree.open gives."""
    yield source
