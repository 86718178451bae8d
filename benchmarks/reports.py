"""Every format of a report on 5,000 articles, against the standard library's json writing the same findings."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from statistics import median

from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.json import plain
from hotfixcheck.reports.model import Style
from tests.build.reports import long_report

RUNS = 7


def main() -> None:
    report = long_report()
    values = plain(report)
    style = Style(verbosity=1)
    ways: dict[str, Callable[[], str]] = {
        "json.dumps of the same": lambda: json.dumps(values, indent=2),
        **{each.value: lambda each=each: each.render(report, style) for each in ReportFormat},  # type: ignore[misc]
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    sizes: dict[str, int] = {}
    for turn in range(RUNS + 1):
        for name, render in ways.items():
            start = time.perf_counter()
            text = render()
            if turn:  # the first one loads the format
                seconds[name].append(time.perf_counter() - start)
            sizes[name] = len(text.encode())
    peer, *formats = ways
    against = median(seconds[peer])
    for name in (peer, *formats):
        spent = median(seconds[name])
        print(f"{name:<24} {spent * 1000:6.0f} ms, {spent / against:5.2f} x {peer}, {sizes[name] / 1e6:5.1f} MB")
    whole = sum(median(seconds[name]) for name in formats)
    print(f"{'all formats':<24} {whole * 1000:6.0f} ms, {whole / against:5.2f} x {peer}")


if __name__ == "__main__":
    main()
