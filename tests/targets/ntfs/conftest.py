"""An empty volume of NTFS for each test that asks for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.targets.ntfs.volumes import new_volume


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return new_volume(tmp_path / "volume.img")
