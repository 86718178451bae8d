"""`hotfixcheck import` of update packages, and `check` by what they made."""

from __future__ import annotations

import json
from pathlib import Path

from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.demo.peimage import build_pe
from tests.acceptance.conftest import Run
from tests.packages.test_packages import KERNEL, package


def test_a_package_makes_a_manifest_and_is_held_against_the_catalogue(tmp_path: Path, run: Run) -> None:
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages/Q246691i.exe").write_bytes(package({"kernel32.dll": KERNEL, "hotfix.exe": KERNEL}))
    (tmp_path / "packages/readme.txt").write_bytes(b"text")
    outcome = run("import", tmp_path / "packages", "-o", tmp_path / "made", "--report", tmp_path / "report.json")
    assert outcome.code == 0
    assert (tmp_path / "made/Q246691.yaml").read_text().startswith("manifest: 1\narticle: Q246691\n")
    report = json.loads((tmp_path / "report.json").read_text())
    (article,) = report["articles"]
    assert (article["layout"], article["result"], article["rows"]) == ("update package", "manifest", 1)
    assert article["differences"] == []

    drive = write_demo(tmp_path / "drive")
    checked = run("check", drive, "-m", tmp_path / "made", "-f", "json")
    assert checked.code == 1
    (file,) = checked.article("Q246691")["files"]
    assert file["required"]["link_time"] == "1999-11-18T15:00:00"
    assert file["reason"] == "version 4.0.1381.335 is older than 4.0.1381.7029"
    (drive / "WINNT/system32/kernel32.dll").write_bytes(KERNEL)
    assert run("check", drive, "-m", tmp_path / "made").code == 0


def test_differences_to_the_catalogue_are_named(tmp_path: Path, run: Run) -> None:
    other = build_pe(version="4.0.1381.7029", name="kernel32", size=20_000)
    (tmp_path / "Q246691i.exe").write_bytes(package({"kernel32.dll": other, "ntdll.dll": other}))
    outcome = run("import", tmp_path / "Q246691i.exe", "-o", tmp_path / "made")
    assert outcome.code == 0
    where = f"hotfixcheck: {tmp_path}/Q246691i.exe: not as in Q246691: "
    assert f"{where}kernel32.dll (x86): 20,000 bytes, the article says 375,056\n" in outcome.err
    assert f"{where}ntdll.dll: the article does not list it\n" in outcome.err


def test_a_package_that_is_none(tmp_path: Path, run: Run) -> None:
    (tmp_path / "Q246691i.exe").write_bytes(b"MZ")
    outcome = run("import", tmp_path / "Q246691i.exe", "-o", tmp_path / "made", "--strict")
    assert outcome.code == 1
    assert "not understood: there is no file to judge by in it" in outcome.err


def test_of_two_packages_of_one_article_neither_is_taken_for_the_article(tmp_path: Path, run: Run) -> None:
    for name in ("KB999999-a.exe", "KB999999-b.exe"):
        (tmp_path / name).write_bytes(package({f"{name[9]}.dll": KERNEL}))
    outcome = run("import", tmp_path, "-o", tmp_path / "made")
    assert outcome.code == 0
    assert "not as in" not in outcome.err
