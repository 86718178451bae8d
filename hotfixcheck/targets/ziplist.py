"""The list of a zip's members, and what stands before each (PKWARE APPNOTE 6.3, 4.3 to 4.5)."""

from __future__ import annotations

import errno
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hotfixcheck.targets.sources import Slice
from hotfixcheck.targets.times import dos_time, filetime
from hotfixcheck.targets.tree import ByteSource

MAGICS = (b"PK\3\4", b"PK\5\6")
_MAX_DIRECTORY = 256 << 20
_LONGEST_MEMBER = 46 + 3 * 0xFFFF  # in the directory
_READ = 1 << 20
_UNIX_HOSTS = {3, 19}  # Unix, macOS

_END = struct.Struct("<4s 6x H II 2x")  # signature; number of members; size and place of the directory
_END_64_LOCATOR = struct.Struct("<4s 4x Q 4x")
_END_64 = struct.Struct("<4s 28x Q QQ")
_MEMBER = struct.Struct("<4s xB 2x HH HH III HHH 4x I I")
_LENGTHS_AT, _LENGTHS = 28, struct.Struct("<2H")  # of a member's name and extra fields
_LOCAL = struct.Struct("<4s 2x HH HH III HH")
ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 1, 1 << 3, 1 << 11
_EXTRA_64, _EXTRA_NTFS, _EXTRA_UNIX_TIME, _EXTRA_UNICODE = 0x0001, 0x000A, 0x5455, 0x7075
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NoDirectoryError(Exception):
    """The end of the archive is not there."""


@dataclass(frozen=True, slots=True)
class Directory:
    """`count` members are listed in `size` bytes at `start`; `shift` is what all places in it are too small by."""

    count: int
    start: int
    size: int
    shift: int


@dataclass(frozen=True, slots=True)
class Member:
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


def find_directory(source: ByteSource) -> Directory:
    """Raises NoDirectoryError if there is none, ValueError if it cannot be where it is said to be."""
    tail_at = max(0, source.size - _END.size - 0xFFFF)
    tail = source.read(tail_at, source.size - tail_at)
    at = tail.rfind(MAGICS[1])
    if at < 0 or at + _END.size > len(tail):
        raise NoDirectoryError
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
    return Directory(count, end - size, size, end - size - place)


def members_in(directory: Directory, source: ByteSource) -> Iterator[tuple[int, Member]]:
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


def _central(data: bytes, at: int, start: int, shift: int) -> tuple[Member, int]:
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
    member = Member(name, flags, method, crc, packed, size, modified, mode, place + shift)
    return member, extra_at + sum(lengths[1:])


def members_without_list(source: ByteSource) -> Iterator[tuple[int, Member]]:
    """The members of an archive that was cut short, by what stands before each, up to the first that does not say
    where it ends."""
    at = 0
    while (found := _local(source, at)) is not None:
        member, end = found
        yield at, member
        at = end


def _local(source: ByteSource, at: int) -> tuple[Member, int] | None:
    """The member whose own header stands at a place, and where the next is; None if it does not say so."""
    header = source.read(at, _LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(MAGICS[0]):
        return None
    _, flags, method, clock, day, crc, packed, size, name_length, extra_length = _LOCAL.unpack(header)
    rest = source.read(at + _LOCAL.size, name_length + extra_length)
    fields = _fields(rest[name_length:])
    size, packed, _ = _wide(fields, size, packed, 0)
    if flags & _SIZES_FOLLOW and not packed:
        return None
    name = _name(rest[:name_length], flags, fields)
    member = Member(name, flags, method, crc, packed, size, _modified(clock, day, fields), 0, at)
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
    if len(ntfs) >= 16 and ntfs[4:6] == b"\1\0":
        return filetime(int.from_bytes(ntfs[8:16], "little"))
    if len(unix) >= 5 and unix[0] & 1:
        return _EPOCH + timedelta(seconds=int.from_bytes(unix[1:5], "little", signed=True))
    return dos_time(day, clock)


def listed_at(source: ByteSource, directory: Directory | None, at: int) -> Member:
    """The member that a directory lists at a place of the archive, or whose own header stands there without one.

    Raises OSError where the archive changed since it was listed.
    """
    try:
        if directory is None:
            found = _local(source, at)
        else:
            lengths = source.read(at + _LENGTHS_AT, _LENGTHS.size)
            data = source.read(at, _MEMBER.size + sum(_LENGTHS.unpack(lengths)))
            found = _central(data, 0, at, directory.shift)
    except (ValueError, struct.error):
        found = None
    if found is None:
        raise OSError(errno.EIO, "it is not there any more")
    return found[0]


def packed_bytes(source: ByteSource, member: Member) -> Slice:
    """The bytes of a member as they are stored."""
    header = source.read(member.place, _LOCAL.size) if member.place >= 0 else b""
    if len(header) < _LOCAL.size or not header.startswith(MAGICS[0]):
        raise OSError(errno.EIO, f"damaged: it does not begin at byte {member.place:,}, as it should")
    *_, name_length, extra_length = _LOCAL.unpack(header)
    packed = Slice(source, member.place + _LOCAL.size + name_length + extra_length, member.packed, member.modified)
    if packed.start + packed.size > source.size:
        raise OSError(errno.EIO, f"cut short: {max(source.size - packed.start, 0):,} bytes of {packed.size:,}")
    return packed
