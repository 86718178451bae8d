"""What every report says, whatever its format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hotfixcheck.inventory.model import Inventory
from hotfixcheck.reports.baseline import Changes
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.applicability import names_any
from hotfixcheck.verdicts.finding import FileFinding, Finding, Status
from hotfixcheck.verdicts.plan import NO_PLAN, Plan
from hotfixcheck.verdicts.waivers import IdleWaiver


@dataclass(frozen=True, slots=True)
class Report:
    """The findings on one target; `problems` are what could not be read of it and of the manifests.

    `idle_waivers` are those that waive nothing, `changes` what is another than in a baseline (None: there is no
    baseline), `plan` what to install, `checked` the time of the check in UTC (None: not to be told), `failing` the
    statuses that make the check fail. `about` is how many of the articles name the system's Windows among their
    products, None where it is not known: the fewer, the less it means that none is missing.
    """

    target: str
    kind: str
    system: System
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    files_scanned: int
    files_unreadable: int
    idle_waivers: tuple[IdleWaiver, ...] = ()
    changes: Changes | None = None
    checked: datetime | None = None
    failing: tuple[Status, ...] = (Status.MISSING,)
    plan: Plan = NO_PLAN
    about: int | None = None

    def count(self, status: Status) -> int:
        """How many articles `of_status` gives."""
        return len(self.of_status(status))

    def of_status(self, status: Status) -> tuple[Finding, ...]:
        """The articles of this status, without those that are waived, in their order."""
        return tuple(one for one in self.findings if one.status is status and one.waiver is None)

    @property
    def waived(self) -> int:
        """The articles that are waived, whatever their status."""
        return sum(finding.waiver is not None for finding in self.findings)

    def is_new(self, finding: Finding, file: FileFinding | None = None) -> bool:
        """True if there is a baseline in which what is wrong here, or in this file of it, was not."""
        worse = self.changes.new.get(finding.manifest.number) if self.changes else None
        return worse is not None and (file is None or (file.path or file.required.name).lower() in worse)

    def is_failure(self, finding: Finding) -> bool:
        """True if the finding makes the check fail: it is not waived, and newly so if there is a baseline."""
        if finding.waiver is not None or finding.status not in self.failing:
            return False
        worse = self.changes.new.get(finding.manifest.number, {}) if self.changes else {"": finding.status}
        return any(status in self.failing for status in worse.values())

    @property
    def new_missing(self) -> int:
        """The articles that are missing and were not in the baseline."""
        return sum(Status.MISSING in worse.values() for worse in self.changes.new.values()) if self.changes else 0

    @property
    def fails(self) -> bool:
        """True if the check's exit code is to be 1."""
        return any(map(self.is_failure, self.findings))


def report_on(
    inventory: Inventory,
    findings: tuple[Finding, ...],
    manifest_problems: tuple[Problem, ...],
    *,
    idle_waivers: tuple[IdleWaiver, ...] = (),
    changes: Changes | None = None,
    checked: datetime | None = None,
    failing: tuple[Status, ...] = (Status.MISSING,),
    plan: Plan = NO_PLAN,
) -> Report:
    """The report on `inventory`, which holds just the files that the manifests name."""
    return Report(
        target=inventory.target,
        kind=inventory.layout.kind.value,
        system=inventory.system,
        findings=findings,
        problems=(*inventory.all_problems(), *manifest_problems),
        files_scanned=sum(record.facts is not None for record in inventory.records),
        files_unreadable=sum(record.facts is None for record in inventory.records),
        idle_waivers=idle_waivers,
        changes=changes,
        checked=checked,
        failing=failing,
        plan=plan,
        about=_about(inventory.system, findings),
    )


def _about(system: System, findings: Iterable[Finding]) -> int | None:
    if not system.families:
        return None
    return sum(names_any(finding.manifest, system.families) for finding in findings)


@dataclass(frozen=True, slots=True)
class Style:
    """How a report is to look where it is for people.

    `width` is in columns, `verbosity` -1 (-q), 0 or 1 (-v). `by_file` groups what is missing by file, not by article.
    """

    width: int = 80
    colour: bool = False
    verbosity: int = 0
    by_file: bool = False
