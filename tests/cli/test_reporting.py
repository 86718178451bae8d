"""`-f`, `-o` and `--report`: several reports of one scan, all written whole or none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from hotfixcheck import reports
from hotfixcheck.cli.app import app
from hotfixcheck.cli.output import OutputError, write_all
from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.json import report_schema
from hotfixcheck.targets.directory import DirectoryTree

SEEDS = str(Path(__file__).parents[2] / "manifests" / "seeds")


@pytest.fixture
def drive(tmp_path: Path) -> str:
    return str(write_demo(tmp_path / "drive"))


def test_every_format_is_a_module_that_the_start_does_not_load() -> None:
    program = "import sys, hotfixcheck.cli.app; print([m for m in sys.modules if m.startswith('hotfixcheck.reports.')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout == "[]\n"
    assert {file.stem for file in Path(reports.__file__).parent.glob("*.py")} >= set(ReportFormat)


def test_several_reports_come_from_one_scan(drive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    really_open = DirectoryTree.open

    def recording(self: DirectoryTree, path: str) -> object:
        opened.append(path)
        return really_open(self, path)

    monkeypatch.setattr(DirectoryTree, "open", recording)
    asked = [f"--report={name}={tmp_path / name}" for name in ReportFormat]
    outcome = CliRunner().invoke(app, ["check", drive, "-m", SEEDS, *asked, "-f", "json"])
    assert outcome.exit_code == 1
    assert len(opened) == len(set(opened))
    assert (tmp_path / "json").read_text() == outcome.stdout
    assert "1 missing" in (tmp_path / "table").read_text()


def test_report_leaves_the_table_on_stdout(drive: str, tmp_path: Path) -> None:
    outcome = CliRunner().invoke(app, ["check", drive, "-m", SEEDS, "--report", f"json={tmp_path / 'a=b.json'}", "-q"])
    assert outcome.stdout == "5 articles: 1 missing, 1 indeterminate, 2 fixed, 1 not applicable.\n"
    assert json.loads((tmp_path / "a=b.json").read_text())["report"] == 1


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("page.html", [], "page.html is a table; -f html makes it what its name says"),
        ("page.html", ["-q"], ""),
        ("page.html", ["-f", "html"], ""),
        ("page.txt", [], ""),
        ("page.SARIF", [], "-f sarif"),
    ],
)
def test_a_table_in_a_file_named_like_another_format(
    name: str, options: list[str], said: str, drive: str, tmp_path: Path
) -> None:
    outcome = CliRunner().invoke(app, ["check", drive, "-m", SEEDS, "-o", str(tmp_path / name), *options])
    assert outcome.exit_code == 1
    assert said in outcome.stderr
    assert ("makes it" in outcome.stderr) == bool(said)


WRONG = {
    "no file": ("json", "'json' is not FORMAT=FILE, such as json=report.json"),
    "an empty file": ("json=", "'json=' is not FORMAT=FILE"),
    "a slip": ("jsn=x", "there is no format 'jsn'; did you mean json?"),
    "anything": ("pdf=x", "there is no format 'pdf'; there are table, json"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_report_is_wrong_usage_before_anything_is_read(text: str, said: str) -> None:
    outcome = CliRunner().invoke(app, ["check", "/nowhere", "--report", text], env={"COLUMNS": "200"})
    assert outcome.exit_code == 2
    assert said in " ".join(outcome.stderr.split())


def test_two_reports_in_one_file_are_wrong_usage(tmp_path: Path) -> None:
    there = tmp_path / "x"
    options = ["-o", str(there), "--report", f"json={tmp_path}/../{tmp_path.name}/x"]
    outcome = CliRunner().invoke(app, ["check", "/nowhere", *options], env={"COLUMNS": "200"})
    assert outcome.exit_code == 2
    assert "two reports would go to" in outcome.stderr


def test_a_dash_is_stdout(drive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    there = ["check", drive, "-m", SEEDS, "-q"]
    plain = CliRunner().invoke(app, there)
    assert CliRunner().invoke(app, [*there, "-o", "-"]).stdout == plain.stdout
    both = CliRunner().invoke(app, [*there, "-o", "table", "--report", "json=-"])
    assert json.loads(both.stdout)["report"] == 1
    assert (tmp_path / "table").read_text() == plain.stdout
    outcome = CliRunner().invoke(app, [*there, "--report", "json=-"])
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "two reports would go to stdout" in outcome.stderr
    assert CliRunner().invoke(app, ["schema", "report", "-o", "-"]).stdout.startswith("{")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["drive", "table"]


def cannot_be_replaced(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file of this name can be put in place."""
    really_replace = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target.name == name:
            raise PermissionError(13, "Permission denied")
        return really_replace(self, target)

    monkeypatch.setattr(Path, "replace", replace)


def test_one_that_cannot_be_written_stops_all(drive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cannot_be_replaced("r.txt", monkeypatch)
    options = ["--report", f"json={tmp_path / 'r.json'}", "--report", f"table={tmp_path / 'r.txt'}"]
    outcome = CliRunner().invoke(app, ["check", drive, "-m", SEEDS, *options])
    assert isinstance(outcome.exception, OutputError)
    assert outcome.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["drive"]


NO_PLACE = {
    "a folder": ("{there}", "is a folder; name a file in it"),
    "no folder": ("{there}/no/report", "to write 'report' to; make it first"),
}


@pytest.mark.parametrize("option", [["-o"], ["--report"]], ids=" ".join)
@pytest.mark.parametrize(("file", "said"), NO_PLACE.values(), ids=NO_PLACE)
def test_a_report_without_a_place_stops_before_anything_is_read(
    file: str, said: str, option: list[str], tmp_path: Path
) -> None:
    given = file.format(there=tmp_path)
    text = f"json={given}" if option == ["--report"] else given
    outcome = CliRunner().invoke(app, ["check", "/nowhere", *option, text], env={"COLUMNS": "300"})
    assert outcome.exit_code == 2
    assert said in outcome.stderr


@pytest.mark.parametrize("before", [None, "old"], ids=["a new file", "a file that was there"])
def test_a_late_failure_puts_back_what_was_there(
    before: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    if before is not None:
        first.write_text(before)
    cannot_be_replaced("second", monkeypatch)
    with pytest.raises(OutputError, match="Permission denied"):
        write_all([("new", first), ("new", second)])
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == ({"first": before} if before else {})


@pytest.mark.skipif(os.name == "nt", reason="a device of POSIX")
def test_files_and_a_device_together(tmp_path: Path) -> None:
    file = tmp_path / "first"
    file.write_text("old")
    write_all([("new", Path("/dev/null")), ("new", file), ("new", tmp_path / "second")])
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"first": "new", "second": "new"}


def test_reports_have_the_hash_of_each_file_where_it_was_asked_for(drive: str, tmp_path: Path) -> None:
    """Of a file that cannot be read as an executable, too."""
    asked = [f"--report={name}={tmp_path / name}" for name in ("json", "csv", "html")]
    files = Path(drive) / "WINNT" / "system32"
    hashes = {name: sha256((files / name).read_bytes()).hexdigest() for name in ("kernel32.dll", "rpcss.exe")}
    outcome = CliRunner().invoke(app, ["check", drive, "-m", SEEDS, "--hash", "sha256", "-q", "--no-cache", *asked])
    assert outcome.exit_code == 1
    report = json.loads((tmp_path / "json").read_text())
    found = {
        file["path"]: file["found"]["sha256"] for each in report["articles"] for file in each["files"] if file["path"]
    }
    assert found == {f"WINNT/system32/{name}": value for name, value in hashes.items()}
    Draft202012Validator(report_schema()).validate(report)
    for name in ("csv", "html"):
        text = (tmp_path / name).read_text()
        assert all(value in text for value in hashes.values())
    without = CliRunner().invoke(app, ["check", drive, "-m", SEEDS, "-f", "json", "--no-cache"]).stdout
    assert "sha256" not in without
