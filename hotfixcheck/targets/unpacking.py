"""Compressed streams, told by their first bytes, and read with bounded memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from typing import IO, cast

from hotfixcheck.streams import Counted, Expansion
from hotfixcheck.targets.opening import extra
from hotfixcheck.targets.sources import Stream
from hotfixcheck.targets.tree import ByteSource

COMPRESSIONS = {
    b"\x1f\x8b\x08": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
"""Names of compressions by their first bytes."""

_XZ_MEMORY = 128 << 20  # twice what xz -9 takes
_ZSTD_WINDOW = 1 << 27  # what zstd takes without being told to take more
_BUFFER = 1 << 18

# A disk full of zeros becomes a thousandth; a terabyte is more than any Windows.
_FREE, _RATIO, _TOTAL = 64 << 20, 300, 1 << 40


def compression_of(head: bytes) -> str:
    """The name of the compression that `head` begins, "" for none."""
    return next((name for magic, name in COMPRESSIONS.items() if head.startswith(magic)), "")


def unpacked(source: ByteSource, compression: str) -> IO[bytes]:
    """The bytes that a compressed source holds, from one end to the other.

    Reading raises ExpandsTooFarError, and whatever the decompressor raises for damage.
    """
    raw = io.BufferedReader(Stream(source), _BUFFER)
    plain: IO[bytes]
    if compression == "gzip":
        plain = cast(IO[bytes], gzip.GzipFile(fileobj=raw))
    elif compression == "bzip2":
        plain = cast(IO[bytes], bz2.BZ2File(raw))
    elif compression == "xz":
        plain = cast(IO[bytes], _Xz(raw))
    else:
        plain = cast(IO[bytes], _Zstd(raw))
    expansion = Expansion(source.size, free=_FREE, ratio=_RATIO, total=_TOTAL)
    return cast(IO[bytes], Counted(plain, expansion))


def _too_large(most: int) -> OSError:
    return OSError(f"it takes more than {most >> 20:,} MB of memory to unpack it: unpack it first")


class _Zstd(io.RawIOBase):
    def __init__(self, raw: IO[bytes] | io.BufferedReader) -> None:
        super().__init__()
        zstandard = extra("zstandard", "zstandard", "what zstd compressed")
        decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._reader = decompressor.stream_reader(raw, read_across_frames=True)
        self._error: type[Exception] = zstandard.ZstdError

    def read(self, size: int = -1) -> bytes:
        try:
            return bytes(self._reader.read(size))
        except self._error as error:
            raise _too_large(_ZSTD_WINDOW) if "too much memory" in str(error) else error from None


class _Xz(io.RawIOBase):
    """lzma.LZMAFile bounds no memory."""

    def __init__(self, raw: IO[bytes] | io.BufferedReader) -> None:
        super().__init__()
        self._raw = raw
        self._decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY)
        self._pending = b""

    def read(self, size: int = -1) -> bytes:
        while size:
            if self._decompressor.eof:
                rest = (self._decompressor.unused_data + self._raw.read(_BUFFER)).lstrip(b"\0")  # stream padding
                if not rest:
                    return b""
                self._decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY)
                self._pending = rest
            data = self._pending
            if not data and self._decompressor.needs_input and not (data := self._raw.read(_BUFFER)):
                raise EOFError("it is cut short")
            self._pending = b""
            try:
                out = self._decompressor.decompress(data, size)
            except lzma.LZMAError as error:
                raise _too_large(_XZ_MEMORY) if "limit" in str(error) else error from None
            if out:
                return out
        return b""
