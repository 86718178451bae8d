"""Decompression of what Windows compresses: by wimlib where that is installed, else in Python; LZMS by wimlib alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from hotfixcheck.targets.compression.libwim import INSTALL, Compression, Decompressor, decompressor, is_missed

Decompress = Callable[[bytes, int, int | None], bytes]
"""A chunk, its size, and how much of its beginning is enough, to all its bytes or, if that is less work, only so many;
raises ValueError for a damaged one."""


def xpress(chunk: int) -> Decompress:
    """XPRESS with Huffman codes, in chunks of so many bytes."""
    from hotfixcheck.targets.compression import xpressing as python

    return decompressor(Compression.XPRESS, chunk) or python.decompress


def lzx(chunk: int) -> Decompress:
    """LZX with a window as large as a chunk, a power of two from 2^15 to 2^21."""
    from hotfixcheck.targets.compression import lzxing as python

    return decompressor(Compression.LZX, chunk) or partial(python.decompress, order=chunk.bit_length() - 1)


def missing() -> str:
    """What to say where something was decompressed without wimlib, "" where nothing was."""
    return f"wimlib is not installed: XPRESS and LZX are read some four times slower, {INSTALL}" if is_missed() else ""


def lzms(chunk: int) -> Decompressor:
    """LZMS; raises OSError without wimlib."""
    found = decompressor(Compression.LZMS, chunk)
    if found is None:
        raise OSError(f"it is compressed by LZMS: {INSTALL}")
    return found
