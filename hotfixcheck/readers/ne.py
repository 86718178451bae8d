"""NE files, the programs, libraries, drivers and fonts of 16-bit Windows: the version resource, and nothing to link by.

Layouts are those of Microsoft's "Executable-file header format" (Windows 3.1 SDK; KB Q65260): a header and tables that
follow it within 64 KB, segments and resources at offsets counted in units of 1 << shift bytes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.readers.pieces import exactly
from hotfixcheck.readers.versioninfo import MAX_BLOCK, VersionInfo
from hotfixcheck.readers.versioninfo16 import facts_of, parse_any_version_info
from hotfixcheck.targets.tree import ByteSource

_HEADER_SIZE = 64
_SEGMENT = struct.Struct("<HHHH")  # offset in units, length, flags, memory wanted
_RELOCATED = 0x0100  # relocations follow the segment: their number in a word, then eight bytes each
_TYPE = struct.Struct("<HHI")  # type, number of resources, reserved
_RESOURCE = struct.Struct("<HHHHHH")  # offset and length in units, flags, name, two words for the loader
_RT_VERSION = 0x8010  # the top bit marks a number
_VERSION_NAME = 0x8001  # VS_VERSION_INFO

_MAX_SEGMENTS = 1024  # entry points name theirs in one byte
_MAX_TABLE = 0x10000  # offsets of tables have 16 bits
_MAX_SHIFT = 15
_DEFAULT_SHIFT = 9


@dataclass(frozen=True, slots=True)
class _Header:
    """What is needed of it; offsets of tables are from its own, `at`."""

    at: int
    segments: int
    segment_table: int
    resource_table: int
    resident_names: int
    nonresident_names: int  # from the start of the file
    nonresident_size: int
    shift: int


@dataclass(frozen=True, slots=True)
class _Resource:
    kind: int
    name: int
    offset: int
    size: int


def read_ne(source: ByteSource) -> FileFacts:
    """The facts of an NE file; raises UnreadableFileError for one that is damaged or cut short, OSError from reading.

    It has no link time, and its machine is no IMAGE_FILE_MACHINE: both stay None.
    """
    header = _header(source)
    shift, resources = _resources(source, header)
    _check_whole(source, header, resources, 1 << shift)
    info = _version_info(source, resources)
    return facts_of(FileKind.NE, source, info)


def _header(source: ByteSource) -> _Header:
    (at,) = struct.unpack("<I", exactly(source, 0x3C, 4, "DOS header"))
    raw = exactly(source, at, _HEADER_SIZE, "NE header")
    (segments,) = struct.unpack_from("<H", raw, 0x1C)
    nonresident_size, segment_table, resource_table, resident_names = struct.unpack_from("<HHHH", raw, 0x20)
    (nonresident_names,) = struct.unpack_from("<I", raw, 0x2C)
    (shift,) = struct.unpack_from("<H", raw, 0x32)
    if segments > _MAX_SEGMENTS or shift > _MAX_SHIFT:
        raise UnreadableFileError(f"damaged NE file: {segments:,} segments, shift count {shift}")
    return _Header(
        at=at,
        segments=segments,
        segment_table=segment_table,
        resource_table=resource_table,
        resident_names=resident_names,
        nonresident_names=nonresident_names,
        nonresident_size=nonresident_size,
        shift=shift or _DEFAULT_SHIFT,
    )


def _check_whole(source: ByteSource, header: _Header, resources: list[_Resource], unit: int) -> None:
    """Segments, resources and names must lie within the file, or part of it is missing."""
    parts = [("segment", *_last_segment(source, header)), ("table of names", *_nonresident_names(header))]
    parts += [("resource", one.offset, one.size) for one in resources]
    for what, offset, size in parts:
        # A resource's length is counted in units as well, and linkers may leave out the last padding.
        slack = unit - 1 if what == "resource" else 0
        if size and offset + size > source.size + slack:
            raise UnreadableFileError(
                f"cut short: a {what} ends at byte {offset + size:,}, the file at {source.size:,}"
            )


def _nonresident_names(header: _Header) -> tuple[int, int]:
    return header.nonresident_names, header.nonresident_size


def _last_segment(source: ByteSource, header: _Header) -> tuple[int, int]:
    """(offset, size in bytes) of the segment that ends last, with its relocations; size 0 if none is in the file."""
    table = exactly(source, header.at + header.segment_table, header.segments * _SEGMENT.size, "segment table")
    in_file = [
        ((start << header.shift) + (length or 0x10000), start << header.shift, flags)
        for start, length, flags, _ in _SEGMENT.iter_unpack(table)
        if start
    ]
    if not in_file:
        return 0, 0
    end, start, flags = max(in_file)
    if flags & _RELOCATED and end < source.size:
        count = int.from_bytes(source.read(end, 2), "little")
        end += 2 + 8 * count
    return start, end - start


def _resources(source: ByteSource, header: _Header) -> tuple[int, list[_Resource]]:
    """The shift count of the resource table, and its resources in order."""
    # By the format the names of exports follow it at once; where both begin at one place there are no resources.
    room = header.resident_names - header.resource_table
    if not room:
        return 0, []
    at = header.at + header.resource_table
    table = exactly(source, at, room, "resource table") if room > 0 else source.read(at, _MAX_TABLE)
    shift = int.from_bytes(table[:2], "little")
    if shift > _MAX_SHIFT:
        raise UnreadableFileError(f"damaged NE file: shift count {shift} of its resources")
    found = []
    at = 2
    while at + 2 <= len(table) and table[at : at + 2] != b"\0\0":
        kind, count, _ = _TYPE.unpack_from(_part(table, at, _TYPE.size))
        at += _TYPE.size
        names = _part(table, at, count * _RESOURCE.size)
        at += len(names)
        found += [
            _Resource(kind, name, start << shift, size << shift)
            for start, size, _, name, _, _ in _RESOURCE.iter_unpack(names)
        ]
    return shift, found


def _part(table: bytes, offset: int, size: int) -> bytes:
    if offset + size > len(table):
        raise UnreadableFileError("damaged or cut short: its table of resources ends early")
    return table[offset : offset + size]


def _version_info(source: ByteSource, resources: list[_Resource]) -> VersionInfo | None:
    """The version resource of the name that Windows looks for, else the first; None if there is none."""
    versions = [one for one in resources if one.kind == _RT_VERSION]
    if not versions:
        return None
    chosen = min(versions, key=lambda one: one.name != _VERSION_NAME)
    block = source.read(chosen.offset, min(chosen.size, MAX_BLOCK))
    # The last unit may go beyond the file, the block in it may not.
    wanted = min(chosen.size, int.from_bytes(block[:2], "little"))
    if len(block) < wanted:
        raise UnreadableFileError(f"cut short: {len(block):,} of {wanted:,} bytes of its version resource are there")
    try:
        return parse_any_version_info(block)
    except ValueError as error:
        raise UnreadableFileError(f"damaged version resource at byte {chosen.offset:,}: {error}") from None
