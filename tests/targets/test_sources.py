"""Byte sources made of others, and the spool."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest

from hotfixcheck.targets import spool as spools
from hotfixcheck.targets.sources import Memory, Piece, Pieced, Slice, Stream
from hotfixcheck.targets.spool import Spool

DATA = bytes(range(100))


@pytest.mark.parametrize(
    ("offset", "length", "data"),
    [(0, 5, DATA[10:15]), (15, 10, DATA[25:30]), (20, 5, b""), (0, 0, b""), (0, -1, b"")],
)
def test_a_slice(offset: int, length: int, data: bytes) -> None:
    assert Slice(Memory(DATA), 10, 20).read(offset, length) == data


def test_pieces_with_holes_read_as_zeros() -> None:
    pieces = [Piece(10, 5, Memory(b"aaaaa")), Piece(15, 5, Memory(b"xbbbbbx"), 1), Piece(30, 2, Memory(b"cc"))]
    whole = b"\0" * 10 + b"aaaaabbbbb" + b"\0" * 10 + b"cc" + b"\0" * 8
    source = Pieced(pieces, 40)
    assert source.read(0, 100) == whole
    for offset in range(41):
        for length in (0, 1, 3, 7, 40):
            assert source.read(offset, length) == whole[offset : offset + length]
    assert Pieced([], 3).read(0, 5) == b"\0\0\0"


def test_a_piece_that_is_cut_short_ends_the_file() -> None:
    source = Pieced([Piece(0, 10, Memory(b"abc")), Piece(10, 3, Memory(b"xyz"))], 13)
    assert source.read(0, 13) == b"abc"


def test_a_stream_is_a_file() -> None:
    stream = Stream(Memory(DATA))
    buffered = io.BufferedReader(stream)
    assert buffered.read(3) == DATA[:3]
    assert buffered.seek(-2, io.SEEK_END) == 98
    assert buffered.read() == DATA[98:]
    assert stream.read(5) == b""
    assert stream.seek(0) == 0
    assert stream.read(None) == DATA
    with pytest.raises(ValueError, match="before the beginning"):
        stream.seek(-1)


def reads(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)


@pytest.mark.parametrize("in_memory", [1 << 20, 0, 30], ids=["in memory", "in a file", "first in memory"])
def test_what_a_spool_keeps(in_memory: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spools, "_IN_MEMORY", in_memory)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spool = Spool()
    first = spool.keep(reads(DATA[4:25]).read, DATA[:4], 25, None)
    second = spool.keep_head(DATA[:10], 1000, None)
    third = spool.keep(reads(DATA).read, b"", 100, None)
    assert (first.read(0, 100), first.size) == (DATA[:25], 25)
    assert (second.read(2, 5), second.size) == (DATA[2:7], 1000)
    assert second.read(1000, 1) == b""
    with pytest.raises(OSError, match="only its beginning was kept"):
        second.read(8, 10)
    assert third.read(50, 10) == DATA[50:60]
    spool.close()
    assert not list(tmp_path.iterdir())


def test_a_spool_is_told_where_a_file_ends_early() -> None:
    with pytest.raises(OSError, match="cut short: 10 bytes of 20"):
        Spool().keep(reads(DATA[:6]).read, b"four", 20, None)
