"""Wrong usage is one line that says what is wrong and, where it does not say what to do, where help is."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest

from hotfixcheck.cli import app

HERE = "(see `hotfixcheck check --help`)"
EMPTY = "it is empty, as a variable that was not set is; . is the current folder"
WRONG: dict[str, tuple[Sequence[str], str]] = {
    "a slip in a command": (["chek"], "no such command 'chek'; did you mean 'check', 'schema'? (see"),
    "a slip in an option": (
        ["check", "x", "--artcle", "Q1"],
        f"no such option: --artcle (Possible options: --article, --article-list, --date) {HERE}",
    ),
    "no value": (["check", "x", "--article"], f"option '--article' requires an argument {HERE}"),
    "a second target": (["check", "x", "y"], f"got unexpected extra argument(s) (y) {HERE}"),
    "a choice": (
        ["check", "x", "-f", "pdf"],
        f"--format: 'pdf' is not one of 'table', 'json', 'html', 'csv', 'markdown', 'junit', 'sarif' {HERE}",
    ),
    "an argument of choices": (
        ["schema", "x"],
        "NAME: 'x' is not one of 'report', 'fleet', 'manifest', 'waivers' (see",
    ),
    "a number": (["check", "x", "--jobs", "65"], f"--jobs: '65' is not a number from 1 to 64 {HERE}"),
    "no number": (["check", "x", "--jobs", "many"], f"--jobs: 'many' is not a number from 1 to 64 {HERE}"),
    "no day": (
        ["check", "x", "--date", "2026-13-01"],
        f"--date: '2026-13-01' is not a day such as 2026-06-01, nor a time such as 2026-06-01T14:30 {HERE}",
    ),
    "an option that must be there": (
        ["import", "x"],
        "missing option '--output' / '-o' (see `hotfixcheck import --help`)",
    ),
    "what the command itself refuses": (
        ["check", "x", "--update-waivers"],
        "--update-waivers: say with --waivers FILE where they go\n",
    ),
    "the plan as JSON": (
        ["check", "x", "--plan", "-f", "json"],
        "--format: --plan is text; --report json=FILE writes that report besides\n",
    ),
    "an explanation as CSV": (
        ["check", "x", "--explain", "Q1", "-f", "csv"],
        "--format: --explain is text; --report csv=FILE writes that report besides\n",
    ),
    "a service pack that is empty": (
        ["check", "x", "--service-pack", ""],
        "--service-pack: it is empty; `none` says that there is none\n",
    ),
    "a target that is empty": (["check", ""], f"TARGET: {EMPTY} {HERE}"),
    "a target that is empty, to identify": (["identify", ""], f"TARGET: {EMPTY} (see `hotfixcheck identify --help`)"),
    "an empty place for the report": (["check", "x", "-o", ""], f"--output: {EMPTY} {HERE}"),
    "empty manifests": (["check", "x", "--manifests="], f"--manifests: {EMPTY} {HERE}"),
    "empty waivers": (["check", "x", "--waivers", ""], f"--waivers: {EMPTY} {HERE}"),
    "an empty baseline": (["check", "x", "--baseline", ""], f"--baseline: {EMPTY} {HERE}"),
    "an empty listing": (["check", "--systeminfo", ""], f"--systeminfo: {EMPTY} {HERE}"),
    "an empty list of articles": (["check", "x", "--article-list", ""], f"--article-list: {EMPTY} {HERE}"),
    "an empty source": (["import", "", "-o", "x"], f"SOURCE: {EMPTY} (see `hotfixcheck import --help`)"),
    "an empty folder of manifests": (["manifest", "lint", ""], f"PATH: {EMPTY} (see `hotfixcheck manifest lint"),
    "what a terminal would obey": (["check", "x", "--\x1b[31m"], "no such option: --\\x1b[31m"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_wrong_usage(
    arguments: Sequence[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["hotfixcheck", *arguments])
    assert app.run() == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"hotfixcheck: {said}")
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["check"], ["manifest"]])
def test_without_anything_to_do_help_is_all(
    arguments: Sequence[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["hotfixcheck", *arguments])
    assert app.run() == 2
    told = capsys.readouterr()
    assert "Usage: hotfixcheck" in told.out
    assert told.err == ""
