"""Where reports go: -f and -o, and each --report FORMAT=FILE."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hotfixcheck.cli.output import STDOUT, has_colour, terminal_width
from hotfixcheck.errors import printable
from hotfixcheck.reports import ReportFormat

if TYPE_CHECKING:
    from hotfixcheck.reports.model import Report, Style


@dataclass(frozen=True, slots=True)
class Destination:
    """One report: its format, and its file or None for stdout."""

    format: ReportFormat
    file: Path | None


def destinations(format_name: ReportFormat, output: Path | None, reports: Sequence[str]) -> tuple[Destination, ...]:
    """What the options ask for; typer.BadParameter for a text that is not FORMAT=FILE, and for one file twice."""
    wanted = (Destination(format_name, None if output == STDOUT else output), *map(_destination, reports))
    for each in wanted:
        if each.file is not None:
            _expect_place_for(each.file)
    files = [os.path.realpath(each.file) for each in wanted if each.file is not None]
    if len(files) < len(wanted) - 1:
        raise typer.BadParameter("two reports would go to stdout; -o FILE is for the one of -f")
    if twice := next((file for file in files if files.count(file) > 1), None):
        raise typer.BadParameter(f"two reports would go to {twice}; give each a file of its own")
    return wanted


def _expect_place_for(file: Path) -> None:
    """What can be known before a scan that takes an hour: there is a folder for the file, and none of its name."""
    if file.is_dir():
        raise typer.BadParameter(f"{printable(str(file))} is a folder; name a file in it")
    if not file.parent.is_dir():
        raise typer.BadParameter(
            f"there is no folder {printable(str(file.parent))} to write {file.name!r} to; make it first"
        )


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
