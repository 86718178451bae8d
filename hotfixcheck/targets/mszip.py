"""MSZIP ([MS-MCI]): blocks of up to 32 KB, each deflated by itself, with the 32 KB before it to refer to."""

from __future__ import annotations

import zlib

MAX_BLOCK = 32768


def inflate(packed: bytes, before: bytes) -> tuple[bytes, bool]:
    """The bytes of a block, one more than there may be if it has too many; and whether its deflated bytes end.

    `before` are the bytes before it. Raises ValueError for damage.
    """
    if not packed.startswith(b"CK"):
        raise ValueError("a block does not begin as MSZIP does")
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS, zdict=before)
    try:
        return decompressor.decompress(packed[2:], MAX_BLOCK + 1), decompressor.eof
    except zlib.error as error:
        raise ValueError(str(error)) from None
