"""Every command that the documentation shows is run, page by page, in the order in which a reader meets it."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from hotfixcheck.demo.nt4 import write_demo
from tests.acceptance.conftest import COMMAND, SEEDS
from tests.build import disks

DOCS = Path(__file__).parents[2] / "docs"
_LINE = re.compile(r"^ *\$ (.+)$", re.MULTILINE)
PAGES = {str(file.relative_to(DOCS)): file for file in sorted(DOCS.rglob("*.md")) if _LINE.search(file.read_text())}

SYSTEMINFO = """\
Host Name:                 LINE4
OS Name:                   Microsoft(R) Windows(R) Server 2003, Standard Edition
OS Version:                5.2.3790 Service Pack 1 Build 3790
System Type:               X86-based PC
Hotfix(s):                 1 Hotfix(s) Installed.
                           [01]: KB836769
"""

DISK = disks.mbr(disks.ntfs())
IMAGES = {
    "plant.img": DISK,
    "evidence.E01": disks.evidence(DISK),
    "server.vmdk": disks.converted(DISK, "vmdk"),
    "install.wim": disks.wim(images=2),
}


def furnish(folder: Path, page: str) -> None:
    """What the commands of a page find: systems where it says that there are some, and the files that it shows."""
    write_demo(folder / "mnt" / "plant")
    if "hotfixcheck demo nt4" not in page:
        write_demo(folder / "nt4")
    write_demo(folder / "build" / "image-root")
    (folder / "inventories").mkdir()
    shutil.copytree(SEEDS, folder / "required-fixes")
    for name, build in IMAGES.items():
        if name in page:
            build(folder / "mnt" / "plant", folder / "mnt").rename(folder / name)
    (folder / "line-4.txt").write_text(SYSTEMINFO, encoding="utf-8")
    for listed in re.findall(r"```text\n(.*?)```", page, re.DOTALL):
        (folder / "required.txt").write_text(listed, encoding="utf-8")
    for waivers in re.findall(r"```yaml\n(waivers: 1\n.*?)```", page, re.DOTALL):
        (folder / "waivers.yaml").write_text(waivers, encoding="utf-8")


@pytest.mark.parametrize("file", PAGES.values(), ids=PAGES)
def test_its_commands_do_what_they_should(file: Path, tmp_path: Path) -> None:
    page = file.read_text(encoding="utf-8")
    furnish(tmp_path, page)
    for line in [*_LINE.findall(page), *in_snippets(page)]:
        name, *arguments = shlex.split(line.replace("/mnt/", f"{tmp_path}/mnt/"))
        assert name == "hotfixcheck"
        done = subprocess.run(
            [COMMAND, *arguments], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=300, check=False
        )
        assert done.returncode in ((0, 1) if "check" in arguments[:2] else (0,)), f"{line}\n{done.stderr}"
        written = [part.split("=")[-1] for part in re.findall(r"(?:--report|-o) (\S+)", line)]
        assert all((tmp_path / one).stat().st_size for one in written)


def in_snippets(page: str) -> Iterator[str]:
    """The commands that snippets for CI systems run."""
    for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL):
        yield from (line for line in _lines(yaml.safe_load(text)) if line.startswith("hotfixcheck "))
    for text in re.findall(r"```groovy\n(.*?)```", page, re.DOTALL):
        yield from re.findall(r"sh '(hotfixcheck .+?)'", text)


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _lines(each)


def test_the_snippet_for_github_uses_what_the_action_takes() -> None:
    page = (DOCS / "recipes" / "golden-image.md").read_text(encoding="utf-8")
    action = yaml.safe_load((DOCS.parent / "action.yml").read_text(encoding="utf-8"))
    [snippet] = [text for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "OWNER/hotfixcheck@" in text]
    [step] = [step for step in yaml.safe_load(snippet)["jobs"]["image"]["steps"] if step.get("id") == "fixes"]
    assert set(step["with"]) <= set(action["inputs"])
    assert set(re.findall(r"steps\.fixes\.outputs\.([\w-]+)", snippet)) <= set(action["outputs"])
    hooks = yaml.safe_load((DOCS.parent / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {each["id"] for each in hooks} == set(re.findall(r"- id: (hotfixcheck[\w-]*)", page))
