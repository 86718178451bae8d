"""What the two versions of the Expert Witness Format share: endings of segments, and tables of where chunks stand."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from string import ascii_uppercase

from hotfixcheck.targets.blocks import Recent, exactly
from hotfixcheck.targets.tree import ByteSource

SECTOR_SIZES = frozenset({512, 1024, 2048, 4096})
MAX_SECTIONS = 100_000  # of a segment
MAX_CHUNK = 32 << 20
CHUNKS_KEPT = 8 << 20  # bytes of decompressed chunks
_PIECE = 1 << 20
_PAGE = 1 << 16  # bytes of a table that are read together
_PAGES_KEPT = 1 << 20
_NUMBERED = 99  # segments whose endings have digits
_LETTERS = len(ascii_uppercase)


@dataclass(frozen=True, slots=True)
class ChunkTable:
    """`count` chunks from number `first`, in `segment`; their entries are at byte `entries`."""

    first: int
    segment: ByteSource
    entries: int
    count: int


class Entries:
    """The entries of `size` bytes of all tables of a disk, read a page at a time: a large disk has thousands of tables,
    which together take more memory than is spent on them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._a_page = _PAGE // size
        self._pages = Recent(_PAGES_KEPT)

    def get(self, table: ChunkTable, index: int) -> bytes:
        """The entry of chunk `table.first + index`; raises OSError."""
        start = index - index % self._a_page
        page = self._pages.get(
            table.first + start,
            lambda _: exactly(
                table.segment,
                table.entries + self._size * start,
                self._size * min(self._a_page, table.count - start),
            ),
        )
        at = self._size * (index - start)
        return page[at : at + self._size]


def checksum(segment: ByteSource, start: int, end: int) -> int:
    """The Adler-32 of the bytes from `start` to `end`; raises OSError where the segment ends before."""
    found = 1  # what Adler-32 begins with
    for at in range(start, end, _PIECE):
        found = zlib.adler32(exactly(segment, at, min(_PIECE, end - at)), found)
    return found


def segment_ending(prefix: str, letters: str, number: int) -> str:
    """The ending of a segment by its number, counted from 1: `prefix`, the first of `letters` and 01 to 99; then, with
    each of `letters` in turn, AA to ZZ."""
    if number <= _NUMBERED:
        return f"{prefix}{letters[0]}{number:02}"
    letter, rest = divmod(number - _NUMBERED - 1, _LETTERS * _LETTERS)
    return f"{prefix}{letters[letter]}{ascii_uppercase[rest // _LETTERS]}{ascii_uppercase[rest % _LETTERS]}"
