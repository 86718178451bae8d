"""Canonical Huffman codes as tables to look up: what XPRESS and LZX share."""

from __future__ import annotations

from collections.abc import Sequence


def decoding_table(lengths: Sequence[int], most: int) -> tuple[list[int], int]:
    """(table, width): for every number of `width` bits the symbol that it begins with, times 32, plus the length of its
    code. The width is the length of the longest code, as tables cost what they are long; `most` is the largest allowed.

    Raises ValueError for lengths that make no code; an empty code gives an empty table.
    """
    width = max(lengths, default=0)
    if width > most:
        raise ValueError("a code that is too long")
    by_length: list[list[int]] = [[] for _ in range(width + 1)]
    for symbol, length in enumerate(lengths):
        by_length[length].append(symbol)
    table: list[int] = []
    for length in range(1, width + 1):
        for symbol in by_length[length]:
            table += [symbol << 5 | length] * (1 << (width - length))
        if len(table) > 1 << width:
            raise ValueError("code lengths that make no code")
    if width and len(table) != 1 << width:
        raise ValueError("code lengths that leave a gap")
    return table, width
