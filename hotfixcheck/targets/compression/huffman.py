"""Canonical Huffman codes as tables to look up: what XPRESS and LZX share."""

from __future__ import annotations

from collections.abc import Sequence


def decoding_table(lengths: Sequence[int], bits: int) -> list[int]:
    """For every number of `bits` bits the symbol that it begins with, times 32, plus the length of its code.

    Raises ValueError for lengths that make no code; an empty code gives an empty table.
    """
    table: list[int] = []
    by_length: list[list[int]] = [[] for _ in range(bits + 1)]
    for symbol, length in enumerate(lengths):
        if length:
            by_length[length].append(symbol)
    for length, symbols in enumerate(by_length):
        for symbol in symbols:
            table += [symbol << 5 | length] * (1 << (bits - length))
        if len(table) > 1 << bits:
            raise ValueError("code lengths that make no code")
    if table and len(table) != 1 << bits:
        raise ValueError("code lengths that leave a gap")
    return table
