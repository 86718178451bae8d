"""Portable executables built in code: what a scan reads of a real file is there, and nothing that could run.

Layouts are those of the PE format specification (headers, sections, the resource tree, the debug directory) and of
the VERSIONINFO structures in the Win32 documentation. The same arguments always give the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.platforms import Platform

NT4_LINK_TIME = datetime(1996, 8, 9, 12, 0, 0, tzinfo=UTC)  # the summer in which NT 4.0 was finished


@dataclass(frozen=True, slots=True)
class _Machine:
    number: int
    page: int
    system: tuple[int, int]  # the first Windows NT whose files look like ours


_MACHINES = {
    Platform.X86: _Machine(0x014C, 0x1000, (4, 0)),
    Platform.MIPS: _Machine(0x0166, 0x1000, (4, 0)),
    Platform.ALPHA: _Machine(0x0184, 0x2000, (4, 0)),
    Platform.PPC: _Machine(0x01F0, 0x1000, (4, 0)),
    Platform.ALPHA64: _Machine(0x0284, 0x2000, (5, 0)),
    Platform.IA64: _Machine(0x0200, 0x2000, (5, 1)),
    Platform.AMD64: _Machine(0x8664, 0x1000, (5, 2)),
    Platform.ARM: _Machine(0x01C4, 0x1000, (6, 2)),
    Platform.ARM64: _Machine(0xAA64, 0x1000, (10, 0)),
}

_FILE_ALIGNMENT = 0x200
_HEADERS_SIZE = 0x200
_PE_OFFSET = 0x80
_DEBUG_ROOM = 0x20  # kept free for the debug directory at the start of .text, so that the entry point never moves

_COFF_HEADER = struct.Struct("<4s 2H 3I 2H")
_OPTIONAL_START = struct.Struct("<H 2B 5I")  # magic, linker version, sizes, entry point, base of code
_IMAGE_BASE_32 = struct.Struct("<2I")  # base of data, image base
_IMAGE_BASE_64 = struct.Struct("<Q")
_OPTIONAL_MIDDLE = struct.Struct("<2I 6H 4I 2H")  # alignments, versions, sizes, checksum, subsystem
_OPTIONAL_END_32 = struct.Struct("<4I 2I")  # stack, heap, loader flags, number of directories
_OPTIONAL_END_64 = struct.Struct("<4Q 2I")
_DATA_DIRECTORY = struct.Struct("<2I")
_SECTION_HEADER = struct.Struct("<8s 6I 2H I")
_DEBUG_DIRECTORY = struct.Struct("<2I 2H 4I")
_RESOURCE_DIRECTORY = struct.Struct("<2I 4H")
_RESOURCE_ENTRY = struct.Struct("<2I")
_RESOURCE_DATA = struct.Struct("<4I")
_VERSION_NODE = struct.Struct("<3H")  # wLength, wValueLength, wType
_FIXED_INFO = struct.Struct("<13I")
_TRANSLATION = struct.Struct("<2H")

_EXECUTABLE, _STRIPPED, _LARGE_ADDRESS_AWARE, _WORD_32_BIT, _DLL = 0x0002, 0x000C, 0x0020, 0x0100, 0x2000
_RESOURCES, _DEBUG = 2, 6  # indexes of the data directories
_SUBDIRECTORY = 0x8000_0000
_RT_VERSION, _VERSION_ID = 16, 1
_TYPE_REPRO = 16
_CODE, _READ_ONLY_DATA = 0x6000_0020, 0x4000_0040

# 16-bit DOS code that prints the message behind it and ends, as every real file starts with some such program.
_DOS_PROGRAM = bytes.fromhex("0e1fba0e00b409cd21b8014ccd21") + b"Windows NT is needed here.\r\n$"
# Stands for code: a reader may suspect a file that is mostly zeros, or mostly one byte, of being truncated.
_FILL = bytes(range(1, 256))


def build_pe(
    *,
    platform: Platform = Platform.X86,
    version: FileVersion | str | None = None,
    product_version: FileVersion | str | None = None,
    strings: Mapping[str, str] | None = None,
    name: str = "",
    language: int = 0x0409,
    codepage: int = 1200,
    languages: Mapping[int, bytes] | None = None,
    link_time: datetime | int = NT4_LINK_TIME,
    size: int | None = None,
    dll: bool = True,
    reproducible: bool = False,
    fixed_info: bool = True,
    resources: bool = True,
) -> bytes:
    """A file for `platform` with the version resource that `build_version_resource` makes of the other arguments.

    `languages` maps language identifiers to version resources and replaces that single one. Without `resources`, or
    with no version, product version, strings and name to tell, there is no .rsrc section. `link_time` is the
    TimeDateStamp, as an aware datetime or raw. `reproducible` adds the IMAGE_DEBUG_TYPE_REPRO entry, which says that
    the TimeDateStamp is a hash; the stamp stays what `link_time` gives. `size` is the wanted size of the file in
    bytes: .text grows, and what is no multiple of 512 follows the last section.

    Raises ValueError for a `size` that is too small, a naive or unrepresentable `link_time`, a version that cannot be
    parsed, or a version resource over 64 KB.
    """
    if languages is None:
        told = any(part is not None for part in (version, product_version, strings)) or name
        languages = {}
        if told:
            languages[language] = build_version_resource(
                version,
                product_version=product_version,
                strings=strings,
                name=name,
                language=language,
                codepage=codepage,
                dll=dll,
                fixed_info=fixed_info,
            )
    machine = _MACHINES[platform]
    stamp = _time_stamp(link_time)
    tree_size = len(_resource_tree(languages, 0)) if resources and languages else 0
    rsrc_size = _align(tree_size, _FILE_ALIGNMENT)
    text_size, overlay_size = _spread(size, rsrc_size)

    text_rva = machine.page
    rsrc_rva = text_rva + _align(text_size, machine.page)
    sections = [(b".text", text_size, text_rva, text_size, _HEADERS_SIZE, _CODE)]
    directories = {}
    text = bytes(_DEBUG_ROOM)
    if reproducible:
        text = _DEBUG_DIRECTORY.pack(0, stamp, 0, 0, _TYPE_REPRO, 0, 0, 0).ljust(_DEBUG_ROOM, b"\0")
        directories[_DEBUG] = (text_rva, _DEBUG_DIRECTORY.size)
    rsrc = b""
    if tree_size:
        rsrc = _resource_tree(languages, rsrc_rva).ljust(rsrc_size, b"\0")
        sections.append((b".rsrc", tree_size, rsrc_rva, rsrc_size, _HEADERS_SIZE + text_size, _READ_ONLY_DATA))
        directories[_RESOURCES] = (rsrc_rva, tree_size)
    headers = _headers(platform, stamp, dll, sections, directories)
    return headers + text + _fill(text_size - len(text)) + rsrc + _fill(overlay_size)


def build_version_resource(
    version: FileVersion | str | None = None,
    *,
    product_version: FileVersion | str | None = None,
    strings: Mapping[str, str] | None = None,
    name: str = "",
    language: int = 0x0409,
    codepage: int = 1200,
    tables: Mapping[tuple[int, int], Mapping[str, str]] | None = None,
    dll: bool = True,
    fixed_info: bool = True,
) -> bytes:
    """A VS_VERSIONINFO block.

    Without `version`, or without `fixed_info`, it has no VS_FIXEDFILEINFO (wValueLength 0). `product_version` is
    `version` by default. `strings` are all the values of the string table; by default FileVersion and ProductVersion,
    spelled as the arguments are, and `name` as OriginalFilename. `tables` maps (language, code page) to strings and
    replaces that single table. A table without strings is left out, but its translation stays in VarFileInfo.

    Raises ValueError for a version that cannot be parsed, and for a block over 64 KB.
    """
    product_version = version if product_version is None else product_version
    if strings is None:
        derived = {"FileVersion": version, "OriginalFilename": name or None, "ProductVersion": product_version}
        strings = {key: str(value) for key, value in derived.items() if value is not None}
    if tables is None:
        tables = {(language, codepage): strings}

    fixed = b""
    if fixed_info and version is not None and product_version is not None:
        fixed = _fixed_info(_parsed(version), _parsed(product_version), dll)
    nodes = [
        _version_node(f"{of:04X}{page:04X}", text=True, children=[_string(*pair) for pair in values.items()])
        for (of, page), values in tables.items()
        if values
    ]
    infos = [_version_node("StringFileInfo", text=True, children=nodes)] if nodes else []
    translation = _version_node("Translation", b"".join(_TRANSLATION.pack(*pair) for pair in tables))
    infos.append(_version_node("VarFileInfo", text=True, children=[translation]))
    return _version_node("VS_VERSION_INFO", fixed, children=infos)


def _parsed(version: FileVersion | str) -> FileVersion:
    return FileVersion.parse(version) if isinstance(version, str) else version


def _fixed_info(file: FileVersion, product: FileVersion, dll: bool) -> bytes:
    words = [part for of in (file, product) for part in (of.major << 16 | of.minor, of.build << 16 | of.revision)]
    flags_mask, flags, windows_nt, subtype = 0x3F, 0, 0x40004, 0
    return _FIXED_INFO.pack(0xFEEF04BD, 0x10000, *words, flags_mask, flags, windows_nt, 2 if dll else 1, subtype, 0, 0)


def _string(key: str, value: str) -> bytes:
    return _version_node(key, f"{value}\0".encode("utf-16-le"), text=True)


def _version_node(key: str, value: bytes = b"", *, text: bool = False, children: Iterable[bytes] = ()) -> bytes:
    """One node; wLength counts no padding behind it, and wValueLength counts characters where the node is `text`."""
    node = bytearray(_VERSION_NODE.size) + f"{key}\0".encode("utf-16-le")
    for part in (value, *children):
        node += bytes(-len(node) % 4) + part
    if len(node) > 0xFFFF:
        raise ValueError(f"{key!r} of the version resource has {len(node)} bytes, more than 65535")
    _VERSION_NODE.pack_into(node, 0, len(node), len(value) // 2 if text else len(value), text)
    return bytes(node)


def _resource_tree(languages: Mapping[int, bytes], rva: int) -> bytes:
    """The .rsrc section at `rva`: type, name and language directories, data entries, then the version resources."""
    level = _RESOURCE_DIRECTORY.size + _RESOURCE_ENTRY.size
    entries = b"".join(
        _RESOURCE_DIRECTORY.pack(0, 0, 0, 0, 0, 1) + _RESOURCE_ENTRY.pack(identifier, _SUBDIRECTORY | below)
        for identifier, below in ((_RT_VERSION, level), (_VERSION_ID, 2 * level))
    )
    entries += _RESOURCE_DIRECTORY.pack(0, 0, 0, 0, 0, len(languages))
    data_at = len(entries) + _RESOURCE_ENTRY.size * len(languages)
    blocks_at = data_at + _RESOURCE_DATA.size * len(languages)
    data, blocks = b"", bytearray()
    for language, block in sorted(languages.items()):
        blocks += bytes(-(blocks_at + len(blocks)) % 8)
        entries += _RESOURCE_ENTRY.pack(language, data_at + len(data))
        data += _RESOURCE_DATA.pack(rva + blocks_at + len(blocks), len(block), 0, 0)
        blocks += block
    return entries + data + bytes(blocks)


def _headers(
    platform: Platform,
    stamp: int,
    dll: bool,
    sections: list[tuple[bytes, int, int, int, int, int]],
    directories: Mapping[int, tuple[int, int]],
) -> bytes:
    machine, wide = _MACHINES[platform], platform.is_64_bit
    _, text_size, text_rva, *_ = sections[0]
    _, last_size, last_rva, raw_size, *_ = sections[-1]
    data_rva, data_size = (last_rva, raw_size) if len(sections) > 1 else (0, 0)
    optional = _OPTIONAL_START.pack(
        0x20B if wide else 0x10B, 5, 10, text_size, data_size, 0, text_rva + _DEBUG_ROOM, text_rva
    )
    if wide:
        optional += _IMAGE_BASE_64.pack(0x1_8000_0000 if dll else 0x1_4000_0000)
    else:
        optional += _IMAGE_BASE_32.pack(data_rva, 0x1000_0000 if dll else 0x0040_0000)
    image_size = _align(last_rva + last_size, machine.page)
    subsystem = 2 if dll else 3  # graphical or console
    optional += _OPTIONAL_MIDDLE.pack(
        machine.page, _FILE_ALIGNMENT, *machine.system * 3, 0, image_size, _HEADERS_SIZE, 0, subsystem, 0
    )
    end = _OPTIONAL_END_64 if wide else _OPTIONAL_END_32
    optional += end.pack(0x40000, 0x1000, 0x100000, 0x1000, 0, 16)
    optional += b"".join(_DATA_DIRECTORY.pack(*directories.get(index, (0, 0))) for index in range(16))

    traits = _EXECUTABLE | _STRIPPED | (_LARGE_ADDRESS_AWARE if wide else _WORD_32_BIT) | (_DLL if dll else 0)
    coff = _COFF_HEADER.pack(b"PE\0\0", machine.number, len(sections), stamp, 0, 0, len(optional), traits)
    table = b"".join(_SECTION_HEADER.pack(*where, 0, 0, 0, 0, flags) for *where, flags in sections)
    return (_dos_header() + coff + optional + table).ljust(_HEADERS_SIZE, b"\0")


def _dos_header() -> bytes:
    # Bytes on the last page, pages, relocations, header paragraphs, memory wanted; then SS, SP, and the offset of
    # the relocation table, whose 0x40 marks a header long enough to hold e_lfanew.
    start = struct.pack("<2s 13H", b"MZ", 0x90, 3, 0, 4, 0, 0xFFFF, 0, 0xB8, 0, 0, 0, 0x40, 0)
    return (start.ljust(0x3C, b"\0") + struct.pack("<I", _PE_OFFSET) + _DOS_PROGRAM).ljust(_PE_OFFSET, b"\0")


def _spread(size: int | None, rsrc_size: int) -> tuple[int, int]:
    """The sizes of .text and of the overlay that make the file `size` bytes long."""
    if size is None:
        # Enough that zeros, of which headers and resources are full, stay under half of the file.
        return rsrc_size + 2 * _FILE_ALIGNMENT, 0
    least = _HEADERS_SIZE + _FILE_ALIGNMENT + rsrc_size
    if size < least:
        raise ValueError(f"a file of {size} bytes cannot hold its headers and resources, which take {least}")
    overlay_size = size % _FILE_ALIGNMENT
    return size - _HEADERS_SIZE - rsrc_size - overlay_size, overlay_size


def _time_stamp(link_time: datetime | int) -> int:
    if isinstance(link_time, datetime):
        if link_time.tzinfo is None:
            raise ValueError(f"the link time {link_time} names no time zone")
        link_time = int(link_time.timestamp())
    if not 0 <= link_time <= 0xFFFF_FFFF:
        raise ValueError(f"the link time {link_time} does not fit into a TimeDateStamp")
    return link_time


def _align(value: int, step: int) -> int:
    return -(-value // step) * step


def _fill(size: int) -> bytes:
    return (_FILL * (size // len(_FILL) + 1))[:size]
