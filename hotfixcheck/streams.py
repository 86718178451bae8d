"""Streams that strangers made: counted, bounded, and tar headers in which damage is no end."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Callable
from typing import IO, Self

_SEPARATOR = re.compile(r"[\\/]")
_DRIVE = re.compile(r"[A-Za-z]:")
_BLOCK = 512
_MAX_HEADER = 1 << 20  # of a tar's long names and extended headers, which tarfile reads whole


class DamagedError(Exception):
    """An archive that goes on in no readable way."""


class ExpandsTooFarError(Exception):
    """An archive that becomes far more than it is."""


class Expansion:
    """Counts what comes out of an archive of `size` bytes; `add` raises ExpandsTooFarError.

    `free` bytes may always come out, else `ratio` times what went in, and never more than `total`.
    """

    def __init__(self, size: int, *, free: int, ratio: int, total: int) -> None:
        self._most = min(max(free, size * ratio), total)
        self._out = 0

    def add(self, count: int) -> None:
        self._out += count
        if self._out > self._most:
            raise ExpandsTooFarError(f"it expands to more than {self._most:,} bytes")


class Counted(io.RawIOBase):
    """A readable stream that counts what it gives, for tarfile to read from one end to the other."""

    def __init__(self, stream: IO[bytes], expansion: Expansion) -> None:
        self._stream = stream
        self._expansion = expansion

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._expansion.add(len(data))
        return data


class Rewound(io.RawIOBase):
    """`start` again, then the rest of `stream`."""

    def __init__(self, start: bytes, stream: IO[bytes] | io.RawIOBase) -> None:
        self._start = start
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._start:
            start, self._start = self._start[:size], self._start[size:]
            return start + (self._stream.read(size - len(start)) or b"") if len(start) < size else start
        return self._stream.read(size) or b""


def leads_out(member: str) -> bool:
    """True for a member's name that, were it extracted, could be written outside the folder."""
    parts = _SEPARATOR.split(member)
    return not parts[0] or ".." in parts or bool(_DRIVE.match(member))


def is_tar(head: bytes) -> bool:
    """True if the first 512 bytes are the header of a tar's member."""
    if b"\0" not in head:
        return False  # fields are filled up with it; text has none
    try:
        tarfile.TarInfo.frombuf(head[:_BLOCK], "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError):
        return False
    return True


class StrictTarInfo(tarfile.TarInfo):
    """A member's header, where damage raises DamagedError: tarfile alone would take it for the end of the archive."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        return cls._checked(buf, super().frombuf, encoding, errors)

    @classmethod
    def _frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str, **options: bool) -> Self:
        """What newer releases of tarfile read a header with."""
        return cls._checked(buf, super()._frombuf, encoding, errors, **options)  # type: ignore[misc]

    @classmethod
    def _checked(cls, buf: bytes | bytearray, read: Callable[..., Self], *how: str, **options: bool) -> Self:
        if not buf:
            raise DamagedError("it ends without an end mark")
        try:
            header = read(buf, *how, **options)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError as error:
            raise DamagedError(str(error)) from None
        if header.type in _LONG_HEADERS and header.size > _MAX_HEADER:
            raise DamagedError(f"a header claims {header.size:,} bytes")
        return header


_LONG_HEADERS = frozenset(
    {
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
    }
)
