"""Which of an article's rows a file is held against: by release, service pack level and branch (rules 4 to 7).

An article may list one file several times: for several service packs, for both branches of one, for two products. A
file is of one of them, and only that row speaks of it. The others stay in the report as not applicable, with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.verdicts.branches import (
    UNKNOWN,
    Branch,
    Level,
    is_divided,
    level_of_file,
    level_of_row,
    pack_name,
    release_of,
)
from hotfixcheck.verdicts.finding import Evidence, Status
from hotfixcheck.verdicts.rules import Judgement, has_version_and_size, judge_file, linked_before, version_of
from hotfixcheck.verdicts.trace import Rule, Step


@dataclass(frozen=True, slots=True)
class Alternative:
    """A row that is about the file; `label` is what its table or note says of its service pack and branch.

    `size_counts` as in `judge_file`.
    """

    row: FileRow
    label: Level = UNKNOWN
    size_counts: bool = True


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the system says where the file does not: its service pack's number, and its release of Windows 10."""

    pack: int | None = None
    release: int | None = None


NOWHERE = Surroundings()


def judge_rows(
    alternatives: Iterable[Alternative], facts: FileFacts, here: Surroundings = NOWHERE
) -> tuple[Judgement, ...]:
    """A judgement for each row, in their order: the verdict for those the file is held against, not applicable else."""
    rows = [_Row.of(each) for each in alternatives]
    if len(rows) == 1 and rows[0].is_plain:
        return (judge_file(rows[0].row, facts, size_counts=rows[0].size_counts),)
    choice = _Choice(rows, facts, here)
    return tuple(choice.judgement(row) for row in rows)


@dataclass(slots=True, eq=False)
class _Row:
    row: FileRow
    version: FileVersion | None
    level: Level
    size_counts: bool
    rejected: str = ""

    @classmethod
    def of(cls, each: Alternative) -> _Row:
        version = each.row.file_version
        return cls(each.row, version, level_of_row(version, each.row.version, each.label), each.size_counts)

    @property
    def is_plain(self) -> bool:
        """True where number and date are all that can matter: no level, no divided revisions, no release."""
        if self.level != UNKNOWN:
            return False
        return self.version is None or (release_of(self.version) is None and not is_divided(self.version))

    @property
    def name(self) -> str:
        """How reasons call it: `SP1QFE 5.2.3790.2440`."""
        level = "" if self.level == UNKNOWN else f"{self.level} "
        return f"{level}{self.row.version or self.row.date or 'without a version'}"


class _Choice:
    """Leaves out, question by question, the rows that are not about the file, until one answer decides."""

    def __init__(self, rows: list[_Row], facts: FileFacts, here: Surroundings) -> None:
        self._rows = rows
        self._facts = facts
        self._here = here
        self._found, _ = version_of(facts)
        self._level = level_of_file(self._found, facts)
        self._steps: list[Step] = []
        self._verdict = self._decide()

    def judgement(self, row: _Row) -> Judgement:
        if row.rejected:
            return Judgement(Status.NOT_APPLICABLE, Evidence.APPLICABILITY, row.rejected, (), tuple(self._steps))
        return replace(self._verdict, steps=(*self._steps, *self._verdict.steps))

    def _decide(self) -> Judgement:
        found = self._found
        return (
            (found and self._by_number(found))
            or self._by_pack(found)
            or (found and self._by_branch(found))
            or self._compared(found)
        )

    @property
    def _kept(self) -> list[_Row]:
        return [row for row in self._rows if not row.rejected]

    @property
    def _versions(self) -> list[FileVersion]:
        return [row.version for row in self._kept if row.version is not None]

    def _keep(self, wanted: list[_Row], rule: Rule, found: str, reason: str) -> None:
        """Goes on with `wanted`, if that is not empty; the others are rejected for `reason`."""
        kept = self._kept
        if not wanted or len(wanted) == len(kept):
            return
        for row in kept:
            if row not in wanted:
                row.rejected = reason
        self._steps.append(Step(rule, _names(kept), found, f"held against {_names(wanted)}"))

    def _verdict_of(self, status: Status, reason: str, rule: Rule, answer: str) -> Judgement:
        evidence = Evidence.APPLICABILITY if status is Status.NOT_APPLICABLE else Evidence.VERSION
        found = f"{self._found}" if self._level == UNKNOWN else f"{self._level} {self._found}"
        return Judgement(status, evidence, reason, (), (Step(rule, _names(self._kept), found, answer),))

    # --- by number (rules 4 and 6) ---------------------------------------------------------------------------------

    def _by_number(self, found: FileVersion) -> Judgement | None:
        """The rows of the file's own Windows and build; on Windows 10 and later nothing else may be compared."""
        if found.is_nt4:
            own = found.is_terminal_server_build
            kind = "Terminal Server" if own else "plain"
            self._keep_versions(
                lambda version: version.is_nt4 and version.is_terminal_server_build == own,
                Rule.TERMINAL_SERVER,
                f"the article has a row for {kind} builds, as the file is",
            )
        line = f"{found.major}.{found.minor}"
        self._keep_versions(
            lambda version: (version.major, version.minor) == (found.major, found.minor),
            Rule.RELEASE,
            f"the article has a row for version {line}, as the file is",
        )
        release = release_of(found)
        if release is None:
            self._keep_versions(
                lambda version: (
                    (version.major, version.minor, version.build) == (found.major, found.minor, found.build)
                ),
                Rule.RELEASE,
                f"the article has a row for {line}.{found.build}, as the file is",
            )
            return None
        return self._by_release(found, release)

    def _keep_versions(self, wanted: Callable[[FileVersion], bool], rule: Rule, reason: str) -> None:
        """Rejects rows of other versions where one of the wanted is there; rows without a version stay."""
        if any(wanted(version) for version in self._versions):
            kept = [row for row in self._kept if row.version is None or wanted(row.version)]
            self._keep(kept, rule, str(self._found), reason)

    def _by_release(self, found: FileVersion, release: int) -> Judgement | None:
        """Rule 6 on Windows 10 and later: each release has a numbering of its own, with fixes of its own."""
        releases = {release_of(version) for version in self._versions}
        if release in releases:
            reason = f"it is for another release; the file is of {release}"
            self._keep_versions(lambda version: release_of(version) == release, Rule.RELEASE, reason)
            return None
        if not releases - {None}:
            return None
        if self._here.release not in releases:
            reason = f"it is for {_releases(releases)}, and the file {found} is of release {release}"
            return self._verdict_of(Status.NOT_APPLICABLE, reason, Rule.RELEASE, "for another release")
        own = self._here.release or 0
        if release < own:
            reason = f"version {found} is of release {release}, older than this system's {own}"
            return self._verdict_of(Status.MISSING, reason, Rule.RELEASE, "of an older release than the system")
        reason = f"version {found} is of release {release} and cannot be compared with this system's {own}"
        return self._verdict_of(Status.INDETERMINATE, reason, Rule.RELEASE, "releases are never compared")

    # --- by service pack (rules 5 and 7) ---------------------------------------------------------------------------

    def _by_pack(self, found: FileVersion | None) -> Judgement | None:
        """The rows for the service pack that the file is of; where its version does not tell, that is the system's."""
        packs = sorted({row.level.pack for row in self._kept if row.level.pack is not None})
        own = self._level.pack
        here = self._here.pack if own is None else own
        if here is None or not packs or here in packs:
            if here is not None and packs:
                self._keep_pack(here, here)
            return None
        earlier, later = [pack for pack in packs if pack < here], [pack for pack in packs if pack > here]
        if own is None or not earlier:
            # A fix for an earlier service pack is what a later one installs too; for a later one, what is missing.
            self._keep_pack(earlier[-1] if earlier else later[0], here)
            return None
        others = ", ".join(pack_name(pack) for pack in packs)
        name = pack_name(own)
        if later:
            reason = f"version {found} is of {name}, and the article has rows for {others} only"
            return self._verdict_of(Status.INDETERMINATE, reason, Rule.LEVEL, "between the service packs of the rows")
        if found is not None and all(found >= version for version in self._versions):
            reason = f"version {found} is of {name}, later than {others} that the article has rows for"
            return self._verdict_of(Status.FIXED, reason, Rule.LEVEL, "of a later service pack than every row")
        return None

    def _keep_pack(self, pack: int, here: int) -> None:
        wanted = [row for row in self._kept if row.level.pack in {pack, None}]
        whose = "the file is of" if self._level.pack is not None else "the system has"
        self._keep(wanted, Rule.LEVEL, pack_name(here), f"it is for another service pack; {whose} {pack_name(here)}")

    # --- by branch (rules 5 and 6) ---------------------------------------------------------------------------------

    def _by_branch(self, found: FileVersion) -> Judgement | None:
        """The row of the file's own branch. A fix of the QFE branch alone may be in no GDR file, of any number."""
        own = self._level.branch
        versioned = [row for row in self._kept if row.version is not None]
        if own is None or not versioned:
            return None
        same = [row for row in versioned if row.level.branch is own]
        if same:
            self._keep(same, Rule.BRANCH, own.value, f"it is for the other branch; the file is {own}")
            return None
        if any(row.level.branch is None for row in versioned):
            return None
        highest = max(self._versions)
        if own is Branch.GDR and found >= highest:
            reason = f"version {found} is of the GDR branch, and the fix {_names(versioned)} only of the other"
            return self._verdict_of(Status.INDETERMINATE, reason, Rule.BRANCH, "branches are never compared")
        if own is Branch.QFE and is_divided(found) and (day := _before_all(versioned, self._facts)):
            reason = f"version {found} is of the LDR branch and was linked {day}, before the fix; its row is missing"
            return self._verdict_of(Status.INDETERMINATE, reason, Rule.BRANCH, "linked before the fix was made")
        return None

    # --- the comparison --------------------------------------------------------------------------------------------

    def _compared(self, found: FileVersion | None) -> Judgement:
        """One row, or what several agree on: from the highest on it is fixed, below the lowest missing (rule 5)."""
        versioned = [row for row in self._kept if row.version is not None]
        dated = [row for row in self._kept if row.version is None]
        if found is not None and versioned and not _levels(dated) - _levels(versioned):
            dated = []
        groups = [group for group in (versioned, dated) if group]
        verdicts = [self._agreed(group) for group in groups]
        if len(verdicts) == 1:
            return verdicts[0]
        by_version, by_date = verdicts
        if by_version.status is by_date.status:
            return by_version
        return by_date if _is_the_file(by_date) else self._undecided()

    def _agreed(self, rows: list[_Row]) -> Judgement:
        judged = [judge_file(row.row, self._facts, size_counts=row.size_counts) for row in rows]
        for row, each in zip(rows, judged, strict=True):
            if _is_the_file(each) or (row.size_counts and has_version_and_size(row.row, self._facts)):
                return each
        first = judged[0]
        if all(each.status is first.status for each in judged):
            # The row that is hardest to meet speaks for a fixed file, the easiest for one that meets none.
            numbers = [row.version or FileVersion(0, 0, 0, 0) for row in rows]
            wanted = max(numbers) if first.status is Status.FIXED else min(numbers)
            return judged[numbers.index(wanted)]
        return self._undecided(*judged)

    def _undecided(self, *judged: Judgement) -> Judgement:
        names = _names(self._kept)
        if self._found is None:
            reason = f"neither date nor size says whether it is the fix of {names}"
        else:
            reason = (
                f"version {self._found} lies between {names}, and nothing says which of them it is to be held against"
            )
        step = Step(
            Rule.BRANCH, names, str(self._found or "no version"), "between the rows, none of which is surely its own"
        )
        steps = tuple(step for each in judged for step in each.steps)
        return Judgement(Status.INDETERMINATE, Evidence.NOTHING, reason, (), (*steps, step))


def _is_the_file(judged: Judgement) -> bool:
    """True if size and time say that this is the very file of a row, whichever row it is."""
    return judged.status is Status.FIXED and judged.evidence in {Evidence.SIZE_AND_LINK_TIME, Evidence.FILE_TIME}


def _before_all(rows: list[_Row], facts: FileFacts) -> date | None:
    days = [linked_before(row.row, facts) for row in rows]
    return days[0] if all(days) else None


def _levels(rows: list[_Row]) -> set[Level]:
    return {row.level for row in rows}


def _names(rows: Iterable[_Row]) -> str:
    return ", ".join(dict.fromkeys(row.name for row in rows))


def _releases(releases: set[int | None]) -> str:
    known = sorted(release for release in releases if release is not None)
    return f"release{'s'[: len(known) != 1]} {', '.join(map(str, known))}"
