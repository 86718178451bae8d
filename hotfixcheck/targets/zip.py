"""Zip archives, read where they lie: a member is unpacked when it is opened (PKWARE APPNOTE 6.3)."""

from __future__ import annotations

import errno
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial

from hotfixcheck.streams import leads_out
from hotfixcheck.targets.files import At, File, TooManyError
from hotfixcheck.targets.members import Members
from hotfixcheck.targets.nodes import Folder, Link, Node, NodeTree
from hotfixcheck.targets.opening import Found, Opening
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.unpacked import Unpacked
from hotfixcheck.targets.ziplist import (
    ENCRYPTED,
    MAGICS,
    Directory,
    Member,
    NoDirectoryError,
    find_directory,
    listed_at,
    members_in,
    members_without_list,
    packed_bytes,
)
from hotfixcheck.targets.zipmethods import STORED, unpacked_chunks, why_not

_MAX_LINK = 4096


class ZipOpener:
    """A zip."""

    @staticmethod
    def detect(source: ByteSource, head: bytes) -> bool:
        return head.startswith(MAGICS)

    @staticmethod
    def open(source: ByteSource, place: str, opening: Opening) -> Found:
        members = Members(NodeTree(opening.path))
        count = number = 0
        try:
            directory = find_directory(source)
            listed = _Listed(source, directory)
            count = directory.count
            for at, member in members_in(directory, source):
                number += 1
                _add(members, member, At(listed, at))
            if number & 0xFFFF != count & 0xFFFF:
                raise ValueError(f"its list names {number:,} members and should name {count:,}")
        except ValueError as error:
            members.cut_short = f"its list is damaged: {error}; what came before was read"
        except NoDirectoryError:
            members.cut_short = "it has no list of members at its end; what stands before each was read"
            listed = _Listed(source, None)
            try:
                for at, member in members_without_list(source):
                    _add(members, member, At(listed, at))
            except TooManyError as error:
                members.cut_short += f", and {error}"
        members.tree.fetch = partial(_fetched, opening)
        return Found("zip archive", place, members.tree, lost=tuple(members.lost), cut_short=members.cut_short)


@dataclass(frozen=True, slots=True)
class _Listed:
    """Opens members by where each is listed, or by its own header where there is no list: an archive may have hundreds
    of thousands, and what their lists say would take several times the memory."""

    source: ByteSource
    directory: Directory | None

    def __call__(self, at: int) -> AbstractContextManager[ByteSource]:
        return _opened(self.source, self.member(at))

    def member(self, at: int) -> Member:
        """Raises OSError where the archive changed since it was listed."""
        return listed_at(self.source, self.directory, at)


def _add(members: Members, member: Member, listed: At) -> None:
    if leads_out(member.name):
        members.lose(member.name, "its name leads out of the archive")
        return
    members.add(member.name, Folder() if member.name.endswith("/") else _node(member, listed))


def _node(member: Member, listed: At) -> Node:
    if member.flags & ENCRYPTED:
        return File(problem="it is encrypted")
    if problem := why_not(member.method):
        return File(problem=problem)
    if stat.S_IFMT(member.unix_mode) not in {0, stat.S_IFREG, stat.S_IFLNK}:
        return File(problem="it is a device, pipe or socket, not a file")
    if stat.S_ISLNK(member.unix_mode):
        try:
            with listed() as leads_to:
                return Link(leads_to.read(0, _MAX_LINK).decode("utf-8", "surrogateescape"))
        except OSError as error:
            return File(problem=f"a link that cannot be read: {error.strerror}")
    return File(opened=listed)


def _fetched(opening: Opening, file: File) -> ByteSource:
    """All bytes of a member; of a stored one where they lie, unchecked."""
    if not isinstance(file.opened, At) or not isinstance(file.opened.opener, _Listed):
        raise OSError(errno.EIO, file.problem)
    listed = file.opened.opener
    member = listed.member(file.opened.at)
    return packed_bytes(listed.source, member) if member.method == STORED else opening.keep(file.opened())


@contextmanager
def _opened(source: ByteSource, member: Member) -> Iterator[ByteSource]:
    chunks = unpacked_chunks(packed_bytes(source, member), member.method, member.size)
    with Unpacked(chunks, member.size, member.modified, member.crc) as file:
        yield file
