"""VHD: blocks that no program here leaves out."""

from __future__ import annotations

import struct

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.disks import vhd
from hotfixcheck.targets.sources import Memory
from tests.targets.disks.images import summed_vhd


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
