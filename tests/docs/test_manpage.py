"""The man page is in step with the command line; `python -m docsite.manpage` makes it again."""

from __future__ import annotations

import subprocess

from docsite.commands import commands
from docsite.manpage import PAGE, manpage
from tests.corpus.oracles import required_tool


def test_it_is_in_step() -> None:
    assert PAGE.read_text(encoding="utf-8") == manpage()


def test_it_has_every_command_and_option() -> None:
    plain = manpage().replace("\\-", "-")
    for command in commands():
        assert f".SS {command.name}\n" in plain
        section = plain.split(f".SS {command.name}\n")[1].split("\n.S")[0]
        assert all(f"\\fB{spelled}\\fR" in section for option in command.options for spelled in option.spellings)


def test_groff_takes_it_without_a_word() -> None:
    command = [required_tool("groff", "groff-base"), "-man", "-Tutf8", "-ww", "-z", str(PAGE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
