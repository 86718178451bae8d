"""The comparator: which fixes a system is missing, a pure function of manifests and an inventory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hotfixcheck.inventory.model import Inventory
from hotfixcheck.manifest.model import FilesFix, Manifest, ServicePackFix, number_named_in
from hotfixcheck.products import PrintedApplication, ServicePack, parse_product, reaches
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.applicability import (
    Applicability,
    Applies,
    article_applies,
    both,
    same_service_pack_line,
)
from hotfixcheck.verdicts.candidates import Files
from hotfixcheck.verdicts.corroboration import registry_says, replaced_since
from hotfixcheck.verdicts.finding import Conflict, Evidence, FileFinding, Finding, ServicePackFinding, Status
from hotfixcheck.verdicts.prerequisites import prerequisite_applies
from hotfixcheck.verdicts.presence import Presence
from hotfixcheck.verdicts.settled import doubted
from hotfixcheck.verdicts.tables import FileTables
from hotfixcheck.verdicts.trace import Rule, Step, Trail

_WORST_FIRST = (Status.MISSING, Status.INDETERMINATE, Status.FIXED, Status.NOT_APPLICABLE)


def compare(
    manifests: Iterable[Manifest], inventory: Inventory, *, prerequisites_count: bool = True
) -> tuple[Finding, ...]:
    """A finding for each manifest, sorted by article number, judged for `inventory.system`.

    Without `prerequisites_count` every article is judged as if what it requires first were installed.
    """
    files = Files(inventory)
    presence = Presence(inventory, files)
    here = _described(inventory.system)
    return tuple(
        _Judge(manifest, inventory.system, files, presence, here, prerequisites_count).finding()
        for manifest in sorted(manifests, key=lambda manifest: (manifest.number, manifest.article))
    )


class _Judge:
    """One article on one system."""

    def __init__(
        self,
        manifest: Manifest,
        system: System,
        files: Files,
        presence: Presence,
        here: str,
        prerequisites_count: bool,
    ) -> None:
        self._manifest = manifest
        self._system = system
        self._files = files
        self._presence = presence
        self._prerequisites_count = prerequisites_count
        self._trail = Trail(here)
        self._tables = FileTables(manifest, system, files, presence, self._ask, self._trail)

    def finding(self) -> Finding:
        return replace(self._finding(), steps=self._trail.steps)

    def _finding(self) -> Finding:
        applies = article_applies(self._manifest, self._system, self._ask)
        self._trail.note(Rule.PRODUCT, "\n".join(self._manifest.applies_to), applies.reason)
        if self._prerequisites_count and self._manifest.prerequisite:
            prerequisite = prerequisite_applies(self._manifest.prerequisite, self._system)
            self._trail.note(Rule.PREREQUISITE, self._manifest.prerequisite, prerequisite.reason)
            applies = both(applies, prerequisite)
        if applies.applies is Applies.NO:
            return self._not_applicable(applies.reason)
        packs: list[ServicePackFinding] = []
        reasons: list[str] = []
        for number, fix in enumerate(self._manifest.fixes, start=1):
            if isinstance(fix, FilesFix):
                reasons.append(self._tables.take(fix, applies, f"table {number}"))
                continue
            answer = same_service_pack_line(parse_product(fix.product), self._system, self._ask)
            self._trail.note(Rule.PRODUCT, fix.product, answer.reason, str(fix.service_pack or fix.package))
            reasons.append(answer.reason if answer.applies is Applies.NO else "")
            if answer.applies is not Applies.NO:
                packs.append(doubted(self._judge_service_pack(fix, answer), applies))
        if all(reasons):
            return self._not_applicable(reasons[0])
        return self._corroborated(self._combined(self._tables.findings(), tuple(packs)))

    def _ask(self, printed: PrintedApplication) -> Applicability:
        return self._presence.of(printed, self._manifest)

    def _not_applicable(self, reason: str) -> Finding:
        return Finding(self._manifest, Status.NOT_APPLICABLE, Evidence.APPLICABILITY, reason)

    # --- service packs ---------------------------------------------------------------------------------------------

    def _judge_service_pack(self, fix: ServicePackFix, answer: Applicability) -> ServicePackFinding:
        here = self._presence.service_pack_for(answer.owners)

        def finding(status: Status, evidence: Evidence, reason: str) -> ServicePackFinding:
            rule = Rule.SERVICE_PACK if fix.service_pack else Rule.PACKAGE
            found = _pack(here) if fix.service_pack else ""
            step = Step(rule, f"{fix.service_pack or fix.package}", found, reason)
            return ServicePackFinding(fix.product, fix.service_pack, fix.package, status, evidence, reason, (step,))

        if answer.applies is Applies.UNKNOWN:
            return finding(Status.INDETERMINATE, Evidence.NOTHING, answer.reason)
        if fix.service_pack is None:
            return finding(*self._package(fix.package or ""))
        if here is None:
            advice = "" if answer.owners else "; --service-pack says it"
            said = f"{fix.service_pack} contains it, and the service pack is not known{advice}"
            return finding(Status.INDETERMINATE, Evidence.NOTHING, said)
        if reaches(here, fix.service_pack, self._system.edition):  # rule 10
            return finding(Status.FIXED, Evidence.SERVICE_PACK, f"{here} is installed, {fix.service_pack} contains it")
        installed = f"only {here} is installed" if here.number else "no service pack is installed"
        return finding(Status.MISSING, Evidence.SERVICE_PACK, f"{fix.service_pack} contains it, {installed}")

    def _package(self, package: str) -> tuple[Status, Evidence, str]:
        """A rollup is known by its registry key alone."""
        number = number_named_in(package)
        fix = None if number is None else self._system.installed_fix(number)
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

        worst_file = min(files, key=_worst_first, default=None)
        # Service packs are alternatives of each other too: one that contains the fix is enough.
        best_pack = min(packs, key=_best_first, default=None)
        if best_pack is None or (worst_file and worst_file.status in {Status.NOT_APPLICABLE, Status.FIXED}):
            return article(worst_file or packs[0])
        if worst_file is None:
            return article(best_pack)
        if best_pack.status is not Status.FIXED:
            return article(worst_file)
        if best_pack.evidence is Evidence.REGISTRY:
            by_files = article(worst_file, (Conflict(Evidence.REGISTRY, best_pack.reason),))
            # Rule 11: a package is known by its key, which decides only where there is nothing else to go by.
            is_told = worst_file.status is Status.MISSING or not _nothing_else(by_files)
            return replace(by_files, regressed=worst_file.status is Status.MISSING) if is_told else article(best_pack)
        older = worst_file.status is Status.MISSING
        said = f"{worst_file.path}: {worst_file.reason}"
        return article(best_pack, (Conflict(worst_file.evidence, said),) if older else ())

    def _corroborated(self, finding: Finding) -> Finding:
        """Rule 11: the registry corroborates, and decides only where there is nothing else to go by."""
        fix = self._system.installed_fix(self._manifest.number)
        if fix is None:
            self._trail.note(Rule.REGISTRY, self._manifest.article, "there is no key of it", found="")
            return finding
        says = Conflict(Evidence.REGISTRY, registry_says(fix))
        found = says.says.removeprefix("the registry says ")
        self._trail.note(Rule.REGISTRY, self._manifest.article, "it corroborates, and does not decide", found=found)
        if not (fix.installed or fix.superseded):
            return _with_conflicts(finding, says) if finding.status is Status.FIXED else finding
        replaced = replaced_since(fix, self._files)
        if finding.status is Status.MISSING and any(each.status is Status.MISSING for each in finding.files):
            return replace(_with_conflicts(finding, says, *replaced), regressed=True)
        if finding.status is Status.INDETERMINATE and replaced:
            return _with_conflicts(finding, says, *replaced)
        # Without a file that is older there is only the service pack, and the fix may have been installed by itself.
        if finding.status is Status.MISSING or (finding.status is Status.INDETERMINATE and _nothing_else(finding)):
            reason = f"{says.says}, and nothing else tells"
            return replace(finding, status=Status.FIXED, evidence=Evidence.REGISTRY, reason=reason)
        return finding


def _with_conflicts(finding: Finding, *said: Conflict) -> Finding:
    return replace(finding, conflicts=(*finding.conflicts, *said))


def _pack(pack: ServicePack | None) -> str:
    if pack is None:
        return "service pack not known"
    return str(pack) if pack.number else "no service pack"


def _described(system: System) -> str:
    platform = system.platform.value if system.platform else "platform not known"
    return f"{system.product or 'unknown Windows'}, {_pack(system.service_pack)}, {platform}"


def _worst_first(finding: FileFinding) -> tuple[int, bool, str, str]:
    """Of files that are not meant here one that is there says more than one that is not."""
    return _badness(finding), finding.path is None, finding.path or "", finding.required.name


def _best_first(pack: ServicePackFinding) -> tuple[bool, bool, int]:
    return pack.status is not Status.FIXED, pack.evidence is Evidence.REGISTRY, _badness(pack)


def _badness(finding: FileFinding | ServicePackFinding) -> int:
    return _WORST_FIRST.index(finding.status)


def _nothing_else(finding: Finding) -> bool:
    requirements: tuple[FileFinding | ServicePackFinding, ...] = (*finding.files, *finding.service_packs)
    return all(one.evidence is Evidence.NOTHING for one in requirements if one.status is Status.INDETERMINATE)
