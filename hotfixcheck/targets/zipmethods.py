"""How members of zips are compressed (PKWARE APPNOTE 4.4.5), each method unpacked piece by piece."""

from __future__ import annotations

import bz2
import errno
import io
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from hotfixcheck.targets.opening import extra
from hotfixcheck.targets.sources import Stream, in_pieces
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.unpacking import unpacked

STORED = 0
_NOT_READ = {
    1: "Shrink",
    6: "Implode",
    10: "the PKWARE library's Implode",
    18: "TERSE",
    19: "LZ77 of IBM",
    **dict.fromkeys(range(2, 6), "Reduce"),
    94: "MP3",
    96: "JPEG",
    97: "WavPack",
    98: "PPMd",
    99: "AES",
}
_CHUNK = 1 << 16
_DEFLATE64_CHUNK = 512  # inflate64 gives all that becomes of what it is given: 30 KB of a byte at most
_LZMA_HEAD = struct.Struct("<2s H B I")
_LZMA_SETTINGS = 5  # bytes of them
_SMALLEST_WINDOW = 4096
_MAX_WINDOW = 128 << 20


def why_not(method: int) -> str:
    """Why members of this method are not read, "" if they are."""
    if method == STORED or method in _METHODS:
        return ""
    return f"it is compressed by {_NOT_READ.get(method, f'method {method}')}, which is not read"


def unpacked_chunks(packed: ByteSource, method: int, size: int) -> Iterator[bytes]:
    """The bytes of a member that says to have `size`, piece by piece.

    Raises OSError, what the decompressor raises for damage, and TargetError where a package is missing.
    """
    return in_pieces(packed, _CHUNK) if method == STORED else _METHODS[method](packed, size)


def _deflate(packed: ByteSource, _size: int) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    for data in in_pieces(packed, _CHUNK):
        rest = data
        while rest and not inflate.eof:
            yield inflate.decompress(rest, _CHUNK)
            rest = inflate.unconsumed_tail
    yield inflate.flush()


def _deflate64(packed: ByteSource, _size: int) -> Iterator[bytes]:
    inflate64 = extra("inflate64", "inflate64", "what Deflate64 compressed")
    inflater = inflate64.Inflater()
    for data in in_pieces(packed, _CHUNK):
        for at in range(0, len(data), _DEFLATE64_CHUNK):
            if inflater.eof:
                return
            yield inflater.inflate(data[at : at + _DEFLATE64_CHUNK])


def _bzip2(packed: ByteSource, _size: int) -> Iterator[bytes]:
    return iter(partial(bz2.BZ2File(io.BufferedReader(Stream(packed))).read, _CHUNK), b"")


def _zstd(packed: ByteSource, _size: int) -> Iterator[bytes]:
    yield from iter(partial(unpacked(packed, "zstd").read, _CHUNK), b"")


def _xz(packed: ByteSource, _size: int) -> Iterator[bytes]:
    return iter(partial(unpacked(packed, "xz").read, _CHUNK), b"")


def _lzma(packed: ByteSource, size: int) -> Iterator[bytes]:
    """A stream of LZMA behind its version and properties (APPNOTE 5.8.8).

    The window that it says is not to be had in any size: a member needs none that is longer than itself, and few look
    back as far as they might. What does, fails, as what is damaged does.
    """
    head = packed.read(0, _LZMA_HEAD.size)
    _, length, settings, window = _LZMA_HEAD.unpack(head) if len(head) == _LZMA_HEAD.size else (0, 0, 255, 0)
    if length != _LZMA_SETTINGS or settings >= 9 * 5 * 5:
        raise OSError(errno.EIO, f"damaged: LZMA with a window of {window:,} bytes and settings {settings}")
    rest, literal = divmod(settings, 9)
    kept = min(max(window, _SMALLEST_WINDOW), max(size, _SMALLEST_WINDOW), _MAX_WINDOW)
    form = {"id": lzma.FILTER_LZMA1, "dict_size": kept, "lc": literal, "lp": rest % 5, "pb": rest // 5}
    decompressor = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[form])
    at, given = _LZMA_HEAD.size, 0
    while not decompressor.eof:
        data = b""
        if decompressor.needs_input:
            data = packed.read(at, _CHUNK)
            at += len(data)
            if not data:
                return  # without an end mark it ends where its bytes do
        try:
            chunk = decompressor.decompress(data, _CHUNK)
        except lzma.LZMAError:
            if given + _CHUNK < kept or window <= kept:
                raise
            said = f"it is compressed by LZMA with a window of {window >> 20:,} MB, of which {kept >> 20:,} MB are kept"
            raise OSError(errno.EIO, said) from None
        given += len(chunk)
        yield chunk


_METHODS: dict[int, Callable[[ByteSource, int], Iterator[bytes]]] = {
    8: _deflate,
    9: _deflate64,
    12: _bzip2,
    14: _lzma,
    20: _zstd,
    93: _zstd,
    95: _xz,  # 20 is what zstd was for a while
}
