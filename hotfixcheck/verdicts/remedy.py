"""What to install: a remedy for each missing article, and the smallest set of fixes for all of them (rule 17)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hotfixcheck.inventory.model import Inventory
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.products import ServicePack
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.candidates import installed_name
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.cover import smallest_cover
from hotfixcheck.verdicts.finding import Finding, Remedy, RemedyKind, Status
from hotfixcheck.verdicts.prerequisites import required_pack
from hotfixcheck.verdicts.supersedence import Carrier, Need, carried, carriers_of, need_of, newest_packs, own_line

_KINDS = (RemedyKind.ARTICLE, RemedyKind.PACKAGE, RemedyKind.SERVICE_PACK)


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One installation, and the missing articles that it puts right and none before it did."""

    remedy: Remedy
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to install, in this order, so that nothing is missing any more.

    `exact` if no smaller set of fixes would do. `unknown` are missing articles that nothing in the catalogue puts
    right, `later` those that apply only after the plan's service pack and are missing then.
    """

    steps: tuple[PlanStep, ...] = ()
    exact: bool = True
    unknown: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


NO_PLAN = Plan()


def with_remedies(
    findings: Sequence[Finding], catalogue: Sequence[Manifest], inventory: Inventory
) -> tuple[tuple[Finding, ...], Plan]:
    """The findings with their remedies, and the plan for those of them that are missing and not waived.

    `catalogue` is where remedies are looked for; the findings may be of a part of it.
    """
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
    remedies = {
        need.finding.manifest.number: _remedy(best, system, waits_for=need.requires if place >= len(missing) else None)
        for place, need in enumerate(needs)
        if (best := _best(place, carriers)) is not None
    }
    told = tuple(
        replace(finding, remedy=remedies[finding.manifest.number])
        if finding.manifest.number in remedies and finding.status in {Status.MISSING, Status.NOT_APPLICABLE}
        else finding
        for finding in findings
    )
    wanted = [place for place in range(len(missing)) if missing[place].waiver is None]
    return told, _plan(wanted, needs, len(missing), carriers, system)


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


def _best(place: int, carriers: Sequence[Carrier]) -> Carrier | None:
    """The newest thing that puts a need right: a service pack, else what carries most of the other choices.

    A service pack is what later fixes build on and ask for. Of fixes that carry each other, or not, the later counts.
    """
    choices = [carrier for carrier in carriers if place in carrier.covers]
    own = {carrier.place for carrier in choices if carrier.place is not None}

    def newness(carrier: Carrier) -> tuple[bool, int, int, tuple[int, int]]:
        is_pack = carrier.kind is RemedyKind.SERVICE_PACK
        return is_pack, len(carrier.covers & own), _KINDS.index(carrier.kind), carrier.newest

    return max(choices, key=newness, default=None)


def _remedy(carrier: Carrier, system: System, waits_for: ServicePack | None = None) -> Remedy:
    """`waits_for` is what an article that does not apply yet requires: its remedy names that first, whatever it is."""
    line = own_line(system)
    needed = [pack for pack in (carrier.requires, waits_for) if pack is not None]
    first = (f"{line.name} {max(needed)}",) if needed and line and not carrier.is_windows_pack else ()
    return Remedy(carrier.kind, carrier.name, carrier.title, first)


# --- the plan --------------------------------------------------------------------------------------------------------


def _plan(
    wanted: Sequence[int], needs: Sequence[Need], missing: int, carriers: Sequence[Carrier], system: System
) -> Plan:
    """The smallest set, without the service pack of Windows that some fixes require or with it, which wins a tie."""
    reachable = frozenset().union(*(carrier.covers for carrier in carriers)) & frozenset(wanted)
    unknown = tuple(needs[place].article for place in wanted if place not in reachable)
    pack = next((carrier for carrier in carriers if carrier.is_windows_pack), None)
    rest = [carrier for carrier in carriers if carrier is not pack]
    without = _cover(reachable, [carrier for carrier in rest if carrier.requires is None])
    chosen, exact = without or ([], True)
    if pack is not None and reachable:
        after, is_exact = _cover(reachable - pack.covers, rest) or ([], True)
        if without is None or len(after) + 1 <= len(chosen):
            chosen, exact = [pack, *after], is_exact
    brought = frozenset().union(*(carrier.covers for carrier in chosen))
    later = (needs[place].article for place in range(missing, len(needs)) if place not in brought)
    return Plan(
        _steps(_in_order(chosen), reachable, needs, system), exact, unknown, tuple(later) if pack in chosen else ()
    )


def _cover(places: frozenset[int], carriers: Sequence[Carrier]) -> tuple[list[Carrier], bool] | None:
    newest_first = sorted(carriers, key=lambda carrier: carrier.newest, reverse=True)
    masks = [sum(1 << place for place in carrier.covers) for carrier in newest_first]
    found = smallest_cover(masks, sum(1 << place for place in places))
    return None if found is None else ([newest_first[place] for place in found.chosen], found.exact)


def _in_order(chosen: Iterable[Carrier]) -> list[Carrier]:
    """Service packs, packages, then articles; of two that bring the same file the older first, else by age."""
    left = sorted(chosen, key=lambda each: (not each.is_windows_pack, -_KINDS.index(each.kind), each.newest, each.name))
    ordered: list[Carrier] = []
    while left:
        ready = (each for each in left if not any(_precedes(other, each) for other in left if other is not each))
        ordered.append(next(ready, left[0]))  # a circle of files is broken by age
        left.remove(ordered[-1])
    return ordered


def _precedes(first: Carrier, second: Carrier) -> bool:
    """True if both bring a file and the second's is the later one."""
    if first.need is None or second.need is None:
        return False
    older, newer = first.need.brings, second.need.brings
    return any(
        path in newer and carried(row, newer[path]) and not carried(newer[path], row) for path, row in older.items()
    )


def _steps(
    chosen: Iterable[Carrier], places: frozenset[int], needs: Sequence[Need], system: System
) -> tuple[PlanStep, ...]:
    left, steps = places, []
    for carrier in chosen:
        here = sorted(left & carrier.covers)
        left -= carrier.covers
        steps.append(PlanStep(_remedy(carrier, system), tuple(needs[place].article for place in here)))
    return tuple(steps)
