"""The files of a package against the table of its article."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest
from hotfixcheck.packages.comparing import differences
from hotfixcheck.platforms import Platform
from tests.build.packages import KERNEL, outcome, package


def manifest(*rows: FileRow) -> Manifest:
    return Manifest("Q246691", "An article", (FilesFix(rows),))


X86, ALPHA = Platform.X86, Platform.ALPHA
PACKED = FileRow("Kernel32.dll", X86, version="4.0.1381.7029", size=375_056)
DIFFERENCES: dict[str, tuple[list[FileRow], list[FileRow], list[str]]] = {
    "none": ([PACKED], [FileRow("kernel32.dll", X86, version="4.00.1381.7029", size=375_056)], []),
    "other platforms are of other packages": ([PACKED], [PACKED, FileRow("kernel32.dll", ALPHA, version="1.0")], []),
    "about the size": ([PACKED], [FileRow("kernel32.dll", size=374_000, size_approx=True)], []),
    "one of several rows": ([PACKED], [FileRow("kernel32.dll", version="1.0"), FileRow("kernel32.dll")], []),
    "version and size": (
        [PACKED],
        [FileRow("kernel32.dll", version="4.0.1381.7000", size=1_000)],
        [
            "Kernel32.dll (x86): 375,056 bytes, the article says 1,000",
            "Kernel32.dll (x86): version 4.0.1381.7029, the article says 4.0.1381.7000",
        ],
    ),
    "files of one only": (
        [PACKED, FileRow("b.dll", X86)],
        [PACKED, FileRow("c.dll")],
        ["b.dll: the article does not list it", "c.dll: the package does not have it"],
    ),
    "another platform only": (
        [PACKED],
        [FileRow("kernel32.dll", ALPHA)],
        ["Kernel32.dll: the article does not list it for x86"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("packed", "printed", "lines"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_differences(packed: list[FileRow], printed: list[FileRow], lines: list[str]) -> None:
    assert list(differences(manifest(*packed), manifest(*printed))) == lines


def test_a_package_is_held_against_its_article(tmp_path: Path) -> None:
    data = package({"kernel32.dll": KERNEL})
    assert outcome(tmp_path / "Q246691i.exe", data).differences is None
    assert outcome(tmp_path / "Q246691i.exe", data, manifest(PACKED)).differences == ()
