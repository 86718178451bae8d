"""`check` of an inventory file gives the same report as of its tree."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.demo.peimage import build_pe
from tests.acceptance.conftest import SEEDS, TIMEOUT, Run, started, until


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
def test_tree_and_inventory_agree(
    part: str, options: list[str], drive: Path, tmp_path: Path, run: Run, start: Run
) -> None:
    target = drive / part
    if part.endswith("config"):
        (target / "tool.exe").write_bytes(build_pe())
    taken = run("inventory", target, "-o", tmp_path / "taken.jsonl")
    assert taken.code == 0
    of_tree, of_inventory = (
        run("check", "-m", SEEDS, target, *options),
        start("check", "-m", SEEDS, tmp_path / "taken.jsonl", *options),
    )
    assert (of_tree.code, of_tree.out) == (of_inventory.code, of_inventory.out)
    assert of_tree.out
    # Who read the files is said of a scan, and this is none.
    against = "hotfixcheck: --service-pack says SP3, the target itself says SP6; --service-pack is believed\n"
    assert of_inventory.err == (against if options[:1] == ["--service-pack"] else "")


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


def test_the_same_tree_gives_the_same_bytes(drive: Path, start: Run) -> None:
    assert start("inventory", drive).out == start("inventory", drive).out


def test_an_inventory_cut_short_is_refused(drive: Path, tmp_path: Path, run: Run) -> None:
    whole = run("inventory", drive).out
    file = tmp_path / "cut.jsonl"
    file.write_text("".join(whole.splitlines(keepends=True)[:-1]))
    outcome = run("check", "-m", SEEDS, file)
    assert outcome.code == 3
    assert "cut short" in outcome.err


def open_files(process: subprocess.Popen[bytes]) -> set[str]:
    names = set()
    for handle in Path(f"/proc/{process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            names.add(handle.readlink().name)
    return names


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells which file is being read")
@pytest.mark.parametrize("to_file", [True, False], ids=["to a file", "to stdout"])
def test_an_interruption_leaves_a_whole_inventory_or_none(to_file: bool, drive: Path, tmp_path: Path) -> None:
    """The command is stopped in the middle of a file of 64 GB, most of it holes, that it hashes."""
    with (drive / "WINNT" / "system32" / "large.dll").open("wb") as file:
        file.write(build_pe(version="1.0"))
        file.truncate(64 << 30)
    folder = tmp_path / "out"
    folder.mkdir()
    before = b"that of yesterday"
    (folder / "taken.jsonl").write_bytes(before)
    output = ["-o", str(folder / "taken.jsonl")] if to_file else []
    with started("inventory", drive, "-m", SEEDS, "--hash", "sha256", "--jobs", "1", *output) as process:
        until(lambda: "large.dll" in open_files(process))
        process.send_signal(signal.SIGINT)
        written, said = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, written, said) == (130, b"", b"hotfixcheck: stopped\n")
    assert [file.read_bytes() for file in folder.iterdir()] == [before]


def test_hashes_are_in_the_rows_and_survive(drive: Path, tmp_path: Path, run: Run) -> None:
    import json
    from hashlib import sha256

    out = run("inventory", drive, "--hash", "sha256", "-o", tmp_path / "taken.jsonl")
    assert out.code == 0
    rows = [json.loads(line) for line in (tmp_path / "taken.jsonl").read_text().splitlines()]
    hashes = {row["file"]: row.get("sha256") for row in rows if "file" in row}
    for name in ("kernel32.dll", "empty.dll", "program"):
        content = (drive / "WINNT" / "system32" / name).read_bytes()
        assert hashes[f"WINNT/system32/{name}"] == sha256(content).hexdigest()
    plain = run("check", drive, "-m", SEEDS, "-f", "json")
    assert run("check", tmp_path / "taken.jsonl", "-m", SEEDS, "-f", "json").statuses == plain.statuses


def test_the_scan_cache_changes_no_byte(drive: Path, tmp_path: Path, run: Run) -> None:
    env = {**os.environ, "HOTFIXCHECK_CACHE": str(tmp_path / "cache")}
    time.sleep(2.1)  # what changed just now is not kept
    options = ["--hash", "sha256", "-v", "-m", SEEDS]
    first, second = (run("inventory", drive, *options, env=env) for _ in range(2))
    without = run("inventory", drive, *options, "--no-cache", env=env)
    assert first.out == second.out == without.out
    assert "scan cache: 0 files known, " in first.err
    assert "scan cache: 0 files known" not in second.err
    assert "scan cache: " not in without.err
    for other in (*(tmp_path / "cache").iterdir(),):
        other.write_bytes(b"no database")
    damaged = run("inventory", drive, *options, env=env)
    assert (damaged.code, damaged.out) == (0, first.out)
    assert "scan cache: not used: file is not a database" in damaged.err


def test_a_cache_that_cannot_be_made_is_done_without(drive: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").write_text("")
    env = {**os.environ, "HOTFIXCHECK_CACHE": str(tmp_path / "file")}
    assert run("check", drive, "-m", SEEDS, env=env) == run("check", drive, "-m", SEEDS, "--no-cache")


@pytest.mark.parametrize("jobs", ["1", "2", "7"])
def test_any_number_of_jobs_gives_the_same_bytes(jobs: str, drive: Path, run: Run) -> None:
    assert run("inventory", drive, "-m", SEEDS, "--jobs", jobs).out == run("inventory", drive, "-m", SEEDS).out


def test_no_jobs_are_wrong_usage(drive: Path, run: Run) -> None:
    assert run("inventory", drive, "--jobs", "0").code == 2


def test_a_folder_of_hives_is_an_inventory_without_files(tmp_path: Path, run: Run) -> None:
    """There is nothing else to find in it, and `check` says of it what it says of the folder."""
    drive = write_demo(tmp_path / "drive")
    hives = drive / "WINNT/system32/config"
    taken = run("inventory", hives, "-m", SEEDS, "-o", tmp_path / "hives.jsonl")
    assert taken.code == 0
    assert taken.err == "hotfixcheck: 0 files, 0 unreadable, 0 other problems\n"
    from_folder = run("check", hives, "-m", SEEDS, "-f", "json")
    from_file = run("check", tmp_path / "hives.jsonl", "-m", SEEDS, "-f", "json")
    assert from_folder.report["target"]["kind"] == "folder of registry hives"
    assert (from_file.code, from_file.out) == (from_folder.code, from_folder.out)


def test_hives_that_say_nothing_are_no_inventory(tmp_path: Path, run: Run) -> None:
    hives = tmp_path / "config"
    hives.mkdir()
    for name in ("software", "system"):
        (hives / name).write_bytes(b"regf" + bytes(5000))
    taken = run("inventory", hives, "-m", SEEDS, "-o", tmp_path / "hives.jsonl")
    assert taken.code == 3
    assert not (tmp_path / "hives.jsonl").exists()
