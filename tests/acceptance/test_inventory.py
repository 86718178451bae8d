"""`check` of an inventory file gives the same report as of its tree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.demo.peimage import build_pe
from tests.acceptance.conftest import SEEDS, Run


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    """The demo's system with a few things wrong that both ways must show alike."""
    root = write_demo(tmp_path / "drive")
    system32 = root / "WINNT" / "system32"
    (system32 / "notes.txt").write_text("no executable")
    (system32 / "empty.dll").write_bytes(b"")
    (system32 / "program").write_bytes(build_pe(version="1.0"))
    if os.name != "nt":
        (system32 / "gone.dll").symlink_to("nowhere")
        (system32 / "iphlpapi.dll").symlink_to("nowhere")
        (system32 / "KERNEL32.DLL").write_bytes((system32 / "kernel32.dll").read_bytes())
    return root


@pytest.mark.parametrize("options", [[], ["-v"], ["-q"], ["-f", "json"], ["--service-pack", "SP3"]], ids=" ".join)
@pytest.mark.parametrize("part", ["", "WINNT", "WINNT/system32", "WINNT/system32/config"])
def test_tree_and_inventory_agree(part: str, options: list[str], drive: Path, tmp_path: Path, run: Run) -> None:
    target = drive / part
    if part.endswith("config"):
        (target / "tool.exe").write_bytes(build_pe())
    taken = run("inventory", target, "-o", tmp_path / "taken.jsonl")
    assert taken.code == 0
    of_tree, of_inventory = (
        run("check", "-m", SEEDS, target, *options),
        run("check", "-m", SEEDS, tmp_path / "taken.jsonl", *options),
    )
    assert of_tree == of_inventory
    assert of_tree.out


def test_an_inventory_has_a_row_for_every_executable_and_every_problem(drive: Path, run: Run) -> None:
    import json

    lines = [json.loads(line) for line in run("inventory", drive).out.splitlines()]
    rows = {line["file"]: line for line in lines if "file" in line}
    assert lines[0]["inventory"] == 1
    assert lines[-1] == {"files": len(rows), "target_problems": 0}
    assert rows["WINNT/system32/program"]["file_version"] == "1.0.0.0"
    assert rows["WINNT/system32/empty.dll"]["problem"] == "it is empty"
    assert "WINNT/system32/notes.txt" not in rows
    assert not [path for path in rows if "dllcache" in path]
    assert [path.lower() for path in rows] == sorted(path.lower() for path in rows)


def test_all_has_a_row_for_every_file(drive: Path, run: Run) -> None:
    assert "WINNT/system32/notes.txt" in run("inventory", drive, "--all").out


def test_a_file_the_inventory_was_not_taken_for_is_not_called_absent(drive: Path, tmp_path: Path, run: Run) -> None:
    manifest = tmp_path / "Q300001.yaml"
    manifest.write_text(
        "manifest: 1\narticle: Q300001\ntitle: A script\nfixes:\n- kind: files\n  files:\n"
        "  - {name: notes.txt, size: 13, date: 2000-01-01}\n"
    )
    run("inventory", drive, "-o", tmp_path / "without.jsonl")
    run("inventory", drive, "-o", tmp_path / "with.jsonl", "-m", manifest)
    options = ["-m", manifest, "-f", "json"]
    without = run("check", "-m", SEEDS, tmp_path / "without.jsonl", *options).article("Q300001")
    assert (without["status"], without["files"][0]["path"]) == ("indeterminate", None)
    assert "--all" in without["reason"]
    found = run("check", "-m", SEEDS, tmp_path / "with.jsonl", *options).article("Q300001")
    assert found == run("check", "-m", SEEDS, drive, *options).article("Q300001")
    assert found["files"][0]["path"] == "WINNT/system32/notes.txt"


def test_the_same_tree_gives_the_same_bytes(drive: Path, run: Run) -> None:
    assert run("inventory", drive).out == run("inventory", drive).out


def test_an_inventory_cut_short_is_refused(drive: Path, tmp_path: Path, run: Run) -> None:
    whole = run("inventory", drive).out
    file = tmp_path / "cut.jsonl"
    file.write_text("".join(whole.splitlines(keepends=True)[:-1]))
    outcome = run("check", "-m", SEEDS, file)
    assert outcome.code == 3
    assert "cut short" in outcome.err
