"""Where bytes are kept that a target shows only once: in memory, over a bound in a file without a name."""

from __future__ import annotations

import errno
import shutil
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime
from typing import IO

from hotfixcheck.targets.sources import Slice
from hotfixcheck.targets.tree import ByteSource

_IN_MEMORY = 16 << 20
_CHUNK = 1 << 20
_MOST = 64 << 30
_LEFT_FREE = 1 << 30
_SPARSE = 1 << 15  # bytes of zeros that are not written
_ADVICE = "unpack it first, or set TMPDIR to a folder with more"


class Spool:
    """Bytes kept until the target is closed.

    The file is in the system's temporary folder, readable by this user alone; it has no name where the system can do
    so, and is gone in any case when the process is. It takes at most 64 GB, and leaves 1 GB of the disk free; pieces
    of zeros take no room.
    """

    def __init__(self) -> None:
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()
        self._room = 0
        self.size = 0
        self.modified = None

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._memory = bytearray()

    def keep(self, read: Callable[[int], bytes], start: bytes, size: int, modified: datetime | None) -> ByteSource:
        """A file of `size` bytes, of which `start` was read already; `read` gives the rest, at most so many bytes.

        Raises OSError if it ends early, and whatever `read` raises.
        """
        place = self.size
        self.append(start)
        left = size - len(start)
        while left > 0:
            data = read(min(left, _CHUNK))
            if not data:
                raise OSError(f"cut short: {size - left:,} bytes of {size:,}")
            self.append(data)
            left -= len(data)
        return Slice(self, place, size, modified)

    def keep_all(self, read: Callable[[int], bytes], start: bytes) -> tuple[ByteSource, str]:
        """A file whose size nobody knows, from `start` to where `read` ends; and why it ends there, "" at its end.

        Raises OSError where there is no room for it.
        """
        place = self.size
        self.append(start)
        problem = ""
        while True:
            try:
                data = read(_CHUNK)
            except Exception as error:  # damage shows in as many ways as there are compressions
                problem = str(error) or type(error).__name__
                break
            if not data:
                break
            self.append(data)
        return Slice(self, place, self.size - place), problem

    def keep_head(self, head: bytes, size: int, modified: datetime | None) -> ByteSource:
        """A file of `size` bytes of which only the first are ever asked for."""
        place = self.size
        self.append(head)
        return KeptHead(Slice(self, place, len(head), modified), size)

    def read(self, offset: int, length: int) -> bytes:
        if self._file is None:
            return bytes(self._memory[offset : offset + length])
        with self._lock:
            self._file.seek(offset)
            # Zeros at the end were never written.
            return self._file.read(length).ljust(min(length, max(self.size - offset, 0)), b"\0")

    def append(self, data: bytes) -> None:
        """Raises OSError where there is no room for it."""
        with self._lock:
            if self._file is None and self.size + len(data) > _IN_MEMORY:
                self._file = tempfile.TemporaryFile(prefix="hotfixcheck-", buffering=0)  # noqa: SIM115
                self._room = min(_MOST, max(shutil.disk_usage(tempfile.gettempdir()).free - _LEFT_FREE, _IN_MEMORY))
                _write(self._file, self._memory)
                self._memory = bytearray()
            if self._file is None:
                self._memory += data
            elif len(data) < _SPARSE or data.count(0) < len(data):
                self._room -= len(data)
                if self._room < 0:
                    raise OSError(errno.ENOSPC, f"there is no room to unpack it in {tempfile.gettempdir()}: {_ADVICE}")
                self._file.seek(self.size)
                _write(self._file, data)
            self.size += len(data)


def _write(file: IO[bytes], data: bytes | bytearray) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


class KeptHead:
    """A file of which the beginning was kept."""

    __slots__ = ("head", "modified", "size")

    def __init__(self, head: Slice, size: int) -> None:
        self.head = head
        self.size = size
        self.modified = head.modified

    def read(self, offset: int, length: int) -> bytes:
        wanted = min(length, self.size - offset)
        if wanted <= 0:
            return b""
        if offset + wanted > self.head.size:
            raise OSError("only its beginning was kept")
        return self.head.read(offset, wanted)
