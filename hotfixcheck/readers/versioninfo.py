"""The VS_VERSIONINFO block of a 32-bit version resource (Windows SDK: VS_VERSIONINFO, VS_FIXEDFILEINFO)."""

from __future__ import annotations

import struct
from codecs import utf_16_le_decode
from collections.abc import Iterator
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from hotfixcheck.fileversion import FileVersion

MAX_BLOCK = 0x10000  # wLength has 16 bits

_NODE = struct.Struct("<HHH")  # wLength, wValueLength, wType
_LENGTH = struct.Struct("<H")
_FIXED = struct.Struct("<IIIIII")  # dwSignature, dwStrucVersion, file version MS and LS, product version MS and LS
_FIXED_SIGNATURE = 0xFEEF04BD
_NUL = b"\0\0"
_ROOT = "VS_VERSION_INFO".encode("utf-16-le")
_STRING_FILE_INFO = "StringFileInfo".encode("utf-16-le")

# Most strings of a system's files are those of many others (company, copyright, product): decoded and kept once.
_KEPT_STRINGS = 8192
_MAX_KEPT = 256  # bytes; what hostile files can make of it stays under 8 MB

_PREFERRED_LANGUAGES = (0x0409, 0x0000, 0x0400, 0x0009)


def language_rank(language: int | None) -> int:
    """Sorts English and neutral LANGIDs before all others, which stay as they are."""
    return _PREFERRED_LANGUAGES.index(language) if language in _PREFERRED_LANGUAGES else len(_PREFERRED_LANGUAGES)


class VersionInfo(NamedTuple):
    """The fixed versions, and the strings of the English or neutral table, else of the first one.

    `language` is the LANGID that the chosen string table names.
    """

    file_version: FileVersion | None
    product_version: FileVersion | None
    language: int | None
    strings: tuple[tuple[str, str], ...]


_Node = tuple[bytes, int, int, int]  # key, offset of the value, length of the value, end
_Table = tuple[int | None, tuple[tuple[str, str], ...]]  # LANGID, strings


def parse_version_info(block: bytes) -> VersionInfo:
    """The facts in `block`; raises ValueError if it is no VS_VERSIONINFO. Damaged inner parts are left out."""
    root = _node(block, 0, len(block))
    if root is None or root[0] != _ROOT:
        raise ValueError("the version resource does not begin with VS_VERSION_INFO")
    _, value, value_length, end = root
    file_version, product_version = fixed_versions(block, value, min(value + value_length, end))
    tables = list(_string_tables(block, value + value_length, end))
    if not tables:
        return VersionInfo(file_version, product_version, None, ())
    chosen = tables[0] if len(tables) == 1 else min(tables, key=lambda table: language_rank(table[0]))
    return VersionInfo(file_version, product_version, *chosen)


def fixed_versions(block: bytes, start: int, end: int) -> tuple[FileVersion | None, FileVersion | None]:
    """File and product version of the VS_FIXEDFILEINFO at `start`; None where there is none."""
    if start + _FIXED.size <= end:
        signature, _, file_ms, file_ls, product_ms, product_ls = _FIXED.unpack_from(block, start)
        if signature == _FIXED_SIGNATURE:
            return _version(file_ms, file_ls), _version(product_ms, product_ls)
    return None, None


def _string_tables(block: bytes, start: int, end: int) -> Iterator[_Table]:
    for kind, tables, _, tables_end in _children(block, start, end):
        if kind == _STRING_FILE_INFO:
            for name, strings, _, strings_end in _children(block, tables, tables_end):
                yield _language(name[:8]), _strings(block, strings, strings_end)


def _strings(block: bytes, start: int, end: int) -> tuple[tuple[str, str], ...]:
    strings: dict[str, tuple[str, str]] = {}
    offset = _aligned(start)
    last = end - _NODE.size
    while offset <= last:
        (length,) = _LENGTH.unpack_from(block, offset)
        if length <= _NODE.size:
            break
        following = offset + length
        node = block[offset : min(following, end)]
        string = _kept_string(node) if length <= _MAX_KEPT else _string(node)
        strings.setdefault(string[0], string)  # of two of one name VerQueryValue finds the first
        offset = following + 3 & ~3
    return tuple(strings.values())


def _string(node: bytes) -> tuple[str, str]:
    """(name, value) of a node that is a string."""
    end = len(node)
    key_end = _text_end(node, _NODE.size, end)
    value = min(_aligned(key_end + 2), end)
    # wValueLength is in words by the book and in bytes by some compilers: the text ends at its NUL or its node.
    value_end = _text_end(node, value, end)
    return intern(_decoded(node[_NODE.size : key_end])), _decoded(node[value:value_end])


_kept_string = lru_cache(_KEPT_STRINGS)(_string)
_version = lru_cache(_KEPT_STRINGS)(FileVersion.from_words)


@lru_cache
def _language(key: bytes) -> int | None:
    """A string table is named by eight hexadecimal digits: LANGID, code page."""
    try:
        return int(_decoded(key), 16)
    except ValueError:
        return None


def _children(block: bytes, start: int, end: int) -> Iterator[_Node]:
    offset = _aligned(start)
    while (child := _node(block, offset, end)) is not None:
        yield child
        offset = _aligned(child[3])


def _node(block: bytes, offset: int, end: int) -> _Node | None:
    """The node at `offset`, cut at `end`; None where there is none, so that every walk moves on or stops."""
    if offset + _NODE.size > end:
        return None
    length, value_length, _ = _NODE.unpack_from(block, offset)
    if length <= _NODE.size:
        return None
    key, node_end = offset + _NODE.size, min(offset + length, end)
    key_end = _text_end(block, key, node_end)
    return block[key:key_end], min(_aligned(key_end + 2), node_end), value_length, node_end


def _text_end(block: bytes, start: int, end: int) -> int:
    """Where the UTF-16 text at `start` ends: at a NUL, or as near to `end` as a whole character does."""
    stop = block.find(_NUL, start, end)
    while stop >= 0 and stop - start & 1:  # the halves of two characters
        stop = block.find(_NUL, stop + 1, end)
    return stop if stop >= 0 else end - (end - start & 1)


def _decoded(text: bytes) -> str:
    return utf_16_le_decode(text, "replace", True)[0]


def _aligned(offset: int) -> int:
    return offset + 3 & ~3
