"""The HTML report of 5,000 articles in headless Chromium: loading, against the same bytes as text, and filtering."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.model import Style
from tests.build.reports import long_report
from tests.reports.browser import Browser, a_browser

LOAD = "const [n] = performance.getEntriesByType('navigation'); return n.loadEventEnd - n.startTime"
FILTER = """
const [typed, done] = arguments, field = document.getElementById("search"), start = performance.now();
field.value = typed;
field.dispatchEvent(new Event("input", {bubbles: true}));
requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
"""

RUNS = 9
SEARCHES = ("spooler", "module12 x86", "q10", "")


def main() -> None:
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        print("not measured: chromium and chromedriver are not installed")
        return
    page = ReportFormat.HTML.render(long_report(), Style())
    print(f"size                     {len(page.encode()) / 1e6:5.1f} MB")
    with _opened({"page": page, "text": f"<!DOCTYPE html><title>text</title><script type=text>{page}"}) as (
        browser,
        files,
    ):
        loads: dict[str, list[float]] = {name: [] for name in files}
        filters: list[float] = []
        for turn in range(RUNS + 1):
            for name, file in files.items():
                browser.open(file)
                spent = browser.run(LOAD)
                if turn:
                    loads[name].append(spent)
                if name == "page":
                    filters += [browser.run_async(FILTER, typed) for typed in SEARCHES]
    _show("load", loads["page"])
    _show("load as text", loads["text"])
    _show("filter", filters)
    print(f"load / load as text      {median(loads['page']) / median(loads['text']):5.2f}")


@contextmanager
def _opened(pages: dict[str, str]) -> Iterator[tuple[Browser, dict[str, Path]]]:
    with TemporaryDirectory() as name, a_browser(Path(name) / "profile") as browser:
        files = {name_: Path(name) / f"{name_}.html" for name_ in pages}
        for name_, file in files.items():
            file.write_text(pages[name_], encoding="utf-8")
        yield browser, files


def _show(what: str, spent: list[float]) -> None:
    print(f"{what:<24} {median(spent):5.0f} ms median, {min(spent):.0f} to {max(spent):.0f}")


if __name__ == "__main__":
    main()
