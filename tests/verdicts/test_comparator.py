"""Design section 5, rules 1, 9 and 11 to 16: which files, which tables, which verdict on the article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hotfixcheck.inventory import Coverage
from hotfixcheck.manifest.model import FileRow, Fix, Manifest, ServicePackFix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, ServicePack
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import Layout
from hotfixcheck.verdicts.candidates import installed_name, names_to_read
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Evidence, Finding, Status
from tests.build.systems import DRIVE, HIVES, SYSTEM32, article, facts, inventory, system, table

FIXED, MISSING, INDETERMINATE, ABSENT = (
    Status.FIXED,
    Status.MISSING,
    Status.INDETERMINATE,
    Status.NOT_APPLICABLE,
)
X86, ALPHA, IA64, AMD64 = Platform.X86, Platform.ALPHA, Platform.IA64, Platform.AMD64
S32 = "WINNT/system32"
OLD, NEW = facts("4.0.1381.100"), facts("4.0.1381.200")
OLD_ALPHA = facts("4.0.1381.100", platform=ALPHA)
ROW = FileRow("A.dll", version="4.0.1381.200")
SP4 = ServicePackFix("Windows NT 4.0", ServicePack(4))


def judge(
    manifest: Manifest,
    files: dict[str, FileFacts | str] | None = None,
    here: System | None = None,
    layout: Layout = DRIVE,
) -> Finding:
    (finding,) = compare([manifest], inventory(here or system(), files, layout))
    return finding


# --- which files (rules 1, 2, 12 to 15) ---

PLACES: dict[str, tuple[FileRow, dict[str, FileFacts | str], Status]] = {
    "absent": (ROW, {}, ABSENT),
    "another name": (ROW, {f"{S32}/b.dll": OLD}, ABSENT),
    "in system32": (ROW, {f"{S32}/a.dll": NEW}, FIXED),
    "case counts for nothing": (ROW, {"winnt/SYSTEM32/A.DLL": NEW}, FIXED),
    "in drivers": (ROW, {f"{S32}/drivers/a.dll": OLD}, MISSING),
    "in the Windows folder": (ROW, {"WINNT/a.dll": OLD}, MISSING),
    "elsewhere only": (ROW, {"Program Files/X/a.dll": OLD}, MISSING),
    "a stray copy beside the system's": (ROW, {f"{S32}/a.dll": NEW, "Program Files/X/a.dll": OLD}, FIXED),
    "two at home": (ROW, {f"{S32}/a.dll": NEW, "WINNT/a.dll": OLD}, MISSING),
    "where the table says": (
        replace(ROW, path=r"%SystemRoot%\System32\Drivers"),
        {f"{S32}/drivers/a.dll": NEW, f"{S32}/a.dll": OLD},
        FIXED,
    ),
    "where the table says, with its name": (
        replace(ROW, path=r"C:\Program Files\X\A.dll"),
        {"Program Files/X/a.dll": NEW, f"{S32}/a.dll": OLD},
        FIXED,
    ),
    "not where the table says": (replace(ROW, path=r"\Exchsrvr\Bin"), {f"{S32}/a.dll": OLD}, MISSING),
    "unreadable": (ROW, {f"{S32}/a.dll": "cut short"}, INDETERMINATE),
    "for another processor": (
        replace(ROW, platform=X86),
        {f"{S32}/a.dll": facts("4.0.1381.1", platform=ALPHA)},
        ABSENT,
    ),
    "twins that agree": (ROW, {f"{S32}/A.DLL": OLD, f"{S32}/a.dll": OLD}, MISSING),
    "twins that disagree": (ROW, {f"{S32}/A.DLL": OLD, f"{S32}/a.dll": NEW}, INDETERMINATE),
    "no executable": (ROW, {f"{S32}/a.dll": facts(kind=FileKind.OTHER, platform=None)}, INDETERMINATE),
}


@pytest.mark.parametrize(("row", "files", "status"), PLACES.values(), ids=PLACES)
def test_place(row: FileRow, files: dict[str, FileFacts | str], status: Status) -> None:
    finding = judge(article(table(row)), files)
    assert finding.status is status
    assert finding.files
    assert all(one.reason for one in finding.files)


def test_rows_of_other_platforms_are_not_judged() -> None:
    rows = (replace(ROW, platform=X86), replace(ROW, platform=ALPHA, version="4.0.1381.300"))
    finding = judge(article(table(*rows)), {f"{S32}/a.dll": NEW})
    assert finding.status is FIXED
    assert [one.required.platform for one in finding.files] == [X86]
    only_alpha = judge(article(table(rows[1])), {f"{S32}/a.dll": NEW})
    assert (only_alpha.status, only_alpha.reason) == (ABSENT, "it has no file for x86")


def test_an_unknown_platform_is_told_by_the_file() -> None:
    rows = (replace(ROW, platform=X86), replace(ROW, platform=ALPHA, version="4.0.1381.300"))
    finding = judge(article(table(*rows)), {f"{S32}/a.dll": NEW}, system(platform=None))
    assert [(one.required.platform, one.status) for one in finding.files] == [(X86, FIXED), (ALPHA, ABSENT)]
    assert finding.status is FIXED


NATIVE = FileRow("Iphlpapi.dll", IA64, version="5.2.3790.134")
WOW = FileRow("Wiphlpapi.dll", X86, version="5.2.3790.134")
ITANIUM = system("Windows Server 2003", Edition.SERVER, "none", IA64)
OLD_X86, NEW_X86 = facts("5.2.3790.0"), facts("5.2.3790.134")
OLD_IA64, NEW_IA64 = facts("5.2.3790.0", platform=IA64), facts("5.2.3790.134", platform=IA64)
WOW64: dict[str, tuple[dict[str, FileFacts | str], Layout, Status]] = {
    "both fixed": ({f"{S32}/iphlpapi.dll": NEW_IA64, "WINNT/SysWOW64/iphlpapi.dll": NEW_X86}, DRIVE, FIXED),
    "old copy": ({f"{S32}/iphlpapi.dll": NEW_IA64, "WINNT/SysWOW64/iphlpapi.dll": OLD_X86}, DRIVE, MISSING),
    "old native": ({f"{S32}/iphlpapi.dll": OLD_IA64, "WINNT/syswow64/IPHLPAPI.DLL": NEW_X86}, DRIVE, MISSING),
    "no copy": ({f"{S32}/iphlpapi.dll": NEW_IA64}, DRIVE, FIXED),
    "copy out of reach": ({"iphlpapi.dll": NEW_IA64}, SYSTEM32, INDETERMINATE),
    "old native, copy out of reach": ({"iphlpapi.dll": OLD_IA64}, SYSTEM32, MISSING),
    "neither, copy out of reach": ({}, SYSTEM32, ABSENT),
}


@pytest.mark.parametrize(("files", "layout", "status"), WOW64.values(), ids=WOW64)
def test_wow64(files: dict[str, FileFacts | str], layout: Layout, status: Status) -> None:
    assert judge(article(table(NATIVE, WOW)), files, ITANIUM, layout).status is status


def test_wow64_without_a_known_platform_is_told_by_the_native_file() -> None:
    files: dict[str, FileFacts | str] = {f"{S32}/iphlpapi.dll": NEW_IA64, "WINNT/SysWOW64/iphlpapi.dll": OLD_X86}
    assert judge(article(table(NATIVE, WOW)), files, replace(ITANIUM, platform=None)).status is MISSING


def test_a_name_that_begins_with_w_is_a_name_unless_the_rest_is_native() -> None:
    wuser32 = FileRow("Wuser32.exe", X86, version="1.2.0.0")
    assert judge(article(table(wuser32)), {f"{S32}/wuser32.exe": facts("1.0")}).status is MISSING


def kernel(original: str, version: str = "4.0.1381.200", size: int = 900_000) -> FileFacts:
    return facts(version, size=size, linked="1999-11-18", OriginalFilename=original)


UP, MP = (
    FileRow("Ntoskrnl.exe", version="4.0.1381.200"),
    FileRow("Ntkrnlmp.exe", version="4.0.1381.300"),
)
KERNELS: dict[str, tuple[tuple[FileRow, ...], str, FileFacts, list[str]]] = {
    "the uniprocessor kernel": ((UP, MP), "ntoskrnl.exe", kernel("NTOSKRNL.EXE"), ["fixed", "not-applicable"]),
    "the multiprocessor kernel": ((UP, MP), "ntoskrnl.exe", kernel("ntkrnlmp.exe"), ["not-applicable", "missing"]),
    "it says no name": ((UP, MP), "ntoskrnl.exe", kernel(""), ["fixed", "not-applicable"]),
    "it says a name of another kind": ((UP, MP), "ntoskrnl.exe", kernel("calc.exe"), ["fixed", "not-applicable"]),
    "the name has no ending": ((UP, MP), "ntoskrnl.exe", kernel("ntkrnlmp"), ["not-applicable", "missing"]),
    "the build has no row": ((UP,), "ntoskrnl.exe", kernel("ntkrnlmp.exe"), ["fixed"]),
    "a HAL": ((FileRow("Halmps.dll", version="4.0.1381.300"),), "hal.dll", kernel("halmps.dll"), ["missing"]),
    "another HAL": ((FileRow("Halmps.dll", version="4.0.1381.300"),), "hal.dll", kernel("hal.dll"), ["not-applicable"]),
    "PAE": ((FileRow("Ntkrpamp.exe", version="4.0.1381.9"),), "ntkrnlpa.exe", kernel("ntkrpamp.exe"), ["fixed"]),
    "under its own name": ((MP,), "ntkrnlmp.exe", kernel("ntkrnlmp.exe"), ["missing"]),
}


@pytest.mark.parametrize(("rows", "installed", "found", "statuses"), KERNELS.values(), ids=KERNELS)
def test_renamed_kernels(rows: tuple[FileRow, ...], installed: str, found: FileFacts, statuses: list[str]) -> None:
    finding = judge(article(table(*rows)), {f"{S32}/{installed}": found})
    assert [one.status.value for one in finding.files] == statuses


def test_the_size_of_another_build_of_the_kernel_is_no_evidence() -> None:
    row = FileRow("Ntoskrnl.exe", date=date(1999, 11, 18), size=900_000)
    files: dict[str, FileFacts | str] = {f"{S32}/ntoskrnl.exe": kernel("ntkrnlmp.exe")}
    assert judge(article(table(row)), files).status is INDETERMINATE
    assert judge(article(table(row)), {f"{S32}/ntoskrnl.exe": kernel("ntoskrnl.exe")}).status is FIXED


def test_an_unreadable_kernel_is_indeterminate_for_its_own_row() -> None:
    finding = judge(article(table(UP, MP)), {f"{S32}/ntoskrnl.exe": "cut short"})
    assert finding.status is INDETERMINATE
    assert installed_name("NTKRNLMP.EXE") == "ntoskrnl.exe"
    assert installed_name("Kernel32.dll") == "kernel32.dll"


def test_names_to_read_are_those_that_judging_needs() -> None:
    manifests = [article(table(NATIVE, WOW)), article(table(MP, FileRow("Halsp.dll")), number="Q2")]
    assert names_to_read(manifests) == {
        *("iphlpapi.dll", "wiphlpapi.dll", "ntkrnlmp.exe", "ntoskrnl.exe", "halsp.dll", "hal.dll"),
    }


def test_what_an_inventory_does_not_cover_is_not_called_absent() -> None:
    manifest = article(table(FileRow("readme.txt", size=1), FileRow("a.dll", version="1.0")))
    partial = inventory(system(), {}, complete=False)
    (finding,) = compare([manifest], partial)
    assert [one.status for one in finding.files] == [INDETERMINATE, ABSENT]
    covered = replace(partial, coverage=Coverage(False, frozenset({"readme.txt"})))
    assert compare([manifest], covered)[0].status is ABSENT


# --- languages (rule 9) ---

DATED = FileRow("A.dll", date=date(1999, 11, 18), size=1000)
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


# --- the article (rules 10, 11, 16, 18) ---

ROWS = (ROW, FileRow("B.dll", version="4.0.1381.200"))
FILES: dict[str, dict[str, FileFacts | str]] = {
    "fixed": {f"{S32}/a.dll": NEW, f"{S32}/b.dll": NEW},
    "one missing": {f"{S32}/a.dll": NEW, f"{S32}/b.dll": OLD},
    "one unreadable": {f"{S32}/a.dll": NEW, f"{S32}/b.dll": "cut short"},
    "one missing, one unreadable": {f"{S32}/a.dll": OLD, f"{S32}/b.dll": "cut short"},
    "one absent": {f"{S32}/a.dll": NEW},
    "absent": {},
}
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


def test_an_old_file_is_not_missing_while_the_product_is_in_doubt() -> None:
    manifest = article(table(ROW, scope="Windows NT Server"))
    finding = judge(manifest, {f"{S32}/a.dll": OLD}, system(edition=None))
    assert finding.status is INDETERMINATE
    assert "--product says it" in finding.reason
    assert judge(manifest, {f"{S32}/a.dll": NEW}, system(edition=None)).status is FIXED


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
