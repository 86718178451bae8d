"""Design rules 11 and 18: what the registry lists with a fix, against the files that are there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotfixcheck.manifest.model import FileRow, ServicePackFix
from hotfixcheck.products import ServicePack
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.model import InstalledFix, ListedFile
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Evidence, Finding, Status
from tests.build.systems import article, facts, inventory, moment, system, table

FIXED, MISSING, INDETERMINATE = Status.FIXED, Status.MISSING, Status.INDETERMINATE
LISTED_ON = int(moment("2000-03-14T12:00").timestamp())
# Neither version nor date: nothing but the registry tells.
BLANK = FileRow("A.dll", size=5)


def judge(row: FileRow, files: dict[str, FileFacts | str], fix: InstalledFix) -> Finding:
    (finding,) = compare([article(table(row))], inventory(replace(system(), fixes=(fix,)), files))
    return finding


def listed(*files: ListedFile, installed: bool = True, superseded: bool = False) -> InstalledFix:
    return InstalledFix("Q123456", 123456, installed, r"SOFTWARE\key", superseded, files)


DATED = listed(ListedFile("a.dll", linked=LISTED_ON))
VERSIONED = listed(ListedFile("a.dll", "5.1.2600.9"))
HOME = "WINNT/system32/a.dll"

CASES: dict[str, tuple[FileFacts, InstalledFix, Status]] = {
    "linked as listed": (facts(linked=LISTED_ON), DATED, FIXED),
    "linked later": (facts(linked="2001-01-01"), DATED, FIXED),
    "linked before: copied back since": (facts(linked="1999-01-01"), DATED, INDETERMINATE),
    "no link time to go by": (facts(linked=0), DATED, FIXED),
    "no date listed": (facts(linked="1999-01-01"), listed(ListedFile("a.dll")), FIXED),
    "another file listed": (facts(linked="1999-01-01"), listed(ListedFile("b.dll", linked=LISTED_ON)), FIXED),
    "of the listed version": (facts("5.1.2600.9"), VERSIONED, FIXED),
    "of an older version": (facts("5.1.2600.8"), VERSIONED, INDETERMINATE),
    "a version that is none": (facts("5.1.2600.8"), listed(ListedFile("a.dll", "new")), FIXED),
    "superseded": (facts(), listed(superseded=True, installed=False), FIXED),
    "removed": (facts(), listed(installed=False), INDETERMINATE),
}


@pytest.mark.parametrize(("found", "fix", "status"), CASES.values(), ids=CASES)
def test_where_nothing_else_tells(found: FileFacts, fix: InstalledFix, status: Status) -> None:
    finding = judge(BLANK, {HOME: found}, fix)
    assert finding.status is status
    assert (finding.evidence is Evidence.REGISTRY) == (status is FIXED)


def test_a_file_copied_back_is_shown() -> None:
    finding = judge(BLANK, {HOME: facts(linked="1999-01-01")}, DATED)
    assert [conflict.says for conflict in finding.conflicts] == [
        "the registry says installed (SOFTWARE\\key)",
        f"{HOME}: linked 1999-01-01, but 2000-03-14 in SOFTWARE\\key",
    ]


def test_a_stray_copy_is_not_asked() -> None:
    files: dict[str, FileFacts | str] = {HOME: facts(linked=LISTED_ON), "X/a.dll": facts(linked="1999-01-01")}
    assert judge(BLANK, files, DATED).status is FIXED


def test_an_older_file_under_a_superseded_fix_is_a_regression() -> None:
    row = FileRow("A.dll", version="4.0.1381.9")
    finding = judge(row, {HOME: facts("4.0.1381.8")}, listed(superseded=True, installed=False))
    assert (finding.status, finding.regressed) == (MISSING, True)
    assert "superseded by a newer one" in finding.conflicts[0].says


def test_the_registry_does_not_doubt_a_file_that_is_new() -> None:
    row = FileRow("A.dll", version="4.0.1381.9")
    fix = listed(superseded=True, installed=False)
    assert judge(row, {HOME: facts("4.0.1381.9")}, fix).conflicts == ()


def test_a_service_pack_and_the_registry() -> None:
    manifest = article(ServicePackFix("Windows NT 4.0", ServicePack(6)))
    here = replace(system(pack=None), fixes=(DATED,))
    (finding,) = compare([manifest], inventory(here, {HOME: facts(linked="1999-01-01")}))
    assert finding.status is INDETERMINATE
