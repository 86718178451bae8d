"""A folder of a few files to make WIM files of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.targets.wim.images import DLL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "drive"
    (folder / "WINNT").mkdir(parents=True)
    (folder / "WINNT" / "a.dll").write_bytes(DLL)
    (folder / "WINNT" / "b.dll").write_bytes(DLL[:80_000] + bytes(1000))
    (folder / "WINNT" / "empty").write_bytes(b"")
    return folder
