"""Design rule 11: the registry key of a fix beside the files, and where nothing else tells."""

from __future__ import annotations

import pytest

from hotfixcheck.manifest.model import FileRow
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.targets.layout import Layout
from hotfixcheck.verdicts.finding import Evidence, Status
from tests.build.systems import DRIVE, HIVES, article, facts, system, table
from tests.verdicts.judging import ABSENT, DATED, FIXED, INDETERMINATE, MISSING, NEW, OLD, ROW, S32, judge


def test_the_key_says_installed_and_a_file_is_older() -> None:
    finding = judge(article(table(ROW)), {f"{S32}/a.dll": OLD}, system(Q123456=1))
    assert (finding.status, finding.regressed) == (MISSING, True)
    assert finding.conflicts[0].evidence is Evidence.REGISTRY


def test_the_key_says_not_installed_and_the_file_is_fixed() -> None:
    finding = judge(article(table(ROW)), {f"{S32}/a.dll": NEW}, system(Q123456=0))
    assert (finding.status, finding.regressed) == (FIXED, False)
    assert [one.evidence for one in finding.conflicts] == [Evidence.REGISTRY]
    assert not judge(article(table(ROW)), {f"{S32}/a.dll": OLD}, system(Q123456=0)).conflicts


KEY_ALONE: dict[str, tuple[FileRow, dict[str, FileFacts | str], Layout, Status]] = {
    "only hives": (ROW, {}, HIVES, FIXED),
    "a row that says nothing": (FileRow("A.dll"), {f"{S32}/a.dll": NEW}, DRIVE, FIXED),
    "sizes and dates that tell nothing": (DATED, {f"{S32}/a.dll": facts(size=9, linked="1999-11-18")}, DRIVE, FIXED),
    "an unreadable file": (ROW, {f"{S32}/a.dll": "cut short"}, DRIVE, INDETERMINATE),
    "a version of the other branch": (ROW, {f"{S32}/a.dll": facts("4.0.1381.33400")}, DRIVE, INDETERMINATE),
    "no such file": (ROW, {}, DRIVE, ABSENT),
}


@pytest.mark.parametrize(("row", "files", "layout", "status"), KEY_ALONE.values(), ids=KEY_ALONE)
def test_the_key_decides_only_where_nothing_else_does(
    row: FileRow, files: dict[str, FileFacts | str], layout: Layout, status: Status
) -> None:
    finding = judge(article(table(row)), files, system(Q123456=1), layout)
    assert finding.status is status
    assert (finding.evidence is Evidence.REGISTRY) == (status is FIXED)
    without = judge(article(table(row)), files, system(), layout)
    assert without.status is (ABSENT if status is ABSENT else INDETERMINATE)
