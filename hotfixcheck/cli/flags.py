"""How commands print their help: flags without the type that typer prints behind every option, and never half of it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from typer.core import TyperCommand, TyperGroup

from hotfixcheck.cli.output import ReaderGoneError, written_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any


class Command(TyperCommand):
    """A command."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _bare(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Prints it; raises OutputError where stdout does not take it."""
        with _printing():
            super().format_help(ctx, formatter)


class Group(TyperGroup):
    """A group of commands."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _bare(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Prints it; raises OutputError where stdout does not take it."""
        with _printing():
            super().format_help(ctx, formatter)


@contextmanager
def _printing() -> Iterator[None]:
    try:
        with written_to(sys.stdout):
            yield
    except SystemExit:  # how rich ends a program of which nobody reads, with 1, which says that a fix is missing
        raise ReaderGoneError("nobody reads it any more") from None


def _bare(params: Iterable[Any]) -> list[Any]:
    params = list(params)
    for param in params:
        if getattr(param, "is_flag", False):
            param.metavar = ""
    return params
