"""Hives that were not closed, and transaction logs of both formats that bring them up to date."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from hotfixcheck.system.hivelog import BINS_AT, HEADER_SIZE, checksum_of, marvin32

PAGE = 512


def header(hive: bytes, **fields: int) -> bytes:
    """The base block of a hive with other `primary`, `secondary`, `written`, `kind` or `bins`, its checksum right."""
    data = bytearray(hive[:HEADER_SIZE])
    places = {
        "primary": (4, "<I"),
        "secondary": (8, "<I"),
        "written": (12, "<Q"),
        "kind": (28, "<I"),
        "bins": (40, "<I"),
    }
    for name, value in fields.items():
        at, form = places[name]
        struct.pack_into(form, data, at, value)
    struct.pack_into("<I", data, 508, checksum_of(data))
    return bytes(data)


def unclosed(hive: bytes, *, primary: int = 2, secondary: int = 1) -> bytes:
    """The hive as it lies when the power fails: its base block says that writing began."""
    return header(hive, primary=primary, secondary=secondary) + hive[HEADER_SIZE:]


def pages(old: bytes, new: bytes) -> list[int]:
    """The pages of the hive bins that are different, by number."""
    ends = range(BINS_AT, len(new), PAGE)
    return [number for number, at in enumerate(ends) if old[at : at + PAGE] != new[at : at + PAGE]]


def page(hive: bytes, number: int) -> bytes:
    return hive[BINS_AT + number * PAGE : BINS_AT + (number + 1) * PAGE]


def dirt_log(old: bytes, new: bytes, **fields: int) -> bytes:
    """A log as Windows before 8.1 writes it; `fields` as in `header`."""
    said = {"primary": 2, "secondary": 2, "kind": 1, "bins": len(new) - BINS_AT} | fields
    dirty = pages(old, new)
    vector = bytearray((len(new) - BINS_AT) // PAGE // 8)
    for number in dirty:
        vector[number // 8] |= 1 << number % 8
    bitmap = b"DIRT" + vector
    padded = bitmap.ljust(-(-len(bitmap) // PAGE) * PAGE, b"\0")
    return header(old, **said) + padded + b"".join(page(new, number) for number in dirty)


def entry(sequence: int, old: bytes, new: bytes, *, bins: int | None = None) -> bytes:
    """One entry of a log since Windows 8.1, with the pages that are different."""
    dirty = pages(old, new)
    body = b"".join(struct.pack("<2I", number * PAGE, PAGE) for number in dirty)
    return raw_entry(
        sequence,
        body + b"".join(page(new, number) for number in dirty),
        len(dirty),
        len(new) - BINS_AT if bins is None else bins,
    )


def raw_entry(sequence: int, body: bytes, count: int, bins: int) -> bytes:
    """An entry around `body`, its hashes right."""
    body = body.ljust(-(-(len(body) + 40) // PAGE) * PAGE - 40, b"\0")
    head = struct.pack("<4s 5I Q", b"HvLE", len(body) + 40, 0, sequence, bins, count, marvin32(body))
    return head + struct.pack("<Q", marvin32(head)) + body


def hvle_log(hive: bytes, entries: Iterable[bytes], **fields: int) -> bytes:
    """A log as Windows since 8.1 writes it."""
    return header(hive, **{"primary": 2, "secondary": 2, "kind": 6} | fields) + b"".join(entries)
