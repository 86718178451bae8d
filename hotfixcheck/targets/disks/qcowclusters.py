"""What the versions of QCOW share: compressed clusters, and the name of the file that an image holds differences to."""

from __future__ import annotations

import zlib

from hotfixcheck.targets.blocks import exactly
from hotfixcheck.targets.tree import ByteSource

_MAX_NAME = 1023


def backing_name(source: ByteSource, place: int, size: int) -> str:
    """The name that stands at `place`, of `size` bytes or as many as one may have; raises OSError."""
    return exactly(source, place, min(size, _MAX_NAME)).decode("utf-8", "replace")


def inflate(data: bytes, size: int) -> bytes:
    """Up to the first `size` bytes of what deflate made `data` of, whatever follows; raises OSError for damage."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, size)
    except zlib.error as error:
        raise OSError(f"a compressed cluster is damaged: {error}") from None


def whole(cluster: bytes, size: int) -> bytes:
    """A decompressed cluster, which has to be of `size` bytes; raises OSError for a shorter one."""
    if len(cluster) != size:
        raise OSError(f"a compressed cluster is damaged: it gives {len(cluster):,} bytes of {size:,}")
    return cluster
