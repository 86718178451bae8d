"""The report for a person."""

from __future__ import annotations

from dataclasses import replace
from unicodedata import east_asian_width

import pytest

from hotfixcheck.manifest.model import FileRow, ServicePackFix
from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.baseline import Changes
from hotfixcheck.reports.columns import columns
from hotfixcheck.reports.model import Report, Style, report_on
from hotfixcheck.reports.words import system_line
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import Layout, TargetKind
from hotfixcheck.verdicts.comparator import compare
from tests.build.reports import a_report, an_accepted_report
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

To install, in this order (1)
  1.  Q246691  puts right Q246691

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
    assert coloured.replace("\033[0m", "").count("\033[") == 6


@pytest.mark.parametrize("width", [40, 60, 80, 132])
def test_it_fits_the_width(width: int) -> None:
    lines = ReportFormat.TABLE.render(a_report(), Style(width=width, verbosity=1)).splitlines()
    body = [line for line in lines if line.startswith("  ")]
    assert max(map(len, body)) <= width


def test_many_articles_that_do_not_apply_are_counted() -> None:
    manifests = [article(table(FileRow("a.dll")), number=f"Q{number}") for number in range(10, 90)]
    taken = inventory(system())
    report = replace(a_report(), findings=compare(manifests, taken))
    shown = ReportFormat.TABLE.render(report, Style())
    assert "\nNot applicable (80): Q10, Q11, Q12, Q13, Q14, Q15, Q16, Q17, Q18, …; -v says why\n" in shown


def test_a_row_that_requires_only_a_name_says_so() -> None:
    manifest = article(table(FileRow("a.dll")))
    taken = inventory(system(), {"WINNT/system32/a.dll": facts()})
    shown = ReportFormat.TABLE.render(replace(a_report(), findings=compare([manifest], taken)), Style())
    assert "required  a file of this name" in shown


def test_many_fixed_articles_are_counted() -> None:
    taken = inventory(system(), {"WINNT/system32/a.dll": facts("1.2.3.4")})
    row = FileRow("a.dll", version="1.2.3.4")
    manifests = [article(table(row), number=f"Q{number}") for number in range(10, 31)]
    report = replace(a_report(), findings=compare(manifests, taken))
    assert "\nFixed (21): Q10, Q11, Q12, " in ReportFormat.TABLE.render(report, Style())
    long = [article(table(row), number=f"Q{number}") for number in range(123_456_700, 123_456_721)]
    narrow = ReportFormat.TABLE.render(replace(report, findings=compare(long, taken)), Style(width=37))
    assert "\nFixed (21): …; -v says why\n" in narrow
    report = replace(a_report(), findings=compare(manifests[:20], taken))
    assert "\n  Q10  An article\n    why  " in ReportFormat.TABLE.render(report, Style())


BY_FILE = """\
Missing (2)
  WINNT/system32/a.dll (x86)
    found  1.2.3.4, 100,000 bytes
    Q10  An article
      required  1.2.3.5
      why       version 1.2.3.4 is older than 1.2.3.5
    Q11  An article
      required  1.2.3.6
      why       version 1.2.3.4 is older than 1.2.3.6
  WINNT/system32/b.dll (x86)
    found  1.2.3.4, 100,000 bytes
    Q11  An article
      required  1.2.3.9
      why       version 1.2.3.4 is older than 1.2.3.9

Indeterminate (2)
  WINNT/system32/c.dll (x86)
    Q12  An article
      required  1.2.3.4
      why       cut short
  Q13  An article
    why  Rollup contains it, and nothing says that it is installed

"""


def by_file_report() -> Report:
    taken = inventory(
        system(),
        {
            "WINNT/system32/a.dll": facts("1.2.3.4"),
            "WINNT/system32/b.dll": facts("1.2.3.4"),
            "WINNT/system32/c.dll": "cut short",
        },
    )
    manifests = [
        article(table(FileRow("a.dll", version="1.2.3.5")), number="Q10"),
        article(table(FileRow("a.dll", version="1.2.3.6"), FileRow("b.dll", version="1.2.3.9")), number="Q11"),
        article(table(FileRow("c.dll", version="1.2.3.4")), number="Q12"),
        article(ServicePackFix("Windows NT 4.0", package="Rollup"), number="Q13"),
    ]
    return report_on(taken, compare(manifests, taken), ())


def test_by_file() -> None:
    assert BY_FILE in ReportFormat.TABLE.render(by_file_report(), Style(by_file=True))


WIDE = """\
Missing (2)
  Q10  An article
    file   WINNT/system32/a.dll (x86)  required  1.2.3.5
    found  1.2.3.4, 100,000 bytes      why       version 1.2.3.4 is older than 1.2.3.5
  Q11  An article
    file   WINNT/system32/a.dll (x86)  required  1.2.3.6
    found  1.2.3.4, 100,000 bytes      why       version 1.2.3.4 is older than 1.2.3.6
    file   WINNT/system32/b.dll (x86)  required  1.2.3.9
    found  1.2.3.4, 100,000 bytes      why       version 1.2.3.4 is older than 1.2.3.9

Indeterminate (2)
  Q12  An article
    file   WINNT/system32/c.dll (x86)  required  1.2.3.4
    found  not read                    why       cut short
"""


def test_a_wide_terminal_has_what_is_beside_what_should_be() -> None:
    assert WIDE in ReportFormat.TABLE.render(by_file_report(), Style(width=120))
    told = ReportFormat.TABLE.render(an_accepted_report(), Style(width=120))
    assert "waived    until 2027-03-31 by J. Smith: b.dll is not used\n" in told
    absent = ReportFormat.TABLE.render(an_absent_report(), Style(width=120, verbosity=1))
    assert "    found  -" in absent


ACCEPTED = """\
target (drive root)
Windows NT Server 4.0, SP6, x86, English

Missing (3, 1 new)
  Q11  An article
    file      WINNT/system32/a.dll (x86)
    found     1.2.3.4, 100,000 bytes
    required  1.2.3.6
    why       version 1.2.3.4 is older than 1.2.3.6
    file      WINNT/system32/b.dll (x86)
    found     1.2.3.4, 10 bytes
    required  1.2.3.9
    why       version 1.2.3.4 is older than 1.2.3.9
    waived    until 2027-03-31 by J. Smith: b.dll is not used
  Q13  An article
    file      WINNT/system32/b.dll (x86)
    found     1.2.3.4, 10 bytes
    required  1.2.3.5
    why       version 1.2.3.4 is older than 1.2.3.5
    remedy    Q11 An article
  Q14  An article
    file      WINNT/system32/a.dll (x86)
    found     1.2.3.4, 100,000 bytes
    required  1.2.3.5
    why       version 1.2.3.4 is older than 1.2.3.5
    remedy    Q11 An article
    new       not so in earlier.json

Waived (1)
  Q10  An article
    missing  WINNT/system32/a.dll: version 1.2.3.4 is older than 1.2.3.5
    waived   until 2027-03-31 by J. Smith: the line stops in May

Fixed (1)
  Q12  An article
    why  WINNT/system32/b.dll: version 1.2.3.4 is the fix

Changed since earlier.json (3)
  Q10  fixed -> missing
  Q12  missing -> fixed
  Q14  fixed -> missing, new: WINNT/system32/a.dll

Waivers that waive nothing (3)
  Q12  not needed: Q12 is fixed
  Q14  ended: good until 2025-12-31, missing counts again
  Q99  not needed: no manifest of this article was judged

To install, in this order (1)
  1.  Q11  puts right Q11, Q13, Q14

5 articles: 3 missing (1 new), 0 indeterminate, 1 waived, 1 fixed,
0 not applicable.
2 files read.
"""


def an_absent_report() -> Report:
    taken = inventory(system(), {"WINNT/system32/a.dll": facts("1.2.3.4")})
    manifest = article(table(FileRow("a.dll", version="1.2.3.5"), FileRow("x.dll", version="1.2.3.5")))
    return report_on(taken, compare([manifest], taken), ())


def test_what_is_accepted_and_what_is_new_is_shown() -> None:
    shown = ReportFormat.TABLE.render(an_accepted_report(), Style())
    assert shown == ACCEPTED


def test_nothing_new_is_said_so() -> None:
    report = replace(a_report(), changes=Changes("earlier.json", (), {}))
    assert "\nNothing has changed since earlier.json\n" in ReportFormat.TABLE.render(report, Style())


def test_several_systems_follow_each_other() -> None:
    one, other = a_report(), an_accepted_report()
    both = ReportFormat.TABLE.render_several([one, other], Style())
    assert both == "\n".join(ReportFormat.TABLE.render(each, Style()) for each in (one, other))
    quiet = ReportFormat.TABLE.render_several([one, replace(other, target="x\x1b")], Style(verbosity=-1))
    assert [line.partition(" articles")[0] for line in quiet.splitlines()] == ["target: 5", "x\\x1b: 5"]


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


def columns_taken(line: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in line)


def test_wide_characters_take_two_columns() -> None:
    rows = [("日本語.dll", "短い"), ("a.dll", "メモリ リーク の 修正 プログラム " * 4), ("b.dll", "長" * 60)]
    lines = list(columns(rows, 60, indent=2))
    assert max(map(columns_taken, lines)) <= 60
    assert lines[0] == "  日本語.dll  短い"
    assert lines[1].startswith("  a.dll       メモリ")
    assert "".join(lines).count("長") == 60
    (line,) = columns([("日本語.dll", "短い")], 60)
    assert line == "日本語.dll  短い"


def test_columns_of_nothing_are_nothing() -> None:
    assert list(columns([], 80)) == []


def _of_hives(number: int) -> Report:
    """A report on so many articles, each of a file that was not looked for, and on one that is missing."""
    manifests = [article(table(FileRow("a.dll", version="1.0")), number=f"Q{each}") for each in range(1, number + 1)]
    hives = inventory(system(), layout=Layout(TargetKind.HIVES, hives="."))
    return report_on(hives, compare(manifests, hives), ())


def test_many_articles_of_which_no_file_was_seen_are_two_lines() -> None:
    report = _of_hives(21)
    shown = ReportFormat.TABLE.render(report, Style())
    assert "\nIndeterminate (21)\n  the target holds hives and no files (21)\n    Q1, Q2, Q3" in shown
    assert "…; -v shows each\n" in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert "a.dll" not in shown
    assert ReportFormat.TABLE.render(report, Style(verbosity=1)).count("a.dll") == 21
    assert "the target holds hives and no files (21)" in ReportFormat.TABLE.render(report, Style(by_file=True))
    assert ReportFormat.TABLE.render(_of_hives(20), Style()).count("a.dll") == 20


@pytest.mark.parametrize(
    ("about", "number", "said"),
    [
        pytest.param(
            0, 21, "None of the articles names Windows NT 4.0: what it is missing is not known here.", id="none"
        ),
        pytest.param(1, 21, "1 of the articles names Windows NT 4.0. 0 files read.", id="one"),
        pytest.param(1827, 21, "1,827 of the articles name Windows NT 4.0. 0 files read.", id="many"),
        pytest.param(0, 20, "\n0 files read.", id="a few articles, which were chosen"),
        pytest.param(None, 21, "\n0 files read.", id="an unknown Windows"),
    ],
)
def test_how_many_articles_are_about_this_windows_is_told(about: int | None, number: int, said: str) -> None:
    report = replace(_of_hives(number), about=about)
    assert said in ReportFormat.TABLE.render(report, Style()).replace("not\nknown", "not known")


def test_an_article_is_about_the_windows_that_a_product_line_names() -> None:
    row = FileRow("a.dll", version="1.0")
    manifests = [
        article(table(row), number="Q1", applies_to=("Microsoft Windows NT Server version 4.0",)),
        article(table(row, scope="Windows NT 4.0"), number="Q2"),
        article(table(row), number="Q3", applies_to=("Microsoft Windows 2000 Server",)),
    ]
    found = inventory(system())
    assert report_on(found, compare(manifests, found), ()).about == 2
    unknown = replace(found, system=System())
    assert report_on(unknown, compare(manifests, unknown), ()).about is None
