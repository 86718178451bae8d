"""Where the Windows of a target lies, and which folders hold live files."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotfixcheck.errors import TargetError
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.layout import Layout, TargetKind, find_layout, is_live, unlisted_system32
from hotfixcheck.targets.tree import Child
from tests.build.trees import Listing, folder

LAYOUTS = {
    "system32 folder": ("kernel32.dll config/software", Layout(TargetKind.SYSTEM32, None, "", "config")),
    "system32 folder without hives": ("KERNEL32.DLL", Layout(TargetKind.SYSTEM32, None, "")),
    "system32 folder with a kernel only": ("NTOSKRNL.EXE a.dll", Layout(TargetKind.SYSTEM32, None, "")),
    "system32 folder with hives only": ("config/system", Layout(TargetKind.SYSTEM32, None, "", "config")),
    "system32 folder with hives only, mixed case": (
        "Config/SYSTEM",
        Layout(TargetKind.SYSTEM32, None, "", "Config"),
    ),
    "system32 folder with an empty config": ("kernel32.dll config/readme.txt", Layout(TargetKind.SYSTEM32, None, "")),
    "Windows folder": (
        "system32/kernel32.dll system32/config/software explorer.exe",
        Layout(TargetKind.WINDOWS, "", "system32", "system32/config"),
    ),
    "Windows folder, mixed case": (
        "System32/Kernel32.dll System32/Config/SOFTWARE",
        Layout(TargetKind.WINDOWS, "", "System32", "System32/Config"),
    ),
    "Windows folder with hives only": (
        "SYSTEM32/config/system",
        Layout(TargetKind.WINDOWS, "", "SYSTEM32", "SYSTEM32/config"),
    ),
    "drive root": (
        "WINNT/system32/kernel32.dll boot.ini",
        Layout(TargetKind.DRIVE, "WINNT", "WINNT/system32"),
    ),
    "drive root, any name": (
        "NT4SRV/SYSTEM32/ntoskrnl.exe NT4SRV/SYSTEM32/CONFIG/SOFTWARE temp/a.txt",
        Layout(TargetKind.DRIVE, "NT4SRV", "NT4SRV/SYSTEM32", "NT4SRV/SYSTEM32/CONFIG"),
    ),
    "drive root with kept copies": (
        "WINNT/system32/kernel32.dll i386/system32/ntoskrnl.exe $WINDOWS.~BT/system32/kernel32.dll",
        Layout(TargetKind.DRIVE, "WINNT", "WINNT/system32"),
    ),
    "drive root with a system32 of nobody's": (
        "WINNT/system32/kernel32.dll tools/system32/a.txt",
        Layout(TargetKind.DRIVE, "WINNT", "WINNT/system32"),
    ),
    "twins of system32": (
        "System32/a.dll system32/kernel32.dll",
        Layout(TargetKind.WINDOWS, "", "system32"),
    ),
    "bare folder of hives": ("SOFTWARE SYSTEM SAM", Layout(TargetKind.HIVES, hives="")),
    "bare folder with one hive": ("system", Layout(TargetKind.HIVES, hives="")),
    "folder of DLLs": ("a.dll b.dll", Layout(TargetKind.FOLDER)),
    "folder named kernel32.dll": ("kernel32.dll/a.txt", Layout(TargetKind.FOLDER)),
    "Windows two levels down": ("disk/WINNT/system32/kernel32.dll", Layout(TargetKind.FOLDER)),
}


def made(root: Path, files: str) -> DirectoryTree:
    for name in files.split():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"MZ")
    return DirectoryTree(root)


@pytest.mark.parametrize(("files", "layout"), LAYOUTS.values(), ids=LAYOUTS)
def test_layout(tmp_path: Path, files: str, layout: Layout) -> None:
    assert find_layout(made(tmp_path, files)) == layout


def test_an_unreadable_kernel_is_a_kernel(tmp_path: Path) -> None:
    (tmp_path / "kernel32.dll").symlink_to("unsupported reparse tag 0x80000017")
    assert find_layout(DirectoryTree(tmp_path)).kind is TargetKind.SYSTEM32


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="the folder is empty"):
        find_layout(DirectoryTree(tmp_path))


def test_several_windows_folders_are_refused_by_name(tmp_path: Path) -> None:
    tree = made(tmp_path, "WINNT/system32/kernel32.dll WIN2K\x1b/system32/kernel32.dll a/b.txt")
    with pytest.raises(TargetError) as raised:
        find_layout(tree)
    assert raised.value.problem == "there are several Windows folders here: WIN2K\\x1b, WINNT"
    assert raised.value.advice == "give one of them"


def test_a_target_that_cannot_be_listed_is_refused() -> None:
    with pytest.raises(TargetError, match="the folder cannot be listed: Permission denied"):
        find_layout(Listing({"": None}))


def test_a_folder_below_that_cannot_be_listed_is_left_to_the_walk() -> None:
    assert find_layout(Listing({"": [folder("WINNT")], "WINNT": None})) == Layout(TargetKind.FOLDER)


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ({"": [folder("WINNT")], "WINNT": [folder("system32")], "WINNT/system32": None}, "WINNT/system32: "),
        ({"": [folder("System32")], "System32": None}, "System32: "),
        ({"": [folder("WINNT")], "WINNT": [folder("system32")], "WINNT/system32": []}, ""),
        ({"": [folder("home")], "home": None}, ""),
    ],
)
def test_a_system32_that_cannot_be_listed_is_told(tree: dict[str, list[Child] | None], said: str) -> None:
    assert unlisted_system32(Listing(tree)) == (said and f"{said}the folder cannot be listed: Permission denied")


PLACES = [
    # windows, system32, path, below Windows, below system32
    ("WINNT", "WINNT/System32", "WINNT/System32/a.dll", "System32/a.dll", "a.dll"),
    ("WINNT", "WINNT/System32", "winnt/system32/drivers/a.sys", "system32/drivers/a.sys", "drivers/a.sys"),
    ("WINNT", "WINNT/System32", "WINNT/explorer.exe", "explorer.exe", None),
    ("WINNT", "WINNT/System32", "WINNT.OLD/a.dll", None, None),
    ("WINNT", "WINNT/System32", "WINNT/System32x/a.dll", "System32x/a.dll", None),
    ("WINNT", "WINNT/System32", "a.dll", None, None),
    ("", "system32", "explorer.exe", "explorer.exe", None),
    ("", "system32", "system32/a.dll", "system32/a.dll", "a.dll"),
    ("İ", "İ/system32", "İ/system32/a.dll", "system32/a.dll", "a.dll"),  # İ has two characters in lower case
    (None, "", "a.dll", None, "a.dll"),
    (None, None, "a.dll", None, None),
]


@pytest.mark.parametrize(("windows", "system32", "path", "in_windows", "in_system32"), PLACES)
def test_places(
    windows: str | None, system32: str | None, path: str, in_windows: str | None, in_system32: str | None
) -> None:
    layout = Layout(TargetKind.FOLDER, windows, system32)
    assert layout.in_windows(path, "") == in_windows
    assert layout.in_system32(path) == in_system32


@pytest.mark.parametrize(
    ("windows", "path", "rest"),
    [
        ("WINNT", "WINNT/SysWOW64/a.dll", "a.dll"),
        ("", "SysWOW64/drivers/a.sys", "drivers/a.sys"),
        ("", "system32/a.dll", None),
        (None, "syswow64/a.dll", None),
    ],
)
def test_places_below_a_folder_of_windows(windows: str | None, path: str, rest: str | None) -> None:
    assert Layout(TargetKind.WINDOWS, windows).in_windows(path, "syswow64") == rest


LIVE = """system32 drivers SysWOW64 Microsoft.NET ime inf fonts spool wbem WinNT Program_Files cache"""
KEPT = """dllcache DllCache $NtUninstallQ256149$ $hf_mig$ $NtServicePackUninstall$ $Recycle.Bin $WINDOWS.~BT
    ServicePackFiles SoftwareDistribution i386 I386 WinSxS winsxs servicing DriverStore repair LastGood LastGood.Tmp
    RECYCLER Recycled Windows.old Windows.old.000"""


@pytest.mark.parametrize("name", [*LIVE.split(), "Common Files", "SMS/bin/i386", "SMS/Bin/I386"])
def test_live_folders(name: str) -> None:
    assert is_live(name)


@pytest.mark.parametrize(
    "name", [*KEPT.split(), "Driver Cache", "System Volume Information", "WINNT/i386", "cabin/i386"]
)
def test_folders_of_kept_copies(name: str) -> None:
    assert not is_live(name)
