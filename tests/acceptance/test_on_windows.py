"""The command on Windows: a Python for Windows runs it under Wine, and it says there what it says here of the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hotfixcheck.demo.hiveimage import Value, build_hive
from hotfixcheck.demo.nt4 import write_demo
from tests.acceptance.conftest import COMMAND, SEEDS, Run
from tests.build.articles import KBCD
from tests.corpus.oracles import required_tool

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "windows-python"
ON_WINDOWS = Path(__file__).with_name("windows_registry.py")
LOCKER = Path(__file__).with_name("windows_locks.py")

KEYS: dict[str, dict[str, Value]] = {
    r"SYSTEM\Select": {"Current": 2, "Default": 2},
    r"SYSTEM\ControlSet002\Control\ProductOptions": {"ProductType": "ServerNT", "ProductSuite": ["Enterprise"]},
    r"SYSTEM\ControlSet002\Control\Session Manager\Environment": {"PROCESSOR_ARCHITECTURE": "AMD64"},
    r"SYSTEM\ControlSet002\Control\Windows": {"CSDVersion": 0x100},
    r"SYSTEM\ControlSet002\Control\Nls\Language": {"InstallLanguage": "0407"},
    r"SYSTEM\ControlSet002\Services\W3SVC": {"DisplayName": "World Wide Web Publishing"},
    r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Hotfix\Q246009": {"Installed": 1},
    r"SOFTWARE\Microsoft\Updates\Windows Server 2003\SP2\KB836769": {"Description": "a fix"},
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages"
    r"\Package_for_KB2479943~31bf3856ad364e35~amd64~~6.1.1.0": {"CurrentState": 0x70},
}
"""Of the kinds of keys that are asked for, those that Wine has not."""


@dataclass(frozen=True)
class Answer:
    code: int
    out: bytes
    err: str

    @property
    def report(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Wine:
    """A Windows with a Python of its own; `drive` is what it calls C:."""

    python: Path
    prefix: Path
    env: dict[str, str]

    @property
    def drive(self) -> Path:
        return self.prefix / "drive_c"

    def start(self, *words: object, cwd: Path | None = None) -> subprocess.Popen[bytes]:
        # Python for Windows does not start under Wine where a stream is a file opened for writing alone.
        return subprocess.Popen(
            ["wine", str(self.python / "python.exe"), *map(str, words)],
            cwd=cwd,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *words: object, module: str | None = "hotfixcheck", cwd: Path | None = None) -> Answer:
        process = self.start(*(() if module is None else ("-m", module)), *words, cwd=cwd)
        out, err = process.communicate(b"", timeout=300)
        return Answer(process.returncode, out, err.decode(errors="replace"))


@pytest.fixture(scope="module")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    required_tool("wine", "wine")
    if not PYTHON.is_dir():
        pytest.skip("there is no Python for Windows: .ci/windows-python gets it")
    folder = tmp_path_factory.mktemp("windows")
    shutil.copytree(PYTHON, folder / "python")
    packages = folder / "python" / "Lib" / "site-packages"
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-compile", "--target", str(packages)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(ROOT)], check=True, timeout=300)
    (folder / "home").mkdir()
    env = os.environ | {
        "WINEPREFIX": str(folder / "prefix"),
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",  # else a new prefix asks for downloads
        "HOME": str(folder / "home"),  # Wine shows it inside C:
        "PYTHONDONTWRITEBYTECODE": "",
    }
    env.pop("DISPLAY", None)
    made = Wine(folder / "python", folder / "prefix", env)
    said = made.run("-c", "import sys; print(sys.platform)", module=None)
    assert said.out.split() == [b"win32"], said.err
    write_demo(made.drive / "demo")
    yield made
    subprocess.run(["wineserver", "-k"], env=env, check=False, timeout=300)  # that of this WINEPREFIX


def without_path(report: Any) -> Any:
    """A report of one target, but for how it was named."""
    assert report["target"].pop("path")
    return report


def test_a_drive_is_judged_as_it_is_here(wine: Wine, run: Run) -> None:
    there = wine.run("check", r"C:\demo", "-m", f"Z:{SEEDS}", "-f", "json")
    here = run("check", wine.drive / "demo", "-m", SEEDS, "-f", "json")
    assert (there.code, here.code) == (1, 1), there.err
    assert without_path(there.report) == without_path(here.report)


def test_reports_have_the_same_bytes_wherever_they_go(wine: Wine, tmp_path: Path) -> None:
    formats = {"html": "html", "csv": "csv", "markdown": "md", "junit": "xml", "sarif": "sarif", "table": "txt"}
    reports = [f"--report={name}=reports/report.{ending}" for name, ending in formats.items()]
    for folder in (tmp_path, wine.drive):
        (folder / "reports").mkdir()
    write_demo(tmp_path / "demo")
    here = subprocess.run(
        [COMMAND, "check", "demo", "-m", SEEDS, *reports], cwd=tmp_path, capture_output=True, check=False, timeout=300
    )
    there = wine.run("check", "demo", "-m", f"Z:{SEEDS}", *reports, cwd=wine.drive)
    assert (there.code, there.err, there.out) == (1, "", here.stdout)
    for ending in formats.values():
        name = f"reports/report.{ending}"
        assert (wine.drive / name).read_bytes() == (tmp_path / name).read_bytes()


def test_an_inventory_of_odd_names(wine: Wine, run: Run) -> None:
    """Behind more than 260 characters, ending in what Win32 takes off, of other scripts; and by several threads."""
    root = write_demo(wine.drive / "odd")
    dll = (root / "WINNT" / "system32" / "kernel32.dll").read_bytes()
    deep = root.joinpath(*(["of sixty characters, as none has".ljust(60, "x")] * 3))
    deep.mkdir(parents=True)
    for name in ("deep.dll".rjust(120, "y"), "ends in a dot.dll.", "größe Ω.dll", "._left by macOS.dll"):
        (deep / name).write_bytes(dll)
    said = wine.run("inventory", r"C:\odd", "--jobs", "3", "--no-cache", "--hash", "sha256")
    assert (said.code, said.err) == (0, "hotfixcheck: 9 files, 1 unreadable, 0 other problems\r\n")
    head, *rows = said.out.splitlines()
    here_head, *here = run("inventory", root, "--no-cache", "--hash", "sha256").out.encode().splitlines()
    assert rows == here
    assert sum(b"deep.dll" in row for row in rows) == 1
    assert json.loads(head)["system"] == json.loads(here_head)["system"]


def test_through_an_administrative_share_of_a_windows_that_runs(wine: Wine, tmp_path: Path) -> None:
    r"""\\host\C$, whose hives cannot be opened; its systeminfo tells what they would."""
    root = write_demo(wine.prefix / "dosdevices" / "unc" / "host" / "C$")
    config = root / "WINNT" / "system32" / "config"
    locker = wine.start(f"Z:{LOCKER}", *(f"Z:{config / name}" for name in ("software", "system")))
    assert locker.stdout is not None
    try:
        assert all(int(locker.stdout.readline()) > 0 for _ in range(2))
        said = wine.run("identify", r"\\host\C$", "-f", "json")
        (tmp_path / "host.txt").write_text(
            "OS Name:      Microsoft Windows NT Server\nOS Version:    4.0.1381 Service Pack 6 Build 1381\n"
        )
        told = wine.run(
            "check", r"\\host\C$", "--systeminfo", f"Z:{tmp_path / 'host.txt'}", "-m", f"Z:{SEEDS}", "-f", "json"
        )
    finally:
        locker.communicate(b"", timeout=300)
    assert said.code == 0, said.err
    identified = json.loads(said.out)
    assert identified["system"]["product"] == "Windows NT 4.0"
    locked = [problem["path"] for problem in identified["problems"] if "keeps it locked" in problem["problem"]]
    assert locked == [f"WINNT/system32/config/{name}" for name in ("software", "system")]
    assert told.report["system"]["service_pack"] == "SP6", told.err


def test_articles_are_imported_as_they_are_here(wine: Wine, run: Run, tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "article.txt").write_bytes(KBCD)
    there = wine.run("import", f"Z:{tmp_path / 'articles'}", "-o", "made", "--report", "import.json", cwd=wine.drive)
    here = run("import", tmp_path / "articles", "-o", tmp_path / "made")
    assert (there.code, here.code) == (0, 0), there.err
    (manifest,) = (wine.drive / "made").glob("*.yaml")
    assert manifest.read_bytes() == (tmp_path / "made" / manifest.name).read_bytes()
    shown = wine.run("manifest", "show", "Q123456", "-m", "made", cwd=wine.drive)
    assert shown.out == manifest.read_bytes()


def test_the_running_windows(wine: Wine, run: Run, tmp_path: Path) -> None:
    """Its own registry and system32, against a folder with a copy of both: hives of what the registry holds."""
    config = wine.drive / "windows" / "system32" / "config"
    config.mkdir()
    (tmp_path / "keys.json").write_text(json.dumps(KEYS))
    registry = wine.run(f"Z:{ON_WINDOWS}", f"Z:{tmp_path / 'keys.json'}", module=None)
    assert registry.code == 0, registry.err
    hives: dict[str, dict[str, dict[str, Value]]] = {"SOFTWARE": {}, "SYSTEM": {}}
    for line in registry.out.splitlines():
        path, values = json.loads(line)
        hive, _, key = path.partition("\\")
        hives[hive][key] = values
    for name, keys in hives.items():
        (config / name).write_bytes(build_hive(keys, minor=5))

    there = wine.run("check", "C:\\", "-f", "json")
    here = run("check", wine.drive, "-f", "json")
    assert (there.code, there.err) == (here.code, here.err)
    assert without_path(there.report) == without_path(here.report)
    said = json.loads(wine.run("identify", "C:\\", "-f", "json").out)
    assert said["found"] == ["running Windows"]
    assert said["system"]["product"] == "Windows Server 2008 R2 Enterprise"
