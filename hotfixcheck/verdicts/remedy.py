"""A remedy for each missing article: what puts it right, of all that can be installed (rule 17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from hotfixcheck.inventory.model import Inventory
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.candidates import installed_name
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.cover import bits, undominated
from hotfixcheck.verdicts.finding import Finding, RemedyKind, Status
from hotfixcheck.verdicts.needs import need_of, newest_packs
from hotfixcheck.verdicts.plan import Plan, Ways, plan_of, ways_of
from hotfixcheck.verdicts.prerequisites import required_pack
from hotfixcheck.verdicts.supersedence import RANKS, Carrier, carriers_of, remedy_of


def with_remedies(
    findings: Sequence[Finding], catalogue: Sequence[Manifest], inventory: Inventory
) -> tuple[tuple[Finding, ...], Plan]:
    """The findings with their remedies, and the plan for those of them that are missing and not waived.

    `catalogue` is where remedies are looked for; the findings may be of a part of it.
    """
    told, plan, _ = with_ways(findings, catalogue, inventory)
    return told, plan


def with_ways(
    findings: Sequence[Finding], catalogue: Sequence[Manifest], inventory: Inventory
) -> tuple[tuple[Finding, ...], Plan, Callable[[], Ways]]:
    """What `with_remedies` gives, and what asks for everything besides that could be installed in its place."""
    system = inventory.system
    missing = [finding for finding in findings if finding.status is Status.MISSING]
    further = _further(findings, missing, catalogue, system)
    as_if = compare(further, inventory, prerequisites_count=False) if further else ()
    needs = [
        need_of(finding, system)
        for finding in (*missing, *(finding for finding in as_if if finding.status is Status.MISSING))
    ]
    newest = newest_packs(catalogue, needs, system)
    carriers = carriers_of(needs, catalogue, newest, system)
    choices = _Choices(carriers)
    remedies = {
        need.finding.manifest.number: remedy_of(
            best, system, waits_for=need.requires if place >= len(missing) else None
        )
        for place, need in enumerate(needs)
        if (best := choices.best(place)) is not None
    }
    told = tuple(
        replace(finding, remedy=remedies[finding.manifest.number])
        if finding.manifest.number in remedies and finding.status in {Status.MISSING, Status.NOT_APPLICABLE}
        else finding
        for finding in findings
    )
    wanted = [place for place in range(len(missing)) if missing[place].waiver is None]
    plan = plan_of(wanted, needs, len(missing), carriers, system)
    return told, plan, lambda: ways_of(wanted, needs, carriers, plan)


def _further(
    findings: Sequence[Finding], missing: Iterable[Finding], catalogue: Iterable[Manifest], system: System
) -> list[Manifest]:
    """What may be a remedy, or be missing later, and was not judged yet as if its prerequisite were met.

    That are judged articles that only wait for it, and articles that were not asked for and are about the same files.
    """
    judged = {finding.manifest.number: finding for finding in findings}
    names = {
        installed_name(one.required.name) for each in missing for one in each.files if one.status is Status.MISSING
    }
    return [
        manifest
        for manifest in catalogue
        if (
            _awaits(manifest, system) and judged[manifest.number].status is Status.NOT_APPLICABLE
            if manifest.number in judged
            else any(installed_name(row.name) in names for row in manifest.rows())
        )
    ]


def _awaits(manifest: Manifest, system: System) -> bool:
    """True if the article's prerequisite is not met."""
    if manifest.prerequisite is None or system.service_pack is None:
        return False
    required = required_pack(manifest.prerequisite, system)
    return required is not None and required > system.service_pack


# --- remedies --------------------------------------------------------------------------------------------------------


class _Choices:
    """The newest thing that puts a need right: a service pack, else what carries most of the other choices.

    A service pack is what later fixes build on and ask for. Of fixes that carry each other, or not, the later counts.
    """

    def __init__(self, carriers: Sequence[Carrier]) -> None:
        self._others = [carrier for carrier in carriers if carrier.kind is not RemedyKind.ARTICLE]
        self._fixes = sorted(
            (carrier for carrier in carriers if carrier.kind is RemedyKind.ARTICLE),
            key=lambda carrier: carrier.newest,
            reverse=True,
        )
        # A fix that another carries whole is never the best of them.
        kept = undominated({place: carrier.covers for place, carrier in enumerate(self._fixes)})
        self._by_need: dict[int, list[Carrier]] = defaultdict(list)
        for place in sorted(kept):
            for bit in bits(kept[place]):
                self._by_need[bit].append(self._fixes[place])

    def best(self, place: int) -> Carrier | None:
        bit = 1 << place
        others = [carrier for carrier in self._others if carrier.covers & bit]
        packs = [carrier for carrier in others if carrier.kind is RemedyKind.SERVICE_PACK]
        choices = packs or [*others, *self._by_need[bit]]
        if len(choices) < 2:
            return choices[0] if choices else None
        own = sum(1 << (fix.place or 0) for fix in self._fixes if fix.covers & bit)

        def newness(carrier: Carrier) -> tuple[int, int, tuple[int, int]]:
            return (carrier.covers & own).bit_count(), RANKS[carrier.kind], carrier.newest

        return max(choices, key=newness)
