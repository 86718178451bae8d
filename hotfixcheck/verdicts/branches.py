"""Where a file or a row stands in the service of Windows: the service pack's level and the branch (rules 5 to 7).

Windows XP and Server 2003 build a fix twice, for the general branch (GDR) and for the one that has every hotfix (QFE);
the numbers of both come from one counter, and the name of the source branch in the FileVersion string tells them apart:
`5.1.2600.3119 (xpsp_sp2_qfe.070416-1259)`. From Vista to Windows 8 the revision tells: 20000 and up is the limited
branch (LDR), which is QFE by a later name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.manifest.model import FileRow, FilesFix
from hotfixcheck.products import ServicePack
from hotfixcheck.readers.facts import FileFacts


class Branch(StrEnum):
    """A service branch; LDR is QFE."""

    GDR = "GDR"
    QFE = "QFE"


@dataclass(frozen=True, slots=True)
class Level:
    """A service pack's number and a branch, None where nothing tells."""

    pack: int | None = None
    branch: Branch | None = None

    def __str__(self) -> str:
        pack = "" if self.pack is None else f"SP{self.pack}" if self.pack else "RTM"
        return f"{pack}{self.branch or ''}" or "not said"


UNKNOWN = Level()

# the revisions with which service packs begin, by build. A fix for one service pack is numbered below the next
# (measured on the files of Windows XP and Server 2003; the builds 2800 and 2900 are those of Internet Explorer 6).
FIRST_REVISIONS: dict[int, tuple[tuple[int, int], ...]] = {
    2600: ((0, 0), (1106, 1), (2180, 2), (5512, 3)),
    2800: ((0, 1),),
    2900: ((0, 2), (5512, 3)),
    3790: ((0, 0), (1830, 1), (3959, 2)),
}
# Besides the systems themselves: cryptography, Internet Explorer 6 and the C run-time of theirs.
XP_AND_2003 = {(5, 1), (5, 2), (5, 131), (6, 0), (7, 0)}

# Builds whose revisions are divided at 20000, with the versions they occur in: Vista to Windows 8, Internet Explorer 7
# to 10. The files of Windows 8.1, of Vista's 6003 and of Windows 10 count past it in one branch.
DIVIDED: dict[int, frozenset[tuple[int, int]]] = {
    6000: frozenset({(6, 0), (7, 0)}),
    6001: frozenset({(6, 0), (7, 0), (8, 0)}),
    6002: frozenset({(6, 0), (7, 0)}),
    7600: frozenset({(6, 1), (8, 0)}),
    7601: frozenset({(6, 1), (8, 0)}),
    8112: frozenset({(9, 0)}),
    9200: frozenset({(6, 2), (10, 0)}),
}
FIRST_LDR = 20_000

# Windows 10 and later: every release has a numbering of its own, in which some releases are only switched on by a small
# package over the files of an earlier one.
_BUILDS_10 = range(10_240, 30_000)
_10 = {(10, 0), (11, 0)}  # 11.0 is Internet Explorer
_SWITCHED_ON = {
    **dict.fromkeys(range(19_042, 19_046), 19_041),
    18_363: 18_362,
    22_631: 22_621,
    26_200: 26_100,
}

_TAG_BRANCH = re.compile(r"_(gdr|qfe|ldr|rtm)(?![a-z0-9])", re.IGNORECASE)
_TAG_PACK = re.compile(r"\b(?:xpsp|srv03|vista|win7|win8|longhorn|lh)_?sp([1-6])(?=[_.])", re.IGNORECASE)
# Before there was a service pack 2, the fixes after service pack 1 of Windows XP were built in `xpsp2`.
_TAG_XP_SP1 = re.compile(r"\b(?:xpsp1|xpsp2)(?=[_.])", re.IGNORECASE)
_TAG_RELEASE = re.compile(r"\b(?:xpcl(?:ie)?nt(?=[_.])|(?:xp|srv03|vista|win7)_(?:rtm|gdr|qfe|ldr))", re.IGNORECASE)

_LABEL = re.compile(
    r"\b(?:(?P<rtm>RTM|Gold)|(?:SP|Service\s+Pack\s*)(?P<pack>[1-6])[a-z]?)?[\s_-]?(?P<branch>GDR|QFE|LDR)?\b",
    re.IGNORECASE,
)
_BRANCH_FOLDER = re.compile(r"\\?(?:RTM|SP[1-6])?(?:GDR|QFE|LDR)(?:\\WOW)?\\?", re.IGNORECASE)


def labelled(text: str | None) -> Level:
    """What a table's heading or a row's note says: `SP1QFE`, `RTMGDR`, `post-Service Pack 3 (SP3)`, `LDR`."""
    pack: int | None = None
    branch: Branch | None = None
    for found in _LABEL.finditer(text or ""):
        if pack is None and (found["pack"] or found["rtm"]):
            pack = int(found["pack"] or 0)
        if branch is None and found["branch"]:
            branch = _branch(found["branch"])
    return Level(pack, branch)


def branch_folder(path: str | None) -> str | None:
    """A row's path if it is a service branch, the folder in the fix's package: `SP1QFE`, `SP2QFE\\WOW`; else None."""
    return path if path and _BRANCH_FOLDER.fullmatch(path) else None


def label_of(row: FileRow, table: FilesFix) -> Level:
    """What the row's note or folder says of service pack and branch, and where it says nothing the table's heading."""
    near, far = labelled(row.note or branch_folder(row.path)), labelled(table.release)
    return Level(far.pack if near.pack is None else near.pack, near.branch or far.branch)


def level_of_row(version: FileVersion | None, printed: str | None, label: Level) -> Level:
    """A row's level: by its label, else by what its printed version says."""
    by_version = UNKNOWN if version is None else _level(version, printed or "")
    return Level(label.pack if label.pack is not None else by_version.pack, label.branch or by_version.branch)


def level_of_file(version: FileVersion | None, facts: FileFacts) -> Level:
    """A file's level: the service pack by its version, else by its tag; the branch by its revision, else by its tag."""
    return UNKNOWN if version is None else _level(version, facts.string_version or "")


def _level(version: FileVersion, string: str) -> Level:
    return Level(_pack(version, string), _branch_of(version, string))


def _pack(version: FileVersion, string: str) -> int | None:
    first = FIRST_REVISIONS.get(version.build) if (version.major, version.minor) in XP_AND_2003 else None
    if first:
        return max(number for revision, number in first if version.revision >= revision)
    if found := _TAG_PACK.search(string):
        return int(found[1])
    if _TAG_XP_SP1.search(string):
        return 1
    return 0 if _TAG_RELEASE.search(string) else None


def _branch_of(version: FileVersion, string: str) -> Branch | None:
    if is_divided(version):
        return Branch.QFE if version.revision >= FIRST_LDR else Branch.GDR
    if found := _TAG_BRANCH.search(string):
        return _branch(found[1])
    first = FIRST_REVISIONS.get(version.build, ())
    is_release = (version.major, version.minor) in XP_AND_2003 and any(version.revision == at for at, _ in first)
    return Branch.GDR if is_release else None


def _branch(name: str) -> Branch:
    """What a service pack itself brought, `_rtm`, counts as GDR."""
    return Branch.GDR if name.upper() in {"GDR", "RTM"} else Branch.QFE


def is_divided(version: FileVersion) -> bool:
    """True where the revision tells the branch (rule 6)."""
    return (version.major, version.minor) in DIVIDED.get(version.build, ())


def release_of(version: FileVersion) -> int | None:
    """The release of Windows 10 or later whose numbering the file is in, by its build; None for any other file.

    Internet Explorer 11 counts with the release that it is part of.
    """
    return release_of_build(version.build) if (version.major, version.minor) in _10 else None


def release_of_build(build: int) -> int | None:
    """The build whose files a Windows of this build runs; None before Windows 10."""
    return None if build not in _BUILDS_10 else _SWITCHED_ON.get(build, build)


def pack_name(pack: int) -> str:
    return str(ServicePack(pack)) if pack else "the release without a service pack"
