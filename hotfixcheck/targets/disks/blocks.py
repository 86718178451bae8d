"""What the formats of virtual disks share: reading that is never short, and blocks that lie anywhere or nowhere."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from array import array
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hotfixcheck.targets.tree import ByteSource

SECTOR = 512
MAX_TABLE = 64 << 20  # bytes of a block map: 8 million blocks, far more than any disk of use has
MAX_DISK = 1 << 56


def exactly(source: ByteSource, offset: int, length: int) -> bytes:
    """`length` bytes from `offset`; raises OSError where the image has not that many."""
    data = source.read(offset, length) if 0 <= offset < MAX_DISK else b""
    if len(data) != length:
        raise OSError(f"the image is cut short: {length:,} bytes wanted at byte {offset:,}, it ends at {source.size:,}")
    return data


@dataclass(frozen=True, slots=True)
class Beside:
    """Where an image lies: its own name, and `open` for a file beside it by a plain name, which raises OSError."""

    name: str
    open: Callable[[str], ByteSource]

    def ending(self, last: str) -> str:
        """The image's name with another ending, in the case that its own has."""
        stem, dot, old = self.name.rpartition(".")
        return f"{stem}{dot}{last if old.isupper() else last.lower()}" if dot else f"{old}.{last}"


class Blocks(ABC):
    """A disk in blocks of `block` bytes each, the last perhaps shorter."""

    modified: datetime | None = None

    def __init__(self, size: int, block: int) -> None:
        self.size = size
        self._block = block

    @abstractmethod
    def _read(self, number: int, start: int, length: int) -> bytes:
        """`length` bytes of block `number` from its byte `start`; raises OSError."""

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


class Recent:
    """The last blocks that cost something to make, up to `capacity` bytes of them."""

    def __init__(self, capacity: int) -> None:
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._left = capacity

    def __contains__(self, number: int) -> bool:
        return number in self._kept

    def get(self, number: int, make: Callable[[int], bytes]) -> bytes:
        data = self._kept.get(number)
        if data is None:
            data = self._kept[number] = make(number)
            self._left -= len(data)
            while self._left < 0 and len(self._kept) > 1:
                self._left += len(self._kept.popitem(last=False)[1])
        else:
            self._kept.move_to_end(number)
        return data


def numbers(data: bytes, code: str, order: Literal["little", "big"]) -> array[int]:
    """The integers of an array's type `code` that stand in `data`."""
    found = array(code, data)
    if sys.byteorder != order:
        found.byteswap()
    return found
