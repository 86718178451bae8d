"""Peak memory of `inventory` and `check` by how many names a target has: the same drive as a folder and in each kind of
target whose names are kept in memory.

    python -m benchmarks.names 300000 1000000 [--in FOLDER] [KIND ...]

FOLDER keeps what was built for the next run. A name is 30 characters, a folder holds 20 files; all but the kernel are
empty. The bar: 200 MB.
"""

from __future__ import annotations

import gzip
import io
import multiprocessing
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.measuring import COMMAND, PASS, measure
from hotfixcheck.demo.peimage import build_pe
from tests.build.targets import write_oci

BAR = 200


def members(count: int) -> Iterator[tuple[str, bytes]]:
    for name in ("kernel32.dll", "ntoskrnl.exe"):
        yield f"WINNT/system32/{name}", build_pe(version="5.1.2600.5512", name=name.upper(), size=60_000)
    for number in range(count):
        folder = f"Program Files/vendor {number // 2000:03}/product {number // 20:05}"
        yield f"{folder}/a-file-of-a-drive-{number:07}.txt", b""


def _folder(count: int, path: Path) -> None:
    for name, data in members(count):
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def _tar(count: int, path: Path, *, mode: str = "w", below: str = "") -> None:
    with tarfile.open(path, mode, compresslevel=1) if mode == "w:gz" else tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in members(count):
            member = tarfile.TarInfo(below + name)
            member.size, member.mtime = len(data), 944_000_000
            archive.addfile(member, io.BytesIO(data))
            archive.members.clear()


def _zip(count: int, path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members(count):
            archive.writestr(zipfile.ZipInfo(name, (1999, 11, 30, 22, 13, 20)), data)


def _oci(count: int, path: Path) -> None:
    layer = path.with_suffix(".layer")
    _tar(count, layer, below="Files/")
    write_oci(path, [gzip.compress(layer.read_bytes(), 1)])
    layer.unlink()


def _image(*options: str) -> Callable[[int, Path], None]:
    def build(count: int, path: Path) -> None:
        folder = path.parent / f"folder-{count}"
        subprocess.run(["genisoimage", "-quiet", *options, "-o", path, folder], check=True, capture_output=True)

    return build


KINDS: dict[str, Callable[[int, Path], None]] = {
    "folder": _folder,
    "tar": _tar,
    "tar.gz": lambda count, path: _tar(count, path, mode="w:gz"),
    "zip": _zip,
    "OCI layout": _oci,
    "ISO, Rock Ridge": _image("-r"),
    "ISO, Joliet": _image("-J", "-joliet-long"),
    "UDF": _image("-udf"),
}


def _build(kind: str, count: int, path: Path) -> None:
    KINDS[kind](count, path)


def _built(kind: str, count: int, folder: Path) -> Path:
    """Built in a process of its own, and once: the peak of whoever starts a command counts as the command's."""
    path = folder / f"{kind.replace(', ', '-').replace(' ', '-')}-{count}"
    if not path.exists():
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            pool.submit(_build, kind, count, path).result()
    return path


def main(arguments: list[str]) -> None:
    counts = [int(each) for each in arguments if each.isdigit()] or [300_000]
    kinds = [each for each in arguments if each in KINDS] or list(KINDS)
    kept = arguments[arguments.index("--in") + 1] if "--in" in arguments else ""
    with tempfile.TemporaryDirectory() as temporary:
        for count in counts:
            for kind in kinds:
                folder = Path(kept or temporary)
                _built("folder", count, folder)
                path = str(_built(kind, count, folder))
                inventory = (COMMAND, "inventory", path, "--no-cache", "-o", f"{temporary}/out.jsonl")
                check = (COMMAND, "check", path, "--no-cache", "-o", f"{temporary}/report")
                peaks = [each.memory for each in measure([PASS, inventory, check], runs=1)[1:]]
                told = "" if max(peaks) < BAR else f"  over {BAR} MB"
                print(
                    f"{kind:<16} {count:>9,} names: inventory {peaks[0]:4.0f} MB, check {peaks[1]:4.0f} MB{told}",
                    flush=True,
                )


if __name__ == "__main__":
    main(sys.argv[1:])
