"""An inventory of a system32 of 3,000 files in every kind of image and archive, against the same files in a folder; and
what of a large disk is read at all.

The bars: raw NTFS at most 3 times as long as the folder, VHDX, VMDK and QCOW2 at most 6 times, a WIM with XPRESS at
most 10 times; of a sparse image of 20 GB under 1 %; memory under 200 MB. The programs of .ci/packages build the images.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.measuring import COMMAND, PASS, measure, show
from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.inventory import take_inventory
from hotfixcheck.manifest.catalogue import load_shipped
from hotfixcheck.targets import open_target, windows_in
from hotfixcheck.targets.directory import OpenFile
from hotfixcheck.targets.wanted import Wanted
from hotfixcheck.verdicts.candidates import names_to_read
from tests.build.disks import MEGABYTE, converted, fat, mbr, ntfs, wim
from tests.build.targets import FORMATS, Build

FILES = 3000
NTFS = ntfs(size=400 * MEGABYTE)
DISK = mbr(NTFS)
ARCHIVES = {
    **dict.fromkeys(("tar", "ISO, Rock Ridge", "ISO, Joliet", "UDF"), 2),
    **dict.fromkeys(("tar.gz", "tar.zst", "tar.xz", "zip", "OCI layout", "docker save"), 6),
    "tar.bz2": 40,
}
IMAGES: dict[str, tuple[Build, float]] = {
    "NTFS": (NTFS, 3),
    "FAT32": (fat(32, size=400 * MEGABYTE), 6),
    "VHDX": (converted(DISK, "vhdx"), 6),
    "VHD": (converted(DISK, "vpc"), 6),
    "VMDK": (converted(DISK, "vmdk"), 6),
    "QCOW2": (converted(DISK, "qcow2"), 6),
    "WIM, XPRESS": (wim("--compress=XPRESS"), 10),
    "WIM, LZX": (wim("--compress=LZX"), 10),
    "ESD": (wim("--solid"), 100),
    **{name: (FORMATS[name].build, bar) for name, bar in ARCHIVES.items()},
}


def main(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        drive = _drive(Path(folder) / "drive")
        images = {}
        for name in IMAGES:
            if not names or name in names:
                work = Path(folder) / name
                work.mkdir()
                images[name] = _built(name, drive, work)
        commands = [
            (COMMAND, "inventory", str(path), "-o", f"{folder}/out.jsonl") for path in (drive, *images.values())
        ]
        _, peer, *runs = measure([PASS, *commands], runs=5)
        show(f"folder of {FILES:,} files", peer, "the folder", peer)
        for name, each in zip(images, runs, strict=True):
            show(f"{name} (bar {IMAGES[name][1]:g} x)", each, "the folder", peer)
        _sparse(drive, Path(folder))


def _built(name: str, drive: Path, work: Path) -> Path:
    """An image built in a process of its own: on Linux the peak of whoever starts a command counts as the command's."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_build, name, drive, work).result()


def _build(name: str, drive: Path, work: Path) -> Path:
    build, _ = IMAGES[name]
    return build(drive, work)


def _drive(root: Path) -> Path:
    drive = write_demo(root)
    system32 = drive / "WINNT" / "system32"
    for number in range(FILES):
        name = f"file{number:04}.dll"
        (system32 / name).write_bytes(build_pe(version=f"4.0.1381.{number}", name=name, size=60_000 + number))
    return drive


def _sparse(drive: Path, work: Path) -> None:
    """How much of a disk of 20 GB is read for `check` by the whole catalogue."""
    path = ntfs(size=20_000 * MEGABYTE)(drive, work)
    amount = 0
    plain = OpenFile.read

    def counted(self: OpenFile, offset: int, length: int) -> bytes:
        nonlocal amount
        data = plain(self, offset, length)
        amount += len(data)
        return data

    OpenFile.read = counted  # type: ignore[method-assign]
    try:
        names = names_to_read(load_shipped().manifests)
        for everything in (False, True):
            amount = 0
            with open_target(path, Wanted(names, executables=everything)) as found:
                (windows,) = windows_in(found, str(path))
                take_inventory(windows.tree, windows.layout, names=names, only_names=not everything)
            size = path.stat().st_size
            what = "inventory" if everything else "check"
            print(f"{what} of {size / 1e9:.0f} GB of NTFS reads {amount / 1e6:.1f} MB, {amount / size:.3%}")
    finally:
        OpenFile.read = plain  # type: ignore[method-assign]


if __name__ == "__main__":
    main(sys.argv[1:])
