"""Chunks compressed by wimlib, as Windows compresses them, and whole files of such chunks."""

from __future__ import annotations

import ctypes
import struct

from hotfixcheck.targets.compression.libwim import Compression
from tests.build.programs import missing


def library() -> ctypes.CDLL:
    try:
        return ctypes.CDLL("libwim.so.15")
    except OSError:
        missing("not installed: libwim")


def compress(data: bytes, kind: Compression, chunk: int) -> bytes:
    """One chunk of at most `chunk` bytes; the bytes as they are where they do not become fewer."""
    found = library()
    found.wimlib_create_compressor.argtypes = [
        *(ctypes.c_int, ctypes.c_size_t, ctypes.c_uint, ctypes.POINTER(ctypes.c_void_p)),
    ]
    found.wimlib_compress.restype = ctypes.c_size_t
    found.wimlib_compress.argtypes = [
        *(ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p),
    ]
    found.wimlib_free_compressor.argtypes = [ctypes.c_void_p]
    made = ctypes.c_void_p()
    assert found.wimlib_create_compressor(int(kind), chunk, 50, ctypes.byref(made)) == 0
    out = ctypes.create_string_buffer(len(data))
    length = found.wimlib_compress(data, len(data), out, max(len(data) - 1, 0), made)
    found.wimlib_free_compressor(made)
    return out.raw[:length] if length else data


def chunked(data: bytes, kind: Compression, chunk: int) -> bytes:
    """Compressed chunks behind the table of where they begin."""
    chunks = [compress(data[at : at + chunk], kind, chunk) for at in range(0, len(data), chunk)]
    ends = [sum(map(len, chunks[:number])) for number in range(1, len(chunks))]
    return struct.pack(f"<{len(ends)}I", *ends) + b"".join(chunks)
