"""Systems with applications, files of these and of Windows, and articles judged there."""

from __future__ import annotations

from dataclasses import replace

from hotfixcheck.manifest.model import Manifest
from hotfixcheck.products import ServicePack
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.model import InstalledApplication, System
from hotfixcheck.targets.layout import Layout
from hotfixcheck.verdicts.applicability import Applies
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Finding, Status
from tests.build.systems import DRIVE, facts, inventory, system

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

STORE: Files = {f"{BIN}/store.exe": exchange("5.5.2650.24")}


def judged(manifest: Manifest, files: Files, here: System, layout: Layout = DRIVE) -> Finding:
    (finding,) = compare([manifest], inventory(here, files, layout))
    return finding


IIS = with_registry(installed("Internet Information Server", "4.0"), installed("Cluster Server"))
