"""PE files of the plain layout, which is nearly all that linkers make, read with a few small reads.

The strict path answers only where nothing is unusual: aligned and ordered sections that lie in the file, one version
resource of ID 1, in 64 languages and of 64 KB each at most. It judges nothing else: every other file, damaged ones
among them, is pefile's (readers/pe_reference.py), and on every file both say the same.

This is the inner loop of a scan: what would be a function elsewhere stands in its place here, and the length of what
was read is checked by the unpacking alone, which refuses to go beyond it.

Layouts are those of the PE format specification: "COFF File Header", "Optional Header", "Section Table", "The .rsrc
Section", "The .debug Section".
"""

from __future__ import annotations

import struct

from hotfixcheck.readers.facts import FileFacts, UnfrozenFacts
from hotfixcheck.readers.versioninfo import MAX_BLOCK, language_rank, plain_version_info, walk_version_info
from hotfixcheck.targets.tree import ByteSource

_DOS_HEADER = struct.Struct("<2s 58x I")  # signature, place of the PE header
# Signature, machine, number of sections, time stamp, size of the optional header; magic, section and file alignment.
_HEADERS = struct.Struct("<4s HHI 8x H 2x H 30x II")
_OPTIONAL_AT = 24
# By magic and size of an optional header with all directories: where in it NumberOfRvaAndSizes stands.
_DIRECTORIES_AT = {(0x10B, 0xE0): 92, (0x20B, 0xF0): 108}
# Number of directories; (RVA, size) of resources, (file offset, size) of the signature, (RVA, size) of debug entries.
_DIRECTORIES = struct.Struct("<I 16x II 8x II 8x II")
_ALL_DIRECTORIES = 16
_SECTION = struct.Struct("<8x IIII 16x")  # virtual size and address, size of raw data and its place in the file
_SECTION_SIZE = _SECTION.size

_PAGE = 0x1000
_IN_SECTOR = 0x1FF  # the loader rounds the place of raw data down to a sector
_Section = tuple[int, int, int]  # RVA, place in the file, size of raw data

_DIRECTORY = struct.Struct("<12x HH")  # numbers of named entries and of ID entries
_FIRST_ENTRY = _DIRECTORY.size
_ENTRY = struct.Struct("<II")  # name or ID, offset; the top bit marks a string, a subdirectory
_ONLY_ENTRY = struct.Struct("<12x HHII")  # a directory and its first entry
_DATA = struct.Struct("<II 8x")  # RVA, size
_SUBDIRECTORY = 0x80000000
_RT_VERSION = 16
_VERSION_NAME = 1  # VS_VERSION_INFO
_MAX_LANGID = 0xFFFF
_MAX_LANGUAGES = 64  # as many as the reference looks at
_WINDOWS = (0x1000, 0x80000)  # how much of the resources is read for their tree: nearly always a page has all of it

_DEBUG_ENTRY = struct.Struct("<12x I 12x")  # type
_DEBUG_REPRO = 16
_MAX_DEBUG = 32 * _DEBUG_ENTRY.size  # as many as the reference looks at


class NotPlainError(Exception):
    """Something that only the reference judges."""


NOT_PLAIN = (NotPlainError, struct.error, ValueError)
"""What `plain_facts` raises: also for headers or a block that end too early, and for what is no version info."""


def plain_facts(source: ByteSource, head: bytes) -> FileFacts:
    """The facts of a PE file of the plain layout that begins with `head`.

    Raises one of NOT_PLAIN for every other file, OSError from reading.
    """
    size = source.size
    dos, at = _DOS_HEADER.unpack_from(head)
    pe, machine, sections, link_time, optional_size, magic, alignment, file_alignment = _HEADERS.unpack_from(head, at)
    if pe != b"PE\0\0" or dos != b"MZ":
        raise NotPlainError
    directories = _DIRECTORIES_AT.get((magic, optional_size))
    if directories is None:
        raise NotPlainError
    optional = at + _OPTIONAL_AT
    counted, resources, _, signature, signature_size, debug, debug_size = _DIRECTORIES.unpack_from(
        head, optional + directories
    )
    if counted != _ALL_DIRECTORIES or (signature and signature + signature_size > size):
        raise NotPlainError
    if not sections or not alignment or not file_alignment:
        raise NotPlainError

    table_at = optional + optional_size
    table = head[table_at : table_at + sections * _SECTION_SIZE]
    resource_section = debug_section = None
    lowest = 1  # a section at 0 would hide the headers
    addresses = places = 0  # all of them, bit by bit
    for virtual_size, address, raw_size, place in _SECTION.iter_unpack(table):
        if address < lowest or place + raw_size > size:
            raise NotPlainError
        addresses |= address
        places |= place
        lowest = address + (virtual_size if virtual_size > raw_size else raw_size)  # noqa: FURB136 - max() costs more
        if lowest > resources >= address:  # the end first: fewest sections pass
            resource_section = (address, place, raw_size)
        if lowest > debug >= address:
            debug_section = (address, place, raw_size)
    if len(table) < sections * _SECTION_SIZE:
        raise NotPlainError
    # Every number whose bits are among these is a multiple of a power of two that lies above them.
    if alignment & alignment - 1 or addresses & alignment - 1:
        raise NotPlainError
    if file_alignment & file_alignment - 1 or places & file_alignment - 1:
        raise NotPlainError
    if alignment < _PAGE and alignment != file_alignment:
        raise NotPlainError
    if places & _IN_SECTOR and (alignment >= _PAGE or not _lies_as_in_memory(table)):
        raise NotPlainError

    reproducible = _is_reproducible(source, debug_section, debug, debug_size) if debug else False
    found = _version_block(source, resource_section, resources) if resources else None
    if found is None:
        file_version = product_version = language = None
        strings: tuple[tuple[str, str], ...] = ()
    else:
        file_version, product_version, language, strings = plain_version_info(found[1]) or walk_version_info(found[1])
        language = found[0] or language
    return UnfrozenFacts(
        size,
        source.modified,
        machine,
        link_time,
        reproducible,
        file_version,
        product_version,
        language,
        strings,
    ).frozen()


def _lies_as_in_memory(table: bytes) -> bool:
    """True if each section has its RVA for its place in the file, as those of drivers in less than a page do."""
    return all(place == address for _, address, _, place in _SECTION.iter_unpack(table))


def _version_block(source: ByteSource, section: _Section | None, resources: int) -> tuple[int, bytes] | None:
    """(LANGID, VS_VERSIONINFO) from the resources at an RVA; None if there is no version among them."""
    if section is None:
        raise NotPlainError
    address, place, raw_size = section
    root = resources - address
    if not place or root >= raw_size:
        raise NotPlainError
    data = source.read(place + root, min(_WINDOWS[0], raw_size - root))
    try:
        found = _version_leaf(data)
    except struct.error:  # the tree goes on
        data = source.read(place + root, min(_WINDOWS[1], raw_size - root))
        found = _version_leaf(data)
    if found is None:
        return None
    language, block_rva, block_size = found
    if not 0 < block_size <= MAX_BLOCK:
        raise NotPlainError
    at = block_rva - resources
    if at >= 0 and at + block_size <= len(data):
        return language, data[at : at + block_size]
    at = block_rva - address
    if at < 0 or at + block_size > raw_size:
        raise NotPlainError
    block = source.read(place + at, block_size)
    if len(block) < block_size:
        raise NotPlainError
    return language, block


def _version_leaf(tree: bytes) -> tuple[int, int, int] | None:
    """(LANGID, RVA, size) of the version in a tree of resources by type, name and language; None if it has none.

    Raises struct.error where the tree goes on behind the bytes at hand.
    """
    named, by_id = _DIRECTORY.unpack_from(tree)
    entries_end = _FIRST_ENTRY + (named + by_id) * _ENTRY.size
    if entries_end > len(tree):
        raise struct.error
    for kind, names in _ENTRY.iter_unpack(tree[_FIRST_ENTRY:entries_end]):
        if kind == _RT_VERSION:
            return _leaf(tree, names)
    return None


def _leaf(tree: bytes, names: int) -> tuple[int, int, int]:
    """(LANGID, RVA, size) behind a directory of names that has one, of the language that is preferred."""
    # An offset that is not marked as a subdirectory's lies before the tree, or too far behind it.
    named, by_id, name, languages = _ONLY_ENTRY.unpack_from(tree, names ^ _SUBDIRECTORY)
    if named or by_id != 1 or name != _VERSION_NAME:
        raise NotPlainError
    at = languages ^ _SUBDIRECTORY
    named, by_id, language, leaf = _ONLY_ENTRY.unpack_from(tree, at)
    if named or language > _MAX_LANGID:
        raise NotPlainError
    if by_id != 1:
        language, leaf = _preferred(tree, at + _FIRST_ENTRY, by_id)
    rva, size = _DATA.unpack_from(tree, leaf)  # beyond any tree if marked as a subdirectory
    return language, rva, size


def _preferred(tree: bytes, at: int, count: int) -> tuple[int, int]:
    """(LANGID, offset of the data entry) of the English or neutral one of so many languages, else of the first."""
    if not 0 < count <= _MAX_LANGUAGES:
        raise NotPlainError
    leaves = [_ENTRY.unpack_from(tree, at + number * _ENTRY.size) for number in range(count)]
    for language, leaf in leaves:
        _DATA.unpack_from(tree, leaf)  # one that cannot be is for the reference to judge, whichever is chosen
        if language > _MAX_LANGID:
            raise NotPlainError
    return min(leaves, key=lambda entry: language_rank(entry[0]))


def _is_reproducible(source: ByteSource, section: _Section | None, debug: int, size: int) -> bool:
    """True if a debug entry of type REPRO says that the link time is a hash."""
    if section is None or size % _DEBUG_ENTRY.size or not 0 < size <= _MAX_DEBUG:
        raise NotPlainError
    address, place, raw_size = section
    at = debug - address
    if at + size > raw_size or not place:
        raise NotPlainError
    table = source.read(place + at, size)
    if len(table) < size:
        raise NotPlainError
    return (_DEBUG_REPRO,) in _DEBUG_ENTRY.iter_unpack(table)
