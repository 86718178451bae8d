"""Design rules 9, 11, 16 and 18: what an article's tables say together, by language, product and what is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hotfixcheck.manifest.model import FileRow
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Status
from tests.build.systems import article, facts, inventory, system, table
from tests.verdicts.judging import (
    ABSENT,
    AMD64,
    DATED,
    FILES,
    FIXED,
    INDETERMINATE,
    MISSING,
    NEW,
    OLD,
    ROW,
    ROWS,
    S32,
    SP4,
    judge,
)

GERMAN, ENGLISH, NEUTRAL = 0x407, 0x409, 0
LANGUAGES = {
    "the table's language": ("German", GERMAN, None, FIXED),
    "another language": ("German", ENGLISH, None, INDETERMINATE),
    "the file's own language counts before the system's": ("German", ENGLISH, GERMAN, FIXED),
    "a neutral file has the system's": ("German", GERMAN, NEUTRAL, FIXED),
    "no language said": (None, GERMAN, None, FIXED),
    "a language that is not known": ("Klingon", GERMAN, None, FIXED),
}


@pytest.mark.parametrize(("language", "here", "own", "status"), LANGUAGES.values(), ids=LANGUAGES)
def test_language(language: str | None, here: int, own: int | None, status: Status) -> None:
    files: dict[str, FileFacts | str] = {f"{S32}/a.dll": facts(size=1000, linked="1999-11-18", language=own)}
    assert judge(article(table(DATED, language=language)), files, system(language=here)).status is status


def test_versions_cross_languages() -> None:
    manifest = article(table(ROW, language="English"))
    assert judge(manifest, {f"{S32}/a.dll": OLD}, system(language=GERMAN)).status is MISSING


def test_beside_a_table_in_the_systems_language_the_others_are_for_others() -> None:
    english = table(replace(DATED, size=1000), language="English")
    german = table(replace(DATED, size=2000), language="German")
    files: dict[str, FileFacts | str] = {f"{S32}/a.dll": facts(size=2000, linked="1999-11-18")}
    finding = judge(article(english, german), files, system(language=GERMAN))
    assert finding.status is FIXED
    assert len(finding.files) == 1


# What the files say (above), by what the service pack says: none is printed, installed, not installed, not known.
ARTICLE = {
    "fixed": (FIXED, FIXED, FIXED, FIXED),
    "one missing": (MISSING, FIXED, MISSING, MISSING),
    "one unreadable": (INDETERMINATE, FIXED, INDETERMINATE, INDETERMINATE),
    "one missing, one unreadable": (MISSING, FIXED, MISSING, MISSING),
    "one absent": (FIXED, FIXED, FIXED, FIXED),
    "absent": (ABSENT, ABSENT, ABSENT, ABSENT),
}
PACKS = (None, "SP6", "SP3", None)


@pytest.mark.parametrize("files", ARTICLE)
@pytest.mark.parametrize("column", range(4), ids=["no pack printed", "installed", "not installed", "not known"])
def test_article(files: str, column: int) -> None:
    fixes = (table(*ROWS), SP4) if column else (table(*ROWS),)
    finding = judge(article(*fixes), FILES[files], system(pack=PACKS[column]))
    assert finding.status is ARTICLE[files][column]
    assert finding.reason


def test_a_row_of_a_name_alone_requires_nothing_beside_others() -> None:
    """Q232370 lists 5.5.2600.0 of seven files, and nothing of eight others but their names."""
    bare = FileRow("dbserver.sch")
    files: dict[str, FileFacts | str] = {f"{S32}/a.dll": NEW, f"{S32}/dbserver.sch": "cut short"}
    both = article(table(ROW, bare))
    finding = judge(both, files)
    assert finding.status is FIXED
    assert {one.reason for one in finding.files if one.required is bare} == {
        "the article prints nothing of it but its name"
    }
    assert judge(both, {**files, f"{S32}/a.dll": OLD}).status is MISSING
    assert judge(both, {f"{S32}/dbserver.sch": facts()}).status is INDETERMINATE
    assert judge(article(table(bare)), files).status is INDETERMINATE


TEN = system("Windows 10", Edition.PROFESSIONAL, "none", AMD64, build=19045)
UPDATED = FileRow("a.dll", AMD64, version="10.0.19041.1880")
MOF = FileRow("a.mof", date=date(2022, 8, 2), time="04:32", size=1652)
DATA: dict[str, tuple[tuple[FileRow, ...], dict[str, FileFacts | str], Status]] = {
    "a later update has another": ((UPDATED, MOF), {"a.dll": "later", "a.mof": "other"}, FIXED),
    "an older file": ((UPDATED, MOF), {"a.dll": "older", "a.mof": "other"}, MISSING),
    "that is surely older": ((UPDATED, MOF), {"a.dll": "later", "a.mof": "surely older"}, MISSING),
    "that cannot be read": ((UPDATED, MOF), {"a.dll": "later", "a.mof": "cut short"}, INDETERMINATE),
    "nothing with a version there": ((UPDATED, MOF), {"a.mof": "other"}, INDETERMINATE),
    "of an earlier Windows": (
        (replace(UPDATED, version="6.1.7601.17600"), MOF),
        {"a.dll": "later", "a.mof": "other"},
        INDETERMINATE,
    ),
    "a program without a version": (
        (UPDATED, replace(MOF, name="b.dll")),
        {"a.dll": "later", "b.dll": "other"},
        INDETERMINATE,
    ),
}
STATES: dict[str, FileFacts | str] = {
    "later": facts("10.0.19041.2006", platform=AMD64),
    "older": facts("10.0.19041.1", platform=AMD64),
    "other": facts(size=2000, modified="2022-09-10", kind=FileKind.OTHER, platform=None),
    "surely older": facts(size=2000, modified="2020-09-10", kind=FileKind.OTHER, platform=None),
    "cut short": "cut short",
}


@pytest.mark.parametrize(("rows", "files", "status"), DATA.values(), ids=DATA)
def test_data_of_a_cumulative_update(
    rows: tuple[FileRow, ...], files: dict[str, FileFacts | str], status: Status
) -> None:
    found = {f"{S32}/{name}": STATES[str(state)] for name, state in files.items()}
    assert judge(article(table(*rows), applies_to=("Windows 10",)), found, TEN).status is status


def test_what_is_there_is_named_before_what_is_not() -> None:
    rows = (FileRow("a.dll", version="10.0.17763.900"), FileRow("absent.dll", version="10.0.17763.900"))
    here = system("Windows 10", Edition.PROFESSIONAL, "none", Platform.AMD64, build=19045)
    finding = judge(article(table(*rows)), {f"{S32}/a.dll": facts("10.0.19041.1880", platform=Platform.AMD64)}, here)
    assert finding.status is ABSENT
    assert finding.reason.startswith("WINNT/system32/a.dll: it is for release 17763")


def test_an_old_file_is_not_missing_while_the_product_is_in_doubt() -> None:
    manifest = article(table(ROW, scope="Windows NT Server"))
    finding = judge(manifest, {f"{S32}/a.dll": OLD}, system(edition=None))
    assert finding.status is INDETERMINATE
    assert "--product says it" in finding.reason
    assert judge(manifest, {f"{S32}/a.dll": NEW}, system(edition=None)).status is FIXED


def test_tables_of_two_products_judge_their_own() -> None:
    plain, terminal = (
        table(ROW, scope="Windows NT Server"),
        table(FileRow("A.dll", version="4.0.1381.33478"), scope="Windows NT Server Terminal Server Edition"),
    )
    manifest = article(plain, terminal)
    assert judge(manifest, {f"{S32}/a.dll": NEW}).status is FIXED
    on_terminal_server = judge(
        manifest, {f"{S32}/a.dll": facts("4.0.1381.33400")}, system(edition=Edition.TERMINAL_SERVER)
    )
    assert on_terminal_server.status is MISSING


def test_findings_come_by_number() -> None:
    manifests = [article(SP4, number=number) for number in ("KB836769", "Q9", "Q100000")]
    found = compare(manifests, inventory(system()))
    assert [finding.manifest.article for finding in found] == ["Q9", "Q100000", "KB836769"]
