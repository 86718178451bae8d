"""LZSS as compress.exe has it: bytes, and references into a window of 4 KB that begins as blanks."""

from __future__ import annotations

from collections.abc import Iterator

from hotfixcheck.targets.tree import ByteSource

WINDOW = 4096
FILLED_WITH = b" "
_GROUP = 17  # bytes of eight references and their flags
_CHUNK = 1 << 14


def lzss(packed: ByteSource, start: int) -> Iterator[bytes]:
    """Eight flags, then for each a byte, or the place in the window and the length of bytes that stood before.

    `start` is the place in the window of the first byte.
    """
    out = bytearray(FILLED_WITH * WINDOW)
    base = start - WINDOW  # of what `out` begins with, as a place in an endless window
    data, at, read = b"", 0, 0
    while True:
        if len(data) - at < _GROUP and read < packed.size:
            data, at = data[at:] + packed.read(read, _CHUNK), 0
            read += _CHUNK
        if at >= len(data):
            break
        flags = data[at] | 0x100
        at += 1
        while flags > 1 and at < len(data):
            if flags & 1:
                out.append(data[at])
                at += 1
            else:
                if at + 1 >= len(data):
                    raise ValueError("it ends inside a reference")
                place, length = data[at] | (data[at + 1] & 0xF0) << 4, (data[at + 1] & 0xF) + 3
                at += 2
                back = (base + len(out) - place) % WINDOW or WINDOW
                if back >= length:
                    out += out[len(out) - back : len(out) - back + length]
                else:
                    out += (out[-back:] * (length // back + 1))[:length]
            flags >>= 1
        if len(out) > 2 * WINDOW + _CHUNK:
            yield bytes(out[WINDOW:-WINDOW])
            base += len(out) - 2 * WINDOW
            del out[: len(out) - 2 * WINDOW]
    yield bytes(out[WINDOW:])
