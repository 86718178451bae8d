"""Wrong usage, said in one line as every other error is, and not in a frame that a log breaks."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import typer

from hotfixcheck.cli.output import say
from hotfixcheck.errors import printable

UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""What typer raises for every kind of wrong usage: it has no name of its own that all releases export."""

_NO_COMMAND = re.compile(r"No such command '(?P<name>.*)'", re.DOTALL)
_HELP_WAS_PRINTED = "NoArgsIsHelpError"
_INVALID = re.compile(r"Invalid value(?: for (?P<names>.*?))?: (?:Value error, )?(?P<said>.*)", re.DOTALL)


def say_usage(error: Any) -> None:
    """What is wrong with the command line, and where help is, on stderr; nothing where help was printed instead."""
    if type(error).__name__ != _HELP_WAS_PRINTED:
        ours = isinstance(error, typer.BadParameter) and error.param is None  # and says itself what to do
        command = error.ctx.command_path if error.ctx else "hotfixcheck"
        say(printable(_problem(error) if ours else f"{_problem(error)} (see `{command} --help`)"))


def _problem(error: Any) -> str:
    """typer's sentence, without what only says that it is one."""
    said = str(error.format_message()).removesuffix(".")
    if (found := _NO_COMMAND.fullmatch(said)) and Path(found["name"]).exists():
        return f"{said[:1].lower()}{said[1:]}; to check it: hotfixcheck check {shlex.quote(found['name'])}"
    if found := _INVALID.fullmatch(said):
        names = [name.strip("'") for name in (found["names"] or "").split(" / ")]
        option = max(names, key=len)
        return f"{option}: {found['said']}" if option else found["said"]
    return said[:1].lower() + said[1:].replace(". Did you", "; did you")
