"""The VS_VERSIONINFO block of a 32-bit version resource (Windows SDK: VS_VERSIONINFO, VS_FIXEDFILEINFO)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from hotfixcheck.fileversion import FileVersion

MAX_BLOCK = 0x10000  # wLength has 16 bits

_NODE = struct.Struct("<HHH")  # wLength, wValueLength, wType
_FIXED = struct.Struct("<IIIIII")  # dwSignature, dwStrucVersion, file version MS and LS, product version MS and LS
_FIXED_SIGNATURE = 0xFEEF04BD

_PREFERRED_LANGUAGES = (0x0409, 0x0000, 0x0400, 0x0009)


def language_rank(language: int | None) -> int:
    """Sorts English and neutral LANGIDs before all others, which stay as they are."""
    return _PREFERRED_LANGUAGES.index(language) if language in _PREFERRED_LANGUAGES else len(_PREFERRED_LANGUAGES)


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """The fixed versions, and the strings of the English or neutral table, else of the first one.

    `language` is the LANGID that the chosen string table names.
    """

    file_version: FileVersion | None
    product_version: FileVersion | None
    language: int | None
    strings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Node:
    key: str
    value: int  # offset of the value
    value_length: int
    end: int


def parse_version_info(block: bytes) -> VersionInfo:
    """The facts in `block`; raises ValueError if it is no VS_VERSIONINFO. Damaged inner parts are left out."""
    root = _node(block, 0, len(block))
    if root is None or root.key != "VS_VERSION_INFO":
        raise ValueError("the version resource does not begin with VS_VERSION_INFO")
    file_version = product_version = None
    if root.value_length >= _FIXED.size and root.value + _FIXED.size <= root.end:
        signature, _, file_ms, file_ls, product_ms, product_ls = _FIXED.unpack_from(block, root.value)
        if signature == _FIXED_SIGNATURE:
            file_version = FileVersion.from_words(file_ms, file_ls)
            product_version = FileVersion.from_words(product_ms, product_ls)
    tables = list(_string_tables(block, root))
    language, strings = min(tables, key=lambda table: language_rank(table[0]), default=(None, ()))
    return VersionInfo(file_version, product_version, language, strings)


def _string_tables(block: bytes, root: _Node) -> Iterator[tuple[int | None, tuple[tuple[str, str], ...]]]:
    for child in _children(block, root, root.value + root.value_length):
        if child.key == "StringFileInfo":
            for table in _children(block, child, child.value):
                strings: dict[str, str] = {}
                for name, text in _strings(block, table):
                    strings.setdefault(name, text)  # of two of one name VerQueryValue finds the first
                yield _table_language(table.key), tuple(strings.items())


def _strings(block: bytes, table: _Node) -> Iterator[tuple[str, str]]:
    for string in _children(block, table, table.value):
        # wValueLength is in words by the book and in bytes by some compilers: the text ends at its NUL or its node.
        yield string.key, _text(block, string.value, string.end)[0]


def _table_language(key: str) -> int | None:
    """A string table is named by eight hexadecimal digits: LANGID, code page."""
    try:
        return int(key[:4], 16)
    except ValueError:
        return None


def _children(block: bytes, parent: _Node, start: int) -> Iterator[_Node]:
    offset = _aligned(start)
    while (child := _node(block, offset, parent.end)) is not None:
        yield child
        offset = _aligned(child.end)


def _node(block: bytes, offset: int, end: int) -> _Node | None:
    """The node at `offset`, cut at `end`; None where there is none, so that every walk moves on or stops."""
    if offset + _NODE.size > end:
        return None
    length, value_length, _ = _NODE.unpack_from(block, offset)
    if length <= _NODE.size:
        return None
    node_end = min(offset + length, end)
    key, after = _text(block, offset + _NODE.size, node_end)
    return _Node(key, min(_aligned(after), node_end), value_length, node_end)


def _text(block: bytes, start: int, end: int) -> tuple[str, int]:
    """UTF-16 up to a NUL or `end`, and the offset behind the NUL."""
    stop = start
    while stop + 2 <= end and block[stop : stop + 2] != b"\0\0":
        stop += 2
    return block[start:stop].decode("utf-16-le", "replace"), stop + 2


def _aligned(offset: int) -> int:
    return offset + 3 & ~3
