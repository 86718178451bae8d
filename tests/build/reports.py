"""Reports as values, for tests of what is written rather than judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix
from hotfixcheck.manifest.waivers import Waiver
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.baseline import changes_since, load_baseline
from hotfixcheck.reports.model import Report, Style, report_on
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.model import SystemEvidence
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.remedy import with_remedies
from hotfixcheck.verdicts.waivers import waive
from tests.build.systems import article, facts, inventory, system, table

HOSTILE = "=1+1|`<b>&\"'\x1b[31m\u202e]]>\n# @all [x](javascript:0) \udc80é"
"""A name that a spreadsheet, a terminal, a browser, Markdown or XML would obey, with a byte that was no text."""


def a_report() -> Report:
    """One article of each status, one conflict, one problem of each kind."""
    row = FileRow("Kernel32.dll", Platform.X86, date=date(1999, 11, 18), time="16:19", size=375_056)
    manifests = [
        article(table(row), number="Q246691"),
        article(table(FileRow("Ole32.dll", version="4.0.1381.33478")), number="Q256149"),
        article(ServicePackFix("Windows NT 4.0", ServicePack(4)), number="Q179827"),
        article(table(FileRow("tcpip.sys", version="5.0.2195.1")), number="Q300000", applies_to=("Windows 2000",)),
        article(table(FileRow("Rpcss.exe", version="4.0.1381.133", size=9)), number="Q200000"),
    ]
    here = system(Q246691=1)
    here = replace(here, build=1381, evidence=(SystemEvidence("platform", "x86", "a value"),))
    taken = inventory(
        here,
        {
            "WINNT/system32/kernel32.dll": facts(
                "4.0.1381.335", size=374_032, linked="1999-09-29", modified="1999-12-06T08:00", FileVersion="4.00"
            ),
            "WINNT/system32/ole32.dll": "cut short",
            "WINNT/system32/rpcss.exe": facts("4.0.1381.133", size=10, OriginalFilename="rpcss.exe", language=0x409),
        },
    )
    findings, plan = with_remedies(compare(manifests, taken), manifests, taken)
    return report_on(taken, findings, (Problem("bad.yaml", "manifest not used: empty"),), plan=plan)


def a_service_pack_report() -> Report:
    """One article that no file tells of."""
    manifest = article(
        ServicePackFix("Windows NT 4.0", ServicePack(6, "a")),
        number="Q20",
        applies_to=("Microsoft Windows NT Server 4.0",),
        prerequisite="4.0 SP5",
    )
    taken = inventory(system())
    return report_on(taken, compare([manifest], taken), ())


def a_hostile_report() -> Report:
    """A file name, a title, a target and a problem of a stranger's choosing."""
    name = f"{HOSTILE}.dll".lower()
    row = FileRow(name, version="4.0.1381.100", note=HOSTILE)
    hostile = Manifest("Q1", f"@{HOSTILE}", (table(row),))
    taken = inventory(
        replace(system(), evidence=(SystemEvidence("product", HOSTILE, HOSTILE),)),
        {f"WINNT/{HOSTILE}/{name}": facts("4.0.1381.99", FileVersion=HOSTILE, OriginalFilename=HOSTILE)},
    )
    report = report_on(taken, compare([hostile], taken), (Problem(HOSTILE, HOSTILE),))
    return replace(report, target=HOSTILE)


def an_accepted_report() -> Report:
    """A waived article, a waived file, waivers that are idle for each reason, and a baseline."""
    manifests = [
        article(table(FileRow("a.dll", version="1.2.3.5")), number="Q10"),
        article(table(FileRow("a.dll", version="1.2.3.6"), FileRow("b.dll", version="1.2.3.9")), number="Q11"),
        article(table(FileRow("b.dll", version="1.2.3.4")), number="Q12"),
        article(table(FileRow("b.dll", version="1.2.3.5")), number="Q13"),
        article(table(FileRow("a.dll", version="1.2.3.5")), number="Q14"),
    ]
    taken = inventory(
        system(), {"WINNT/system32/a.dll": facts("1.2.3.4"), "WINNT/system32/b.dll": facts("1.2.3.4", size=10)}
    )
    then = inventory(
        system(), {"WINNT/system32/a.dll": facts("1.2.3.5"), "WINNT/system32/b.dll": facts("1.2.3.3", size=10)}
    )
    earlier = ReportFormat.JSON.render(report_on(then, compare(manifests, then), ()), Style())
    until = date(2027, 3, 31)
    waivers = [
        Waiver("Q10", "the line stops in May", "J. Smith", until, line=3),
        Waiver("KB11", "b.dll is not used", "J. Smith", until, "B.DLL", line=4),
        Waiver("Q12", "once needed", "J. Smith", until, line=5),
        Waiver("Q14", "only last year", "J. Smith", date(2025, 12, 31), line=6),
        Waiver("Q99", "of another line", "J. Smith", until, line=7),
    ]
    findings, idle = waive(compare(manifests, taken), waivers, date(2026, 1, 1))
    changes = changes_since(load_baseline(earlier.encode(), "earlier.json"), findings)
    findings, plan = with_remedies(findings, manifests, taken)
    return report_on(taken, findings, (), idle_waivers=idle, changes=changes, plan=plan)


_WORDS = ("spooler", "access violation", "remote call", "server", "renamed", "after", "twice", "registry", "handle")


def long_report(articles: int = 5_000) -> Report:
    """Most articles with one file, some with two or three; every status, over 12 years and 400 files."""
    manifests = [_manifest(number) for number in range(articles)]
    files: dict[str, FileFacts | str] = {}
    for number in range(400):
        path = f"WINNT/system32/{'drivers/' if number % 5 == 0 else ''}module{number}.dll"
        files[path] = facts(
            f"4.0.1381.{number}", size=100_000 + number, linked="1999-09-29", modified="1999-12-06T08:00"
        )
    for number in range(0, 400, 17):
        files[f"WINNT/system32/module{number}.dll"] = (
            "cut short: section .text ends at byte 105,984, the file at 60,000"
        )
    taken = inventory(system(), files)
    return report_on(taken, compare(manifests, taken), ())


def _manifest(number: int) -> Manifest:
    day = date(1994, 1, 1) + timedelta(days=number * 5 % 4_300)
    title = " ".join(_WORDS[(number + step) % len(_WORDS)] for step in range(9))
    if number % 20 == 19:
        fix = ServicePackFix("Windows NT 4.0", ServicePack(number % 8))
        return Manifest(f"Q{100_000 + number}", title, (fix,), revised=day, applies_to=("Microsoft Windows NT 4.0",))
    rows = tuple(
        FileRow(
            f"Module{(number * 7 + step * 31) % 400}.dll",
            Platform.X86,
            version=f"4.0.1381.{(number * 13 + step) % 500}",
            date=day,
            time="16:19",
            size=100_000 + number,
        )
        for step in range(1 + (number % 10 > 5) + (number % 10 > 8))
    )
    family = "Windows 2000" if number % 6 == 5 else "Windows NT Server version 4.0"
    return Manifest(f"Q{100_000 + number}", title, (FilesFix(rows),), revised=day, applies_to=(f"Microsoft {family}",))
