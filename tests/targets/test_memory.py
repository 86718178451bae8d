"""What a target takes of memory does not grow with what its headers say."""

from __future__ import annotations

import functools
import gzip
import hashlib
import io
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from hotfixcheck.targets import files, nodes
from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.chunks import Chunked
from hotfixcheck.targets.disks import ewf, ewf2, parallels, qcow, qcow2, vdi, vhd, vmdk
from hotfixcheck.targets.disks.sesparse import open_sesparse
from hotfixcheck.targets.files import File, TooManyError
from hotfixcheck.targets.nodes import Link, NodeTree
from hotfixcheck.targets.sources import Memory, Piece, Pieced
from hotfixcheck.targets.tree import ByteSource, walk
from hotfixcheck.targets.wim.blobs import Blobs, Resource
from hotfixcheck.targets.wim.solid import Current, SolidRun
from tests.build.ewf2 import CASE, DEVICE, DONE, TABLE, Layout, Segment, text
from tests.build.targets import iso
from tests.targets.opened import opened

MEGABYTE = 1 << 20


def _nothing_beside(name: str) -> ByteSource:
    raise FileNotFoundError(name)


_ALONE = Beside("image", lambda _name: Memory(b""))


def sparse(size: int, *pieces: tuple[int, bytes]) -> ByteSource:
    """An image of zeros with a few bytes in it."""
    return Pieced([Piece(at, len(data), Memory(data)) for at, data in pieces], size)


def peak(work: Callable[[], object]) -> int:
    """The bytes that were in use at most."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _qcow2() -> ByteSource:
    """Disks of 2^29 tables of 64 clusters of 512 bytes."""
    head = struct.pack(">4s I Q I I Q I I Q", b"QFI\xfb", 2, 0, 0, 9, 1 << 44, 0, 1 << 29, 512)
    return qcow2.open_disk(sparse(1 << 33, (0, head)), _ALONE)


def _vdi() -> ByteSource:
    head = bytearray(512)
    struct.pack_into("<2I", head, 64, 0xBEDA107F, 0x10001)
    struct.pack_into("<I 260x 2I 20x Q 4I", head, 76, 1, 512, 1 << 31, 1 << 37, 512, 0, 1 << 28, 0)
    return vdi.open_disk(sparse(1 << 38, (0, bytes(head))), _ALONE)


def _vhd() -> ByteSource:
    footer, header = bytearray(512), bytearray(1024)
    struct.pack_into(">8s 2I Q 4I 2Q 2I", footer, 0, b"conectix", 2, 1 << 16, 512, 0, 0, 0, 0, 1 << 37, 1 << 37, 0, 3)
    struct.pack_into(">8s 2Q 4I", header, 0, b"cxsparse", 0, 1536, 1 << 16, 1 << 28, 512, 0)
    for data, place in ((footer, 64), (header, 36)):
        struct.pack_into(">I", data, place, ~sum(data) & 0xFFFFFFFF)
    return vhd.open_disk(sparse(1 << 38, (0, bytes(footer)), (512, bytes(header))), _ALONE)


def _vmdk() -> ByteSource:
    head = struct.pack("<4s 2I 4Q I 3Q", b"KDMV", 3, 0, 1 << 28, 1, 0, 0, 1, 0, 8, 0)
    return vmdk.open_disk(sparse(1 << 38, (0, head)), _ALONE)


def _e01() -> ByteSource:
    """Chunks of 512 bytes, of which all stand at the file's beginning: they fail their checksum when they are read."""
    count = 1 << 24
    sections, at = [(0, b"EVF\x09\x0d\x0a\xff\x00\1\1\0\0\0")], 13
    volume = struct.pack("<4x 3I Q", count, 1, 512, count).ljust(94, b"\0")
    head = struct.pack("<I 4x Q", count, 0).ljust(20, b"\0")
    table = head + struct.pack("<I", zlib.adler32(head))
    entries = functools.reduce(lambda sum_, _: zlib.adler32(bytes(MEGABYTE), sum_), range(4 * count // MEGABYTE), 1)
    for kind, data, size in ((b"volume", volume, 94), (b"table", table, 24 + 4 * count + 4), (b"done", b"", 0)):
        following = at + 76 + size if kind != b"done" else at
        section = struct.pack("<16s 2Q 40x", kind, following, 76 + size)
        sections.append((at, section + struct.pack("<I", zlib.adler32(section)) + data))
        if kind == b"table":
            sections.append((following - 4, struct.pack("<I", entries)))
        at = following
    return ewf.open_disk(sparse(at + 76, *sections), _ALONE)


def _ex01() -> ByteSource:
    """Chunks of 512 bytes, of which all are compressed and stand at the file's beginning."""
    count = 1 << 22
    segment = Segment(1, Layout())
    values = {"ts": count, "bp": 512}, {"sb": 1}
    for kind, each in zip((DEVICE, CASE), values, strict=True):
        segment.add(kind, text(each, zlib.compress))
    place = len(segment.data)
    head = struct.pack("<Q I 4x", 0, count)
    head = (head + struct.pack("<I", zlib.adler32(head))).ljust(32, b"\0")
    sum_ = functools.reduce(lambda sum_, _: zlib.adler32(bytes(MEGABYTE), sum_), range(16 * count // MEGABYTE), 1)
    size = 32 + 16 * count + 16
    pieces = [(0, bytes(segment.data)), (place, head), (place + 32 + 16 * count, struct.pack("<I", sum_))]
    before, at = place - 64, place + size
    for kind, length in ((TABLE, size), (DONE, 0)):
        described = struct.pack("<2I 2Q 2I 28x", kind, 0, before, length, 64, 0)
        pieces.append((at, described + struct.pack("<I", zlib.adler32(described))))
        before, at = at, at + 64
    return ewf2.open_disk(sparse(at, *pieces), _ALONE)


def _sesparse() -> ByteSource:
    """A disk of 64 TB, whose directory alone is of 32 MB."""
    capacity = 1 << 37
    places = (1, 1, 2, 1, 3, 1, 8, 1 << 16, 1 << 17, 1 << 28, 4, 1, 5, 1, 1 << 29, 1 << 29)
    head = struct.pack("<26Q", 0xCAFEBABE, 0x2_0000_0001, capacity, 8, 64, *(0,) * 5, *places)
    volatile = struct.pack("<4Q", 0xCAFECAFE, 0, 0, 0)
    return open_sesparse(sparse(1 << 40, (0, head), (512, volatile)), None)


def _qcow() -> ByteSource:
    """A disk of 2^23 tables of 64 clusters of 512 bytes."""
    head = struct.pack(">4s I Q 2I Q 2B 2x I Q", b"QFI\xfb", 1, 0, 0, 0, 1 << 38, 9, 6, 0, 512)
    return qcow.open_disk(sparse(1 << 33, (0, head)), _ALONE)


def _parallels() -> ByteSource:
    """A disk of 2^26 clusters of one sector."""
    head = struct.pack("<16s 5I Q 3I", b"WithouFreSpacExt", 2, 1, 1, 1, 1 << 26, 1 << 26, 0, 0, 0)
    return parallels.open_disk(sparse(1 << 33, (0, head)), Beside("image", _nothing_beside))


def _piped() -> ByteSource:
    return Chunked(sparse(1 << 33), 1 << 44, 1 << 15, lambda data, _size, _end: data, piped=True)


def _chunked() -> ByteSource:
    return Chunked(sparse(1 << 33), 1 << 44, 1 << 15, lambda data, _size, _end: data)


MAPS = (_chunked, _piped, _e01, _ex01, _parallels, _qcow, _qcow2, _sesparse, _vdi, _vhd, _vmdk)


@pytest.mark.parametrize("made", MAPS, ids=lambda made: made.__name__[1:])
def test_a_map_of_a_huge_disk_stays_in_its_file(made: Callable[[], ByteSource]) -> None:
    """Each map is of 64 MB or more."""
    kept: list[ByteSource] = []

    def read() -> None:
        disk = made()
        kept.append(disk)
        for at in (0, disk.size // 2, disk.size - 512):
            with suppress(OSError):  # zeros are no compressed chunk
                disk.read(at, 512)

    assert peak(read) < 6 * MEGABYTE


def test_one_solid_chunk_is_in_memory_whatever_a_wim_has_of_them() -> None:
    chunk, head = 64 * MEGABYTE, struct.pack("<Q 3I", 64 * MEGABYTE, 64 * MEGABYTE, 0, 64 * MEGABYTE)
    file, current = sparse(chunk + len(head), (0, head)), Current()
    runs = [SolidRun(number, current) for number in range(3)]

    def read() -> None:
        for run in runs:
            run.add(file, 0, file.size)
            assert run.slice(0, 10, None).read(0, 10) == bytes(10)

    assert peak(read) < 70 * MEGABYTE


def test_a_table_of_solid_chunks_that_are_too_long_ends_at_the_first() -> None:
    count = 1 << 22
    file = sparse(1 << 26, (0, struct.pack("<Q 3I", count << 12, 4096, 3, 0xFFFFFFFF)))
    solid = SolidRun(0, Current())
    solid.add(file, 0, file.size)

    def read() -> None:
        with pytest.raises(OSError, match="solid chunks are longer than what holds them"):
            solid.slice(0, 10, None)

    assert peak(read) < MEGABYTE


class _Rows:
    """A WIM's table of blobs, each of which has the SHA-1 of its number and stands there."""

    size, modified = 200_000 * 50, None

    def read(self, offset: int, length: int) -> bytes:
        first, last = offset // 50, (offset + length) // 50
        return b"".join(
            struct.pack("<Q 2Q H I", number + 1, number, number + 1, 1, 1) + self.sha1(number)
            for number in range(first, last)
        )

    def sha1(self, number: int) -> bytes:
        return hashlib.sha1(number.to_bytes(4, "big"), usedforsecurity=False).digest()


def test_of_a_blob_of_a_wim_eight_bytes_are_kept() -> None:
    table, blobs = _Rows(), Blobs()

    def read() -> None:
        for row in blobs.rows(table):
            blobs.put(row)
        for number in (0, 77_777, 199_999):
            assert blobs.get(table.sha1(number)) == Resource(0, number + 1, 0, number, number + 1)
        assert blobs.get(bytes(20)) is None

    assert peak(read) < 4 * MEGABYTE


NAMES = 4000


def _paths() -> list[str]:
    return [f"WINDOWS/{number // 500}/a-file-of-a-drive-{number:06}.txt" for number in range(NAMES)]


def _zip(_work: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in _paths():
            archive.writestr(path, b"")
    return packed.getvalue()


def _tar(_work: Path) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path in _paths():
            archive.addfile(tarfile.TarInfo(path))
    return packed.getvalue()


def _image(*options: str) -> Callable[[Path], bytes]:
    def build(work: Path) -> bytes:
        for path in _paths():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_bytes(b"")
        return iso(*options)(work / "WINDOWS", work).read_bytes()

    return build


LISTS: dict[str, Callable[[Path], bytes]] = {
    "zip": _zip,
    "tar": _tar,
    "tar.gz": lambda work: gzip.compress(_tar(work)),
    "ISO, Rock Ridge": _image("-r"),
    "ISO, Joliet": _image("-J", "-joliet-long"),
    "UDF": _image("-udf"),
}


@pytest.mark.parametrize("build", LISTS.values(), ids=LISTS)
def test_a_name_takes_some_hundred_bytes(build: Callable[[Path], bytes], tmp_path: Path) -> None:
    """1,000,000 files, more than a drive has, are to be had in 200 MB."""
    data = build(tmp_path)
    with opened(data):
        pass  # what is loaded once
    kept = 0

    def read() -> None:
        nonlocal kept
        before = tracemalloc.get_traced_memory()[0]
        with opened(data) as found:
            assert found.tree is not None
            kept = tracemalloc.get_traced_memory()[0] - before
            assert sum(1 for _ in walk(found.tree)) == NAMES

    assert peak(read) < 5 * MEGABYTE
    assert kept < 130 * NAMES


HOSTILE: dict[str, tuple[Callable[[NodeTree, int], object], str]] = {
    "many names": (lambda tree, number: tree.add(str(number), File()), "it has more than 5,000 names"),
    "many folders": (lambda tree, number: tree.add(f"{number}/{number}", File()), "it has more than 5,000 names"),
    "a folder and a file in turn": (
        lambda tree, number: tree.add("a" if number % 2 else "a/b", File()),
        "it has more than 5,000 names",
    ),
    "long names": (lambda tree, number: tree.add(f"{number:0100000}", File()), "its names have more than 1 MB"),
    "links": (
        lambda tree, number: tree.add(str(number), Link(f"{number}")),
        "too many of its names are links or cannot be read: more than 300",
    ),
    "long links": (
        lambda tree, number: tree.add(str(number), Link(f"{number:04000}")),
        "too many of its names are links or cannot be read: more than 262",
    ),
    "what cannot be read": (
        lambda tree, number: tree.add(str(number), File(problem=f"{number}{'x' * 100_000}")),
        "too many of its names are links or cannot be read: more than 300",
    ),
}


@pytest.mark.parametrize(("add", "problem"), HOSTILE.values(), ids=HOSTILE)
def test_what_names_may_take_is_bounded(
    add: Callable[[NodeTree, int], object], problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a thousandth of what is kept."""
    monkeypatch.setattr(nodes, "_MAX_NAMES", 5000)
    monkeypatch.setattr(nodes, "_MAX_TEXT", MEGABYTE)
    monkeypatch.setattr(files, "_MAX_OTHERS", 300)
    monkeypatch.setattr(files, "_MAX_TOLD", MEGABYTE)
    tree = NodeTree("target")

    def fill() -> None:
        with pytest.raises(TooManyError, match=problem):
            for number in range(20_000):
                add(tree, number)

    assert peak(fill) < 3 * MEGABYTE


def test_what_cannot_be_read_for_one_reason_is_one() -> None:
    tree = NodeTree("target")
    for number in range(110_000):
        tree.add(str(number), File(problem="it is encrypted"))
    tree.add("link", Link("a" * 5000))
    assert tree.children("")[0].problem == "it is encrypted"
    assert tree.children("")[-1].problem == "it is a link to what no system would follow"
