"""The VERSIONINFO block of 16-bit files: ANSI keys and values, and no wType.

Windows 3.1 SDK, "Version-Information Resource": each block is wLength, wValueLength (both in bytes), the key and its
NUL, the value and the blocks inside it, both from the next multiple of four. VS_FIXEDFILEINFO is that of 32-bit files.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.readers.versioninfo import VersionInfo, aligned, fixed_versions, language_rank, parse_version_info
from hotfixcheck.targets.tree import ByteSource

_NODE = struct.Struct("<HH")  # wLength, wValueLength

_WINDOWS_ANSI = "cp1252"
# The Windows and OEM code pages of localized Windows 3.x and 95; any other is a mistake of the one who wrote it.
_CODE_PAGES = frozenset({437, 850, 852, *range(860, 867), 869, 874, 932, 936, 949, 950, *range(1250, 1259)})


@dataclass(frozen=True, slots=True)
class _Node:
    key: bytes
    value: int  # offset of the value
    value_length: int
    end: int


def facts_of(kind: FileKind, source: ByteSource, info: VersionInfo | None) -> FileFacts:
    """The facts of a 16-bit file, which names no machine and no link time; `info` is None where it has no version."""
    if info is None:
        return FileFacts(kind, source.size, source.modified)
    return FileFacts(
        kind,
        source.size,
        source.modified,
        file_version=info.file_version,
        product_version=info.product_version,
        language=info.language,
        strings=info.strings,
    )


def parse_any_version_info(block: bytes) -> VersionInfo:
    """The facts in the version resource of a 16-bit file, whichever resource compiler wrote it.

    Where a 16-bit block has the first letter of its key a 32-bit one has wType, 0 or 1: VerQueryValue tells them apart
    by that. Raises ValueError if `block` is neither.
    """
    is_32_bit = len(block) > _NODE.size and block[_NODE.size] < ord(" ")
    return parse_version_info(block) if is_32_bit else parse_version_info16(block)


def parse_version_info16(block: bytes) -> VersionInfo:
    """The facts in `block`; raises ValueError if it is no VS_VERSION_INFO. Damaged inner parts are left out."""
    root = _node(block, 0, len(block))
    if root is None or root.key != b"VS_VERSION_INFO":
        raise ValueError("the version resource does not begin with VS_VERSION_INFO")
    file_version, product_version = fixed_versions(block, root.value, min(root.value + root.value_length, root.end))
    tables = _string_tables(block, root)
    language, strings = min(tables, key=lambda table: language_rank(table[0]), default=(None, ()))
    return VersionInfo(file_version, product_version, language, strings)


def _string_tables(block: bytes, root: _Node) -> Iterator[tuple[int | None, tuple[tuple[str, str], ...]]]:
    for child in _children(block, root, root.value + root.value_length):
        if child.key == b"StringFileInfo":
            for table in _children(block, child, child.value):
                language, code_page = _table_name(table.key)
                strings: dict[str, str] = {}
                for node in _children(block, table, table.value):
                    text = _bytes_to_nul(block, node.value, node.end).decode(code_page, "replace")
                    # Of two of one name VerQueryValue finds the first.
                    strings.setdefault(node.key.decode(_WINDOWS_ANSI, "replace"), text)
                yield language, tuple(strings.items())


def _table_name(key: bytes) -> tuple[int | None, str]:
    """(LANGID, name of the codec) of a string table, which is named by eight hexadecimal digits: LANGID, code page."""
    return _hexadecimal(key[:4]), f"cp{page}" if (page := _hexadecimal(key[4:8])) in _CODE_PAGES else _WINDOWS_ANSI


def _hexadecimal(digits: bytes) -> int | None:
    try:
        return int(digits, 16)
    except ValueError:
        return None


def _children(block: bytes, parent: _Node, start: int) -> Iterator[_Node]:
    offset = aligned(start)
    while (child := _node(block, offset, parent.end)) is not None:
        yield child
        offset = aligned(child.end)


def _node(block: bytes, offset: int, end: int) -> _Node | None:
    """The node at `offset`, cut at `end`; None where there is none, so that every walk moves on or stops."""
    if offset + _NODE.size > end:
        return None
    length, value_length = _NODE.unpack_from(block, offset)
    if length <= _NODE.size:
        return None
    node_end = min(offset + length, end)
    key = _bytes_to_nul(block, offset + _NODE.size, node_end)
    value = min(aligned(offset + _NODE.size + len(key) + 1), node_end)
    return _Node(key, value, value_length, node_end)


def _bytes_to_nul(block: bytes, start: int, end: int) -> bytes:
    return block[start:end].partition(b"\0")[0]
