"""Records, attributes and indexes of NTFS that no formatter writes, in volumes built byte by byte."""

from __future__ import annotations

import struct

import pytest

from hotfixcheck.targets.ntfs.records import FileTable
from hotfixcheck.targets.ntfs.streams import open_data
from hotfixcheck.targets.ntfs.tree import NtfsTree
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import walk
from tests.targets.opened import read

_TABLE, _RECORDS, _CLUSTERS = (
    4,
    24,
    60,
)  # of a volume built here: cluster of the table, records, cluster of what follows
_FILE = 16
_CONTENT = b"what a file holds".ljust(1024, b".")


def resident(kind: int, data: bytes, name: str = "", size: int | None = None) -> bytes:
    place = 24 + -(-2 * len(name) // 8) * 8
    body = name.encode("utf-16-le").ljust(place - 24, b"\0") + data + bytes(-len(data) % 8)
    said = len(data) if size is None else size
    return struct.pack("<2I 2B 3H I H 2x", kind, 24 + len(body), 0, len(name), 24, 0, 0, said, place) + body


def placed(kind: int, runs: bytes, last: int, size: int, *, first: int = 0, flags: int = 0, unit: int = 0) -> bytes:
    runs += bytes(8 - len(runs) % 8)
    head = struct.pack("<2I 2B 3H", kind, 64 + len(runs), 1, 0, 64, flags, 0)
    return head + struct.pack("<2Q 2H 4x 3Q", first, last, 64, unit, size, size, size) + runs


def run_of(count: int, place: int | None) -> bytes:
    return struct.pack("<B I", 4, count) if place is None else struct.pack("<B I i", 0x44, count, place)


def record_of(*attributes: bytes, flags: int = 1, base: int = 0, fixups: int = 48, end: bytes = b"\xff" * 8) -> bytes:
    body = b"".join(attributes) + end
    head = struct.pack("<4s 2H Q 4H 2I Q", b"FILE", fixups, 3, 0, 1, 1, 56, flags, 56 + len(body), 1024, base)
    whole = bytearray((head.ljust(56, b"\0") + body).ljust(1024, b"\0"))
    for sector in (1, 2):
        whole[48 + 2 * sector : 50 + 2 * sector] = whole[512 * sector - 2 : 512 * sector]
        whole[512 * sector - 2 : 512 * sector] = b"\1\0"
    whole[48:50] = b"\1\0"
    return bytes(whole)


def volume_of(records: dict[int, bytes], content: bytes = _CONTENT) -> Memory:
    """A volume with clusters of 512 bytes; its mirror is the table itself."""
    boot = struct.pack("<3s 8s H B 26x 3Q b 3x b", b"", b"NTFS    ", 512, 1, 4096, _TABLE, _TABLE, -10, -12)
    table = placed(0x80, run_of(2 * _RECORDS, _TABLE), 2 * _RECORDS - 1, 1024 * _RECORDS)
    every = {0: record_of(table), **records}
    data = boot.ljust(512 * _TABLE, b"\0") + b"".join(every.get(n, bytes(1024)) for n in range(_RECORDS))
    return Memory(data.ljust(512 * _CLUSTERS, b"\0") + content.ljust(512 * 600, b"\0"))


def listed_attribute(reference: int, length: int = 24) -> bytes:
    return struct.pack("<I H 2B 2Q", 0x80, length, 0, 0, 0, reference)


def bytes_of_file(records: dict[int, bytes], content: bytes = _CONTENT) -> bytes:
    table = FileTable(volume_of(records, content))
    data = open_data(table, table.record(_FILE), None, None)
    return data.read(0, data.size)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        pytest.param([placed(0x80, run_of(2, _CLUSTERS), 1, 1024)], _CONTENT, id="plain"),
        pytest.param(
            [placed(0x80, run_of(1, _CLUSTERS) + run_of(1, 200), 1, 512)], _CONTENT[:512], id="more places than bytes"
        ),
        pytest.param(
            [placed(0x80, b"", 0, 512), placed(0x80, run_of(1, _CLUSTERS), 0, 512)], _CONTENT[:512], id="an empty piece"
        ),
        pytest.param(
            [placed(0x80, run_of(1, None) + run_of(1, _CLUSTERS), 1, 1024, flags=0x8000)],
            bytes(512) + _CONTENT[:512],
            id="a hole of a sparse file",
        ),
    ],
)
def test_a_file_whose_places_are_unusual_is_read(attributes: list[bytes], expected: bytes) -> None:
    assert bytes_of_file({_FILE: record_of(*attributes)}) == expected


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        pytest.param(
            record_of(placed(0x80, run_of(2, None), 1, 1024)), "a part of it has no place on the volume", id="a hole"
        ),
        pytest.param(
            record_of(placed(0x80, run_of(2, _CLUSTERS), 2, 1024, first=1)),
            "a piece of it is missing",
            id="first piece",
        ),
        pytest.param(
            record_of(placed(0x80, run_of(2, -5), 1, 1024)),
            "the places of an attribute of it are damaged",
            id="before 0",
        ),
        pytest.param(
            record_of(struct.pack("<2I 2B 3H 16x", 0x80, 32, 1, 0, 0, 0, 0)),
            "an attribute of it is cut short",
            id="short",
        ),
        pytest.param(
            record_of(resident(0x80, b"12345678", size=99)),
            "its record 16 in the master file table is damaged",
            id="size",
        ),
        pytest.param(record_of(end=b""), "its record 16 in the master file table is damaged", id="nothing in it"),
        pytest.param(
            record_of(end=struct.pack("<2I", 0x80, 24)),
            "its record 16 in the master file table is damaged",
            id="no end",
        ),
        pytest.param(record_of(fixups=49), "its record 16 .* was written in part only", id="marks at an odd place"),
        pytest.param(
            record_of(resident(0x20, listed_attribute(17))), "its record 17 belongs to another file", id="of another"
        ),
        pytest.param(
            record_of(resident(0x20, listed_attribute(99))), "its record 99 lies behind the end", id="behind the table"
        ),
        pytest.param(
            record_of(resident(0x20, listed_attribute(17, length=0))), "its list of attributes is damaged", id="list"
        ),
        pytest.param(
            record_of(placed(0x20, run_of(500, 700), 499, 24 * 10_001)),
            "its list of attributes does not end",
            id="endless",
        ),
        pytest.param(
            record_of(placed(0x80, run_of(16, _CLUSTERS), 15, 3 * 8192, flags=1, unit=4)),
            "a part of it has no place on the volume",
            id="compressed, and two units have no clusters",
        ),
        pytest.param(
            record_of(placed(0x80, run_of(1, 100) + run_of(15, None), 15, 8192, flags=1, unit=4)),
            "compressed unit 0 is damaged",
            id="compressed, and garbage",
        ),
    ],
)
def test_a_record_that_cannot_be_is_named(record: bytes, problem: str) -> None:
    content = _CONTENT.ljust(512 * 40, b"\0") + b"\xff\xbf".ljust(512, b"\xff")
    content = content.ljust(512 * 640, b"\0") + listed_attribute(_FILE) * 10_001
    records = {_FILE: record, 17: record_of(resident(0x80, b"another"), base=18)}
    with pytest.raises(OSError, match=problem):
        bytes_of_file(records, content)


def test_what_was_never_written_of_a_compressed_file_is_zeros() -> None:
    attribute = bytearray(placed(0x80, run_of(16, _CLUSTERS) + run_of(16, None), 31, 16384, flags=1, unit=4))
    attribute[56:64] = struct.pack("<Q", 8192)
    assert bytes_of_file({_FILE: record_of(bytes(attribute))}) == _CONTENT.ljust(16384, b"\0")


def test_a_master_file_table_that_stands_in_its_own_record() -> None:
    with pytest.raises(OSError, match="damaged: the master file table has no place"):
        FileTable(volume_of({0: record_of(resident(0x80, b"no table"))}))


def index_entry(name: str, *, attribute: int = 0x20, flags: int = 0) -> bytes:
    length = -(-(82 + 2 * len(name)) // 8) * 8 + (8 if flags & 1 else 0)
    key = struct.pack("<Q 3H 2x Q 48x 2I 2B", _FILE, length, 66, flags, 5, attribute, 0, len(name), 1)
    return (key + name.encode("utf-16-le")).ljust(length, b"\0")


_LAST = struct.pack("<Q 3H 2x", 0, 16, 0, 2)


def root_of(entries: bytes, used: int | None = None) -> bytes:
    node = struct.pack("<4I", 16, 16 + len(entries) if used is None else used, 0, 0) + entries
    return record_of(resident(0x90, struct.pack("<4I", 0x30, 1, 4096, 8) + node, "$I30"), flags=3)


@pytest.mark.parametrize(
    ("root", "problem"),
    [
        pytest.param(root_of(index_entry("a", flags=1) + _LAST), "a part of it is missing", id="no blocks below"),
        pytest.param(root_of(index_entry("a") + _LAST, used=4096), "it is cut short", id="longer than it is"),
        pytest.param(root_of(index_entry("a")), "an entry in it cannot be", id="no last entry"),
    ],
)
def test_an_index_that_cannot_be_is_named(root: bytes, problem: str) -> None:
    tree = NtfsTree(volume_of({5: root, _FILE: record_of(resident(0x80, b"data"))}), "volume")
    assert any(problem in entry.problem for entry in walk(tree))


@pytest.mark.parametrize(
    ("attribute", "attributes"),
    [
        pytest.param(0x20, [], id="nothing says when it was written"),
        pytest.param(0x20, [resident(0x10, b"12345678")], id="what says when is cut short"),
        pytest.param(0x420, [], id="a reparse point by its folder only"),
    ],
)
def test_a_file_of_few_attributes_is_read(attribute: int, attributes: list[bytes]) -> None:
    file = record_of(*attributes, resident(0x80, b"data"))
    tree = NtfsTree(volume_of({5: root_of(index_entry("a.dll", attribute=attribute) + _LAST), _FILE: file}), "volume")
    assert read(tree, "a.dll") == b"data"
    with tree.open("a.dll") as opened:
        assert opened.modified is None
