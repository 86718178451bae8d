"""What Windows compresses: our decompressors against wimlib's compressors, and on damaged chunks."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.targets import compression
from hotfixcheck.targets.compression import lznt1, lzxing, xpressing
from hotfixcheck.targets.compression.huffman import decoding_table
from hotfixcheck.targets.compression.libwim import Compression, decompressor
from tests.build.wimlib import compress

Decompress = Callable[..., bytes]

CHANCE = random.Random(7)
CONTENTS = {
    "a program": build_pe(version="1.2.3.4", size=40_000)[:32768],
    "one byte": b"a" * 32768,
    "four letters": bytes(CHANCE.randrange(4) for _ in range(30_000)),
    "text": b"".join(b"%d green bottles\n" % number for number in range(1800))[:32768],
    "far repeats": CHANCE.randbytes(12_000) + b"\xe8\1\2\3\4" * 40 + CHANCE.randbytes(300) * 30,
    "calls": b"".join(b"\xe8" + (number * 3).to_bytes(4, "little") + b"\x90" for number in range(4000)),
    "short": b"abc" * 300,
    "mostly random": CHANCE.randbytes(20_000) + bytes(8000),
}
KINDS: dict[str, tuple[Compression, int, Decompress]] = {
    "XPRESS": (Compression.XPRESS, 32768, xpressing.decompress),
    "XPRESS of 4 KB": (Compression.XPRESS, 4096, xpressing.decompress),
    "LZX": (Compression.LZX, 32768, lzxing.decompress),
    "LZX of 2 MB": (Compression.LZX, 1 << 21, partial(lzxing.decompress, order=21)),
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=list(CONTENTS))
@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_what_was_compressed_comes_back(kind: tuple[Compression, int, Decompress], content: bytes) -> None:
    number, chunk, decompress = kind
    content = content[-chunk:]
    packed = compress(content, number, chunk)
    assert len(packed) < len(content)
    assert decompress(packed, len(content)) == content
    native = decompressor(number, chunk)
    assert native is not None
    assert native(packed, len(content)) == content


@pytest.mark.parametrize("content", CONTENTS.values(), ids=list(CONTENTS))
@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_the_beginning_is_that_of_the_whole(kind: tuple[Compression, int, Decompress], content: bytes) -> None:
    number, chunk, decompress = kind
    content = content[-chunk:]
    packed = compress(content, number, chunk)
    for end in (1, 5, 100, 512, 4096, len(content) - 11, len(content) - 4, len(content)):
        if 0 < end <= len(content):
            found = decompress(packed, len(content), end)
            assert len(found) in {end, len(content)}
            assert content.startswith(found)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_damaged_chunk_is_an_error_or_of_its_size(kind: tuple[Compression, int, Decompress]) -> None:
    number, chunk, decompress = kind
    content = CONTENTS["text"][:chunk]
    packed = compress(content, number, chunk)
    native = decompressor(number, chunk)
    assert native is not None
    for seed in range(300):
        chance = random.Random(seed)
        damaged = bytearray(packed)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(min(len(damaged), 300))] = chance.randrange(256)
        cut = bytes(damaged[: chance.randint(1, len(damaged))]) if seed % 3 == 0 else bytes(damaged)
        answers = []
        for each in (decompress, native):
            try:
                answers.append(each(cut, len(content)))
            except ValueError:
                answers.append(b"")
        assert all(len(answer) in {0, len(content)} for answer in answers)
        # Both accept what is whole in the same way; how far each reads behind the end of a chunk is its own affair.
        if seed % 3 and all(answers):
            assert answers[0] == answers[1], seed


@settings(max_examples=60)
@given(st.sampled_from(sorted(KINDS)), st.binary(max_size=600))
def test_any_bytes_are_an_error_or_of_the_size(kind: str, data: bytes) -> None:
    decompress = KINDS[kind][2]
    with suppress(ValueError):
        assert len(decompress(data, 4096)) == 4096


def uncompressed_block(data: bytes, *, before: str = "") -> bytes:
    """An LZX chunk of one block that is copied, behind some bits."""
    bits = before + "011" + ("1" if len(data) == 32768 else f"0{len(data):016b}")
    bits += "0" * (-len(bits) % 16 or 16)
    words = b"".join(int(bits[at : at + 16], 2).to_bytes(2, "little") for at in range(0, len(bits), 16))
    return words + b"\1\0\0\0" * 3 + data + bytes(len(data) % 2)


@pytest.mark.parametrize("size", [32768, 100, 101])
def test_a_block_that_is_copied(size: int) -> None:
    content = CHANCE.randbytes(size)
    assert lzxing.decompress(uncompressed_block(content), size) == content


def test_blocks_that_are_copied_one_after_the_other() -> None:
    first, second = CHANCE.randbytes(101), CHANCE.randbytes(40)
    packed = uncompressed_block(first) + uncompressed_block(second)
    native = decompressor(Compression.LZX, 32768)
    assert native is not None
    assert lzxing.decompress(packed, 141) == native(packed, 141) == first + second


BROKEN_LZX = {
    "a block of unknown type": (bytes([0x00, 0xF0]), 10),
    "a block longer than the chunk": (uncompressed_block(bytes(200)), 100),
    "a copied block that is cut short": (uncompressed_block(bytes(200))[:50], 200),
    "nothing": (b"", 10),
}


@pytest.mark.parametrize(("data", "size"), BROKEN_LZX.values(), ids=list(BROKEN_LZX))
def test_lzx_that_cannot_be(data: bytes, size: int) -> None:
    with pytest.raises(ValueError, match=r"^a "):
        lzxing.decompress(data, size)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(bytes(100), "without its code", id="shorter than its code"),
        pytest.param(bytes(300), "empty code", id="no symbols"),
        pytest.param(b"\x11" * 256, "no code", id="too many short codes"),
        pytest.param(b"\x01" + bytes(299), "gap", id="too few codes"),
    ],
)
def test_xpress_that_cannot_be(data: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        xpressing.decompress(data, 100)


@pytest.mark.parametrize(
    ("data", "size", "expected"),
    [
        pytest.param(b"\x02\x30abc\0\0", 8, b"abc\0\0\0\0\0", id="a chunk as it is"),
        pytest.param(b"\x03\xb0\x02a\x02\x00", 6, b"aaaaaa", id="a match"),
        pytest.param(b"", 4, bytes(4), id="nothing"),
    ],
)
def test_lznt1(data: bytes, size: int, expected: bytes) -> None:
    assert lznt1.decompress(data, size) == expected


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"\xff\xb0abc", "cut short", id="a chunk longer than what is there"),
        pytest.param(b"\x02\xb0\x01ab", "leads out|cut short", id="a match at the beginning"),
        pytest.param(b"\x03\xb0\x02a\x02\x10", "leads out", id="a match before the beginning"),
        pytest.param(b"\x02\xb0\x02a\x02", "cut short", id="half a match"),
    ],
)
def test_lznt1_that_cannot_be(data: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        lznt1.decompress(data, 4096)


def test_without_wimlib_python_does_it_but_not_lzms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "decompressor", lambda _kind, _chunk: None)
    content = CONTENTS["a program"]
    assert compression.xpress(32768)(compress(content, Compression.XPRESS, 32768), len(content), None) == content
    assert compression.lzx(32768)(compress(content, Compression.LZX, 32768), len(content), None) == content
    with pytest.raises(OSError, match="apt-get install"):
        compression.lzms(32768)


def test_wimlib_is_looked_for_once_and_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from hotfixcheck.targets.compression import libwim

    monkeypatch.setitem(libwim._NAMES, "linux", "libnone.so")
    libwim._library.cache_clear()
    try:
        assert compression.missing() == ""
        assert decompressor(Compression.XPRESS, 4096) is None
        assert "apt-get install wimtools" in compression.missing()
    finally:
        libwim._library.cache_clear()


def test_a_chunk_size_that_wimlib_refuses() -> None:
    assert decompressor(Compression.XPRESS, 1 << 30) is None


def test_codes_of_one_symbol_and_of_none() -> None:
    assert decoding_table([0, 0], 4) == ([], 0)
    assert decoding_table([1, 1], 4) == ([1, 33], 1)


def test_a_block_of_lzx_with_an_empty_code() -> None:
    lengths = "0001" * 2 + "0000" * 18
    bits = "001" + "0" + f"{5:016b}" + "".join(lengths + "0" * count for count in (256, 240, 249))
    bits += "0" * (64 - len(bits) % 16)
    data = b"".join(int(bits[at : at + 16], 2).to_bytes(2, "little") for at in range(0, len(bits), 16))
    with pytest.raises(ValueError, match="a block with an empty code"):
        lzxing.decompress(data, 5)
