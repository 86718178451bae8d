"""XPRESS with Huffman codes ([MS-XCA] 2.1): the chunks of WIM files and of files that Windows compresses in place."""

from __future__ import annotations

from hotfixcheck.targets.compression.huffman import decoding_table

_SYMBOLS = 512
_BITS = 15


def decompress(data: bytes, size: int) -> bytes:
    """The `size` bytes that a chunk holds; raises ValueError for a damaged one."""
    if len(data) < _SYMBOLS // 2:
        raise ValueError("a chunk without its code")
    lengths = [length for byte in data[: _SYMBOLS // 2] for length in (byte & 15, byte >> 4)]
    table = decoding_table(lengths, _BITS)
    if not table:
        raise ValueError("a chunk with an empty code")
    out = bytearray()
    at, end = _SYMBOLS // 2, len(data)
    bits, count = 0, 0  # what of the words read so far is not used yet
    while len(out) < size:
        if count < 16:  # a code and what follows it never need more
            bits = bits << 16 | int.from_bytes(data[at : at + 2], "little")
            at += 2
            count += 16
            if at > end + 4:
                raise ValueError("a chunk that is cut short")
        entry = table[(bits >> (count - _BITS)) & 0x7FFF]
        count -= entry & 31
        bits &= (1 << count) - 1
        symbol = entry >> 5
        if symbol < 256:
            out.append(symbol)
            continue
        if count < 16:
            bits = bits << 16 | int.from_bytes(data[at : at + 2], "little")
            at += 2
            count += 16
        power = symbol >> 4 & 15
        count -= power
        offset = 1 << power | bits >> count
        bits &= (1 << count) - 1
        length = symbol & 15
        if length == 15:
            length = 15 + int.from_bytes(data[at : at + 1], "little")
            at += 1
            if length == 270:
                length = int.from_bytes(data[at : at + 2], "little")
                at += 2
        length += 3
        start = len(out) - offset
        if start < 0 or len(out) + length > size:
            raise ValueError("a match that leads out of its chunk")
        if offset >= length:
            out += out[start : start + length]
        else:
            out += (out[start:] * (length // offset + 1))[:length]
    return bytes(out)
