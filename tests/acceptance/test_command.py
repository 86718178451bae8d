"""The command line as installed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from hotfixcheck import __version__
from hotfixcheck.cli.app import app
from hotfixcheck.demo.nt4 import write_demo
from tests.acceptance.conftest import SEEDS, Run


@pytest.fixture(scope="module")
def run(start: Run) -> Run:
    """As users start it: here the start is a part of what is looked at."""
    return start


def test_version(run: Run) -> None:
    assert run("--version").out == f"hotfixcheck {__version__}\n"
    done = subprocess.run([sys.executable, "-m", "hotfixcheck", "--version"], capture_output=True, check=True)
    assert done.stdout.decode().strip() == f"hotfixcheck {__version__}"


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that there is, by its words."""
    yield path
    for name, each in getattr(command, "commands", {}).items():
        yield from commands(each, (*path, name))


COMMANDS = list(commands(get_command(app)))


def test_the_commands_are_walked() -> None:
    assert {("check",), ("manifest",), ("manifest", "lint")} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_help_has_an_example(command: tuple[str, ...], run: Run) -> None:
    """It starts with the command and takes only options that the command has."""
    outcome = run(*command, "--help")
    assert outcome.code == 0
    _, found, example = outcome.out.partition(f"Example: {' '.join(('hotfixcheck', *command))}")
    assert found
    assert all(option in outcome.out for option in re.findall(r"(?<= )--?[a-z][a-z-]*", example))
    assert "bool" not in outcome.out.lower(), "an option without a value is shown with one"


WRONG: dict[str, tuple[list[str], str]] = {
    "an option": (["check", ".", "--servicepack", "SP3"], "--service-pack"),
    "an option's letter": (["check", ".", "--waiver", "x"], "--waivers"),
    "a command": (["chek", "."], "did you mean 'check'"),
    "a command of manifest": (["manifest", "lst"], "did you mean 'list'?"),
    "a format": (["check", ".", "-f", "jsn"], "'json'"),
    "a report's format": (["check", ".", "--report", "jnit=x"], "did you mean junit?"),
    "a verdict": (["check", ".", "--fail-on", "mising"], "'missing'"),
    "an article": (
        ["check", ".", "-m", str(SEEDS), "--article", "Q246692"],
        "did you mean Q246691 (The CreateRemoteThread",
    ),
    "an article to show": (["manifest", "show", "Q246692"], "did you mean Q246691 (The CreateRemoteThread"),
    "an article unlike any": (["manifest", "show", "Q1"], "`hotfixcheck manifest list` lists those that there are"),
    "articles as one": (["check", ".", "--article", "Q246691,Q256149"], "give each article an --article of its own"),
    "a target for a command": (["tests"], "to check it: hotfixcheck check tests"),
    "a folder that is not there": (
        ["manifest", "show", "Q246691", "-o", "no/x.yaml"],
        "there is no folder no to write",
    ),
    "a schema's folder": (["schema", "report", "-o", "no/x.json"], "there is no folder no to write"),
    "a manifest schema's": (["manifest", "schema", "-o", "no/x.json"], "there is no folder no to write"),
    "no article": (["manifest", "show", "kernel32.dll"], "is not an article number such as Q256149"),
}


@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_suggests_what_is_right(words: list[str], said: str, run: Run) -> None:
    outcome = run(*words, env=os.environ | {"COLUMNS": "200"})
    assert outcome.code == 2
    assert said in outcome.err


def test_the_demo_shows_every_status(run: Run) -> None:
    outcome = run("demo")
    assert outcome.code == 0
    for heading in ("Missing (1)", "Indeterminate (1)", "Fixed (2)", "Not applicable (1)"):
        assert heading in outcome.out
    assert "regressed" in outcome.out
    assert max(map(len, outcome.out.splitlines()[1:])) <= 80  # the first is the temporary folder


def test_the_demo_keeps_its_system_where_it_is_told_and_overwrites_nothing(tmp_path: Path, run: Run) -> None:
    assert run("demo", tmp_path / "new").code == 0
    assert run("check", "-m", SEEDS, tmp_path / "new").code == 1
    assert run("demo", tmp_path / "new").code == 2
    (tmp_path / "file").write_text("mine")
    assert run("demo", tmp_path / "file").code == 2
    assert (tmp_path / "file").read_text() == "mine"


def test_identify_says_from_what_evidence(tmp_path: Path, run: Run) -> None:
    drive = write_demo(tmp_path)
    outcome = run("identify", drive, "-f", "json")
    system = outcome.report["system"]
    assert {name: system[name] for name in ("product", "service_pack", "build", "platform", "language")} == {
        "product": "Windows NT Server 4.0",
        "service_pack": "SP6",
        "build": 1381,
        "platform": "x86",
        "language": "English",
    }
    sources = {one["source"] for one in system["evidence"]}
    assert r"SYSTEM\ControlSet001\Control\ProductOptions\ProductType" in sources
    assert "Windows NT Server 4.0, SP6, build 1381, x86, English" in run("identify", drive).out


def test_identify_names_what_it_could_not_read(tmp_path: Path, run: Run) -> None:
    drive = write_demo(tmp_path / "drive")
    (drive / "WINNT" / "system32" / "config" / "software").write_bytes(b"regf")
    outcome = run("identify", drive, "-o", tmp_path / "said")
    assert (outcome.code, outcome.out) == (0, "")
    said = (tmp_path / "said").read_text()
    assert "Problems\n  WINNT/system32/config/software  registry hive not used" in said
    assert "Fixes installed" not in said


def test_flags_override_what_was_found_and_are_recorded(tmp_path: Path, run: Run) -> None:
    drive = write_demo(tmp_path)
    options = [
        "--product",
        "Windows NT Server 4.0, Terminal Server Edition",
        "--service-pack",
        "3",
        "--platform",
        "Alpha",
    ]
    outcome = run("check", "-m", SEEDS, drive, "-f", "json", *options)
    system = outcome.report["system"]
    assert (system["edition"], system["service_pack"], system["platform"]) == ("Terminal Server", "SP3", "alpha")
    assert {one["source"] for one in system["evidence"]} >= {"--product", "--service-pack", "--platform"}
    against = [one["path"] for one in outcome.report["problems"] if one["problem"].endswith(" is believed")]
    assert against == ["--platform", "--product", "--service-pack"]
    assert "--platform says alpha, the target itself says x86; --platform is believed\n" in outcome.err
    assert outcome.statuses["Q179827"] == "missing"
    assert outcome.statuses["Q246691"] == "not-applicable"


def test_a_folder_of_plain_files_is_judged_for_the_product_the_user_names(tmp_path: Path, run: Run) -> None:
    system32 = write_demo(tmp_path / "drive") / "WINNT" / "system32"
    (tmp_path / "files").mkdir()
    (system32 / "ole32.dll").rename(tmp_path / "files" / "OLE32.DLL")
    options = ["--product", "Windows NT Server 4.0, Terminal Server Edition", "--service-pack", "SP6", "-f", "json"]
    outcome = run("check", "-m", SEEDS, tmp_path / "files", *options)
    assert outcome.article("Q256149")["files"][0]["path"] == "OLE32.DLL"
    assert outcome.report["target"]["kind"] == "folder"
    assert run("check", "-m", SEEDS, tmp_path / "files", *options, "--article", "Q246691").code == 3


def test_chosen_articles_and_fail_on(tmp_path: Path, run: Run) -> None:
    drive = write_demo(tmp_path)
    outcome = run("check", "-m", SEEDS, drive, "-f", "json", "--article", "q179827", "--article", "836769")
    assert list(outcome.statuses) == ["Q179827", "KB836769"]
    assert outcome.code == 0
    assert run("check", "-m", SEEDS, drive, "--fail-on", "never").code == 0
    assert run("check", "-m", SEEDS, drive, "--article", "Q256149").code == 0
    assert run("check", "-m", SEEDS, drive, "--article", "Q256149", "--fail-on", "indeterminate").code == 1


def test_quiet_says_the_verdict_alone(tmp_path: Path, run: Run) -> None:
    outcome = run("check", "-m", SEEDS, write_demo(tmp_path), "-q")
    assert outcome.out == "5 articles: 1 missing, 1 indeterminate, 2 fixed, 1 not applicable.\n"
    assert outcome.err == ""


def test_the_catalogue_can_be_listed_and_shown(run: Run) -> None:
    by_file = run("manifest", "list", "--product", "Windows NT 4.0", "--file", "KERNEL32.DLL", "-m", SEEDS)
    assert by_file.out.startswith("Q246691")
    assert len(by_file.out.splitlines()) == 1
    assert "\nQ246691 " in run("manifest", "list", "--product", "Windows NT 4.0", "--file", "kernel32.dll").out
    assert "KB836769" in run("manifest", "list", "--product", "Server 2003").out
    assert run("manifest", "show", "836769").out.startswith("manifest: 1\narticle: KB836769\n")
    assert '"hotfixcheck manifest, version 1"' in run("manifest", "schema").out


def test_without_m_the_whole_catalogue_is_judged(tmp_path: Path, run: Run) -> None:
    drive = write_demo(tmp_path / "drive")
    outcome = run("check", drive, "-f", "json")
    assert len(outcome.statuses) > 4000
    assert outcome.statuses["Q246691"] == "missing"
    taken = run("inventory", drive, "-o", tmp_path / "taken.jsonl")
    assert taken.code == 0
    assert run("check", tmp_path / "taken.jsonl", "-f", "json") == outcome


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, run: Run) -> None:
    drive = write_demo(tmp_path)
    assert run("check", "-m", SEEDS, drive, "-f", "json") == run("check", "-m", SEEDS, drive, "-f", "json")
