"""Hives with values of types that the demo's builder does not write, and damaged headers."""

from __future__ import annotations

import struct
from functools import reduce
from operator import xor


def with_type(hive: bytes, name: str, kind: int) -> bytes:
    """`hive` with the type of the value `name`, which must occur once, changed."""
    at = value_cell(hive, name)
    return hive[: at + 12] + struct.pack("<I", kind) + hive[at + 16 :]


def with_length(hive: bytes, name: str, length: int) -> bytes:
    """`hive` with the data length of the value `name` changed; where the data lie stays."""
    at = value_cell(hive, name)
    return hive[: at + 4] + struct.pack("<I", length) + hive[at + 8 :]


def with_header(hive: bytes, offset: int, word: int) -> bytes:
    """`hive` with a 32-bit word of its header changed and the checksum made right again."""
    header = bytearray(hive[:512])
    struct.pack_into("<I", header, offset, word)
    checksum = reduce(xor, struct.unpack_from("<127I", header))
    struct.pack_into("<I", header, 508, {0: 1, 0xFFFFFFFF: 0xFFFFFFFE}.get(checksum, checksum))
    return bytes(header) + hive[512:]


def value_cell(hive: bytes, name: str) -> int:
    found = [
        at - 20
        for at in range(len(hive))
        if hive.startswith(name.encode("latin-1"), at)
        and hive[at - 20 : at - 18] == b"vk"
        and struct.unpack_from("<H", hive, at - 18)[0] == len(name)
    ]
    assert len(found) == 1, found
    return found[0]
