"""Transaction logs of registry hives: the last changes of a hive that was not closed, replayed in memory.

Two formats. Until Windows 8 a log (.LOG, or .LOG1 and .LOG2) is the hive's base block, a bitmap of its changed 512-byte
pages behind "DIRT", and these pages; it belongs to the hive if both were written at the same time. Since Windows 8.1 it
is a base block and entries "HvLE", each with a sequence number, pages and two Marvin32 hashes; the entries from the
hive's own sequence number on are applied, up to the first that is not whole. Nothing is ever written to the target.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import xor

from hotfixcheck.targets.tree import ByteSource

HEADER_SIZE = 512
BINS_AT = 4096  # offset of the first hive bin
_PAGE = 512
_OLD_LOG, _NEW_LOG = {1, 2}, 6
_LARGEST = 32 << 20  # bytes of a log; Windows starts another long before
_SEED = 0x82EF4D887A4E55C5
_ENTRY = struct.Struct("<4s 5I 2Q")
_MASK = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class BaseBlock:
    """The fields of a base block, of a hive or its log, that tell whether they belong together."""

    data: bytes
    primary: int
    secondary: int
    written: int
    kind: int
    bins: int

    @property
    def is_dirty(self) -> bool:
        return self.primary != self.secondary

    @classmethod
    def read(cls, source: ByteSource) -> BaseBlock | None:
        """None for what is no base block, or one that fails its checksum."""
        data = source.read(0, HEADER_SIZE)
        if len(data) < HEADER_SIZE or data[:4] != b"regf" or checksum_of(data) != _word(data, 508):
            return None
        primary, secondary, written = struct.unpack_from("<2I Q", data, 4)
        return cls(data, primary, secondary, written, _word(data, 28), _word(data, 40))

    def after(self, sequence: int, bins: int) -> bytes:
        """The base block of a hive in which everything up to a sequence number is written."""
        data = bytearray(self.data)
        struct.pack_into("<2I", data, 4, sequence, sequence)
        struct.pack_into("<I", data, 28, 0)
        struct.pack_into("<I", data, 40, bins)
        struct.pack_into("<I", data, 508, checksum_of(data))
        return bytes(data)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A hive with its log's changes: what of which logs was applied, and what was not, in words."""

    source: ByteSource
    applied: str
    rest: str = ""


def needs_replay(hive: ByteSource) -> bool:
    """True for a hive that was not closed, or whose base block was being written."""
    block = BaseBlock.read(hive)
    return hive.read(0, 4) == b"regf" and (block is None or block.is_dirty)


def replay(hive: ByteSource, logs: Iterable[tuple[str, ByteSource]]) -> Replayed | str:
    """The hive, which is dirty or has a damaged base block, with the changes in its logs; or why there are none.

    `logs` come by name in the order .LOG, .LOG1, .LOG2. Raises OSError.
    """
    own = BaseBlock.read(hive)
    reasons: list[str] = []
    entries: dict[int, _Entry] = {}
    newest: BaseBlock | None = None
    names: list[str] = []
    for name, log in logs:
        block = BaseBlock.read(log)
        if log.size == 0:
            continue
        if block is None or log.size > _LARGEST:
            reasons.append(f"{name} is damaged")
        elif block.kind in _OLD_LOG:
            found = _old(hive, own, block, log)
            if isinstance(found, Replayed):
                return Replayed(found.source, f"{found.applied} of {name}")
            reasons.append(f"{name} {found}")
        elif block.kind == _NEW_LOG:
            since = own.primary if own else (newest or block).primary
            entries |= {entry.sequence: entry for entry in _entries(log, since)}
            newest = newest or block
            names.append(name)
        else:
            reasons.append(f"{name} is no log")
    if newest is not None:
        applied = _new(hive, own or newest, entries)
        if isinstance(applied, Replayed):
            return Replayed(applied.source, f"{applied.applied} of {' and '.join(names)}", applied.rest)
        reasons.append(f"{' and '.join(names)} {'has' if len(names) == 1 else 'have'} {applied}")
    return "; ".join(reasons) or "there is no log beside it"


# --- until Windows 8 -----------------------------------------------------------------------------------------------


def _old(hive: ByteSource, own: BaseBlock | None, block: BaseBlock, log: ByteSource) -> Replayed | str:
    written = own.written if own else int.from_bytes(hive.read(BINS_AT + 20, 8), "little")
    if block.is_dirty:
        return "was not finished itself"
    if block.written != written:
        return "is of another time"
    if log.read(HEADER_SIZE, 4) != b"DIRT" or block.bins % BINS_AT or block.bins > _LARGEST << 4:
        return "is damaged"
    length = block.bins // _PAGE // 8
    vector = log.read(HEADER_SIZE + 4, length)
    pages = [index * 8 + bit for index, byte in enumerate(vector) for bit in range(8) if byte >> bit & 1]
    at = HEADER_SIZE + -(-(4 + length) // _PAGE) * _PAGE
    if len(vector) < length or at + len(pages) * _PAGE > log.size:
        return "is cut short"
    patched = Patched(hive)
    for number, page in enumerate(pages):
        patched.write(BINS_AT + page * _PAGE, log.read(at + number * _PAGE, _PAGE))
    patched.write(0, block.after(block.primary, block.bins))
    return Replayed(patched, f"{len(pages)} pages")


# --- since Windows 8.1 ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    sequence: int
    bins: int
    pages: tuple[tuple[int, bytes], ...]


def _entries(log: ByteSource, since: int) -> Iterator[_Entry]:
    """The entries of a log from the sequence number `since` on, up to the first that is not whole."""
    at = HEADER_SIZE
    while at + _ENTRY.size <= log.size:
        head = log.read(at, _ENTRY.size)
        signature, size, _, sequence, bins, count, first_hash, second_hash = _ENTRY.unpack(head)
        if signature != b"HvLE" or size % _PAGE or not _ENTRY.size <= size <= log.size - at or bins % BINS_AT:
            return
        if marvin32(head[:32]) != second_hash:
            return
        if sequence >= since:  # what the hive has need not be read
            body = log.read(at + _ENTRY.size, size - _ENTRY.size)
            if marvin32(body) != first_hash or (pages := _pages(body, count, bins)) is None:
                return
            yield _Entry(sequence, bins, pages)
        at += size


def _pages(body: bytes, count: int, bins: int) -> tuple[tuple[int, bytes], ...] | None:
    """Each page with its place in the hive bins; None if one lies outside the entry or the bins."""
    at = count * 8
    pages = []
    for offset, size in struct.iter_unpack("<2I", body[:at]) if at <= len(body) else ():
        if at + size > len(body) or offset + size > bins:
            return None
        pages.append((offset, body[at : at + size]))
        at += size
    return tuple(pages) if len(pages) == count else None


def _new(hive: ByteSource, block: BaseBlock, entries: dict[int, _Entry]) -> Replayed | str:
    """Applies the entries that follow what the hive has, without a gap."""
    following = sorted(sequence for sequence in entries if sequence >= block.primary)
    run = [sequence for number, sequence in enumerate(following) if sequence == following[0] + number]
    if not run:
        return "no whole entry that follows the hive"
    patched = Patched(hive)
    for sequence in run:
        for offset, data in entries[sequence].pages:
            patched.write(BINS_AT + offset, data)
    patched.write(0, block.after(run[-1], entries[run[-1]].bins))
    rest = f"{len(following) - len(run)} entries after a gap are not" if len(run) < len(following) else ""
    return Replayed(patched, f"{len(run)} entries", rest)


def marvin32(data: bytes) -> int:
    """The Marvin32 hash of `data`, 64 bits, with the seed of registry logs."""
    low, high = _SEED & _MASK, _SEED >> 32
    whole = len(data) // 4 * 4
    last = int.from_bytes(data[whole:] + b"\x80", "little")
    for word in (*struct.unpack(f"<{whole // 4}I", data[:whole]), last, 0):
        low = low + word & _MASK
        high ^= low
        low = (_rotated(low, 20) + high) & _MASK
        high = _rotated(high, 9) ^ low
        low = (_rotated(low, 27) + high) & _MASK
        high = _rotated(high, 19)
    return high << 32 | low


def _rotated(word: int, bits: int) -> int:
    return (word << bits | word >> 32 - bits) & _MASK


def checksum_of(header: bytes | bytearray) -> int:
    """The checksum of a base block: its first 127 words, XORed; 0 and -1 are never stored."""
    total: int = reduce(xor, struct.unpack_from("<127I", header))
    return {0: 1, _MASK: _MASK - 1}.get(total, total)


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


@dataclass(slots=True)
class Patched:
    """A ByteSource with changes in memory; it ends where the source or the last change does."""

    base: ByteSource
    _blocks: dict[int, bytearray] = field(default_factory=dict)
    _end: int = 0

    @property
    def size(self) -> int:
        return max(self.base.size, self._end)

    @property
    def modified(self) -> datetime | None:
        return self.base.modified

    def write(self, offset: int, data: bytes) -> None:
        end = offset + len(data)
        for block in range(offset // _PAGE * _PAGE, end, _PAGE):
            kept = self._blocks.setdefault(block, bytearray(self.base.read(block, _PAGE).ljust(_PAGE, b"\0")))
            start, stop = max(block, offset), min(block + _PAGE, end)
            kept[start - block : stop - block] = data[start - offset : stop - offset]
        self._end = max(self._end, end)

    def read(self, offset: int, length: int) -> bytes:
        length = max(0, min(length, self.size - offset))
        data = bytearray(self.base.read(offset, length).ljust(length, b"\0"))
        for block in range(offset // _PAGE * _PAGE, offset + length, _PAGE):
            if (kept := self._blocks.get(block)) is not None:
                start, end = max(block, offset), min(block + _PAGE, offset + length)
                data[start - offset : end - offset] = kept[start - block : end - block]
        return bytes(data)
