"""16-bit executables built in code: NE files, virtual device drivers (LE) and the VERSIONINFO block of both.

Layouts are those of the Windows 3.1 SDK ("Executable-file header format", "Version-Information Resource", "Resource
formats") and of IMAGE_VXD_HEADER in winnt.h. The same arguments always give the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from hotfixcheck.fileversion import FileVersion

HEADER = 0x80  # where the new header begins
NE_SEGMENTS = HEADER + 0x40
RT_VERSION, VERSION_NAME = 0x8010, 0x8001

_DOS_PROGRAM = bytes.fromhex("0e1fba0e00b409cd21b8014ccd21") + b"Windows is needed here.\r\n$"
_CODE = bytes(range(1, 251))


def node16(
    key: str | bytes, value: bytes = b"", *children: bytes, value_length: int | None = None, length: int | None = None
) -> bytes:
    """A block of VERSIONINFO, whose two lengths may lie; its own counts no padding behind it."""
    name = key.encode("cp1252") if isinstance(key, str) else key
    body = bytearray(4) + name + b"\0"
    for part in (value, *children):
        body += bytes(-len(body) % 4) + part
    lengths = len(body) if length is None else length, len(value) if value_length is None else value_length
    struct.pack_into("<HH", body, 0, *lengths)
    return bytes(body)


def build_version_resource16(
    version: str | None = None,
    *,
    product_version: str | None = None,
    strings: Mapping[str, str] | None = None,
    name: str = "",
    language: int = 0x0409,
    codepage: int = 1252,
    tables: Mapping[tuple[int, int], Mapping[str, str]] | None = None,
    fixed_info: bool = True,
) -> bytes:
    """A 16-bit VS_VERSION_INFO block; the arguments are those of `hotfixcheck.demo.peimage.build_version_resource`.

    Values are written in the code page of their table.
    """
    product_version = version if product_version is None else product_version
    if strings is None:
        derived = {"FileVersion": version, "OriginalFilename": name or None, "ProductVersion": product_version}
        strings = {key: value for key, value in derived.items() if value is not None}
    if tables is None:
        tables = {(language, codepage): strings}
    fixed = _fixed_info(version, product_version or version) if fixed_info and version else b""
    nodes = [
        node16(f"{of:04X}{page:04X}", b"", *(_string(key, value, page) for key, value in values.items()))
        for (of, page), values in tables.items()
    ]
    translation = node16("Translation", b"".join(struct.pack("<HH", *pair) for pair in tables))
    infos = [node16("StringFileInfo", b"", *nodes), node16("VarFileInfo", b"", translation)]
    return node16("VS_VERSION_INFO", fixed, *infos)


def _string(key: str, value: str, codepage: int) -> bytes:
    return node16(key, f"{value}\0".encode(f"cp{codepage}"))


def _fixed_info(version: str, product_version: str) -> bytes:
    file, product = FileVersion.parse(version), FileVersion.parse(product_version)
    words = [part for of in (file, product) for part in (of.major << 16 | of.minor, of.build << 16 | of.revision)]
    return struct.pack("<13I", 0xFEEF04BD, 0x10000, *words, 0x3F, 0, 0x10001, 2, 0, 0, 0)


def build_ne(
    *,
    version: str | None = None,
    product_version: str | None = None,
    strings: Mapping[str, str] | None = None,
    name: str = "",
    language: int = 0x0409,
    codepage: int = 1252,
    fixed_info: bool = True,
    resources: Sequence[tuple[int, int, bytes]] | None = None,
    segments: Iterable[bytes] = (_CODE, _CODE * 3),
    relocations: int = 2,
    shift: int = 4,
    resource_shift: int | None = None,
    dll: bool = True,
) -> bytes:
    """An NE file with the version resource that `build_version_resource16` makes of the first arguments.

    `resources` are (type, name, bytes) in order, those of a type together, and replace that single one. `relocations`
    is their number behind the last segment. `shift` is the logarithm of the units in which segments are placed, 0
    standing for 9, and `resource_shift`, by default the same, that of the units in which resources are placed and
    counted.
    """
    told = version is not None or strings is not None or name
    if resources is None:
        resources = []
        if told:
            block = build_version_resource16(
                version,
                product_version=product_version,
                strings=strings,
                name=name,
                language=language,
                codepage=codepage,
                fixed_info=fixed_info,
            )
            resources = [(RT_VERSION, VERSION_NAME, block)]
    bodies = list(segments)
    in_segments = shift or 9
    in_resources = in_segments if resource_shift is None else resource_shift
    module = b"\x04TEST\0\0\0"
    description = b"\x06A test\0\0\0"
    segment_table = 0x40
    resource_table = segment_table + 8 * len(bodies)
    by_kind = [(kind, list(rows)) for kind, rows in groupby(resources, key=lambda resource: resource[0])]
    table_size = 2 + sum(8 + 12 * len(rows) for _, rows in by_kind) + 2 if resources else 0
    resident = resource_table + table_size
    imports = resident + len(module)
    entries = imports + 1
    nonresident = HEADER + entries + 2
    at = _aligned(nonresident + len(description), 1 << in_segments)

    contents = b""
    rows = b""
    for number, body in enumerate(bodies):
        is_last = number == len(bodies) - 1 and relocations
        rows += struct.pack("<HHHH", at + len(contents) >> in_segments, len(body) & 0xFFFF, 0x0100 if is_last else 0, 0)
        contents += body
        if is_last:
            contents += struct.pack("<H", relocations) + bytes(8 * relocations)
        contents += bytes(-(at + len(contents)) % (1 << in_segments))
    contents += bytes(-(at + len(contents)) % (1 << in_resources))
    types = b""
    for kind, same in by_kind:
        types += struct.pack("<HHI", kind, len(same), 0)
        for _, called, content in same:
            size = _aligned(len(content), 1 << in_resources)
            place = at + len(contents) >> in_resources
            types += struct.pack("<6H", place, size >> in_resources, 0x0C30, called, 0, 0)
            contents += content.ljust(size, b"\0")
    table = struct.pack("<H", in_resources) + types + bytes(2) if resources else b""
    header = struct.pack(
        "<2sBBHHIHHHHIIHHHHHHHHIHHHBB4H",
        *(b"NE", 5, 10, entries, 2, 0, 0x8001 if dll else 0x0002, 0, 0, 0, 0, 0),
        *(len(bodies), 0, len(description), segment_table, resource_table, resident, imports, imports, nonresident),
        *(0, shift, len(resources), 2, 0, 0, 0, 0, 0x030A),
    )
    head = _dos_header() + header + rows + table + module + b"\0" + bytes(2) + description
    return head.ljust(at, b"\0") + contents


def res_entry(content: bytes, *, kind: bytes = b"\xff\x10\0", name: bytes = b"\xff\1\0") -> bytes:
    """An entry of a 16-bit .res file."""
    return kind + name + struct.pack("<HI", 0x0030, len(content)) + content


def build_le(
    *,
    version: str | None = None,
    product_version: str | None = None,
    strings: Mapping[str, str] | None = None,
    name: str = "",
    language: int = 0x0409,
    codepage: int = 1252,
    fixed_info: bool = True,
    entry: bytes | None = None,
    signature: bytes = b"LE",
    system: int = 4,
    pages: Sequence[int] = (0, 0),
) -> bytes:
    """A virtual device driver with the version resource that `build_version_resource16` makes of the first arguments.

    `entry` is the entry of a .res file that stands in its place. `pages` are the kinds of its pages, of which those of
    kind 0 are in the file; `system` is e32_os.
    """
    if entry is None and (version is not None or strings is not None or name):
        entry = res_entry(
            build_version_resource16(
                version,
                product_version=product_version,
                strings=strings,
                name=name,
                language=language,
                codepage=codepage,
                fixed_info=fixed_info,
            )
        )
    page_size, last_size = 0x200, 0x123
    in_file = [number for number, kind in enumerate(pages, start=1) if kind == 0]
    objects_at, map_at = 0xC4, 0xC4 + 24
    page_map = b"".join(struct.pack(">I", number << 8 | kind) for number, kind in enumerate(pages, start=1))
    data_at = _aligned(HEADER + map_at + len(page_map), 0x200)
    data = _CODE * 8
    contents = data[: page_size * (in_file[-1] - 1) + last_size] if in_file else b""
    names = b"\x06A test\0\0\0"
    names_at = data_at + len(contents)

    header = bytearray(0xC4)
    struct.pack_into("<2sBBIHHI", header, 0, signature, 0, 0, 0, 2, system, 0)
    struct.pack_into("<II", header, 0x10, 0x38000, len(pages))
    struct.pack_into("<II", header, 0x28, page_size, last_size)
    struct.pack_into("<III", header, 0x40, objects_at, 1, map_at)
    struct.pack_into("<I", header, 0x80, data_at)
    struct.pack_into("<II", header, 0x88, names_at, len(names))
    if entry is not None:
        struct.pack_into("<II", header, 0xB8, names_at + len(names), len(entry))
    struct.pack_into("<HH", header, 0xC0, 0x7FE0, 0x0400)
    one_object = struct.pack("<6I", page_size * len(pages), 0, 0x2045, 1, len(pages), 0)
    head = _dos_header() + bytes(header) + one_object + page_map
    return head.ljust(data_at, b"\0") + contents + names + (entry or b"")


def _dos_header() -> bytes:
    start = struct.pack("<2s 13H", b"MZ", 0x90, 3, 0, 4, 0, 0xFFFF, 0, 0xB8, 0, 0, 0, 0x40, 0)
    return (start.ljust(0x3C, b"\0") + struct.pack("<I", HEADER) + _DOS_PROGRAM).ljust(HEADER, b"\0")


def _aligned(value: int, unit: int) -> int:
    return -(-value // unit) * unit
