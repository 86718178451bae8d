"""The report for a person with a browser: one file that holds everything it needs and loads nothing.

Every text of the target and of the manifests passes autoescape or lies in a JSON block, which page/report.js reads and
shows as text nodes. The page's content security policy allows its own style and script, by hash, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from hotfixcheck import __version__
from hotfixcheck.reports import pagedata
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.reports.webpage import moment, part, policy, template
from hotfixcheck.reports.words import about_words, change_words, files_read, system_line
from hotfixcheck.verdicts.plan import NO_PLAN
from hotfixcheck.verdicts.waivers import idle_in_all

_MOST_BARS = 12
"""The files of the picture that are shown at once; the others lie behind a click."""

_MOST_NAMED = 30
"""The articles that are named beside an installation."""


def render(report: Report, style: Style) -> str:
    return render_several([report], style)


def render_several(reports: Sequence[Report], style: Style) -> str:
    """One page on every Windows of a target: their articles in one table, which can be filtered by system."""
    from markupsafe import Markup

    css, script = part("report.css"), part("report.js")
    data = pagedata.articles(reports)
    state, headline = pagedata.verdict(reports)
    return template("report.html").render(
        policy=policy(css, script),
        style=Markup(css),  # noqa: S704 - our own files
        script=Markup(script),  # noqa: S704
        data=data,
        version=__version__,
        reports=reports,
        checked=moment(reports[0].checked),
        newest=pagedata.newest_file(reports),
        judged=pagedata.articles_words(max(len(report.findings) for report in reports)),
        about=list(dict.fromkeys(filter(None, map(about_words, reports)))),
        verdict={"state": state, "said": headline},
        words=pagedata.STATES,
        state_of=pagedata.state_of,
        worst_first=pagedata.worst_first,
        numbers_of=pagedata.numbers_of,
        applicable=pagedata.applicable_words(reports),
        shares=pagedata.shares(reports),
        counts=pagedata.counts(reports),
        by_file=pagedata.by_file(reports),
        by_year=pagedata.by_year(reports),
        most=_MOST_BARS,
        years=pagedata.years(reports),
        marks=list(pagedata.marks(data["articles"])),
        plans=[report for report in reports if report.plan != NO_PLAN],
        named=_MOST_NAMED,
        changes=reports[0].changes,
        change_words=change_words,
        idle=idle_in_all([report.idle_waivers for report in reports]),
        problems=list(dict.fromkeys(problem for report in reports for problem in report.problems)),
        system_line=system_line,
        files_read=files_read,
    )
