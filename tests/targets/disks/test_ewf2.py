"""Ex01: every byte of what is written by its documentation comes back; damage and what is not read are named."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hotfixcheck.errors import TargetError
from hotfixcheck.targets import open_target
from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.disks import ewf2
from hotfixcheck.targets.disks.ewf2 import ending_of
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import ByteSource
from tests.build.changes import Change, both, cut, put
from tests.build.ewf2 import BZIP2, KEYS, Layout, bare_bzip2, ex01, table
from tests.targets.disks.images import CONTENT

ODD = CONTENT[: 40 * 32768 + 7 * 512]

LAYOUTS: dict[str, Layout] = {
    "zlib": Layout(),
    "bzip2": Layout(BZIP2),
    "not compressed": Layout(stored=range(10_000)),
    "some not compressed": Layout(stored=range(0, 10_000, 3)),
    "no patterns": Layout(patterns=False),
    "in segments": Layout(chunks=7, tables=2),
    "a table a chunk": Layout(chunks=1),
    "large chunks": Layout(sectors=1024),
    "sectors of a CD": Layout(sector=2048, sectors=16),
}


def opened(segments: list[bytes], name: str = "image.Ex01") -> ByteSource:
    def beside(wanted: str) -> ByteSource:
        number = int(wanted[-2:])
        if number > len(segments):
            raise FileNotFoundError(2, f"a part of it is missing: {wanted}")
        return Memory(segments[number - 1])

    source = Memory(segments[0])
    assert ewf2.detect(source)
    return ewf2.open_disk(source, Beside(name, beside))


@pytest.mark.parametrize("content", [CONTENT, ODD], ids=["whole chunks", "a chunk in part"])
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_every_byte_comes_back(layout: Layout, content: bytes) -> None:
    content = content[: len(content) // layout.sector * layout.sector]
    disk = opened(ex01(content, layout))
    assert disk.size == len(content)
    assert disk.read(0, disk.size) == content
    for at, length in ((0, 1), (511, 2), (65_535, 70_000), (149_999, 1_000_000), (len(content) - 1, 5)):
        assert disk.read(at, length) == content[at : at + length]
    assert disk.read(disk.size, 10) == b""


def test_a_pattern_of_eight_bytes() -> None:
    assert opened(ex01(b"pattern!" * 65_536, Layout())).read(32_760, 20) == (b"pattern!" * 4)[:20]


def test_the_endings_of_segments() -> None:
    assert [ending_of(number) for number in (1, 99, 100, 125, 126, 775, 776, 2127)] == [
        *("Ex01", "Ex99", "ExAA", "ExAZ", "ExBA", "ExZZ", "EyAA", "EzZZ")
    ]


def summed(at: int) -> Change:
    """Sets the checksum of what describes a section, from its first byte."""

    def change(image: bytearray) -> None:
        start = at % len(image)
        struct.pack_into("<I", image, start + 60, zlib.adler32(image[start : start + 60]))

    return change


def last_table(change: Callable[[bytearray, int], None]) -> Change:
    """A change to the last table, by where it stands: behind it are MD5 and "done"."""

    def changed(image: bytearray) -> None:
        described = len(image) - 64 - 64 - 32 - 64
        (size,) = struct.unpack_from("<Q", image, described + 16)
        change(image, described - size)

    return changed


def entry(place: int, stored: int, flags: int) -> Change:
    """Another first entry of the last table, with the checksum that fits."""

    def change(image: bytearray, at: int) -> None:
        (count,) = struct.unpack_from("<I", image, at + 8)
        struct.pack_into("<Q 2I", image, at + 32, place, stored, flags)
        end = at + 32 + 16 * count
        struct.pack_into("<I", image, end, zlib.adler32(image[at + 32 : end]))

    return last_table(change)


def flip(place: int) -> Change:
    def change(image: bytearray, at: int) -> None:
        image[at + place] ^= 1

    return last_table(change)


def first_section(image: bytearray) -> int:
    """Where what describes the first section, device information, stands."""
    return next(at for at in range(32, len(image), 16) if struct.unpack_from("<2I 2Q", image, at)[:3] == (1, 1, 0))


def in_first(layout: str, at: int, value: int) -> Change:
    def change(image: bytearray) -> None:
        start = first_section(image)
        struct.pack_into(layout, image, start + at, value)
        summed(start)(image)

    return change


DAMAGE: dict[str, tuple[Change, str]] = {
    "logical": (put("8s", 0, b"LEF2\r\n\x81\0"), r"logical evidence \(Lx01\), which holds files"),
    "of another version": (put("B", 8, 3), "unknown version 3.1"),
    "of another compression": (put("<H", 10, 7), "compression 7"),
    "another segment": (put("<I", 12, 2), "segment 1 of the Ex01 is not what it should be"),
    "encrypted": (both(put("<I", -60, 2), summed(-64)), "the Ex01 is encrypted"),
    "with keys": (both(put("<I", -64, KEYS), summed(-64)), "the Ex01 is encrypted"),
    "a section that fails its checksum": (put("<Q", -48, 7), "fails its checksum"),
    "a section of another length": (both(put("<I", -40, 76), summed(-64)), "fails its checksum"),
    "a section that overlaps": (both(put("<Q", -48, 100_000), summed(-64)), "overlaps the one before"),
    "sections in a circle": (both(put("<Q", -56, 1 << 40), summed(-64)), "overlaps the one before"),
    "no end": (both(put("<I", -64, 9), summed(-64)), "segment 1 of the Ex01 is cut short: nothing says that it ends"),
    "cut short": (cut(40_000), "damaged, or cut short"),
    "a header alone": (cut(40), "cut short"),
    "device information that fails its checksum": (in_first("<Q", 32, 5), "fails its checksum"),
    "device information that was changed": (put("<Q", 40, 1), "fails its checksum"),
    "no device information": (in_first("<I", 0, 5), "0 sectors of 0 bytes"),
    "a table that fails its checksum": (flip(0), "the table at byte .* fails its checksum"),
    "a table whose entries fail it": (flip(32), "the table at byte .* fails its checksum"),
}


@pytest.mark.parametrize(("change", "problem"), DAMAGE.values(), ids=list(DAMAGE))
def test_damage_is_named(change: Change, problem: str) -> None:
    data = bytearray(ex01(CONTENT, Layout())[0])
    change(data)
    with pytest.raises(OSError, match=problem):
        opened([bytes(data)])


READING: dict[str, tuple[Change, str]] = {
    "an unknown flag": (entry(4096, 100, 9), "chunk 0 is of 100 bytes, with flags 0x9"),
    "a chunk too long": (entry(4096, 1 << 30, 1), "chunk 0 is of 1,073,741,824 bytes"),
    "a chunk behind the end": (entry(1 << 40, 100, 1), "cut short"),
    "a chunk that is not compressed": (entry(0, 100, 1), "the Ex01 is damaged"),
    "a chunk that fails its checksum": (entry(0, 32_772, 2), "chunk 0 fails its checksum"),
    "a chunk that is too short": (entry(0, 100, 0), "chunk 0 is of 100 bytes"),
    "a chunk without checksum and too short": (entry(0, 100, 2), "chunk 0 fails its checksum"),
    "a pattern that is not compressed": (entry(0, 0, 4), "chunk 0 is of 0 bytes"),
}


@pytest.mark.parametrize(("change", "problem"), READING.values(), ids=list(READING))
def test_what_is_not_there_is_never_zeros(change: Change, problem: str) -> None:
    data = bytearray(ex01(CONTENT, Layout())[0])
    change(data)
    disk = opened([bytes(data)])
    with pytest.raises(OSError, match=problem):
        disk.read(0, 100)


@pytest.mark.parametrize("layout", [Layout(), Layout(BZIP2)], ids=["zlib", "bzip2"])
def test_a_compressed_chunk_that_was_changed(layout: Layout) -> None:
    data = bytearray(ex01(CONTENT, replace(layout, patterns=False))[0])
    # The first chunk follows device information and case data.
    (first,) = (at for at in range(32, 4096, 16) if struct.unpack_from("<2I", data, at) == (2, 1))
    data[first + 64 + 200] ^= 0xFF
    disk = opened([bytes(data)])
    with pytest.raises(OSError, match="the Ex01 is damaged"):
        disk.read(0, 100)


def test_text_that_is_more_than_it_can_be() -> None:
    bomb = zlib.compress(b"\xff\xfe" + bytes(32 << 20))
    with pytest.raises(OSError, match="no whole compressed piece"):
        opened(ex01(CONTENT, Layout(compress=lambda data: bomb if data[:2] == b"\xff\xfe" else zlib.compress(data))))


def test_bare_blocks_of_bzip2_are_named() -> None:
    with pytest.raises(OSError, match="bare blocks of bzip2, which are not read"):
        opened(ex01(CONTENT, Layout(BZIP2, compress=bare_bzip2)))


def test_tables_with_a_gap() -> None:
    segments = ex01(CONTENT, Layout(chunks=16))
    data = bytearray(segments[0])

    def change(image: bytearray, at: int) -> None:
        image[at : at + 32] = table(50, b"")[:8] + image[at + 8 : at + 32]
        struct.pack_into("<I", image, at + 16, zlib.adler32(image[at : at + 16]))

    last_table(change)(data)
    with pytest.raises(OSError, match="a table begins with chunk 50, not 48"):
        opened([bytes(data)])


def test_segments_of_another_or_none(tmp_path: Path) -> None:
    segments = ex01(CONTENT, Layout(chunks=7, tables=2))
    other = bytearray(segments[1])
    other[20] ^= 1
    with pytest.raises(OSError, match="segment 2 of the Ex01 is one of another"):
        opened([segments[0], bytes(other), *segments[2:]])
    for number, segment in enumerate(segments, start=1):
        if number != 3:
            (tmp_path / f"image.Ex{number:02}").write_bytes(segment)
    with (
        pytest.raises(TargetError, match=r"a part of it is missing: image\.Ex03"),
        open_target(tmp_path / "image.Ex01"),
    ):
        pass


def test_fewer_chunks_than_the_disk_has() -> None:
    whole = ex01(CONTENT, Layout(chunks=7, tables=2))
    last = bytearray(whole[1])  # the second of five says that it is the last
    struct.pack_into("<I", last, len(last) - 64, 0x0F)
    summed(-64)(last)
    with pytest.raises(OSError, match="the Ex01 is cut short: it names 28 of 64 chunks"):
        opened([whole[0], bytes(last)])
