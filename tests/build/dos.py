"""What files with a new header begin with: the DOS header and a program that says what is needed."""

from __future__ import annotations

import struct

HEADER = 0x80  # where the new header begins
CODE = bytes(range(1, 251))
_DOS_PROGRAM = bytes.fromhex("0e1fba0e00b409cd21b8014ccd21") + b"Windows is needed here.\r\n$"


def dos_header() -> bytes:
    start = struct.pack("<2s 13H", b"MZ", 0x90, 3, 0, 4, 0, 0xFFFF, 0, 0xB8, 0, 0, 0, 0x40, 0)
    return (start.ljust(0x3C, b"\0") + struct.pack("<I", HEADER) + _DOS_PROGRAM).ljust(HEADER, b"\0")


def aligned(value: int, unit: int) -> int:
    return -(-value // unit) * unit
