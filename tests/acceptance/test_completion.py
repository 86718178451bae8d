"""Shell completion: installed by one command, and asked for by the shells themselves where they are here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import shellingham
from typer.testing import CliRunner

from hotfixcheck.cli.app import app
from hotfixcheck.cli.completing import InstallationError, check_installation
from tests.acceptance.conftest import COMMAND, SEEDS, Run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="shells of POSIX")

# What each shell does with a line that ends where TAB is pressed; it prints what it would offer.
BASH = """
source ~/.bashrc
COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_hotfixcheck_completion hotfixcheck
printf '%%s\\n' "${COMPREPLY[@]}"
"""
FISH = "complete -C '%s'"
ZSH = """
source ~/.zshrc
_arguments() { print -r -- "$@" }
words=(%s); CURRENT=${#words}
autoload -Uz +X _hotfixcheck
source ~/.zfunc/_hotfixcheck
_hotfixcheck_completion
"""
SHELLS = {"bash": BASH, "fish": FISH, "zsh": ZSH}

LINES = {
    "a command": ("hotfixcheck ch", {"check"}),
    "a format": ("hotfixcheck check -f j", {"json", "junit"}),
    "an article": (f"hotfixcheck check -m {SEEDS} --article Q24", {"Q246691"}),
    "an article to show": ("hotfixcheck manifest show Q24669", {"Q246691"}),
    "an option": ("hotfixcheck check --base", {"--baseline"}),
}


def environment(home: Path) -> dict[str, str]:
    path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
    return {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "PATH": path, "LANG": "C.UTF-8"}


def ask(shell: str, script: str, home: Path) -> str:
    done = subprocess.run(
        [shell, "-c", script], env=environment(home), capture_output=True, encoding="utf-8", timeout=300, check=False
    )
    return done.stdout


@pytest.fixture(scope="session", params=SHELLS)
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A shell, and a home in which it has the completion."""
    shell: str = request.param
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    home = tmp_path_factory.mktemp(shell)
    said = ask(shell, "hotfixcheck --install-completion; true", home)
    assert f"{shell} completion installed in {home}" in said
    return shell, home


@pytest.mark.parametrize(("line", "offered"), LINES.values(), ids=LINES)
def test_the_shell_completes(line: str, offered: set[str], installed: tuple[str, Path]) -> None:
    shell, home = installed
    said = ask(shell, SHELLS[shell] % line, home)
    assert offered <= {word.strip("\"'():").partition('"')[0] for word in said.split()}, said


@pytest.mark.parametrize("words", [["--install-completion", "pwsh"], ["--install-completion=powershell"]], ids=" ".join)
def test_the_execution_policy_of_powershell_is_left_alone(words: list[str], tmp_path: Path, run: Run) -> None:
    """PowerShell itself is in no distribution's packages: a stand-in tells whether it was called."""
    for name in ("pwsh", "powershell"):
        stand_in = tmp_path / "bin" / name
        stand_in.parent.mkdir(exist_ok=True)
        stand_in.write_text(f"#!/bin/sh\ntouch '{tmp_path}/called'\n")
        stand_in.chmod(0o755)
    env = environment(tmp_path) | {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    env["PATH"] = f"{tmp_path / 'bin'}{os.pathsep}{env['PATH']}"
    outcome = run(*words, env=env)
    assert outcome.code == 2
    assert "Add-Content $PROFILE (hotfixcheck --show-completion | Out-String)" in outcome.err
    assert not (tmp_path / "called").exists()


def test_the_shell_that_runs_it_is_powershell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shellingham, "detect_shell", lambda: ("pwsh", "/usr/bin/pwsh"))
    with pytest.raises(InstallationError):
        check_installation(["--install-completion"])
    check_installation(["--install-completion", "bash"])
    check_installation(["check", "--install-completion"])
    check_installation([])


def test_a_shell_that_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> tuple[str, str]:
        raise shellingham.ShellDetectionFailure

    monkeypatch.setattr(shellingham, "detect_shell", fail)
    check_installation(["--install-completion"])


def test_powershell_is_answered(tmp_path: Path, run: Run) -> None:
    env = environment(tmp_path) | {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    script = run("--show-completion", "pwsh", env=env)
    assert "Register-ArgumentCompleter -Native -CommandName hotfixcheck" in script.out
    asked = {"_HOTFIXCHECK_COMPLETE": "complete_pwsh", "_TYPER_COMPLETE_ARGS": "hotfixcheck check -f j"}
    said = run(env=env | asked | {"_TYPER_COMPLETE_WORD_TO_COMPLETE": "j"})
    assert [line.partition(":::")[0] for line in said.out.splitlines()] == ["json", "junit"]


OFFERED = {
    "every report's format": (["check", "--report", "s"], {"sarif="}),
    "of a manifest": (["check", "-m", str(SEEDS / "Q246691.yaml"), "--article", "Q"], {"Q246691"}),
    "of the catalogue, not all of it": (["check", "--article", ""], {"KB836769"}),
}


@pytest.mark.parametrize(("words", "offered"), OFFERED.values(), ids=OFFERED)
def test_offered(words: list[str], offered: set[str]) -> None:
    asked = {
        "_HOTFIXCHECK_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(["hotfixcheck", *words]),
        "COMP_CWORD": str(len(words)),
    }
    outcome = CliRunner().invoke(app, [], env=asked, prog_name="hotfixcheck")
    assert offered <= set(outcome.output.split())
    assert len(outcome.output.split()) <= 200
