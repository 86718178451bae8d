"""A WIM where wimlib is not installed: the same inventory, and one line that says what to install."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfixcheck.cli.loading import open_windows, take
from hotfixcheck.inventory import Inventory
from hotfixcheck.targets.compression import libwim
from hotfixcheck.targets.wanted import Wanted
from tests.build.disks import WIMS
from tests.build.targets import write_drive


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    return write_drive(tmp_path / "drive", links=False, odd_names=False)


@pytest.fixture
def without_wimlib(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(libwim, "_NAMES", dict.fromkeys(("linux", "win32", "darwin"), "libnone.so"))
    libwim._library.cache_clear()
    yield
    libwim._library.cache_clear()


def taken(path: Path) -> Inventory:
    with open_windows(path, Wanted(), None) as (_, (windows,)):
        return take(windows, names=frozenset())


@pytest.mark.parametrize("kind", ["WIM, XPRESS", "WIM, LZX"])
def test_one_line_says_what_to_install(
    kind: str, drive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    image = WIMS[kind](drive, tmp_path)
    with_it = taken(image)
    assert capsys.readouterr().err == ""
    request.getfixturevalue("without_wimlib")
    assert taken(image) == with_it
    (line,) = capsys.readouterr().err.splitlines()
    assert "wimlib is not installed" in line
    assert "apt-get install wimtools" in line


@pytest.mark.usefixtures("without_wimlib")
def test_a_folder_needs_none(drive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken(drive)
    assert capsys.readouterr().err == ""
