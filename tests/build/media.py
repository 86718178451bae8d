"""Install media as Microsoft pressed them: a folder a platform, compressed files, driver cabinets, tag files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.platforms import Platform
from tests.build.cabinets import cabinet, szdd

Compress = Callable[[str, bytes], bytes]


def as_szdd(name: str, data: bytes) -> bytes:
    return szdd(data, name[-1])


def as_cabinet(compression: str) -> Compress:
    return lambda name, data: cabinet({name.lower(): data}, compression)


def kernel(version: str, platform: Platform = Platform.X86) -> dict[str, bytes]:
    return {
        name: build_pe(version=version, name=name, platform=platform, size=60_000)
        for name in ("KERNEL32.DLL", "NTOSKRNL.EXE")
    }


def write_source(
    folder: Path,
    files: Mapping[str, bytes],
    compress: Compress = as_szdd,
    *,
    lists: Mapping[str, bytes] | None = None,
    cabinets: Mapping[str, bytes] | None = None,
    plain: Mapping[str, bytes] | None = None,
) -> None:
    """A platform's folder: `files` by the names they will have, compressed; setup's lists name them all."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = "[SourceDisksFiles]\r\n" + "".join(f"{name.lower()} = 1,,,,,,,2,0,0\r\n" for name in files)
    contents = {"TXTSETUP.SIF": listed.encode(), **(lists or {}), **(cabinets or {}), **(plain or {})}
    contents |= {f"{name[:-1]}_": compress(name, data) for name, data in files.items()}
    for name, data in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
