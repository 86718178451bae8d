"""`check --plan` and `check --explain` through the installed command."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotfixcheck.demo.nt4 import write_demo
from tests.acceptance.conftest import SEEDS, Run


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo"))


def test_plan(drive: Path, run: Run) -> None:
    done = run("check", drive, "-m", SEEDS, "--plan")
    assert (done.code, done.err) == (1, "")
    assert done.out.endswith(
        "Install, in this order: 1 installation, and no fewer would do\n"
        "  1.  Q246691 The CreateRemoteThread API May Leak a Handle\n"
        "      puts right Q246691\n"
    )


def test_the_whole_catalogue_is_looked_through_for_one_article(drive: Path, run: Run) -> None:
    remedy = run("check", drive, "--article", "Q246691", "-f", "json").article("Q246691")["remedy"]
    every = run("check", drive, "-f", "json").article("Q246691")["remedy"]
    assert remedy == every
    assert remedy["first"] == ["Windows NT 4.0 SP6a"]
    assert remedy["install"] != "Q246691"


def test_explain(drive: Path, run: Run, tmp_path: Path) -> None:
    done = run(
        "check", drive, "--explain", "Q246691", "--explain", "KB836769", "--report", f"json={tmp_path / 'r.json'}"
    )
    assert done.code == 1
    assert "      required  1999-11-18 16:19, 375,056 bytes\n" not in done.out.partition("Table 1")[0]
    assert "        required  1999-11-18 16:19, 375,056 bytes\n" in done.out
    assert "        found     linked 1999-09-29, 374,032 bytes\n" in done.out
    assert "\nKB836769  " in done.out
    assert (tmp_path / "r.json").exists()
    written = tmp_path / "explained.txt"
    assert run("check", drive, "--explain", "KB836769", "-o", written).code == 0
    assert written.read_text(encoding="utf-8").splitlines()[3].startswith("KB836769")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--plan", "--explain", "Q246691"], "--plan and --explain print one thing each", id="both"),
        pytest.param(["--article", "Q246691", "--explain", "Q246691"], "leave out --article", id="with --article"),
        pytest.param(["--explain", "Q1"], "there is no manifest of Q1", id="unknown"),
    ],
)
def test_wrong_usage(options: list[str], message: str, drive: Path, run: Run) -> None:
    done = run("check", drive, *options)
    assert done.code == 2
    assert message in done.err
