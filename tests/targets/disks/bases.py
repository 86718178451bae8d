"""The disk that others hold the differences to, and what reading a disk of differences must give."""

from __future__ import annotations

import random
from pathlib import Path

from hotfixcheck.targets.tree import ByteSource
from tests.build.disks import MEGABYTE, converted
from tests.build.targets import needs

SIZE = 4 * MEGABYTE
CONTENT = random.Random(3).randbytes(MEGABYTE).ljust(SIZE - 2 * MEGABYTE, b"b") + bytes(2 * MEGABYTE)


def base(folder: Path, kind: str, *options: str) -> Path:
    needs("qemu-img")
    raw = folder / "base.raw"
    raw.write_bytes(CONTENT)
    if kind == "raw":
        return raw
    return converted(lambda _drive, _work: raw, kind, *options)(folder, folder).rename(folder / f"base.{kind}")


def assert_reads(disk: ByteSource, expected: bytes) -> None:
    assert disk.read(0, disk.size) == expected
    chance = random.Random(5)
    for _ in range(200):
        at, length = chance.randrange(len(expected)), chance.choice((1, 512, 5000, 200_000))
        assert disk.read(at, length) == expected[at : at + length]
