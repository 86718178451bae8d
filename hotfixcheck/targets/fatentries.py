"""The entries of a folder of FAT (Microsoft's File Allocation Table specification, sections 6 and 7), long names too.

FAT keeps local times and not where: they are given as if they were UTC. Short names are taken for code page 437.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hotfixcheck.targets.times import dos_time
from hotfixcheck.targets.windowsfs import text

_LONG_NAME, _LABEL, _FOLDER = 0x0F, 0x08, 0x10
_LAST_PART = 0x40
_LOWER_BASE, _LOWER_ENDING = 0x08, 0x10


@dataclass(frozen=True, slots=True)
class FatEntry:
    """What a name stands for: a file of `size` bytes, or a folder, from its first `cluster` on."""

    cluster: int
    size: int
    is_folder: bool
    modified: datetime | None = None


def entries_in(data: bytes, bits: int) -> Iterator[tuple[str, FatEntry]]:
    """The names in the bytes of a folder of a FAT of so many bits, and what they stand for.

    A long name stands in parts before the short one that it belongs to.
    """
    long: list[bytes] = []
    checksum = -1
    for at in range(0, len(data), 32):
        first, attributes = data[at], data[at + 11]
        if not first:
            return
        if first == 0xE5:
            long = []
            continue
        if attributes & 0x3F == _LONG_NAME:
            if first & _LAST_PART:
                long, checksum = [b""] * (first & 0x1F), data[at + 13]
            number = first & 0x1F
            if data[at + 13] == checksum and 0 < number <= len(long):
                long[number - 1] = data[at + 1 : at + 11] + data[at + 14 : at + 26] + data[at + 28 : at + 32]
            else:
                long = []
            continue
        name, attributes, lower, high, time, date, low, size = _unpacked(data, at)
        if not attributes & _LABEL:
            whole = long and all(long) and checksum == _checksum(name)
            called = text(b"".join(long)).partition("\0")[0] if whole else _short(name, lower)
            if called not in {".", ".."}:
                is_folder = bool(attributes & _FOLDER)
                cluster = high << 16 | low if bits == 32 else low  # elsewhere the high half is OS/2's
                yield called, FatEntry(cluster, size, is_folder, dos_time(date, time))
        long = []


def _unpacked(data: bytes, at: int) -> tuple[bytes, int, int, int, int, int, int, int]:
    name, attributes, lower = struct.unpack_from("<11s 2B", data, at)
    high, time, date, low, size = struct.unpack_from("<4H I", data, at + 20)
    return name, attributes, lower, high, time, date, low, size


def _checksum(name: bytes) -> int:
    total = 0
    for byte in name:
        total = ((total & 1) << 7) + (total >> 1) + byte & 0xFF
    return total


def _short(name: bytes, lower: int) -> str:
    if name[:1] == b"\x05":  # stands for a byte that marks what is deleted
        name = b"\xe5" + name[1:]
    base, ending = (part.decode("cp437").rstrip(" ") for part in (name[:8], name[8:]))
    base = base.lower() if lower & _LOWER_BASE else base
    ending = ending.lower() if lower & _LOWER_ENDING else ending
    return f"{base}.{ending}" if ending else base
