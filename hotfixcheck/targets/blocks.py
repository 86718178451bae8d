"""What readers of disks, volumes and images share: reading that is never short, blocks that lie anywhere or nowhere."""

from __future__ import annotations

import struct
import sys
from abc import ABC, abstractmethod
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal

from hotfixcheck.targets.tree import ByteSource

SECTOR = 512
_PAGE = 1 << 16
_PAGES_KEPT = 1 << 20
MAX_DISK = 1 << 56


def exactly(source: ByteSource, offset: int, length: int) -> bytes:
    """`length` bytes from `offset`; raises OSError where the image has not that many."""
    data = source.read(offset, length) if 0 <= offset < MAX_DISK else b""
    if len(data) != length:
        raise OSError(f"the image is cut short: {length:,} bytes wanted at byte {offset:,}, it ends at {source.size:,}")
    return data


class Blocks(ABC):
    """A disk in blocks of `block` bytes each, the last perhaps shorter; the `parent` has what was never written."""

    modified: datetime | None = None
    parent: ByteSource | None = None

    def __init__(self, size: int, block: int) -> None:
        self.size = size
        self._block = block

    @abstractmethod
    def _read(self, number: int, start: int, length: int) -> bytes:
        """`length` bytes of block `number` from its byte `start`; raises OSError."""

    def _unwritten(self, number: int, start: int, length: int) -> bytes:
        """What a block has from its byte `start` where nothing was written to it; a parent may be shorter."""
        if self.parent is None:
            return bytes(length)
        offset = number * self._block + start
        there = max(min(length, self.parent.size - offset), 0)
        return (exactly(self.parent, offset, there) if there else b"").ljust(length, b"\0")

    def read(self, offset: int, length: int) -> bytes:
        end = min(offset + length, self.size)
        number, start = divmod(offset, self._block)
        if offset < end <= (number + 1) * self._block:  # most reads lie in one block
            return self._read(number, start, end - offset)
        parts = []
        while offset < end:
            number, start = divmod(offset, self._block)
            wanted = min(self._block - start, end - offset)
            parts.append(self._read(number, start, wanted))
            offset += wanted
        return b"".join(parts)


def in_runs(
    start: int, length: int, unit: int, state: Callable[[int], int], read: Callable[[int, int, int], bytes]
) -> bytes:
    """The bytes from `start` of a block whose units differ in their `state`: `read` gives those of units of one state,
    which follow each other, by (state, start, length)."""
    parts = []
    end = start + length
    while start < end:
        index = start // unit
        here = state(index)
        stop = index + 1
        while stop * unit < end and state(stop) == here:
            stop += 1
        wanted = min(stop * unit, end) - start
        parts.append(read(here, start, wanted))
        start += wanted
    return b"".join(parts)


class Recent:
    """The last blocks that cost something to make, up to `capacity` bytes of them."""

    def __init__(self, capacity: int) -> None:
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._left = capacity

    def __contains__(self, number: int) -> bool:
        return number in self._kept

    def get(self, number: int, make: Callable[[int], bytes]) -> bytes:
        """The block of a number, from `make` where it is not kept; raises what that raises."""
        data = self._kept.get(number)
        if data is None:
            data = self._kept[number] = make(number)
            self._left -= len(data)
            while self._left < 0 and len(self._kept) > 1:
                self._left += len(self._kept.popitem(last=False)[1])
        else:
            self._kept.move_to_end(number)
        return data


class Table:
    """`count` integers of a struct's type `form` at `place` of an image, read as they are asked for: the map of a disk
    of many terabytes takes no more memory than that of a small one.

    Raises OSError where the image ends before it.
    """

    def __init__(self, source: ByteSource, place: int, count: int, form: str) -> None:
        self._number = struct.Struct(form)
        self._size = count * self._number.size
        if place + self._size > source.size:
            raise OSError(f"the image is cut short: a table ends at byte {place + self._size:,} of {source.size:,}")
        self._source = source
        self._place = place
        self._pages = Recent(_PAGES_KEPT)
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        return map(self.__getitem__, range(self._count))

    def __getitem__(self, index: int) -> int:
        if not 0 <= index < self._count:
            raise IndexError(index)
        page, at = divmod(index * self._number.size, _PAGE)
        number: int = self._number.unpack_from(self._pages.get(page, self._page), at)[0]
        return number

    def _page(self, page: int) -> bytes:
        return exactly(self._source, self._place + page * _PAGE, min(_PAGE, self._size - page * _PAGE))


def numbers(data: bytes, code: str, order: Literal["little", "big"]) -> array[int]:
    """The integers of an array's type `code` that stand in `data`."""
    found = array(code, data)
    if sys.byteorder != order:
        found.byteswap()
    return found
