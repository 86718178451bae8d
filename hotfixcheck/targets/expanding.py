"""Files that compress.exe made for install media: SZDD, KWAJ, and cabinets of one file. KERNEL32.DL_ is kernel32.dll.

The formats were never published; this is what expand.exe reads, by the notes of those who wrote readers before.
"""

from __future__ import annotations

import errno
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hotfixcheck.targets.cabinet import MAGIC, Cabinet, DamagedCabinetError, Member
from hotfixcheck.targets.cabinetfiles import unpacked_member
from hotfixcheck.targets.sources import Slice
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.unpacking import Unpacked

_SZDD = struct.Struct("<8s 1s c I")  # magic, method A, the character missing from the name, size
_SZDD_MAGIC = b"SZDD\x88\xf0\x27\x33"
_OLD_SZDD = struct.Struct("<8s I")
_OLD_SZDD_MAGIC = b"SZ\x20\x88\xf0\x27\x33\xd1"
_KWAJ = struct.Struct("<8s HHH")  # magic, method, place of the data, what else the header has
_KWAJ_MAGIC = b"KWAJ\x88\xf0\x27\xd1"
_HAS_SIZE, _HAS_UNKNOWN, _HAS_DATA, _HAS_NAME, _HAS_EXTENSION, _HAS_TEXT = (1 << bit for bit in range(6))
_KWAJ_STORED, _KWAJ_INVERTED, _KWAJ_SZ, _KWAJ_LZH, _KWAJ_MSZIP = range(5)

MAGICS = (_SZDD_MAGIC, _OLD_SZDD_MAGIC, _KWAJ_MAGIC, MAGIC)
_WINDOW = 4096
_START, _OLD_START = _WINDOW - 16, _WINDOW - 18
_GROUP = 17  # bytes of eight references and their flags
_CHUNK = 1 << 14
_BLOCK = 32768
_INVERTED = bytes(255 - value for value in range(256))


@dataclass(frozen=True, slots=True)
class Compressed:
    """What a compressed file says of the one in it: a whole `name`, or the `last` character that its own name lacks;
    "" for what it does not say. `size` is None where only unpacking tells."""

    name: str = ""
    last: str = ""
    size: int | None = None


def is_compressed(head: bytes) -> bool:
    return head.startswith(MAGICS)


def look(source: ByteSource, head: bytes) -> Compressed:
    """What the header says; raises OSError for one that is damaged."""
    try:
        if head.startswith(MAGIC):
            member = _only(Cabinet(source))
            return Compressed(member.name.rpartition("/")[2], size=member.size)
        if head.startswith(_KWAJ_MAGIC):
            return _kwaj_header(head)[2]
        if head.startswith(_OLD_SZDD_MAGIC):
            return Compressed(size=_OLD_SZDD.unpack_from(head)[1])
        _, _, last, size = _SZDD.unpack_from(head)
        return Compressed(last=last.decode("latin-1").strip("\0"), size=size)
    except (struct.error, DamagedCabinetError) as error:
        raise OSError(errno.EIO, f"damaged: {error}") from None


def expanded(source: ByteSource, head: bytes) -> Unpacked:
    """The file in a compressed one, open. Its time is the compressed file's.

    Raises OSError, as reading does, for damage and for what is not read.
    """
    told = look(source, head)
    if head.startswith(MAGIC):
        cabinet = Cabinet(source)
        return unpacked_member(cabinet, replace(_only(cabinet), modified=source.modified))
    if head.startswith(_KWAJ_MAGIC):
        method, start, _ = _kwaj_header(head)
        packed = Slice(source, start, max(source.size - start, 0))
        size = told.size if told.size is not None else _unpacked_size(_kwaj(packed, method))
        chunks = _kwaj(packed, method)
    else:
        old = head.startswith(_OLD_SZDD_MAGIC)
        header = _OLD_SZDD.size if old else _SZDD.size
        size, chunks = told.size or 0, _lzss(Slice(source, header, source.size - header), _OLD_START if old else _START)
    return Unpacked(chunks, size, source.modified)


def _unpacked_size(chunks: Iterator[bytes]) -> int:
    """The size that a header does not tell; raises OSError for damage."""
    try:
        return sum(map(len, chunks))
    except (ValueError, zlib.error) as error:
        raise OSError(errno.EIO, f"damaged: {error}") from None


def _only(cabinet: Cabinet) -> Member:
    if len(cabinet.members) != 1:
        raise DamagedCabinetError(f"a cabinet of {len(cabinet.members)} files where one was compressed")
    return cabinet.members[0]


def _kwaj_header(head: bytes) -> tuple[int, int, Compressed]:
    """(method, place of the data, what it says); raises struct.error for one that is cut short."""
    _, method, start, flags = _KWAJ.unpack_from(head)
    at = _KWAJ.size
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
    return method, start, Compressed(".".join(filter(None, parts)) if parts[0] else "", size=size)


def _kwaj(packed: ByteSource, method: int) -> Iterator[bytes]:
    if method == _KWAJ_STORED:
        return _bytes(packed)
    if method == _KWAJ_INVERTED:
        return (data.translate(_INVERTED) for data in _bytes(packed))
    if method == _KWAJ_SZ:
        return _lzss(packed, _OLD_START)
    if method == _KWAJ_MSZIP:
        return _mszip(packed)
    name = "LZH" if method == _KWAJ_LZH else f"method {method}"
    raise OSError(errno.EIO, f"it is compressed by KWAJ's {name}, which is not read")


def _bytes(source: ByteSource) -> Iterator[bytes]:
    return (source.read(at, _CHUNK) for at in range(0, source.size, _CHUNK))


def _mszip(packed: ByteSource) -> Iterator[bytes]:
    """Blocks as in a cabinet, after the length of each."""
    data = packed.read(0, packed.size)
    before = b""
    at = 0
    while data[at : at + 2].strip(b"\0"):
        if data[at + 2 : at + 4] != b"CK":
            raise ValueError("a block does not begin as MSZIP does")
        inflate = zlib.decompressobj(-zlib.MAX_WBITS, zdict=before)
        block = inflate.decompress(data[at + 4 : at + 4 + 2 * _BLOCK], _BLOCK + 1)
        if not inflate.eof or len(block) > _BLOCK:
            raise ValueError("a block has no end")
        yield block
        before = (before + block)[-_BLOCK:]
        at = at + 2 + int.from_bytes(data[at : at + 2], "little")


def _lzss(packed: ByteSource, start: int) -> Iterator[bytes]:
    """Eight flags, then for each a byte, or the place and length of bytes in a window of 4 KB that begins as blanks.

    `start` is the place in the window of the first byte.
    """
    out = bytearray(b" " * _WINDOW)
    base = start - _WINDOW  # of what `out` begins with, as a place in an endless window
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
                back = (base + len(out) - place) % _WINDOW or _WINDOW
                if back >= length:
                    out += out[len(out) - back : len(out) - back + length]
                else:
                    out += (out[-back:] * (length // back + 1))[:length]
            flags >>= 1
        if len(out) > 2 * _WINDOW + _CHUNK:
            yield bytes(out[_WINDOW:-_WINDOW])
            base += len(out) - 2 * _WINDOW
            del out[: len(out) - 2 * _WINDOW]
    yield bytes(out[_WINDOW:])
