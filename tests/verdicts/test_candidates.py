"""Design rules 1, 2 and 12 to 15: which files of a system a row is about, and which are never called absent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hotfixcheck.inventory import Coverage
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.products import Edition
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.targets.layout import Layout
from hotfixcheck.verdicts.candidates import installed_name, names_to_read
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Status
from tests.build.systems import DRIVE, SYSTEM32, article, facts, inventory, system, table
from tests.verdicts.judging import ABSENT, ALPHA, FIXED, IA64, INDETERMINATE, MISSING, NEW, OLD, ROW, S32, X86, judge

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
