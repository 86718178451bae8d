"""LZH as KWAJ's third method has it, in code: no program here writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise

_SYMBOLS = (16, 16, 32, 64, 256)
_FIXED = {16: 4, 32: 5, 64: 6, 256: 8}
_FIRST, _OTHER, _RUNS, _DISTANCES, _LITERALS = range(5)
_BLANKS = b" " * 4096

Item = tuple[int, int]
"""A symbol of a code, by the code's number; or -1 and six bits as they stand."""


def lzh(data: bytes, *kinds: int) -> bytes:
    """`kinds` are those of the five codes: 0 fixed, 1 to 3 made for the data and written in one of three ways."""
    items = list(_items(data))
    kinds = (*kinds, 3, 3, 3, 3, 3)[:5]
    lengths = []
    for number, (kind, count) in enumerate(zip(kinds, _SYMBOLS, strict=True)):
        used = Counter(symbol for code, symbol in items if code == number)
        lengths.append(_huffman(used, count) if kind else [_FIXED[count]] * count)
    written = "".join(f"{kind:04b}" for kind in (*kinds, 0))
    written += "".join(_described(each, kind) for each, kind in zip(lengths, kinds, strict=True))
    codes = [_canonical(each) for each in lengths]
    written += "".join(f"{symbol:06b}" if code < 0 else codes[code][symbol] for code, symbol in items)
    written += "0" * (-len(written) % 8)
    return int(f"1{written}", 2).to_bytes(len(written) // 8 + 1, "big")[1:]


def _items(data: bytes) -> Iterator[Item]:
    """Runs of up to 32 bytes, and references of 3 to 17 bytes, also into the blanks before the first."""
    whole = _BLANKS + data
    last = {b"   ": 4093}
    run = bytearray()
    lengths = _FIRST
    at = len(_BLANKS)

    def literal() -> Iterator[Item]:
        yield lengths, 0
        yield _RUNS, len(run) - 1
        yield from ((_LITERALS, value) for value in run)

    while at < len(whole):
        found = last.get(whole[at : at + 3], -1)
        length = 0
        if found >= 0 and at - found < 4096:
            while length < 17 and at + length < len(whole) and whole[found + length] == whole[at + length]:
                length += 1
        if length >= 3:
            if run:
                yield from literal()
                lengths = _FIRST if len(run) == 32 else _OTHER
                run.clear()
            yield lengths, length - 2
            yield _DISTANCES, at - found >> 6
            yield -1, at - found & 63
            lengths = _FIRST
        else:
            length = 1
            run.append(whole[at])
        for each in range(at, at + length):
            last[whole[each : each + 3]] = each
        at += length
        if len(run) == 32:
            yield from literal()
            lengths = _FIRST
            run.clear()
    if run:
        yield from literal()


def _huffman(used: Counter[int], count: int) -> list[int]:
    """Lengths of a whole code, at least of two symbols and none longer than 15 bits."""
    least = max(used.values(), default=1) // 500 + 1
    for spare in range(2):
        used.setdefault(spare, 1)
    waiting: list[tuple[int, tuple[int, ...]]] = [(max(number, least), (symbol,)) for symbol, number in used.items()]
    heapify(waiting)
    lengths = [0] * count
    while len(waiting) > 1:
        (one, left), (other, right) = heappop(waiting), heappop(waiting)
        for symbol in left + right:
            lengths[symbol] += 1
        heappush(waiting, (one + other, left + right))
    assert max(lengths) <= 15
    return lengths


def _described(lengths: Sequence[int], kind: int) -> str:
    if kind == 0:
        return ""
    told = f"{lengths[0]:04b}"
    for before, length in pairwise(lengths):
        step = length - before
        if kind == 1:
            told += {0: "0", 1: "10"}.get(step, f"11{length:04b}")
        elif kind == 2:
            told += f"{step + 1:02b}" if -1 <= step <= 1 else f"11{length:04b}"
        else:
            told += f"{length:04b}"
    return told


def _canonical(lengths: Sequence[int]) -> dict[int, str]:
    codes, value, before = {}, 0, 0
    for length, symbol in sorted((length, symbol) for symbol, length in enumerate(lengths) if length):
        value <<= length - before
        codes[symbol] = f"{value:0{length}b}"
        value, before = value + 1, length
    return codes
