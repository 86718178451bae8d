"""Update packages, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.manifest.yaml import load
from hotfixcheck.packages.importing import PackageOutcome, import_packages
from tests.build.cabinets import cabinet

LINKED = datetime(1999, 11, 18, 15, 0, tzinfo=UTC)
KERNEL = build_pe(version="4.0.1381.7029", name="kernel32", link_time=LINKED, size=375_056)
OLD = build_pe(version="4.0.1381.4", name="update.exe", dll=False)
PROGRAM = build_pe(version="4.0.1381.1", name="SFX.EXE", dll=False, size=20_000)


def package(
    files: Mapping[str, bytes], compression: str = "MSZIP", *, before: bytes = PROGRAM, after: bytes = b""
) -> bytes:
    return before + cabinet(files, compression) + after


def outcome(path: Path, data: bytes, printed: Manifest | None = None) -> PackageOutcome:
    path.write_bytes(data)
    (found,) = import_packages([path], lambda _manifest: printed)
    return found


def manifest_of(found: PackageOutcome) -> Manifest:
    assert found.manifest is not None, found.problem
    return load(found.manifest.encode(), "made")


OWN = {"kernel32.dll": KERNEL}
