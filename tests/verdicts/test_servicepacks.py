"""Design rules 10 and 16: service packs and rollups that contain a fix, beside files and alone."""

from __future__ import annotations

from datetime import date

import pytest

from hotfixcheck.manifest.model import FileRow, Fix, ServicePackFix
from hotfixcheck.products import Edition, ServicePack
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.finding import Evidence, Status
from tests.build.systems import article, facts, system, table
from tests.verdicts.judging import ABSENT, FILES, FIXED, INDETERMINATE, MISSING, NEW, OLD, ROW, ROWS, S32, SP4, judge


def test_a_service_pack_over_an_old_file_is_a_conflict_that_is_shown() -> None:
    finding = judge(article(table(*ROWS), SP4), FILES["one missing"])
    assert (finding.status, finding.evidence) == (FIXED, Evidence.SERVICE_PACK)
    assert [(one.evidence, one.says) for one in finding.conflicts] == [
        (Evidence.VERSION, "WINNT/system32/b.dll: version 4.0.1381.100 is older than 4.0.1381.200")
    ]


SERVICE_PACKS = {
    "installed": ("SP4", FIXED, "SP4 is installed, SP4 contains it"),
    "a later one": ("SP6a", FIXED, "SP6a is installed, SP4 contains it"),
    "an earlier one": ("SP3", MISSING, "SP4 contains it, only SP3 is installed"),
    "none": ("none", MISSING, "SP4 contains it, no service pack is installed"),
    "not known": (None, INDETERMINATE, "SP4 contains it, and the service pack is not known; --service-pack says it"),
}


@pytest.mark.parametrize(("pack", "status", "reason"), SERVICE_PACKS.values(), ids=SERVICE_PACKS)
def test_service_pack(pack: str | None, status: Status, reason: str) -> None:
    finding = judge(article(SP4), here=system(pack=pack))
    assert (finding.status, finding.reason) == (status, reason)


def test_the_last_service_pack_of_terminal_server_is_sp6() -> None:
    """Q301504 and Q307338 are for its SP6 and ask for its SP6a."""
    last = article(ServicePackFix("Windows NT Server 4.0, Terminal Server Edition", ServicePack(6, "a")))
    assert judge(last, here=system(edition=Edition.TERMINAL_SERVER, pack="SP6")).status is FIXED
    assert judge(last, here=system(edition=Edition.TERMINAL_SERVER, pack="SP5")).status is MISSING


def test_service_packs_are_alternatives_of_each_other() -> None:
    both = article(SP4, ServicePackFix("Windows NT Server 4.0", ServicePack(6)))
    assert judge(both, here=system(pack="SP5")).status is FIXED


def test_a_rollup_is_known_by_its_registry_key() -> None:
    rollup = article(ServicePackFix("Windows NT 4.0", package="Q299444 Security Rollup Package"))
    assert judge(rollup, here=system(Q299444=1)).evidence is Evidence.REGISTRY
    assert judge(rollup, here=system(Q299444=1)).status is FIXED
    assert judge(rollup).status is INDETERMINATE
    assert judge(article(ServicePackFix("Windows NT 4.0", package="a rollup"))).status is INDETERMINATE


PACKAGE = ServicePackFix("Windows NT 4.0", package="Q299444 Security Rollup Package")
HAS_PACKAGE = system(Q299444=1)
UNSIZED = FileRow("a.dll", date=date(2000, 1, 1))
PACKAGES: dict[str, tuple[FileRow, dict[str, FileFacts | str], System, tuple[Fix, ...], tuple[Status, bool]]] = {
    "no file": (ROW, {}, HAS_PACKAGE, (PACKAGE,), (ABSENT, False)),
    "the fix": (ROW, {f"{S32}/a.dll": NEW}, HAS_PACKAGE, (PACKAGE,), (FIXED, False)),
    "an older file": (ROW, {f"{S32}/a.dll": OLD}, HAS_PACKAGE, (PACKAGE,), (MISSING, True)),
    "an older file, and no key": (ROW, {f"{S32}/a.dll": OLD}, system(), (PACKAGE,), (MISSING, False)),
    "an older file, and a service pack too": (
        ROW,
        {f"{S32}/a.dll": OLD},
        HAS_PACKAGE,
        (PACKAGE, ServicePackFix("Windows NT 4.0", ServicePack(6))),
        (FIXED, False),
    ),
    "an older file, and a later service pack": (
        ROW,
        {f"{S32}/a.dll": OLD},
        HAS_PACKAGE,
        (PACKAGE, ServicePackFix("Windows NT 4.0", ServicePack(7))),
        (MISSING, True),
    ),
    "a file that cannot be read": (ROW, {f"{S32}/a.dll": "cut short"}, HAS_PACKAGE, (PACKAGE,), (INDETERMINATE, False)),
    "a file that nothing tells": (UNSIZED, {f"{S32}/a.dll": facts()}, HAS_PACKAGE, (PACKAGE,), (FIXED, False)),
}


@pytest.mark.parametrize(("row", "files", "here", "fixes", "expected"), PACKAGES.values(), ids=PACKAGES)
def test_the_key_of_a_package_is_weaker_than_files(
    row: FileRow,
    files: dict[str, FileFacts | str],
    here: System,
    fixes: tuple[Fix, ...],
    expected: tuple[Status, bool],
) -> None:
    finding = judge(article(table(row), *fixes), files, here)
    assert (finding.status, finding.regressed) == expected, finding.reason
    if finding.regressed:
        assert "Q299444 Security Rollup Package is installed" in finding.conflicts[0].says


def test_a_service_pack_of_a_product_in_doubt_is_indeterminate() -> None:
    finding = judge(
        article(ServicePackFix("Windows NT Server 4.0", ServicePack(4))), here=system(edition=None, pack="SP6")
    )
    assert finding.status is INDETERMINATE


IN_DOUBT = {
    "installed": ("SP6", FIXED),
    "not installed": ("SP3", INDETERMINATE),
}


@pytest.mark.parametrize(("pack", "status"), IN_DOUBT.values(), ids=IN_DOUBT)
def test_a_service_pack_of_windows_for_a_product_in_doubt(pack: str, status: Status) -> None:
    """The service pack holds the fix whether the product is there or not; without it nothing need be missing."""
    manifest = article(SP4, applies_to=("Microsoft Services for Macintosh",))
    assert judge(manifest, here=system(pack=pack)).status is status


def test_a_service_pack_of_another_product_does_not_apply() -> None:
    finding = judge(article(ServicePackFix("Microsoft Exchange Server 5.5", ServicePack(3))))
    assert finding.status is ABSENT
    assert finding.reason == "Exchange Server is not installed"
