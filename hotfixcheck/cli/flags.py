"""What typer lacks: commands that take their options as one value, and help that tells how it failed to be printed.

Flags stand in help without the type that typer prints behind every option.
"""

from __future__ import annotations

import inspect
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from typer.core import TyperCommand, TyperGroup

from hotfixcheck.cli.output import ReaderGoneError, written_to
from hotfixcheck.cli.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

_Options = TypeVar("_Options")


def with_options(options: type[_Options], command: Callable[[_Options], None]) -> Callable[..., None]:
    """`command` as typer takes it: a parameter for each field of the dataclass `options`, of which it is given one."""

    def taken(**values: Any) -> None:
        command(options(**values))

    signature = inspect.signature(options, eval_str=True)
    taken.__name__, taken.__doc__ = command.__name__, command.__doc__
    taken.__signature__ = signature  # type: ignore[attr-defined]
    taken.__annotations__ = {name: one.annotation for name, one in signature.parameters.items()}
    return taken


class Command(TyperCommand):
    """A command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises UsageError with its command, which typer leaves out where an option lacks its value."""
        try:
            return super().parse_args(ctx, args)
        except UsageError as error:
            error.ctx = error.ctx or ctx  # type: ignore[attr-defined]
            raise

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
