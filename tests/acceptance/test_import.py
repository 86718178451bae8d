"""`hotfixcheck import` as installed: sources of every kind and layout, what it writes, says, and how it ends."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from hotfixcheck.manifest.catalogue import load_file
from hotfixcheck.manifest.model import FilesFix
from tests.acceptance.conftest import COMMAND, Run
from tests.build.articles import KBCD

NO_FIX = KBCD.replace(b"Q123456", b"Q123457")[: KBCD.index(b"RESOLUTION\n")]
NOT_UNDERSTOOD = KBCD.replace(b"Q123456", b"Q123458").replace(b"375,056", b"").replace(b"690,448", b"")
NOT_UNDERSTOOD = b"\n".join(
    line for line in NOT_UNDERSTOOD.split(b"\n") if b"Counter.dll" not in line and b"Date  " not in line
)
CSV = b"""File information for update 5012170,,,,,
For all supported x64-based versions of Windows 10,,,,,
File name,File version,File size,Date,Time,Platform
Counter.dll,10.0.19041.1880,"1,552,232",02-Aug-2022,04:32,x64
Amd64_0bba9c4ea4fc4b3a_31bf3856ad364e35_10.0.19041.1880_none_5dcb19d2e4d5b4d9.manifest,,,,,
"""
HTML = b"""<!DOCTYPE html><html><head><title>A counter stops in Windows 7</title></head><body>
<h1>A counter stops in Windows 7</h1><h2>Resolution</h2>
<p>The English version of this hotfix has the file attributes, or later ones, in this table.</p>
<h5>For all supported x86-based versions of Windows 7</h5><table>
<tr><th>File name</th><th>File version</th><th>File size</th><th>Date</th><th>Time</th><th>Platform</th></tr>
<tr><td>Counter.sys</td><td>6.1.7600.20667</td><td>67,472</td><td>13-Mar-2010</td><td>07:16</td><td>x86</td></tr></table>
<p>Article ID: 980368 - Last Review: March 24, 2010</p></body></html>
"""
MIXED = {
    "kb/a/Q123456.txt": KBCD,
    "kb/a/Q123457.txt": NO_FIX,
    "kb/5012170.csv": CSV,
    "kb/page.html": HTML,
    "kb/image.png": b"\x89PNG\r\n\x1a\n" + bytes(50),
    "kb/empty.txt": b"",
    "kb/letter.txt": b"Dear reader,\nthis is no article.\n",
}
WRITTEN = ["KB5012170.yaml", "KB980368.yaml", "Q123456.yaml"]


def as_folder(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder / "kb"


def as_tar(folder: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(folder / "kb.tar.gz", "w:gz") as tar:
        for name, data in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return folder / "kb.tar.gz"


def as_zip(folder: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(folder / "kb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), data)
    return folder / "kb.zip"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def report_of(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


@pytest.mark.parametrize("build", [as_folder, as_tar, as_zip])
def test_sources_of_mixed_layouts(tmp_path: Path, run: Run, build: Any) -> None:
    source = build(tmp_path, MIXED)
    out = tmp_path / "new" / "manifests"
    outcome = run("import", source, "-o", out, "--report", tmp_path / "report.json")
    assert outcome.code == 0, outcome.err
    assert outcome.out == ""
    assert sorted(contents(out)) == WRITTEN
    assert run("manifest", "lint", out).code == 0
    (table,) = load_file(out / "KB5012170.yaml").fixes
    assert isinstance(table, FilesFix)
    assert table.scope == "all supported x64-based versions of Windows 10"
    assert load_file(out / "Q123456.yaml").fixes[0].files[1].size == 690448  # type: ignore[union-attr]

    report = report_of(tmp_path / "report.json")
    assert report["import"] == 1
    assert report["summary"] == {
        "articles": 4, "manifests": 3, "packages": 0, "no_fix": 1, "not_understood": 0, "repeated": 0,
        "rows": 4, "left_out": 1,
        "skipped": {"it is binary": 1, "it is empty": 1, "it is in no layout of articles that is known": 1},
    }  # fmt: skip
    assert {each["layout"]: each["result"] for each in report["articles"] if each["rows"]} == {
        "kbcd": "manifest", "filecsv": "manifest", "html": "manifest"
    }  # fmt: skip
    (left,) = [row for each in report["articles"] for row in each["left_out"]]
    assert left["line"] == 5
    assert "a component's manifest" in left["reason"]
    for number, name in (
        (4, "articles read"),
        (3, "manifests"),
        (1, "state no fix"),
        (0, "not understood"),
        (3, "files skipped"),
    ):
        assert any(line.split() == [*name.split(), str(number)] for line in outcome.err.splitlines())


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, run: Run, start: Run) -> None:
    sources = [build(tmp_path, MIXED) for build in (as_folder, as_tar, as_zip)]
    for again in ("1", "2"):
        start("import", *sources, "-o", tmp_path / again, "--report", tmp_path / f"{again}.json")
    assert contents(tmp_path / "1") == contents(tmp_path / "2")
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()
    run("import", sources[1], "-o", tmp_path / "tar")
    run("import", sources[2], "-o", tmp_path / "zip")
    assert contents(tmp_path / "1") == contents(tmp_path / "tar") == contents(tmp_path / "zip")


def test_of_two_documents_of_an_article_the_richer_is_kept(tmp_path: Path, run: Run) -> None:
    poor = KBCD.replace(b"   02/27/99  04:18p            690,448    Counter.dll   Alpha\n", b"")
    files = {
        "kb/1.txt": poor,
        "kb/2.txt": KBCD.replace(b"Q123456", b"KB123456"),
        "kb/3.txt": poor,
        "kb/4.txt": NO_FIX.replace(b"Q123457", b"Q123456"),
    }
    outcome = run("import", as_folder(tmp_path, files), "-o", tmp_path / "out", "--report", tmp_path / "report.json")
    assert outcome.code == 0
    assert list(contents(tmp_path / "out")) == ["KB123456.yaml"]
    report = report_of(tmp_path / "report.json")
    assert [each["result"] for each in report["articles"]] == ["repeated", "manifest", "repeated", "repeated"]
    assert {each["kept"] for each in report["articles"] if "kept" in each} == {str(tmp_path / "kb" / "2.txt")}
    assert (report["summary"]["articles"], report["summary"]["repeated"], report["summary"]["rows"]) == (1, 3, 2)


def test_what_is_not_understood_is_named_with_its_line(tmp_path: Path, run: Run) -> None:
    source = as_folder(tmp_path, {"kb/bad.txt": NOT_UNDERSTOOD, "kb/good.txt": KBCD})
    outcome = run("import", source, "-o", tmp_path / "out", "--report", tmp_path / "report.json")
    assert outcome.code == 0
    assert list(contents(tmp_path / "out")) == ["Q123456.yaml"]
    (bad,) = [each for each in report_of(tmp_path / "report.json")["articles"] if each["result"] == "not understood"]
    assert NOT_UNDERSTOOD.split(b"\n")[int(bad["line"]) - 1].startswith(b"The English version")
    assert f"bad.txt:{bad['line']}: not understood: {bad['problem']}" in outcome.err
    strict = run("import", source, "-o", tmp_path / "out", "--strict", "-q")
    assert (strict.code, strict.err) == (1, "")


HOSTILE = ["../Q1.txt", "/tmp/Q1.txt", "a/../../Q1.txt", "..\\Q1.txt", "C:\\Q1.txt"]


@pytest.mark.parametrize("build", [as_tar, as_zip])
def test_hostile_archives_write_nothing_outside(tmp_path: Path, run: Run, build: Any) -> None:
    (tmp_path / "in").mkdir()
    source = build(
        tmp_path / "in", dict.fromkeys(HOSTILE, KBCD) | {"kb/Q123456.txt": KBCD.replace(b"A Counter", b"The Counter")}
    )
    before = contents(tmp_path)
    outcome = run("import", source, "-o", tmp_path / "out" / "er", "-v")
    assert outcome.code == 0
    assert set(contents(tmp_path)) - set(before) == {"out/er/Q123456.yaml"}
    assert outcome.err.count("skipped: its name leads out of the archive") == len(HOSTILE)


@pytest.mark.parametrize("number", [b"Q../../x", b"Q12/../34", b"Q9999999999999", b"../Q123456"])
def test_no_article_number_leads_out_of_the_folder(tmp_path: Path, run: Run, number: bytes) -> None:
    source = as_folder(
        tmp_path, {"kb/1.txt": KBCD.replace(b"Q123456", number), "kb/2.html": HTML.replace(b"980368", number)}
    )
    run("import", source, "-o", tmp_path / "out")
    assert {name.partition("/")[0] for name in contents(tmp_path)} <= {"kb", "out"}
    assert all(name[0] in "QK" and "/" not in name for name in contents(tmp_path / "out"))


@pytest.mark.parametrize("files", [{}, {"kb/x.png": b"\x89PNG"}, {"kb/letter.txt": b"Dear reader"}])
def test_nothing_to_read(tmp_path: Path, run: Run, files: dict[str, bytes]) -> None:
    (tmp_path / "kb").mkdir()
    outcome = run("import", as_folder(tmp_path, files), "-o", tmp_path / "out")
    assert outcome.code == 3
    assert "nothing was read" in outcome.err
    assert not (tmp_path / "out").exists()


def test_a_source_that_is_not_there(tmp_path: Path, run: Run) -> None:
    missing = run("import", tmp_path / "missing", "-o", tmp_path / "out")
    assert missing.code == 3
    assert "missing" in missing.err
    both = run("import", tmp_path / "missing", as_folder(tmp_path, MIXED), "-o", tmp_path / "out")
    assert both.code == 0
    assert "missing: skipped: it cannot be read" in both.err


def test_a_folder_that_cannot_be_written(tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").write_text("mine")
    outcome = run("import", as_folder(tmp_path, MIXED), "-o", tmp_path / "file")
    assert outcome.code == 2
    assert "cannot be written" in outcome.err
    assert (tmp_path / "file").read_text() == "mine"
    assert (
        run("import", as_folder(tmp_path, MIXED), "-o", tmp_path / "out", "--report", tmp_path / "no" / "x").code == 2
    )


def test_bad_input_takes_little_memory(tmp_path: Path, run: Run) -> None:
    """100 MB of one line, a bomb, a page of nothing but tags, and 60,000 rows."""
    kb = tmp_path / "kb"
    kb.mkdir()
    with (kb / "line.txt").open("wb") as stream:
        stream.writelines(b"x" * (1 << 20) for _ in range(100))
    with gzip.open(kb / "bomb.tar.gz", "wb", compresslevel=9) as bomb:
        member = tarfile.TarInfo("bomb.txt")
        member.size = 200 << 20
        bomb.write(member.tobuf())
        bomb.writelines(bytes(1 << 20) for _ in range(200))
    (kb / "tags.html").write_bytes(b"<html><h1>KB123459</h1>" + b"<table><tr><td>a<td>b" * 200_000)
    (kb / "cells.html").write_bytes(b"<html><h1>KB123459</h1><table>" + b"<tr><td>a<td>b" * 400_000)
    row = "f{0}.dll,10.0.{1}.1,{0},02-Aug-2022,04:32,x64\r\n"
    (kb / "5012171.csv").write_bytes(
        (
            "File name,File version,File size,Date,Time,Platform\r\n"
            + "".join(row.format(n, n % 60000) for n in range(60_000))
        ).encode("utf-16")
    )
    (kb / "good.txt").write_bytes(KBCD)
    done = subprocess.run(
        [sys.executable, "-c", PEAK, COMMAND, "import", kb, "-o", tmp_path / "out", "-q"],
        stdout=subprocess.PIPE,
        timeout=300,
        check=True,
    )
    assert list(contents(tmp_path / "out")) == ["KB5012171.yaml", "Q123456.yaml"]
    assert int(done.stdout) < 200 * 1024


# A process between, because a child's peak begins with that of its parent.
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_help_has_an_example(run: Run) -> None:
    assert "Example: hotfixcheck import" in run("import", "--help").out
