"""Archives that hold images of the drive: appliances, backups of virtual machines, media in archives."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.build.differencing import parallels_snapshot, sesparse_snapshot, snapshot, vdi_snapshot
from tests.build.disks import converted, evidence, mbr, ntfs, split, split_wim, wim
from tests.build.ewf2 import Layout, evidence2
from tests.build.targets import Build, iso

OVF = b'<?xml version="1.0"?><Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"><References/></Envelope>'


def appliance(disk: Build, compression: str = "") -> Build:
    """A tar as virtual machines are exported: a description, the disk's files, checksums."""

    def build(drive: Path, work: Path) -> Path:
        files = _files(disk, drive, work)
        (files / "plant.ovf").write_bytes(OVF)
        (files / "plant.mf").write_bytes(b"SHA256(plant.ovf)= 00\n")
        path = work / "plant.ova"
        with tarfile.open(path, f"w:{compression}", format=tarfile.USTAR_FORMAT) as archive:  # type: ignore[call-overload]
            for file in ("plant.ovf", "plant.mf", *sorted(each.name for each in files.iterdir())):
                if file not in archive.getnames():
                    archive.add(files / file, file)
        shutil.rmtree(files)
        return path

    return build


def zipped_files(disk: Build, method: int = zipfile.ZIP_DEFLATED, folder: str = "backup/") -> Build:
    def build(drive: Path, work: Path) -> Path:
        files = _files(disk, drive, work)
        path = work / "images.zip"
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr(f"{folder}notes.txt", b"of last week")
            for file in sorted(files.iterdir()):
                archive.write(file, folder + file.name)
        shutil.rmtree(files)
        return path

    return build


def packed(disk: Build, compress: Callable[[bytes], bytes], ending: str) -> Build:
    """An image compressed by itself."""

    def build(drive: Path, work: Path) -> Path:
        image = disk(drive, work)
        path = work / f"{image.name}.{ending}"
        path.write_bytes(compress(image.read_bytes()))
        image.unlink()
        return path

    return build


def media(image: Build, *options: str) -> Build:
    """A setup DVD whose Windows is in the images of `image`: sources/install.wim, .esd or .swm."""

    def build(drive: Path, work: Path) -> Path:
        files = _files(image, drive, work)
        sources = work / "media/sources"
        sources.mkdir(parents=True)
        for file in files.iterdir():
            stem, ending = file.stem.removeprefix("image").removeprefix("part"), file.suffix
            file.rename(sources / f"install{stem}{ending}")
        shutil.rmtree(files)
        (work / "media/setup.exe").write_bytes(b"MZ")
        return iso(*options)(work / "media", work)

    return build


def esd(drive: Path, work: Path) -> Path:
    image = wim("--solid", "--solid-chunk-size=32K")(drive, work)
    return image.rename(image.with_suffix(".esd"))


def _files(build: Build, drive: Path, work: Path) -> Path:
    """The folder of the files that a target consists of."""
    files = work / "files"
    files.mkdir()
    build(drive, files)
    (files / "volume.img").unlink(missing_ok=True)  # of which the disk was made
    return files


SPARSE, STREAM = converted(mbr(ntfs()), "vmdk"), converted(mbr(ntfs()), "vmdk", "subformat=streamOptimized")
FLAT = converted(mbr(ntfs()), "vmdk", "subformat=twoGbMaxExtentFlat")

HELD: dict[str, Build] = {
    "OVA": appliance(STREAM),
    "OVA, gzip": appliance(STREAM, "gz"),
    "OVA in a zip": zipped_files(appliance(STREAM)),
    "tar of a VMDK in extents": appliance(FLAT),
    "tar.xz of a VMDK in extents": appliance(FLAT, "xz"),
    "tar of a snapshot": appliance(snapshot("vmdk")),
    "zip of a snapshot": zipped_files(snapshot("qcow2")),
    "tar of a VDI snapshot": appliance(vdi_snapshot),
    "zip of a VDI snapshot": zipped_files(vdi_snapshot),
    "tar.gz of a VDI snapshot": appliance(vdi_snapshot, "gz"),
    "tar of a SESPARSE snapshot": appliance(sesparse_snapshot),
    "tar.gz of a SESPARSE snapshot": appliance(sesparse_snapshot, "gz"),
    "tar of a Parallels snapshot": appliance(parallels_snapshot),
    "tar.xz of a Parallels snapshot": appliance(parallels_snapshot, "xz"),
    "zip of a Parallels snapshot": zipped_files(parallels_snapshot),
    "zip of an Ex01 in segments": zipped_files(evidence2(mbr(ntfs()), Layout(chunks=50, tables=2))),
    "zip of a VMDK in extents": zipped_files(FLAT),
    "zip of a raw disk": zipped_files(mbr(ntfs())),
    "zip of a VHDX, stored": zipped_files(converted(mbr(ntfs()), "vhdx"), zipfile.ZIP_STORED, ""),
    "zip of an E01 in segments": zipped_files(evidence(mbr(ntfs()), "-S", "3MiB", "-c", "none")),
    "zip of a disk in parts": zipped_files(split(mbr(ntfs()), 5_000_000)),
    "tar.bz2 of a WIM": appliance(wim("--compress=XPRESS"), "bz2"),
    "zip of an ISO": zipped_files(media(wim("--compress=LZX"), "-udf")),
    "raw disk by gzip": packed(mbr(ntfs()), gzip.compress, "gz"),
    "raw disk by bzip2": packed(mbr(ntfs()), bz2.compress, "bz2"),
    "QCOW2 by xz": packed(converted(mbr(ntfs()), "qcow2"), lzma.compress, "xz"),
    "setup DVD, WIM": media(wim("--compress=LZX"), "-udf"),
    "setup DVD, ESD": media(esd, "-J"),
    "setup DVD, split WIM": media(split_wim, "-udf"),
}
"""Every kind of image in another file."""
