"""One pass over a tree: which files have a row, and that nothing is silent."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.demo.system import SystemSpec, write_system
from hotfixcheck.inventory import Coverage, FileRecord, Inventory, take_inventory
from hotfixcheck.system.clues import Problem
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.layout import find_layout
from hotfixcheck.targets.tree import Child
from tests.inventory.scanning import DLL, NAMES, scanned


def paths(inventory: Inventory) -> list[str]:
    return [record.path for record in inventory.records]


def test_only_live_copies_have_a_row(tmp_path: Path) -> None:
    kept = ("dllcache", "$NtUninstallQ1$", "ServicePackFiles/i386", "SoftwareDistribution/Download", "winsxs/x86_a")
    files = dict.fromkeys(["system32/a.dll", *(f"{folder}/a.dll" for folder in kept)], DLL)
    files["system32/DllCache/a.dll"] = DLL
    write_system(tmp_path, SystemSpec(), files)
    assert paths(scanned(tmp_path)) == ["WINNT/system32/a.dll"]


def test_executables_and_named_files_have_a_row(tmp_path: Path) -> None:
    contents = {
        "system32/kernel32.dll": DLL,
        "system32/program": DLL,
        "system32/data.dll": b"no executable",
        "system32/hosts": b"127.0.0.1 localhost",
        "system32/readme.txt": b"text",
        "system32/zeros.txt": bytes(100),
    }
    write_system(tmp_path, SystemSpec(), contents)
    rows = ["data.dll", "kernel32.dll", "program", "zeros.txt"]
    hives = ["config/software", "config/system"]

    def below(names: list[str]) -> list[str]:
        return [f"WINNT/system32/{name}" for name in sorted(names)]

    plain = scanned(tmp_path)
    assert paths(plain) == below(rows)
    assert plain.coverage == Coverage(False)
    named = scanned(tmp_path, NAMES)
    assert paths(named) == below([*rows, "hosts"])
    assert named.coverage == Coverage(False, frozenset({"hosts"}))
    everything = scanned(tmp_path, everything=True)
    assert paths(everything) == below([*rows, *hives, "hosts", "readme.txt"])
    assert everything.coverage.covers("anything")
    only = scanned(tmp_path, NAMES, only_names=True)
    assert paths(only) == below(["hosts", "kernel32.dll"])


def test_what_macos_leaves_beside_files_is_no_executable(tmp_path: Path) -> None:
    apple_double = b"\0\5\x16\7\0\2\0\0Mac OS X        ".ljust(4096, b"\0")
    contents = {"kernel32.dll": DLL, "._kernel32.dll": apple_double, ".DS_Store": b"\0\0\0\1Bud1", "._real.dll": DLL}
    write_system(tmp_path, SystemSpec(), {f"system32/{name}": data for name, data in contents.items()})
    assert paths(scanned(tmp_path)) == ["WINNT/system32/._real.dll", "WINNT/system32/kernel32.dll"]
    assert len(paths(scanned(tmp_path, everything=True))) == 6


def test_a_scan_for_names_is_what_a_whole_scan_limited_to_them_gives(tmp_path: Path) -> None:
    root = write_demo(tmp_path)
    only, whole = scanned(root, NAMES, only_names=True), scanned(root, NAMES)
    assert whole.limited_to(NAMES) == only
    assert paths(only)[-1] == "WINNT/system32/rpcss.exe"


def test_the_demo_in_full(tmp_path: Path) -> None:
    inventory = scanned(write_demo(tmp_path))
    assert inventory.target == str(tmp_path)
    assert inventory.system.product == "Windows NT Server 4.0"
    rows = [(r.path.removeprefix("WINNT/"), r.facts.file_version if r.facts else r.problem) for r in inventory.records]
    assert [(path, str(said)) for path, said in rows] == [
        ("explorer.exe", "4.0.1381.335"),
        ("system32/kernel32.dll", "4.0.1381.335"),
        ("system32/ntoskrnl.exe", "4.0.1381.336"),
        ("system32/ole32.dll", "4.0.1381.335"),
        ("system32/rpcss.exe", "cut short: section .text ends at byte 105,984, the file at 60,000"),
    ]


@pytest.mark.posix
def test_what_cannot_be_read_is_a_row(tmp_path: Path) -> None:
    root = write_system(tmp_path, SystemSpec(), {"system32/kernel32.dll": DLL, "system32/cut.dll": DLL[:600]})
    system32 = root / "system32"
    (system32 / "gone.dll").symlink_to("nowhere")
    (system32 / "loop.dll").symlink_to("loop.dll")
    (system32 / "out.dll").symlink_to("/etc/passwd")
    (system32 / "wof.dll").symlink_to("unsupported reparse tag 0x80000017")
    (system32 / "empty.dll").touch()
    os.mkfifo(system32 / "pipe.dll")
    problems = {record.path.rpartition("/")[2]: record.problem for record in scanned(tmp_path).records}
    assert problems.pop("kernel32.dll") == ""
    assert problems.pop("cut.dll").startswith("cut short: ")
    assert problems == {
        "empty.dll": "it is empty",
        "gone.dll": "the link leads nowhere: nowhere",
        "loop.dll": "the link leads back to itself: loop.dll",
        "out.dll": "the link leads out of the target: /etc/passwd",
        "pipe.dll": "it is a device, pipe or socket, not a file",
        "wof.dll": "compressed or deduplicated by Windows: unsupported reparse tag 0x80000017",
    }


def test_a_file_that_vanishes_between_listing_and_opening_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "kernel32.dll").write_bytes(DLL)

    class Vanishing(DirectoryTree):
        def children(self, folder: str) -> list[Child]:
            (tmp_path / "a.dll").write_bytes(DLL)
            listed = super().children(folder)
            (tmp_path / "a.dll").unlink()
            return listed

    tree = Vanishing(tmp_path)
    inventory = take_inventory(tree, find_layout(tree), names=frozenset())
    (record, _) = inventory.records
    assert (record.path, record.facts) == ("a.dll", None)
    assert record.problem.startswith("cannot be read: ")


def test_a_kernel_that_cannot_be_read_is_a_row_and_a_problem(tmp_path: Path) -> None:
    (tmp_path / "kernel32.dll").write_bytes(bytes(5000))
    inventory = scanned(tmp_path)
    said = "its first 4,096 bytes are all zero"
    assert inventory.records == (FileRecord("kernel32.dll", None, said),)
    assert inventory.problems == (Problem("kernel32.dll", f"not used to identify the system: {said}"),)


def test_a_folder_that_cannot_be_listed_is_a_problem_of_the_target(tmp_path: Path) -> None:
    (tmp_path / "kernel32.dll").write_bytes(DLL)
    (tmp_path / "drivers").mkdir()

    class Denying(DirectoryTree):
        def children(self, folder: str) -> list[Child]:
            if folder == "drivers":
                raise PermissionError(13, "Permission denied")
            return super().children(folder)

    tree = Denying(tmp_path)
    inventory = take_inventory(tree, find_layout(tree), names=NAMES, only_names=True)
    assert inventory.problems == (Problem("drivers", "the folder cannot be listed: Permission denied"),)
    assert paths(inventory) == ["kernel32.dll"]


def test_where_no_file_is_asked_for_only_the_folders_of_the_system_are_listed(tmp_path: Path) -> None:
    """`identify` of a whole drive answers at once."""
    write_demo(tmp_path)
    (tmp_path / "Users" / "somebody").mkdir(parents=True)
    listed = []

    class Listing(DirectoryTree):
        def children(self, folder: str) -> list[Child]:
            listed.append(folder)
            return super().children(folder)

    tree = Listing(tmp_path)
    inventory = take_inventory(tree, find_layout(tree), names=frozenset(), only_names=True)
    assert inventory.system == scanned(tmp_path).system
    assert "WINNT/system32" in listed
    assert "Users/somebody" not in listed


def test_twins_are_both_read_and_told(tmp_path: Path) -> None:
    (tmp_path / "kernel32.dll").write_bytes(DLL)
    (tmp_path / "KERNEL32.DLL").write_bytes(build_pe(version="4.0.1381.133"))
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this file system knows no twins")
    inventory = scanned(tmp_path)
    assert paths(inventory) == ["KERNEL32.DLL", "kernel32.dll"]
    assert inventory.all_problems() == (
        Problem("kernel32.dll", "has a twin, KERNEL32.DLL: Windows would see only one of them"),
    )


def test_progress_counts_files(tmp_path: Path) -> None:
    write_demo(tmp_path)
    tree = DirectoryTree(tmp_path)
    seen: list[tuple[int, int | None]] = []
    take_inventory(tree, find_layout(tree), names=frozenset(), progress=lambda *said: seen.append(said))
    assert seen == [*((count, None) for count in range(1, 9)), *((count, 8) for count in range(1, 9))]


@pytest.mark.posix
def test_a_socket_is_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kernel32.dll").write_bytes(DLL)
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("a.dll")
    assert scanned(tmp_path).records[0].problem == "it is a device, pipe or socket, not a file"


@pytest.mark.posix
def test_folders_and_devices_named_like_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kernel32.dll").write_bytes(DLL)
    (tmp_path / "folder.dll").mkdir()
    (tmp_path / "folder.dll" / "inside.dll").write_bytes(DLL)
    device = tmp_path / "device.dll"
    try:
        os.mknod(device, 0o600 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero has no end
    except PermissionError:
        pytest.skip("only root makes devices")
    inventory = scanned(tmp_path)
    assert [(record.path, record.problem) for record in inventory.records] == [
        ("device.dll", "it is a device, pipe or socket, not a file"),
        ("folder.dll/inside.dll", ""),
        ("kernel32.dll", ""),
    ]
