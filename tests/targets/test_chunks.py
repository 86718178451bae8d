"""Files compressed in chunks: tables of either width, and chunks that cannot be."""

from __future__ import annotations

import struct

import pytest

from hotfixcheck.targets.chunks import Chunked
from hotfixcheck.targets.sources import Memory


def test_a_file_of_more_than_4_gb_has_a_table_of_64_bit_numbers() -> None:
    size, chunk = (4 << 30) + 100, 1 << 26
    count = -(-size // chunk)
    starts = [min(number * 10, count * 10) for number in range(1, count)]
    stored = struct.pack(f"<{count - 1}Q", *starts) + b"".join(b"%010d" % number for number in range(count))
    file = Chunked(Memory(stored), size, chunk, lambda data, length, _end: data.ljust(length, b"."))
    assert file.read(3 * chunk, 12) == b"0000000003.."
    assert file.read(size - 100, 12) == b"%010d.." % (count - 1)


@pytest.mark.parametrize(
    ("stored", "problem"),
    [
        pytest.param(b"", "hold no table", id="no table"),
        pytest.param(struct.pack("<I", 9000) + b"abc", "bytes for 4,096", id="a chunk longer than itself"),
        pytest.param(struct.pack("<I", 3) + b"abcdef", "it gives 2 bytes", id="a chunk that gives too little"),
        pytest.param(struct.pack("<I", 30) + b"abcdef", "cut short|bytes for", id="a chunk that is not there"),
    ],
)
def test_chunks_that_cannot_be(stored: bytes, problem: str) -> None:
    with pytest.raises(OSError, match=problem):
        Chunked(Memory(stored), 8192, 4096, lambda _data, _length, _end: b"xx").read(0, 8192)
