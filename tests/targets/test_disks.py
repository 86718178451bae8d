"""Images of disks: what qemu-img and ewfacquire write comes back byte for byte; damage and missing parts are named."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from hotfixcheck.errors import TargetError
from hotfixcheck.targets import open_target
from hotfixcheck.targets.chunks import Chunked
from hotfixcheck.targets.directory import open_file
from hotfixcheck.targets.disks import vdi, vhd, vmdk
from hotfixcheck.targets.disks.blocks import Beside
from hotfixcheck.targets.disks.crc32c import crc32c
from hotfixcheck.targets.disks.ewf import _ending
from hotfixcheck.targets.disks.formats import formats
from hotfixcheck.targets.disks.split import joined_parts
from hotfixcheck.targets.disks.vhdxlog import replayed
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import ByteSource
from tests.build.disks import compressed_qcow, converted, evidence

CHANCE = random.Random(11)
CONTENT = b"".join(
    (
        CHANCE.randbytes(150_016),
        bytes(900_096),
        b"text of a file\r\n" * 20_000,
        bytes(70_000),
        CHANCE.randbytes(130_000),
    )
).ljust(2 << 20, b"\0")
Change = Callable[[bytearray], None]


def raw(_drive: Path, work: Path) -> Path:
    path = work / "disk.img"
    path.write_bytes(CONTENT)
    return path


IMAGES = {
    "VHD, fixed": converted(raw, "vpc", "subformat=fixed", "force_size=on"),
    "VHD, dynamic": converted(raw, "vpc", "subformat=dynamic", "force_size=on"),
    "VHDX": converted(raw, "vhdx", "block_size=1M"),
    "VHDX, fixed": converted(raw, "vhdx", "subformat=fixed"),
    "VMDK": converted(raw, "vmdk"),
    "VMDK, flat": converted(raw, "vmdk", "subformat=monolithicFlat"),
    "VMDK, stream-optimized": converted(raw, "vmdk", "subformat=streamOptimized"),
    "VMDK, in extents": converted(raw, "vmdk", "subformat=twoGbMaxExtentSparse"),
    "QCOW2": converted(raw, "qcow2"),
    "QCOW2, small clusters": converted(raw, "qcow2", "cluster_size=512"),
    "QCOW2, zlib": converted(raw, "qcow2", compressed=True),
    "QCOW2, zstd": converted(raw, "qcow2", "compression_type=zstd", compressed=True),
    "QCOW2, subclusters": converted(raw, "qcow2", "extended_l2=on", "cluster_size=128k"),
    "QCOW": converted(raw, "qcow"),
    "QCOW, compressed": compressed_qcow(raw),
    "Parallels": converted(raw, "parallels"),
    "Parallels, small clusters": converted(raw, "parallels", "cluster_size=65536"),
    "VDI": converted(raw, "vdi"),
    "VDI, fixed": converted(raw, "vdi", "static=on"),
    "E01": evidence(raw),
    "E01, plain": evidence(raw, "-c", "none"),
    "E01, in segments": evidence(raw, "-c", "none", "-S", "1MiB"),
}


def beside(path: Path) -> Beside:
    return Beside(path.name, lambda name: Memory((path.parent / name).read_bytes()))


def opened(path: Path, data: bytes | None = None) -> ByteSource:
    source = Memory(path.read_bytes() if data is None else data)
    format_ = next(each for each in formats() if each.detect(source))
    return format_.open_disk(source, beside(path))


def built(name: str, work: Path) -> Path:
    return IMAGES[name](work, work)


@pytest.mark.parametrize("name", IMAGES)
def test_every_byte_comes_back(name: str, tmp_path: Path) -> None:
    disk = opened(built(name, tmp_path))
    assert disk.read(0, disk.size)[: len(CONTENT)] == CONTENT
    assert not disk.read(len(CONTENT), disk.size).strip(b"\0")
    for at, length in ((0, 1), (511, 2), (65_535, 70_000), (149_999, 1_000_000), (len(CONTENT) - 1, 1)):
        assert disk.read(at, length) == CONTENT[at : at + length]
    assert disk.read(disk.size, 10) == b""


# --- damage ----------------------------------------------------------------------------------------------------------


def put(layout: str, at: int, *values: int | bytes) -> Change:
    return lambda image: struct.pack_into(layout, image, at % len(image), *values)


def cut(size: int) -> Change:
    def change(image: bytearray) -> None:
        del image[size:]

    return change


def both(*changes: Change) -> Change:
    def change(image: bytearray) -> None:
        for each in changes:
            each(image)

    return change


def summed_vhd(at: int, size: int, place: int) -> Change:
    """Sets the checksum of a header of a VHD."""

    def change(image: bytearray) -> None:
        start = at % len(image)
        image[start + place : start + place + 4] = bytes(4)
        struct.pack_into(">I", image, start + place, ~sum(image[start : start + size]) & 0xFFFFFFFF)

    return change


def summed_vhdx(at: int, size: int) -> Change:
    def change(image: bytearray) -> None:
        image[at + 4 : at + 8] = bytes(4)
        struct.pack_into("<I", image, at + 4, crc32c(bytes(image[at : at + size])))

    return change


def everywhere(old: bytes, new: bytes) -> Change:
    def change(image: bytearray) -> None:
        assert old in image
        image[:] = image.replace(old, new)

    return change


FOOTER_SUM = both(summed_vhd(-512, 512, 64))
PARENT = "parent.vhd".encode("utf-16-be")
SECOND_HEADER = everywhere(b"head", b"dead")
VHDX_PARAMETERS = UUID("CAA16737-FA36-4D43-B3B6-33F0AA44E76B").bytes_le


def vhdx_parameters(block: int, flags: int) -> Change:
    """Block size and flags among the metadata of a VHDX, which stand in a region of their own."""

    def change(image: bytearray) -> None:
        entry = image.find(VHDX_PARAMETERS)
        table = image.rfind(b"metadata", 0, entry)
        place = table + struct.unpack_from("<I", image, entry + 16)[0]
        struct.pack_into("<2I", image, place, block, flags)

    return change


DAMAGE: dict[str, tuple[str, Change, str]] = {
    "VHD: a footer that fails its checksum": ("VHD, fixed", put(">Q", -464, 77), "fails its checksum"),
    "VHD: no footer, and no copy": ("VHD, dynamic", both(put(">Q", 48, 1), cut(300_000)), "fails its checksum"),
    "VHD: of unknown type": ("VHD, fixed", both(put(">I", -452, 9), FOOTER_SUM), "unknown type 9"),
    "VHD: cut short": ("VHD, fixed", both(put(">Q", -464, 1 << 40), FOOTER_SUM), "cut short"),
    "VHD: a damaged header": ("VHD, dynamic", put(">I", 512 + 28, 3), "header is damaged: it fails"),
    "VHD: blocks that cannot be": (
        "VHD, dynamic",
        both(put(">I", 512 + 32, 3), summed_vhd(512, 1024, 36)),
        "blocks of 3 bytes",
    ),
    "VHD: of differences": (
        "VHD, dynamic",
        both(put(">I", -452, 4), FOOTER_SUM, put("20s", 512 + 64, PARENT), summed_vhd(512, 1024, 36)),
        r"differences to another disk, parent\.vhd",
    ),
    "VHDX: both headers damaged": ("VHDX", SECOND_HEADER, "both fail their checksum"),
    "VHDX: of unknown version": (
        "VHDX",
        both(
            *(put("<H", at + 66, 9) for at in (0x10000, 0x20000)),
            *(summed_vhdx(at, 4096) for at in (0x10000, 0x20000)),
        ),
        "unknown version 9",
    ),
    "VHDX: both region tables damaged": ("VHDX", everywhere(b"regi", b"dead"), "region tables are damaged"),
    "VHDX: no region": (
        "VHDX",
        both(
            *(put("<I", at + 8, 0) for at in (0x30000, 0x40000)),
            *(summed_vhdx(at, 0x10000) for at in (0x30000, 0x40000)),
        ),
        "names no block table",
    ),
    "VHDX: no metadata": ("VHDX", everywhere(b"metadata", b"nothing!"), "no table of them"),
    "VHDX: an item missing": ("VHDX", everywhere(VHDX_PARAMETERS, bytes(16)), "is missing"),
    "VHDX: blocks that cannot be": ("VHDX", vhdx_parameters(3, 0), "blocks of 3 bytes"),
    "VHDX: of differences": ("VHDX", vhdx_parameters(1 << 20, 2), "differences to another disk"),
    "VMDK: of unknown version": ("VMDK", put("<I", 4, 9), "unknown version 9"),
    "VMDK: grains that cannot be": ("VMDK", put("<Q", 20, 3), "grains of 3 sectors"),
    "VMDK: larger than can be": ("VMDK", put("<Q", 12, 1 << 45), "cut short: a table ends at byte"),
    "VMDK: of differences": ("VMDK", everywhere(b"parentCID=ffffffff", b"parentCID=12345678"), "differences"),
    "VMDK: an extent of another kind": ("VMDK, flat", everywhere(b" FLAT ", b" VMFSRDM "), "kind VMFSRDM"),
    "VMDK: an extent elsewhere": ("VMDK, flat", everywhere(b'"image-flat', b'"../i-flat'), "a file elsewhere"),
    "VMDK: no extent": ("VMDK, flat", everywhere(b"RW ", b"XX "), "names no extent"),
    "VMDK: an extent cut short": ("VMDK, flat", everywhere(b"RW 4096", b"RW 8192"), "is cut short"),
    "VMDK: of ESX": ("VMDK", put("4s", 0, b"COWD"), "it is an extent of a VMDK"),
    "VMDK: too many extents": (
        "VMDK, flat",
        everywhere(b"RW 4096", b"RW 1 ZERO\n" * 5000 + b"RW 4096"),
        "more than 4,096 extents",
    ),
    "QCOW of version 4": ("QCOW2", put(">I", 4, 4), "version 4 is not read"),
    "QCOW: encrypted": ("QCOW", put(">I", 36, 1), "encrypted"),
    "QCOW: clusters that cannot be": ("QCOW", put("B", 32, 60), r"clusters of 2\^60"),
    "QCOW: tables that cannot be": ("QCOW", put("B", 33, 60), r"2\^60 of them a table"),
    "QCOW: larger than its tables": ("QCOW", put(">Q", 24, 1 << 60), "cut short: a table ends at byte"),
    "QCOW: with another below": (
        "QCOW",
        both(put(">Q I", 8, 600, 9), put("9s", 600, b"base.img!")),
        "differences to another disk, base.img!",
    ),
    "Parallels: of unknown version": ("Parallels", put("<I", 16, 3), "unknown version 3"),
    "Parallels: of unknown state": ("Parallels", put("<I", 44, 3), "state 0x3"),
    "Parallels: of unknown flags": ("Parallels", put("<3I", 44, 0x312E3276, 2048, 6), "flags 0x6"),
    "Parallels: clusters that cannot be": ("Parallels", put("<I", 28, 1 << 30), "clusters of 1,073,741,824 sectors"),
    "Parallels: clusters too few": ("Parallels", put("<I", 32, 1), "1 clusters of 2,048 sectors for"),
    "Parallels: clusters too many": ("Parallels", put("<I", 32, 1 << 31), "cut short: a table ends at byte"),
    "QCOW2: encrypted": ("QCOW2", put(">I", 32, 2), "encrypted"),
    "QCOW2: marked as damaged": ("QCOW2", put(">Q", 72, 2), "qemu-img check"),
    "QCOW2: its data in another file": ("QCOW2", put(">Q", 72, 4), "in another file"),
    "QCOW2: an unknown feature": ("QCOW2", put(">Q", 72, 1 << 40), "not known here"),
    "QCOW2: with another below": (
        "QCOW2",
        both(put(">Q I", 8, 600, 9), put("9s", 600, b"base.img!")),
        "differences to another disk, base.img!",
    ),
    "QCOW2: clusters that cannot be": ("QCOW2", put(">I", 20, 60), r"clusters of 2\^60"),
    "QCOW2: tables too few": ("QCOW2", put(">I", 36, 0), "0 tables"),
    "VDI: of unknown version": ("VDI", put("<I", 68, 0x20000), "unknown version 2.0"),
    "VDI: of differences": ("VDI", put("<I", 76, 4), "differences to the disk 00000000-0000-0000-0000-000000000000"),
    "VDI: of unknown type": ("VDI", put("<I", 76, 3), "unknown type 3"),
    "VDI: blocks that cannot be": ("VDI", put("<I", 376, 5), "blocks of 5 bytes"),
    "E01: logical": ("E01", put("8s", 0, b"LVF\t\r\n\xff\0"), "logical evidence"),
    "E01: another segment": ("E01", put("<H", 9, 2), "segment 1 of the E01"),
    "E01: a section that fails its checksum": ("E01", put("<Q", 13 + 16, 99), "fails its checksum"),
    "E01: cut short": ("E01", cut(3000), "cut short"),
}


@pytest.mark.parametrize(("name", "change", "problem"), DAMAGE.values(), ids=list(DAMAGE))
def test_damage_is_named(name: str, change: Change, problem: str, tmp_path: Path) -> None:
    path = built(name, tmp_path)
    data = bytearray(path.read_bytes())
    change(data)
    with pytest.raises(OSError, match=problem):
        opened(path, bytes(data))


def compressed_qcow2(image: bytearray) -> None:
    """Damages the clusters that are compressed."""
    (first,) = struct.unpack_from(">Q", image, 40)
    (second,) = struct.unpack_from(">Q", image, first)
    for (entry,) in struct.iter_unpack(">Q", image[second & 0x00FFFFFFFFFFFE00 :][: 32 * 8]):
        if entry & 1 << 62:
            place = entry & (1 << 54) - 1
            image[place : place + 60] = b"\xff" * 60


def compressed_qcow_clusters(image: bytearray) -> None:
    (first,) = struct.unpack_from(">Q", image, 40)
    (second,) = struct.unpack_from(">Q", image, first)
    for (entry,) in struct.iter_unpack(">Q", image[second : second + 4096]):
        if entry >> 63:
            place = entry & (1 << 51) - 1
            image[place : place + 8] = b"\xff" * 8


def grain(image: bytearray) -> None:
    for at in range(512, len(image) - 16, 512):
        if image[at + 12 : at + 14] == b"\x78\x9c":
            image[at + 12 : at + 60] = b"\xff" * 48


READING: dict[str, tuple[str, Change, str]] = {
    "VHD, fixed": ("VHD, dynamic", cut(200_000), "cut short"),
    "VHDX": ("VHDX", cut(5 << 20), "cut short"),
    "VMDK": ("VMDK", cut(100_000), "cut short"),
    "VMDK, a damaged grain": ("VMDK, stream-optimized", grain, "a compressed grain is damaged"),
    "QCOW2": ("QCOW2", cut(400_000), "cut short"),
    "QCOW2, a damaged cluster": ("QCOW2, zlib", compressed_qcow2, "a compressed cluster is damaged"),
    "QCOW": ("QCOW", cut(400_000), "cut short"),
    "QCOW, a place that is no sector's": ("QCOW", put(">Q", 4096, 0x1100), "cluster 0 at byte 4,352"),
    "QCOW, a damaged cluster": ("QCOW, compressed", compressed_qcow_clusters, "a compressed cluster is damaged"),
    "Parallels": ("Parallels", cut(1_100_000), "cut short"),
    "VDI": ("VDI", cut(1_100_000), "cut short"),
}


@pytest.mark.parametrize(("name", "change", "problem"), READING.values(), ids=list(READING))
def test_what_is_not_there_is_never_zeros(name: str, change: Change, problem: str, tmp_path: Path) -> None:
    path = built(name, tmp_path)
    data = bytearray(path.read_bytes())
    change(data)
    disk = opened(path, bytes(data))
    with pytest.raises(OSError, match=problem):
        disk.read(0, disk.size)


def test_a_damaged_chunk_of_an_e01(tmp_path: Path) -> None:
    path = built("E01, plain", tmp_path)
    data = bytearray(path.read_bytes())
    place = data.find(CONTENT[1000:1100])
    data[place] ^= 1
    disk = opened(path, bytes(data))
    with pytest.raises(OSError, match="fails its checksum"):
        disk.read(0, 4096)


def test_a_missing_segment_or_extent(tmp_path: Path) -> None:
    path = built("E01, in segments", tmp_path)
    (tmp_path / "image.E02").unlink()
    with pytest.raises(FileNotFoundError):
        opened(path)
    path = built("VMDK, flat", tmp_path)
    (tmp_path / "image-flat.vmdk").unlink()
    with pytest.raises(TargetError, match=r"a part of it is missing: image-flat\.vmdk"), open_target(path):
        pass


def test_the_endings_of_segments() -> None:
    assert [_ending(number) for number in (1, 99, 100, 125, 126, 775, 776)] == [
        *("E01", "E99", "EAA", "EAZ", "EBA", "EZZ", "FAA")
    ]
    assert Beside("image.e01", open_file).ending("E02") == "image.e02"  # type: ignore[arg-type]
    assert Beside("image.Ex01", open_file).ending("Ex02") == "image.Ex02"  # type: ignore[arg-type]
    assert Beside("IMAGE.EX01", open_file).ending("Ex02") == "IMAGE.EX02"  # type: ignore[arg-type]
    assert Beside("image", open_file).ending("E02") == "image.E02"  # type: ignore[arg-type]


# --- logs, parts, chunks ---------------------------------------------------------------------------------------------

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


def test_raw_images_in_parts(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"disk.{number + 1:03}").write_bytes(CONTENT[number * 700_000 : (number + 1) * 700_000])
    path = tmp_path / "disk.001"
    source = joined_parts(Memory(path.read_bytes()), beside(path))
    assert source.read(0, source.size) == CONTENT[:2_100_000]
    (tmp_path / "disk.002").unlink()
    with pytest.raises(TargetError, match=r"part disk\.002 of the image is missing"), open_target(path):
        pass
    (tmp_path / "disk.003").unlink()
    alone = Memory(path.read_bytes())
    assert joined_parts(alone, beside(path)) is alone


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


# --- what no program here writes -------------------------------------------------------------------------------------


def test_a_parent_of_a_vhdx_is_named(tmp_path: Path) -> None:
    path = built("VHDX", tmp_path)
    image = bytearray(path.read_bytes())
    vhdx_parameters(1 << 20, 2)(image)
    table = image.find(b"metadata")
    (count,) = struct.unpack_from("<H", image, table + 10)
    key, value = "relative_path".encode("utf-16-le"), ".\\parent.vhdx".encode("utf-16-le")
    locator = struct.pack("<16x 2x H", 1) + struct.pack("<2I 2H", 32, 32 + len(key), len(key), len(value)) + key + value
    entry = UUID("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C").bytes_le + struct.pack("<4I", 0x18000, len(locator), 0, 0)
    image[table + 32 + 32 * count : table + 64 + 32 * count] = entry
    struct.pack_into("<H", image, table + 10, count + 1)
    image[table + 0x18000 : table + 0x18000 + len(locator)] = locator
    with pytest.raises(OSError, match=r"differences to another disk, \.\\parent\.vhdx"):
        opened(path, bytes(image))


def test_a_block_of_a_vhdx_that_is_partly_in_a_parent_it_has_not(tmp_path: Path) -> None:
    path = built("VHDX", tmp_path)
    image = bytearray(path.read_bytes())
    regions = 0x30000
    bat = UUID("2DC27766-F623-4200-9D64-115E9BFD4A08").bytes_le
    (place,) = struct.unpack_from("<Q", image, image.find(bat, regions) + 16)
    image[place] = image[place] & ~7 | 7
    with pytest.raises(OSError, match="in a parent that it does not have"):
        opened(path, bytes(image)).read(0, 10)
    image[place] &= ~7
    assert opened(path, bytes(image)).read(0, 10) == bytes(10)


def test_an_extent_of_zeros_needs_no_file() -> None:
    text = b'# Disk DescriptorFile\nRW 4 ZERO\nRW 1 FLAT "a.img" 0\n'
    disk = vmdk.open_disk(Memory(text), Beside("a.vmdk", lambda _name: Memory(b"x" * 512)))
    assert (disk.size, disk.read(0, 4096)) == (2560, bytes(2048) + b"x" * 512)


def grains(directory: int, table: int, size: int = 0, *, descriptor: bytes = b"") -> ByteSource:
    """A VMDK of one compressed grain; `table` is the sector of its table, 0 for none."""
    head = struct.pack("<4s 2I 4Q I 3Q", b"KDMV", 3, 1 << 16, 8, 8, 1, 1, 512, 0, directory, 0).ljust(512, b"\0")
    parts = head, descriptor.ljust(512, b"\0"), struct.pack("<I", table).ljust(512, b"\0")
    image = b"".join(parts) + struct.pack("<I", 7).ljust(2048, b"\0") + struct.pack("<Q I", 0, size).ljust(512, b"\0")
    return vmdk.open_disk(Memory(image + head + bytes(512)), Beside("a.vmdk", lambda _name: Memory(b"x" * 512)))


def test_grains_that_are_not_there_are_zeros_and_damaged_ones_are_named() -> None:
    assert grains(2, 0).read(0, 4096) == bytes(4096)
    with pytest.raises(OSError, match="a compressed grain is damaged: 1,000,000 bytes long"):
        grains(2, 3, 1_000_000).read(0, 100)
    with pytest.raises(OSError, match="its VMDK header is damaged: 1 tables of grains"):
        grains(0xFFFFFFFFFFFFFFFF, 0)


def test_a_sparse_file_that_names_two_extents_is_not_its_own() -> None:
    disk = grains(2, 3, descriptor=b'RW 1 FLAT "a.img" 0\nRW 1 ZERO\n')
    assert disk.read(0, 1024) == b"x" * 512 + bytes(512)


def test_a_block_of_a_vdi_that_was_never_written_is_zeros() -> None:
    head = bytearray(1024)
    struct.pack_into("<2I", head, 64, 0xBEDA107F, 0x10001)
    struct.pack_into("<I 260x 2I 20x Q 4I", head, 76, 1, 512, 1024, 1024, 512, 0, 2, 1)
    struct.pack_into("<2I", head, 512, 0xFFFFFFFF, 0)
    disk = vdi.open_disk(Memory(bytes(head) + b"x" * 512), Beside("a.vdi", lambda _name: Memory(b"")))
    assert disk.read(0, 1024) == bytes(512) + b"x" * 512


def test_a_parallels_disk_that_is_marked_as_empty_is_zeros(tmp_path: Path) -> None:
    image = bytearray(built("Parallels", tmp_path).read_bytes())
    put("<3I", 44, 0x312E3276, 2048, 1)(image)
    disk = opened(tmp_path / "image.parallels", bytes(image))
    assert disk.read(0, disk.size) == bytes(len(CONTENT))
    put("<I", 44, 0)(image)  # of a time when that was no flag
    assert opened(tmp_path / "image.parallels", bytes(image)).read(0, 4096) == CONTENT[:4096]


def test_an_old_parallels_disk_counts_sectors(tmp_path: Path) -> None:
    head = struct.pack("<16s 5I Q 3I", b"WithoutFreeSpace", 2, 1, 1, 63, 3, 0xFFFF_FFFF_0000_00BD, 0, 0, 0)
    image = head.ljust(64, b"\0") + struct.pack("<3I", 64, 0, 1)
    image = image.ljust(512, b"\0") + b"a" * 63 * 512 + b"b" * 63 * 512
    path = tmp_path / "old.hdd"
    disk = opened(path, image)
    assert disk.read(0, disk.size) == b"b" * 63 * 512 + bytes(63 * 512) + b"a" * 63 * 512


def test_a_block_of_a_vhd_that_was_never_written_is_zeros() -> None:
    image = bytearray(4096)
    struct.pack_into(">8s 2I Q 4I 2Q 2I", image, 0, b"conectix", 2, 0x10000, 512, 0, 0, 0, 0, 1024, 1024, 0, 3)
    struct.pack_into(">8s 2Q 4I", image, 512, b"cxsparse", 0, 1536, 0x10000, 2, 512, 0)
    struct.pack_into(">2I", image, 1536, 0xFFFFFFFF, 4)
    image[2048:3072] = b"\xff" * 512 + b"x" * 512
    for at, size, place in ((0, 512, 64), (512, 1024, 36)):
        summed_vhd(at, size, place)(image)
    disk = vhd.open_disk(Memory(bytes(image)), Beside("a.vhd", lambda _name: Memory(b"")))
    assert disk.read(0, 1024) == bytes(512) + b"x" * 512
