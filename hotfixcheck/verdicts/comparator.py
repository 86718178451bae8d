"""The comparator: which fixes a system is missing, a pure function of manifests and an inventory."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from hotfixcheck.inventory.model import FileRecord, Inventory
from hotfixcheck.languages import is_language
from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix, article_number
from hotfixcheck.products import Application, PrintedApplication, parse_product
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import TargetKind
from hotfixcheck.verdicts.applicability import (
    Applicability,
    Applies,
    article_applies,
    both,
    same_service_pack_line,
    table_applies,
)
from hotfixcheck.verdicts.candidates import Candidate, Files, wow64_name
from hotfixcheck.verdicts.corroboration import registry_says, replaced_since
from hotfixcheck.verdicts.finding import Conflict, Evidence, FileFinding, Finding, ServicePackFinding, Status
from hotfixcheck.verdicts.presence import Presence
from hotfixcheck.verdicts.rules import judge_file

_Requirement = TypeVar("_Requirement", FileFinding, ServicePackFinding)
_WORST_FIRST = (Status.MISSING, Status.INDETERMINATE, Status.FIXED, Status.NOT_APPLICABLE)


def compare(manifests: Iterable[Manifest], inventory: Inventory) -> tuple[Finding, ...]:
    """A finding for each manifest, sorted by article number, judged for `inventory.system`.

    Supersedence (rule 17) is not followed: a missing article does not name its remedy yet.
    """
    files = Files(inventory)
    presence = Presence(inventory, files)
    return tuple(
        _Judge(manifest, inventory.system, files, presence).finding()
        for manifest in sorted(manifests, key=lambda manifest: (manifest.number, manifest.article))
    )


class _Judge:
    """One article on one system."""

    def __init__(self, manifest: Manifest, system: System, files: Files, presence: Presence) -> None:
        self._manifest = manifest
        self._system = system
        self._files = files
        self._presence = presence
        self._tables = [fix for fix in manifest.fixes if isinstance(fix, FilesFix)]

    def finding(self) -> Finding:
        applies = article_applies(self._manifest, self._system, self._ask)
        if applies.applies is Applies.NO:
            return self._not_applicable(applies.reason)
        files: list[FileFinding] = []
        packs: list[ServicePackFinding] = []
        reasons: list[str] = []
        for fix in self._manifest.fixes:
            if isinstance(fix, FilesFix):
                answer = both(applies, self._table_applies(fix))
                files += [] if answer.applies is Applies.NO else self._judge_table(fix, answer, reasons)
            else:
                answer = same_service_pack_line(parse_product(fix.product), self._system, self._ask)
                packs += (
                    [] if answer.applies is Applies.NO else [_doubted(self._judge_service_pack(fix, answer), applies)]
                )
            reasons += [answer.reason] if answer.applies is Applies.NO else []
        if not files and not packs:
            return self._not_applicable(reasons[0])
        return self._corroborated(self._combined(tuple(files), tuple(packs)))

    def _ask(self, printed: PrintedApplication) -> Applicability:
        return self._presence.of(printed, self._manifest)

    def _not_applicable(self, reason: str) -> Finding:
        return Finding(self._manifest, Status.NOT_APPLICABLE, Evidence.APPLICABILITY, reason)

    # --- file tables -----------------------------------------------------------------------------------------------

    def _table_applies(self, table: FilesFix) -> Applicability:
        """Rule 2, and rule 9: beside a table in the system's own language those in other languages are not for it."""
        if is_foreign(table, None, self._system) and any(self._is_own(other) for other in self._tables):
            return Applicability(Applies.NO, f"it is for the {table.language} version")
        return table_applies(table.scope, self._system, self._ask)

    def _is_own(self, table: FilesFix) -> bool:
        here = self._system.language
        return table.language is not None and here is not None and is_language(table.language, here) is True

    def _judge_table(self, table: FilesFix, answer: Applicability, reasons: list[str]) -> list[FileFinding]:
        rows = [row for row in table.files if self._is_for_platform(row, table.files)]
        if not rows:
            reasons.append(f"it has no file for {self._system.platform}")
        return [_doubted(finding, answer) for row in rows for finding in self._judge_row(row, table, answer.owners)]

    def _is_for_platform(self, row: FileRow, rows: tuple[FileRow, ...]) -> bool:
        """Rule 2; on a 64-bit system the WOW64 copies are x86 (rule 12)."""
        here = self._system.platform
        if here is None or row.platform is None or row.platform is here:
            return True
        return here.is_64_bit and wow64_name(row, rows) is not None

    def _judge_row(self, row: FileRow, table: FilesFix, owners: frozenset[Application]) -> list[FileFinding]:
        candidates = self._files.candidates(
            row, table.files, self._system, lambda record: self._presence.owned(record, owners, row.file_version)
        )
        if not candidates:
            others = self._files.candidates(row, table.files, self._system)
            return [self._foreign(row, others[0].record, owners) if others else self._absent(row, table)]
        return _reconciled([self._judge_candidate(row, candidate, table) for candidate in candidates])

    def _absent(self, row: FileRow, table: FilesFix) -> FileFinding:
        """Rule 1, where the target would show the file if it were there."""
        status, evidence, reason = Status.INDETERMINATE, Evidence.NOTHING, ""
        if self._files.layout.kind is TargetKind.HIVES:
            reason = "the target holds hives and no files"
        elif not self._files.coverage.covers(row.name.lower()):
            reason = "the inventory was taken without files of this name; --all takes every file"
        elif not self._files.coverage.whole:
            reason = "the target is cut short or damaged: it may have had this file"
        elif self._files.layout.windows is None and self._native_is_there(row, table):
            reason = "SysWOW64 lies outside this target; give the Windows folder"
        else:
            status, evidence, reason = Status.NOT_APPLICABLE, Evidence.ABSENT, "there is no such file"
        return FileFinding(row, None, row.platform or self._system.platform, status, evidence, reason)

    def _foreign(self, row: FileRow, record: FileRecord, owners: frozenset[Application]) -> FileFinding:
        """A file of the name that is another product's: rule 1, the product's own file is absent."""
        names = " or ".join(sorted(owner.name for owner in owners)) or "Windows"
        platform = row.platform or self._system.platform
        reason = f"it is no file of {names} by its product name, company, folder and version"
        return FileFinding(row, record, platform, Status.NOT_APPLICABLE, Evidence.ABSENT, reason)

    def _native_is_there(self, row: FileRow, table: FilesFix) -> bool:
        """True for the row of a WOW64 copy whose native file is in the target."""
        plain = wow64_name(row, table.files)
        natives = (other for other in table.files if plain is not None and other.name.lower() == plain)
        return any(self._files.candidates(native, table.files, self._system) for native in natives)

    def _judge_candidate(self, row: FileRow, candidate: Candidate, table: FilesFix) -> FileFinding:
        record = candidate.record
        if record.facts is None:  # rule 15
            platform = row.platform or self._system.platform
            return FileFinding(row, record, platform, Status.INDETERMINATE, Evidence.UNREADABLE, record.problem)
        size_counts = candidate.size_counts and not is_foreign(table, record.facts.language, self._system)
        judgement = judge_file(row, record.facts, size_counts=size_counts)
        platform = record.facts.platform or row.platform or self._system.platform
        return FileFinding(
            row, record, platform, judgement.status, judgement.evidence, judgement.reason, judgement.conflicts
        )

    # --- service packs ---------------------------------------------------------------------------------------------

    def _judge_service_pack(self, fix: ServicePackFix, answer: Applicability) -> ServicePackFinding:
        def finding(status: Status, evidence: Evidence, reason: str) -> ServicePackFinding:
            return ServicePackFinding(fix.product, fix.service_pack, fix.package, status, evidence, reason)

        if answer.applies is Applies.UNKNOWN:
            return finding(Status.INDETERMINATE, Evidence.NOTHING, answer.reason)
        if fix.service_pack is None:
            return finding(*self._package(fix.package or ""))
        here = self._presence.service_pack_for(answer.owners)
        if here is None:
            advice = "" if answer.owners else "; --service-pack says it"
            said = f"{fix.service_pack} contains it, and the service pack is not known{advice}"
            return finding(Status.INDETERMINATE, Evidence.NOTHING, said)
        if here >= fix.service_pack:  # rule 10
            return finding(Status.FIXED, Evidence.SERVICE_PACK, f"{here} is installed, {fix.service_pack} contains it")
        installed = f"only {here} is installed" if here.number else "no service pack is installed"
        return finding(Status.MISSING, Evidence.SERVICE_PACK, f"{fix.service_pack} contains it, {installed}")

    def _package(self, package: str) -> tuple[Status, Evidence, str]:
        """A rollup is known by its registry key alone."""
        number = re.search(r"(?:Q|KB)\d{5,8}", package, re.IGNORECASE)
        fix = self._system.installed_fix(article_number(number[0])) if number else None
        if fix and fix.installed:
            return Status.FIXED, Evidence.REGISTRY, f"{package} is installed ({fix.source})"
        return Status.INDETERMINATE, Evidence.NOTHING, f"{package} contains it, and nothing says that it is installed"

    # --- the article -----------------------------------------------------------------------------------------------

    def _combined(self, files: tuple[FileFinding, ...], packs: tuple[ServicePackFinding, ...]) -> Finding:
        """Rule 16: every file must be fixed, or a service pack contains the fix."""

        def article(decider: FileFinding | ServicePackFinding, conflicts: tuple[Conflict, ...] = ()) -> Finding:
            path = f"{decider.path}: " if isinstance(decider, FileFinding) and decider.path else ""
            name = f"{decider.required.name}: " if isinstance(decider, FileFinding) and not decider.path else ""
            said = f"{path}{name}{decider.reason}"
            return Finding(self._manifest, decider.status, decider.evidence, said, False, files, packs, conflicts)

        worst_file = min(files, key=_badness, default=None)
        # Service packs are alternatives of each other too: one that contains the fix is enough.
        best_pack = min(packs, key=lambda pack: (pack.status is not Status.FIXED, _badness(pack)), default=None)
        if best_pack is None or (worst_file and worst_file.status in {Status.NOT_APPLICABLE, Status.FIXED}):
            return article(worst_file or packs[0])
        if worst_file is None or best_pack.status is Status.FIXED:
            older = worst_file if worst_file and worst_file.status is Status.MISSING else None
            return article(best_pack, (Conflict(older.evidence, f"{older.path}: {older.reason}"),) if older else ())
        return article(worst_file)

    def _corroborated(self, finding: Finding) -> Finding:
        """Rule 11: the registry corroborates, and decides only where there is nothing else to go by."""
        fix = self._system.installed_fix(self._manifest.number)
        if fix is None:
            return finding
        says = Conflict(Evidence.REGISTRY, registry_says(fix))
        if not (fix.installed or fix.superseded):
            says_otherwise = finding.status is Status.FIXED
            return replace(finding, conflicts=(*finding.conflicts, says)) if says_otherwise else finding
        replaced = replaced_since(fix, self._files)
        if finding.status is Status.MISSING:
            return replace(finding, regressed=True, conflicts=(*finding.conflicts, says, *replaced))
        if finding.status is Status.INDETERMINATE and replaced:
            return replace(finding, conflicts=(*finding.conflicts, says, *replaced))
        if finding.status is Status.INDETERMINATE and _nothing_else(finding):
            reason = f"{says.says}, and nothing else tells"
            return replace(finding, status=Status.FIXED, evidence=Evidence.REGISTRY, reason=reason)
        return finding


def is_foreign(table: FilesFix, langid: int | None, system: System) -> bool:
    """True if the table is known to be for another language than `langid`, else than the system's (rule 9)."""
    langid = langid or system.language
    return table.language is not None and langid is not None and is_language(table.language, langid) is False


def _badness(finding: FileFinding | ServicePackFinding) -> int:
    return _WORST_FIRST.index(finding.status)


def _nothing_else(finding: Finding) -> bool:
    requirements: tuple[FileFinding | ServicePackFinding, ...] = (*finding.files, *finding.service_packs)
    return all(one.evidence is Evidence.NOTHING for one in requirements if one.status is Status.INDETERMINATE)


def _doubted(finding: _Requirement, answer: Applicability) -> _Requirement:
    """Nothing is missing while it is not known whether the fix is for this system."""
    if finding.status is not Status.MISSING or answer.applies is Applies.YES:
        return finding
    return replace(finding, status=Status.INDETERMINATE, reason=f"{finding.reason}, but {answer.reason}")


def _reconciled(findings: list[FileFinding]) -> list[FileFinding]:
    """Twins that differ in the case of their names alone and not in their verdict; else Windows' choice decides."""
    by_path: dict[str, set[Status]] = {}
    for finding in findings:
        by_path.setdefault(_twin_key(finding.found), set()).add(finding.status)
    return [
        finding
        if len(by_path[_twin_key(finding.found)]) == 1
        else replace(
            finding,
            status=Status.INDETERMINATE,
            reason=f"{finding.reason}; its twin, which differs in case only, says otherwise",
        )
        for finding in findings
    ]


def _twin_key(record: FileRecord | None) -> str:
    return record.path.lower() if record else ""
