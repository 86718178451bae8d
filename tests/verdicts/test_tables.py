"""Tables of one article that list one file several times: by service pack, by branch, by notes beside the rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, ServicePack
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Evidence, Finding, Status
from hotfixcheck.verdicts.trace import Rule
from tests.build.systems import SYSTEM32, article, facts, inventory, system, table

FIXED, MISSING, INDETERMINATE, ABSENT = Status.FIXED, Status.MISSING, Status.INDETERMINATE, Status.NOT_APPLICABLE
XP = system("Windows XP", Edition.PROFESSIONAL, "SP2")
GERMAN = 0x407


def judge(manifest: Manifest, file: FileFacts | str, here: System | None = None) -> Finding:
    (finding,) = compare([manifest], inventory(here or system(), {"WINNT/system32/a.dll": file}))
    return finding


def released(release: str | None, *rows: FileRow, scope: str | None = None) -> FilesFix:
    return FilesFix(rows, scope=scope, release=release)


def row(version: str, note: str | None = None) -> FileRow:
    return FileRow("A.dll", version=version, note=note)


def dated(day: str, note: str | None = None, size: int = 1000) -> FileRow:
    return FileRow("A.dll", date=date.fromisoformat(day), size=size, note=note)


def xp(revision: int, tag: str) -> FileFacts:
    return facts(f"5.1.2600.{revision}", FileVersion=f"5.1.2600.{revision} ({tag}.070416-1301)")


BRANCHES = {
    "as headings": article(
        released("SP2GDR", row("5.1.2600.3119")),
        released("SP2QFE", row("5.1.2600.3125")),
    ),
    "as notes": article(table(row("5.1.2600.3119", "SP2GDR"), row("5.1.2600.3125", "SP2QFE"))),
    "the service pack as heading, the branch as note": article(
        released("SP2", row("5.1.2600.3119", "GDR"), row("5.1.2600.3125", "QFE"))
    ),
}


@pytest.mark.parametrize("manifest", BRANCHES.values(), ids=BRANCHES)
def test_branches(manifest: Manifest) -> None:
    assert judge(manifest, xp(3121, "xpsp_sp2_gdr"), XP).status is FIXED
    missing = judge(manifest, xp(3121, "xpsp_sp2_qfe"), XP)
    assert (missing.status, missing.evidence) == (MISSING, Evidence.VERSION)
    assert missing.reason == "WINNT/system32/a.dll: version 5.1.2600.3121 is older than 5.1.2600.3125"
    assert [(one.required.version, one.status) for one in missing.files] == [
        ("5.1.2600.3119", ABSENT),
        ("5.1.2600.3125", MISSING),
    ]
    assert missing.files[0].reason == "it is for the other branch; the file is QFE"
    assert judge(manifest, "cut short", XP).status is INDETERMINATE


def test_a_heading_counts_for_windows_alone() -> None:
    """SMS has service packs of its own: Windows' says nothing of them."""
    tables = (
        released("post-SMS 2.0 Service Pack 2", dated("1999-02-01")),
        released("Service Pack 6", dated("1999-11-18")),
    )
    sms = article(*tables, applies_to=("Microsoft Systems Management Server version 2.0",))
    windows = article(*tables, applies_to=("Microsoft Windows NT Server version 4.0",))
    between = facts(size=7, linked="1999-06-01")
    # In a bare system32 it is not known whether SMS is installed, and the Windows of SP6 does not choose its table.
    (of_sms,) = compare([sms], inventory(system(), {"a.dll": between}, SYSTEM32))
    assert [one.status for one in of_sms.files] == [INDETERMINATE, INDETERMINATE]
    assert [one.status for one in judge(windows, between).files] == [ABSENT, MISSING]
    scoped = article(*(replace(each, scope="Windows NT 4.0") for each in tables))
    assert [one.status for one in judge(scoped, between).files] == [ABSENT, MISSING]


NOTES: dict[str, tuple[tuple[FileRow, ...], System, list[Status]]] = {
    "another Windows": (
        (dated("1999-11-18", "Windows 98"), dated("1999-11-18", "Windows NT 4.0", 2000)),
        system(),
        [MISSING],
    ),
    "another language beside the system's": (
        (dated("1999-11-18", "English"), dated("1999-11-18", "German", 2000)),
        system(language=GERMAN),
        [MISSING],
    ),
    "another language without the system's": (
        (dated("1999-11-18", "English"),),
        system(language=GERMAN),
        [INDETERMINATE],
    ),
    "neither": ((dated("1999-11-18", "56-bit"), dated("1999-11-18", "128-bit", 2000)), system(), [MISSING, MISSING]),
}


@pytest.mark.parametrize(("rows", "here", "statuses"), NOTES.values(), ids=NOTES)
def test_notes(rows: tuple[FileRow, ...], here: System, statuses: list[Status]) -> None:
    finding = judge(article(table(*rows)), facts(size=1, linked="1998-01-01"), here)
    assert [one.status for one in finding.files] == statuses


def test_rows_that_are_all_for_another_windows() -> None:
    finding = judge(article(table(dated("1999-11-18", "Windows 98"))), facts(size=1, linked="1998-01-01"))
    assert (finding.status, finding.reason) == (
        ABSENT,
        "none of its files is for this system, by the notes beside them",
    )
    assert [(step.rule, step.about, step.answer) for step in finding.steps[-1:]] == [
        (Rule.PRODUCT, "A.dll", "it is for Windows 98")
    ]


def test_the_key_of_a_fix_that_only_a_service_pack_is_named_for() -> None:
    """Installed by itself before the service pack: no file is older, so nothing has regressed."""
    manifest = article(ServicePackFix("Windows NT 4.0", ServicePack(6)))
    (finding,) = compare([manifest], inventory(system(pack="SP5", Q123456=1)))
    assert (finding.status, finding.evidence, finding.regressed) == (FIXED, Evidence.REGISTRY, False)
    (without,) = compare([manifest], inventory(system(pack="SP5", Q123456=0)))
    assert (without.status, without.conflicts) == (MISSING, ())


def test_what_was_asked_is_written_down() -> None:
    manifest = article(
        released(None, FileRow("A.dll", Platform.ALPHA, version="4.0.1381.1"), scope="Windows NT Server"),
        released(None, row("4.0.1381.7000"), scope="Windows NT Server"),
        ServicePackFix("Windows NT Server 4.0, Terminal Server Edition", ServicePack(6)),
        applies_to=("Microsoft Windows NT Server version 4.0",),
        prerequisite="4.0 SP5",
    )
    finding = judge(manifest, facts("4.0.1381.100"), system(Q123456=1))
    here = "Windows NT Server 4.0, SP6, x86"
    assert [(step.rule, step.required, step.found, step.answer, step.about) for step in finding.steps] == [
        (Rule.PRODUCT, "Microsoft Windows NT Server version 4.0", here, "yes", ""),
        (Rule.PREREQUISITE, "4.0 SP5", here, "yes", ""),
        (Rule.PRODUCT, "Windows NT Server", here, "yes", "table 1"),
        (Rule.PLATFORM, "alpha", "x86", "it is for another processor", "A.dll (alpha)"),
        (Rule.PRODUCT, "Windows NT Server", here, "yes", "table 2"),
        (
            Rule.PRODUCT,
            "Windows NT Server 4.0, Terminal Server Edition",
            here,
            "the service pack is for Windows NT Server 4.0, Terminal Server Edition",
            "SP6",
        ),
        (Rule.REGISTRY, "Q123456", "installed (key Q123456)", "it corroborates, and does not decide", ""),
    ]
    assert [(step.rule, step.required, step.found, step.answer) for step in finding.files[0].steps] == [
        (Rule.PRESENCE, "A.dll", "WINNT/system32/a.dll", "it is there"),
        (Rule.VERSION, "4.0.1381.7000 or later", "4.0.1381.100", "older"),
    ]
