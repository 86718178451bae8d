"""LZX as WIM files and Windows' compression in place use it: each chunk by itself, with x86 calls always translated.

Written here since libfwnt, which libfsntfs uses, gives wrong bytes for some chunks, and says nothing. The format is
described in [MS-PATCH], with the differences of WIM in "Windows Imaging File Format" and the notes of wimlib.
"""

from __future__ import annotations

from hotfixcheck.targets.blocks import numbers
from hotfixcheck.targets.compression.huffman import decoding_table

_Table = tuple[list[int], int]
_EMPTY: _Table = ([], 0)
_LITERALS = 256
_LENGTHS = 249
_BITS = 16
_VERBATIM, _ALIGNED, _UNCOMPRESSED = 1, 2, 3
_DEFAULT_BLOCK = 32768
_SLOTS = {15: 30, 16: 32, 17: 34, 18: 36, 19: 38, 20: 42, 21: 50}
_EXTRA = [0, 0, 0, 0, *(min(slot // 2 - 1, 17) for slot in range(4, 50))]
_BASE = [sum(1 << extra for extra in _EXTRA[:slot]) for slot in range(50)]
_CALL = 5  # bytes of a call of x86 code
_LITERAL_ENTRIES = _LITERALS << 5
_FILE_SIZE = 12_000_000  # of the translation of calls, the same for every chunk


def decompress(data: bytes, size: int, end: int | None = None, *, order: int = 15) -> bytes:
    """The `size` bytes that a chunk of a window of 2^`order` bytes holds, or as many of them as are wanted: the first
    `end`; raises ValueError for a damaged one."""
    if end is None or end + _CALL > size:
        return bytes(_untranslated(_Decoder(data, size, order).decode(size), size))
    # A call that begins before the end is translated as a whole.
    return bytes(_untranslated(_Decoder(data, size, order).decode(end + _CALL), size)[:end])


class _Decoder:
    def __init__(self, data: bytes, size: int, order: int) -> None:
        self._data = data
        self._words = numbers(data + bytes(8 + len(data) % 2), "H", "little")  # zeros behind the end
        self._size = size
        self._order = order
        self._at = 0
        self._bits = 0
        self._count = 0
        self._main = [0] * (_LITERALS + 8 * _SLOTS[order])
        self._length = [0] * _LENGTHS

    def decode(self, wanted: int) -> bytearray:
        """At least the first `wanted` bytes, calls still translated."""
        out = bytearray()
        recent = [1, 1, 1]
        while len(out) < wanted:
            kind = self._take(3)
            size = _DEFAULT_BLOCK if self._take(1) else self._block_size()
            if not 0 < size <= self._size - len(out):
                raise ValueError("a block that is longer than its chunk")
            if kind == _UNCOMPRESSED:
                recent = self._uncompressed(out, size)
                continue
            if kind not in {_VERBATIM, _ALIGNED}:
                raise ValueError("a block of unknown type")
            aligned = decoding_table([self._take(3) for _ in range(8)], 7) if kind == _ALIGNED else _EMPTY
            self._read_lengths(self._main, 0, _LITERALS)
            self._read_lengths(self._main, _LITERALS, len(self._main))
            self._read_lengths(self._length, 0, _LENGTHS)
            main, length = decoding_table(self._main, _BITS), decoding_table(self._length, _BITS)
            self._matches(out, len(out) + size, wanted, recent, (main, length, aligned))
        return out

    def _block_size(self) -> int:
        size = self._take(16)
        return size << 8 | self._take(8) if self._order > 15 else size

    def _take(self, count: int) -> int:
        if self._count < count:
            self._fill()
        self._count -= count
        value = self._bits >> self._count
        self._bits &= (1 << self._count) - 1
        return value

    def _fill(self) -> None:
        """Two more words of 16 bits, of which the first bits are the highest."""
        at, words = self._at, self._words
        if at + 1 >= len(words):
            raise ValueError("a chunk that is cut short")
        self._bits = self._bits << 32 | words[at] << 16 | words[at + 1]
        self._count += 32
        self._at += 2

    def _read_lengths(self, lengths: list[int], start: int, end: int) -> None:
        """The lengths of a code, as differences to those of the block before, by a code of their own."""
        table = decoding_table([self._take(4) for _ in range(20)], _BITS)
        while start < end:
            symbol = self._symbol(table)
            if symbol < 17:
                lengths[start] = (lengths[start] - symbol) % 17
                start += 1
                continue
            if symbol == 19:
                run = self._take(1) + 4
                symbol = self._symbol(table)
                if symbol > 16:
                    raise ValueError("a run of runs")
                value = (lengths[start] - symbol) % 17
            else:
                run = self._take(4) + 4 if symbol == 17 else self._take(5) + 20
                value = 0
            run = min(run, end - start)
            lengths[start : start + run] = [value] * run
            start += run

    def _symbol(self, code: _Table) -> int:
        table, width = code
        if not table:
            raise ValueError("a symbol of an empty code")
        if self._count < width:
            self._fill()
        entry = table[self._bits >> (self._count - width)]
        self._count -= entry & 31
        self._bits &= (1 << self._count) - 1
        return entry >> 5

    def _uncompressed(self, out: bytearray, size: int) -> list[int]:
        """A block that is copied; before it stand the offsets used last, after it a byte if it is of odd length."""
        # What is left of the word is skipped; a whole one if nothing is.
        at = 2 * self._at - 2 * (self._count // 16) + (0 if self._count % 16 else 2)
        self._bits = self._count = 0
        recent = [int.from_bytes(self._data[at + 4 * index : at + 4 * index + 4], "little") for index in range(3)]
        block = self._data[at + 12 : at + 12 + size]
        if len(block) != size:
            raise ValueError("a chunk that is cut short")
        out += block
        self._at = (at + 12 + size + size % 2) // 2
        return recent

    def _matches(
        self, out: bytearray, end: int, wanted: int, recent: list[int], tables: tuple[_Table, _Table, _Table]
    ) -> None:
        """The literals and matches of a block up to `end`, or as far as is `wanted`. Bits that are used are cut off
        only where others follow."""
        (main, width), length_code, aligned = tables
        if not main:
            raise ValueError("a block with an empty code")
        append, words, most, mask = out.append, self._words, len(self._words) - 1, (1 << width) - 1
        bits, count, at = self._bits, self._count, self._at
        stop = min(end, wanted)
        while len(out) < stop:
            if count < _BITS:
                if at >= most:
                    raise ValueError("a chunk that is cut short")
                bits = (bits & 0xFFFF) << 32 | words[at] << 16 | words[at + 1]
                at += 2
                count += 32
            entry = main[bits >> (count - width) & mask]
            count -= entry & 31
            if entry < _LITERAL_ENTRIES:
                append(entry >> 5)
                continue
            slot, length = divmod((entry >> 5) - _LITERALS, 8)
            length += 2
            self._bits, self._count, self._at = bits & (1 << count) - 1, count, at
            if length == 9:
                length += self._symbol(length_code)
            if slot < 3:
                offset = recent[slot]
                recent[slot] = recent[0]
            else:
                extra = _EXTRA[slot]
                if aligned[0] and extra >= 3:
                    offset = _BASE[slot] - 2 + (self._take(extra - 3) << 3) + self._symbol(aligned)
                else:
                    offset = _BASE[slot] - 2 + (self._take(extra) if extra else 0)
                recent[2] = recent[1]
                recent[1] = recent[0]
            recent[0] = offset
            bits, count, at = self._bits, self._count, self._at
            start = len(out) - offset
            if start < 0 or len(out) + length > end:
                raise ValueError("a match that leads out of its block")
            if offset >= length:
                out += out[start : start + length]
            else:
                out += (out[start:] * (length // offset + 1))[:length]
        self._bits, self._count, self._at = bits & (1 << count) - 1, count, at


def _untranslated(data: bytearray, size: int) -> bytearray:
    """The first bytes of a chunk of `size` with calls of x86 code (E8) as they were: they are stored with absolute
    targets, but for those in the last ten bytes of a chunk."""
    end = min(size - 10, len(data) - _CALL + 1)
    at = data.find(0xE8)
    while 0 <= at < end:
        target = int.from_bytes(data[at + 1 : at + 5], "little", signed=True)
        if -at <= target < _FILE_SIZE:
            relative = target - at if target >= 0 else target + _FILE_SIZE
            data[at + 1 : at + 5] = (relative & 0xFFFFFFFF).to_bytes(4, "little")
        at = data.find(0xE8, at + 5)
    return data
