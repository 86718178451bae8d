"""Applications: shown by the registry or by files of their own, absent where both would show them, else unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from hotfixcheck.manifest.model import FileRow, Manifest, ServicePackFix
from hotfixcheck.products import Edition, ServicePack, parse_product
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.model import InstalledApplication, System
from hotfixcheck.targets.layout import Layout, TargetKind
from hotfixcheck.verdicts import candidates
from hotfixcheck.verdicts.applicability import Applies, article_applies
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Finding, Status
from hotfixcheck.verdicts.presence import Presence
from tests.build.systems import DRIVE, SYSTEM32, article, asks, facts, inventory, system, table

Files = dict[str, FileFacts | str]

YES, NO, UNKNOWN = Applies.YES, Applies.NO, Applies.UNKNOWN
FIXED, MISSING, INDETERMINATE, ABSENT = Status.FIXED, Status.MISSING, Status.INDETERMINATE, Status.NOT_APPLICABLE

BIN = "exchsrvr/bin"
S32 = "WINNT/system32"


def windows(version: str) -> FileFacts:
    return facts(
        version, ProductName="Microsoft(R) Windows NT(TM) Operating System", CompanyName="Microsoft Corporation"
    )


def exchange(version: str) -> FileFacts:
    return facts(version, ProductName="Microsoft Exchange", CompanyName="Microsoft Corporation")


def installed(name: str, version: str = "", pack: int | None = None) -> InstalledApplication:
    return InstalledApplication(name, version, None if pack is None else ServicePack(pack), "SOFTWARE\\x")


def with_registry(*applications: InstalledApplication, known: bool = True) -> System:
    return replace(system(pack="SP6a"), applications=applications, applications_known=known)


HERE = with_registry(known=False)


SQL_2000 = with_registry(installed("SQL Server", "8.00.194"))
SQL_2000_SP3 = with_registry(installed("SQL Server", "8.00.761"))
IE_5 = with_registry(installed("Internet Explorer", "5.0"))
SMS = with_registry(installed("Systems Management Server", "2.00.1493"))
STUDIO_SP5 = with_registry(installed("Visual Studio", "6.0", 5))
FOXPRO = with_registry(installed("Visual FoxPro", "6.0"), installed("Visual FoxPro", "7.0"))


@dataclass(frozen=True)
class Case:
    line: str
    expected: Applies
    files: Files
    here: System = HERE
    layout: Layout = DRIVE


STORE: Files = {f"{BIN}/store.exe": exchange("5.5.2650.24")}
CASES = {
    # by files
    "its program in its folder": Case("Exchange Server 5.5", YES, STORE),
    "its program by its own words": Case("Exchange Server 5.5", YES, {"X/store.exe": exchange("5.5.1960.3")}),
    "its program unreadable in its folder": Case("Exchange Server 5.5", YES, {f"{BIN}/store.exe": "no permission"}),
    "a program that says nothing of itself": Case("Exchange Server 5.5", UNKNOWN, {"X/store.exe": facts("5.5.1960.3")}),
    "two programs that say nothing of themselves": Case(
        "Exchange Server 5.5", YES, {"X/store.exe": facts("5.5.1960.3"), "X/mad.exe": facts("5.5.1960.3")}
    ),
    "Windows' file of its program's name": Case(
        "Exchange Server 5.5", NO, {f"{S32}/store.exe": windows("4.0.1381.1")}
    ),
    "a file of Windows' version": Case("Exchange Server 5.5", NO, {f"{S32}/store.exe": facts("4.0.1381.1")}),
    "another company's file": Case(
        "Exchange Server 5.5", NO, {"X/store.exe": facts("5.5.0.0", CompanyName="Example Company")}
    ),
    "another product's file": Case(
        "Exchange Server 5.5", NO, {"X/store.exe": facts("5.5.0.0", ProductName="Microsoft Site Server 3.0")}
    ),
    "nothing on the whole drive": Case("Exchange Server 5.5", NO, {}),
    "nothing in system32": Case("Exchange Server 5.5", UNKNOWN, {}, layout=SYSTEM32),
    "nothing of a product without known programs": Case("Microsoft BackOffice Server 4.5", UNKNOWN, {}),
    # by the registry
    "a key": Case("SNA Server 4.0", YES, {}, with_registry(installed("SNA Server")), SYSTEM32),
    "no key where both hives were read": Case("SNA Server 4.0", NO, {}, with_registry(), SYSTEM32),
    "no key in half of the registry": Case("SNA Server 4.0", UNKNOWN, {}, with_registry(known=False), SYSTEM32),
    "no key, and its program": Case("Exchange Server 5.5", YES, STORE, with_registry()),
    # versions and service packs
    "another version": Case("Microsoft Exchange Server, versions 4.0, 5.0", NO, STORE),
    "one of its versions": Case("Microsoft Exchange Server, versions 5.0, 5.5", YES, STORE),
    "no version printed": Case("Microsoft Exchange", YES, STORE),
    "a version that is not told": Case("SNA Server 4.0", YES, {}, with_registry(installed("SNA Server"))),
    "a version with leading zeros": Case("SMS 2.0", YES, {}, SMS),
    "a version named by a year": Case("SQL Server 2000", YES, {}, SQL_2000),
    "a version whose minor one has a digit more": Case(
        "Microsoft Data Access Components version 2.5", YES, {},
        with_registry(installed("Data Access Components", "2.50.4403.12")),
    ),
    "another minor version": Case(
        "Microsoft Data Access Components version 2.1", NO, {},
        with_registry(installed("Data Access Components", "2.50.4403.12")),
    ),
    "a version that its files count otherwise": Case(
        "Microsoft Internet Explorer version 5.01 for Windows NT 4.0", YES, {},
        with_registry(installed("Internet Explorer", "5.00.2919.6307")),
    ),
    "programs that do not tell its version": Case(
        "Microsoft Cluster Server, version 1.0", YES, {"WINNT/cluster/clussvc.exe": facts("4.2.3.4")},
    ),
    "another version by the registry": Case("SQL Server 7.0", NO, {}, SQL_2000),
    "two versions side by side": Case(
        "Visual FoxPro 6.0", YES, {}, FOXPRO),
    "its service pack": Case("Microsoft Exchange Server, versions 5.5 SP2, 5.5 SP3", YES, STORE),
    "below its service packs": Case("Microsoft Exchange Server, version 5.5 SP4", NO, STORE),
    "above its service packs": Case("Microsoft Exchange Server, versions 5.5, 5.5 SP1", NO, STORE),
    "service pack not told": Case(
        "Microsoft SNA Server, version 4.0 SP3", YES, {}, with_registry(installed("SNA Server", "4.0"))
    ),
    # suites and parts of Windows
    "a suite by a member": Case("Visual Studio 6.0", YES, {}, with_registry(installed("Visual Basic", "6.0"))),
    "a suite without members": Case("Visual Studio 6.0", NO, {}, with_registry()),
    "a part of Windows in its folder": Case(
        "Internet Information Server 4.0", YES, {f"{S32}/inetsrv/infocomm.dll": windows("4.2.720.1")}
    ),
    "a part of Windows in Windows' version": Case(
        "Internet Information Server 4.0", YES, {f"{S32}/inetsrv/w3svc.dll": windows("4.0.1381.1")}
    ),
    # where it runs
    "on another Windows": Case("Microsoft Internet Explorer version 5 for Windows 98", NO, {}, IE_5),
    "on this Windows": Case("Microsoft Internet Explorer version 5 for Windows NT 4.0", YES, {}, IE_5),
    "on Macintosh": Case("Microsoft Exchange Macintosh client, version 5.0", NO, STORE),
    "a book": Case("MSPRESS Microsoft Exchange Server 5.5", NO, STORE),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_presence(case: Case) -> None:
    taken = inventory(case.here, case.files, case.layout)
    presence = Presence(taken, candidates.Files(taken))
    (printed,) = parse_product(case.line).applications
    answer = presence.of(printed, article())
    assert answer.applies is case.expected
    assert bool(answer.reason) == (case.expected is not YES)
    assert answer.owners == (frozenset() if case.expected is NO else {printed.application})


# --- verdicts ---

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


def judged(manifest: Manifest, files: Files, here: System, layout: Layout = DRIVE) -> Finding:
    (finding,) = compare([manifest], inventory(here, files, layout))
    return finding


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


# --- service packs ---

PACKS: dict[str, tuple[str, int, Files, System, Status]] = {
    "installed": ("Exchange Server 5.5", 3, STORE, HERE, FIXED),
    "not yet": ("Exchange Server 5.5", 4, STORE, HERE, MISSING),
    "of another version": ("Exchange Server 5.0", 2, STORE, HERE, ABSENT),
    "below the first build known": (
        "Exchange Server 5.5", 1, {f"{BIN}/store.exe": exchange("5.5.1000.0")}, HERE, MISSING,
    ),
    "by two parts of the version": (
        "SMS 2.0", 3, {"SMS/bin/smsexec.exe": facts("2.0.1493.3143")}, HERE, FIXED,
    ),
    "a hotfix of the one before": ("SMS 2.0", 3, {"SMS/bin/smsexec.exe": facts("2.0.1493.2210")}, HERE, MISSING),
    "by the registry": ("Visual Studio 6.0", 5, {}, STUDIO_SP5, FIXED),
    "of the suite, for a member": ("Visual Studio 6.0", 6, {}, STUDIO_SP5, MISSING),
    "by the build that the registry tells": ("SQL Server 2000", 1, {}, SQL_2000_SP3, FIXED),
    "not told": ("SNA Server 4.0", 3, {}, with_registry(installed("SNA Server")), INDETERMINATE),
    "Windows' own": (
        "Internet Information Server 4.0", 6, {f"{S32}/inetsrv/w3svc.dll": windows("4.2.720.1")}, HERE, FIXED,
    ),
    "nothing shows it": ("Microsoft BackOffice Server 4.5", 1, {}, HERE, ABSENT),
    "not understood": ("Microsoft Bob", 1, {}, HERE, ABSENT),
}  # fmt: skip


@pytest.mark.parametrize(("product", "pack", "files", "here", "status"), PACKS.values(), ids=PACKS)
def test_service_pack(product: str, pack: int, files: Files, here: System, status: Status) -> None:
    assert judged(article(ServicePackFix(product, ServicePack(pack))), files, here).status is status


def test_of_a_system_that_only_lists_its_fixes() -> None:
    """Nothing shows an application there but its fix in the list; parts of Windows may be there."""
    here = replace(system(pack=None, Q123456=1), applications_known=False)
    taken = inventory(here, layout=Layout(TargetKind.LISTING))
    presence = Presence(taken, candidates.Files(taken))
    (exchange_server,) = parse_product("Exchange Server 5.5").applications
    (server,) = parse_product("Internet Information Server 4.0").applications
    assert presence.of(exchange_server, article(number="Q999999")).applies is NO
    assert presence.of(exchange_server, article(number="Q123456")).applies is UNKNOWN
    assert presence.of(server, article(number="Q999999")).applies is UNKNOWN


# --- lists of products ---

IIS = with_registry(installed("Internet Information Server", "4.0"), installed("Cluster Server"))
NONE = with_registry()
LISTS: dict[str, tuple[tuple[str, ...], System, Applies]] = {
    "its system": (("SNA Server 4.0, on platform(s):", "the operating system: Microsoft Windows NT"), IIS, NO),
    "on its system": (
        ("Internet Information Server 4.0, on platform(s):", "the operating system: Microsoft Windows NT"), IIS, YES,
    ),
    "on another system": (
        ("Internet Information Server 4.0, on platform(s):", "the operating system: Microsoft Windows 2000"), IIS, NO,
    ),
    "on one of several systems": (
        (
            "Internet Information Server 4.0, used with:",
            "the operating system: Microsoft Windows 95",
            "the operating system: Microsoft Windows NT 4.0",
        ), IIS, YES,
    ),
    "on another machine": (("Internet Information Server 4.0, on platform(s):", "the hardware: DEC Alpha"), IIS, NO),
    "on its system and another machine": (
        (
            "Internet Information Server 4.0, on platform(s):",
            "the operating system: Microsoft Windows NT 4.0",
            "the hardware: DEC Alpha",
        ), IIS, NO,
    ),
    "a system alone": (("the operating system: Microsoft Windows NT 4.0",), NONE, YES),
    "a system before its product": (
        ("the operating system: Microsoft Windows NT 4.0", "SNA Server 4.0"), NONE, YES,
    ),
    "with another product that is there": (
        ("Microsoft Windows NT Server version 4.0, used with:", "Microsoft Cluster Server"), IIS, YES,
    ),
    "with another product that is not": (
        ("Microsoft Windows NT Server version 4.0, used with:", "Microsoft Cluster Server"), NONE, NO,
    ),
    "what follows of another kind stands for itself": (
        (
            "Microsoft Windows NT Server, Enterprise Edition version 4.0, used with:",
            "Microsoft Cluster Server",
            "Microsoft Windows NT Server version 4.0",
        ), NONE, YES,
    ),
    "what follows of the same kind belongs to it": (
        (
            "Microsoft Windows NT Server version 4.0, used with:",
            "Microsoft Internet Information Server 3.0",
            "Microsoft Internet Information Server 4.0",
        ), IIS, YES,
    ),
    "a list after a list": (
        (
            "SNA Server 3.0, on platform(s):", "the operating system: Microsoft Windows NT",
            "Internet Information Server 4.0, on platform(s):", "the operating system: Microsoft Windows NT",
        ), IIS, YES,
    ),
    "a list that is empty": (("Microsoft Windows NT Server version 4.0, used with:",), NONE, YES),
    "two lists that open at once": (
        ("Microsoft Windows NT Server version 4.0, used with:", "SNA Server 3.0, on platform(s):"), NONE, YES,
    ),
    "with Internet Explorer": (("Windows NT 4.0 with Internet Explorer 4.0",), NONE, NO),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "here", "expected"), LISTS.values(), ids=LISTS)
def test_list_of_products(lines: tuple[str, ...], here: System, expected: Applies) -> None:
    assert article_applies(article(applies_to=lines), here, asks(here)).applies is expected


def test_what_a_fix_is_used_with_is_not_what_it_is_for() -> None:
    """Windows' file of the name is not Outlook's because Outlook runs on Windows."""
    lines = ("Microsoft Outlook 98, used with:", "the operating system: Microsoft Windows NT")
    here = with_registry(installed("Outlook", "8.5"))
    manifest = article(table(FileRow("A.dll", version="8.5.5104.6")), applies_to=lines)
    assert judged(manifest, {f"{S32}/a.dll": windows("4.0.1381.4")}, here).status is ABSENT


def test_programs_of_what_articles_are_about_are_read_too() -> None:
    names = candidates.names_to_read([article(applies_to=("Visual Studio 6.0", "Exchange Server 5.5"))])
    assert {"store.exe", "vb6.exe"} <= names


def test_edition_is_asked_before_the_application() -> None:
    here = replace(IIS, edition=Edition.WORKSTATION)
    lines = ("Microsoft Windows NT Server version 4.0, used with:", "Microsoft Cluster Server")
    assert article_applies(article(applies_to=lines), here, asks(here)).applies is NO


def test_owned_by_one_of_several() -> None:
    taken = inventory(HERE, STORE)
    presence = Presence(taken, candidates.Files(taken))
    both = frozenset(printed.application for printed in parse_product("SNA Server; Exchange Server").applications)
    assert presence.owned(taken.records[0], both) is candidates.Owned.YES
