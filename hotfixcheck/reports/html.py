"""The report for a person with a browser: one file that holds everything it needs and loads nothing.

Every text of the target and of the manifests passes autoescape or lies in a JSON block, which page/report.js reads and
shows as text nodes. The page's content security policy allows its own style and script, by hash, and nothing else.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from hotfixcheck import __version__
from hotfixcheck.errors import printable
from hotfixcheck.reports import pagedata
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.reports.words import about_words, change_words, files_read, system_line
from hotfixcheck.verdicts.plan import NO_PLAN
from hotfixcheck.verdicts.waivers import idle_in_all

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Template

_MOST_BARS = 12
"""The files of the picture that are shown at once; the others lie behind a click."""

_MOST_NAMED = 30
"""The articles that are named beside an installation."""


def render(report: Report, style: Style) -> str:
    return render_several([report], style)


def render_several(reports: Sequence[Report], style: Style) -> str:
    """One page on every Windows of a target: their articles in one table, which can be filtered by system."""
    from markupsafe import Markup

    css, script = _part("report.css"), _part("report.js")
    data = pagedata.articles(reports)
    state, headline = pagedata.verdict(reports)
    return _template().render(
        policy=_policy(css, script),
        style=Markup(css),  # noqa: S704 - our own files
        script=Markup(script),  # noqa: S704
        data=data,
        version=__version__,
        reports=reports,
        checked=_moment(reports[0].checked),
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


def _moment(checked: datetime | None) -> str | None:
    """The time to the minute; a day where no more is known of it."""
    if checked is None:
        return None
    return f"{checked:%Y-%m-%d %H:%M} UTC" if checked.hour or checked.minute else f"{checked:%Y-%m-%d}"


def _part(name: str) -> str:
    return files(__package__).joinpath("page", name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    def shown(value: Any) -> Any:
        """Control characters spelled out, as on a terminal: a name must not turn the line around."""
        return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True, finalize=shown
    )
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": False}
    return environment.from_string(_part("report.html"))


def _policy(css: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_hashed(css)}; script-src {_hashed(script)}; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
