"""PE files of the plain layout, which is nearly all that linkers make, read with a few small reads.

The strict path answers only where nothing is unusual: aligned and ordered sections that lie in the file, one version
resource of ID 1 in one language, 64 KB of it at most. It judges nothing else: every other file, damaged ones among
them, is pefile's (readers/pe_reference.py), and on every file both say the same.

Layouts are those of the PE format specification: "COFF File Header", "Optional Header", "Section Table", "The .rsrc
Section", "The .debug Section".
"""

from __future__ import annotations

import struct

from hotfixcheck.readers.facts import FileFacts, FileKind, Reader
from hotfixcheck.readers.versioninfo import MAX_BLOCK, parse_version_info
from hotfixcheck.targets.tree import ByteSource

_PE_HEADER_AT = struct.Struct("<I")
# Machine, number of sections, time stamp, size of the optional header; magic, section and file alignment in that.
_HEADERS = struct.Struct("<4x HHI 8x H 2x H 30x II")
_OPTIONAL_AT = 24
# By magic and size of an optional header with all directories: where in it NumberOfRvaAndSizes stands.
_DIRECTORIES_AT = {(0x10B, 0xE0): 92, (0x20B, 0xF0): 108}
# Number of directories; (RVA, size) of resources, (file offset, size) of the signature, (RVA, size) of debug entries.
_DIRECTORIES = struct.Struct("<I 16x II 8x II 8x II")
_ALL_DIRECTORIES = 16
_SECTION = struct.Struct("<8x IIII 16x")  # virtual size and address, size of raw data and its place in the file

_PAGE = 0x1000
_IN_SECTOR = 0x1FF  # the loader rounds the place of raw data down to a sector
_Section = tuple[int, int, int]  # RVA, place in the file, size of raw data

_DIRECTORY = struct.Struct("<12x HH")  # numbers of named entries and of ID entries
_ENTRY = struct.Struct("<II")  # name or ID, offset; the top bit marks a string, a subdirectory
_ONLY_ENTRY = struct.Struct("<12x HHII")  # a directory and its first entry
_DATA = struct.Struct("<II 8x")  # RVA, size
_SUBDIRECTORY = 0x80000000
_RT_VERSION = 16
_VERSION_NAME = 1  # VS_VERSION_INFO
_MAX_LANGID = 0xFFFF

_DEBUG_ENTRY = struct.Struct("<12x I 12x")  # type
_DEBUG_REPRO = 16
_MAX_DEBUG = 32 * _DEBUG_ENTRY.size  # as many as the reference looks at

_WINDOW = 4096

_PE, _STRICT = FileKind.PE, Reader.STRICT  # members of enums are slow to look up


def read_pe(source: ByteSource, head: bytes, reader: Reader = Reader.STRICT) -> FileFacts:
    """The facts of a PE file that begins with `head`, by the strict path where it answers and `reader` allows.

    Raises UnreadableFileError for one that is damaged or cut short, OSError from reading.
    """
    if reader is _STRICT:
        try:
            return _plain_facts(source, head)
        except (_NotPlainError, struct.error, ValueError):  # headers or a block that end too early, no version info
            pass
    from hotfixcheck.readers.pe_reference import read_pe_by_pefile  # pefile is loaded for the first file that needs it

    return read_pe_by_pefile(source)


class _NotPlainError(Exception):
    """Something that only the reference judges."""


def _plain_facts(source: ByteSource, head: bytes) -> FileFacts:
    """The facts of a file of the plain layout; raises _NotPlainError, struct.error or ValueError for any other."""
    size = source.size
    (at,) = _PE_HEADER_AT.unpack_from(head, 0x3C)
    machine, sections, link_time, optional_size, magic, alignment, file_alignment = _HEADERS.unpack_from(head, at)
    directories = _DIRECTORIES_AT.get((magic, optional_size))
    if directories is None:
        raise _NotPlainError
    optional = at + _OPTIONAL_AT
    counted, resources, _, signature, signature_size, debug, debug_size = _DIRECTORIES.unpack_from(
        head, optional + directories
    )
    if counted != _ALL_DIRECTORIES or (signature and signature + signature_size > size):
        raise _NotPlainError
    if not sections or not alignment or not file_alignment:
        raise _NotPlainError

    table_at = optional + optional_size
    table = head[table_at : table_at + sections * _SECTION.size]
    resource_section = debug_section = None
    lowest = 1  # a section at 0 would hide the headers
    addresses = places = 0  # all of them, bit by bit
    for virtual_size, address, raw_size, place in _SECTION.iter_unpack(table):
        if address < lowest or place + raw_size > size:
            raise _NotPlainError
        addresses |= address
        places |= place
        lowest = address + (virtual_size if virtual_size > raw_size else raw_size)  # noqa: FURB136 - max() costs more
        if address <= resources < lowest:
            resource_section = (address, place, raw_size)
        if address <= debug < lowest:
            debug_section = (address, place, raw_size)
    if len(table) < sections * _SECTION.size or not _is_aligned(addresses, alignment):
        raise _NotPlainError
    if not _is_aligned(places, file_alignment) or (alignment < _PAGE and alignment != file_alignment):
        raise _NotPlainError
    if places & _IN_SECTOR and (alignment >= _PAGE or not _lies_as_in_memory(table)):
        raise _NotPlainError

    reproducible = bool(debug) and _is_reproducible(source, debug_section, debug, debug_size)
    found = _version_block(source, resource_section, resources) if resources else None
    if found is None:
        return FileFacts(_PE, size, source.modified, machine, link_time, reproducible, reader=_STRICT)
    language, block = found
    info = parse_version_info(block)
    return FileFacts(
        _PE,
        size,
        source.modified,
        machine,
        link_time,
        reproducible,
        info.file_version,
        info.product_version,
        language or info.language,
        info.strings,
        _STRICT,
    )


def _is_aligned(bits: int, alignment: int) -> bool:
    """True if every number whose bits are among these is a multiple of `alignment`, a power of two."""
    return not alignment & alignment - 1 and not bits & alignment - 1


def _lies_as_in_memory(table: bytes) -> bool:
    """True if each section has its RVA for its place in the file, as those of drivers in less than a page do."""
    return all(place == address for _, address, _, place in _SECTION.iter_unpack(table))


def _version_block(source: ByteSource, section: _Section | None, resources: int) -> tuple[int, bytes] | None:
    """(LANGID, VS_VERSIONINFO) from the resources at an RVA: type, name and language are the levels of their tree.

    None if there is no version among them.
    """
    if section is None:
        raise _NotPlainError
    address, place, raw_size = section
    window = _Window(source, place, place + raw_size)
    root = place + resources - address  # offsets inside the tree count from here

    at = window.find(root, _DIRECTORY.size)
    named, by_id = _DIRECTORY.unpack_from(window.data, at)
    entries = at + _DIRECTORY.size
    entries_end = entries + (named + by_id) * _ENTRY.size
    if entries_end > len(window.data):
        raise _NotPlainError
    for kind, names in _ENTRY.iter_unpack(window.data[entries:entries_end]):
        if kind == _RT_VERSION:
            return _only_block(window, root, names, place - address)
    return None


def _only_block(window: _Window, root: int, names: int, place_of_rva_0: int) -> tuple[int, bytes]:
    """(LANGID, VS_VERSIONINFO) behind the directory of names at an offset from `root`: of one name and language."""
    at = window.find(root + names - _SUBDIRECTORY, _ONLY_ENTRY.size)
    named, by_id, name, languages = _ONLY_ENTRY.unpack_from(window.data, at)
    if not names & languages & _SUBDIRECTORY or named or by_id != 1 or name != _VERSION_NAME:
        raise _NotPlainError
    at = window.find(root + languages - _SUBDIRECTORY, _ONLY_ENTRY.size)
    named, by_id, language, leaf = _ONLY_ENTRY.unpack_from(window.data, at)
    if leaf & _SUBDIRECTORY or named or by_id != 1 or language > _MAX_LANGID:
        raise _NotPlainError
    at = window.find(root + leaf, _DATA.size)
    block, block_size = _DATA.unpack_from(window.data, at)
    if not 0 < block_size <= MAX_BLOCK:
        raise _NotPlainError
    at = window.find(place_of_rva_0 + block, block_size)
    return language, window.data[at : at + block_size]


def _is_reproducible(source: ByteSource, section: _Section | None, debug: int, size: int) -> bool:
    """True if a debug entry of type REPRO says that the link time is a hash."""
    if section is None or size % _DEBUG_ENTRY.size or not 0 < size <= _MAX_DEBUG:
        raise _NotPlainError
    address, place, raw_size = section
    at = debug - address
    if at + size > raw_size or not place:
        raise _NotPlainError
    table = source.read(place + at, size)
    if len(table) < size:
        raise _NotPlainError
    return (_DEBUG_REPRO,) in _DEBUG_ENTRY.iter_unpack(table)


class _Window:
    """The part of a section that was read last: the tree and the block it leads to mostly stand within one page."""

    __slots__ = ("_end", "_source", "_start", "_start_of_section", "data")

    def __init__(self, source: ByteSource, start: int, end: int) -> None:
        if not start:
            raise _NotPlainError  # no place in the file
        self._source = source
        self._start_of_section, self._end = start, end
        self._start = start
        self.data = b""

    def find(self, place: int, length: int) -> int:
        """Where in `data` the `length` bytes at a place in the file are, which must be one in this section."""
        at = place - self._start
        if at >= 0 and at + length <= len(self.data):
            return at
        if place < self._start_of_section or place + length > self._end:
            raise _NotPlainError
        wanted = min(max(length, _WINDOW), self._end - place)
        self.data = self._source.read(place, wanted)
        self._start = place
        if len(self.data) < length:
            raise _NotPlainError
        return 0
