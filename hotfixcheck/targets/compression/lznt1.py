"""LZNT1 ([MS-XCA] 2.5): what NTFS compresses files with, in chunks of 4 KB."""

from __future__ import annotations

_CHUNK = 4096
_COMPRESSED = 0x8000


def decompress(data: bytes, size: int) -> bytes:
    """The first `size` bytes that a unit holds, filled with zeros where its chunks end; raises ValueError."""
    out = bytearray()
    at = 0
    while len(out) < size and at + 2 <= len(data):
        header = int.from_bytes(data[at : at + 2], "little")
        if not header:
            break
        at += 2
        chunk = data[at : at + (header & 0xFFF) + 1]
        if len(chunk) != (header & 0xFFF) + 1:
            raise ValueError("a chunk that is cut short")
        at += len(chunk)
        out += _chunk(chunk) if header & _COMPRESSED else chunk
        if len(out) % _CHUNK and len(out) < size:
            out += bytes(_CHUNK - len(out) % _CHUNK)
    return bytes(out[:size]).ljust(size, b"\0")


def _chunk(data: bytes) -> bytearray:
    out = bytearray()
    at, end = 0, len(data)
    shift, limit = 12, 16  # how a match's 16 bits divide into offset and length depends on how far the chunk is
    while at < end:
        flags = data[at]
        at += 1
        if not flags:
            out += data[at : at + 8]
            at += 8
            continue
        for bit in range(8):
            if at >= end:
                break
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            while len(out) > limit:
                shift -= 1
                limit <<= 1
            if at + 2 > end or not out:
                raise ValueError("a match that is cut short")
            word = data[at] | data[at + 1] << 8
            at += 2
            offset, length = (word >> shift) + 1, (word & ((1 << shift) - 1)) + 3
            start = len(out) - offset
            if start < 0 or len(out) + length > _CHUNK:
                raise ValueError("a match that leads out of its chunk")
            out += out[start : start + length] if offset >= length else (out[start:] * (length // offset + 1))[:length]
    if len(out) > _CHUNK:
        raise ValueError("a chunk that is too long")
    return out
