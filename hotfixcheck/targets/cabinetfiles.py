"""The files of a cabinet: each folder of it unpacked once."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager

from hotfixcheck.errors import TargetError
from hotfixcheck.targets.cabinet import Cabinet, DamagedCabinetError, Member
from hotfixcheck.targets.cabinetset import CabinetSet
from hotfixcheck.targets.sources import as_opened
from hotfixcheck.targets.spool import Spool
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.unpacked import Unpacked
from hotfixcheck.targets.wanted import HEAD, Keep, Wanted


class CabinetFiles:
    """Opens the files of a cabinet.

    A folder is unpacked when a file of it is first asked for, and what is wanted of it kept; a file that nobody was
    known to want is unpacked by itself.
    """

    def __init__(self, cabinet: Cabinet | CabinetSet, wanted: Wanted, spool: Spool) -> None:
        self._cabinet = cabinet
        self._wanted = wanted
        self._spool = spool
        self._kept: dict[int, dict[Member, ByteSource]] = {}
        self._lock = threading.Lock()

    def open(self, member: Member) -> AbstractContextManager[ByteSource]:
        """The bytes of a member; raises OSError, as reading does, for what is damaged or cannot be unpacked here."""
        if member.problem:
            raise OSError(errno.EIO, member.problem)
        with self._lock:
            if member.folder not in self._kept:
                self._keep(member.folder, self._kept.setdefault(member.folder, {}))
            found = self._kept[member.folder].get(member)
        return as_opened(found) if found is not None else unpacked_member(self._cabinet, member)

    def _keep(self, folder: int, kept: dict[Member, ByteSource]) -> None:
        """Keeps the wanted files of a folder up to where it is damaged; what comes after says so when it is opened."""
        members = [member for member in self._cabinet.members if member.folder == folder and not member.problem]
        if not self._wanted.executables:
            members = [member for member in members if self._wanted.by_name(member.name.rpartition("/")[2].lower())]
        if not members:
            return
        try:
            size = max(member.offset + member.size for member in members)
            stream = _Stream(self._cabinet.unpacked(folder, size))
            for member in members:
                stream.skip_to(member.offset)
                head = stream.read(min(HEAD, member.size))
                keep = self._wanted.keep(member.name.rpartition("/")[2], head)
                if keep is Keep.ALL:
                    kept[member] = self._spool.keep(stream.read, head, member.size, member.modified)
                elif keep is Keep.HEAD:
                    kept[member] = self._spool.keep_head(head, member.size, member.modified)
        except (DamagedCabinetError, OSError, TargetError):
            return


def unpacked_member(cabinet: Cabinet | CabinetSet, member: Member) -> Unpacked:
    """A file of a cabinet by itself, open; reading raises OSError."""
    if member.problem:
        raise OSError(errno.EIO, member.problem)
    try:
        chunks = cabinet.unpacked(member.folder, member.offset + member.size)
    except DamagedCabinetError as error:
        raise OSError(errno.EIO, str(error)) from None
    chunks = _part(chunks, member.offset, member.size)
    return Unpacked(chunks, member.size, member.modified)


def _part(chunks: Iterator[bytes], start: int, size: int) -> Iterator[bytes]:
    """`size` bytes from `start` of what comes piece by piece."""
    at = 0
    for chunk in chunks:
        piece = chunk[max(start - at, 0) : max(start + size - at, 0)]
        at += len(chunk)
        if piece:
            yield piece
        if at >= start + size:
            return


class _Stream:
    """What comes piece by piece, to read on and on."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""
        self._at = 0

    def skip_to(self, place: int) -> None:
        while self._at < place and self.read(place - self._at):
            pass

    def read(self, count: int) -> bytes:
        """Up to `count` bytes, none at the end only."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._rest = chunk
        data, self._rest = self._rest[:count], self._rest[count:]
        self._at += len(data)
        return data
