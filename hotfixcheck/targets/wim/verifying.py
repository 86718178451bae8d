"""Blobs against the SHA-1 that a WIM lists them by: where all of one is read, and always of hives.

Most of a scan reads heads and version resources alone, which nothing in a WIM sums: they are as they are.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from hotfixcheck.targets.sources import in_pieces
from hotfixcheck.targets.tree import ByteSource

_HIVE = b"regf"

DAMAGED = "damaged: its SHA-1 is not the one that the WIM lists"


class Verified:
    """A blob; reading the last of its bytes, if all before were read in their order, raises OSError for a wrong one."""

    __slots__ = ("_following", "_hash", "_name", "_source", "modified", "size")

    def __init__(self, source: ByteSource, name: bytes, modified: datetime | None = None) -> None:
        self._source = source
        self._name = name
        self._following = 0
        self._hash = hashlib.sha1(usedforsecurity=False)
        self.size = source.size
        self.modified = modified or source.modified

    def read(self, offset: int, length: int) -> bytes:
        data = self._source.read(offset, length)
        if not offset:
            if data.startswith(_HIVE) and len(data) < self.size and not is_whole(self._source, self._name):
                raise OSError(DAMAGED)  # what a hive says decides about everything else
            self._hash, self._following = hashlib.sha1(usedforsecurity=False), 0
        if offset == self._following:
            self._hash.update(data)
            self._following += len(data)
            if data and self._following == self.size and self._hash.digest() != self._name:
                raise OSError(DAMAGED)
        return data


def is_whole(source: ByteSource, name: bytes) -> bool:
    """True if the SHA-1 of all of `source` is `name`; raises OSError from reading."""
    digest = hashlib.sha1(usedforsecurity=False)
    for piece in in_pieces(source):
        digest.update(piece)
    return digest.digest() == name
