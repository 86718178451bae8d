"""Every command that the documentation shows is run, page by page, in the order in which a reader meets it."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from hotfixcheck.demo.nt4 import write_demo
from tests.acceptance.conftest import COMMAND, SEEDS
from tests.build import disks

DOCS = Path(__file__).parents[2] / "docs"
_LINE = re.compile(r"^ *\$ (.+)$", re.MULTILINE)
PAGES = {str(file.relative_to(DOCS)): file for file in sorted(DOCS.rglob("*.md")) if _LINE.search(file.read_text())}


def furnish(folder: Path, page: str) -> None:
    """What the commands of a page find: systems where it says that there are some, and the files that it shows."""
    write_demo(folder / "mnt" / "plant")
    if "hotfixcheck demo nt4" not in page:
        write_demo(folder / "nt4")
    write_demo(folder / "build" / "image-root")
    shutil.copytree(SEEDS, folder / "required-fixes")
    if "plant.img" in page:
        disks.mbr(disks.ntfs())(folder / "nt4", folder / "mnt").rename(folder / "plant.img")
    for waivers in re.findall(r"```yaml\n(waivers: 1\n.*?)```", page, re.DOTALL):
        (folder / "waivers.yaml").write_text(waivers, encoding="utf-8")


@pytest.mark.parametrize("file", PAGES.values(), ids=PAGES)
def test_its_commands_do_what_they_should(file: Path, tmp_path: Path) -> None:
    page = file.read_text(encoding="utf-8")
    furnish(tmp_path, page)
    for line in _LINE.findall(page):
        name, *arguments = shlex.split(line.replace("/mnt/", f"{tmp_path}/mnt/"))
        assert name == "hotfixcheck"
        done = subprocess.run(
            [COMMAND, *arguments], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60, check=False
        )
        assert done.returncode in ((0, 1) if arguments[0] == "check" else (0,)), f"{line}\n{done.stderr}"
        written = [part.split("=")[-1] for part in re.findall(r"(?:--report|-o) (\S+)", line)]
        assert all((tmp_path / one).stat().st_size for one in written)
