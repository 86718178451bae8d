"""Where reports go: -f and -o, and each --report FORMAT=FILE."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hotfixcheck.cli.output import STDOUT, has_colour, is_terminal, terminal_width
from hotfixcheck.cli.places import expect_place_for
from hotfixcheck.errors import printable
from hotfixcheck.reports import ReportFormat

if TYPE_CHECKING:
    from hotfixcheck.reports.model import Report, Style


@dataclass(frozen=True, slots=True)
class Destination:
    """One report: its format, and its file or None for stdout."""

    format: ReportFormat
    file: Path | None


def destinations(
    format_name: ReportFormat,
    output: Path | None,
    reports: Sequence[str],
    *,
    target: Path | None = None,
    inputs: Iterable[Path | None] = (),
) -> tuple[Destination, ...]:
    """What the options ask for, none of it in the target or over an input; typer.BadParameter for a text that is not
    FORMAT=FILE, for one file twice, and for a page on a terminal."""
    wanted = (Destination(format_name, None if output == STDOUT else output), *map(_destination, reports))
    inputs = tuple(inputs)
    for each in wanted:
        expect_place_for(each.file, target=target, inputs=inputs)
    if format_name is ReportFormat.HTML and output is None and is_terminal(sys.stdout):
        raise typer.BadParameter(
            "a page is not for a terminal; -o FILE writes it, and -o - prints it all the same", param_hint="'--format'"
        )
    files = [os.path.realpath(each.file) for each in wanted if each.file is not None]
    if len(files) < len(wanted) - 1:
        raise typer.BadParameter("two reports would go to stdout; -o FILE is for the one of -f")
    if twice := next((file for file in files if files.count(file) > 1), None):
        raise typer.BadParameter(f"two reports would go to {twice}; give each a file of its own")
    return wanted


def _destination(text: str) -> Destination:
    name, equals, file = text.partition("=")
    if not (equals and file):
        raise typer.BadParameter(
            f"{text!r} is not FORMAT=FILE, such as json=report.json", param_hint="'--report'"
        ) from None
    try:
        return Destination(ReportFormat(name), None if Path(file) == STDOUT else Path(file))
    except ValueError:
        near = get_close_matches(name, ReportFormat, n=1)
        known = f"did you mean {near[0]}?" if near else f"there are {', '.join(ReportFormat)}"
        raise typer.BadParameter(f"there is no format {name!r}; {known}", param_hint="'--report'") from None


_USUAL_ENDINGS = {
    ".html": ReportFormat.HTML,
    ".json": ReportFormat.JSON,
    ".csv": ReportFormat.CSV,
    ".md": ReportFormat.MARKDOWN,
    ".sarif": ReportFormat.SARIF,
}


def unlike_its_name(wanted: Sequence[Destination]) -> str:
    """What to say of a table, which is what comes without -f, in a file that is named like another format; else ""."""
    first = wanted[0]
    named = _USUAL_ENDINGS.get(first.file.suffix.lower()) if first.file else None
    if first.format is not ReportFormat.TABLE or named is None:
        return ""
    return f"{printable(str(first.file))} is a table; -f {named} makes it what its name says"


def rendered(reports: Sequence[Report], wanted: Sequence[Destination], in_file: Style) -> list[tuple[str, Path | None]]:
    """The reports on every Windows of a target, each as asked for, with the file that it is for.

    `in_file` is the style where no terminal is. typer.BadParameter for a format that takes one Windows and not several.
    """
    on_stdout = replace(in_file, width=terminal_width(), colour=has_colour())
    return [(_rendered(each.format, reports, in_file if each.file else on_stdout), each.file) for each in wanted]


def _rendered(format_name: ReportFormat, reports: Sequence[Report], style: Style) -> str:
    if len(reports) == 1:
        return format_name.render(reports[0], style)
    try:
        return format_name.render_several(reports, style)
    except NotImplementedError:
        raise only_one(f"the format {format_name}", [report.target for report in reports]) from None


def only_one(what: str, places: Sequence[str]) -> typer.BadParameter:
    """The error of something that is about one Windows where a target holds several."""
    named = "; ".join(f"{number}: {printable(place)}" for number, place in enumerate(places, start=1))
    return typer.BadParameter(
        f"{what} is about one Windows, and the target holds several; choose with --image: {named}"
    )
