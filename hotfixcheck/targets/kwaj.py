"""KWAJ, the second format of compress.exe: five ways to compress a file, and a header that may say what it is called.

Never published; by the notes of those who wrote readers before, and held against libmspack in the tests.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hotfixcheck.targets import mszip
from hotfixcheck.targets.lzh import lzh
from hotfixcheck.targets.lzss import WINDOW, lzss
from hotfixcheck.targets.sources import Slice, in_pieces
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.unpacked import Unpacked

MAGIC = b"KWAJ\x88\xf0\x27\xd1"
_HEADER = struct.Struct("<8s HHH")  # magic, method, place of the data, what else the header has
_HAS_SIZE, _HAS_UNKNOWN, _HAS_DATA, _HAS_NAME, _HAS_EXTENSION = (1 << bit for bit in range(5))
_START = WINDOW - 18
_CHUNK = 1 << 14
_LONGEST = 2 * mszip.MAX_BLOCK  # of a block, packed
_INVERTED = bytes(255 - value for value in range(256))


@dataclass(frozen=True, slots=True)
class Header:
    """`start` is the place of the data; `name` and `size` what it says of the file, "" and None where it does not."""

    method: int
    start: int
    name: str
    size: int | None


def parse_header(head: bytes) -> Header:
    """Raises struct.error for one that is cut short.

    After the text that a sixth flag stands for comes nothing but the data, whose place the header says.
    """
    _, method, start, flags = _HEADER.unpack_from(head)
    at = _HEADER.size
    size = None
    if flags & _HAS_SIZE:
        (size,) = struct.unpack_from("<I", head, at)
        at += 4
    at += 2 if flags & _HAS_UNKNOWN else 0
    if flags & _HAS_DATA:
        at += 2 + struct.unpack_from("<H", head, at)[0]
    parts = []
    for flag, longest in ((_HAS_NAME, 8), (_HAS_EXTENSION, 3)):
        text = head[at : at + longest + 1].partition(b"\0")[0][:longest] if flags & flag else b""
        at += len(text) + 1 if flags & flag else 0
        parts.append(text.decode("latin-1"))
    return Header(method, start, ".".join(filter(None, parts)) if parts[0] else "", size)


def expanded(source: ByteSource, header: Header) -> Unpacked:
    """The file in a compressed one, open; raises OSError for damage and for a method that is not known."""
    packed = Slice(source, header.start, max(source.size - header.start, 0))
    unpack = _METHODS.get(header.method)
    if unpack is None:
        raise OSError(errno.EIO, f"it is compressed by KWAJ's method {header.method}, which is not read")
    size = header.size
    if size is None:
        size = _unpacked_size(unpack(packed))
    chunks = _first(unpack(packed), size) if unpack is lzh else unpack(packed)
    return Unpacked(chunks, size, source.modified)


def _unpacked_size(chunks: Iterator[bytes]) -> int:
    """The size that a header does not tell; raises OSError for damage."""
    try:
        return sum(map(len, chunks))
    except ValueError as error:
        raise OSError(errno.EIO, f"damaged: {error}") from None


def _first(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """The first `size` bytes: LZH has no end, and what fills its last byte may read as one more symbol."""
    for chunk in chunks:
        yield chunk[:size]
        size -= len(chunk)
        if size <= 0:
            return


def _stored(source: ByteSource) -> Iterator[bytes]:
    return in_pieces(source, _CHUNK)


def _inverted(source: ByteSource) -> Iterator[bytes]:
    return (data.translate(_INVERTED) for data in _stored(source))


def _sz(source: ByteSource) -> Iterator[bytes]:
    return lzss(source, _START)


def _mszip(packed: ByteSource) -> Iterator[bytes]:
    """Blocks as in a cabinet, after the length of each."""
    before = b""
    at = 0
    while length := int.from_bytes(packed.read(at, 2), "little"):
        data = packed.read(at + 2, min(length, _LONGEST))
        block, ends = mszip.inflate(data, before)
        if not ends or len(block) > mszip.MAX_BLOCK:
            raise ValueError("a block has no end")
        yield block
        before = (before + block)[-mszip.MAX_BLOCK :]
        at += 2 + length


_METHODS: dict[int, Callable[[ByteSource], Iterator[bytes]]] = {0: _stored, 1: _inverted, 2: _sz, 3: lzh, 4: _mszip}
