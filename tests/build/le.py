"""Virtual device drivers (LE), built in code by IMAGE_VXD_HEADER of winnt.h.

Their version resource stands in an entry of a .res file (Windows 3.1 SDK, "Resource formats"). The same arguments
always give the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Unpack

from tests.build.dos import CODE, HEADER, aligned, dos_header
from tests.build.versioninfo16 import Told, told_block


def res_entry(content: bytes, *, kind: bytes = b"\xff\x10\0", name: bytes = b"\xff\1\0") -> bytes:
    """An entry of a 16-bit .res file."""
    return kind + name + struct.pack("<HI", 0x0030, len(content)) + content


def build_le(
    *,
    entry: bytes | None = None,
    signature: bytes = b"LE",
    system: int = 4,
    pages: Sequence[int] = (0, 0),
    **told: Unpack[Told],
) -> bytes:
    """A virtual device driver with the version resource that `build_version_resource16` makes of what is told.

    `entry` is the entry of a .res file that stands in its place. `pages` are the kinds of its pages, of which those of
    kind 0 are in the file; `system` is e32_os.
    """
    if entry is None and (block := told_block(told)) is not None:
        entry = res_entry(block)
    page_size, last_size = 0x200, 0x123
    in_file = [number for number, kind in enumerate(pages, start=1) if kind == 0]
    objects_at, map_at = 0xC4, 0xC4 + 24
    page_map = b"".join(struct.pack(">I", number << 8 | kind) for number, kind in enumerate(pages, start=1))
    data_at = aligned(HEADER + map_at + len(page_map), 0x200)
    data = CODE * 8
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
    head = dos_header() + bytes(header) + one_object + page_map
    return head.ljust(data_at, b"\0") + contents + names + (entry or b"")
