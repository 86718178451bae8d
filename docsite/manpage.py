"""The man page, made from the command line: `python -m docsite.manpage` writes man/hotfixcheck.1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from docsite.commands import NAME, Command, Parameter, commands, summary
from hotfixcheck import __version__
from hotfixcheck.cli.output import Exit

PAGE = Path(__file__).parents[1] / "man" / f"{NAME}.1"


def manpage() -> str:
    """The page in roff, of the man macros."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield f'.TH {NAME.upper()} 1 "" "{NAME} {__version__}" "User Commands"'
    yield ".SH NAME"
    yield f"{NAME} \\- which Windows hotfixes an installed system is missing"
    yield ".SH SYNOPSIS"
    for command in commands():
        yield from (f".B {_text(command.name)}", _text(command.usage.removeprefix(command.name).strip()), ".br")
    yield ".SH DESCRIPTION"
    yield _text(summary())
    yield from (".PP", "The report goes to stdout or to the file of", ".BR \\-o ,", "everything else to stderr.")
    yield ".SH COMMANDS"
    for command in commands():
        yield from _command(command)
    yield ".SH EXIT STATUS"
    for each in Exit:
        yield from (".TP", f".B {int(each)}", _text(each.meaning.replace("`", "")))
    yield ".SH ENVIRONMENT"
    yield from (".TP", ".B SOURCE_DATE_EPOCH", "Seconds since 1970: the time of the check where \\-\\-date gives none.")
    yield from (".TP", ".B NO_COLOR", "No colour on a terminal.")


def _command(command: Command) -> Iterator[str]:
    yield f".SS {_text(command.name)}"
    for number, paragraph in enumerate(re.split(r"\n\s*\n", command.help)):
        yield from ([".PP"] if number else [])
        yield _text(" ".join(paragraph.split()))
    for each in (*command.arguments, *command.options):
        yield from (".TP", _tag(each), _text(each.help))
    if command.example:
        yield from (".PP", "Example:", ".PP", ".nf", f"    {_text(command.example)}", ".fi")


def _tag(parameter: Parameter) -> str:
    spelled = ", ".join(f"\\fB{_text(one)}\\fR" for one in parameter.spellings)
    return f"{spelled} \\fI{_text(parameter.takes)}\\fR" if parameter.takes else spelled


def _text(text: str) -> str:
    """With what roff would obey spelled out."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...").replace("\n", " ")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(manpage(), encoding="utf-8")
