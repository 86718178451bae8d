"""Design section 5, rules 3, 4, 8 and 18: one requirement against one file."""

from __future__ import annotations

from datetime import date

import pytest

from hotfixcheck.manifest.model import FileRow
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.verdicts.finding import Evidence, Status
from hotfixcheck.verdicts.rules import judge_file, usable_link_time
from tests.build.systems import facts

FIXED, MISSING, INDETERMINATE = Status.FIXED, Status.MISSING, Status.INDETERMINATE
VERSION, BOTH, LINK, FILE, NOTHING = (
    Evidence.VERSION,
    Evidence.SIZE_AND_LINK_TIME,
    Evidence.LINK_TIME,
    Evidence.FILE_TIME,
    Evidence.NOTHING,
)


def versioned(version: str, size: int | None = None) -> FileRow:
    return FileRow("a.dll", version=version, size=size)


BY_VERSION = {
    "equal": ("4.0.1381.133", facts("4.0.1381.133"), FIXED),
    "later": ("4.0.1381.133", facts("4.0.1381.200"), FIXED),
    "older": ("4.0.1381.133", facts("4.0.1381.4"), MISSING),
    "numeric, not by text": ("5.0.2195.900", facts("5.0.2195.1000"), FIXED),
    "leading zeros": ("5,02,3790,0134", facts("5.2.3790.133"), MISSING),
    "short": ("2.00", facts("2.0.0.1"), FIXED),
    "with the build's name": ("5.1.2600.2180 (xpsp_sp2_rtm.040803-2158)", facts("5.1.2600.2180"), FIXED),
    "the string lies old": ("4.0.1381.32772", facts("4.0.1381.32772", FileVersion="4.00"), FIXED),
    "the string lies new": ("5.2.3790.134", facts("5.2.3790.0", FileVersion="5.2.3790.134"), MISSING),
    "only a string": ("5.2.3790.134", facts(FileVersion="5.2.3790.134 (srv03_qfe.040226-1132)"), FIXED),
    "only an old string": ("5.2.3790.134", facts(FileVersion="5.2.3790.0"), MISSING),
    "only a string that is no version": ("5.2.3790.134", facts(FileVersion="Bowie"), INDETERMINATE),
    "no version resource": ("5.2.3790.134", facts(), INDETERMINATE),
    "16-bit": ("3.10", facts(kind=FileKind.NE, platform=None), INDETERMINATE),
    "16-bit, equal": ("3.10.0.103", facts("3.10.0.103", kind=FileKind.NE, platform=None), FIXED),
    "16-bit, later": ("3.10.0.103", facts("3.10.0.154", kind=FileKind.NE, platform=None), FIXED),
    "16-bit, older": ("3.10.0.103", facts("3.10.0.1", kind=FileKind.NE, platform=None), MISSING),
    "16-bit, only a string": ("3.10", facts(kind=FileKind.NE, platform=None, FileVersion="3.10.103"), FIXED),
    "a driver without a version": ("4.0", facts(kind=FileKind.LE, platform=None), INDETERMINATE),
    "a driver, older": ("4.0.0.950", facts("4.0.0.900", kind=FileKind.LE, platform=None), MISSING),
    "no executable": ("3.10", facts(kind=FileKind.OTHER, platform=None), INDETERMINATE),
    "a Terminal Server build held against a plain one": ("4.0.1381.200", facts("4.0.1381.33478"), INDETERMINATE),
    "a plain build held against a Terminal Server one": ("4.0.1381.33478", facts("4.0.1381.7086"), INDETERMINATE),
    "two Terminal Server builds": ("4.0.1381.33478", facts("4.0.1381.33400"), MISSING),
    "a high revision of another Windows": ("5.0.2195.40000", facts("5.0.2195.3000"), MISSING),
}


@pytest.mark.parametrize(("required", "found", "status"), BY_VERSION.values(), ids=BY_VERSION)
def test_versions(required: str, found: FileFacts, status: Status) -> None:
    judged = judge_file(versioned(required), found)
    assert judged.status is status
    assert (judged.evidence is VERSION) or status is INDETERMINATE
    assert judged.reason
    assert not judged.conflicts


NO_VERSION = {
    FileKind.PE: "it has no version resource",
    FileKind.NE: "it is a 16-bit NE file without a version resource",
    FileKind.LE: "it is an LE file without a version resource",
    FileKind.MZ: "it is no executable with a version",
    FileKind.OTHER: "it is no executable with a version",
}


@pytest.mark.parametrize(("kind", "reason"), NO_VERSION.items(), ids=NO_VERSION)
def test_what_is_said_of_a_file_without_a_version(kind: FileKind, reason: str) -> None:
    judged = judge_file(versioned("3.10"), facts(kind=kind, platform=None))
    assert (judged.status, judged.evidence, judged.reason) == (INDETERMINATE, NOTHING, reason)


def test_the_same_version_with_another_size_is_a_conflict_that_is_shown() -> None:
    judged = judge_file(versioned("5.2.3790.134", 84_992), facts("5.2.3790.134", size=85_000))
    assert (judged.status, judged.evidence) == (FIXED, VERSION)
    assert [(one.evidence, one.says) for one in judged.conflicts] == [
        (BOTH, "its size is 85,000 bytes, the article's 84,992")
    ]
    assert not judge_file(versioned("5.2.3790.134", 84_992), facts("5.2.3790.134", size=84_992)).conflicts
    assert not judge_file(versioned("5.2.3790.134", 84_992), facts("5.2.3790.135", size=85_000)).conflicts
    assert not judge_file(
        versioned("5.2.3790.134", 84_992), facts("5.2.3790.134", size=85_000), size_counts=False
    ).conflicts


SIZE, OTHER = 375_056, 374_032
BY_LINK_TIME = {
    "that day": ("1999-11-18", SIZE, FIXED, BOTH),
    "a day after": ("1999-11-19", SIZE, FIXED, BOTH),
    "fourteen days before": ("1999-11-04", SIZE, FIXED, BOTH),
    "fifteen days before": ("1999-11-03", SIZE, INDETERMINATE, NOTHING),
    "two days after": ("1999-11-20", SIZE, FIXED, LINK),
    "two days after, another size": ("1999-11-20", OTHER, FIXED, LINK),
    "a day after, another size": ("1999-11-19", OTHER, INDETERMINATE, NOTHING),
    "that day, another size": ("1999-11-18", OTHER, INDETERMINATE, NOTHING),
    "two days before, another size": ("1999-11-16", OTHER, INDETERMINATE, NOTHING),
    "three days before, another size": ("1999-11-15", OTHER, MISSING, BOTH),
    "years before, another size": ("1996-08-09", OTHER, MISSING, BOTH),
    "years before, same size": ("1996-08-09", SIZE, INDETERMINATE, NOTHING),
}
KERNEL32 = FileRow("Kernel32.dll", date=date(1999, 11, 18), time="16:19", size=SIZE)


@pytest.mark.parametrize(("linked", "size", "status", "evidence"), BY_LINK_TIME.values(), ids=BY_LINK_TIME)
def test_link_time_and_size(linked: str, size: int, status: Status, evidence: Evidence) -> None:
    judged = judge_file(KERNEL32, facts("9.9", size=size, linked=linked))
    assert (judged.status, judged.evidence) == (status, evidence)


@pytest.mark.parametrize(
    ("linked", "status"),
    [("2000-01-01", FIXED), ("1999-11-18", INDETERMINATE), ("1996-08-09", INDETERMINATE)],
    ids=["later", "that day", "before"],
)
@pytest.mark.parametrize(
    "row", [KERNEL32, FileRow("Kernel32.dll", date=date(1999, 11, 18))], ids=["size is foreign", "no size"]
)
def test_without_a_size_only_a_later_link_time_tells(row: FileRow, linked: str, status: Status) -> None:
    judged = judge_file(row, facts(size=OTHER, linked=linked), size_counts=False)
    assert judged.status is status


DELPHI = 0x2A425E19
UNUSABLE: dict[str, tuple[int | None, bool]] = {
    "zero": (0, False),
    "none": (None, False),
    "before 1992": (631_152_000, False),
    "after 2016": (1_500_000_000, False),
    "a hash": (942_940_800, True),
    "what Borland's linkers write": (DELPHI, False),
}


@pytest.mark.parametrize(("stamp", "reproducible"), UNUSABLE.values(), ids=UNUSABLE)
def test_link_times_that_say_nothing(stamp: int | None, reproducible: bool) -> None:
    assert usable_link_time(facts(linked=stamp, reproducible=reproducible)) is None


BY_FILE_TIME = {
    "that time": ("1999-11-18T16:19", SIZE, FIXED, FILE),
    "26 hours before": ("1999-11-17T14:19", SIZE, FIXED, FILE),
    "more than 26 hours before": ("1999-11-17T14:18", SIZE, INDETERMINATE, NOTHING),
    "more than 26 hours before, another size": ("1999-11-17T14:18", OTHER, MISSING, FILE),
    "within 26 hours, another size": ("1999-11-17T14:20", OTHER, INDETERMINATE, NOTHING),
    "a copy of years later, same size": ("2015-01-01T00:00", SIZE, FIXED, FILE),
    "years later, another size": ("2015-01-01T00:00", OTHER, INDETERMINATE, NOTHING),
    "no file time": (None, SIZE, INDETERMINATE, NOTHING),
}


@pytest.mark.parametrize(("modified", "size", "status", "evidence"), BY_FILE_TIME.values(), ids=BY_FILE_TIME)
def test_file_time_only_with_the_size(modified: str | None, size: int, status: Status, evidence: Evidence) -> None:
    judged = judge_file(KERNEL32, facts(size=size, linked=0, modified=modified))
    assert (judged.status, judged.evidence) == (status, evidence)


def test_a_row_without_a_time_means_the_whole_day() -> None:
    row = FileRow("a.dll", date=date(1999, 11, 18), size=SIZE)
    assert judge_file(row, facts(size=SIZE, linked=0, modified="1999-11-16T22:00")).status is FIXED
    assert judge_file(row, facts(size=SIZE, linked=0, modified="1999-11-16T21:59")).status is INDETERMINATE


@pytest.mark.parametrize("row", [FileRow("a.dll"), FileRow("a.dll", size=SIZE)], ids=["a name alone", "a size alone"])
def test_a_row_without_version_and_date_decides_nothing(row: FileRow) -> None:
    assert judge_file(row, facts("1.0", size=SIZE, linked="1999-11-18")).status is INDETERMINATE


APPROXIMATE = {
    "105 KB, half a KB above": (105 * 1024, 105 * 1024 + 512, FIXED),
    "105 KB, half a KB below": (105 * 1024, 105 * 1024 - 512, FIXED),
    "105 KB, more": (105 * 1024, 105 * 1024 + 513, INDETERMINATE),
    "67.5 KB, within": (69_120, 69_120 + 51, FIXED),
    "67.5 KB, more": (69_120, 69_120 + 52, INDETERMINATE),
    "1.2 MB, within": (1_258_291, 1_258_291 + 52_000, FIXED),
    "1.2 MB, more": (1_258_291, 1_258_291 + 53_000, INDETERMINATE),
    "2 MB, within": (2 << 20, (2 << 20) + 500_000, FIXED),
}


@pytest.mark.parametrize(("size", "found", "status"), APPROXIMATE.values(), ids=APPROXIMATE)
def test_approximate_sizes_match_within_half_a_unit(size: int, found: int, status: Status) -> None:
    row = FileRow("a.dll", date=date(2000, 3, 14), size=size, size_approx=True)
    assert judge_file(row, facts(size=found, linked="2000-03-14")).status is status


def test_an_older_version_with_the_size_and_link_time_of_the_fix_is_shown_as_such() -> None:
    row = FileRow("a.dll", version="6.0.8764.1", date=date(1999, 11, 18), size=1000)
    judged = judge_file(row, facts("6.0.87.64", size=1000, linked="1999-11-18"))
    assert (judged.status, judged.evidence) == (MISSING, VERSION)
    assert [conflict.says for conflict in judged.conflicts] == [
        "its size and its link time 1999-11-18 are those of the fix"
    ]
    assert judge_file(row, facts("6.0.87.64", size=1000, linked="1999-01-18")).conflicts == ()


# What stands in a column of versions and can be none of a file of NT 4.0: a build alone (Q255271), a size (Q195052), a
# product's own count (Q305638), what the string of every one says (Q216795, Q228920).
NO_NT4_VERSION = {
    "all strings, linked before": ("4.00", facts("4.0.1381.32773", size=900, linked="1998-05-09"), MISSING, BOTH),
    "all strings, linked later": ("4.0", facts("4.0.1381.33595", size=900, linked="2001-01-20"), FIXED, LINK),
    "a build alone, linked before": ("7043", facts("4.0.1381.335", size=900, linked="1999-09-29"), MISSING, BOTH),
    "a build alone, linked later": ("7043", facts("4.0.1381.7080", size=900, linked="2000-07-06"), FIXED, LINK),
    "a size, linked before": ("1.279.248", facts("4.0.1381.4", size=900, linked="1997-05-01"), MISSING, BOTH),
    "a count, and the very file": ("1.0.224.6", facts("4.0.1381.7100", size=1000, linked="2000-02-02"), FIXED, BOTH),
    "neither size nor day": ("7043", facts("4.0.1381.335", size=1000, linked="1999-09-29"), INDETERMINATE, NOTHING),
    "a count of the file too": ("1.0.224.6", facts("1.0.224.5", size=1000, linked="2000-02-02"), MISSING, VERSION),
    "what replaced NT 4.0's": ("5.80.2919.1", facts("4.0.1381.4", size=900, linked="2001-01-01"), MISSING, VERSION),
}  # fmt: skip


@pytest.mark.parametrize(("printed", "found", "status", "evidence"), NO_NT4_VERSION.values(), ids=NO_NT4_VERSION)
def test_what_can_be_no_version_of_nt4(printed: str, found: FileFacts, status: Status, evidence: Evidence) -> None:
    judged = judge_file(FileRow("a.dll", version=printed, date=date(2000, 2, 3), size=1000), found)
    assert (judged.status, judged.evidence) == (status, evidence), judged.reason


# Visual SourceSafe's files: articles print 6.0.86.60 (Q236810) or 06.00.8764 (Q254494) of the same ones.
PAIRS = {
    "its string prints the build": ("06.00.8764", facts("6.0.87.64", FileVersion="06.00.8764"), FIXED, VERSION),
    "its string prints a later build": ("06.00.8764", facts("6.0.94.47", FileVersion="6.00.9447"), FIXED, VERSION),
    "its string prints the number": ("06.00.8764", facts("6.0.87.64", FileVersion="6.0.87.64"), INDETERMINATE, NOTHING),
    "no string": ("06.00.8764", facts("6.0.94.47"), INDETERMINATE, NOTHING),
    "no string, the size and link time of the fix": (
        "06.00.8764",
        facts("6.0.87.64", size=1000, linked="2000-02-03"),
        FIXED,
        Evidence.SIZE_AND_LINK_TIME,
    ),
    "no string, linked later with another size": (
        "06.00.8764",
        facts("6.0.94.47", size=1001, linked="2001-02-03"),
        INDETERMINATE,
        NOTHING,
    ),
    "older however it is read": ("06.00.8764", facts("6.0.81.69"), MISSING, VERSION),
    "the number in pairs is printed": ("6.0.87.64", facts("6.0.94.47"), FIXED, VERSION),
    "printed with four parts": ("6.00.8798.0", facts("6.0.94.47"), MISSING, VERSION),
    "of another line": ("06.00.8764", facts("5.0.87.64"), MISSING, VERSION),
    "a build of its own": ("4.00.1381", facts("4.0.1380.1"), MISSING, VERSION),
}  # fmt: skip


@pytest.mark.parametrize(("printed", "found", "status", "evidence"), PAIRS.values(), ids=PAIRS)
def test_a_build_in_one_part_against_one_in_two(
    printed: str, found: FileFacts, status: Status, evidence: Evidence
) -> None:
    row = FileRow("ssapi.dll", version=printed, date=date(2000, 2, 3), size=1000)
    judged = judge_file(row, found)
    assert (judged.status, judged.evidence) == (status, evidence), judged.reason
