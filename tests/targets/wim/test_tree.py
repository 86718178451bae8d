"""Images of WIM files as trees, of every compression: all bytes, links and names come back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hotfixcheck.targets.times import filetime
from tests.build.disks import pipable_split_wim, wim
from tests.targets.wim.images import DLL, listed

KINDS = {
    "not compressed": wim("--compress=none"),
    "XPRESS": wim("--compress=XPRESS", "--chunk-size=4K"),
    "LZX": wim("--compress=LZX"),
    "LZMS": wim("--compress=LZMS"),
    "solid": wim("--solid"),
    "solid, small chunks": wim("--solid", "--solid-chunk-size=32K"),
    "solid LZX": wim("--solid", "--solid-compress=LZX", "--solid-chunk-size=64K"),
    "solid XPRESS": wim("--solid", "--solid-compress=XPRESS", "--solid-chunk-size=64K"),
    "pipable": wim("--pipable", "--compress=none"),
    "pipable XPRESS": wim("--pipable", "--compress=XPRESS", "--chunk-size=4K"),
    "pipable LZX": wim("--pipable", "--compress=LZX", "--check"),
    "pipable LZMS": wim("--pipable", "--compress=LZMS", "--chunk-size=32K"),
    "pipable, in parts": pipable_split_wim,
}


@pytest.mark.parametrize("executables", [True, False], ids=["executables", "by name"])
@pytest.mark.parametrize("build", KINDS.values(), ids=list(KINDS))
def test_every_byte_comes_back(build: Callable[[Path, Path], Path], executables: bool, folder: Path) -> None:
    assert listed(build(folder, folder.parent), executables=executables) == {
        "WINNT/a.dll": DLL,
        "WINNT/b.dll": DLL[:80_000] + bytes(1000),
        "WINNT/empty": b"",
    }


def test_links_of_windows(folder: Path) -> None:
    windows = folder / "WINNT"
    (windows / "link.dll").symlink_to("a.dll")
    (windows / "gone.dll").symlink_to("nowhere.dll")
    (windows / "up").symlink_to("../WINNT")
    (folder / "to folder").symlink_to("WINNT")
    (windows / "loop").symlink_to("loop")
    os.link(windows / "a.dll", windows / "hard.dll")
    told = listed(wim("--solid")(folder, folder.parent))
    assert told["WINNT/link.dll"] == told["WINNT/hard.dll"] == DLL
    assert told["WINNT/gone.dll"] == "the link leads nowhere: nowhere.dll"
    assert told["WINNT/loop"] == "the link leads back to itself: loop"
    assert "leads back to a folder that holds it" in str(told["WINNT/up"])
    assert not any(path.startswith("to folder") for path in told)


def test_twins_and_names_of_other_alphabets(folder: Path) -> None:
    (folder / "WINNT" / "A.DLL").write_bytes(b"twin")
    (folder / "WINNT" / "\u00e9t\u00e9 \u4e2d.dll").write_bytes(b"summer")
    told = listed(wim("--compress=LZX")(folder, folder.parent))
    assert (told["WINNT/a.dll"], told["WINNT/A.DLL"]) == (DLL, b"twin")
    assert told["WINNT/\u00e9t\u00e9 \u4e2d.dll"] == b"summer"


def test_years_that_no_calendar_has() -> None:
    assert filetime(1 << 63) is None
