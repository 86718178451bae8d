"""Ex01, written by the "EWF 2 specification" of libewf's documentation: ewfacquire as Debian has it writes none.

libewf 20260924 reads what is written here, in every variant of zlib that tests/targets/disks/test_ewf2.py has; its
wheel has no bzip2.
"""

from __future__ import annotations

import bz2
import hashlib
import struct
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from tests.build.targets import Build

ZLIB, BZIP2 = 1, 2
DEVICE, CASE, DATA, TABLE, MD5, KEYS, NEXT, DONE = 0x01, 0x02, 0x03, 0x04, 0x08, 0x0B, 0x0D, 0x0F
HASHED, ENCRYPTED = 0x01, 0x02
COMPRESSED, CHECKSUMMED, PATTERN = 0x01, 0x02, 0x04
_IDENTITY = UUID("7c0c5d1e-35b4-4fb5-9c9a-1f4bd2f0aa55").bytes_le
_ALIGNED = 16


def bare_bzip2(data: bytes) -> bytes:
    """A block of bzip2 without what a stream begins and ends with, as EnCase is said to store it."""
    return bz2.compress(data)[4:-10]


COMPRESS: dict[int, Callable[[bytes], bytes]] = {ZLIB: lambda data: zlib.compress(data, 1), BZIP2: bz2.compress}


@dataclass(frozen=True)
class Layout:
    """How an Ex01 is written: chunks of so many sectors, of which those that are all alike are patterns and those in
    `stored` are not compressed; so many chunks a table, and so many tables a segment."""

    compression: int = ZLIB
    sectors: int = 64
    sector: int = 512
    stored: Collection[int] = ()
    chunks: int = 100
    tables: int = 1 << 20
    patterns: bool = True
    compress: Callable[[bytes], bytes] | None = None


class Segment:
    """A segment as it grows: sections end with what describes them."""

    def __init__(self, number: int, layout: Layout) -> None:
        self.data = bytearray(
            struct.pack("<8s 2B H I 16s", b"EVF2\r\n\x81\0", 2, 1, layout.compression, number, _IDENTITY)
        )
        self._before = 0

    def add(self, kind: int, data: bytes, flags: int = HASHED) -> None:
        padding = -len(data) % _ALIGNED
        data = data + bytes(padding)
        digest = hashlib.md5(data, usedforsecurity=False).digest() if flags & HASHED else bytes(16)
        place = len(self.data) + len(data)
        head = struct.pack("<2I 2Q 2I 16s 12x", kind, flags, self._before, len(data), 64, padding, digest)
        self.data += data + head + struct.pack("<I", zlib.adler32(head))
        self._before = place


def text(values: Mapping[str, object], compress: Callable[[bytes], bytes]) -> bytes:
    """An object "main" with these values by their tags."""
    lines = "1", "main", "\t".join(values), "\t".join(str(value) for value in values.values()), "", ""
    return compress(b"\xff\xfe" + "\n".join(lines).encode("utf-16-le"))


def table(first: int, entries: bytes) -> bytes:
    """A table of chunks from number `first`."""
    head = struct.pack("<Q I 4x", first, len(entries) // 16)
    head = (head + struct.pack("<I", zlib.adler32(head))).ljust(32, b"\0")
    return head + entries + struct.pack("<I", zlib.adler32(entries)).ljust(16, b"\0")


def ex01(disk: bytes, layout: Layout) -> list[bytes]:
    """The segments of an image of `disk`."""
    size = layout.sectors * layout.sector
    compress = layout.compress or COMPRESS[layout.compression]
    chunks = [disk[at : at + size] for at in range(0, len(disk), size)]
    device = {"sn": "", "md": "", "lb": "", "ts": len(disk) // layout.sector, "hs": "", "dc": "", "dt": "f", "pid": ""}
    device |= {"rs": "", "ls": "", "bp": layout.sector, "ph": 1}
    case = {"nm": "A disk", "cn": "1", "en": "1", "ex": "", "nt": "", "av": "7.4", "os": "Windows", "tt": 1, "at": 1}
    case |= {"tb": len(chunks), "cp": layout.compression, "sb": layout.sectors, "gr": layout.sectors, "wb": ""}
    segments: list[Segment] = []

    def begin() -> Segment:
        segment = Segment(len(segments) + 1, layout)
        segment.add(DEVICE, text(device, compress))
        segment.add(CASE, text(case, compress))
        segments.append(segment)
        return segment

    segment, tables = begin(), 0
    for first in range(0, len(chunks), layout.chunks):
        if tables == layout.tables:
            segment.add(NEXT, b"", 0)
            segment, tables = begin(), 0
        entries, data = b"", b""
        for number, chunk in enumerate(chunks[first : first + layout.chunks], start=first):
            place = len(segment.data) + len(data)
            if layout.patterns and number not in layout.stored and chunk == chunk[:8] * (len(chunk) // 8):
                entries += chunk[:8] + struct.pack("<2I", 0, COMPRESSED | PATTERN)
                continue
            flags, packed = COMPRESSED, compress(chunk)
            if number in layout.stored:
                flags, packed = CHECKSUMMED, chunk + struct.pack("<I", zlib.adler32(chunk))
            entries += struct.pack("<Q 2I", place, len(packed), flags)
            data += packed + bytes(-len(packed) % _ALIGNED)
        segment.add(DATA, data, 0)
        segment.add(TABLE, table(first, entries))
        tables += 1
    digest = hashlib.md5(disk, usedforsecurity=False).digest()
    segment.add(MD5, digest + struct.pack("<I", zlib.adler32(digest)))
    segment.add(DONE, b"", 0)
    return [bytes(each.data) for each in segments]


def evidence2(disk: Build, layout: Layout | None = None) -> Build:
    """A disk as an Ex01, in image.Ex01 and further segments."""

    def build(drive: Path, work: Path) -> Path:
        raw = disk(drive, work)
        for number, segment in enumerate(ex01(raw.read_bytes(), layout or Layout()), start=1):
            (work / f"image.Ex{number:02}").write_bytes(segment)
        raw.unlink()
        return work / "image.Ex01"

    return build
