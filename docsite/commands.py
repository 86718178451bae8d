"""The command line as data, read from the typer application that is the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from inspect import cleandoc
from typing import Any, get_args, get_origin

from typer import Typer
from typer.models import ArgumentInfo, CommandInfo
from typer.utils import get_params_from_function

from hotfixcheck.cli.app import app

NAME = "hotfixcheck"


@dataclass(frozen=True, slots=True)
class Parameter:
    """An option with all its spellings, or an argument by its metavar; `takes` is "" for a flag."""

    spellings: tuple[str, ...]
    takes: str
    help: str


@dataclass(frozen=True, slots=True)
class Command:
    """`name` is what is typed: `hotfixcheck manifest lint`."""

    name: str
    help: str
    example: str
    arguments: tuple[Parameter, ...]
    options: tuple[Parameter, ...]

    @property
    def usage(self) -> str:
        return " ".join([self.name, "[OPTIONS]", *(argument.spellings[0] for argument in self.arguments)])


def commands() -> Iterator[Command]:
    """Every command that does something, in the order in which --help lists them."""
    yield from _walk(app, NAME)


def summary() -> str:
    """What the program is, in a sentence."""
    return str(app.info.help)


def _walk(group: Typer, name: str) -> Iterator[Command]:
    yield from (_command(info, name) for info in group.registered_commands)
    for below in group.registered_groups:
        assert below.typer_instance is not None
        yield from _walk(below.typer_instance, f"{name} {below.name}")


def _command(info: CommandInfo, group: str) -> Command:
    callback = info.callback
    assert callback is not None
    arguments: list[Parameter] = []
    options: list[Parameter] = []
    for name, parameter in get_params_from_function(callback).items():
        (arguments if isinstance(parameter.default, ArgumentInfo) else options).append(_parameter(name, parameter))
    return Command(
        name=f"{group} {info.name or callback.__name__.rstrip('_')}",
        help=cleandoc(info.help or callback.__doc__ or ""),
        example=(info.epilog or "").removeprefix("Example: "),
        arguments=tuple(arguments),
        options=tuple(options),
    )


def _parameter(name: str, parameter: Any) -> Parameter:
    info, kind = parameter.default, _kind(parameter.annotation)
    text = " ".join((info.help or "").split())
    choices = "|".join(str(each.value) for each in kind) if issubclass(kind, Enum) else ""
    if isinstance(info, ArgumentInfo):
        name = _argument(info.metavar or name.upper(), parameter.annotation)
        return Parameter((name,), choices, f"{text} One of {choices}." if choices else text)
    spellings = tuple(info.param_decls or [f"--{name.replace('_', '-')}"])
    if kind is bool:
        return Parameter(spellings, "", text)
    default = f" Default: {info.default.value}." if isinstance(info.default, Enum) else ""
    return Parameter(spellings, info.metavar or choices or kind.__name__.upper(), f"{text}{default}")


def _argument(name: str, annotation: Any) -> str:
    """As usage lines show it: in brackets if it may be left out, with dots if there may be several."""
    if type(None) in get_args(annotation):
        return f"[{name}]"
    return f"{name}..." if get_origin(annotation) is list else name


def _kind(annotation: Any) -> type:
    """The type that one value has: of `list[Path] | None` it is Path."""
    inner = [each for each in get_args(annotation) if each is not type(None)]
    return _kind(inner[0]) if inner else annotation
