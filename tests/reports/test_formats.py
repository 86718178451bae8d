"""What every format keeps to: a snapshot, the same bytes for the same input, and no harm from a stranger's names.

After a change that is meant, `HOTFIXCHECK_SNAPSHOTS=write` in the environment writes the snapshots anew: read the diff.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.model import Report, Style
from tests.build.reports import a_hostile_report, a_report, an_accepted_report

SNAPSHOTS = Path(__file__).parent / "snapshots"

every_format = pytest.mark.parametrize("each", ReportFormat)


@pytest.mark.parametrize(
    ("report", "suffix"),
    [pytest.param(a_report, "", id="each status"), pytest.param(an_accepted_report, "-accepted", id="accepted")],
)
@every_format
def test_snapshot(each: ReportFormat, report: Callable[[], Report], suffix: str) -> None:
    found = each.render(report(), Style(verbosity=1))
    file = SNAPSHOTS / f"{each}{suffix}.txt"
    if os.environ.get("HOTFIXCHECK_SNAPSHOTS") == "write":
        file.write_text(found, encoding="utf-8", newline="")
    assert found == file.read_bytes().decode()


@every_format
def test_the_same_report_gives_the_same_text(each: ReportFormat) -> None:
    assert each.render(a_report(), Style()) == each.render(a_report(), Style())


@every_format
def test_a_strangers_names_control_nothing(each: ReportFormat) -> None:
    found = each.render(a_hostile_report(), Style(verbosity=1))
    assert found.endswith("\n")
    assert "WINNT" in found
    harmful = {char for char in found if not (char.isprintable() or char in "\r\n")}
    assert harmful == set()
