"""`--reader`: who reads executables, which changes no byte of what is said of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotfixcheck.cli.app import app
from hotfixcheck.cli.options import ReaderName
from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.demo.peimage import build_version_resource
from hotfixcheck.readers.facts import Reader
from tests.build.resources import pe_with_resources, version_tree

ODD_NAME = pe_with_resources(version_tree([(2, [(0x0409, build_version_resource("4.0.1381.4"))])]))
MANIFEST = """\
manifest: 1
article: Q900001
title: Files of the drive
applies_to: [Microsoft Windows NT Server version 4.0]
fixes:
  - kind: files
    files: [{name: explorer.exe}, {name: kernel32.dll}, {name: ntoskrnl.exe}, {name: ole32.dll}, {name: odd.dll}]
"""
SAID = {
    "strict": "hotfixcheck: PE files read directly: 4, by pefile: 1\n",
    "pefile": "hotfixcheck: PE files read directly: 0, by pefile: 5\n",
}


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    root = write_demo(tmp_path)
    (root / "WINNT" / "system32" / "odd.dll").write_bytes(ODD_NAME)
    return root


def test_the_choices_are_the_readers() -> None:
    assert [name.value for name in ReaderName] == [reader.value for reader in Reader]


def test_an_inventory_is_the_same_bytes_whoever_read_the_files(drive: Path) -> None:
    default, strict, by_pefile = (
        CliRunner().invoke(app, ["inventory", str(drive), *options])
        for options in ([], ["--reader", "strict"], ["--reader", "pefile"])
    )
    assert default.exit_code == 0
    assert default.stdout == strict.stdout == by_pefile.stdout
    rows = [row for row in map(json.loads, default.stdout.splitlines()) if "file" in row]
    assert [row["file_version"] for row in rows if "odd.dll" in row["file"]] == ["4.0.1381.4"]


@pytest.mark.parametrize("command", ["inventory", "check"])
@pytest.mark.parametrize(("reader", "said"), SAID.items(), ids=SAID)
def test_verbose_says_how_many_files_each_read(
    drive: Path, tmp_path: Path, reader: str, said: str, command: str
) -> None:
    (tmp_path / "all.yaml").write_text(MANIFEST)
    arguments = [command, str(drive), "-m", str(tmp_path / "all.yaml"), "--reader", reader]
    assert said in CliRunner().invoke(app, [*arguments, "-v"]).stderr
    assert "pefile" not in CliRunner().invoke(app, arguments).stderr


def test_quiet_outweighs_verbose(drive: Path) -> None:
    assert "pefile" not in CliRunner().invoke(app, ["check", str(drive), "-q", "-v"]).stderr


def test_check_of_an_inventory_counts_nobody(drive: Path, tmp_path: Path) -> None:
    """Inventories do not keep who read: they are the same bytes whoever did."""
    taken = str(tmp_path / "taken.jsonl")
    CliRunner().invoke(app, ["inventory", str(drive), "-o", taken])
    assert "PE files" not in CliRunner().invoke(app, ["check", taken, "-v"]).stderr


def test_a_report_is_the_same_bytes_whoever_read_the_files(drive: Path) -> None:
    reports = [
        CliRunner().invoke(app, ["check", str(drive), "-f", "json", "--reader", name.value]).stdout
        for name in ReaderName
    ]
    assert reports[0]
    assert reports[0] == reports[1]
