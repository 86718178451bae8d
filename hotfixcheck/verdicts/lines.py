"""Which Windows a row is of, by its version (design rules 2 and 4).

Windows' own files carry its version and build: 10.0.19041.2846 is of Windows 10 and says nothing of Windows 7's files.
Articles say by their products which Windows a table is for; mere lists of files, as the CSV files of updates, do not.
"""

from __future__ import annotations

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.manifest.model import FileRow, FilesFix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Family, family_candidates
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.applicability import YES, Applicability, Applies


def windows_of_row(row: FileRow, platform: Platform | None = None) -> tuple[Family, ...]:
    """The Windows whose own version the row has, those that run on `platform`; none for any other version."""
    version = row.file_version
    return () if version is None else _windows_of(version, platform)


def windows_of_table(table: FilesFix) -> tuple[Family, ...]:
    """The Windows whose versions its rows have; none where no row has one."""
    return tuple(dict.fromkeys(family for row in table.files for family in windows_of_row(row)))


def table_is_for(table: FilesFix, system: System) -> Applicability:
    """Whether a table that no product is printed for is about the system: by its rows' versions, if they tell."""
    families = windows_of_table(table)
    if not families or not system.families or not set(families).isdisjoint(system.families):
        return YES
    return Applicability(Applies.NO, f"it is for {_named(families)}, by the versions of its files")


def row_is_for(row: FileRow, system: System, *, is_for_any: bool) -> str:
    """Why the row's version is of a Windows that is not the system's; empty if it may be the system's.

    Where a product is printed (not `is_for_any`) that says which Windows is meant, unless the same name is that of two:
    Windows XP is version 5.1 on x86, and on x64 Server 2003's 5.2.
    """
    families = windows_of_row(row)
    own = set(families).intersection(system.families)
    if not families or not system.families or not (own or is_for_any):
        return ""
    if not own:
        return f"its version is that of {_named(families)}"
    if own.isdisjoint(windows_of_row(row, system.platform)) or not _has_build(row, own, system):
        return f"version {row.version} is of another {min(family.name for family in own)} than this one"
    return ""


def _has_build(row: FileRow, families: set[Family], system: System) -> bool:
    """True if a Windows of the row's major and minor version can have the system's build."""
    version = row.file_version
    if version is None or system.build is None:
        return True
    possible = family_candidates((version.major, version.minor), system.build, None, system.platform)
    return not families.isdisjoint(possible)


def _windows_of(version: FileVersion, platform: Platform | None) -> tuple[Family, ...]:
    return family_candidates((version.major, version.minor), version.build, None, platform)


def _named(families: tuple[Family, ...]) -> str:
    others = len(families) - 1
    more = f", or {others} other product{'s'[: others > 1]}" if others else ""
    return f"{families[0].name}{more}"
