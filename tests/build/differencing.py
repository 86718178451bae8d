"""Disks of differences: by qemu-img where it makes them, else written here.

Those of whole drives have every third block of the disk, and below them is nonsense there: only both make the disk.
"""

from __future__ import annotations

import re
import struct
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from tests.build.disks import converted, mbr, ntfs
from tests.build.targets import Build, needs, run

SECTOR = 512
_BLOCK = 1 << 16
_GRAIN = 128  # sectors


def child(parent: Path, kind: str, parent_kind: str, *commands: str, options: str = "", name: str = "child") -> Path:
    """A disk of differences as qemu-img makes one, and `commands` of qemu-io on it."""
    needs("qemu-img", "qemu-io")
    path = parent.parent / f"{name}.{kind}"
    more = ["-o", options] if options else []
    run("qemu-img", "create", "-q", "-f", kind, *more, "-b", parent.name, "-F", parent_kind, path, folder=parent.parent)
    for command in commands:
        run("qemu-io", "-f", kind, "-c", command, path)
    return path


def snapshot(kind: str) -> Build:
    """A disk of the drive and one of differences to it, of which a sector was written."""

    def build(drive: Path, work: Path) -> Path:
        return child(converted(mbr(ntfs()), kind)(drive, work), kind, kind, "write -P 0 16M 512")

    return build


def raw_of(path: Path, kind: str) -> bytes:
    """What qemu-img reads of a disk."""
    out = path.with_name("out.raw")
    subprocess.run(["qemu-img", "convert", "-f", kind, "-O", "raw", path, out], check=True, timeout=300)
    data = out.read_bytes()
    out.unlink()
    return data


def differing_vhd(parent: bytes, parent_name: str, size: int, sectors: Mapping[int, bytes]) -> bytes:
    """A VHD that differs from the VHD with the bytes `parent` in these sectors, in blocks of 64 KB.

    Virtual Hard Disk Image Format Specification: "Differencing Hard Disk Images". 7-Zip reads it as it is meant;
    libvhdi takes the bits of its bitmaps for others.
    """
    blocks = -(-size // _BLOCK)
    identity = parent[-SECTOR:][68:84]
    footer = bytearray(
        struct.pack(">8s 2I Q 4I 2Q I I I", b"conectix", 2, 0x10000, 512, *(0,) * 4, size, size, 0, 4, 0)
    )
    footer = footer.ljust(SECTOR, b"\0")
    footer[68:84] = UUID(int=7).bytes
    struct.pack_into(">I", footer, 64, ~sum(footer) & 0xFFFFFFFF)
    table_at = 512 + 1024
    place = table_at + -(-blocks * 4 // SECTOR) * SECTOR
    name = parent_name.rpartition("\\")[2].encode("utf-16-be")
    locator = parent_name.encode("utf-16-le")
    locator_at, place = place, place + SECTOR
    header = bytearray(struct.pack(">8s 2Q 4I", b"cxsparse", (1 << 64) - 1, table_at, 0x10000, blocks, _BLOCK, 0))
    header = header.ljust(1024, b"\0")
    header[40:56] = identity
    header[64 : 64 + len(name)] = name
    header[576:600] = struct.pack(">4s 2I 4x Q", b"W2ku", SECTOR, len(locator), locator_at)
    struct.pack_into(">I", header, 36, ~sum(header) & 0xFFFFFFFF)
    table, data = [], b""
    for number in range(blocks):
        own = {at: sectors[at] for at in range(number * 128, number * 128 + 128) if at in sectors}
        if not own:
            table.append(0xFFFFFFFF)
            continue
        table.append((place + len(data)) // SECTOR)
        bitmap = bytearray(SECTOR)
        content = bytearray(_BLOCK)
        for at, sector in own.items():
            bitmap[at % 128 >> 3] |= 0x80 >> at % 8
            content[at % 128 * SECTOR : at % 128 * SECTOR + SECTOR] = sector
        data += bytes(bitmap) + bytes(content)
    start = bytes(footer) + bytes(header) + struct.pack(f">{blocks}I", *table).ljust(locator_at - table_at, b"\0")
    return start + locator.ljust(SECTOR, b"\0") + data + bytes(footer)


_METADATA = UUID("8B7CA206-4790-4B9A-B8FE-575F050F886E")
_BAT = UUID("2DC27766-F623-4200-9D64-115E9BFD4A08")
_PARAMETERS = UUID("CAA16737-FA36-4D43-B3B6-33F0AA44E76B")
_LOCATOR = UUID("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C")
_LOCATOR_OF_VHDX = UUID("B04AEFB7-D19E-4A81-B789-25B8E9445913")


def vhdx_written(data: bytes) -> str:
    """What the headers of a VHDX say was written last, as a child records it."""
    newest = max((at for at in (0x10000, 0x20000)), key=lambda at: struct.unpack_from("<Q", data, at + 8)[0])
    return f"{{{UUID(bytes_le=data[newest + 32 : newest + 48])}}}"


def differing_vhdx(whole: bytes, locator: Mapping[str, str], states: Mapping[int, int], own: Sequence[int]) -> bytes:
    """A VHDX that differs from another, made of one with all blocks ([MS-VHDX] 2.5, 2.6.2.6).

    `states` are those of blocks (0 not present, 7 in part), `own` the sectors that blocks in part have.
    """
    image = bytearray(whole)
    regions = {}
    for index in range(struct.unpack_from("<I", image, 0x30008)[0]):
        name, place, length, _ = struct.unpack_from("<16s Q 2I", image, 0x30010 + 32 * index)
        regions[UUID(bytes_le=name)] = (place, length)
    bat, metadata = regions[_BAT][0], regions[_METADATA][0]
    (count,) = struct.unpack_from("<H", image, metadata + 10)
    block = 0
    for index in range(count):
        name, offset, _, _ = struct.unpack_from("<16s 2I 2I", image, metadata + 32 + 32 * index)[:4]
        if UUID(bytes_le=name) == _PARAMETERS:
            (block,) = struct.unpack_from("<I", image, metadata + offset)
            struct.pack_into("<I", image, metadata + offset + 4, 2)
    entries, texts, at = b"", b"", 20 + 12 * len(locator)
    for key, value in locator.items():
        encoded = key.encode("utf-16-le"), value.encode("utf-16-le")
        places = (at + len(texts), at + len(texts) + len(encoded[0]))
        entries += struct.pack("<2I 2H", *places, len(encoded[0]), len(encoded[1]))
        texts += b"".join(encoded)
    item = struct.pack("<16s 2H", _LOCATOR_OF_VHDX.bytes_le, 0, len(locator)) + entries + texts
    item_at = 0x20000
    struct.pack_into("<16s 2I 2I", image, metadata + 32 + 32 * count, _LOCATOR.bytes_le, item_at, len(item), 4, 0)
    struct.pack_into("<H", image, metadata + 10, count + 1)
    image[metadata + item_at : metadata + item_at + len(item)] = item
    for number, state in states.items():
        (entry,) = struct.unpack_from("<Q", image, bat + 8 * number)
        struct.pack_into("<Q", image, bat + 8 * number, entry & ~7 | state)
    ratio = (512 << 23) // block
    bitmap = bytearray(1 << 20)
    for sector in own:
        bitmap[sector >> 3] |= 1 << sector % 8
    image += bytes(-len(image) % (1 << 20))
    struct.pack_into("<Q", image, bat + 8 * ratio, len(image) | 6)
    return bytes(image + bitmap)


def differing_vdi(parent: bytes, blocks: Mapping[int, bytes | None], identity: int = 7) -> bytes:
    """A VDI that differs from the VDI with the bytes `parent` in these blocks of 1 MB, of which None is zeros; its own
    UUID is the number `identity`, its last change of the number above it."""
    header = bytearray(parent[:SECTOR])
    table, data = struct.unpack_from("<2I", header, 340)
    (count,) = struct.unpack_from("<I", header, 384)
    header[424:456] = header[392:424]
    header[392:408], header[408:424] = UUID(int=identity).bytes_le, UUID(int=identity + 1).bytes_le
    own = [number for number, block in blocks.items() if block is not None]
    struct.pack_into("<I", header, 76, 4)
    struct.pack_into("<I", header, 388, len(own))
    entries = [0xFFFFFFFF] * count
    for number, block in blocks.items():
        entries[number] = 0xFFFFFFFE if block is None else own.index(number)
    start = bytes(header).ljust(table, b"\0") + struct.pack(f"<{count}I", *entries)
    written = (block.ljust(1 << 20, b"\0") for block in blocks.values() if block is not None)
    return start.ljust(data, b"\0") + b"".join(written)


def sesparse(size: int, grains: Mapping[int, bytes | None], *, unmapped: Sequence[int] = ()) -> bytes:
    """A SESPARSE extent with these grains of 4 KB, of which None is zeros; those in `unmapped` were given back.

    After QEMU's block/vmdk.c, which reads it and writes none.
    """
    tables_at, grains_at = 1024, 1 << 14  # sectors
    count = -(-size // (4096 * 4096))
    used = sorted({number // 4096 for number in (*grains, *unmapped)}, reverse=True)
    directory = [0] * count
    tables = [[0] * 4096 for _ in used]
    for place, table in enumerate(used):
        directory[table] = 0x1000_0000 << 32 | place
    written: list[bytes] = []
    for number, grain in (*grains.items(), *((number, b"") for number in unmapped)):
        place = len(written)
        entry = 2 << 60 if grain is None else 3 << 60 | (place & 0xFFF) << 48 | place >> 12
        tables[used.index(number // 4096)][number % 4096] = entry if grain != b"" else 1 << 60
        if grain:
            written.append(grain)
    data = b"".join(written)
    places = (
        (1, 1),
        (2, 1),
        (3, 1),
        (8, 512),
        (tables_at, len(used) * 64),
        (520, 1),
        (521, 1),
        (grains_at, len(data) // 512),
    )
    fields = 0xCAFEBABE, 0x2_0000_0001, size // SECTOR, 8, 64, *(0,) * 5, *(each for pair in places for each in pair)
    parts = {0: struct.pack("<26Q", *fields), 1: struct.pack("<4Q", 0xCAFECAFE, len(used), 1, 0), grains_at: data}
    parts |= {8: struct.pack(f"<{count}Q", *directory)}
    parts |= {tables_at + 64 * place: struct.pack("<4096Q", *table) for place, table in enumerate(tables)}
    image = bytearray(grains_at * SECTOR + len(data))
    for sector, part in parts.items():
        image[sector * SECTOR : sector * SECTOR + len(part)] = part
    return bytes(image)


def esx_descriptor(parent: Path, kind: str, extent: str, size: int) -> str:
    """The descriptor of a snapshot of ESX over the VMDK `parent`, whose differences are in a file `extent`."""
    (identity,) = re.findall(rb"\nCID=([0-9a-f]+)", parent.read_bytes()[:4096])
    return (
        f'# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID={identity.decode()}\ncreateType="seSparse"\n'
        f'parentFileNameHint="{parent.name}"\nRW {size // SECTOR} {kind} "{extent}"\nddb.adapterType = "ide"\n'
    )


def _parted(drive: Path, work: Path, unit: int) -> tuple[Path, dict[int, bytes | None], int]:
    """A disk of the drive as raw file with nonsense in every third block, and what belongs there, None for zeros."""
    raw = mbr(ntfs())(drive, work)
    lower = bytearray(raw.read_bytes())
    own: dict[int, bytes | None] = {}
    for at in range(0, len(lower), 3 * unit):
        block = bytes(lower[at : at + unit])
        own[at // unit] = block if any(block) else None
        lower[at : at + unit] = b"\xee" * len(block)
    raw.write_bytes(lower)
    return raw, own, len(lower)


def _converted(raw: Path, kind: str, name: str) -> Path:
    needs("qemu-img")
    path = raw.with_name(name)
    run("qemu-img", "convert", "-f", "raw", "-O", kind, raw, path)
    for file in (raw, raw.with_name("volume.img")):
        file.unlink(missing_ok=True)
    return path


def vdi_snapshot(drive: Path, work: Path) -> Path:
    raw, own, _ = _parted(drive, work, 1 << 20)
    parent = _converted(raw, "vdi", "plant.vdi")
    path = work / "{2b6a2f9e-90aa-4a3c-8d26-3e4b5f1c7a10}.vdi"
    path.write_bytes(differing_vdi(parent.read_bytes(), own))
    return path


def sesparse_snapshot(drive: Path, work: Path) -> Path:
    raw, own, size = _parted(drive, work, 4096)
    parent = _converted(raw, "vmdk", "plant.vmdk")
    (work / "plant-000001-sesparse.vmdk").write_bytes(sesparse(size, own))
    path = work / "plant-000001.vmdk"
    path.write_text(esx_descriptor(parent, "SESPARSE", "plant-000001-sesparse.vmdk", size))
    return path


PARALLELS_BASE, PARALLELS_TOP = (f"{{{UUID(int=number)}}}" for number in (5, 6))


def parallels_description(base: str, top: str, kind: str = "Compressed") -> str:
    """A DiskDescriptor.xml of two images, of which the second differs from the first."""
    images = ((PARALLELS_BASE, kind, base), (PARALLELS_TOP, "Compressed", top))
    shots = ((PARALLELS_BASE, f"{{{UUID(int=0)}}}"), (PARALLELS_TOP, PARALLELS_BASE))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Parallels_disk_image Version="1.0">\n<Disk_Parameters>'
        "<Padding>0</Padding></Disk_Parameters>\n<StorageData>\n<Storage>\n<Start>0</Start>\n"
        + "".join(f"<Image><GUID>{a}</GUID><Type>{b}</Type><File>{c}</File></Image>\n" for a, b, c in images)
        + f"</Storage>\n</StorageData>\n<Snapshots><TopGUID>{PARALLELS_TOP}</TopGUID>\n"
        + "".join(f"<Shot><GUID>{a}</GUID><ParentGUID>{b}</ParentGUID></Shot>\n" for a, b in shots)
        + "</Snapshots>\n</Parallels_disk_image>\n"
    )


def parallels(size: int, clusters: Mapping[int, bytes], *, sectors: int = 2048) -> bytes:
    """A disk of Parallels with these clusters."""
    count = -(-size // (sectors * SECTOR))
    first = -(-(64 + 4 * count) // (sectors * SECTOR))
    numbers = {number: first + place for place, number in enumerate(clusters)}
    head = struct.pack(
        "<16s 5I Q 3I", b"WithouFreSpacExt", 2, 16, 4, sectors, count, size // SECTOR, 0x312E3276, first * sectors, 0
    )
    table = struct.pack(f"<{count}I", *(numbers.get(number, 0) for number in range(count)))
    data = b"".join(cluster.ljust(sectors * SECTOR, b"\0") for cluster in clusters.values())
    return (head.ljust(64, b"\0") + table).ljust(first * sectors * SECTOR, b"\0") + data


def parallels_snapshot(drive: Path, work: Path) -> Path:
    """Named as Parallels names them."""
    unit = 63 * SECTOR
    raw, own, size = _parted(drive, work, unit)
    base, top = f"plant.hdd.0.{PARALLELS_BASE}.hds", f"plant.hdd.0.{PARALLELS_TOP}.hds"
    _converted(raw, "parallels", base)
    clusters = {number: block or bytes(unit) for number, block in own.items()}
    (work / top).write_bytes(parallels(size, clusters, sectors=63))
    (work / "DiskDescriptor.xml").write_text(parallels_description(base, top))
    return work / top


SNAPSHOTS: dict[str, Build] = {
    "VDI, a snapshot": vdi_snapshot,
    "VMDK, SESPARSE": sesparse_snapshot,
    "Parallels, a snapshot": parallels_snapshot,
}
"""Disks of differences that qemu-img does not write, with those below them."""


def esx_sparse(size: int, grains: Mapping[int, bytes]) -> bytes:
    """An extent of a snapshot as ESX has them (VMware Virtual Disk Format: "ESX Server Sparse Extents")."""
    tables = -(-size // (_GRAIN * SECTOR * 4096))
    directory_at, first_table = 4, 4 + -(-tables * 4 // SECTOR)
    table_sectors = 4096 * 4 // SECTOR
    place = first_table + tables * table_sectors
    entries, data = [0] * (tables * 4096), b""
    for number, grain in grains.items():
        entries[number] = place + len(data) // SECTOR
        data += grain
    head = struct.pack("<4s 8I", b"COWD", 1, 3, size // SECTOR, _GRAIN, directory_at, tables, place, 0)
    directory = struct.pack(f"<{tables}I", *(first_table + index * table_sectors for index in range(tables)))
    start = head.ljust(directory_at * SECTOR, b"\0") + directory.ljust((first_table - directory_at) * SECTOR, b"\0")
    return start + struct.pack(f"<{len(entries)}I", *entries) + data
