"""The inventory model: a row for every file, and for what could not be read as well."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

from hotfixcheck.readers import has_executable_name
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import Layout
from hotfixcheck.targets.tree import path_order


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file by its path in the target: its facts, or the problem that kept them from being read.

    `sha256` is the hash of all its bytes in hexadecimal digits, "" where none was asked for or it could not be read.
    """

    path: str
    facts: FileFacts | None = None
    problem: str = ""
    sha256: str = ""

    @property
    def name(self) -> str:
        """In lower case, as file names compare."""
        return self.path.rpartition("/")[2].lower()

    @property
    def folder(self) -> str:
        """The path without the name, "" for a file that lies in the target itself."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which files have a row: every one, or executables and the `names` (lower case) that were looked for besides.

    `whole` is False where the target was cut short, so that it may have had other files.
    """

    everything: bool
    names: frozenset[str] = frozenset()
    whole: bool = True

    def covers(self, name: str) -> bool:
        """True if a file of this name would have a row; if the target is whole, no row then means no file."""
        return self.everything or name in self.names or has_executable_name(name)


@dataclass(frozen=True, slots=True)
class Inventory:
    """`target` is how the user named it. Records are sorted by path without regard to case, problems by path.

    `problems` concern the target as a whole (hives, folders that cannot be listed); a file's own is in its record.
    """

    target: str
    layout: Layout
    system: System
    records: tuple[FileRecord, ...]
    coverage: Coverage
    problems: tuple[Problem, ...] = ()

    def limited_to(self, names: frozenset[str]) -> Inventory:
        """Only the files of these names (lower case): what a scan for them alone would have given."""
        return replace(self, records=tuple(record for record in self.records if record.name in names))

    def all_problems(self) -> tuple[Problem, ...]:
        """The target's problems, the files' own, and twins: names that differ in case, of which Windows sees one.

        Where the target's already say what is wrong with a file, and what of it, the file's own is not said again.
        """
        told: dict[str, list[str]] = {}
        for each in self.problems:
            told.setdefault(each.path, []).append(each.problem)
        own = (
            Problem(record.path, record.problem)
            for record in self.records
            if record.problem and not any(said.endswith(record.problem) for said in told.get(record.path, ()))
        )
        twins = (
            Problem(record.path, f"has a twin, {first.path}: Windows would see only one of them")
            for _, group in groupby(self.records, key=lambda record: record.path.lower())
            for first, *rest in (list(group),)
            for record in rest
        )
        return tuple(sorted({*self.problems, *own, *twins}))


def record_order(record: FileRecord) -> tuple[str, str]:
    """The sort key of records: that of their paths."""
    return path_order(record.path)
