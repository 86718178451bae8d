"""Raw images in pieces, as imaging tools cut them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotfixcheck.errors import TargetError
from hotfixcheck.targets import open_target
from hotfixcheck.targets.disks.split import joined_parts
from hotfixcheck.targets.sources import Memory
from tests.targets.disks.images import CONTENT, beside


def test_raw_images_in_parts(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"disk.{number + 1:03}").write_bytes(CONTENT[number * 700_000 : (number + 1) * 700_000])
    path = tmp_path / "disk.001"
    source = joined_parts(Memory(path.read_bytes()), beside(path))
    assert source.read(0, source.size) == CONTENT[:2_100_000]
    (tmp_path / "disk.002").unlink()
    with pytest.raises(TargetError, match=r"part disk\.002 of the image is missing"), open_target(path):
        pass
    (tmp_path / "disk.003").unlink()
    alone = Memory(path.read_bytes())
    assert joined_parts(alone, beside(path)) is alone
