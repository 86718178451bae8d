"""WIM files as targets: each image is a place of its own, and none is looked for in a volume."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.acceptance.conftest import COMMAND
from tests.build.disks import wim
from tests.build.targets import needs, run, write_drive
from tests.targets.wim.images import listed, names


def test_each_image_is_a_place_of_its_own(folder: Path) -> None:
    path = wim("--compress=LZX", images=2)(folder, folder.parent)
    assert names(path) == [("image 1", "image An image", ""), ("image 2", "image Image 2", "")]
    assert listed(path, image=2) == listed(path)


def test_one_image_of_several_is_chosen(tmp_path: Path) -> None:
    drive = write_drive(tmp_path / "drive", links=False, odd_names=False)
    path = wim("--compress=XPRESS", images=2)(drive, tmp_path)
    done = subprocess.run(
        [COMMAND, "identify", path, "--image", "2", "-f", "json"], capture_output=True, check=True, timeout=300
    )
    assert json.loads(done.stdout)["target"]["path"] == f"{path}, image 2"


def test_a_wim_in_a_volume_is_not_looked_for(folder: Path) -> None:
    """An install.wim among the files of a disk is no Windows of that disk."""
    needs("wimcapture")
    inner = wim("--compress=none")(folder, folder.parent)
    inner.rename(folder / "install.wim")
    run("wimcapture", folder, folder.parent / "outer.wim", "--compress=none", "--no-acls")
    assert [each[0] for each in names(folder.parent / "outer.wim")] == ["image 1"]
