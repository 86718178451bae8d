"""Design section 5, rules 4 to 7: which of an article's rows for one file speaks of the file that is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hotfixcheck.manifest.model import FileRow
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.verdicts.alternatives import NOWHERE, Alternative, Surroundings, judge_rows
from hotfixcheck.verdicts.branches import labelled
from hotfixcheck.verdicts.finding import Status
from tests.build.systems import facts

FIXED, MISSING, INDETERMINATE, OTHER = Status.FIXED, Status.MISSING, Status.INDETERMINATE, Status.NOT_APPLICABLE

# Rows are written "LABEL version"; a day in place of a version makes a row by date and size.
Rows = tuple[str, ...]


def alternative(printed: str) -> Alternative:
    label, _, what = ("", "", printed) if "(" in printed else printed.rpartition(" ")
    if what.count("-") == 2 and "@" not in what:
        day, _, size = what.partition("/")
        return Alternative(FileRow("a.dll", date=date.fromisoformat(day), size=int(size or 1000)), labelled(label))
    version, _, day = what.partition("@")
    return Alternative(
        FileRow("a.dll", version=version, date=date.fromisoformat(day) if day else None), labelled(label)
    )


def statuses(rows: Rows, file: FileFacts, here: Surroundings = NOWHERE) -> list[Status]:
    judged = judge_rows(map(alternative, rows), file, here)
    assert all(each.reason and each.steps for each in judged)
    return [each.status for each in judged]


def xp(revision: int, tag: str = "") -> FileFacts:
    return facts(f"5.1.2600.{revision}", FileVersion=f"5.1.2600.{revision} ({tag}.070416-1301)" if tag else "")


def s2003(revision: int, tag: str = "") -> FileFacts:
    return facts(f"5.2.3790.{revision}", FileVersion=f"5.2.3790.{revision} ({tag}.070416-1301)" if tag else "")


SP2_PAIR = ("SP2GDR 5.1.2600.3119", "SP2QFE 5.1.2600.3125")
ALL_2003 = (
    *("RTMGDR 5.2.3790.500", "RTMQFE 5.2.3790.520", "SP1GDR 5.2.3790.2700", "SP1QFE 5.2.3790.2720"),
    *("SP2GDR 5.2.3790.4050", "SP2QFE 5.2.3790.4070"),
)

# Rule 5: the branch is the tag; with both rows the file's own counts, and without a tag what both agree on.
BRANCHES: dict[str, tuple[Rows, FileFacts, list[Status]]] = {
    "GDR file at the GDR row": (SP2_PAIR, xp(3119, "xpsp_sp2_gdr"), [FIXED, OTHER]),
    "GDR file below the GDR row": (SP2_PAIR, xp(3118, "xpsp_sp2_gdr"), [MISSING, OTHER]),
    "GDR file between the rows": (SP2_PAIR, xp(3121, "xpsp_sp2_gdr"), [FIXED, OTHER]),
    "QFE file between the rows": (SP2_PAIR, xp(3121, "xpsp_sp2_qfe"), [OTHER, MISSING]),
    "QFE file at the QFE row": (SP2_PAIR, xp(3125, "xpsp_sp2_qfe"), [OTHER, FIXED]),
    "QFE file later": (SP2_PAIR, xp(3300, "xpsp_sp2_qfe"), [OTHER, FIXED]),
    "the service pack's own file is GDR": (SP2_PAIR, xp(2180, "xpsp_sp2_rtm"), [MISSING, OTHER]),
    "the service pack's own file without a tag": (SP2_PAIR, xp(2180), [MISSING, OTHER]),
    "no tag, at the highest": (SP2_PAIR, xp(3125), [FIXED, FIXED]),
    "no tag, later": (SP2_PAIR, xp(3200), [FIXED, FIXED]),
    "no tag, below the lowest": (SP2_PAIR, xp(3000), [MISSING, MISSING]),
    "no tag, between": (SP2_PAIR, xp(3121), [INDETERMINATE, INDETERMINATE]),
    "no tag, at the lowest": (SP2_PAIR, xp(3119), [INDETERMINATE, INDETERMINATE]),
    "the GDR number above the QFE number": (
        ("SP2GDR 5.1.2600.3130", "SP2QFE 5.1.2600.3125"),
        xp(3125, "xpsp_sp2_qfe"),
        [OTHER, FIXED],
    ),
    "one number for both": (("SP2GDR 5.1.2600.3119", "SP2QFE 5.1.2600.3119"), xp(3119), [FIXED, FIXED]),
    "unlabelled rows, GDR file between": (
        ("5.1.2600.3119", "5.1.2600.3125"),
        xp(3121, "xpsp_sp2_gdr"),
        [INDETERMINATE, INDETERMINATE],
    ),
    "the branch in the printed version": (
        ("5.1.2600.3119 (xpsp_sp2_gdr.070416-1301)",),
        xp(3119, "xpsp_sp2_gdr"),
        [FIXED],
    ),
    "only a GDR row, QFE file later": (("SP2GDR 5.1.2600.3119",), xp(3121, "xpsp_sp2_qfe"), [FIXED]),
    "only a GDR row, QFE file older": (("SP2GDR 5.1.2600.3119",), xp(3000, "xpsp_sp2_qfe"), [MISSING]),
    "only a QFE row, GDR file older": (("SP2QFE 5.1.2600.3119",), xp(3000, "xpsp_sp2_gdr"), [MISSING]),
    # A hotfix goes into QFE alone: a later security update of the GDR branch does not have it.
    "only a QFE row, GDR file later": (("SP2QFE 5.1.2600.3119",), xp(3200, "xpsp_sp2_gdr"), [INDETERMINATE]),
    "only a QFE row, no tag": (("SP2QFE 5.1.2600.3119",), xp(3200), [FIXED]),
    "a row that says no branch, GDR file later": (("5.2.3790.134",), s2003(175, "srv03_gdr"), [FIXED]),
}

# Tables for several service packs: the row of the service pack that the file is of.
LEVELS: dict[str, tuple[Rows, FileFacts, list[Status]]] = {
    "RTM, GDR": (ALL_2003, s2003(510, "srv03_gdr"), [FIXED, OTHER, OTHER, OTHER, OTHER, OTHER]),
    "RTM, QFE": (ALL_2003, s2003(510, "srv03_qfe"), [OTHER, MISSING, OTHER, OTHER, OTHER, OTHER]),
    "SP1 itself": (ALL_2003, s2003(1830, "srv03_sp1_rtm"), [OTHER, OTHER, MISSING, OTHER, OTHER, OTHER]),
    "SP1, QFE": (ALL_2003, s2003(2720, "srv03_sp1_qfe"), [OTHER, OTHER, OTHER, FIXED, OTHER, OTHER]),
    "SP2 itself": (ALL_2003, s2003(3959, "srv03_sp2_rtm"), [OTHER, OTHER, OTHER, OTHER, MISSING, OTHER]),
    "SP2, no tag, later": (ALL_2003, s2003(4100), [OTHER, OTHER, OTHER, OTHER, FIXED, FIXED]),
    # Rule 7
    "SP1 file, RTM row": (("5.2.3790.134",), s2003(1830, "srv03_sp1_rtm"), [FIXED]),
    "SP2 file, rows to SP1": (ALL_2003[:4], s2003(3959, "srv03_sp2_rtm"), [FIXED, FIXED, FIXED, FIXED]),
    "SP2 GDR file, only a QFE row of SP1": (("SP1QFE 5.2.3790.2720",), s2003(3959, "srv03_sp2_rtm"), [FIXED]),
    "XP SP3, rows for SP2": (SP2_PAIR, xp(5512, "xpsp"), [FIXED, FIXED]),
    "SP1 file, rows for SP2 only": (ALL_2003[4:], s2003(1830, "srv03_sp1_rtm"), [MISSING, OTHER]),
    "SP1 file, rows for RTM and SP2": (
        (ALL_2003[0], ALL_2003[4]),
        s2003(2600, "srv03_sp1_gdr"),
        [INDETERMINATE, INDETERMINATE],
    ),
    "the tag tells the service pack of another version": (
        ("SP1 9.0.0.3263", "SP2 9.0.0.3268"),
        facts("9.0.0.3265", FileVersion="9.00.00.3265 (xpsp_sp2_gdr.050601-1535)"),
        [OTHER, MISSING],
    ),
    "the tag is of a later service pack and the number lower": (
        ("SP1 9.0.0.3263",),
        facts("9.0.0.3200", FileVersion="9.00.00.3200 (xpsp_sp2_gdr.050601-1535)"),
        [MISSING],
    ),
}

VISTA = ("6.0.6000.16900", "6.0.6000.21100", "6.0.6001.18300", "6.0.6001.22500", "6.0.6002.18100", "6.0.6002.22200")
SEVEN = ("6.1.7601.17600", "6.1.7601.21700")

# Rule 6: from Vista on the revision tells the branch, and the third part the service pack.
REVISIONS: dict[str, tuple[Rows, FileFacts, list[Status]]] = {
    "GDR older": (SEVEN, facts("6.1.7601.17514"), [MISSING, OTHER]),
    "GDR fixed": (SEVEN, facts("6.1.7601.17600"), [FIXED, OTHER]),
    "GDR below the LDR row and later than its own": (SEVEN, facts("6.1.7601.19999"), [FIXED, OTHER]),
    "the base of LDR": (SEVEN, facts("6.1.7601.20000"), [OTHER, MISSING]),
    "LDR older": (SEVEN, facts("6.1.7601.21699"), [OTHER, MISSING]),
    "LDR fixed": (SEVEN, facts("6.1.7601.21700"), [OTHER, FIXED]),
    "a tag counts for nothing here": (
        SEVEN,
        facts("6.1.7601.21699", FileVersion="6.1.7601.21699 (win7sp1_gdr.110601-1500)"),
        [OTHER, MISSING],
    ),
    "Vista SP1, GDR": (VISTA, facts("6.0.6001.18000"), [OTHER, OTHER, MISSING, OTHER, OTHER, OTHER]),
    "Vista SP2, LDR": (VISTA, facts("6.0.6002.22200"), [OTHER, OTHER, OTHER, OTHER, OTHER, FIXED]),
    "a later service pack than all rows": (VISTA[:4], facts("6.0.6002.18005"), [FIXED, OTHER, FIXED, OTHER]),
    "an earlier one than all rows": (SEVEN, facts("6.1.7600.16385"), [MISSING, OTHER]),
    "Vista's last numbering is later than SP2": (VISTA[4:], facts("6.0.6003.20489"), [FIXED, FIXED]),
    "only a GDR row, LDR file": (("6.1.7601.17600",), facts("6.1.7601.21700"), [FIXED]),
    "only a GDR row, LDR file linked before the fix": (
        ("6.1.7601.17600@2011-06-14",),
        facts("6.1.7601.21650", linked="2011-02-01"),
        [INDETERMINATE],
    ),
    "only a GDR row, LDR file linked after the fix": (
        ("6.1.7601.17600@2011-06-14",),
        facts("6.1.7601.21800", linked="2011-09-01"),
        [FIXED],
    ),
    "only an LDR row, GDR file": (("6.1.7601.21700",), facts("6.1.7601.18000"), [MISSING]),
    "two Windows in one table, the newer": (
        ("6.0.6002.18100", "6.1.7600.16400"),
        facts("6.1.7600.16385"),
        [OTHER, MISSING],
    ),
    "two Windows in one table, the older": (
        ("6.0.6002.18100", "6.1.7600.16400"),
        facts("6.0.6002.18200"),
        [FIXED, OTHER],
    ),
    "Windows 8.1 past 20000 is one branch": (("6.3.9600.19000",), facts("6.3.9600.20478"), [FIXED]),
    "Internet Explorer 8 on XP": (
        ("SP3GDR 8.0.6001.18928", "SP3QFE 8.0.6001.23019"),
        facts("8.0.6001.22000"),
        [OTHER, MISSING],
    ),
}


@pytest.mark.parametrize(
    ("rows", "file", "expected"),
    (cases := BRANCHES | LEVELS | REVISIONS).values(),
    ids=cases,
)
def test_rows(rows: Rows, file: FileFacts, expected: list[Status]) -> None:
    assert statuses(rows, file) == expected
    assert statuses(rows[::-1], file) == expected[::-1]


ROW_1607, ROW_1809 = "10.0.14393.5127", "10.0.17763.2928"

# Rule 6 on Windows 10 and later: another third part is another release, with fixes of its own.
RELEASES: dict[str, tuple[Rows, FileFacts, int | None, list[Status]]] = {
    "fixed": ((ROW_1809,), facts("10.0.17763.2928"), 17763, [FIXED]),
    "missing": ((ROW_1809,), facts("10.0.17763.1"), 17763, [MISSING]),
    "past 20000 is one branch": ((ROW_1809,), facts("10.0.17763.20100"), 17763, [FIXED]),
    "the file's own release": ((ROW_1607, ROW_1809), facts("10.0.17763.1"), 17763, [OTHER, MISSING]),
    "the earlier release": ((ROW_1607, ROW_1809), facts("10.0.14393.6000"), 14393, [FIXED, OTHER]),
    "a later release is not the fix": ((ROW_1607,), facts("10.0.17763.1"), 17763, [OTHER]),
    "an earlier release is not without it": ((ROW_1809,), facts("10.0.14393.9000"), 14393, [OTHER]),
    "system not known": ((ROW_1607,), facts("10.0.17763.1"), None, [OTHER]),
    "a left-over of an older release": ((ROW_1809,), facts("10.0.14393.9000"), 17763, [MISSING]),
    "a file of a newer release": ((ROW_1607,), facts("10.0.17763.1"), 14393, [INDETERMINATE]),
    "22H2 runs the files of 2004": (("10.0.19041.1500",), facts("10.0.19041.1000"), 19041, [MISSING]),
    "22H2 may say its own number": (("10.0.19041.1500",), facts("10.0.19045.2006"), 19041, [FIXED]),
    "Internet Explorer": (("11.0.17763.2928",), facts("11.0.17763.1"), 17763, [MISSING]),
    "a row of Windows 8.1": (("6.3.9600.20478",), facts("10.0.17763.1"), 17763, [FIXED]),
    "Visual C++ is no Windows": (("14.0.24215.1",), facts("14.28.29910.0"), 17763, [FIXED]),
}


@pytest.mark.parametrize(("rows", "file", "release", "expected"), RELEASES.values(), ids=RELEASES)
def test_releases(rows: Rows, file: FileFacts, release: int | None, expected: list[Status]) -> None:
    assert statuses(rows, file, Surroundings(release=release)) == expected


NT4 = ("4.0.1381.7086", "4.0.1381.33478")
OLD, FIX, NEW = (
    facts(size=size, linked=day) for size, day in ((900, "1998-05-01"), (1000, "1999-11-18"), (990, "2001-01-01"))
)
# NT 4.0: plain and Terminal Server builds (rule 4), tables for several service packs, some without versions (rule 8).
NT4_CASES: dict[str, tuple[Rows, FileFacts, int | None, list[Status]]] = {
    "a plain build": (NT4, facts("4.0.1381.7000"), 6, [MISSING, OTHER]),
    "a Terminal Server build": (NT4, facts("4.0.1381.33500"), 6, [OTHER, FIXED]),
    "a Terminal Server build without a row": (NT4[:1], facts("4.0.1381.33500"), 6, [INDETERMINATE]),
    "the system's service pack": (("SP4 1999-02-01", "SP6 1999-11-18"), OLD, 6, [OTHER, MISSING]),
    "the one before it": (
        ("SP4 1999-02-01", "SP6 1999-11-18"),
        facts(size=1000, linked="1999-02-01"),
        5,
        [FIXED, OTHER],
    ),
    "before all": (("SP4 1999-02-01", "SP6 1999-11-18"), OLD, 3, [MISSING, OTHER]),
    "after all": (("SP4 1999-02-01", "SP5 1999-11-18"), NEW, 6, [OTHER, FIXED]),
    "a version in one table, SP4": (
        ("SP6 4.0.1381.7032", "SP4 1999-11-18"),
        facts("4.0.1381.133", size=1000, linked="1999-11-18"),
        4,
        [OTHER, FIXED],
    ),
    "a version in one table, SP6": (
        ("SP6 4.0.1381.7032", "SP4 1999-11-18"),
        facts("4.0.1381.133", size=1000, linked="1999-11-18"),
        6,
        [MISSING, OTHER],
    ),
    "service pack not known, the very file of a row": (
        ("SP6 4.0.1381.7032", "SP4 1999-11-18"),
        facts("4.0.1381.133", size=1000, linked="1999-11-18"),
        None,
        [FIXED, FIXED],
    ),
    "service pack not known, older than both": (
        ("SP6 4.0.1381.7032", "SP4 1999-11-18"),
        facts("4.0.1381.133", size=900, linked="1998-05-01"),
        None,
        [MISSING, MISSING],
    ),
    "service pack not known, they disagree": (
        ("SP6 4.0.1381.7032", "SP4 1999-11-18"),
        facts("4.0.1381.133", size=900, linked="2001-05-01"),
        None,
        [INDETERMINATE, INDETERMINATE],
    ),
    "a version beside a date for the same": (
        ("4.0.1381.7032", "1999-11-18"),
        facts("4.0.1381.7032", size=900, linked="1998-05-01"),
        6,
        [FIXED, FIXED],
    ),
    "two dates, the very file of one": (("1999-11-18/1000", "1999-11-18/2000"), FIX, 6, [FIXED, FIXED]),
    "two dates, older than both": (("1999-11-18/1000", "1999-11-18/2000"), OLD, 6, [MISSING, MISSING]),
    "two dates, later than both": (("1999-11-18/1000", "1999-11-18/2000"), NEW, 6, [FIXED, FIXED]),
    "two dates, later than one": (
        ("1999-11-18", "2000-11-18"),
        facts(size=1, linked="2000-03-01"),
        6,
        [INDETERMINATE, INDETERMINATE],
    ),
    "two versions of one product line": (("5.0.1461.91", "5.5.2428.0"), facts("5.5.2400.0"), None, [OTHER, MISSING]),
    "two builds of one product": (("2.0.1380.1147", "2.0.1493.2112"), facts("2.0.1380.1200"), None, [FIXED, OTHER]),
    "between two builds": (("5.5.2328.0", "5.5.2448.0"), facts("5.5.2400.0"), None, [INDETERMINATE, INDETERMINATE]),
}


@pytest.mark.parametrize(("rows", "file", "pack", "expected"), NT4_CASES.values(), ids=NT4_CASES)
def test_older_windows_and_other_products(
    rows: Rows, file: FileFacts, pack: int | None, expected: list[Status]
) -> None:
    assert statuses(rows, file, Surroundings(pack)) == expected
    assert statuses(rows[::-1], file, Surroundings(pack)) == expected[::-1]


def test_of_several_rows_the_one_whose_version_and_size_a_file_has_is_its_own() -> None:
    """Q316021 has the files of each international pack in a table of its own, without saying which is installed."""
    rows = [
        Alternative(FileRow("a.exe", version=f"2.0.1493.{revision}", size=size))
        for revision, size in ((3242, 1000), (3442, 2000))
    ]

    def status(version: str, size: int, **more: bool) -> Status:
        given = [replace(each, **more) for each in rows]  # type: ignore[arg-type]
        return judge_rows(given, facts(version, size=size))[0].status

    assert status("2.0.1493.3242", 1000) is FIXED
    assert status("2.0.1493.3442", 9) is FIXED
    assert status("2.0.1493.3242", 2000) is INDETERMINATE
    assert status("2.0.1493.3300", 1000) is INDETERMINATE
    assert status("2.0.1493.3241", 1000) is MISSING
    assert status("2.0.1493.3242", 1000, size_counts=False) is INDETERMINATE


def test_reasons_name_both_sides() -> None:
    def reason(rows: Rows, file: FileFacts, here: Surroundings = NOWHERE) -> str:
        return judge_rows(map(alternative, rows), file, here)[0].reason

    assert reason(SP2_PAIR, xp(3121)) == (
        "version 5.1.2600.3121 lies between SP2GDR 5.1.2600.3119, SP2QFE 5.1.2600.3125, "
        "and nothing says which of them it is to be held against"
    )
    assert reason(("5.2.3790.134",), s2003(1830)) == (
        "version 5.2.3790.1830 is of SP1, later than the release without a service pack that the article has rows for"
    )
    assert reason((ROW_1607,), facts("10.0.17763.1")) == (
        "it is for release 14393, and the file 10.0.17763.1 is of release 17763"
    )
    assert reason(SP2_PAIR[1:], xp(3200, "xpsp_sp2_gdr")) == (
        "version 5.1.2600.3200 is of the GDR branch, and the fix SP2QFE 5.1.2600.3125 only of the other".replace(
            "3119", "3125"
        )
    )


def test_every_question_is_written_down() -> None:
    judged = judge_rows(map(alternative, ALL_2003), s2003(2600, "srv03_sp1_gdr"))[2]
    assert [(step.rule.value, step.found, step.answer) for step in judged.steps] == [
        ("service pack level", "SP1", "held against SP1GDR 5.2.3790.2700, SP1QFE 5.2.3790.2720"),
        ("service branch", "GDR", "held against SP1GDR 5.2.3790.2700"),
        ("version", "5.2.3790.2600", "older"),
    ]


def test_a_file_without_a_version_is_judged_by_the_rows_dates() -> None:
    text = facts(kind=FileKind.OTHER, platform=None, size=1000, modified="1999-11-18T10:00")
    row = FileRow("a.sch", version="5.5.2329.0", date=date(1999, 11, 18), size=1000)
    assert judge_rows([Alternative(row)], text)[0].status is FIXED
