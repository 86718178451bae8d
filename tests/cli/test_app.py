"""What each outcome means as an exit code."""

from __future__ import annotations

import sys

import pytest

from hotfixcheck.cli import app
from hotfixcheck.cli.output import Exit, OutputError
from hotfixcheck.errors import ManifestError, TargetError

OUTCOMES: dict[str, tuple[BaseException | None, int, str]] = {
    "done": (None, 0, ""),
    "an exit code": (SystemExit(1), 1, ""),
    "an exit without one": (SystemExit(None), 0, ""),
    "an exit with words": (SystemExit("words"), 2, ""),
    "an unwritable place": (OutputError("cannot be written", file="x"), 2, "hotfixcheck: x: cannot be written\n"),
    "a target": (
        TargetError("is empty", file="x", advice="give another"),
        3,
        "hotfixcheck: x: is empty (give another)\n",
    ),
    "a file of the system": (
        PermissionError(13, "Permission denied", "in\nside"),
        3,
        "hotfixcheck: in\\nside: Permission denied\n",
    ),
    "no place": (OSError(28, "No space left on device"), 3, "hotfixcheck: No space left on device\n"),
    "a manifest": (ManifestError("no manifest", file="x", place="1:2"), 3, "hotfixcheck: x:1:2: no manifest\n"),
}


@pytest.mark.parametrize(("outcome", "code", "said"), OUTCOMES.values(), ids=OUTCOMES)
def test_exit_code(
    outcome: BaseException | None,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def command(**how: object) -> None:
        assert how == {"prog_name": "hotfixcheck", "standalone_mode": False}
        if outcome is not None:
            raise outcome

    monkeypatch.setattr(app, "app", command)
    assert app.run() == code
    assert capsys.readouterr().err == said


def test_a_mistake_of_its_own_is_not_a_missing_fix(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(app, "app", command)
    assert app.run() == Exit.UNUSABLE
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert said.endswith("hotfixcheck: this is a mistake in hotfixcheck: please report it with the lines above\n")


def test_version_beside_other_options(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["hotfixcheck", "--version", "check"])
    assert app.run() == 0
    assert capsys.readouterr().out.startswith("hotfixcheck ")
