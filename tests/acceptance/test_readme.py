"""What README claims is true today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hotfixcheck.cli.output import Exit
from tests.acceptance.conftest import Run

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_report_it_shows_is_the_demos(tmp_path: Path, run: Run) -> None:
    shown = README.partition("<!-- demo -->\n```text\n")[2].partition("```\n<!-- /demo -->")[0]
    target, _, report = run("demo", tmp_path / "nt4").out.partition("\n")
    assert target == f"{tmp_path / 'nt4'} (drive root)"
    assert shown == f"nt4 (drive root)\n{report}"


def test_its_exit_codes_are_the_codes() -> None:
    table = README.partition("### Exit codes")[2].partition("### ")[0]
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", table, re.MULTILINE)
    assert rows == [(str(int(code)), code.meaning) for code in Exit]


USES = sorted(set(re.findall(r"^ +hotfixcheck (.+?)(?: +#.*)?$", README, re.MULTILINE)))


@pytest.mark.parametrize("use", USES)
def test_every_use_it_shows_is_one(use: str, run: Run) -> None:
    """Its command exists and knows its options."""
    words = use.split()
    command = words[:2] if words[0] in {"fleet", "manifest"} else words[:1]
    options = [word for word in words if word.startswith("-")]
    help_text = run(*command, "--help").out
    assert all(option in help_text for option in options)


def test_the_manifest_it_shows_is_the_shipped_one(run: Run) -> None:
    shown = README.partition("```yaml\n")[2].partition("```")[0]
    shipped = run("manifest", "show", "Q246691").out
    assert [line for line in shipped.splitlines() if "Enterprise" not in line and "Workstation" not in line] == (
        shown.splitlines()
    )


def test_the_catalogue_is_as_large_as_it_says(run: Run) -> None:
    said = re.search(r"It holds ([\d,]+) articles", README)
    assert said
    assert run("manifest", "list").err == f"hotfixcheck: {said[1]} articles\n"
