"""NE files, built in code by "Executable-file header format" of the Windows 3.1 SDK.

The same arguments always give the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TypeAlias, Unpack

from tests.build.dos import CODE, HEADER, aligned, dos_header
from tests.build.versioninfo16 import Told, told_block

NE_SEGMENTS = HEADER + 0x40
RT_VERSION, VERSION_NAME = 0x8010, 0x8001
_Resource: TypeAlias = tuple[int, int, bytes]  # type, name, bytes


def build_ne(
    *,
    resources: Sequence[_Resource] | None = None,
    segments: Iterable[bytes] = (CODE, CODE * 3),
    relocations: int = 2,
    shift: int = 4,
    resource_shift: int | None = None,
    dll: bool = True,
    **told: Unpack[Told],
) -> bytes:
    """An NE file with the version resource that `build_version_resource16` makes of what is told.

    `resources` are (type, name, bytes) in order, those of a type together, and replace that single one. `relocations`
    is their number behind the last segment. `shift` is the logarithm of the units in which segments are placed, 0
    standing for 9, and `resource_shift`, by default the same, that of the units in which resources are placed and
    counted.
    """
    if resources is None:
        block = told_block(told)
        resources = [] if block is None else [(RT_VERSION, VERSION_NAME, block)]
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
    at = aligned(nonresident + len(description), 1 << in_segments)

    rows, contents = _segments(bodies, at, in_segments, relocations)
    contents += bytes(-(at + len(contents)) % (1 << in_resources))
    types, in_table = _resources(by_kind, at + len(contents), in_resources)
    contents += in_table
    table = struct.pack("<H", in_resources) + types + bytes(2) if resources else b""
    header = struct.pack(
        "<2sBBHHIHHHHIIHHHHHHHHIHHHBB4H",
        *(b"NE", 5, 10, entries, 2, 0, 0x8001 if dll else 0x0002, 0, 0, 0, 0, 0),
        *(len(bodies), 0, len(description), segment_table, resource_table, resident, imports, imports, nonresident),
        *(0, shift, len(resources), 2, 0, 0, 0, 0, 0x030A),
    )
    head = dos_header() + header + rows + table + module + b"\0" + bytes(2) + description
    return head.ljust(at, b"\0") + contents


def _segments(bodies: Sequence[bytes], at: int, shift: int, relocations: int) -> tuple[bytes, bytes]:
    """(rows of the segment table, what stands from byte `at` on)."""
    rows = contents = b""
    for number, body in enumerate(bodies):
        is_last = number == len(bodies) - 1 and relocations
        rows += struct.pack("<HHHH", at + len(contents) >> shift, len(body) & 0xFFFF, 0x0100 if is_last else 0, 0)
        contents += body
        if is_last:
            contents += struct.pack("<H", relocations) + bytes(8 * relocations)
        contents += bytes(-(at + len(contents)) % (1 << shift))
    return rows, contents


def _resources(by_kind: Sequence[tuple[int, list[_Resource]]], at: int, shift: int) -> tuple[bytes, bytes]:
    """(the types of the resource table, what stands from byte `at` on)."""
    types = contents = b""
    for kind, same in by_kind:
        types += struct.pack("<HHI", kind, len(same), 0)
        for _, called, content in same:
            size = aligned(len(content), 1 << shift)
            types += struct.pack("<6H", at + len(contents) >> shift, size >> shift, 0x0C30, called, 0, 0)
            contents += content.ljust(size, b"\0")
    return types, contents
