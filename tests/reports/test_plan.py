"""The plan alone, and articles explained step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from hotfixcheck.manifest.model import FileRow, FilesFix, ServicePackFix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.reports.explain import render_explained
from hotfixcheck.reports.model import Report, Style, report_on
from hotfixcheck.reports.plan import render_plan
from hotfixcheck.reports.words import plan_rows
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.plan import Plan
from hotfixcheck.verdicts.remedy import with_remedies
from tests.build.reports import a_hostile_report, a_report
from tests.build.systems import article, facts, inventory, system, table


def a_plan() -> Report:
    """SP5 with a service pack to come, an article that waits for it, and one that carries another."""
    files: dict[str, FileFacts | str] = {f"WINNT/system32/{name}.dll": facts("4.0.1381.100") for name in "ab"}
    taken = inventory(system(pack="SP5", Q1=1), files)
    server = ("Microsoft Windows NT Server version 4.0", "Microsoft Windows NT Workstation version 4.0")
    manifests = [
        article(
            FilesFix((FileRow("A.dll", Platform.ALPHA, version="4.0.1381.1"),), scope="Windows NT 4.0", release="SP5"),
            table(FileRow("A.dll", Platform.X86, version="4.0.1381.7001", size=9)),
            ServicePackFix("Windows NT Server 4.0, Terminal Server Edition", ServicePack(6)),
            number="Q1",
            applies_to=server,
        ),
        article(ServicePackFix("Windows NT 4.0", ServicePack(6)), number="Q2"),
        article(table(FileRow("b.dll", version="4.0.1381.7002")), number="Q3", prerequisite="4.0 SP6"),
        article(table(FileRow("a.dll", version="4.0.1381.7005")), number="Q4"),
    ]
    findings, plan = with_remedies(compare(manifests, taken), manifests, taken)
    return report_on(taken, findings, (), plan=plan)


PLAN = """\
target (drive root)
Windows NT Server 4.0, SP5, x86, English

Install, in this order: 2 installations, and no fewer would do
  1.  Windows NT 4.0 SP6
      puts right Q2
  2.  Q4 An article
      puts right Q1, Q4

Applies only after these  Q3
"""


def test_plan() -> None:
    assert render_plan(a_plan(), Style()) == PLAN


def test_plans_say_what_they_do_not_do() -> None:
    report = a_plan()
    assert "\nNothing to install.\n\nNothing known puts right  Q7\n" in render_plan(
        replace(report, plan=Plan(unknown=("Q7",))), Style()
    )
    assert "2 installations, near the fewest\n" in render_plan(
        replace(report, plan=replace(report.plan, exact=False)), Style()
    )


def test_what_only_others_require_is_said_and_long_lists_are_cut() -> None:
    first, second = a_plan().plan.steps
    plan = Plan((replace(first, articles=()), replace(second, articles=("Q1", "Q2", "Q3"))))
    assert [what for _, _, what in plan_rows(plan, 2)] == [
        "is required by what follows",
        "puts right Q1, Q2, and 1 more",
    ]


EXPLAINED = """\
Q1  An article
  missing  WINNT/system32/a.dll: version 4.0.1381.100 is older than
           4.0.1381.7001 [version]
  but      the registry says installed (key Q1)
  remedy   Q4 An article

  The article
    product?
      required  Microsoft Windows NT Server version 4.0
      required  Microsoft Windows NT Workstation version 4.0
      found     Windows NT Server 4.0, SP5, x86
      so        yes
    registry?
      required  Q1
      found     installed (key Q1)
      so        it corroborates, and does not decide

  Table 1: Windows NT 4.0, SP5
    product?
      required  Windows NT 4.0
      found     Windows NT Server 4.0, SP5, x86
      so        yes
    A.dll (alpha): not for this system
      platform?
        required  alpha
        found     x86
        so        it is for another processor

  Table 2
    product?
      found  Windows NT Server 4.0, SP5, x86
      so     nothing is required
    A.dll (x86): missing, version 4.0.1381.100 is older than 4.0.1381.7001
      presence?
        required  A.dll
        found     WINNT/system32/a.dll
        so        it is there
      version?
        required  4.0.1381.7001 or later
        found     4.0.1381.100
        so        older

  Windows NT Server 4.0, Terminal Server Edition SP6
    product?
      required  Windows NT Server 4.0, Terminal Server Edition
      found     Windows NT Server 4.0, SP5, x86
      so        the service pack is for Windows NT Server 4.0, Terminal Server
                Edition

Q2"""


def test_explained() -> None:
    shown = render_explained(a_plan(), Style())
    assert shown.startswith(f"target (drive root)\nWindows NT Server 4.0, SP5, x86, English\n\n{EXPLAINED}")
    assert "  Windows NT 4.0 SP6\n    product?\n" in shown
    assert (
        "    service pack?\n      required  SP6\n      found     SP5\n      so        SP6 contains it, only SP5"
        in shown
    )
    # Not applicable: what was asked, and what the answer was.
    assert "  not applicable  it requires 4.0 SP6, and this system has SP5 [applicability]\n" in shown
    assert "    prerequisite?\n      required  4.0 SP6\n      found     Windows NT Server 4.0, SP5, x86\n" in shown


def test_required_and_found_stand_side_by_side_where_there_is_room() -> None:
    shown = " ".join(render_explained(a_plan(), Style(width=160)).split())
    assert "version? required 4.0.1381.7001 or later found 4.0.1381.100 so older" in shown
    assert "or Microsoft Windows NT Workstation version 4.0" in shown
    assert "registry? required Q2 found nothing so there is no key of it" in shown


def test_weaker_evidence_is_shown_with_its_file() -> None:
    assert "      but  its size is 10 bytes, the article's 9\n" in render_explained(a_report(), Style())


@pytest.mark.parametrize("width", [40, 80, 160])
def test_a_strangers_names_control_nothing(width: int) -> None:
    for shown in (render_plan(a_hostile_report(), Style(width)), render_explained(a_hostile_report(), Style(width))):
        assert {char for char in shown if not char.isprintable()} == {"\n"}


@pytest.mark.parametrize("render", [render_plan, render_explained])
def test_nothing_is_wider_than_a_narrow_terminal(render: Callable[[Report, Style], str]) -> None:
    shown = render(a_report(), Style(width=50))
    assert shown.startswith("target (drive root)\nWindows NT Server 4.0, SP6, build 1381, x86,\nEnglish\n")
    assert max(map(len, shown.splitlines())) <= 50
