"""PE files with resource sections as no linker makes them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from hotfixcheck.demo.peimage import build_pe

RSRC_RVA = 0x2000
SUBDIRECTORY = 0x80000000

_SECTIONS = 0x80 + 24 + 0xE0  # PE header, COFF header, optional header of a 32-bit file
_RSRC = _SECTIONS + 40


def pe_with_resources(rsrc: bytes) -> bytes:
    """A PE file of x86 whose .rsrc section, at RSRC_RVA, has these bytes."""
    image = bytearray(build_pe(version="1.2.3.4"))
    _, virtual_address, _, start = struct.unpack_from("<4I", image, _RSRC + 8)
    assert image[_RSRC : _RSRC + 5] == b".rsrc"
    assert virtual_address == RSRC_RVA
    raw = rsrc.ljust(-(-len(rsrc) // 512) * 512, b"\0")
    struct.pack_into("<4I", image, _RSRC + 8, len(rsrc), virtual_address, len(raw), start)
    return bytes(image[:start]) + raw


def directory(entries: Iterable[tuple[int, int]], *, named: int | None = None, by_id: int | None = None) -> bytes:
    """A resource directory; `named` and `by_id` are what its header says, by default what is true."""
    rows = list(entries)
    strings = sum(1 for name, _ in rows if name & SUBDIRECTORY)
    named = strings if named is None else named
    by_id = len(rows) - strings if by_id is None else by_id
    return struct.pack("<IIHHHH", 0, 0, 0, 0, named, by_id) + b"".join(struct.pack("<II", *row) for row in rows)


def data_entry(rva: int, size: int) -> bytes:
    return struct.pack("<IIII", rva, size, 0, 0)


def version_tree(
    names: Iterable[tuple[int, Iterable[tuple[int, bytes]]]], *, before: Sequence[tuple[int, int]] = ()
) -> bytes:
    """A .rsrc section at RSRC_RVA: version resources by name (or ID), then by language; `before` other kinds."""
    named = [(name, list(languages)) for name, languages in names]
    names_at = 24 + 8 * len(before)
    at = names_at + 16 + 8 * len(named)
    languages_at = []
    for _, languages in named:
        languages_at.append(at)
        at += 16 + 8 * len(languages)
    tree = directory([*before, (16, SUBDIRECTORY | names_at)])
    tree += directory((name, SUBDIRECTORY | where) for (name, _), where in zip(named, languages_at, strict=True))
    leaves, blocks = b"", b""
    count = sum(len(languages) for _, languages in named)
    blocks_at = at + 16 * count
    for _, languages in named:
        rows = []
        for language, block in languages:
            rows.append((language, at + len(leaves)))
            leaves += data_entry(RSRC_RVA + blocks_at + len(blocks), len(block))
            blocks += block.ljust(-(-len(block) // 8) * 8, b"\0")
        tree += directory(rows)
    return tree + leaves + blocks
