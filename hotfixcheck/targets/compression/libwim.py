"""wimlib's decompressors, by ctypes, where that library is installed: 30 times as fast as Python, and LZMS.

Only its stateless functions from bytes to bytes are called; a WIM file itself is never given to it.
"""

from __future__ import annotations

import ctypes
import sys
from enum import IntEnum
from functools import cache

INSTALL = "install wimlib (Debian and Ubuntu: `apt-get install wimtools`; macOS: `brew install wimlib`)"
_NAMES = {"win32": "libwim-15.dll", "darwin": "libwim.15.dylib"}


class Compression(IntEnum):
    """wimlib's numbers of what it decompresses."""

    XPRESS = 1
    LZX = 2
    LZMS = 3


def decompressor(kind: Compression, chunk: int) -> Decompressor | None:
    """One for chunks of at most `chunk` bytes, for one thread at a time; None where wimlib is not installed."""
    library = _library()
    if library is None:
        return None
    made = ctypes.c_void_p()
    if library.wimlib_create_decompressor(int(kind), chunk, ctypes.byref(made)):
        return None
    return Decompressor(library, made, chunk)


@cache
def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(_NAMES.get(sys.platform, "libwim.so.15"))
    except OSError:
        return None
    size, pointer = ctypes.c_size_t, ctypes.c_void_p
    library.wimlib_create_decompressor.argtypes = [ctypes.c_int, size, ctypes.POINTER(pointer)]
    library.wimlib_decompress.argtypes = [ctypes.c_char_p, size, pointer, size, pointer]
    library.wimlib_free_decompressor.argtypes = [pointer]
    library.wimlib_free_decompressor.restype = None
    return library


def is_missed() -> bool:
    """True if the library was looked for and is not installed."""
    return bool(_library.cache_info().currsize) and _library() is None


class Decompressor:
    """A function of a chunk and its size, for the whole chunk always; raises ValueError for a damaged one."""

    def __init__(self, library: ctypes.CDLL, made: ctypes.c_void_p, chunk: int) -> None:
        self._library = library
        self._made = made
        self._chunk = chunk

    def __del__(self) -> None:
        self._library.wimlib_free_decompressor(self._made)

    def __call__(self, data: bytes, size: int, _end: int | None = None) -> bytes:
        out = bytearray(size)
        self.into(data, out)
        return bytes(out)

    def into(self, data: bytes, out: bytearray) -> None:
        """Decompresses to all of `out`."""
        buffer = (ctypes.c_char * len(out)).from_buffer(out)
        if len(out) > self._chunk or self._library.wimlib_decompress(data, len(data), buffer, len(out), self._made):
            raise ValueError("it cannot be decompressed")
