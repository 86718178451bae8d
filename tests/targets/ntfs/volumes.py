"""Volumes of NTFS as the tests make, change and list them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.targets.directory import open_file
from hotfixcheck.targets.ntfs.tree import NtfsTree
from tests.build.disks import MEGABYTE, sized
from tests.build.targets import needs, run
from tests.targets.opened import files_of

DLL = build_pe(version="6.1.7601.17514", size=150_000)

_RECORD = 1024


def new_volume(path: Path, *options: str, size: int = 12 * MEGABYTE) -> Path:
    needs("mkntfs")
    run("mkntfs", "--quiet", "--force", "--fast", *options, sized(path, size))
    return path


@contextmanager
def tree_of(image: Path) -> Iterator[NtfsTree]:
    with open_file(image) as source:
        yield NtfsTree(source, "volume")


def listed(image: Path) -> dict[str, bytes | str]:
    with tree_of(image) as tree:
        return files_of(tree)


def symlink(target: str, *, relative: bool = True) -> bytes:
    path = target.encode("utf-16-le")
    body = struct.pack("<4H I", 0, len(path), 0, len(path), int(relative)) + path
    return struct.pack("<I 2H", 0xA000000C, len(body), 0) + body


def tagged(tag: int, data: bytes = b"what its filter knows") -> bytes:
    return struct.pack("<I 2H", tag, len(data), 0) + data


def records(data: bytes | bytearray) -> dict[str, int]:
    """Where the record of each file stands, by its name."""
    found = {}
    for at in range(0, len(data) - _RECORD, _RECORD):
        if data[at : at + 4] == b"FILE":
            for place, kind, body in attributes(data, at):
                if kind == 0x30:
                    length = data[place + 24 + 64]
                    found[data[place + 24 + 66 : place + 24 + 66 + 2 * length].decode("utf-16-le")] = at
                assert body
    return found


def attributes(data: bytes | bytearray, record: int) -> Iterator[tuple[int, int, int]]:
    """(place, kind, length) of the attributes of a record."""
    at = record + struct.unpack_from("<H", data, record + 20)[0]
    while (kind := struct.unpack_from("<I", data, at)[0]) != 0xFFFFFFFF:
        length = struct.unpack_from("<I", data, at + 4)[0]
        yield at, kind, length
        at += length


def put(layout: str, at: int, *values: int) -> Callable[[bytearray, int], None]:
    return lambda image, place: struct.pack_into(layout, image, place + at, *values)
