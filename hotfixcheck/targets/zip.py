"""Zip archives, read where they lie: a member is unpacked when it is opened (PKWARE APPNOTE 6.3)."""

from __future__ import annotations

import errno
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from hotfixcheck.streams import leads_out
from hotfixcheck.targets.files import At, File, TooManyError
from hotfixcheck.targets.nodes import Folder, Link, Members, Node, NodeTree
from hotfixcheck.targets.opening import Found, Opening
from hotfixcheck.targets.sources import Slice
from hotfixcheck.targets.times import dos_time
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.unpacking import Unpacked
from hotfixcheck.targets.zipmethods import STORED, unpacked_chunks, why_not

_MAGIC = (b"PK\3\4", b"PK\5\6")
_MAX_DIRECTORY = 256 << 20
_LONGEST_MEMBER = 46 + 3 * 0xFFFF  # in the directory
_READ = 1 << 20
_MAX_LINK = 4096
_UNIX_HOSTS = {3, 19}  # Unix, macOS

_END = struct.Struct("<4s 6x H II 2x")  # signature; number of members; size and place of the directory
_END_64_LOCATOR = struct.Struct("<4s 4x Q 4x")
_END_64 = struct.Struct("<4s 28x Q QQ")
_MEMBER = struct.Struct("<4s xB 2x HH HH III HHH 4x I I")
_LENGTHS_AT, _LENGTHS = 28, struct.Struct("<2H")  # of a member's name and extra fields
_LOCAL = struct.Struct("<4s 2x HH HH III HH")
_ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 1, 1 << 3, 1 << 11
_EXTRA_64, _EXTRA_NTFS, _EXTRA_UNIX_TIME, _EXTRA_UNICODE = 0x0001, 0x000A, 0x5455, 0x7075
_EPOCH, _FILETIME_EPOCH = datetime(1970, 1, 1, tzinfo=UTC), datetime(1601, 1, 1, tzinfo=UTC)


class ZipOpener:
    """A zip."""

    @staticmethod
    def detect(source: ByteSource, head: bytes) -> bool:
        return head.startswith(_MAGIC)

    @staticmethod
    def open(source: ByteSource, place: str, opening: Opening) -> Found:
        members = Members(NodeTree(opening.path))
        count = number = 0
        try:
            directory = _find_directory(source)
            listed = _Listed(source, directory)
            count = directory.count
            for at, member in _listed(directory, source):
                number += 1
                _add(members, member, At(listed, at))
            if number & 0xFFFF != count & 0xFFFF:
                raise ValueError(f"its list names {number:,} members and should name {count:,}")
        except ValueError as error:
            members.cut_short = f"its list is damaged: {error}; what came before was read"
        except _NoDirectoryError:
            members.cut_short = "it has no list of members at its end; what stands before each was read"
            listed = _Listed(source, None)
            try:
                for at, member in _without_list(source):
                    _add(members, member, At(listed, at))
            except TooManyError as error:
                members.cut_short += f", and {error}"
        members.tree.fetch = partial(_fetched, opening)
        return Found("zip archive", place, members.tree, lost=tuple(members.lost), cut_short=members.cut_short)


class _NoDirectoryError(Exception):
    """The end of the archive is not there."""


@dataclass(frozen=True, slots=True)
class _Directory:
    """`count` members are listed in `size` bytes at `start`; `shift` is what all places in it are too small by."""

    count: int
    start: int
    size: int
    shift: int


@dataclass(frozen=True, slots=True)
class _Member:
    """A member as it is listed; `place` is that of its local header."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    modified: datetime | None
    unix_mode: int
    place: int


def _find_directory(source: ByteSource) -> _Directory:
    """Raises _NoDirectoryError if there is none, ValueError if it cannot be where it is said to be."""
    tail_at = max(0, source.size - _END.size - 0xFFFF)
    tail = source.read(tail_at, source.size - tail_at)
    at = tail.rfind(_MAGIC[1])
    if at < 0 or at + _END.size > len(tail):
        raise _NoDirectoryError
    _, count, size, place = _END.unpack_from(tail, at)
    end = tail_at + at
    locator = source.read(end - _END_64_LOCATOR.size, _END_64_LOCATOR.size) if end >= _END_64_LOCATOR.size else b""
    if locator.startswith(b"PK\6\7"):
        record_at = _END_64_LOCATOR.unpack(locator)[1]
        record = source.read(record_at, _END_64.size)
        if len(record) == _END_64.size and record.startswith(b"PK\6\6"):
            _, count, size, place = _END_64.unpack(record)
            end = record_at
    if size > _MAX_DIRECTORY:
        raise ValueError(f"it has {size:,} bytes, too many to keep")
    if size > end:
        raise ValueError(f"it has {size:,} bytes and ends at byte {end:,}")
    return _Directory(count, end - size, size, end - size - place)


def _listed(directory: _Directory, source: ByteSource) -> Iterator[tuple[int, _Member]]:
    """The members of a central directory, each with its place there; raises ValueError where it is damaged."""
    data, at, read = b"", 0, 0
    while at < len(data) or read < directory.size:
        if len(data) - at < _LONGEST_MEMBER and read < directory.size:
            more = source.read(directory.start + read, min(_READ, directory.size - read))
            data, at, read = data[at:] + more, 0, read + len(more) if more else directory.size
            continue
        member, end = _central(data, at, directory.start + read - len(data), directory.shift)
        yield directory.start + read - len(data) + at, member
        at = end


def _central(data: bytes, at: int, start: int, shift: int) -> tuple[_Member, int]:
    """The member that is listed at a place of a directory's bytes, and where the next is; raises ValueError.

    The bytes stand at `start` of the archive; `shift` is that of its directory.
    """
    if at + _MEMBER.size > len(data):
        raise ValueError("it ends inside a member")
    signature, host, flags, method, clock, day, crc, packed, size, *lengths, attributes, place = _MEMBER.unpack_from(
        data, at
    )
    if signature != b"PK\1\2":
        raise ValueError(f"no member begins at byte {start + at:,}")
    name_at = at + _MEMBER.size
    extra_at = name_at + lengths[0]
    fields = _fields(data[extra_at : extra_at + lengths[1]])
    size, packed, place = _wide(fields, size, packed, place)
    mode = attributes >> 16 if host in _UNIX_HOSTS else 0
    modified = _modified(clock, day, fields)
    name = _name(data[name_at:extra_at], flags, fields)
    member = _Member(name, flags, method, crc, packed, size, modified, mode, place + shift)
    return member, extra_at + sum(lengths[1:])


def _without_list(source: ByteSource) -> Iterator[tuple[int, _Member]]:
    """The members of an archive that was cut short, by what stands before each, up to the first that does not say
    where it ends."""
    at = 0
    while (found := _local(source, at)) is not None:
        member, end = found
        yield at, member
        at = end


def _local(source: ByteSource, at: int) -> tuple[_Member, int] | None:
    """The member whose own header stands at a place, and where the next is; None if it does not say so."""
    header = source.read(at, _LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(_MAGIC[0]):
        return None
    _, flags, method, clock, day, crc, packed, size, name_length, extra_length = _LOCAL.unpack(header)
    rest = source.read(at + _LOCAL.size, name_length + extra_length)
    fields = _fields(rest[name_length:])
    size, packed, _ = _wide(fields, size, packed, 0)
    if flags & _SIZES_FOLLOW and not packed:
        return None
    name = _name(rest[:name_length], flags, fields)
    member = _Member(name, flags, method, crc, packed, size, _modified(clock, day, fields), 0, at)
    return member, at + _LOCAL.size + name_length + extra_length + packed


def _fields(extra: bytes) -> dict[int, bytes]:
    """The extra fields of a member by their numbers (APPNOTE 4.5)."""
    fields = {}
    at = 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<HH", extra, at)
        fields[number] = extra[at + 4 : at + 4 + length]
        at += 4 + length
    return fields


def _wide(fields: dict[int, bytes], *values: int) -> tuple[int, ...]:
    """Each value, or where it is all ones the next of those with 64 bits (APPNOTE 4.5.3)."""
    data = fields.get(_EXTRA_64, b"")
    wide = iter(struct.unpack_from(f"<{len(data) // 8}Q", data))
    return tuple(next(wide, value) if value == 0xFFFFFFFF else value for value in values)


def _name(raw: bytes, flags: int, fields: dict[int, bytes]) -> str:
    """A path with '/'; some archives of Windows tools have backslashes."""
    unicode_path = fields.get(_EXTRA_UNICODE, b"")
    if len(unicode_path) > 5 and unicode_path[1:5] == zlib.crc32(raw).to_bytes(4, "little"):
        raw, flags = unicode_path[5:], flags | _UTF8
    name = raw.decode("utf-8", "surrogateescape") if flags & _UTF8 else raw.decode("cp437")
    return name.replace("\\", "/")


def _modified(clock: int, day: int, fields: dict[int, bytes]) -> datetime | None:
    """From the extra fields, which are in UTC; else the local time of nobody knows where, taken for UTC."""
    unix, ntfs = fields.get(_EXTRA_UNIX_TIME, b""), fields.get(_EXTRA_NTFS, b"")
    try:
        if len(ntfs) >= 16 and ntfs[4:6] == b"\1\0":
            return _FILETIME_EPOCH + timedelta(microseconds=int.from_bytes(ntfs[8:16], "little") // 10)
        if len(unix) >= 5 and unix[0] & 1:
            return _EPOCH + timedelta(seconds=int.from_bytes(unix[1:5], "little", signed=True))
    except OverflowError:
        return None
    return dos_time(day, clock)


@dataclass(frozen=True, slots=True)
class _Listed:
    """Opens members by where each is listed, or by its own header where there is no list: an archive may have hundreds
    of thousands, and what their lists say would take several times the memory."""

    source: ByteSource
    directory: _Directory | None

    def __call__(self, at: int) -> AbstractContextManager[ByteSource]:
        return _opened(self.source, self.member(at))

    def member(self, at: int) -> _Member:
        """Raises OSError where the archive changed since it was listed."""
        try:
            if self.directory is None:
                found = _local(self.source, at)
            else:
                lengths = self.source.read(at + _LENGTHS_AT, _LENGTHS.size)
                data = self.source.read(at, _MEMBER.size + sum(_LENGTHS.unpack(lengths)))
                found = _central(data, 0, at, self.directory.shift)
        except (ValueError, struct.error):
            found = None
        if found is None:
            raise OSError(errno.EIO, "it is not there any more")
        return found[0]


def _add(members: Members, member: _Member, listed: At) -> None:
    if leads_out(member.name):
        members.lose(member.name, "its name leads out of the archive")
        return
    members.add(member.name, Folder() if member.name.endswith("/") else _node(member, listed))


def _node(member: _Member, listed: At) -> Node:
    if member.flags & _ENCRYPTED:
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
    return _packed(listed.source, member) if member.method == STORED else opening.keep(file.opened())


@contextmanager
def _opened(source: ByteSource, member: _Member) -> Iterator[ByteSource]:
    chunks = unpacked_chunks(_packed(source, member), member.method, member.size)
    with Unpacked(chunks, member.size, member.modified, member.crc) as file:
        yield file


def _packed(source: ByteSource, member: _Member) -> Slice:
    """The bytes of a member as they are stored."""
    header = source.read(member.place, _LOCAL.size) if member.place >= 0 else b""
    if len(header) < _LOCAL.size or not header.startswith(_MAGIC[0]):
        raise OSError(errno.EIO, f"damaged: it does not begin at byte {member.place:,}, as it should")
    *_, name_length, extra_length = _LOCAL.unpack(header)
    packed = Slice(source, member.place + _LOCAL.size + name_length + extra_length, member.packed, member.modified)
    if packed.start + packed.size > source.size:
        raise OSError(errno.EIO, f"cut short: {max(source.size - packed.start, 0):,} bytes of {packed.size:,}")
    return packed
