"""Mutants of the seed files, reproducible by number: what fuzzing does where no engine guides it."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

from tests.fuzz.seeds import SEEDS

_FIELDS = (0, 1, 2, 16, 24, 0x10B, 0x20B, 0x200, 0x1000, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_HEADERS = 0x200


def mutant(number: int) -> bytes:
    """The mutant of this number: a seed after one to eight changes."""
    chance = random.Random(number)
    image = bytearray(chance.choice(tuple(SEEDS.values())))
    for _ in range(chance.randint(1, 8)):
        if len(image) >= 8:
            chance.choice(_CHANGES)(image, chance)
    return bytes(image)


def _place(image: bytearray, chance: random.Random) -> int:
    """Mostly in the headers or near the end, where resources stand."""
    end = len(image) - 4
    low, high = chance.choice(((0, _HEADERS), (0x40, 0x180), (end - 0x400, end), (0, end)))
    return min(max(chance.randint(low, high), 0), end)


def _byte(image: bytearray, chance: random.Random) -> None:
    image[_place(image, chance)] = chance.randrange(256)


def _bit(image: bytearray, chance: random.Random) -> None:
    image[_place(image, chance)] ^= 1 << chance.randrange(8)


def _field(image: bytearray, chance: random.Random) -> None:
    value = chance.choice(_FIELDS)
    layout, at = chance.choice(("<H", "<I")), _place(image, chance) & ~1
    struct.pack_into(layout, image, at, value & 0xFFFF if layout == "<H" else value)


def _neighbour(image: bytearray, chance: random.Random) -> None:
    """A number a little more or less: lengths and offsets that are nearly right."""
    at = _place(image, chance) & ~1
    (value,) = struct.unpack_from("<I", image, at)
    struct.pack_into("<I", image, at, (value + chance.choice((-8, -4, -1, 1, 4, 8, 512))) & 0xFFFFFFFF)


def _copy(image: bytearray, chance: random.Random) -> None:
    """A piece over another: directories that lead to themselves, headers twice."""
    length = chance.choice((2, 4, 8, 16, 24, 40))
    source, target = (min(_place(image, chance), len(image) - length) for _ in range(2))
    image[max(target, 0) : max(target, 0) + length] = image[max(source, 0) : max(source, 0) + length]


def _cut(image: bytearray, chance: random.Random) -> None:
    del image[chance.randint(1, len(image)) :]


def _insert(image: bytearray, chance: random.Random) -> None:
    at = _place(image, chance)
    image[at:at] = chance.choice((b"\0", b"\xff", b"A\0")) * chance.choice((1, 2, 8, 512, 4000))


_CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    *(_byte, _bit, _field, _field, _field, _neighbour, _neighbour, _copy, _cut, _insert),
)
_IN_PLACE = tuple(each for each in _CHANGES if each not in {_cut, _insert})


def change(piece: bytearray, chance: random.Random) -> None:
    """One change to a piece of something larger, whose length stays."""
    chance.choice(_IN_PLACE)(piece, chance)
