"""The running Windows, on any system: a registry that answers as winreg does, and folders that are shown as others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import pytest

from hotfixcheck.cli.loading import scan_for
from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.system.clues import Clues, Problem
from hotfixcheck.system.identify import Overrides
from hotfixcheck.system.liveregistry import LiveHive
from hotfixcheck.system.opening import open_hive
from hotfixcheck.targets import live, open_target
from hotfixcheck.targets.directory import DirectoryTree, extended
from hotfixcheck.targets.live import LiveTree, is_live
from hotfixcheck.targets.tree import Child, ChildKind
from tests.build.targets import write_drive

Tree = dict[str, dict[str, object]]
REGISTRY: Tree = {
    r"SOFTWARE\Microsoft\Windows NT\CurrentVersion": {
        "CurrentVersion": "4.0",
        "CurrentBuildNumber": "1381",
        "CSDVersion": "Service Pack 5",
    },
    r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Hotfix\Q123456": {"Installed": 1},
    r"SYSTEM\Select": {"Current": 2},
    r"SYSTEM\ControlSet002\Control\ProductOptions": {"ProductType": "WinNT", "ProductSuite": ["A suite"]},
    r"SYSTEM\ControlSet002\Control\Session Manager\Environment": {"PROCESSOR_ARCHITECTURE": "x86"},
    r"SYSTEM\ControlSet002\Control\Windows": {"CSDVersion": 0x500, "Nothing": None, "Bytes": b"\1"},
}


class FakeKey:
    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> FakeKey:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def fake_winreg(values: Tree, denied: str = "-") -> ModuleType:
    """What of winreg is used, over a registry in memory."""
    module = ModuleType("winreg")

    def open_key(root: str, path: str, reserved: int, access: int) -> FakeKey:
        assert (root, reserved, access) == ("HKLM", 0, 0x20019 | 0x100)
        if path.lower().startswith(denied.lower()):
            raise PermissionError(5, "Access is denied")
        if not any(f"{key}\\".lower().startswith(f"{path}\\".lower()) for key in values):
            raise FileNotFoundError(2, "The system cannot find the file specified")
        return FakeKey(path)

    def enum_value(key: FakeKey, number: int) -> tuple[str, object, int]:
        found = next((each for path, each in values.items() if path.lower() == key.path.lower()), {})
        if number >= len(found):
            raise OSError(259, "No more data is available")
        name, data = list(found.items())[number]
        return name, data, 1

    def enum_key(key: FakeKey, number: int) -> str:
        prefix = f"{key.path}\\".lower()
        below = {path[len(prefix) :].split("\\")[0] for path in values if path.lower().startswith(prefix)}
        if number >= len(below):
            raise OSError(259, "No more data is available")
        return sorted(below)[number]

    names: dict[str, object] = {
        "HKEY_LOCAL_MACHINE": "HKLM",
        "KEY_READ": 0x20019,
        "KEY_WOW64_64KEY": 0x100,
        "OpenKey": open_key,
        "EnumValue": enum_value,
        "EnumKey": enum_key,
    }
    vars(module).update(names)
    return module


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    def use(values: Tree = REGISTRY, denied: str = "-") -> None:
        monkeypatch.setitem(sys.modules, "winreg", fake_winreg(values, denied))

    use()
    return use  # type: ignore[return-value]


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A drive whose Windows is said to be the running one; its hives are locked."""
    write_drive(tmp_path / "drive", links=False, odd_names=False)
    (tmp_path / "drive" / "WINNT").rename(tmp_path / "drive" / "WINDOWS")
    (tmp_path / "drive" / "WINDOWS" / "system32").rename(tmp_path / "drive" / "WINDOWS" / "System32")
    for name in ("software", "system"):
        for path in (tmp_path / "drive" / "WINDOWS" / "System32" / "config").iterdir():
            if path.name.lower() == name:
                path.write_bytes(b"locked")
    monkeypatch.setattr(live, "_WINDOWS", True)
    monkeypatch.setenv("SystemRoot", str(tmp_path / "drive" / "WINDOWS"))
    monkeypatch.delenv("PROCESSOR_ARCHITEW6432", raising=False)
    return tmp_path / "drive"


@pytest.mark.parametrize("folder", ["", "WINDOWS", "WINDOWS/System32"])
def test_the_running_windows_is_identified_by_its_registry(
    folder: str, drive: Path, registry: Callable[..., None]
) -> None:
    registry()
    (inventory,) = scan_for(drive / folder, frozenset({"ole32.dll"}), Overrides(), quiet=True).inventories
    system = inventory.system
    assert (system.build, str(system.service_pack), str(system.edition)) == (1381, "SP5", "Workstation")
    assert [(fix.article, fix.installed) for fix in system.fixes] == [("Q123456", True)]
    assert [record.name for record in inventory.records if record.facts] == ["ole32.dll"]
    assert not [problem for problem in inventory.problems if "hive" in problem.problem]


def test_only_the_running_windows_is_live(drive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other").mkdir()
    assert [is_live(path) for path in (drive, drive / "WINDOWS", drive / "WINDOWS" / "System32")] == [True] * 3
    assert not is_live(tmp_path / "other")
    assert not is_live(drive / "WINDOWS" / "System32" / "config")
    monkeypatch.delenv("SystemRoot")
    assert not is_live(drive)
    monkeypatch.setenv("SystemRoot", str(drive / "WINDOWS"))
    monkeypatch.setattr(live, "_WINDOWS", False)
    assert not is_live(drive)
    with open_target(tmp_path / "other") as found:
        assert type(found.tree) is DirectoryTree


def test_hives_are_listed_where_listing_them_is_denied(drive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = LiveTree(drive)
    plain = DirectoryTree.children

    def denied(self: DirectoryTree, folder: str) -> list[Child]:
        if folder.lower().endswith(("config", "drivers")):
            raise PermissionError(5, "Access is denied")
        return plain(self, folder)

    monkeypatch.setattr(DirectoryTree, "children", denied)
    assert tree.children("WINDOWS/System32/config") == [
        Child("SOFTWARE", ChildKind.FILE),
        Child("SYSTEM", ChildKind.FILE),
    ]
    with pytest.raises(PermissionError):
        tree.children("WINDOWS/System32/drivers")


def test_a_32_bit_program_reads_the_real_system32(drive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = drive / "WINDOWS"
    (windows / "System32").rename(windows / "Sysnative")
    (windows / "System32").mkdir()
    (windows / "System32" / "kernel32.dll").write_bytes(b"what 32-bit programs are shown")
    monkeypatch.setenv("PROCESSOR_ARCHITEW6432", "AMD64")
    real = (windows / "Sysnative" / "kernel32.dll").read_bytes()
    for folder, path in (("", "WINDOWS/System32/"), ("WINDOWS", "System32/"), ("WINDOWS/System32", "")):
        tree = LiveTree(drive / folder)
        assert tree.path == str(drive / folder)
        with tree.open(f"{path}kernel32.dll") as file:
            assert file.read(0, file.size) == real
        assert Child("ole32.dll", ChildKind.FILE) in tree.children(path.rstrip("/"))
    assert "System32x" in LiveTree(drive)._absolute("WINDOWS/System32x")


def test_the_registry_answers_as_a_hive_does(registry: Callable[..., None]) -> None:
    registry()
    hive = LiveHive("SYSTEM")
    assert hive.dirty is False
    assert hive.values("select") == {"current": 2}
    assert hive.values(r"ControlSet002\Control\Windows") == {"csdversion": 0x500, "bytes": b"\1"}
    assert hive.values(r"ControlSet002\Control\ProductOptions")["productsuite"] == ("A suite",)
    assert hive.values("Gone") == {}
    assert hive.subkeys("Gone") == ()
    assert hive.subkeys("") == ("ControlSet002", "Select")
    assert hive.values_below("")[1] == ("Select", {"current": 2})


def test_what_may_not_be_read_of_the_registry_is_named(registry: Callable[..., None], drive: Path) -> None:
    registry(denied=r"SYSTEM\Select")
    hive = LiveHive("SYSTEM")
    with pytest.raises(UnreadableFileError, match="Access is denied"):
        hive.values("Select")
    assert hive.values_below("") == (("ControlSet002", {}),)


def test_where_there_is_no_registry(drive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "winreg", None)
    clues = Clues()
    with ExitStack() as stack:
        assert open_hive(LiveTree(drive), "WINDOWS/System32/config", "SYSTEM", clues, stack) is None
    (problem,) = clues.problems
    assert problem == Problem(
        "WINDOWS/System32/config/SYSTEM", "registry hive not used: there is no running Windows here to ask"
    )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("C:\\WINDOWS", "\\\\?\\C:\\WINDOWS", id="a drive"),
        pytest.param("\\\\server\\c$\\WINDOWS", "\\\\?\\UNC\\server\\c$\\WINDOWS", id="an administrative share"),
        pytest.param("\\\\?\\C:\\WINDOWS", "\\\\?\\C:\\WINDOWS", id="extended already"),
    ],
)
def test_paths_of_windows_may_be_long(path: str, expected: str) -> None:
    assert extended(path) == expected


def test_an_extended_path_of_system32_is_redirected_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = LiveTree(Path("/"), {"SystemRoot": "/WINDOWS", "PROCESSOR_ARCHITEW6432": "AMD64"})
    assert tree._past_redirection("\\\\?\\/WINDOWS/system32/a.dll") == "\\\\?\\/WINDOWS/Sysnative/a.dll"
