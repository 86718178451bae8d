"""LE and LX files, of which Windows has virtual device drivers (.vxd, .386): the version resource behind the image.

The header is IMAGE_VXD_HEADER of winnt.h, which is IBM's and Microsoft's linear executable header with fields of
Windows's own at its end: e32_winresoff and e32_winreslen tell where the version resource stands, as one entry of a
16-bit .res file (Windows 3.1 SDK, "Resource formats"): type, name, flags and size, then the block.
"""

from __future__ import annotations

import struct

from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.readers.pieces import cut_short, exactly
from hotfixcheck.readers.versioninfo import MAX_BLOCK, VersionInfo
from hotfixcheck.readers.versioninfo16 import facts_of, parse_any_version_info
from hotfixcheck.targets.tree import ByteSource

_HEADER_SIZE = 0xC4
_LINEAR_SIZE = 0xAC  # what LE and LX have in common
_WINDOWS_386 = 4  # e32_os of virtual device drivers; other systems' headers end before the fields of Windows

_NUMBERED = 0xFF  # a name or type is this and a word, or text up to a NUL
_RT_VERSION = 16
_MAX_ENTRY_HEADER = 2 * 256 + 6

_MAX_PAGES = 0x4000
_LEGAL_PAGE = 0  # a page of the file; others are zeros or compressed


def read_le(source: ByteSource) -> FileFacts:
    """The facts of an LE or LX file; raises UnreadableFileError for a damaged or shortened one, OSError from reading.

    It has no link time, and its processor is no IMAGE_FILE_MACHINE: both stay None.
    """
    (at,) = struct.unpack("<I", exactly(source, 0x3C, 4, "DOS header"))
    header = source.read(at, _HEADER_SIZE)
    is_vxd = header[:2] == b"LE" and header[0x0A:0x0C] == _WINDOWS_386.to_bytes(2, "little")
    needed = _HEADER_SIZE if is_vxd else _LINEAR_SIZE
    if len(header) < needed:
        raise cut_short("header", at + needed, source)
    info = None
    if is_vxd:
        _check_whole(source, at, header)
        info = _version_info(source, *struct.unpack_from("<II", header, 0xB8))
    return facts_of(FileKind.LE, source, info)


def _check_whole(source: ByteSource, at: int, header: bytes) -> None:
    """Pages and names of a driver must lie within the file, or part of it is missing."""
    (names_at, names_size) = struct.unpack_from("<II", header, 0x88)
    if names_size and names_at + names_size > source.size:
        raise cut_short("table of names", names_at + names_size, source)
    if (pages_end := _pages_end(source, at, header)) > source.size:
        raise cut_short("last page", pages_end, source)


def _pages_end(source: ByteSource, at: int, header: bytes) -> int:
    """Where the pages that the object page map places in the file end, at least; 0 if there are none."""
    (pages,) = struct.unpack_from("<I", header, 0x14)
    page_size, last_size = struct.unpack_from("<II", header, 0x28)
    (map_at,) = struct.unpack_from("<I", header, 0x48)
    (data_at,) = struct.unpack_from("<I", header, 0x80)
    pages = min(pages, _MAX_PAGES)
    entries = exactly(source, at + map_at, 4 * pages, "map of pages")
    # Three bytes of number, highest first, counted from 1, and one of kind.
    numbers = (number >> 8 for (number,) in struct.iter_unpack(">I", entries) if number & 0xFF == _LEGAL_PAGE)
    last = max(numbers, default=0)
    return data_at + (last - 1) * page_size + min(last_size, page_size) if last else 0


def _version_info(source: ByteSource, offset: int, length: int) -> VersionInfo | None:
    """The version resource that stands at `offset`, `length` bytes with its own header; None if there is none."""
    if not offset or not length:
        return None
    if offset + length > source.size:
        raise cut_short("version resource", offset + length, source)
    entry = source.read(offset, min(length, MAX_BLOCK + _MAX_ENTRY_HEADER))
    try:
        return parse_any_version_info(_content(entry))
    except ValueError as error:
        raise UnreadableFileError(f"damaged version resource at byte {offset:,}: {error}") from None


def _content(entry: bytes) -> bytes:
    """The block inside an entry of a 16-bit .res file; raises ValueError if it is no version resource."""
    kind, at = _name(entry, 0)
    _, at = _name(entry, at)
    if kind != _RT_VERSION or at + 6 > len(entry):
        raise ValueError("its header names no version resource")
    (size,) = struct.unpack_from("<I", entry, at + 2)
    return entry[at + 6 : at + 6 + size]


def _name(entry: bytes, at: int) -> tuple[int | None, int]:
    """The number that stands at `at`, None for a text, and the offset behind it."""
    if entry[at : at + 1] == bytes([_NUMBERED]):
        return int.from_bytes(entry[at + 1 : at + 3], "little"), at + 3
    text = entry[at : at + 256].partition(b"\0")[0]
    return None, at + len(text) + 1
