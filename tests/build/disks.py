"""Volumes, disks and disk images with a drive's files, built without root by the programs of .ci/packages."""

from __future__ import annotations

import struct
import subprocess
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

from tests.build.ewf2 import BZIP2, Layout, evidence2
from tests.build.targets import Build, needs, run

MEGABYTE = 1 << 20
BASIC_DATA = UUID("EBD0A0A2-B9E5-4433-87C0-68B6B72699C7")
NTFS_TYPE, FAT_TYPE, EXTENDED_TYPE = 0x07, 0x0C, 0x0F
_PIECE = 1 << 20
_BOOT_MARK = b"\x55\xaa"


def sized(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        file.truncate(size)
    return path


def ntfs(*options: str, size: int = 16 * MEGABYTE) -> Build:
    """A volume of NTFS; `options` are those of mkntfs."""

    def build(drive: Path, work: Path) -> Path:
        needs("mkntfs", "wimcapture", "wimapply")
        wim, volume = work / "drive.wim", sized(work / "volume.img", size)
        run("wimcapture", drive, wim, "--compress=none", "--no-acls", "--norpfix")
        run("mkntfs", "--quiet", "--force", "--fast", *options, volume)
        run("wimapply", wim, "1", volume)
        wim.unlink()
        return volume

    return build


def fat(bits: int, *options: str, size: int = 16 * MEGABYTE) -> Build:
    """A volume of FAT with so many bits; `options` are those of mkfs.fat."""

    def build(drive: Path, work: Path) -> Path:
        needs("mkfs.fat", "mcopy")
        volume = sized(work / "volume.img", size)
        run("mkfs.fat", "-F", str(bits), *options, volume)
        run("mcopy", "-s", "-m", "-Q", "-i", volume, *sorted(drive.iterdir()), "::/")
        return volume

    return build


def mbr(volume: Build, *, kind: int = NTFS_TYPE, logical: bool = False, sector: int = 512) -> Build:
    """A disk of one partition with the volume, in an extended partition if it is to be `logical`."""

    def build(drive: Path, work: Path) -> Path:
        content = volume(drive, work)
        sectors = content.stat().st_size // sector
        if logical:
            tables = {
                0: boot_record((EXTENDED_TYPE, 64, sectors + 128)),
                64: boot_record((FAT_TYPE, 8, 8), (EXTENDED_TYPE, 32, sectors + 64)),
                96: boot_record((kind, 32, sectors)),
            }
            return write_disk(work / "disk.img", {**tables, 128: content}, sectors + 256, sector)
        return write_disk(work / "disk.img", {0: boot_record((kind, 64, sectors)), 64: content}, sectors + 128, sector)

    return build


def gpt(volume: Build, *, sector: int = 512) -> Build:
    """A disk with a GPT of which one partition holds the volume."""

    def build(drive: Path, work: Path) -> Path:
        content = volume(drive, work)
        sectors = content.stat().st_size // sector
        total = sectors + 256
        parts = gpt_parts([(BASIC_DATA, 128, sectors)], total, sector)
        return write_disk(work / "disk.img", {**parts, 128: content}, total, sector)

    return build


def boot_record(*entries: tuple[int, int, int]) -> bytes:
    """A sector with a table of (type, first sector, sectors)."""
    table = b"".join(struct.pack("<B 3x B 3x 2I", 0, *entry) for entry in entries)
    return bytes(446) + table.ljust(64, b"\0") + _BOOT_MARK


def gpt_parts(partitions: Sequence[tuple[UUID, int, int]], total: int, sector: int = 512) -> dict[int, bytes]:
    """What a GPT consists of, by sector: (type, first, count) of each partition of a disk."""
    entries = b"".join(
        struct.pack("<16s 16s 3Q 72s", kind.bytes_le, UUID(int=number).bytes_le, first, first + count - 1, 0, b"")
        for number, (kind, first, count) in enumerate(partitions, start=1)
    ).ljust(128 * 128, b"\0")
    length = -(-len(entries) // sector)

    def header(own: int, other: int, place: int) -> bytes:
        fields = (own, other, 2 + length, total - 2 - length, UUID(int=99).bytes_le, place, 128, 128)
        body = struct.pack("<4Q 16s Q 2I", *fields) + struct.pack("<I", zlib.crc32(entries))
        start = struct.pack("<8s 2I", b"EFI PART", 0x10000, 92)
        checksum = zlib.crc32(start + bytes(8) + body)
        return start + struct.pack("<2I", checksum, 0) + body

    last = total - 1
    return {
        0: boot_record((0xEE, 1, min(last, 0xFFFFFFFF))),
        1: header(1, last, 2),
        2: entries,
        last - length: entries,
        last: header(last, 1, last - length),
    }


def write_disk(path: Path, parts: Mapping[int, bytes | Path], total: int, sector: int = 512) -> Path:
    """A disk of `total` sectors with some bytes, or a file's, from some sectors on, else zeros."""
    with path.open("wb") as file:
        file.truncate(total * sector)
        for first, data in parts.items():
            if isinstance(data, bytes):
                file.seek(first * sector)
                file.write(data)
                continue
            with data.open("rb") as source:
                for number, piece in enumerate(iter(lambda: source.read(_PIECE), b"")):
                    if piece.strip(b"\0"):
                        file.seek(first * sector + number * _PIECE)
                        file.write(piece)
    return path


def converted(disk: Build, kind: str, *options: str, compressed: bool = False) -> Build:
    """A disk as qemu-img writes it; `options` are those of its -o."""

    def build(drive: Path, work: Path) -> Path:
        needs("qemu-img")
        raw = disk(drive, work)
        image = work / f"image.{kind}"
        more = [*(["-c"] if compressed else []), *(["-o", ",".join(options)] if options else [])]
        run("qemu-img", "convert", "-f", "raw", "-O", kind, *more, raw, image)
        raw.unlink()
        return image

    return build


def compressed_qcow(disk: Build) -> Build:
    """A disk as QCOW of version 1 with compressed clusters: qemu-img 7.2 writes it whole, and ends with 1."""

    def build(drive: Path, work: Path) -> Path:
        needs("qemu-img")
        raw, image = disk(drive, work), work / "image.qcow"
        subprocess.run(["qemu-img", "convert", "-q", "-c", "-O", "qcow", "-f", "raw", raw, image], check=False)
        run("qemu-img", "compare", "-f", "raw", "-F", "qcow", raw, image)
        raw.unlink()
        return image

    return build


def evidence(disk: Build, *options: str) -> Build:
    """A disk as ewfacquire writes it."""

    def build(drive: Path, work: Path) -> Path:
        needs("ewfacquire")
        raw = disk(drive, work)
        run("ewfacquire", "-u", "-q", "-t", work / "image", *options, raw)
        raw.unlink()
        return work / "image.E01"

    return build


def split(disk: Build, part: int) -> Build:
    """A raw disk in parts of so many bytes."""

    def build(drive: Path, work: Path) -> Path:
        raw = disk(drive, work)
        data = raw.read_bytes()
        raw.unlink()
        for number, start in enumerate(range(0, len(data), part), start=1):
            (work / f"disk.{number:03}").write_bytes(data[start : start + part])
        return work / "disk.001"

    return build


def wim(*options: str, images: int = 1) -> Build:
    """A WIM as wimcapture writes it; `options` are its own."""

    def build(drive: Path, work: Path) -> Path:
        needs("wimcapture")
        image = work / "image.wim"
        run("wimcapture", drive, image, "An image", "--no-acls", "--norpfix", *options)
        for number in range(2, images + 1):
            run("wimappend", drive, image, f"Image {number}", "--no-acls", "--norpfix")
        return image

    return build


def split_wim(drive: Path, work: Path, *options: str) -> Path:
    whole = wim("--compress=none", *options)(drive, work)
    run("wimsplit", whole, work / "part.swm", "0.1")
    whole.unlink()
    assert (work / "part2.swm").exists()
    return work / "part.swm"


def pipable_split_wim(drive: Path, work: Path) -> Path:
    return split_wim(drive, work, "--pipable")


WIMS: dict[str, Build] = {
    "WIM": wim("--compress=none"),
    "WIM, XPRESS": wim("--compress=XPRESS"),
    "WIM, LZX": wim("--compress=LZX"),
    "WIM, LZX in large chunks": wim("--compress=LZX", "--chunk-size=2M"),
    "WIM, LZMS": wim("--compress=LZMS"),
    "ESD": wim("--solid"),
    "ESD, small chunks": wim("--solid", "--solid-chunk-size=32K"),
    "WIM, solid LZX": wim("--solid", "--solid-compress=LZX", "--solid-chunk-size=64K"),
    "WIM, split": split_wim,
    "WIM, pipable": wim("--pipable", "--compress=none"),
    "WIM, pipable, XPRESS": wim("--pipable", "--compress=XPRESS", "--check"),
    "WIM, pipable, LZX": wim("--pipable", "--compress=LZX"),
    "WIM, pipable, LZMS": wim("--pipable", "--compress=LZMS"),
    "WIM, pipable, split": pipable_split_wim,
}
"""Every kind of WIM; links of Linux are kept as links of Windows."""

DISKS: dict[str, Build] = {
    "NTFS": ntfs(),
    "NTFS, clusters of 512 bytes": ntfs("-c", "512"),
    "NTFS, clusters of 64 KB": ntfs("-c", "65536", size=32 * MEGABYTE),
    "NTFS, sectors of 4 KB": ntfs("-s", "4096"),
    "MBR": mbr(ntfs()),
    "MBR, logical": mbr(ntfs(), logical=True),
    "MBR, sectors of 4 KB": mbr(ntfs("-s", "4096"), sector=4096),
    "GPT": gpt(ntfs()),
    "GPT, sectors of 4 KB": gpt(ntfs("-s", "4096"), sector=4096),
    "split": split(mbr(ntfs()), 5 * MEGABYTE),
    "VHD, fixed": converted(mbr(ntfs()), "vpc", "subformat=fixed"),
    "VHD, dynamic": converted(mbr(ntfs()), "vpc", "subformat=dynamic"),
    "VHDX, fixed": converted(gpt(ntfs()), "vhdx", "subformat=fixed"),
    "VHDX, dynamic": converted(gpt(ntfs()), "vhdx", "subformat=dynamic", "block_size=1M"),
    "VMDK, sparse": converted(mbr(ntfs()), "vmdk"),
    "VMDK, flat": converted(mbr(ntfs()), "vmdk", "subformat=monolithicFlat"),
    "VMDK, stream-optimized": converted(mbr(ntfs()), "vmdk", "subformat=streamOptimized"),
    "VMDK, in extents": converted(mbr(ntfs()), "vmdk", "subformat=twoGbMaxExtentSparse"),
    "VMDK, in flat extents": converted(mbr(ntfs()), "vmdk", "subformat=twoGbMaxExtentFlat"),
    "QCOW2": converted(mbr(ntfs()), "qcow2"),
    "QCOW2 of version 2": converted(mbr(ntfs()), "qcow2", "compat=0.10"),
    "QCOW2, clusters by zlib": converted(mbr(ntfs()), "qcow2", compressed=True),
    "QCOW2, clusters by zstd": converted(mbr(ntfs()), "qcow2", "compression_type=zstd", compressed=True),
    "QCOW2, subclusters": converted(mbr(ntfs()), "qcow2", "extended_l2=on", "cluster_size=128k"),
    "QCOW": converted(mbr(ntfs()), "qcow"),
    "QCOW, compressed": compressed_qcow(mbr(ntfs())),
    "Parallels": converted(mbr(ntfs()), "parallels"),
    "VDI, dynamic": converted(mbr(ntfs()), "vdi"),
    "VDI, fixed": converted(mbr(ntfs()), "vdi", "static=on"),
    "E01": evidence(mbr(ntfs())),
    "E01, in segments": evidence(mbr(ntfs()), "-S", "3MiB", "-c", "none"),
    "Ex01": evidence2(mbr(ntfs())),
    "Ex01, in segments": evidence2(mbr(ntfs()), Layout(stored=range(0, 400, 3), chunks=50, tables=2)),
    "Ex01, bzip2": evidence2(mbr(ntfs()), Layout(BZIP2)),
}
"""Every kind of disk, with NTFS."""

FAT: dict[str, Callable[[Path, Path], Path]] = {
    "FAT12": fat(12, "-s", "16"),
    "FAT16": fat(16),
    "FAT32": fat(32, "-s", "1", size=40 * MEGABYTE),
    "MBR, FAT16": mbr(fat(16), kind=0x06),
}
