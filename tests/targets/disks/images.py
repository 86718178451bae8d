"""Images of one disk in every format, and ways to damage them."""

from __future__ import annotations

import random
import struct
from pathlib import Path
from uuid import UUID

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.disks.crc32c import crc32c
from hotfixcheck.targets.disks.formats import formats
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import ByteSource
from tests.build.changes import Change
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


VHDX_PARAMETERS = UUID("CAA16737-FA36-4D43-B3B6-33F0AA44E76B").bytes_le


def vhdx_parameters(block: int, flags: int) -> Change:
    """Block size and flags among the metadata of a VHDX, which stand in a region of their own."""

    def change(image: bytearray) -> None:
        entry = image.find(VHDX_PARAMETERS)
        table = image.rfind(b"metadata", 0, entry)
        place = table + struct.unpack_from("<I", image, entry + 16)[0]
        struct.pack_into("<2I", image, place, block, flags)

    return change
