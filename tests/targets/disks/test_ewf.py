"""E01: damaged chunks, endings of segments, and sections that no program here writes."""

from __future__ import annotations

import random
import struct
import zlib
from pathlib import Path

import pytest

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.disks import ewf
from hotfixcheck.targets.disks.ewf import ending_of
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import ByteSource
from tests.targets.disks import images

CHUNK = random.Random(11).randbytes(32768)


def section(kind: bytes, place: int, body: bytes, *, last: bool = False) -> bytes:
    """A section of an E01 that stands at `place`."""
    following = place if last else place + 76 + len(body)
    head = struct.pack("<16s 2Q 40x", kind, following, 76 + len(body))
    return head + struct.pack("<I", zlib.adler32(head)) + body


def e01(*sections: tuple[bytes, bytes]) -> bytes:
    image = b"EVF\x09\x0d\x0a\xff\x00\x01\x01\x00\x00\x00"
    for kind, body in sections:
        image += section(kind, len(image), body)
    return image + section(b"done", len(image), b"", last=True)


def volume_section(chunks: int = 1, sectors: int = 64, sector: int = 512) -> tuple[bytes, bytes]:
    return b"volume", struct.pack("<4x 3I Q", chunks, sectors, sector, chunks * sectors).ljust(94, b"\0")


def table_section(*entries: int, base: int = 0, count: int | None = None) -> tuple[bytes, bytes]:
    head = struct.pack("<I 4x Q 4x", len(entries) if count is None else count, base)
    body = struct.pack(f"<{len(entries)}I", *entries)
    return b"table", head + struct.pack("<I", zlib.adler32(head)) + body + struct.pack("<I", zlib.adler32(body))


def broken(kind_and_body: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    kind, body = kind_and_body
    return kind, body[:-1] + bytes([body[-1] ^ 1])


E01_DAMAGE: dict[str, tuple[bytes, str]] = {
    "no volume": (e01(), "nothing says how large its disk is"),
    "no table": (e01(volume_section(5)), "names 0 of 5 chunks"),
    "a volume cut short": (e01((b"volume", b"abc")), "its volume section is cut short"),
    "chunks that cannot be": (e01(volume_section(sectors=1 << 20)), "chunks of 536,870,912 bytes"),
    "a table too long": (e01(volume_section(), table_section(1, count=900)), "fails its checksum"),
    "a table that fails its checksum": (e01(volume_section(), broken(table_section(1))), "fails its checksum"),
}


@pytest.mark.parametrize(("image", "problem"), E01_DAMAGE.values(), ids=list(E01_DAMAGE))
def test_an_e01_that_cannot_be(image: bytes, problem: str) -> None:
    with pytest.raises(OSError, match=problem):
        ewf.open_disk(Memory(image), Beside("image.E01", lambda _name: Memory(b"")))


def one_chunk(stored: bytes) -> ByteSource:
    """The disk of an E01 whose only chunk, said to be compressed, is `stored`."""
    volume = volume_section()
    place = 13 + 76 + len(volume[1]) + 76
    image = e01(volume, (b"sectors", stored), table_section(place | 0x80000000))
    return ewf.open_disk(Memory(image), Beside("image.E01", lambda _name: Memory(b"")))


def test_a_chunk_of_an_e01_that_is_compressed() -> None:
    content = CHUNK
    assert one_chunk(zlib.compress(content)).read(0, 32768) == content
    with pytest.raises(OSError, match="chunk 0: "):
        one_chunk(zlib.compress(content)[:-1] + b"x").read(0, 100)
    with pytest.raises(OSError, match="chunk 0 is of 100 bytes"):
        one_chunk(zlib.compress(content[:100])).read(0, 32768)


def test_a_chunk_of_an_e01_that_is_said_to_be_missing() -> None:
    chunks, sectors = 1, 128
    volume = b"volume", struct.pack("<4x 3I Q", chunks, 64, 512, sectors).ljust(94, b"\0")
    disk = ewf.open_disk(Memory(e01(volume, table_section(1))), Beside("image.E01", lambda _name: Memory(b"")))
    with pytest.raises(OSError, match="cut short: it has no chunk 1"):
        disk.read(32768, 100)


def test_a_chunk_of_an_e01_that_stands_behind_its_table() -> None:
    content = CHUNK
    place = len(e01(volume_section(), table_section(1)))
    image = e01(volume_section(), table_section(place)) + content + struct.pack("<I", zlib.adler32(content))
    assert ewf.open_disk(Memory(image), Beside("image.E01", lambda _name: Memory(b""))).read(0, 32768) == content


def test_the_sections_of_an_e01_end_where_one_leads_back() -> None:
    image = e01(volume_section())[:13] + section(b"volume", 13, volume_section()[1], last=True)
    with pytest.raises(OSError, match="names 0 of 1 chunks"):
        ewf.open_disk(Memory(image), Beside("image.E01", lambda _name: Memory(b"")))


def test_a_damaged_chunk_of_an_e01(tmp_path: Path) -> None:
    path = images.built("E01, plain", tmp_path)
    data = bytearray(path.read_bytes())
    place = data.find(images.CONTENT[1000:1100])
    data[place] ^= 1
    disk = images.opened(path, bytes(data))
    with pytest.raises(OSError, match="fails its checksum"):
        disk.read(0, 4096)


def test_the_endings_of_segments() -> None:
    assert [ending_of(number) for number in (1, 99, 100, 125, 126, 775, 776)] == [
        *("E01", "E99", "EAA", "EAZ", "EBA", "EZZ", "FAA")
    ]
