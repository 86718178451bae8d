"""VMDK: extents of zeros, grains that are not there or damaged, and files that are not their own extent."""

from __future__ import annotations

import struct

import pytest

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.disks import vmdk
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import ByteSource


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
