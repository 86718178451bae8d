"""LZX as WIM files and Windows' compression in place use it: each chunk by itself, with x86 calls always translated.

Written here since libfwnt, which libfsntfs uses, gives wrong bytes for some chunks, and says nothing. The format is
described in [MS-PATCH], with the differences of WIM in "Windows Imaging File Format" and the notes of wimlib.
"""

from __future__ import annotations

from collections.abc import Sequence

from hotfixcheck.targets.compression.huffman import decoding_table

_LITERALS = 256
_LENGTHS = 249
_BITS = 16
_VERBATIM, _ALIGNED, _UNCOMPRESSED = 1, 2, 3
_DEFAULT_BLOCK = 32768
_SLOTS = {15: 30, 16: 32, 17: 34, 18: 36, 19: 38, 20: 42, 21: 50}
_EXTRA = [0, 0, 0, 0, *(min(slot // 2 - 1, 17) for slot in range(4, 50))]
_BASE = [sum(1 << extra for extra in _EXTRA[:slot]) for slot in range(50)]
_FILE_SIZE = 12_000_000  # of the translation of calls, the same for every chunk


def decompress(data: bytes, size: int, order: int = 15) -> bytes:
    """The `size` bytes that a chunk of a window of 2^`order` bytes holds; raises ValueError for a damaged one."""
    return _Decoder(data, size, order).decode()


class _Decoder:
    def __init__(self, data: bytes, size: int, order: int) -> None:
        self._data = data
        self._size = size
        self._order = order
        self._at = 0
        self._bits = 0
        self._count = 0
        self._main = [0] * (_LITERALS + 8 * _SLOTS[order])
        self._length = [0] * _LENGTHS

    def decode(self) -> bytes:
        out = bytearray()
        recent = [1, 1, 1]
        while len(out) < self._size:
            kind = self._take(3)
            size = _DEFAULT_BLOCK if self._take(1) else self._block_size()
            if not 0 < size <= self._size - len(out):
                raise ValueError("a block that is longer than its chunk")
            if kind == _UNCOMPRESSED:
                recent = self._uncompressed(out, size)
                continue
            if kind not in {_VERBATIM, _ALIGNED}:
                raise ValueError("a block of unknown type")
            aligned = decoding_table([self._take(3) for _ in range(8)], 7) if kind == _ALIGNED else []
            self._read_lengths(self._main, 0, _LITERALS)
            self._read_lengths(self._main, _LITERALS, len(self._main))
            self._read_lengths(self._length, 0, _LENGTHS)
            main, length = decoding_table(self._main, _BITS), decoding_table(self._length, _BITS)
            self._matches(out, len(out) + size, recent, (main, length, aligned))
        return bytes(_untranslated(out))

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
        """Two more words of 16 bits, of which the first bits are the highest; zeros behind the end."""
        data, at = self._data, self._at
        if at > len(data) + 8:
            raise ValueError("a chunk that is cut short")
        word = int.from_bytes(data[at : at + 2], "little") << 16 | int.from_bytes(data[at + 2 : at + 4], "little")
        self._bits = self._bits << 32 | word
        self._count += 32
        self._at += 4

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

    def _symbol(self, table: Sequence[int]) -> int:
        if not table:
            raise ValueError("a symbol of an empty code")
        if self._count < _BITS:
            self._fill()
        entry = table[self._bits >> (self._count - _BITS)]
        self._count -= entry & 31
        self._bits &= (1 << self._count) - 1
        return entry >> 5

    def _uncompressed(self, out: bytearray, size: int) -> list[int]:
        """A block that is copied; before it stand the offsets used last, after it a byte if it is of odd length."""
        # What is left of the word is skipped; a whole one if nothing is.
        at = self._at - 2 * (self._count // 16) + (0 if self._count % 16 else 2)
        self._bits = self._count = 0
        recent = [int.from_bytes(self._data[at + 4 * index : at + 4 * index + 4], "little") for index in range(3)]
        block = self._data[at + 12 : at + 12 + size]
        if len(block) != size:
            raise ValueError("a chunk that is cut short")
        out += block
        self._at = at + 12 + size + size % 2
        return recent

    def _matches(
        self, out: bytearray, end: int, recent: list[int], tables: tuple[list[int], list[int], list[int]]
    ) -> None:
        main, length_table, aligned = tables
        if not main:
            raise ValueError("a block with an empty code")
        bits, count = self._bits, self._count
        while len(out) < end:
            if count < _BITS:
                self._fill_from(bits, count)
                bits, count = self._bits, self._count
            entry = main[bits >> (count - _BITS)]
            count -= entry & 31
            bits &= (1 << count) - 1
            symbol = entry >> 5
            if symbol < _LITERALS:
                out.append(symbol)
                continue
            self._bits, self._count = bits, count
            slot, length = divmod(symbol - _LITERALS, 8)
            length += 2
            if length == 9:
                length += self._symbol(length_table)
            if slot < 3:
                offset = recent[slot]
                recent[slot] = recent[0]
            else:
                extra = _EXTRA[slot]
                if aligned and extra >= 3:
                    offset = _BASE[slot] - 2 + (self._take(extra - 3) << 3) + self._aligned(aligned)
                else:
                    offset = _BASE[slot] - 2 + (self._take(extra) if extra else 0)
                recent[2] = recent[1]
                recent[1] = recent[0]
            recent[0] = offset
            bits, count = self._bits, self._count
            start = len(out) - offset
            if start < 0 or len(out) + length > end:
                raise ValueError("a match that leads out of its block")
            if offset >= length:
                out += out[start : start + length]
            else:
                out += (out[start:] * (length // offset + 1))[:length]
        self._bits, self._count = bits, count

    def _fill_from(self, bits: int, count: int) -> None:
        self._bits, self._count = bits, count
        self._fill()

    def _aligned(self, table: Sequence[int]) -> int:
        if self._count < 7:
            self._fill()
        entry = table[self._bits >> (self._count - 7)]
        self._count -= entry & 31
        self._bits &= (1 << self._count) - 1
        return entry >> 5


def _untranslated(data: bytearray) -> bytearray:
    """Calls of x86 code (E8) were stored with absolute targets; the last ten bytes of a chunk never were."""
    end = len(data) - 10
    at = data.find(0xE8)
    while 0 <= at < end:
        target = int.from_bytes(data[at + 1 : at + 5], "little", signed=True)
        if -at <= target < _FILE_SIZE:
            relative = target - at if target >= 0 else target + _FILE_SIZE
            data[at + 1 : at + 5] = (relative & 0xFFFFFFFF).to_bytes(4, "little")
        at = data.find(0xE8, at + 5)
    return data
