"""The report for a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotfixcheck.manifest.model import FileRow
from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.model import Style
from hotfixcheck.reports.table import columns
from hotfixcheck.reports.words import system_line
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.comparator import compare
from tests.build.reports import a_report
from tests.build.systems import article, facts, inventory, system, table

EXPECTED = """\
target (drive root)
Windows NT Server 4.0, SP6, build 1381, x86, English

Missing (1)
  Q246691  An article
    file       WINNT/system32/kernel32.dll (x86)
    found      4.0.1381.335, 374,032 bytes, linked 1999-09-29
    required   375,056 bytes, 1999-11-18 16:19
    why        linked 1999-09-29, 50 days before the fix's 1999-11-18; size
               374,032, the fix has 375,056
    but        the registry says installed (key Q246691)
    regressed  installed once, and the file is older again

Indeterminate (1)
  Q256149  An article
    file      WINNT/system32/ole32.dll (x86)
    required  4.0.1381.33478
    why       cut short

Fixed (2)
  Q179827  An article
    why  SP6 is installed, SP4 contains it
  Q200000  An article
    why  WINNT/system32/rpcss.exe: version 4.0.1381.133 is the fix

Not applicable (1): Q300000; -v says why

Problems (2)
  WINNT/system32/ole32.dll  cut short
  bad.yaml                  manifest not used: empty

5 articles: 1 missing, 1 indeterminate, 2 fixed, 1 not applicable.
2 files read, 1 unreadable.
"""


def test_table() -> None:
    assert ReportFormat.TABLE.render(a_report(), Style()) == EXPECTED


def test_verbose_says_why_an_article_does_not_apply_and_what_fixed_files_are() -> None:
    shown = ReportFormat.TABLE.render(a_report(), Style(verbosity=1))
    assert "    why  it is for Windows 2000\n" in shown
    assert "    found     4.0.1381.133, 10 bytes\n" in shown
    assert "    but       its size is 10 bytes, the article's 9\n" in shown


def test_quiet_is_one_line() -> None:
    expected = "5 articles: 1 missing, 1 indeterminate, 2 fixed, 1 not applicable.\n"
    assert ReportFormat.TABLE.render(a_report(), Style(verbosity=-1)) == expected


def test_colour_is_never_the_only_sign() -> None:
    coloured = ReportFormat.TABLE.render(a_report(), Style(colour=True))
    assert "\033[31;1mMissing (1)\033[0m" in coloured
    assert coloured.replace("\033[0m", "").count("\033[") == 5


@pytest.mark.parametrize("width", [40, 60, 80, 132])
def test_it_fits_the_width(width: int) -> None:
    lines = ReportFormat.TABLE.render(a_report(), Style(width=width, verbosity=1)).splitlines()
    body = [line for line in lines if line.startswith("  ")]
    assert max(map(len, body)) <= width


def test_many_articles_that_do_not_apply_are_counted() -> None:
    manifests = [article(table(FileRow("a.dll")), number=f"Q{number}") for number in range(10, 20)]
    taken = inventory(system())
    report = replace(a_report(), findings=compare(manifests, taken))
    shown = ReportFormat.TABLE.render(report, Style())
    assert "Not applicable (10): Q10, Q11, Q12, Q13, Q14, Q15, …; -v says why" in shown


def test_a_row_that_requires_only_a_name_says_so() -> None:
    manifest = article(table(FileRow("a.dll")))
    taken = inventory(system(), {"WINNT/system32/a.dll": facts()})
    shown = ReportFormat.TABLE.render(replace(a_report(), findings=compare([manifest], taken)), Style())
    assert "required  a file of this name" in shown


SYSTEMS = {
    "nothing known": (System(), "unknown Windows, service pack not known, platform not known"),
    "no service pack": (
        system(pack="none", language=None),
        "Windows NT Server 4.0, no service pack, x86",
    ),
    "candidates": (
        system(("Windows 7", "Windows Server 2008 R2"), None, "SP1"),
        "Windows 7 or Windows Server 2008 R2, SP1, x86, English",
    ),
}


@pytest.mark.parametrize(("here", "line"), SYSTEMS.values(), ids=SYSTEMS)
def test_system_line(here: System, line: str) -> None:
    assert system_line(here) == line


def test_columns_of_nothing_are_nothing() -> None:
    assert list(columns([], 80)) == []
