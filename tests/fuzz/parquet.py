"""Mutants of Parquet files of inventories: `python -m tests.fuzz.parquet 20000 [FIRST]`.

Each is read as a whole: it is an inventory, or TargetError says where it is none. Anything else is a mistake, a process
that dies or hangs most of all: the number that was said last is the mutant.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from contextlib import closing
from functools import cache
from pathlib import Path

from hotfixcheck.errors import TargetError
from hotfixcheck.fleet.reading import InventoryFile
from tests.build.fleets import a_system, packed
from tests.fuzz.mutation import change

SLOW = 5.0
"""Seconds for a file of 10 KB."""

_END = 8


@cache
def seed() -> bytes:
    return packed({"line-1": a_system(), "line-2": a_system(1)})


def mutant(number: int) -> bytes:
    """The file after one to six changes, in its pages, in its footer, or anywhere; a few are cut."""
    chance = random.Random(number)
    data = seed()
    footer = len(data) - _END - int.from_bytes(data[-_END:-4], "little")
    start, end = chance.choice(((4, footer), (footer, len(data) - _END), (0, len(data))))
    piece = bytearray(data[start:end])
    for _ in range(chance.randint(1, 6)):
        if chance.random() < 0.5:
            change(piece, chance)
        else:
            piece[chance.randrange(len(piece))] = chance.randrange(256)
    changed = data[:start] + bytes(piece) + data[end:]
    return changed[: chance.randrange(len(changed))] if chance.random() < 0.05 else changed


def read(data: bytes, path: Path) -> bool:
    """True if every system of it could be read."""
    path.write_bytes(data)
    try:
        with closing(InventoryFile(path)) as opened:
            for place in opened.places:
                opened.load(place)
    except TargetError as error:
        assert error.file == str(path)
        assert "\n" not in str(error)
        return False
    return True


def main(count: int, first: int) -> None:
    good = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + count):
            print(number, end="\r", file=sys.stderr)
            began = time.monotonic()
            good += read(mutant(number), Path(folder) / "mutant.parquet")
            assert time.monotonic() - began < SLOW, number
    print(f"{count:,} mutants, {good:,} of them read")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
