"""VHDX: parents that it names or has not; the log of one that was not closed is in test_vhdxlog."""

from __future__ import annotations

import struct
from pathlib import Path
from uuid import UUID

import pytest

from tests.targets.disks.images import built, opened, vhdx_parameters


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
