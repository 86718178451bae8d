"""One requirement against one file: the rules of design section 5 that compare a version, or a date and a size.

Which of several rows a file is held against is decided before (`alternatives`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.verdicts.finding import Conflict, Evidence, Status
from hotfixcheck.verdicts.trace import Rule, Step

# Rule 8, in days from the row's date: files were linked up to two weeks before the article's copy was made.
_LINKED_BEFORE, _LINKED_AFTER, _SURELY_OLDER = 14, 1, 2
_FILE_TIME_SLACK = timedelta(hours=26)  # any two time zones, and daylight saving

# Outside these years a TimeDateStamp of a Windows file is a hash or rubbish (rule 8).
_LINK_YEARS = range(1992, 2017)
_DELPHI_STAMP = 0x2A425E19  # 1992-06-19 22:22:17, which Borland's linkers write into every file

_OLD_FORMATS = {FileKind.NE: "a 16-bit NE file", FileKind.LE: "an LE file"}

_KB, _MB = 1024, 1024 * 1024

_PAIR = 100
_PRINTED_BUILD = re.compile(r"\s*\d+[.,]\s*\d+[.,]\s*[1-9]\d{3}\s*")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome of one comparison; `steps` are what was asked on the way to it."""

    status: Status
    evidence: Evidence
    reason: str
    conflicts: tuple[Conflict, ...] = ()
    steps: tuple[Step, ...] = ()


def judge_file(row: FileRow, facts: FileFacts, *, size_counts: bool = True) -> Judgement:
    """What `facts` say of the requirement `row`.

    `size_counts` is False where the table's sizes are of another language (rule 9) or of another build of the kernel
    (rule 14).
    """
    required = row.file_version
    if required is None:
        return _by_date_and_size(row, facts, size_counts)
    found, spelled = version_of(facts)
    if found is None:
        return _without_version(row, facts, size_counts)
    return _by_version(row, required, facts, found, spelled, size_counts)


# --- versions (rules 3 and 4) --------------------------------------------------------------------------------------


def version_of(facts: FileFacts) -> tuple[FileVersion | None, str]:
    """Rule 3: the fixed version; the string's only where there is no fixed one (Q196334), with words that say so."""
    if facts.file_version is not None:
        return facts.file_version, ""
    found = _string_version(facts)
    return found, " (by its string, there is no fixed version)" if found else ""


def _by_version(
    row: FileRow, required: FileVersion, facts: FileFacts, found: FileVersion, spelled: str, size_counts: bool
) -> Judgement:
    """Rule 3: numeric, part by part, on VS_FIXEDFILEINFO."""
    if found.is_nt4 and required.is_nt4 and found.is_terminal_server_build != required.is_terminal_server_build:
        # Rule 4, Q196334: two branches whose numbers say nothing of each other.
        branch = "Terminal Server" if found.is_terminal_server_build else "plain NT 4.0"
        said = f"version {found} is a {branch} build and cannot be compared with {required}"
        step = Step(Rule.TERMINAL_SERVER, str(required), str(found), "builds of two branches are never compared")
        return Judgement(Status.INDETERMINATE, Evidence.VERSION, said, (), (step,))
    if found.is_nt4 and required.is_no_nt4_version:
        return _without_number(row, facts, found, size_counts)
    if found < required and (pairs := _in_pairs(row.version or "", required, found)) is not None:
        return _by_pairs(row, pairs, facts, found, size_counts)
    if found < required:
        status, said = Status.MISSING, f"older than {required}"
    else:
        status, said = Status.FIXED, "the fix" if found == required else f"later than {required}"
    same = found == required
    step = Step(Rule.VERSION, f"{required} or later", f"{found}{spelled}", "the same" if same else said.split()[0])
    return Judgement(
        status,
        Evidence.VERSION,
        f"version {found}{spelled} is {said}",
        _weaker(row, facts, status, same, size_counts),
        (step,),
    )


def _without_number(row: FileRow, facts: FileFacts, found: FileVersion, size_counts: bool) -> Judgement:
    """What is printed as a version tells nothing of a file of NT 4.0: date and size decide, as without one."""
    step = Step(Rule.VERSION, f"{row.version} or later", str(found), "cannot be compared")
    judged = _by_date_and_size(row, facts, size_counts)
    reason = f"version {found} cannot be compared with {row.version}; {judged.reason}"
    return replace(judged, reason=reason, steps=(step, *judged.steps))


def _in_pairs(printed: str, required: FileVersion, found: FileVersion) -> FileVersion | None:
    """What `found` would be printed as, where that is not older than the row: 6.0.86.60 is build 8660, `06.00.8660`.

    Visual SourceSafe and Visual Basic keep a build of four digits in two parts of the fixed version. Articles print it
    so (Q236810) or in one part (Q254494).
    """
    if _PRINTED_BUILD.fullmatch(printed) is None or found.build >= _PAIR or found.revision >= _PAIR:
        return None
    as_printed = FileVersion(found.major, found.minor, found.build * _PAIR + found.revision, 0)
    is_same_line = (found.major, found.minor) == (required.major, required.minor)
    return as_printed if is_same_line and as_printed >= required else None


def _by_pairs(
    row: FileRow, as_printed: FileVersion, facts: FileFacts, found: FileVersion, size_counts: bool
) -> Judgement:
    """Rule 3 where the row prints a build in one part: the file's string tells how its number is to be read.

    Without it the next evidence in strength counts, as for a file without a version.
    """
    printed = f"{as_printed.major}.{as_printed.minor}.{as_printed.build}"
    if _string_version(facts) == as_printed:
        said = f"version {found}, which its string calls {printed}, is {row.version} or later"
        step = Step(Rule.VERSION, f"{row.version} or later", f"{found}, by its string {printed}", "the same or later")
        return Judgement(Status.FIXED, Evidence.VERSION, said, (), (step,))
    reason = f"version {found} may be meant by {printed}, and nothing says whether it is"
    return _by_next_evidence(row, facts, reason, size_counts)


def _weaker(row: FileRow, facts: FileFacts, status: Status, same: bool, size_counts: bool) -> tuple[Conflict, ...]:
    """Rule 18: what size and link time say against the version, which counts."""
    if row.size is None or not size_counts:
        return ()
    same_size = _same_size(row, facts.size)
    if same and not same_size:
        said = f"its size is {facts.size:,} bytes, the article's {row.size:,}"
        return (Conflict(Evidence.SIZE_AND_LINK_TIME, said),)
    linked = usable_link_time(facts)
    if status is Status.MISSING and same_size and not row.size_approx and row.date and linked:
        days = (linked.date() - row.date).days
        if -_LINKED_BEFORE <= days <= _LINKED_AFTER:
            said = f"its size and its link time {linked:%Y-%m-%d} are those of the fix"
            return (Conflict(Evidence.SIZE_AND_LINK_TIME, said),)
    return ()


def _without_version(row: FileRow, facts: FileFacts, size_counts: bool) -> Judgement:
    """A version is printed and the file has none."""
    return _by_next_evidence(row, facts, _no_version(facts), size_counts)


def _by_next_evidence(row: FileRow, facts: FileFacts, reason: str, size_counts: bool) -> Judgement:
    """The next evidence in strength after the version, which cannot be compared (rule 18): date and size.

    A later link time alone is not enough, for a later file would have a version that can.
    """
    step = Step(Rule.VERSION, f"{row.version} or later", reason, "cannot be compared")
    judged = _by_date_and_size(row, facts, size_counts) if row.date else None
    if judged is None or judged.status is Status.INDETERMINATE or judged.evidence is Evidence.LINK_TIME:
        return Judgement(Status.INDETERMINATE, Evidence.NOTHING, reason, (), (step, *(judged.steps if judged else ())))
    return replace(judged, reason=f"{reason}; {judged.reason}", steps=(step, *judged.steps))


def _string_version(facts: FileFacts) -> FileVersion | None:
    try:
        return FileVersion.parse(facts.string_version or "")
    except ValueError:
        return None


def _no_version(facts: FileFacts) -> str:
    if facts.kind in _OLD_FORMATS:
        return f"it is {_OLD_FORMATS[facts.kind]} without a version resource"
    return "it has no version resource" if facts.kind is FileKind.PE else "it is no executable with a version"


# --- dates and sizes (rule 8) --------------------------------------------------------------------------------------


def _by_date_and_size(row: FileRow, facts: FileFacts, size_counts: bool) -> Judgement:
    """Rule 8: link time and size, else the file's own time and size."""
    same = _same_size(row, facts.size) if size_counts and row.size is not None else None
    sizes = _sizes(row, facts, same)
    linked = usable_link_time(facts)
    if row.date is None:
        status, evidence, said = (
            Status.INDETERMINATE,
            Evidence.NOTHING,
            f"the article gives no version and no date; {sizes}",
        )
    elif linked is None:
        status, evidence, said = _by_file_time(row, row.date, facts, same, sizes)
    else:
        status, evidence, said = _by_link_time(row.date, linked, same, sizes)
    step = Step(Rule.DATES, _dated(row), _dates_of(facts, linked), said)
    return Judgement(status, evidence, said, (), (step,))


def _by_link_time(day: date, linked: datetime, same: bool | None, sizes: str) -> tuple[Status, Evidence, str]:
    days = (linked.date() - day).days
    said = f"linked {linked:%Y-%m-%d}, {_apart(days)} the fix's {day}; {sizes}"
    if same and -_LINKED_BEFORE <= days <= _LINKED_AFTER:
        return Status.FIXED, Evidence.SIZE_AND_LINK_TIME, said
    if days > _LINKED_AFTER:
        return Status.FIXED, Evidence.LINK_TIME, said
    if days < -_SURELY_OLDER and same is False:
        return Status.MISSING, Evidence.SIZE_AND_LINK_TIME, said
    return Status.INDETERMINATE, Evidence.NOTHING, f"{said}: neither says which file this is"


def _by_file_time(
    row: FileRow, day: date, facts: FileFacts, same: bool | None, sizes: str
) -> tuple[Status, Evidence, str]:
    """Rule 8's last resort: a file's own time is lost by copying, so it counts only if the size agrees with it."""
    if facts.modified is None or same is None:
        return Status.INDETERMINATE, Evidence.NOTHING, f"there is no link time to go by; {sizes}"
    stamp = datetime.combine(day, time.fromisoformat(row.time) if row.time else time(), tzinfo=UTC)
    is_older = facts.modified < stamp - _FILE_TIME_SLACK
    said = f"no usable link time; file time {facts.modified:%Y-%m-%d %H:%M}, the fix's {row.date}; {sizes}"
    if same and not is_older:
        return Status.FIXED, Evidence.FILE_TIME, said
    if not same and is_older:
        return Status.MISSING, Evidence.FILE_TIME, said
    return Status.INDETERMINATE, Evidence.NOTHING, f"{said}: they do not agree"


def has_version_and_size(row: FileRow, facts: FileFacts) -> bool:
    """True of the very file that a row prints: of several rows for one file it is this one's, whatever they are for."""
    version, _ = version_of(facts)
    return row.size is not None and version is not None and version == row.file_version and _same_size(row, facts.size)


def linked_before(row: FileRow, facts: FileFacts) -> date | None:
    """The day on which a file was linked, if that is earlier than any file of the row's fix can have been (rule 8)."""
    linked = usable_link_time(facts)
    if row.date is None or linked is None or (linked.date() - row.date).days >= -_LINKED_BEFORE:
        return None
    return linked.date()


def _dated(row: FileRow) -> str:
    parts = [
        *([] if row.date is None else [f"{row.date}{f' {row.time}' if row.time else ''}"]),
        *([] if row.size is None else [f"{'about ' if row.size_approx else ''}{row.size:,} bytes"]),
    ]
    return ", ".join(parts) or "nothing is printed"


def _dates_of(facts: FileFacts, linked: datetime | None) -> str:
    when = f"linked {linked:%Y-%m-%d}" if linked else "no usable link time"
    own = "" if linked or facts.modified is None else f", file time {facts.modified:%Y-%m-%d %H:%M}"
    return f"{when}{own}, {facts.size:,} bytes"


def usable_link_time(facts: FileFacts) -> datetime | None:
    """The link time in UTC, None where it is 0, a hash (reproducible build) or outside 1992-2016 (rule 8)."""
    if not facts.link_time or facts.reproducible or facts.link_time == _DELPHI_STAMP:
        return None
    linked = datetime.fromtimestamp(facts.link_time, tz=UTC)
    return linked if linked.year in _LINK_YEARS else None


def _same_size(row: FileRow, size: int) -> bool:
    """Equal, or within half of the unit that an approximate size was rounded to (rule 8)."""
    required = row.size or 0
    return abs(size - required) <= (_unit(required) / 2 if row.size_approx else 0)


def _unit(size: int) -> float:
    """The unit that an approximate size is a whole number of: 1 or 0.1 MB, else 1 KB, else 0.1 KB.

    Bytes come from "105 KB" or "1.2 MB" by multiplying; a fraction of a byte was rounded.
    """
    units = (_MB, _MB / 10, _KB) if size >= _MB else (_KB,)
    return next((unit for unit in units if abs(size - round(size / unit) * unit) < 1), _KB / 10)


def _sizes(row: FileRow, facts: FileFacts, same: bool | None) -> str:
    if row.size is None:
        return "the article gives no size"
    if same is None:
        return "its size is no evidence here"
    about = "about " if row.size_approx else ""
    return f"size {facts.size:,}, as the fix" if same else f"size {facts.size:,}, the fix has {about}{row.size:,}"


def _apart(days: int) -> str:
    if not days:
        return "on the day of"
    return f"{abs(days)} day{'s'[: abs(days) != 1]} {'after' if days > 0 else 'before'}"
