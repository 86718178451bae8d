"""`check --plan` and `check --explain`: what they are asked for, and what they print in place of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotfixcheck.cli.completing import article_numbers
from hotfixcheck.cli.options import REPORT_PANEL
from hotfixcheck.cli.output import terminal_width
from hotfixcheck.cli.reporting import Destination, rendered
from hotfixcheck.reports import ReportFormat

if TYPE_CHECKING:
    from hotfixcheck.reports.model import Report, Style

PlanOption = Annotated[
    bool,
    typer.Option(
        "--plan",
        help="Print instead what to install, in which order: the fewest fixes that do.",
        rich_help_panel=REPORT_PANEL,
    ),
]
ExplainOption = Annotated[
    list[str] | None,
    typer.Option(
        "--explain",
        metavar="NUMBER",
        autocompletion=article_numbers,
        help="Print instead every rule that this article was judged by, required beside found: Q246691; repeatable.",
        rich_help_panel=REPORT_PANEL,
    ),
]


def to_judge(
    articles: Sequence[str] | None, explained: Sequence[str] | None, *, plan: bool, format_name: ReportFormat
) -> list[str]:
    """The articles to judge, every one if none is named; typer.BadParameter for options that exclude each other."""
    if (plan or explained) and format_name is not ReportFormat.TABLE:
        instead = f"--report {format_name}=FILE writes that report besides"
        raise typer.BadParameter(f"{'--plan' if plan else '--explain'} is text; {instead}", param_hint="'--format'")
    if plan and explained:
        raise typer.BadParameter("--plan and --explain print one thing each", param_hint="'--explain'")
    if articles and explained:
        raise typer.BadParameter(
            "it names the articles itself; leave out --article and --article-list", param_hint="'--explain'"
        )
    return list(explained or articles or [])


def texts_of(
    reports: Sequence[Report], wanted: Sequence[Destination], in_file: Style, *, plan: bool, explain: bool
) -> list[tuple[str, Path | None]]:
    """What `rendered` gives; the first of it replaced by the plan of each system, or by every finding explained."""
    from hotfixcheck.reports.explain import render_explained
    from hotfixcheck.reports.plan import render_plan

    if not (plan or explain):
        return rendered(reports, wanted, in_file)
    render = render_plan if plan else render_explained
    first, *others = wanted
    style = in_file if first.file else replace(in_file, width=terminal_width())
    text = "\n".join(render(report, style) for report in reports)
    return [(text, first.file), *rendered(reports, others, in_file)]
