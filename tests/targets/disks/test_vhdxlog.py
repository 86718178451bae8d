"""The log of a VHDX that was not closed: what of it counts, and what changes nothing."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from hotfixcheck.targets.disks.crc32c import crc32c
from hotfixcheck.targets.disks.vhdxlog import replayed
from hotfixcheck.targets.sources import Memory
from tests.targets.disks.images import CHANCE, CONTENT, built, opened, summed_vhdx

LOG = bytes(range(16))


def log_entry(sequence: int, tail: int, *writes: tuple[int, bytes | int]) -> bytes:
    """An entry of a VHDX log: (offset, 4096 bytes, or a length of zeros) each."""
    descriptors, sectors = b"", b""
    for offset, data in writes:
        if isinstance(data, int):
            descriptors += struct.pack("<4s 4x 3Q", b"zero", data, offset, sequence)
            continue
        descriptors += struct.pack("<4s 4s 8s 2Q", b"desc", data[-4:], data[:8], offset, sequence)
        sectors += struct.pack("<4s I", b"data", sequence >> 32) + data[8:-4] + struct.pack("<I", sequence)
    head = (64 + len(descriptors) + 4095) // 4096 * 4096
    entry = bytearray(
        struct.pack("<4s 3I Q 2I 16s 2Q", b"loge", 0, head + len(sectors), tail, sequence, len(writes), 0, LOG, 0, 0)
    )
    entry += descriptors
    entry = entry.ljust(head, b"\0") + sectors
    struct.pack_into("<I", entry, 4, crc32c(bytes(entry)))
    return bytes(entry)


def with_log(path: Path, *entries: bytes) -> bytes:
    """A VHDX that was not closed."""
    image = bytearray(path.read_bytes())
    for at in (0x10000, 0x20000):
        size, place = struct.unpack_from("<I Q", image, at + 68)
        image[at + 48 : at + 64] = LOG
        summed_vhdx(at, 4096)(image)
    image[place : place + size] = b"".join(entries).ljust(size, b"\0")
    return bytes(image)


def first_block(path: Path) -> int:
    return path.read_bytes().find(CONTENT[:4096])


def test_a_log_that_was_not_played_back_is(tmp_path: Path) -> None:
    path = built("VHDX", tmp_path)
    place = first_block(path)
    page = CHANCE.randbytes(4096)
    entry = log_entry(7, 0, (place + 4096, page), (place + 8192, 4096))
    disk = opened(path, with_log(path, entry))
    assert disk.read(0, 16384) == CONTENT[:4096] + page + bytes(4096) + CONTENT[12288:16384]
    assert disk.read(4100, 100) == page[4:104]


def test_behind_a_file_with_a_log_there_is_nothing() -> None:
    entry = log_entry(7, 0, (4096, 4096))
    file = replayed(Memory(entry), 0, len(entry), LOG)
    assert (file.size, file.read(0, 9000), file.read(8192, 1)) == (8192, entry + bytes(4096), b"")


def test_the_newest_whole_run_of_entries_counts(tmp_path: Path) -> None:
    path = built("VHDX", tmp_path)
    place = first_block(path)
    pages = [CHANCE.randbytes(4096) for _ in range(4)]
    old = log_entry(3, 0, (place, pages[0]))
    first = log_entry(8, len(old), (place, pages[1]))
    second = log_entry(9, len(old), (place + 4096, pages[2]))
    torn = bytearray(log_entry(10, len(old), (place, pages[3])))
    torn[5000] ^= 1
    disk = opened(path, with_log(path, old, first, second, bytes(torn)))
    assert disk.read(0, 8192) == pages[1] + pages[2]


def altered(entry: bytes, layout: str, at: int, value: int | bytes) -> bytes:
    """An entry of a log with another value in it, and the checksum that fits."""
    changed = bytearray(entry)
    struct.pack_into(layout, changed, at, value)
    struct.pack_into("<I", changed, 4, 0)
    struct.pack_into("<I", changed, 4, crc32c(bytes(changed)))
    return bytes(changed)


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(
            altered(log_entry(5, 0, *[(0, 4096)] * 126), "<I", 24, 127), id="more writes than it has room for"
        ),
        pytest.param(altered(log_entry(5, 0, (0, 4096)), "<Q", 88, 4), id="a write of an older entry"),
        pytest.param(altered(log_entry(5, 0, (0, 4096)), "<4s", 64, b"what"), id="a write of unknown kind"),
        pytest.param(altered(log_entry(5, 0, (0, bytes(4096))), "<4s", 4096, b"none"), id="a write without its data"),
        pytest.param(log_entry(5, 4096, (0, 4096)), id="it begins before what is there"),
        pytest.param(log_entry(5, 0, (0, 4096)).replace(LOG, bytes(16)), id="of another log"),
    ],
)
def test_a_log_without_a_whole_entry_changes_nothing(entry: bytes, tmp_path: Path) -> None:
    path = built("VHDX", tmp_path)
    assert opened(path, with_log(path, entry)).read(0, 8192) == CONTENT[:8192]


def test_a_log_that_cannot_be(tmp_path: Path) -> None:
    path = built("VHDX", tmp_path)
    image = bytearray(with_log(path))
    for at in (0x10000, 0x20000):
        struct.pack_into("<I", image, at + 68, 100)
        summed_vhdx(at, 4096)(image)
    with pytest.raises(OSError, match="log is damaged"):
        opened(path, bytes(image))
