"""Rock Ridge (IEEE P1282): what the system use fields of ISO 9660 say of a name, its time, links and moved folders."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hotfixcheck.targets.members import Budget
from hotfixcheck.targets.times import iso_time
from hotfixcheck.targets.tree import ByteSource

_SECTOR = 2048
_MAX_CONTINUATIONS = 32


@dataclass(frozen=True, slots=True)
class Said:
    """What the fields of one record say: "" and None for what they do not. `folder_at` is the block where a folder is
    that was moved, `is_moved` is said of a folder where it was moved to."""

    name: str = ""
    leads_to: str = ""
    modified: datetime | None = None
    folder_at: int | None = None
    is_moved: bool = False


class RockRidge:
    """The fields of a volume in blocks of `block` bytes; `skip` bytes stand before those of each record."""

    def __init__(self, source: ByteSource, block: int, skip: int, budget: Budget) -> None:
        self._source = source
        self._block = block
        self._skip = skip
        self._budget = budget

    def said(self, record: bytes, end_of_name: int) -> Said:
        """What a record says behind its name; raises ValueError where it is damaged."""
        name, link, modified, folder_at, is_moved = b"", b"", None, None, False
        for kind, data in self._fields(system_use(record, end_of_name)[self._skip :]):
            if kind == b"NM" and data and not data[0] & 6:
                name += data[1:]
            elif kind == b"SL" and data:
                link = link_path(link, data[1:])
            elif kind == b"TF" and data:
                modified = modified_time(data) or modified
            elif kind == b"CL" and len(data) >= 4:
                folder_at = int.from_bytes(data[:4], "little")
            elif kind == b"RE":
                is_moved = True
        text = name.decode("utf-8", "surrogateescape")
        if "/" in text or text in {".", ".."}:
            raise ValueError(f"damaged: {text!r} is no name")
        return Said(text, link.decode("utf-8", "surrogateescape"), modified, folder_at, is_moved)

    def _fields(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """(signature, what follows) of each field, continued ones among them."""
        for _ in range(_MAX_CONTINUATIONS):
            following = b""
            at = 0
            while at + 4 <= len(data):
                kind, length = data[at : at + 2], data[at + 2]
                if length < 4 or kind == b"ST":
                    break
                body = data[at + 4 : at + length]
                if kind == b"CE" and len(body) >= 24:
                    block, offset, size = struct.unpack("<I4xI4xI4x", body[:24])
                    self._budget.spend(_SECTOR)
                    following = self._source.read(block * self._block + offset, min(size, _SECTOR))
                yield kind, body
                at += length
            if not following:
                return
            data = following


def rock_ridge_of(source: ByteSource, root: int, block: int, budget: Budget) -> RockRidge | None:
    """The Rock Ridge of a volume whose root folder stands at byte `root`: its first record says so; None without it."""
    first = source.read(root, 256)
    uses = system_use(first, 34) if len(first) > 34 else b""
    if uses[:2] != b"SP" or uses[4:6] != b"\xbe\xef":
        return None
    return RockRidge(source, block, uses[6] if len(uses) > 6 else 0, budget)


def system_use(record: bytes, end_of_name: int) -> bytes:
    """What stands in a record behind its name, from the next even byte on."""
    return record[end_of_name + (end_of_name & 1) : record[0]]


def link_path(before: bytes, data: bytes) -> bytes:
    """A symbolic link's path and the components that come after it."""
    path = before
    at = 0
    while at + 2 <= len(data):
        flags, length = data[at], data[at + 1]
        part = {2: b".", 4: b"..", 8: b""}.get(flags & 0xE, data[at + 2 : at + 2 + length])
        path += (b"/" if path and not path.endswith(b"/") else b"") + part
        if flags & 8:
            path = b"/"
        at += 2 + length
    return path


def modified_time(data: bytes) -> datetime | None:
    """The time of the last change among the times of a TF field."""
    flags, at = data[0], 1
    if flags & 0x80 or not flags & 2:  # the long form, which nobody writes; no such time
        return None
    at += 7 * (flags & 1)
    return iso_time(data[at : at + 7])
