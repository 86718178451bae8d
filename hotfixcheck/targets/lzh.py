"""LZH, the third method of KWAJ: runs of bytes, and references into a window of 4 KB, by five Huffman codes that stand
before them. Bits come from the highest of each byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from hotfixcheck.targets.lzss import FILLED_WITH, WINDOW
from hotfixcheck.targets.tree import ByteSource

# How many symbols each code has: lengths of references, and what begins a run of bytes; the same where one cannot
# follow; lengths of such runs; the high bits of how far a reference goes back; bytes.
_SYMBOLS = (16, 16, 32, 64, 256)
_FIXED = {16: 4, 32: 5, 64: 6, 256: 8}
_LONGEST_CODE = 15
_SHORTEST = 2  # what the length of a reference is counted from
_LONGEST_RUN = 32
_LOW = 6  # bits of how far a reference goes back that stand as they are
_CHUNK = 1 << 14

_Code: TypeAlias = "tuple[int, list[int]]"
"""How many bits to look at, and what they stand for: symbol << 4 | length, 0 for nothing."""


class _EndError(Exception):
    """There are not as many bits."""


def lzh(packed: ByteSource) -> Iterator[bytes]:
    """The bytes, up to where the last symbol that is whole ends; raises ValueError for codes that cannot be."""
    bits = _Bits(packed)
    out = bytearray(FILLED_WITH * WINDOW)
    try:
        kinds = [bits.take(4) for _ in range(6)]  # the last is for nothing
        first, other, runs, distances, literals = (
            _code(_lengths(bits, kind, count)) for kind, count in zip(kinds, _SYMBOLS, strict=False)
        )
        lengths = first
        while True:
            if length := bits.symbol(lengths):
                back = bits.symbol(distances) << _LOW | bits.take(_LOW)
                _refer(out, back or WINDOW, length + _SHORTEST)
                lengths = first
            else:
                run = bits.symbol(runs) + 1
                for _ in range(run):
                    out.append(bits.symbol(literals))
                lengths = first if run == _LONGEST_RUN else other  # a shorter one is never followed by another
            if len(out) > 2 * WINDOW + _CHUNK:
                yield bytes(out[WINDOW:-WINDOW])
                del out[: len(out) - 2 * WINDOW]
    except _EndError:
        yield bytes(out[WINDOW:])


def _refer(out: bytearray, back: int, length: int) -> None:
    if back >= length:
        start = len(out) - back
        out += out[start : start + length]
    else:
        out += (out[-back:] * (length // back + 1))[:length]


def _lengths(bits: _Bits, kind: int, count: int) -> list[int]:
    """The length of each symbol's code: all the same; each as the one before, one more, or anew; each one less, as, or
    one more than the one before, or anew; or each by itself."""
    if kind == 0:
        return [_FIXED[count]] * count
    if kind > 3:
        raise ValueError(f"a code of kind {kind}")
    lengths = [bits.take(4)]
    while len(lengths) < count:
        before = lengths[-1]
        if kind == 1:
            lengths.append(before if not bits.take(1) else before + 1 if not bits.take(1) else bits.take(4))
        elif kind == 2:
            step = bits.take(2)
            lengths.append(bits.take(4) if step == 3 else before + step - 1)
        else:
            lengths.append(bits.take(4))
    if not 0 <= min(lengths) <= max(lengths) <= _LONGEST_CODE:
        raise ValueError("a code that is too long")
    return lengths


def _code(lengths: list[int]) -> _Code:
    """Shorter codes come first, and of the same length those of lower symbols; raises ValueError for too many."""
    width = max(lengths)
    table: list[int] = []
    for length in range(1, width + 1):
        for symbol, own in enumerate(lengths):
            if own == length:
                table += [symbol << 4 | length] * (1 << width - length)
    if len(table) > 1 << width:
        raise ValueError("a code with too many symbols")
    return width, table + [0] * ((1 << width) - len(table))


class _Bits:
    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._at = 0
        self._value = self._count = 0

    def _fill(self, count: int) -> None:
        """Sees that there are so many bits, if there are as many."""
        while self._count < count and (data := self._source.read(self._at, 32)):
            self._at += len(data)
            self._value = self._value << 8 * len(data) | int.from_bytes(data, "big")
            self._count += 8 * len(data)

    def take(self, count: int) -> int:
        if self._count < count:
            self._fill(count)
            if self._count < count:
                raise _EndError
        self._count -= count
        value = self._value >> self._count
        self._value &= (1 << self._count) - 1
        return value

    def symbol(self, code: _Code) -> int:
        width, table = code
        if self._count < width:
            self._fill(width)
        missing = width - self._count
        found = table[self._value >> -missing if missing <= 0 else self._value << missing]
        length = found & 0xF
        if length > self._count or (missing > 0 and not length):
            raise _EndError
        if not length:
            raise ValueError("bits that are no symbol's")
        self._count -= length
        self._value &= (1 << self._count) - 1
        return found >> 4
