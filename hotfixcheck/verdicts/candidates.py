"""Which files of a system a row is about: live names, WOW64 copies, renamed kernels (design rules 1 and 12 to 14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from hotfixcheck.inventory.model import FileRecord, Inventory
from hotfixcheck.manifest.model import FileRow, Manifest
from hotfixcheck.platforms import Platform
from hotfixcheck.products import parse_product
from hotfixcheck.products.traces import members_of, traces_of
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import TargetKind
from hotfixcheck.verdicts.wow64 import FOLDERS, Copies

# Setup copies one of several kernels and HALs under one name (rule 14, Q148245, Q234606).
_UNIPROCESSOR, _PAE, _HAL = "ntoskrnl.exe", "ntkrnlpa.exe", "hal.dll"
_INSTALLED_AS = {
    "ntoskrnl.exe": _UNIPROCESSOR,
    "ntkrnlmp.exe": _UNIPROCESSOR,
    "ntkrnlpa.exe": _PAE,
    "ntkrpamp.exe": _PAE,
}


class Owned(IntEnum):
    """Whether a file is one of the product that a row is about."""

    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that a row is about; `size_counts` is False where it is another build under the row's name (rule 14)."""

    record: FileRecord
    size_counts: bool = True


def installed_name(name: str) -> str:
    """The name, in lower case, under which setup installs a kernel or HAL; any other file's own name."""
    name = name.lower()
    if name.startswith("hal") and name.endswith(".dll"):
        return _HAL
    return _INSTALLED_AS.get(name, name)


def names_to_read(manifests: Iterable[Manifest]) -> frozenset[str]:
    """The file names, in lower case, that judging these manifests needs: of their rows, and of the programs that show
    whether the applications they are about are installed."""
    names = set()
    lines = set()
    for manifest in manifests:
        for table in manifest.tables():
            copies = Copies(table)
            for row in table.files:
                names |= {row.name.lower(), installed_name(row.name), copies.name(row, None) or row.name.lower()}
        lines |= set(manifest.product_lines())
    applications = {printed.application for line in lines for printed in parse_product(line).applications}
    for application in applications:
        for each in (application, *members_of(application)):
            names |= set(traces_of(each).programs)
    return frozenset(names)


class Files:
    """The records of an inventory by name."""

    def __init__(self, inventory: Inventory) -> None:
        self.layout = inventory.layout
        self.coverage = inventory.coverage
        self._by_name: dict[str, list[FileRecord]] = defaultdict(list)
        for record in inventory.records:
            self._by_name[record.name].append(record)

    def would_show(self, name: str) -> bool:
        """True if no file of this name (lower case) in the inventory means that the system has none."""
        return self.layout.kind is not TargetKind.HIVES and self.coverage.whole and self.coverage.covers(name)

    def named(self, name: str) -> tuple[FileRecord, ...]:
        """Every file of this name (lower case), wherever it lies."""
        return tuple(self._by_name.get(name, ()))

    def candidates(
        self,
        row: FileRow,
        copies: Copies,
        system: System,
        owned: Callable[[FileRecord], Owned] = lambda _record: Owned.YES,
    ) -> list[Candidate]:
        """The files that `row`, of the table of `copies`, is about; empty where none is there.

        `owned` says whether a file is the product's: one that is goes before one that may be.
        """
        if self.layout.kind is TargetKind.SOURCE:  # nothing is renamed before setup installs it
            found = [Candidate(record) for record in self._by_name[row.name.lower()]]
            return _at_home(row, [one for one in found if _is_for(row, one.record)], self, owned)
        copy = copies.name(row, system.platform)
        if copy is not None and _is_64_bit(system, self._by_name[copy]):
            found = [Candidate(record) for record in self._by_name[copy] if self._is_copy(record, row.platform)]
        else:
            native = self._renamed(row, copies.table.files)
            found = [candidate for candidate in native if self._folder_of_copies(candidate.record) is None]
        return _at_home(row, [one for one in found if _is_for(row, one.record)], self, owned)

    def place(self, record: FileRecord) -> int:
        """0 for the folders that system files are installed to, 1 for anywhere else."""
        below = self.layout.in_system32(record.path)
        if below is not None and below.lower().rpartition("/")[0] in {"", "drivers"}:
            return 0
        in_windows = self.layout.in_windows(record.path, "")
        folder = None if in_windows is None else in_windows.lower().rpartition("/")[0].removesuffix("/drivers")
        return 0 if folder in {"", *FOLDERS.values()} else 1

    def _folder_of_copies(self, record: FileRecord) -> str | None:
        """The folder of copies for a 32-bit processor that a file lies in."""
        return next((each for each in FOLDERS.values() if self.layout.in_windows(record.path, each) is not None), None)

    def _is_copy(self, record: FileRecord, platform: Platform | None) -> bool:
        """True in the folder of copies for `platform`, and for its files outside system32, as a program's copy is."""
        folder = self._folder_of_copies(record)
        if folder is not None:
            return platform is not None and folder == FOLDERS.get(platform)
        is_32_bit = record.facts is not None and record.facts.platform is platform
        return is_32_bit and self.layout.in_system32(record.path) is None

    def _renamed(self, row: FileRow, rows: tuple[FileRow, ...]) -> list[Candidate]:
        """Rule 14: an installed kernel or HAL belongs to the row of its OriginalFilename.

        Where the table has no row for that build, the row of the installed name judges it by version alone.
        """
        name, installed = row.name.lower(), installed_name(row.name)
        records = self._by_name[installed]
        if installed_name(installed) != installed or not _is_renamed(installed) or not records:
            return [Candidate(record) for record in self._by_name[name]]
        listed = {other.name.lower() for other in rows if installed_name(other.name) == installed}
        found = []
        for record in records:
            original = _original(record, installed)
            if original == name:
                found.append(Candidate(record))
            elif name == installed and original not in listed:
                found.append(Candidate(record, size_counts=False))
        return found


def _is_renamed(installed: str) -> bool:
    return installed in {_UNIPROCESSOR, _PAE, _HAL}


def _original(record: FileRecord, installed: str) -> str:
    """The name a kernel or HAL had before setup; its own where its version resource names no other of its kind."""
    named = (record.facts.original_filename or "").lower() if record.facts else ""
    named = named if "." in named else f"{named}{installed[installed.index('.') :]}"
    return named if installed_name(named) == installed else installed


def _is_64_bit(system: System, native: Iterable[FileRecord]) -> bool:
    if system.platform is not None:
        return system.platform.is_64_bit
    platforms = (record.facts.platform for record in native if record.facts)
    return any(platform is not None and platform.is_64_bit for platform in platforms)


def _is_for(row: FileRow, record: FileRecord) -> bool:
    """A file for another processor is not what the row is about (rule 2)."""
    platform = record.facts.platform if record.facts else None
    return row.platform is None or platform is None or platform is row.platform


def _at_home(
    row: FileRow, found: list[Candidate], files: Files, owned: Callable[[FileRecord], Owned]
) -> list[Candidate]:
    """Those in the row's own folder, else the product's own, else in the system's: a stray copy is not what runs."""
    folders = printed_folders(row)
    whose = [(candidate, owner) for candidate in found if (owner := owned(candidate.record))]
    ranked = [
        (candidate, (_shared(folders, candidate.record), owner, -files.place(candidate.record)))
        for candidate, owner in whose
    ]
    best = max((rank for _, rank in ranked), default=None)
    return [candidate for candidate, rank in ranked if rank == best]


def printed_folders(row: FileRow) -> list[str]:
    """The folders of a row's printed path, the innermost first, in lower case, without drive and variables."""
    parts = [part for part in (row.path or "").replace("/", "\\").lower().split("\\") if part]
    if parts and parts[-1] == row.name.lower():
        parts.pop()
    return [part for part in reversed(parts) if not (part.startswith("%") or part.endswith(":"))]


def _shared(folders: list[str], record: FileRecord) -> int:
    """How many of the innermost folders of a printed path a file lies in."""
    count = 0
    for printed, actual in zip(folders, reversed(record.folder.lower().split("/")), strict=False):
        if printed != actual:
            break
        count += 1
    return count
