"""What a run says while it works, on a terminal only, and where its time went."""

from __future__ import annotations

import io
import re
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotfixcheck.cli import progress
from hotfixcheck.cli.app import app
from hotfixcheck.cli.output import say
from hotfixcheck.cli.progress import Stages, file_progress
from hotfixcheck.demo.nt4 import write_demo

SEEDS = str(Path(__file__).parents[2] / "manifests" / "seeds")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def impatient(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal, before which a run takes long at once. Not a fixture: pytest takes stderr back after those."""
    there = Terminal()
    monkeypatch.setattr(sys, "stderr", there)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "_BETWEEN", 0.0)
    return there


def shown(stages: Stages) -> None:
    """Returns once the timer has fired."""
    until = time.monotonic() + 300
    while stages._status is None and time.monotonic() < until:
        time.sleep(0.001)
    assert stages._status is not None


def test_a_long_run_says_what_it_is_doing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = impatient(monkeypatch)
    with Stages() as stages:
        stages("reading the manifests")
        shown(stages)
        stages("scanning")
        stages.files(1_234)
        time.sleep(0.2)  # the display is drawn twelve times a second
    assert re.search(r"scanning: 1,234 files, [\d,]+ files/s", terminal.getvalue())


def test_a_scan_says_what_remains(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = impatient(monkeypatch)
    monkeypatch.setattr(progress, "_BETWEEN", -1.0)
    with Stages() as stages:
        stages("scanning")
        shown(stages)
        stages.files(100)
        stages.files(0, 40)
        time.sleep(0.1)
        stages.files(10, 40)
        time.sleep(0.2)
    assert re.search(r"scanning: 10 of 40 files, [0-9]+ files/s, 0 s left", terminal.getvalue())


def test_a_message_in_between_has_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = impatient(monkeypatch)
    with Stages() as stages:
        stages("scanning")
        shown(stages)
        say("something")
    lines = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.getvalue()))
    assert "hotfixcheck: something" in lines


def test_a_short_run_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = impatient(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 60.0)
    with file_progress() as files:
        files(1)
    assert terminal.getvalue() == ""


def test_a_quiet_run_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = impatient(monkeypatch)
    with Stages(quiet=True) as stages:
        stages("scanning")
        stages.files(1)
        time.sleep(0.05)
    assert terminal.getvalue() == ""


def test_it_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = io.StringIO()
    monkeypatch.setattr(sys, "stderr", silent)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with file_progress() as files:
        files(1)
        time.sleep(0.05)
    assert silent.getvalue() == ""


def test_the_display_ends_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = impatient(monkeypatch)
    with pytest.raises(ValueError, match="x"), Stages() as stages:
        stages("scanning")
        shown(stages)
        raise ValueError("x")
    before = terminal.getvalue()
    time.sleep(0.2)
    assert terminal.getvalue() == before


def test_files_are_shown_by_the_run_that_is_on() -> None:
    with Stages() as stages:
        stages("scanning")
        with file_progress() as files:
            assert files == stages.files
    with file_progress() as files:
        assert files != stages.files


def test_timing_says_where_the_time_went(tmp_path: Path) -> None:
    drive = str(write_demo(tmp_path))
    outcome = CliRunner().invoke(app, ["check", drive, "-m", SEEDS, "-q", "--timing"])
    said = re.findall(r"^hotfixcheck: +(\d+\.\d\d) s  (.+)$", outcome.stderr, re.MULTILINE)
    names = [name for _, name in said]
    assert names == ["starting", "reading the manifests", "scanning", "judging", "writing the reports", "in all"]
    *parts, whole = (float(seconds) for seconds, _ in said)
    assert whole == pytest.approx(sum(parts), abs=0.05)
    assert CliRunner().invoke(app, ["check", drive, "-m", SEEDS, "-q"]).stderr == ""
