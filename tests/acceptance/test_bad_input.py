"""Bad input is normal input: a clear message, the documented exit code, and no lost result."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import make_archive

import pytest

from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.demo.system import SystemSpec, hives
from tests.acceptance.conftest import SEEDS, Run

TEN_MISTAKES = """\
manifest: 2
article: 246691
title: ''
revised: 08-MAY-2002
applies_to: Windows NT
superseeds: []
fixes:
- kind: files
  utc: 'no'
  files:
  - {name: Kernel32.dll, platform: Pentium, size: '375,056'}
  - {platform: x86, version: 4.0}
- kind: service_pack
  product: Windows NT 4.0
  service_pack: Service Pack 4
"""
TEN_PLACES = ["1:11", "2:10", "3:8", "4:10", "5:13", "6:1", "9:8", "11:36", "11:51", "12:5", "12:30", "15:17"]


def test_every_mistake_of_a_manifest_is_a_line_with_its_place(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "Q246691.yaml"
    file.write_text(TEN_MISTAKES)
    outcome = run("manifest", "lint", file)
    lines = outcome.out.splitlines()
    assert sorted(lines) == sorted(line for line in lines if line.startswith(f"{file}:"))
    assert {line.removeprefix(f"{file}:").split(": ")[0] for line in lines} == set(TEN_PLACES)
    assert all("expected" in line or "did you mean supersedes" in line for line in lines)
    assert outcome.code == 3
    assert f"{len(TEN_PLACES)} mistakes" in outcome.err


def test_a_bad_manifest_stops_the_others_only_with_strict(tmp_path: Path, run: Run) -> None:
    (tmp_path / "bad.yaml").write_text("fixes: [")
    write_demo(tmp_path / "drive")
    outcome = run("check", tmp_path / "drive", "-m", SEEDS, "-m", tmp_path / "bad.yaml", "-f", "json")
    assert outcome.code == 1
    assert len(outcome.report["articles"]) == 5
    assert "bad.yaml:2:1: not YAML" in outcome.err
    assert [one["path"] for one in outcome.report["problems"] if "manifest" in one["problem"]]
    assert run("check", tmp_path / "drive", "-m", SEEDS, "-m", tmp_path / "bad.yaml", "--strict").code == 3


@pytest.mark.parametrize("sources", [["missing.yaml"], ["empty"], ["bad.yaml"]])
def test_without_a_usable_manifest_nothing_is_checked(sources: list[str], tmp_path: Path, run: Run) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.yaml").write_text("[]")
    write_demo(tmp_path / "drive")
    outcome = run("check", tmp_path / "drive", *[part for name in sources for part in ("-m", tmp_path / name)])
    assert (outcome.code, outcome.out) == (3, "")
    assert sources[0] in outcome.err


def _empty(folder: Path) -> None:
    folder.mkdir()


def _no_windows(folder: Path) -> None:
    folder.mkdir()
    (folder / "letter.txt").write_text("nothing here")


def _missing(folder: Path) -> None:
    """Nothing is made."""


def _dangling(folder: Path) -> None:
    folder.symlink_to("nowhere")


def _loop(folder: Path) -> None:
    folder.symlink_to(folder.name)


def _plain_file(folder: Path) -> None:
    folder.write_text("no folder")


def _executable(folder: Path) -> None:
    folder.write_bytes(build_pe(version="4.0.1381.335"))


def _hive(folder: Path) -> None:
    folder.write_bytes(hives(SystemSpec())["software"])


def _inventories(folder: Path) -> None:
    folder.mkdir()
    for name in ("one.jsonl", "two.jsonl"):
        (folder / name).write_text('{"inventory": 1}\n')


def _inventories_in_parquet(folder: Path) -> None:
    folder.mkdir()
    (folder / "one.parquet").write_bytes(b"PAR1")


def _systems(folder: Path) -> None:
    for name in ("line-1", "line-2"):
        write_demo(folder / name)


def _archived_systems(folder: Path) -> None:
    _systems(folder.parent / "systems")
    Path(make_archive(str(folder), "zip", folder.parent / "systems")).rename(folder)


TARGETS: dict[str, tuple[Callable[[Path], None], str]] = {
    "missing": (_missing, "there is no such file or folder"),
    "empty": (_empty, "the folder is empty"),
    "no Windows": (_no_windows, "there is no Windows here"),
    "inventories": (
        _inventories,
        "(`hotfixcheck fleet check` takes all of them; or check them one by one, such as ",
    ),
    "inventories in Parquet": (_inventories_in_parquet, "this is a folder of inventories (`hotfixcheck fleet check`"),
    "systems": (_systems, "this is a folder of systems (check them one by one, such as "),
    "systems in an archive, which are no targets of their own": (_archived_systems, "there is no Windows here"),
    "dangling link": (_dangling, "this link leads nowhere"),
    "link loop": (_loop, "cannot be opened"),
    "a file": (_plain_file, "not a kind of target"),
    "an executable": (_executable, "it is one executable: give the folder that it lies in"),
    "a hive": (_hive, "it is one registry hive: give the folder that it lies in"),
}


@pytest.mark.parametrize("command", ["check", "identify"])
@pytest.mark.parametrize(("make", "message"), TARGETS.values(), ids=TARGETS)
def test_a_target_that_cannot_be_used(
    make: Callable[[Path], None], message: str, command: str, tmp_path: Path, run: Run
) -> None:
    make(tmp_path / "target")
    outcome = run(command, tmp_path / "target")
    assert (outcome.code, outcome.out) == (3, "")
    assert message in outcome.err
    assert str(tmp_path / "target") in outcome.err
    assert "Traceback" not in outcome.err


def test_an_inventory_of_nothing_is_none(tmp_path: Path, run: Run) -> None:
    _no_windows(tmp_path / "target")
    outcome = run("inventory", tmp_path / "target", "-o", tmp_path / "out.jsonl")
    assert outcome.code == 3
    assert "nothing was scanned" in outcome.err
    assert not (tmp_path / "out.jsonl").exists()


def _drive(tmp_path: Path) -> Path:
    return write_demo(tmp_path / "drive") / "WINNT" / "system32"


def _problems(outcome: object) -> dict[str, str]:
    return {one["path"]: one["problem"] for one in outcome.report["problems"]}  # type: ignore[attr-defined]


def test_a_damaged_hive_is_named_and_the_kernel_identifies(tmp_path: Path, run: Run) -> None:
    system32 = _drive(tmp_path)
    hive = system32 / "config" / "software"
    hive.write_bytes(b"\xff" + hive.read_bytes()[1:])
    (system32 / "config" / "system").write_bytes(b"")
    outcome = run("check", "-m", SEEDS, tmp_path / "drive", "-f", "json")
    assert outcome.report["system"]["family"] == "Windows NT 4.0"
    assert outcome.report["system"]["service_pack"] is None
    assert outcome.statuses["Q179827"] == "indeterminate"
    assert outcome.statuses["Q246691"] == "missing"
    problems = _problems(outcome)
    assert "no registry hive" in problems["WINNT/system32/config/software"]
    assert "the file is empty" in problems["WINNT/system32/config/system"]
    assert run("check", "-m", SEEDS, tmp_path / "drive", "--fail-on", "indeterminate", "--article", "Q179827").code == 1


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
@pytest.mark.parametrize(
    ("leads_to", "problem"),
    [("gone.dll", "the link leads nowhere"), ("kernel32.dll", "leads back to itself"), ("/etc/hostname", "out of the")],
    ids=["dangling", "loop", "out of the target"],
)
def test_a_file_that_is_a_bad_link(leads_to: str, problem: str, tmp_path: Path, run: Run) -> None:
    system32 = _drive(tmp_path)
    (system32 / "kernel32.dll").unlink()
    (system32 / "kernel32.dll").symlink_to(leads_to)
    outcome = run("check", "-m", SEEDS, tmp_path / "drive", "-f", "json")
    assert outcome.statuses["Q246691"] == "indeterminate"
    assert outcome.article("Q246691")["evidence"] == "unreadable"
    assert problem in _problems(outcome)["WINNT/system32/kernel32.dll"]
    assert outcome.code == 0


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="only where permissions bind")
def test_a_file_without_permission(tmp_path: Path, run: Run) -> None:
    (_drive(tmp_path) / "kernel32.dll").chmod(0)
    outcome = run("check", "-m", SEEDS, tmp_path / "drive", "-f", "json")
    assert outcome.statuses["Q246691"] == "indeterminate"
    assert "Permission denied" in _problems(outcome)["WINNT/system32/kernel32.dll"]


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="needs a case-sensitive file system")
def test_twins_that_disagree_are_indeterminate(tmp_path: Path, run: Run) -> None:
    system32 = _drive(tmp_path)
    old = (system32 / "kernel32.dll").read_bytes()
    from datetime import UTC, datetime

    fixed = build_pe(version="4.0.1381.7000", link_time=datetime(2000, 1, 1, tzinfo=UTC))
    (system32 / "KERNEL32.DLL").write_bytes(fixed)
    assert old != fixed
    outcome = run("check", "-m", SEEDS, tmp_path / "drive", "-f", "json")
    assert outcome.statuses["Q246691"] == "indeterminate"
    assert "twin" in _problems(outcome)["WINNT/system32/kernel32.dll"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", ".", "--no-such-option"],
        ["check", ".", "-f", "xml"],
        ["check", ".", "--product", "Microsoft Excel"],
        ["check", ".", "--service-pack", "six"],
        ["check", ".", "--platform", "Pentium"],
        ["check", ".", "--article", "Q999999"],
        ["check", ".", "--article", "seven"],
        ["check", ".", "--fail-on", "sometimes"],
        ["manifest", "show", "Q999999"],
        ["no-such-command"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2(arguments: list[str], run: Run) -> None:
    outcome = run(*arguments)
    assert outcome.code == 2
    assert "Traceback" not in outcome.err


def test_a_report_is_written_whole_or_not_at_all(tmp_path: Path, run: Run) -> None:
    drive = write_demo(tmp_path / "drive")
    report = tmp_path / "report.json"
    report.write_text("of last time")
    assert run("check", "-m", SEEDS, drive, "-f", "json", "-o", report).code == 1
    assert report.read_text().startswith('{\n  "report": 1')
    outcome = run("check", "-m", SEEDS, drive, "-o", tmp_path / "no" / "such" / "folder" / "report")
    assert outcome.code == 2
    assert "there is no folder" in outcome.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["drive", "report.json"]


def test_names_of_a_hostile_target_do_not_reach_the_terminal(tmp_path: Path, run: Run) -> None:
    system32 = _drive(tmp_path)
    hostile = system32 / "wild\x1b[31m"
    hostile.mkdir()
    (system32 / "kernel32.dll").rename(hostile / "kernel32.dll")
    outcome = run("check", "-m", SEEDS, tmp_path / "drive")
    assert "wild\\x1b[31m/kernel32.dll" in outcome.out
    assert "\x1b" not in outcome.out + outcome.err
