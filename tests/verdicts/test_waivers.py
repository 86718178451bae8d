"""Which findings a waiver waives, and which waivers waive nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hotfixcheck.manifest.model import FileRow, ServicePackFix
from hotfixcheck.manifest.waivers import Waiver
from hotfixcheck.products import ServicePack
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Evidence, Finding, Status
from hotfixcheck.verdicts.waivers import waive
from tests.build.systems import article, facts, inventory, system, table

TODAY = date(2026, 6, 1)
FILES: dict[str, FileFacts | str] = {
    "WINNT/system32/a.dll": facts("1.0.0.0"),
    "WINNT/system32/b.dll": facts("1.0.0.0"),
    "WINNT/system32/c.dll": "cut short",
    "WINNT/system32/d.dll": facts("2.0.0.0"),
}


def found(*names: str, Q10: int = 0) -> Finding:
    """The finding on Q10, whose table has these files at version 2."""
    manifest = article(table(*(FileRow(name, version="2.0.0.0") for name in names)), number="Q10")
    return compare([manifest], inventory(system(Q10=Q10), FILES))[0]


def waiver(file: str | None = None, until: date = TODAY, number: str = "Q10") -> Waiver:
    return Waiver(number, "why", "who", until, file, line=3)


WAIVED = {
    "the article": (found("a.dll"), [waiver()]),
    "by its other spelling": (found("a.dll"), [waiver(number="KB10")]),
    "indeterminate": (found("c.dll"), [waiver()]),
    "a file by name": (found("a.dll"), [waiver("A.DLL")]),
    "a file by path": (found("a.dll"), [waiver("winnt/system32/a.dll")]),
    "a file by a path of Windows": (found("a.dll"), [waiver(r"\WINNT\System32\a.dll")]),
    "each file": (found("a.dll", "b.dll"), [waiver("a.dll"), waiver("b.dll")]),
    "each file that fails": (found("a.dll", "d.dll"), [waiver("a.dll")]),
    "article and file": (found("a.dll"), [waiver(), waiver("a.dll")]),
}


@pytest.mark.parametrize(("finding", "waivers"), WAIVED.values(), ids=WAIVED)
def test_waived(finding: Finding, waivers: list[Waiver]) -> None:
    (after,), idle = waive([finding], waivers, TODAY)
    assert (after.waiver, idle) == (waivers[0], ())
    assert (after.status, after.reason) == (finding.status, finding.reason)


def test_a_service_pack_is_waived_with_its_article() -> None:
    manifest = article(ServicePackFix("Windows NT 4.0", ServicePack(6, "a")), number="Q10")
    (finding,) = compare([manifest], inventory(system()))
    assert finding.status is Status.MISSING
    (after,), _ = waive([finding], [waiver()], TODAY)
    assert after.waiver == waiver()


PARTLY = {
    "another file is missing": (found("a.dll", "b.dll"), "a.dll", Status.MISSING, Evidence.VERSION, "b.dll: version"),
    "another is indeterminate": (
        found("a.dll", "c.dll"),
        "a.dll",
        Status.INDETERMINATE,
        Evidence.UNREADABLE,
        "c.dll: ",
    ),
    "the indeterminate one": (found("a.dll", "c.dll"), "c.dll", Status.MISSING, Evidence.VERSION, "a.dll: version"),
}


@pytest.mark.parametrize(("finding", "file", "status", "evidence", "why"), PARTLY.values(), ids=PARTLY)
def test_an_article_waived_in_part_is_judged_by_the_rest(
    finding: Finding, file: str, status: Status, evidence: Evidence, why: str
) -> None:
    (after,), idle = waive([finding], [waiver(file)], TODAY)
    assert (after.waiver, idle) == (None, ())
    assert (after.status, after.evidence) == (status, evidence)
    assert after.reason.startswith(f"WINNT/system32/{why}")
    assert [one.waiver is not None for one in after.files] == [one.required.name == file for one in finding.files]


def test_regressed_is_only_what_is_missing() -> None:
    finding = found("a.dll", "c.dll", Q10=1)
    assert finding.regressed
    (after,), _ = waive([finding], [waiver("a.dll")], TODAY)
    assert not after.regressed
    (after,), _ = waive([finding], [waiver("c.dll")], TODAY)
    assert after.regressed


IDLE = {
    "its last day was yesterday": (
        found("a.dll"),
        waiver(until=date(2026, 5, 31)),
        (True, "good until 2026-05-31, missing counts again"),
    ),
    "it is fixed": (found("d.dll"), waiver(), (False, "Q10 is fixed")),
    "it is fixed, and the waiver over": (found("d.dll"), waiver(until=date(2020, 1, 1)), (True, "Q10 is fixed")),
    "it does not apply": (found("x.dll"), waiver(), (False, "Q10 is not-applicable")),
    "another file": (
        found("a.dll", "d.dll"),
        waiver("d.dll"),
        (False, "no file of this name is missing or indeterminate in Q10"),
    ),
    "another article": (found("a.dll"), waiver(number="Q11"), (False, "no manifest of this article was judged")),
}


@pytest.mark.parametrize(("finding", "idle", "said"), IDLE.values(), ids=IDLE)
def test_idle(finding: Finding, idle: Waiver, said: tuple[bool, str]) -> None:
    findings, (told,) = waive([finding], [idle], TODAY)
    assert findings == (finding,)
    assert (told.waiver, told.expired, told.why) == (idle, *said)


def test_idle_waivers_keep_the_order_of_their_file() -> None:
    waivers = [replace(waiver(number="Q12"), line=2), replace(waiver(number="Q11"), line=5)]
    _, idle = waive([], reversed(waivers), TODAY)
    assert [each.waiver for each in idle] == waivers
