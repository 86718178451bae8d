"""The pictures of the documentation, all of the demo: `python -m docsite.pictures` writes docs/img/.

Terminal pictures are SVG by rich; the page's picture is a screenshot by headless Chromium. A test holds the text of the
terminal pictures against what the command says today.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.text import Text

from hotfixcheck.cli.loading import scan_for
from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.manifest.catalogue import load_catalogue, shipped
from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.model import Report, Style, report_on
from hotfixcheck.system.identify import Overrides
from hotfixcheck.verdicts.candidates import names_to_read
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.remedy import with_remedies

FOLDER = Path(__file__).parents[1] / "docs" / "img"
_HTML_SIZE = 1000, 1370
_CHECKED = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a terminal picture shows: the title of its window, and lines that may be coloured."""

    title: str
    text: str
    width: int = 80


@cache
def demo_report() -> Report:
    """The report on the demo's system by the articles it was made for, as of `nt4` in the current folder."""
    with TemporaryDirectory() as folder:
        drive = write_demo(Path(folder) / "nt4")
        manifests = load_catalogue([shipped() / "seeds"]).manifests
        [inventory] = scan_for(drive, names_to_read(manifests), Overrides(), quiet=True).inventories
    findings, plan = with_remedies(compare(manifests, inventory), manifests, inventory)
    return replace(report_on(inventory, findings, (), plan=plan), target="nt4")


def shown() -> dict[str, Shown]:
    """Every terminal picture by its name. Long reports show the part on one missing article."""
    texts = {each: each.render(demo_report(), Style(colour=each is ReportFormat.TABLE)) for each in ReportFormat}
    article = next(one for one in json.loads(texts[ReportFormat.JSON])["articles"] if one["status"] == "missing")
    sarif = json.loads(texts[ReportFormat.SARIF])["runs"][0]["results"][0]
    by_file = ReportFormat.TABLE.render(demo_report(), Style(width=120, colour=True, by_file=True))
    return {
        "table": Shown("hotfixcheck check nt4", texts[ReportFormat.TABLE]),
        "table-by-file": Shown("hotfixcheck check nt4 --group-by file", by_file, 120),
        "json": Shown("hotfixcheck check nt4 -f json", f"  …\n{_indented(article)}\n  …", 100),
        "csv": Shown("hotfixcheck check nt4 -f csv", texts[ReportFormat.CSV], 100),
        "markdown": Shown("hotfixcheck check nt4 -f markdown", texts[ReportFormat.MARKDOWN], 100),
        "junit": Shown("hotfixcheck check nt4 -f junit", texts[ReportFormat.JUNIT], 100),
        "sarif": Shown("hotfixcheck check nt4 -f sarif", f"  …\n{_indented(sarif)}\n  …", 100),
    }


def _indented(values: object) -> str:
    return "\n".join(f"  {line}" for line in json.dumps(values, indent=2).splitlines())


def console_of(picture: Shown) -> Console:
    """A console on which the picture has been printed, for its text or its SVG."""
    console = Console(record=True, width=picture.width, file=io.StringIO(), force_terminal=True, highlight=False)
    console.print(Text.from_ansi(picture.text), soft_wrap=False)
    return console


def svg(name: str, picture: Shown) -> str:
    """The picture as SVG, without the fonts that rich would have it load."""
    made = console_of(picture).export_svg(title=picture.title, unique_id=f"picture-{name}")
    return re.sub(r" *@font-face {.*?}\n", "", made, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono, Consolas")


def _page_picture() -> bytes:
    """The top of the HTML report, with the missing article opened."""
    from tests.reports.browser import a_browser

    with TemporaryDirectory() as folder, a_browser(Path(folder) / "profile") as browser:
        page = Path(folder) / "report.html"
        page.write_text(ReportFormat.HTML.render(replace(demo_report(), checked=_CHECKED), Style()), encoding="utf-8")
        browser.open(page, width=_HTML_SIZE[0])
        browser.find("#rows .toggle").click()
        browser.run("document.activeElement.blur(); document.documentElement.style.overflow = 'hidden'")
        return browser.picture(height=_HTML_SIZE[1])


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, picture in shown().items():
        (FOLDER / f"{name}.svg").write_text(svg(name, picture), encoding="utf-8")
    (FOLDER / "html.png").write_bytes(_page_picture())
