"""XPRESS with Huffman codes ([MS-XCA] 2.1): the chunks of WIM files and of files that Windows compresses in place."""

from __future__ import annotations

from array import array

from hotfixcheck.targets.blocks import numbers
from hotfixcheck.targets.compression.huffman import decoding_table

_SYMBOLS = 512
_BITS = 15
_FIRST_MATCH = 256 << 5  # entries of the table from here on are matches


def decompress(data: bytes, size: int, end: int | None = None) -> bytes:
    """The `size` bytes that a chunk holds, or as many of them as are wanted: the first `end`; raises ValueError for a
    damaged one."""
    if len(data) < _SYMBOLS // 2:
        raise ValueError("a chunk without its code")
    lengths = [length for byte in data[: _SYMBOLS // 2] for length in (byte & 15, byte >> 4)]
    table, width = decoding_table(lengths, _BITS)
    if not table:
        raise ValueError("a chunk with an empty code")
    try:
        return bytes(_decoded(data, table, width, size, size if end is None else end))
    except IndexError:
        raise ValueError("a chunk that is cut short") from None


def _decoded(data: bytes, table: list[int], width: int, size: int, end: int) -> bytearray:
    """The loop that is the cost of reading a WIM without wimlib: words come from arrays, and bits that are used are cut
    off only where others follow. Raises IndexError where the chunk ends too early."""
    out = bytearray()
    append = out.append
    mask = (1 << width) - 1
    first = _SYMBOLS // 2
    # Between the words stand single bytes: after each of them the others are at odd places.
    even, odd = _words(data, first), _words(data, first + 1)
    words, at, odds = even, 0, 0
    bits, count = 0, 0
    while len(out) < end:
        if count < 16:  # a code and what follows it never need more
            bits = (bits & 0xFFFF) << 16 | words[at]
            at += 1
            count += 16
        entry = table[bits >> (count - width) & mask]
        count -= entry & 31
        if entry < _FIRST_MATCH:
            append(entry >> 5)
            continue
        if count < 16:
            bits = (bits & 0xFFFF) << 16 | words[at]
            at += 1
            count += 16
        power = entry >> 9 & 15
        count -= power
        offset = 1 << power | bits >> count & (1 << power) - 1
        length = entry >> 5 & 15
        if length == 15:
            place = first + odds + 2 * at
            length += int.from_bytes(data[place : place + 1], "little")
            place += 1
            if length == 270:
                length = int.from_bytes(data[place : place + 2], "little")
                place += 2
            odds = place & 1
            words, at = odd if odds else even, (place - first) // 2
        length += 3
        start = len(out) - offset
        if start < 0 or len(out) + length > size:
            raise ValueError("a match that leads out of its chunk")
        if offset >= length:
            out += out[start : start + length]
        else:
            out += (out[start:] * (length // offset + 1))[:length]
    return out[:end]


def _words(data: bytes, start: int) -> array[int]:
    """The words of 16 bits from a place on, and two of zeros behind them, into which a last code may look."""
    return numbers(data[start:] + bytes(4 + (len(data) - start) % 2), "H", "little")
