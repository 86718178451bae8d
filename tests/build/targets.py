"""The same Windows in every kind of target, built without root; what needs an absent program skips."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.demo.peimage import build_pe
from tests.build.programs import missing

Build = Callable[[Path, Path], Path]
"""Puts the tree of a folder into a target and returns it: (drive, a folder to work in) -> the target."""

PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
"""Where programs that make file systems are, which not every user's PATH names."""

WRITTEN = 944_000_000  # 1999-11-30, when the files of a drive that has no time of its own were written


@dataclass(frozen=True)
class Format:
    """A kind of target that a test runs over.

    `links`, `odd_names` (not UTF-8, twins in case) and `times` say what of a folder it can hold.
    """

    build: Build
    links: bool = True
    odd_names: bool = True
    times: bool = True


def needs(*programs: str) -> None:
    """Skips the test where a program of .ci/packages is not installed, or fails where it was to be."""
    lacking = [program for program in programs if shutil.which(program, path=PATH) is None]
    if lacking:
        missing(f"not installed: {', '.join(lacking)}")


def run(*command: str | Path, folder: Path | None = None) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        capture_output=True,
        timeout=300,
        check=False,
        env={**os.environ, "PATH": PATH, "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")


def write_drive(root: Path, *, links: bool = True, odd_names: bool = True) -> Path:
    """The demo's drive with everything besides that a folder may hold and that a scan must not trip over."""
    write_demo(root)
    system32 = root / "WINNT" / "system32"
    (system32 / "empty.dll").write_bytes(b"")
    (system32 / "zeros.sys").write_bytes(bytes(5000))
    (system32 / "program").write_bytes(build_pe(version="1.2.3.4", size=30_000))
    (system32 / "late.dll").write_bytes(build_pe(version="1.2.3.5", size=300_000))
    (root / "readme.txt").write_bytes(b"text" * 3000)
    (root / "empty folder").mkdir()
    if links:
        (system32 / "alias.dll").symlink_to("kernel32.dll")
        (system32 / "mfc.dll").symlink_to("../stored.bin")
        (system32.parent / "stored.bin").write_bytes(build_pe(version="4.21.0.7022", size=20_000))
        (system32 / "gone.dll").symlink_to("nowhere.dll")
        (system32 / "loop.dll").symlink_to("loop.dll")
        (root.parent / "outside").write_bytes(b"not of this drive")
        (system32 / "out.dll").symlink_to("../../../outside")
        (system32 / "absolute.dll").symlink_to("/etc/passwd")
        (system32 / "up").symlink_to("..")
        (root / "Documents").symlink_to("WINNT")
        os.link(system32 / "ole32.dll", system32 / "hard.dll")
    if odd_names:
        (system32 / os.fsdecode(b"caf\xe9.dll")).write_bytes(build_pe(version="1.0.0.1"))
        (system32 / "Ole32.DLL").write_bytes(build_pe(version="4.0.1381.1", name="OLE32.DLL"))
    for path in sorted(root.rglob("*")):
        if not path.is_symlink() and path.is_file() and path.stat().st_mtime > WRITTEN * 1.1:
            os.utime(path, (WRITTEN, WRITTEN))
    return root


# --- archives --------------------------------------------------------------------------------------------------------


def tar(compression: str = "", *, wrapped: str = ".", style: int = tarfile.GNU_FORMAT) -> Build:
    def build(drive: Path, work: Path) -> Path:
        path = work / "drive.tar"
        with tarfile.open(path, f"w:{compression}", format=style, errors="surrogateescape") as archive:  # type: ignore[call-overload]
            archive.add(drive, wrapped)
        return path

    return build


def zst(drive: Path, work: Path) -> Path:
    zstandard = pytest.importorskip("zstandard")
    plain = tar()(drive, work).read_bytes()
    path = work / "drive.tar.zst"
    # Two frames, as programs that work in parallel write.
    half = len(plain) // 2
    path.write_bytes(b"".join(zstandard.ZstdCompressor().compress(part) for part in (plain[:half], plain[half:])))
    return path


def zipped(method: int = zipfile.ZIP_DEFLATED) -> Build:
    def build(drive: Path, work: Path) -> Path:
        path = work / "drive.zip"
        with zipfile.ZipFile(path, "w", method) as archive:
            for file in sorted(drive.rglob("*")):
                facts = file.lstat()
                name = file.relative_to(drive).as_posix()
                member = zipfile.ZipInfo(f"{name}/" if file.is_dir() and not file.is_symlink() else name)
                member.external_attr = facts.st_mode << 16
                member.compress_type = method
                member.extra = b"UT\x05\0\x01" + int(facts.st_mtime).to_bytes(4, "little")
                if stat.S_ISLNK(facts.st_mode):
                    archive.writestr(member, str(file.readlink()))
                else:
                    archive.writestr(member, b"" if file.is_dir() else file.read_bytes())
        return path

    return build


def deflate64(drive: Path, work: Path) -> Path:
    """As 7-Zip writes it, with times of NTFS."""
    needs("7z")
    run("7z", "a", "-tzip", "-mm=Deflate64", "-mtc=on", work / "drive.zip", ".", folder=drive)
    return work / "drive.zip"


# --- images of CDs ---------------------------------------------------------------------------------------------------


def iso(*options: str, program: str = "genisoimage") -> Build:
    def build(drive: Path, work: Path) -> Path:
        needs(program)
        command = [program, "-as", "mkisofs"] if program == "xorriso" else [program]
        run(*command, "-quiet", *options, "-o", work / "drive.iso", drive)
        return work / "drive.iso"

    return build


# --- containers ------------------------------------------------------------------------------------------------------


def layers(drive: Path, work: Path) -> list[bytes]:
    """Two layers of a container's image that make the drive: the upper one replaces, removes and empties."""
    lower = work / "lower" / "Files"
    shutil.copytree(drive, lower, symlinks=True)
    link_again(drive, lower)
    for name in ("removed.dll", "kernel32.dll"):
        (lower / "WINNT/system32" / name).unlink(missing_ok=True)
        (lower / "WINNT/system32" / name).write_bytes(build_pe(version="1.0.0.0", name="OLD.DLL"))
    (lower / "WINNT/emptied/deep").mkdir(parents=True)
    (lower / "WINNT/emptied/deep/old.dll").write_bytes(build_pe(version="1.0.0.0", name="OLD.DLL"))
    other = work / "lower" / "UtilityVM/Files/WINNT/system32"
    other.mkdir(parents=True)
    (other / "kernel32.dll").write_bytes(build_pe(version="9.9.9.9", name="KERNEL32"))
    upper = work / "upper" / "Files/WINNT"
    (upper / "system32").mkdir(parents=True)
    shutil.copy2(drive / "WINNT/system32/kernel32.dll", upper / "system32")
    (upper / "system32/.wh.removed.dll").write_bytes(b"")
    (upper / ".wh.emptied").write_bytes(b"")
    made = []
    for folder in (work / "lower", work / "upper"):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT, errors="surrogateescape") as archive:
            archive.add(folder, ".")
        made.append(stream.getvalue())
    return made


def link_again(drive: Path, copy: Path) -> None:
    """Makes hard links of a drive hard links in its copy, too."""
    names: dict[int, Path] = {}
    for path in sorted(drive.rglob("*")):
        facts = path.lstat()
        if stat.S_ISREG(facts.st_mode) and facts.st_nlink > 1:
            here = copy / path.relative_to(drive)
            first = names.setdefault(facts.st_ino, here)
            if first is not here:
                here.unlink()
                os.link(first, here)


def oci(compress: Callable[[bytes], bytes], *, archived: bool = False) -> Build:
    def build(drive: Path, work: Path) -> Path:
        image = work / "image"
        write_oci(image, [compress(layer) for layer in layers(drive, work)])
        return tar()(image, work) if archived else image

    return build


def write_oci(folder: Path, layers: Sequence[bytes], *, system: str = "windows") -> None:
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True)

    def descriptor(data: bytes) -> dict[str, object]:
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"mediaType": "application/octet-stream", "digest": f"sha256:{digest}", "size": len(data)}

    config = {"os": system, "architecture": "amd64", "os.version": "4.0.1381"}
    manifest = {
        "schemaVersion": 2,
        "config": descriptor(json.dumps(config).encode()),
        "layers": [descriptor(layer) for layer in layers],
    }
    name = {"org.opencontainers.image.ref.name": "plant:1"}
    index = {"manifests": [descriptor(json.dumps(manifest).encode()) | {"annotations": name}]}
    (folder / "index.json").write_text(json.dumps(index))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


def docker_save(compression: str = "") -> Build:
    def build(drive: Path, work: Path) -> Path:
        image = work / "saved"
        image.mkdir()
        paths = []
        for number, layer in enumerate(layers(drive, work)):
            (image / f"layer{number}").mkdir()
            (image / f"layer{number}/layer.tar").write_bytes(layer)
            paths.append(f"layer{number}/layer.tar")
        config = json.dumps({"os": "windows"}).encode()
        name = f"{hashlib.sha256(config).hexdigest()}.json"
        (image / name).write_bytes(config)
        saved = [{"Config": name, "RepoTags": ["plant:1"], "Layers": paths}]
        (image / "manifest.json").write_text(json.dumps(saved))
        return tar(compression)(image, work)

    return build


FORMATS: dict[str, Format] = {
    "tar": Format(tar()),
    "tar, pax": Format(tar(style=tarfile.PAX_FORMAT)),
    "tar in a folder": Format(tar(wrapped="backup/drive c")),
    "tar.gz": Format(tar("gz")),
    "tar.bz2": Format(tar("bz2")),
    "tar.xz": Format(tar("xz")),
    "tar.zst": Format(zst),
    "OCI layout": Format(oci(gzip.compress)),
    "OCI layout, plain layers": Format(oci(bytes)),
    "OCI layout in a tar": Format(oci(gzip.compress, archived=True)),
    "docker save": Format(docker_save()),
    "docker save, gzip": Format(docker_save("gz")),
    "ISO, Rock Ridge": Format(iso("-r"), odd_names=False),
    "ISO, Rock Ridge by xorriso": Format(iso("-R", program="xorriso")),
    "ISO, Joliet": Format(iso("-J", "-joliet-long"), links=False, odd_names=False),
    "ISO, Rock Ridge and Joliet": Format(iso("-r", "-J"), odd_names=False),
    "UDF": Format(iso("-udf"), links=False, odd_names=False),
    "zip": Format(zipped(), odd_names=False),
    "zip, stored": Format(zipped(zipfile.ZIP_STORED), odd_names=False),
    "zip, bzip2": Format(zipped(zipfile.ZIP_BZIP2), odd_names=False),
    "zip, LZMA": Format(zipped(zipfile.ZIP_LZMA), odd_names=False),
    "zip, Deflate64": Format(deflate64, links=False, odd_names=False),
}
"""Every kind of target that holds a whole drive. A new one is a line here."""
