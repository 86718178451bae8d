"""Articles about applications: judged by files that are the application's, and not by those that are Windows' own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotfixcheck.manifest.model import FileRow
from hotfixcheck.products import Edition
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import Layout
from hotfixcheck.verdicts.finding import Status
from tests.build.systems import DRIVE, SYSTEM32, article, facts, system, table
from tests.verdicts.applications import (
    ABSENT,
    BIN,
    FIXED,
    HERE,
    IIS,
    INDETERMINATE,
    MISSING,
    S32,
    STORE,
    Files,
    exchange,
    judged,
    windows,
    with_registry,
)

ROW = FileRow("Mdbmsg.dll", version="5.5.2652.0")
FOR_55 = article(table(ROW), applies_to=("Microsoft Exchange Server, version 5.5",))
OLD = exchange("5.5.2650.0")

VERDICTS: dict[str, tuple[Files, System, Layout, Status]] = {
    "installed, older": ({**STORE, f"{BIN}/mdbmsg.dll": OLD}, HERE, DRIVE, MISSING),
    "installed, as the fix": ({**STORE, f"{BIN}/mdbmsg.dll": exchange("5.5.2652.0")}, HERE, DRIVE, FIXED),
    "installed, without the file": (STORE, HERE, DRIVE, ABSENT),
    "installed, and Windows has a file of the name": (
        {**STORE, f"{S32}/mdbmsg.dll": windows("4.0.1381.4")}, HERE, DRIVE, ABSENT,
    ),
    "installed, its file before Windows' of the name": (
        {**STORE, f"{S32}/mdbmsg.dll": windows("4.0.1381.4"), f"{BIN}/mdbmsg.dll": OLD}, HERE, DRIVE, MISSING,
    ),
    "absent, Windows' file of the name": ({f"{S32}/mdbmsg.dll": windows("4.0.1381.4")}, HERE, DRIVE, ABSENT),
    "unknown, Windows' file of the name": (
        {f"{S32}/mdbmsg.dll": windows("4.0.1381.4")}, HERE, SYSTEM32, ABSENT,
    ),
    "unknown, another company's file": (
        {f"{S32}/mdbmsg.dll": facts("5.5.0.1", CompanyName="Example Company")}, HERE, SYSTEM32, ABSENT,
    ),
    "unknown, a file of another line": ({f"{S32}/mdbmsg.dll": facts("1.0.0.1")}, HERE, SYSTEM32, ABSENT),
    "nothing but files, an older one of the version": (
        {f"{S32}/mdbmsg.dll": facts("5.5.1960.3")}, HERE, SYSTEM32, MISSING,
    ),
    "nothing but files, one of another version": (
        {f"{S32}/mdbmsg.dll": facts("5.0.1457.3")}, HERE, SYSTEM32, INDETERMINATE,
    ),
    "nothing but files, and unreadable": ({f"{S32}/mdbmsg.dll": "no permission"}, HERE, SYSTEM32, INDETERMINATE),
    "no program on the whole drive, an older file of the version": (
        {f"{S32}/mdbmsg.dll": facts("5.5.1960.3")}, HERE, DRIVE, INDETERMINATE,
    ),
    "no trace, and an older file by its own words": ({f"{S32}/mdbmsg.dll": OLD}, with_registry(), DRIVE, MISSING),
    "no trace, and an older file in its folder": (
        {f"{BIN}/mdbmsg.dll": facts("5.5.1960.3")}, with_registry(), DRIVE, MISSING,
    ),
    "no trace, and a file of another version by its own words": (
        {f"{S32}/mdbmsg.dll": exchange("5.0.1457.3")}, with_registry(), DRIVE, INDETERMINATE,
    ),
    "no trace, and an older file of the line": (
        {f"{S32}/mdbmsg.dll": facts("5.5.1960.3")}, with_registry(), DRIVE, INDETERMINATE,
    ),
    "no trace, and a newer file": ({f"{S32}/mdbmsg.dll": facts("5.5.2653.0")}, with_registry(), DRIVE, FIXED),
    "unreadable": ({**STORE, f"{BIN}/mdbmsg.dll": "no permission"}, HERE, DRIVE, INDETERMINATE),
}  # fmt: skip


@pytest.mark.parametrize(("files", "here", "layout", "status"), VERDICTS.values(), ids=VERDICTS)
def test_verdict(files: Files, here: System, layout: Layout, status: Status) -> None:
    assert judged(FOR_55, files, here, layout).status is status


BY_FILES = {
    "SMS, whose version is printed in short": (
        "Microsoft Systems Management Server version 2.0",
        "2.0.1239.0",
        MISSING,
    ),
    "Internet Explorer": ("Microsoft Internet Explorer version 5 for Windows NT 4.0", "5.0.2314.1000", MISSING),
    "a program that Word 2000's 9.0 is": ("Microsoft Word 2000", "9.0.0.2717", MISSING),
    "without a printed version": ("Microsoft Exchange Server", "5.5.1960.3", INDETERMINATE),
    "a run-time": ("Microsoft Visual Basic Enterprise Edition for Windows, version 6.0", "6.0.8176.0", INDETERMINATE),
    "of Windows' own version": ("Microsoft Exchange Server, version 4.0", "4.0.1381.1", ABSENT),
}


@pytest.mark.parametrize(("line", "version", "status"), BY_FILES.values(), ids=BY_FILES)
def test_where_there_are_only_files_one_of_a_printed_version_shows_its_product(
    line: str, version: str, status: Status
) -> None:
    major, minor, *_ = version.split(".")
    wanted = article(table(FileRow("a.dll", version=f"{major}.{minor}.65000.0")), applies_to=(line,))
    assert judged(wanted, {f"{S32}/a.dll": facts(version)}, HERE, SYSTEM32).status is status


def test_what_windows_has_too_does_not_show_the_product() -> None:
    wanted = article(
        table(FileRow("Mapi32.dll", version="4.0.997.1")), applies_to=("Microsoft Exchange Server, version 4.0",)
    )
    for layout, here in ((SYSTEM32, HERE), (DRIVE, with_registry())):
        finding = judged(wanted, {f"{S32}/mapi32.dll": exchange("4.0.835.1374")}, here, layout)
        assert finding.status is INDETERMINATE


def test_a_file_of_windows_says_whose_it_is() -> None:
    finding = judged(FOR_55, {**STORE, f"{S32}/mdbmsg.dll": windows("4.0.1381.4")}, HERE)
    assert "it is no file of Exchange Server" in finding.reason


SEVEN = replace(system("Windows 7", Edition.PROFESSIONAL, "SP1"), applications_known=True)
XP = replace(system("Windows XP", Edition.PROFESSIONAL, "SP3"), applications_known=True)
SQL_DRIVER = "ODBC Driver for SQL Server 3.7"
PARTS: dict[str, tuple[str, str, str, System, Status]] = {
    "a driver that came with this Windows": (SQL_DRIVER, "2000.80.203.0", "6.1.7601.17514", SEVEN, ABSENT),
    "an earlier one of its own": (SQL_DRIVER, "2000.80.203.0", "2000.80.194.0", SEVEN, INDETERMINATE),
    "a later one of its own": (SQL_DRIVER, "2000.80.203.0", "2000.85.1132.0", XP, FIXED),
    "a file of a later Windows": ("Internet Information Services 5.0", "5.1.2195.0", "5.1.2600.5512", XP, ABSENT),
    "the count of IIS 5.1": ("Internet Information Services 5.1", "5.1.984.0", "5.1.2600.5512", XP, FIXED),
}  # fmt: skip


@pytest.mark.parametrize(("line", "required", "found", "here", "status"), PARTS.values(), ids=PARTS)
def test_what_came_with_this_windows(line: str, required: str, found: str, here: System, status: Status) -> None:
    manifest = article(table(FileRow("a.dll", version=required)), applies_to=(line,))
    assert judged(manifest, {f"{S32}/inetsrv/a.dll": windows(found)}, here).status is status


def test_a_file_of_windows_shows_no_application() -> None:
    """Q288855: the fix for IIS brings a kernel32.dll, which every Windows NT 4.0 has."""
    rows = table(FileRow("Kernel32.dll", version="4.0.1381.7086"), FileRow("W3svc.dll", version="4.2.765.1"))
    manifest = article(rows, applies_to=("Microsoft Internet Information Server version 4.0",))
    files: Files = {f"{S32}/kernel32.dll": windows("4.0.1381.335")}
    without = judged(manifest, files, with_registry())
    assert (without.status, without.reason) == (ABSENT, "Internet Information Server is not installed")
    assert judged(manifest, files, IIS).status is MISSING
    assert judged(manifest, files, HERE, SYSTEM32).status is INDETERMINATE


def test_where_windows_itself_is_meant_its_file_is_judged() -> None:
    both = article(table(FileRow("A.dll", version="4.0.1381.9")), applies_to=("Exchange Server 5.5", "Windows NT 4.0"))
    assert judged(both, {**STORE, f"{S32}/a.dll": windows("4.0.1381.4")}, HERE).status is MISSING


def test_a_table_for_an_application_beside_windows() -> None:
    manifest = article(table(ROW, scope="Exchange Server 5.5"), applies_to=("Windows NT Server version 4.0",))
    assert judged(manifest, {**STORE, f"{BIN}/mdbmsg.dll": OLD}, HERE).status is MISSING
    assert judged(manifest, {f"{S32}/mdbmsg.dll": windows("4.0.1381.4")}, HERE).status is ABSENT


def test_another_companys_file_outside_windows_is_not_windows() -> None:
    manifest = article(table(FileRow("Update.exe", version="4.0.1381.9")), applies_to=("Windows NT 4.0",))
    foreign = facts("1.0.0.0", CompanyName="Example Company")
    assert judged(manifest, {"Program Files/X/update.exe": foreign}, HERE).status is ABSENT
    assert judged(manifest, {f"{S32}/update.exe": foreign}, HERE).status is MISSING
    assert judged(manifest, {"Program Files/X/update.exe": "no permission"}, HERE).status is INDETERMINATE
