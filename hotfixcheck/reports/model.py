"""What every report says, whatever its format."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from hotfixcheck.inventory.model import Inventory
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.finding import Finding, Status


@dataclass(frozen=True, slots=True)
class Report:
    """The findings on one target; `problems` are what could not be read of it and of the manifests."""

    target: str
    kind: str
    system: System
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    files_scanned: int
    files_unreadable: int

    def count(self, status: Status) -> int:
        return Counter(finding.status for finding in self.findings)[status]


def report_on(inventory: Inventory, findings: tuple[Finding, ...], manifest_problems: tuple[Problem, ...]) -> Report:
    """The report on `inventory`, which holds just the files that the manifests name."""
    return Report(
        target=inventory.target,
        kind=inventory.layout.kind.value,
        system=inventory.system,
        findings=findings,
        problems=(*inventory.all_problems(), *manifest_problems),
        files_scanned=sum(record.facts is not None for record in inventory.records),
        files_unreadable=sum(record.facts is None for record in inventory.records),
    )


@dataclass(frozen=True, slots=True)
class Style:
    """How a report is to look where it is for people: columns, colour, and -1 (-q), 0 or 1 (-v)."""

    width: int = 80
    colour: bool = False
    verbosity: int = 0
