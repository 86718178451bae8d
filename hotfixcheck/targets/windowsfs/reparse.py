"""Reparse points: links, and files that Windows keeps in another way ([MS-FSCC] 2.1.2)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from hotfixcheck.targets.windowsfs import text

_SYMLINK, _MOUNT_POINT, WOF, _DEDUP = 0xA000000C, 0xA0000003, 0x80000017, 0x80000013
_IN_ANOTHER_PLACE = {
    0xC0000004: "moved to other storage by Windows (HSM)",
    0x80000006: "moved to other storage by Windows (HSM 2)",
    0x80000018: "part of a container's layer below (WCI)",
    0x8000001B: "a link to a Store app",
    _DEDUP: "deduplicated by Windows",
}
_CLOUD = 0x9000001A  # and with a number in bits 12 to 15
_CLOUD_MASK = 0xFFFF0FFF
_WOF_FILE, _WOF_WIM = 2, 1

MAX_REPARSE = 1 << 16
"""The bytes that the data of a reparse point may have."""


class WofAlgorithm(IntEnum):
    """How a file is compressed in place: FILE_PROVIDER_COMPRESSION_… of the Windows SDK."""

    XPRESS4K = 0
    LZX = 1
    XPRESS8K = 2
    XPRESS16K = 3


@dataclass(frozen=True, slots=True)
class Reparse:
    """A link that `leads_to` a path as it is stored, a file compressed by an algorithm of `wof`, or a `problem`."""

    leads_to: str | None = None
    relative: bool = False
    wof: WofAlgorithm | None = None
    problem: str = ""


def read_reparse(data: bytes) -> Reparse:
    """What the bytes of a reparse point say."""
    if len(data) < 8:
        return Reparse(problem="its reparse point is cut short")
    (tag,) = struct.unpack_from("<I", data)
    if tag in {_SYMLINK, _MOUNT_POINT}:
        return _link(data, tag)
    if tag == WOF:
        return _wof(data)
    if tag & _CLOUD_MASK == _CLOUD:
        return Reparse(problem="kept in the cloud, and here perhaps not at all")
    return Reparse(
        problem=_IN_ANOTHER_PLACE.get(tag, f"kept by Windows in a way that is not known (reparse tag {tag:#x})")
    )


def _link(data: bytes, tag: int) -> Reparse:
    head = 20 if tag == _SYMLINK else 16
    if len(data) < head:
        return Reparse(problem="its link is cut short")
    place, length = struct.unpack_from("<2H", data, 8)
    path = data[head + place : head + place + length]
    if len(path) != length or not length:
        return Reparse(problem="its link is cut short")
    relative = tag == _SYMLINK and bool(struct.unpack_from("<I", data, 16)[0] & 1)
    return Reparse(text(path), relative)


def _wof(data: bytes) -> Reparse:
    if len(data) < 24:
        return Reparse(problem="its reparse point is cut short")
    _, provider, _, algorithm = struct.unpack_from("<4I", data, 8)
    if provider == _WOF_WIM:
        return Reparse(problem="kept by Windows in a WIM file (WIMBoot)")
    if provider != _WOF_FILE or algorithm not in set(WofAlgorithm):
        return Reparse(problem="compressed by Windows in a way that is not known")
    return Reparse(wof=WofAlgorithm(algorithm))
