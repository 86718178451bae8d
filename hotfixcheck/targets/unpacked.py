"""A member of an archive, or a compressed file, that is unpacked as far as it is read."""

from __future__ import annotations

import errno
import zlib
from collections.abc import Iterator
from datetime import datetime
from types import TracebackType

from hotfixcheck.errors import TargetError
from hotfixcheck.targets.spool import Spool
from hotfixcheck.targets.wanted import HEAD

_READ_WHOLE = (b"MZ", b"regf")


class Unpacked:
    """A compressed member that is unpacked as far as it is read, and closed at the end of its `with`.

    A file that is an executable or a hive, and any that is read beyond its head, is unpacked whole and held against
    `crc`: what is damaged raises OSError instead of giving wrong bytes.
    """

    def __init__(self, chunks: Iterator[bytes], size: int, modified: datetime | None, crc: int | None = None) -> None:
        self._chunks = chunks
        self._crc = crc
        self._found = 0
        self._spool = Spool()
        self.size = size
        self.modified = modified

    def __enter__(self) -> Unpacked:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spool.close()

    def read(self, offset: int, length: int) -> bytes:
        length = min(length, self.size - offset)
        if length <= 0:
            return b""
        self._fill(min(HEAD, self.size))
        if offset + length > HEAD or self._spool.read(0, 4).startswith(_READ_WHOLE):
            self._fill(self.size)
        return self._spool.read(offset, length)

    def _fill(self, size: int) -> None:
        while self._spool.size < size:
            try:
                chunk = next(self._chunks, None)
            except OSError:
                raise
            except TargetError as error:
                raise OSError(errno.EIO, f"{error.problem} ({error.advice})") from None
            except Exception as error:
                raise OSError(errno.EIO, f"damaged: {str(error) or type(error).__name__}") from None
            if chunk is None:
                raise OSError(errno.EIO, f"cut short: {self._spool.size:,} bytes of {self.size:,}")
            self._found = zlib.crc32(chunk, self._found)
            self._spool.append(chunk)
            if self._spool.size > self.size:
                raise OSError(errno.EIO, f"damaged: more than the {self.size:,} bytes that it should have")
        if size == self.size and self._crc is not None and self._found != self._crc:
            raise OSError(errno.EIO, "damaged: its checksum is wrong")
