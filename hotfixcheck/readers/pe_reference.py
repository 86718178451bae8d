"""PE files of any layout through pefile with bounds: the reference for the strict path, and what stands behind it.

A stranger's file may have a resource tree of millions of entries, names of 65,535 characters or loops: pefile's own
resource walk follows all of them, so only its header parser and its section arithmetic are used, and the walk to the
version resource is ours, with a limit at each level.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pefile

from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.readers.facts import FileFacts, FileKind, Reader
from hotfixcheck.readers.versioninfo import MAX_BLOCK, VersionInfo, language_rank, walk_version_info
from hotfixcheck.readers.versioninfo16 import parse_version_info16
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.wanted import HEAD

_RESOURCE, _SECURITY, _DEBUG = 2, 4, 6  # IMAGE_DIRECTORY_ENTRY numbers
_RT_VERSION = 16
_VERSION_NAME = 1  # VS_VERSION_INFO, the only name by which Windows looks for it
_DEBUG_REPRO = 16

_DIRECTORY = struct.Struct("<IIHHHH")  # characteristics, time, version, version, named entries, ID entries
_ENTRY = struct.Struct("<II")  # name or ID, offset; the top bit marks a string, a subdirectory
_DATA = struct.Struct("<IIII")  # RVA, size, code page, reserved
_SUBDIRECTORY = 0x80000000

_MAX_KINDS = 2 * 0xFFFF  # what the two counts of a directory can say
_MAX_NAMES = 16
_MAX_LANGUAGES = 64
_MAX_DEBUG_ENTRIES = 32
_MAX_PIECE = 1 << 20


class _View:
    """A file as pefile wants it, like bytes, but read piece by piece and never whole."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._head = source.read(0, HEAD)

    def __len__(self) -> int:
        return self._source.size

    def __getitem__(self, piece: slice | int) -> bytes | int:
        if isinstance(piece, int):
            return self._read(piece, piece + 1)[0]
        start, stop, _ = piece.indices(len(self))
        return self._read(start, stop)

    def find(self, wanted: bytes, start: int, stop: int) -> int:
        found = self._read(start, stop).find(wanted)
        return found if found < 0 else start + found

    def _read(self, start: int, stop: int) -> bytes:
        if stop <= len(self._head):
            return self._head[start:stop]
        return self._source.read(start, min(stop - start, _MAX_PIECE))


class _Image(pefile.PE):  # type: ignore[misc] # it has no types
    """Headers and sections: what pefile would look up beyond them on its own has no bound."""

    def is_driver(self) -> bool:
        """Only decides whether to warn of a section's flags; pefile would read all imports to tell."""
        return False

    def close(self) -> None:
        """Called for a damaged file, with nothing to close: pefile's own collects the garbage of the whole process,
        which takes the longer the more objects the process has, 14 ms a file in the tests."""


def read_pe_by_pefile(source: ByteSource) -> FileFacts:
    """The facts of a PE file; raises UnreadableFileError for one that is damaged or cut short, OSError from reading."""
    try:
        # fast_load: headers and section table only.
        return _facts(_Image(data=_View(source), fast_load=True), source)
    except (UnreadableFileError, OSError):
        raise
    except pefile.PEFormatError as error:
        raise UnreadableFileError(f"damaged PE file: {error.value}") from None
    except Exception as error:  # pefile raises what it likes on a damaged file
        raise UnreadableFileError(f"damaged PE file: {type(error).__name__}: {error}") from None


def _facts(image: Any, source: ByteSource) -> FileFacts:
    _check_whole(image, source.size)
    found = _version_info(image)
    language, info = found or (None, None)
    return FileFacts(
        kind=FileKind.PE,
        size=source.size,
        modified=source.modified,
        machine=image.FILE_HEADER.Machine,
        link_time=image.FILE_HEADER.TimeDateStamp,
        reproducible=_is_reproducible(image),
        file_version=info.file_version if info else None,
        product_version=info.product_version if info else None,
        language=language or (info.language if info else None),
        strings=info.strings if info else (),
        reader=Reader.PEFILE,
    )


def _check_whole(image: Any, size: int) -> None:
    """Headers, sections and the signature must lie within the file, or part of it is missing."""
    coff = image.FILE_HEADER
    headers_end = image.DOS_HEADER.e_lfanew + 24 + coff.SizeOfOptionalHeader + 40 * coff.NumberOfSections
    if headers_end > size:
        raise UnreadableFileError(f"cut short: its headers end at byte {headers_end:,}, the file at {size:,}")
    slack = getattr(image.OPTIONAL_HEADER, "FileAlignment", 0) or 0x200  # linkers may leave out the last padding
    for section in image.sections:
        end = section.PointerToRawData + section.SizeOfRawData
        # .bss of old linkers has a size and no place.
        if section.PointerToRawData and section.SizeOfRawData and end >= size + min(slack, 0x1000):
            name = section.Name.rstrip(b"\0").decode("latin-1")
            raise UnreadableFileError(f"cut short: section {name} ends at byte {end:,}, the file at {size:,}")
    signature = _directory(image, _SECURITY)
    if signature is not None and sum(signature) > size:  # this one directory is given by file offset, not RVA
        raise UnreadableFileError(f"cut short: the signature ends at byte {sum(signature):,}, the file at {size:,}")


def _directory(image: Any, number: int) -> tuple[int, int] | None:
    """(RVA, size in bytes) of a data directory that is there."""
    directories = getattr(image.OPTIONAL_HEADER, "DATA_DIRECTORY", ())
    if number >= len(directories) or not directories[number].VirtualAddress:
        return None
    return directories[number].VirtualAddress, directories[number].Size


def _version_info(image: Any) -> tuple[int, VersionInfo] | None:
    """(LANGID, version info) of the English or neutral version resource, else of the first; None if there is none."""
    resources = _directory(image, _RESOURCE)
    if resources is None:
        return None
    base = resources[0]
    first = min(_version_blocks(image, base), key=lambda block: language_rank(block[0]), default=None)
    if first is None:
        return None
    language, rva, size = first
    data = _bytes_at(image, rva, min(size, MAX_BLOCK))
    # Either length may lie; where the file ends before both, something is missing.
    wanted = min(size, int.from_bytes(data[:2], "little"))
    if len(data) < wanted:
        raise UnreadableFileError(f"cut short: {len(data):,} of {wanted:,} bytes of its version resource are there")
    try:
        return language, _parsed(data)
    except ValueError as error:
        raise UnreadableFileError(f"damaged version resource at RVA {rva:#x}: {error}") from None


def _parsed(block: bytes) -> VersionInfo:
    """Raises ValueError for what is neither 32-bit nor 16-bit version info, which VerQueryValue reads in any file: the
    first resource compilers for Win32 wrote it."""
    try:
        return walk_version_info(block)
    except ValueError:
        return parse_version_info16(block)


def _version_blocks(image: Any, base: int) -> list[tuple[int, int, int]]:
    """(LANGID, RVA, size) of each version resource of one name: type, name, language are the levels of the tree."""
    types = next((below for kind, below in _entries(image, base, 0, _MAX_KINDS) if kind == _RT_VERSION), 0)
    if not types & _SUBDIRECTORY:
        return []
    names = sorted(_entries(image, base, types, _MAX_NAMES), key=lambda entry: entry[0] != _VERSION_NAME)
    for _, languages in names:
        if languages & _SUBDIRECTORY:
            found = _entries(image, base, languages, _MAX_LANGUAGES)
            if leaves := [(language, leaf) for language, leaf in found if not leaf & _SUBDIRECTORY]:
                return [(language, *_leaf(image, base + leaf)) for language, leaf in leaves]
    return []


def _leaf(image: Any, rva: int) -> tuple[int, int]:
    """(RVA, size in bytes) that the data entry at `rva` gives."""
    data_rva, size, _, _ = _DATA.unpack(_exactly(image, rva, _DATA.size))
    return data_rva, size


def _entries(image: Any, base: int, offset: int, limit: int) -> Iterator[tuple[int, int]]:
    """(name or ID, offset) of up to `limit` entries of a directory; raises UnreadableFileError where they end early."""
    at = base + (offset & ~_SUBDIRECTORY)
    *_, named, by_id = _DIRECTORY.unpack(_exactly(image, at, _DIRECTORY.size))
    wanted = min(named + by_id, limit) * _ENTRY.size
    table = _bytes_at(image, at + _DIRECTORY.size, wanted)
    yield from _ENTRY.iter_unpack(table[: len(table) // _ENTRY.size * _ENTRY.size])
    if len(table) < wanted:
        raise _no_resources(at)


def _exactly(image: Any, rva: int, length: int) -> bytes:
    data = _bytes_at(image, rva, length)
    if len(data) < length:
        raise _no_resources(rva)
    return data


def _no_resources(rva: int) -> UnreadableFileError:
    return UnreadableFileError(f"damaged or cut short: its resources at RVA {rva:#x} are not in the file")


def _is_reproducible(image: Any) -> bool:
    """True if a debug entry of type REPRO says that the link time is a hash (PE format specification)."""
    debug = _directory(image, _DEBUG)
    if debug is None:
        return False
    rva, size = debug
    table = _bytes_at(image, rva, min(size, _MAX_DEBUG_ENTRIES * 28))
    kinds = (table[at + 12 : at + 16] for at in range(0, len(table), 28))
    return any(kind == _DEBUG_REPRO.to_bytes(4, "little") for kind in kinds)


def _bytes_at(image: Any, rva: int, length: int) -> bytes:
    """Up to `length` bytes at `rva`; none where the RVA leads nowhere."""
    try:
        data: bytes = image.get_data(rva, length)
    except pefile.PEFormatError:
        return b""
    return data[:length]
