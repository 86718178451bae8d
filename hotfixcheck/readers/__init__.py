"""Readers: the bytes of one file to its facts, chosen by magic number."""

from __future__ import annotations

import struct

from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.readers.facts import FileFacts, FileKind, Reader
from hotfixcheck.readers.pe import NOT_PLAIN, plain_facts
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.wanted import HEAD

EXECUTABLE_SUFFIXES = frozenset(
    {
        *("386", "acm", "ax", "cnv", "com", "cpl", "dll", "drv", "efi", "exe", "flt", "fon", "ime", "mpd", "mui"),
        *("ocx", "olb", "pdr", "rll", "scr", "sys", "tlb", "tsp", "vxd"),
    }
)
"""File name endings of executables: such a file has a row in every inventory, whatever its bytes are."""

_DOS_HEADER = 64
_DOS = struct.Struct("<24x H 34x I")  # offset of the relocations, of the new header
_PE = b"PE\0\0"
_STRICT = Reader.STRICT  # members of enums are slow to look up
_SIGNATURES = {_PE: FileKind.PE, b"NE": FileKind.NE, b"LE": FileKind.LE, b"LX": FileKind.LE}


def has_executable_name(name: str) -> bool:
    """True if a file is called as executables are, whatever its bytes."""
    return name.rpartition(".")[2].lower() in EXECUTABLE_SUFFIXES


def read_facts(source: ByteSource, name: str, reader: Reader = Reader.STRICT) -> FileFacts:
    """The facts of the file `name` open as `source`; PE files by the strict path with pefile behind it, or by pefile.

    Raises UnreadableFileError for bytes that cannot be what the file is (cut short, all zero, damaged), OSError from
    reading them.
    """
    head = source.read(0, HEAD)
    if reader is _STRICT:
        try:
            return plain_facts(source, head)
        except NOT_PLAIN:
            pass
    if head[:2] != b"MZ":
        if not head.strip(b"\0") and (head or has_executable_name(name)):
            problem = f"its first {len(head):,} bytes are all zero" if head else "it is empty"
            raise UnreadableFileError(problem)
        return FileFacts(FileKind.OTHER, source.size, source.modified)
    kind = _new_header(source, head)
    if kind is FileKind.PE:
        from hotfixcheck.readers.pe_reference import read_pe_by_pefile  # pefile is loaded for the first that needs it

        return read_pe_by_pefile(source)
    if kind is FileKind.NE:
        from hotfixcheck.readers.ne import read_ne

        return read_ne(source)
    if kind is FileKind.LE:
        from hotfixcheck.readers.le import read_le

        return read_le(source)
    return FileFacts(kind, source.size, source.modified)


def _new_header(source: ByteSource, head: bytes) -> FileKind:
    """What the header behind the DOS header says; plain MZ programs have none."""
    if len(head) < _DOS_HEADER:
        raise UnreadableFileError(f"cut short: {len(head)} bytes hold no DOS header")
    relocations, offset = _DOS.unpack_from(head)
    signature = head[offset : offset + 4] if offset else b""
    if signature == _PE:
        return FileKind.PE
    if len(signature) < 4 and 0 < offset < source.size:
        signature = source.read(offset, 4)
    kind = _SIGNATURES.get(signature, _SIGNATURES.get(signature[:2], FileKind.MZ))
    if kind is FileKind.MZ and relocations >= _DOS_HEADER and offset + 4 > source.size:
        raise UnreadableFileError(
            f"cut short: its header should be at byte {offset:,}, the file ends at {source.size:,}"
        )
    return kind
