"""One article judged on one system, with the files that most cases are about."""

from __future__ import annotations

from datetime import date

from hotfixcheck.manifest.model import FileRow, Manifest, ServicePackFix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import Layout
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Finding, Status
from tests.build.systems import DRIVE, facts, inventory, system

FIXED, MISSING, INDETERMINATE, ABSENT = (
    Status.FIXED,
    Status.MISSING,
    Status.INDETERMINATE,
    Status.NOT_APPLICABLE,
)
X86, ALPHA, IA64, AMD64 = Platform.X86, Platform.ALPHA, Platform.IA64, Platform.AMD64
S32 = "WINNT/system32"
OLD, NEW = facts("4.0.1381.100"), facts("4.0.1381.200")

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


DATED = FileRow("A.dll", date=date(1999, 11, 18), size=1000)

ROWS = (ROW, FileRow("B.dll", version="4.0.1381.200"))
FILES: dict[str, dict[str, FileFacts | str]] = {
    "fixed": {f"{S32}/a.dll": NEW, f"{S32}/b.dll": NEW},
    "one missing": {f"{S32}/a.dll": NEW, f"{S32}/b.dll": OLD},
    "one unreadable": {f"{S32}/a.dll": NEW, f"{S32}/b.dll": "cut short"},
    "one missing, one unreadable": {f"{S32}/a.dll": OLD, f"{S32}/b.dll": "cut short"},
    "one absent": {f"{S32}/a.dll": NEW},
    "absent": {},
}
