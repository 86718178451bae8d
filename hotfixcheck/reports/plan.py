"""The plan alone, for `check --plan`: what to install, in which order, and what each installation puts right."""

from __future__ import annotations

from collections.abc import Iterator

from hotfixcheck.reports.columns import columns
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.reports.words import heading, plan_rows


def render_plan(report: Report, style: Style) -> str:
    """Ends in a line end; the same report and style give the same text."""
    return "\n".join(_lines(report, style)) + "\n"


def _lines(report: Report, style: Style) -> Iterator[str]:
    plan = report.plan
    yield from heading(report.target, report.kind, report.system, style.width)
    yield ""
    if plan.steps:
        fixes = f"{len(plan.steps):,} installation{'s'[: len(plan.steps) != 1]}"
        fewest = "and no fewer would do" if plan.exact else "near the fewest"
        yield from columns([(f"Install, in this order: {fixes}, {fewest}",)], style.width)
        titles = {step.remedy.name: step.remedy.title for step in plan.steps}
        for number, name, puts_right in plan_rows(plan):
            yield from columns([(number, f"{name} {titles[name]}".rstrip())], style.width, indent=2)
            yield from columns([("  ", puts_right)], style.width, indent=2)
    else:
        yield "Nothing to install."
    if plan.unknown:
        yield ""
        yield from columns([("Nothing known puts right", ", ".join(plan.unknown))], style.width)
    if plan.later:
        yield ""
        yield from columns([("Applies only after these", ", ".join(plan.later))], style.width)
