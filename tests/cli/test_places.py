"""Nothing is written to a target, nor over what is read, and that is known before a scan."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer

from hotfixcheck.cli.places import expect_place_for

REFUSED: dict[str, tuple[Sequence[str], str]] = {
    "a folder": (["drive"], "is a folder; name a file in it"),
    "in no folder": (["nowhere/x"], "there is no folder {there}/nowhere to write 'x' to; make it first"),
    "in the target": (["drive/x"], "lies in the target, to which nothing is written"),
    "deep in the target": (["drive/WINNT/system32/kernel32.dll"], "lies in the target"),
    "in the target by a link": (["link/x"], "lies in the target"),
    "in the target by a detour": (["drive/../drive/x"], "lies in the target"),
    "the target": (["disk.img", "disk.img"], "is read here, and writing would destroy it"),
    "the target by a link": (["linked.img", "disk.img"], "is read here"),
    "an input": (["waivers.yaml"], "is read here"),
}
TAKEN: dict[str, Sequence[str]] = {
    "beside the target": ["report"],
    "a name that begins as the target's": ["drive.json"],
    "beside an image": ["disk.json", "disk.img"],
    "an older report": ["old.json"],
    "stdout": ["-"],
}


@pytest.fixture
def there(tmp_path: Path) -> Path:
    (tmp_path / "drive" / "WINNT" / "system32").mkdir(parents=True)
    for name in ("disk.img", "waivers.yaml", "old.json", "drive/WINNT/system32/kernel32.dll"):
        (tmp_path / name).write_text("x")
    (tmp_path / "link").symlink_to("drive")
    (tmp_path / "linked.img").symlink_to("disk.img")
    return tmp_path


def _ask(there: Path, file: str, target: str = "drive") -> None:
    place = Path(file) if file == "-" else there / file
    expect_place_for(place, target=there / target, inputs=(there / "waivers.yaml", None))


@pytest.mark.parametrize(("names", "said"), REFUSED.values(), ids=REFUSED)
def test_refused(names: Sequence[str], said: str, there: Path) -> None:
    with pytest.raises(typer.BadParameter) as refused:
        _ask(there, *names)
    assert said.format(there=there) in str(refused.value)


@pytest.mark.parametrize("names", TAKEN.values(), ids=TAKEN)
def test_taken(names: Sequence[str], there: Path) -> None:
    _ask(there, *names)


def test_a_device_is_a_place() -> None:
    expect_place_for(Path(os.devnull))


def test_the_running_windows_has_no_other_place(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotfixcheck.targets.live.is_live", lambda path: path == there / "drive")
    _ask(there, "drive/report.json")
