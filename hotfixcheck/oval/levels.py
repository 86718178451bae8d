"""Several rows of one file, of which one speaks of it: by build, service pack and branch (design rules 5 to 7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.oval.logic import (
    ALWAYS,
    Entity,
    Expression,
    FileObject,
    Operation,
    Test,
    Undecided,
    every,
    some,
    without,
)
from hotfixcheck.oval.rows import LOWEST_VERSION, between, older_than, same_size, undecided, version_of_file
from hotfixcheck.verdicts.branches import FIRST_LDR, FIRST_REVISIONS, XP_AND_2003, Branch, Level, is_divided

_LAST = 0xFFFF


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A row with its printed version, service pack and branch."""

    row: FileRow
    version: FileVersion
    level: Level


def has_levels(rows: Sequence[LevelRow]) -> bool:
    """True if a file's version and branch tag alone tell which row is for it.

    That is so of the files of Windows XP and Server 2003, whose revisions tell the service pack, and of those of Vista
    to Windows 8, whose revisions tell the branch, where the rows are not of several service packs of one build.
    """
    return all(_has_packs(row.version) or (is_divided(row.version) and row.level.pack is None) for row in rows)


def levels_missing(rows: Sequence[LevelRow], file: FileObject, key: Expression) -> Expression:
    """When the file is missing the fix by the row that is for it; unknown where nothing tells which one that is."""
    lines: dict[tuple[int, int, int], list[LevelRow]] = {}
    for row in rows:
        lines.setdefault((row.version.major, row.version.minor, row.version.build), []).append(row)
    answers, covered = [], []
    for (major, minor, build), own in sorted(lines.items()):
        here = between(file, FileVersion(major, minor, build, 0), FileVersion(major, minor, build, _LAST))
        covered.append(here)
        answers.append(every(here, _in_build(own, file, key)))
    has_version = version_of_file(file, Operation.AT_LEAST, LOWEST_VERSION)
    elsewhere = every(has_version, without(some(*covered)))
    no_version = undecided(without(has_version), key, f"{file.name} has no version")
    return some(*answers, every(elsewhere, _compared(rows, file, key)), no_version)


def _has_packs(version: FileVersion) -> bool:
    return (version.major, version.minor) in XP_AND_2003 and version.build in FIRST_REVISIONS


def _in_build(rows: Sequence[LevelRow], file: FileObject, key: Expression) -> Expression:
    """Rule 7: a file of a later service pack than every row is fixed by it."""
    version = rows[0].version
    if not _has_packs(version):
        return _by_branch(rows, file, key)
    steps = FIRST_REVISIONS[version.build]
    packs = sorted({row.level.pack for row in rows if row.level.pack is not None})
    answers = []
    for place, (first, pack) in enumerate(steps):
        last = steps[place + 1][0] - 1 if place + 1 < len(steps) else _LAST
        low, high = (FileVersion(version.major, version.minor, version.build, each) for each in (first, last))
        answers.append(every(between(file, low, high), _of_pack(pack, packs, rows, file, key)))
    return some(*answers)


def _of_pack(
    pack: int, packs: Sequence[int], rows: Sequence[LevelRow], file: FileObject, key: Expression
) -> Expression:
    earlier, later = [each for each in packs if each < pack], [each for each in packs if each > pack]
    if packs and pack not in packs and earlier:
        if later:
            return Undecided(f"{file.name} is between the service packs of the rows")
        later_than_all = _at_least(max(row.version for row in rows), file)
        return every(without(later_than_all), _by_branch(rows, file, key))
    wanted = pack if pack in packs else later[0] if later else None
    kept = [row for row in rows if wanted is None or row.level.pack in {wanted, None}]
    return _by_branch(kept, file, key)


def _by_branch(rows: Sequence[LevelRow], file: FileObject, key: Expression) -> Expression:
    """Rules 5 and 6: the row of the file's own branch; where nothing tells the branch, what all rows agree on."""
    branches = {branch: [row for row in rows if row.level.branch is branch] for branch in Branch}
    answers, told = [], []
    for branch, own in branches.items():
        is_own = _is_branch(branch, rows[0].version, file)
        told.append(is_own)
        answers.append(every(is_own, _compared(own or rows, file, key)))
        if not own and branch is Branch.GDR and all(row.level.branch for row in rows):
            highest = max(row.version for row in rows)
            other = Undecided("the fix is of the other branch only")
            answers[-1] = every(is_own, some(_compared(rows, file, key), every(_at_least(highest, file), other)))
    return some(*answers, every(without(some(*told)), _compared(rows, file, key)))


def _is_branch(branch: Branch, version: FileVersion, file: FileObject) -> Expression:
    """By the revision, else by the tag in development_class; a service pack's own files are GDR."""
    line = version.major, version.minor, version.build
    if is_divided(version):
        first, last = (0, FIRST_LDR - 1) if branch is Branch.GDR else (FIRST_LDR, _LAST)
        return between(file, FileVersion(*line, first), FileVersion(*line, last))
    tag = _tagged("gdr|rtm" if branch is Branch.GDR else "qfe|ldr", file)
    if branch is Branch.QFE:
        return tag
    releases = [FileVersion(*line, first) for first, _ in FIRST_REVISIONS[version.build]]
    is_release = some(*(version_of_file(file, Operation.EQUALS, each) for each in releases))
    return some(tag, every(is_release, without(_tagged("qfe|ldr", file))))


def _tagged(names: str, file: FileObject) -> Test:
    state = Entity("development_class", rf"(?i)_({names})(?![a-z0-9])", Operation.PATTERN)
    return Test(file, (state,), f"{file.name} is of a branch named {names.replace('|', ' or ')}")


def _compared(rows: Iterable[LevelRow], file: FileObject, key: Expression) -> Expression:
    """Below the lowest it is missing, from the highest on it is fixed; between them only the size says whose it is."""
    rows = tuple(rows)
    versions = sorted({row.version for row in rows})
    if not versions:
        return ALWAYS
    low, high = versions[0], versions[-1]
    if low == high:
        return older_than(low, file)
    middle = every(_at_least(low, file), older_than(high, file))
    own = (every(version_of_file(file, Operation.EQUALS, row.version), same_size(row.row, file)) for row in rows)
    between_all = every(middle, without(some(*own)))
    return some(older_than(low, file), undecided(between_all, key, f"{file.name} lies between {low} and {high}"))


def _at_least(version: FileVersion, file: FileObject) -> Expression:
    return version_of_file(file, Operation.AT_LEAST, version)
