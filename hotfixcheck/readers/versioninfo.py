"""The VS_VERSIONINFO block of a 32-bit version resource (Windows SDK: VS_VERSIONINFO, VS_FIXEDFILEINFO)."""

from __future__ import annotations

import struct
from codecs import utf_16_le_decode
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from hotfixcheck.fileversion import FileVersion

MAX_BLOCK = 0x10000  # wLength has 16 bits

_NODE = struct.Struct("<HHH")  # wLength, wValueLength, wType
_NODE_SIZE = _NODE.size
_LENGTH = struct.Struct("<H")
_FIXED = struct.Struct("<IIIIII")  # dwSignature, dwStrucVersion, file version MS and LS, product version MS and LS
_FIXED_SIGNATURE = 0xFEEF04BD
_NUL = b"\0\0"
_ROOT = "VS_VERSION_INFO".encode("utf-16-le")
_STRING_FILE_INFO = "StringFileInfo".encode("utf-16-le")

# The plain layout: the root, the fixed info, then VarFileInfo and StringFileInfo with one table, in either order.
_PLAIN_ROOT = struct.Struct("<H 42s 4x IIII")  # wLength, the rest up to dwSignature, versions
_PLAIN_ROOT_SAYS = struct.pack("<HH30s4xI", 52, 0, _ROOT, _FIXED_SIGNATURE)
_INFO_AT = 92
_PLAIN_INFO = struct.Struct("<H 4x 30s H 4x 18s")  # wLength and name of StringFileInfo and of its first table
_PLAIN_INFO_NAME = _STRING_FILE_INFO + _NUL
_TABLE_IN_INFO, _STRINGS_IN_INFO = 36, 60

_KEPT_VERSIONS = 8192

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


_Plain = tuple[FileVersion, FileVersion, int, tuple[tuple[str, str], ...]]  # what VersionInfo names, made quicker
_Node = tuple[bytes, int, int, int]  # key, offset of the value, length of the value, end
_Table = tuple[int | None, tuple[tuple[str, str], ...]]  # LANGID, strings


def parse_version_info(block: bytes) -> VersionInfo:
    """The facts in `block`; raises ValueError if it is no VS_VERSIONINFO. Damaged inner parts are left out."""
    plain = plain_version_info(block)
    return walk_version_info(block) if plain is None else VersionInfo(*plain)


def walk_version_info(block: bytes) -> VersionInfo:
    """What `parse_version_info` gives, by a walk that takes nothing for granted."""
    root = _node(block, 0, len(block))
    if root is None or root[0] != _ROOT:
        raise ValueError("the version resource does not begin with VS_VERSION_INFO")
    _, value, value_length, end = root
    file_version, product_version = fixed_versions(block, value, min(value + value_length, end))
    tables = list(_string_tables(block, value + value_length, end))
    if not tables:
        return VersionInfo(file_version, product_version, None, ())
    return VersionInfo(file_version, product_version, *min(tables, key=lambda table: language_rank(table[0])))


def plain_version_info(block: bytes) -> _Plain | None:
    """The facts in a block of the plain layout, which nearly all compilers write; None for any other."""
    size = len(block)
    if size < _INFO_AT + _STRINGS_IN_INFO:
        return None
    length, root, file_ms, file_ls, product_ms, product_ls = _PLAIN_ROOT.unpack_from(block)
    info_at = _INFO_AT
    info_length, info, table_length, table = _PLAIN_INFO.unpack_from(block, info_at)
    if info != _PLAIN_INFO_NAME:
        info_at += info_length + 3 & ~3
        if info_length <= _NODE_SIZE or info_at + _STRINGS_IN_INFO > size:
            return None
        info_length, info, table_length, table = _PLAIN_INFO.unpack_from(block, info_at)
    start, end, info_end = info_at + _STRINGS_IN_INFO, info_at + _TABLE_IN_INFO + table_length, info_at + info_length
    if root != _PLAIN_ROOT_SAYS or info != _PLAIN_INFO_NAME or not start <= end <= info_end <= length <= size:
        return None
    if info_end - (end + 3 & ~3) >= _NODE_SIZE or block.find(_STRING_FILE_INFO, info_end) >= 0:
        return None  # there are other tables
    language = _plain_language(table)
    if language is None:
        return None
    try:
        strings = _plain_strings(block[start:end])
    except (UnicodeDecodeError, IndexError):
        return None
    if strings is None:
        return None
    version = _version(file_ms, file_ls)
    is_same = file_ls == product_ls and file_ms == product_ms
    return version, version if is_same else _version(product_ms, product_ls), language, strings


def _plain_strings(block: bytes) -> tuple[tuple[str, str], ...] | None:
    """(name, value) of the strings of a table, decoded all at once.

    None, UnicodeDecodeError or IndexError if a character is half or takes two units, or a name occurs twice or has no
    end.
    """
    text = utf_16_le_decode(block, "strict", True)[0]
    if 2 * len(text) != len(block):
        return None
    strings: dict[str, str] = {}
    count, at, last = 0, 0, len(text) - _NODE_SIZE // 2
    while at <= last:
        length = ord(text[at])
        if length <= _NODE_SIZE:
            break
        if length & 1:
            return None
        end = at + (length >> 1)
        parts = text[at + 3 : end].split("\0", 3)
        key = parts[0]
        if not len(key) & 1:
            strings[key] = parts[1]
        elif parts[1]:
            return None  # values begin at even characters: this one is to fill up
        else:
            strings[key] = parts[2]
        count += 1
        at = end + 1 & ~1
    return tuple(strings.items()) if len(strings) == count else None  # of two of one name only the first counts


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
    strings: dict[str, str] = {}
    offset = aligned(start)
    while offset + _NODE_SIZE <= end:
        (length,) = _LENGTH.unpack_from(block, offset)
        if length <= _NODE_SIZE:
            break
        name, value = _string(block[offset : min(offset + length, end)])
        strings.setdefault(name, value)  # of two of one name VerQueryValue finds the first
        offset = aligned(offset + length)
    return tuple(strings.items())


def _string(node: bytes) -> tuple[str, str]:
    """(name, value) of a node that is a string."""
    end = len(node)
    key_end = _text_end(node, _NODE_SIZE, end)
    value = min(aligned(key_end + 2), end)
    # wValueLength is in words by the book and in bytes by some compilers: the text ends at its NUL or its node.
    value_end = _text_end(node, value, end)
    return _decoded(node[_NODE_SIZE:key_end]), _decoded(node[value:value_end])


_version = lru_cache(_KEPT_VERSIONS)(FileVersion.from_words)


@lru_cache
def _language(key: bytes) -> int | None:
    """A string table is named by eight hexadecimal digits: LANGID, code page."""
    try:
        return int(_decoded(key), 16)
    except ValueError:
        return None


@lru_cache
def _plain_language(name: bytes) -> int | None:
    """The LANGID of a string table with a name of eight characters and a NUL; None for other names."""
    return _language(name[:8]) if _text_end(name, 0, len(name)) == len(name) - len(_NUL) else None


def _children(block: bytes, start: int, end: int) -> Iterator[_Node]:
    offset = aligned(start)
    while (child := _node(block, offset, end)) is not None:
        yield child
        offset = aligned(child[3])


def _node(block: bytes, offset: int, end: int) -> _Node | None:
    """The node at `offset`, cut at `end`; None where there is none, so that every walk moves on or stops."""
    if offset + _NODE_SIZE > end:
        return None
    length, value_length, _ = _NODE.unpack_from(block, offset)
    if length <= _NODE_SIZE:
        return None
    key, node_end = offset + _NODE_SIZE, min(offset + length, end)
    key_end = _text_end(block, key, node_end)
    return block[key:key_end], min(aligned(key_end + 2), node_end), value_length, node_end


def _text_end(block: bytes, start: int, end: int) -> int:
    """Where the UTF-16 text at `start` ends: at a NUL, or as near to `end` as a whole character does."""
    stop = block.find(_NUL, start, end)
    while stop >= 0 and stop - start & 1:  # the halves of two characters
        stop = block.find(_NUL, stop + 1, end)
    return stop if stop >= 0 else end - (end - start & 1)


def _decoded(text: bytes) -> str:
    return utf_16_le_decode(text, "replace", True)[0]


def aligned(offset: int) -> int:
    """The next multiple of four, where values and nodes of both kinds of blocks stand."""
    return offset + 3 & ~3
