"""Rule 12: which rows of a table are about 32-bit copies, and which files these are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotfixcheck.manifest.model import FileRow, FilesFix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.targets.layout import Layout
from hotfixcheck.verdicts.candidates import names_to_read
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Finding, Status
from hotfixcheck.verdicts.wow64 import Copies
from tests.build.systems import DRIVE, SYSTEM32, article, facts, inventory, system, table

X86, IA64, AMD64, ARM, ARM64 = Platform.X86, Platform.IA64, Platform.AMD64, Platform.ARM, Platform.ARM64
TEN = "10.0.19041.1880"
FIXED, MISSING, UNDECIDED, ABSENT = Status.FIXED, Status.MISSING, Status.INDETERMINATE, Status.NOT_APPLICABLE
X64 = "all supported x64-based versions of Windows 7 and of Windows Server 2008 R2"


def row(name: str, platform: Platform | None = X86, version: str | None = "6.1.7601.21700", note: str = "") -> FileRow:
    return FileRow(name, platform, version=version, note=note or None)


NAMES = {
    "a W before a native name": ([row("Wa.dll"), row("A.dll", IA64)], None, IA64, "a.dll"),
    "a W before a name for any platform": ([row("Wa.dll"), row("A.dll", None)], None, IA64, "a.dll"),
    "a W, and the system's platform is not known": ([row("Wa.dll"), row("A.dll", IA64)], None, None, "a.dll"),
    "a W, and a 32-bit system": ([row("Wa.dll"), row("A.dll", IA64)], None, X86, None),
    "a W of the name itself": ([row("Wuser32.exe", version="1.2.0.0")], None, IA64, None),
    "a W before the name of another 32-bit row": ([row("Wa.dll", version=None), row("A.dll")], None, IA64, None),
    "a branch that says WOW": ([row("Wjet.dll", note=r"SP2, SP2QFE\WOW")], None, AMD64, "jet.dll"),
    "a folder of a branch that says WOW": ([replace(row("Wjet.dll"), path=r"SP2QFE\WOW")], None, AMD64, "jet.dll"),
    "a branch that says WOW beside a native W": (
        [row("Wjet.dll", note=r"SP2QFE\WOW"), row("Wjet.dll", AMD64)],
        X64,
        AMD64,
        "wjet.dll",
    ),
    "a plain name in a table for x64": ([row("A.dll"), row("A.dll", AMD64)], X64, AMD64, "a.dll"),
    "a plain name alone in a table for x64": ([row("A.dll")], X64, AMD64, "a.dll"),
    "a plain name in a table for another 64-bit Windows": ([row("A.dll"), row("A.dll", AMD64)], X64, IA64, None),
    "a plain name in a table for every Windows 7": ([row("A.dll"), row("A.dll", AMD64)], "Windows 7", AMD64, "a.dll"),
    "a plain name there that has no row for x64": ([row("A.dll"), row("B.dll", AMD64)], "Windows 7", AMD64, None),
    "a plain name in a table for every Server 2003": (
        [row("A.dll"), row("A.dll", AMD64, "5.2.3790.4806")],
        "Windows Server 2003",
        AMD64,
        None,
    ),
    "an ARM row beside ARM64 rows": ([row("A.dll", ARM), row("B.dll", ARM64, TEN)], None, ARM64, "a.dll"),
    "an ARM row on x64": ([row("A.dll", ARM), row("A.dll", AMD64, TEN), row("A.dll", ARM64, TEN)], None, AMD64, None),
    "an ARM row, and no row for ARM64": ([row("A.dll", ARM, TEN)], None, ARM64, None),
    "a plain name beside x64 rows of Windows 7": ([row("A.dll"), row("B.dll", AMD64)], None, AMD64, "a.dll"),
    "a plain name beside x64 rows of Windows 10": (
        [row("A.dll"), row("B.dll", AMD64, "10.0.19041.1880")],
        None,
        AMD64,
        "a.dll",
    ),
    "a plain name beside ARM64 rows": ([row("A.dll"), row("B.dll", ARM64, "10.0.19041.1880")], None, AMD64, None),
    "a plain name beside x64 rows of Server 2003": (
        [row("A.dll"), row("B.dll", AMD64, "5.2.3790.4806")],
        None,
        AMD64,
        None,
    ),
    "a plain name beside x64 rows of Internet Explorer 6": (
        [row("A.dll"), row("B.dll", AMD64, "6.0.3790.4806")],
        None,
        AMD64,
        None,
    ),
    "a plain name beside x64 rows without versions": ([row("A.dll"), row("A.dll", AMD64, None)], None, AMD64, None),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "scope", "platform", "name"), NAMES.values(), ids=NAMES)
def test_names(rows: list[FileRow], scope: str | None, platform: Platform | None, name: str | None) -> None:
    assert Copies(FilesFix(tuple(rows), scope=scope)).name(rows[0], platform) == name


def test_a_native_row_is_about_no_copy() -> None:
    native = row("A.dll", AMD64)
    assert Copies(FilesFix((native,), scope=X64)).name(native, AMD64) is None


def test_a_copy_under_its_plain_name_is_read() -> None:
    assert names_to_read([article(table(row("Wjet.dll", note=r"SP2QFE\WOW")))]) == {"wjet.dll", "jet.dll"}


SEVEN = system("Windows 7", Edition.PROFESSIONAL, "SP1", AMD64, build=7601)
OLD, NEW = "6.1.7601.21600", "6.1.7601.21700"
S32, WOW = "WINNT/system32", "WINNT/SysWOW64"


def native(version: str) -> FileFacts:
    return facts(version, platform=AMD64)


FILES: dict[str, tuple[dict[str, FileFacts | str], Layout, Status]] = {
    "both are the fix": ({f"{S32}/a.dll": native(NEW), f"{WOW}/a.dll": facts(NEW)}, DRIVE, FIXED),
    "the copy is old": ({f"{S32}/a.dll": native(NEW), f"{WOW}/a.dll": facts(OLD)}, DRIVE, MISSING),
    "the native file is old": ({f"{S32}/a.dll": native(OLD), f"{WOW}/a.dll": facts(NEW)}, DRIVE, MISSING),
    "there is no copy": ({f"{S32}/a.dll": native(NEW)}, DRIVE, FIXED),
    "the copy is cut short": ({f"{S32}/a.dll": native(NEW), f"{WOW}/a.dll": "cut short"}, DRIVE, UNDECIDED),
    "a 32-bit file in system32 is no copy": ({f"{S32}/a.dll": facts(OLD)}, DRIVE, ABSENT),
    "an unreadable file in system32 is no copy": ({f"{S32}/b.dll": "cut short"}, DRIVE, ABSENT),
    "the copy of a program": (
        {
            "Program Files/A/a.dll": native(NEW),
            "Program Files (x86)/A/a.dll": facts(OLD),
        },
        DRIVE,
        MISSING,
    ),
    "what is copied lies in SysWOW64 before other places": (
        {f"{WOW}/a.dll": facts(NEW), "Program Files (x86)/A/a.dll": facts(OLD)},
        DRIVE,
        FIXED,
    ),
    "the copy is out of reach": ({"a.dll": native(NEW)}, SYSTEM32, UNDECIDED),
    "the copy is out of reach, the native file old": ({"a.dll": native(OLD)}, SYSTEM32, MISSING),
    "neither is here": ({}, SYSTEM32, ABSENT),
}


def judged(files: dict[str, FileFacts | str], layout: Layout = DRIVE, platform: Platform = AMD64) -> Finding:
    fix = replace(table(row("A.dll", AMD64), row("A.dll"), row("B.dll")), scope=X64)
    (finding,) = compare([article(fix)], inventory(replace(SEVEN, platform=platform), files, layout))
    return finding


@pytest.mark.parametrize(("files", "layout", "status"), FILES.values(), ids=FILES)
def test_files(files: dict[str, FileFacts | str], layout: Layout, status: Status) -> None:
    finding = judged(files, layout)
    assert finding.status is status, finding.reason


def test_each_row_is_held_against_its_own_copy() -> None:
    finding = judged({f"{S32}/a.dll": native(NEW), f"{WOW}/a.dll": facts(OLD)})
    said = {(one.required.platform, one.path, one.status) for one in finding.files if one.path}
    assert said == {(AMD64, f"{S32}/a.dll", FIXED), (X86, f"{WOW}/a.dll", MISSING)}


def test_a_table_for_x64_is_not_for_x86() -> None:
    finding = judged({f"{S32}/a.dll": facts(OLD)}, platform=X86)
    assert finding.status is ABSENT
    assert finding.reason == f"it is for {X64}, and this is x86"


def on_arm64(arm: FileFacts | str, x86: str = TEN, layout: Layout = DRIVE) -> Finding:
    fix = table(row("A.dll", ARM64, TEN), row("A.dll", X86, TEN), row("A.dll", ARM, TEN))
    here = system("Windows 10", Edition.PROFESSIONAL, "none", ARM64, build=19045)
    files = {f"{S32}/a.dll": facts(TEN, platform=ARM64), f"{WOW}/a.dll": facts(x86), "WINNT/SysArm32/a.dll": arm}
    (finding,) = compare([article(fix)], inventory(here, files, layout))
    return finding


def test_arm64_has_copies_for_two_processors() -> None:
    old, new = facts("10.0.19041.1", platform=ARM), facts(TEN, platform=ARM)
    assert on_arm64(new).status is FIXED
    assert on_arm64(old).reason.startswith("WINNT/SysArm32/a.dll: version 10.0.19041.1 is older")
    assert on_arm64(new, "10.0.19041.1").reason.startswith("WINNT/SysWOW64/a.dll: version 10.0.19041.1 is older")
    unreadable = on_arm64("cut short")
    assert (unreadable.status, unreadable.reason) == (UNDECIDED, "WINNT/SysArm32/a.dll: cut short")
    assert {(one.path, one.status) for one in unreadable.files if one.required.platform is X86} == {
        (f"{WOW}/a.dll", FIXED)
    }


def test_copies_for_arm_are_out_of_reach_of_system32() -> None:
    fix = table(row("A.dll", ARM64, TEN), row("A.dll", ARM, TEN))
    here = system("Windows 10", Edition.PROFESSIONAL, "none", ARM64, build=19045)
    (finding,) = compare([article(fix)], inventory(here, {"a.dll": facts(TEN, platform=ARM64)}, SYSTEM32))
    assert finding.reason == "A.dll: SysArm32 lies outside this target; give the Windows folder"
