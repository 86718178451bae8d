"""The report for a person with a browser: one file that holds everything it needs and loads nothing.

Every text of the target and of the manifests passes autoescape or lies in a JSON block, which page/report.js reads and
shows as text nodes. The page's content security policy allows its own style and script, by hash, and nothing else.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from hotfixcheck import __version__
from hotfixcheck.errors import printable
from hotfixcheck.reports import pagedata
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.reports.words import HEADINGS, files_read, system_line

if TYPE_CHECKING:
    from jinja2 import Template

_MOST_BARS = 12
"""The files of the picture that are shown at once; the others lie behind a click."""


def render(report: Report, style: Style) -> str:
    from markupsafe import Markup

    css, script = _part("report.css"), _part("report.js")
    data = pagedata.articles(report.findings)
    status, said = pagedata.verdict(report)
    years = sorted({pagedata.year_of(finding.manifest) for finding in report.findings})
    return _template().render(
        policy=_policy(css, script),
        style=Markup(css),  # noqa: S704 - our own files
        script=Markup(script),  # noqa: S704
        data=data,
        version=__version__,
        target=report.target,
        kind=report.kind,
        system=system_line(report.system),
        evidence=report.system.evidence,
        day=None,
        newest=pagedata.newest_file(report.findings),
        read=files_read(report),
        judged=pagedata.articles_words(len(report.findings)),
        verdict={"status": status, "said": said},
        words=HEADINGS,
        applicable=pagedata.applicable_words(report),
        shares=pagedata.shares(report),
        counts=pagedata.counts(report),
        by_file=pagedata.by_file(report.findings),
        by_year=pagedata.by_year(report.findings),
        most=_MOST_BARS,
        years={year: pagedata.year_words(year) for year in years},
        marks=list(pagedata.marks(data["articles"])),
        findings=report.findings,
        problems=report.problems,
    )


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
