"""Byte sources without a file system."""

from __future__ import annotations

from datetime import datetime


class BytesSource:
    """A ByteSource over bytes, or over a longer file of which only the head is not zero."""

    def __init__(self, data: bytes, *, size: int | None = None, modified: datetime | None = None) -> None:
        self._data = data
        self.size = len(data) if size is None else size
        self.modified = modified

    def read(self, offset: int, length: int) -> bytes:
        length = max(0, min(length, self.size - offset))
        return self._data[offset : offset + length].ljust(length, b"\0")


class CountingSource(BytesSource):
    """Knows how many bytes were read of it."""

    taken = 0

    def read(self, offset: int, length: int) -> bytes:
        data = super().read(offset, length)
        self.taken += len(data)
        return data
