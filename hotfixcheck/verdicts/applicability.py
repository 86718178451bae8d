"""Whether an article, a table or a service pack is about the system at all (design rules 2 and 10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

from hotfixcheck.manifest.model import FilesFix, Manifest
from hotfixcheck.products import Edition, Family, ProductScope, ServicePack, parse_product, service_pack_line
from hotfixcheck.system.model import System


class Applies(IntEnum):
    NO = 0
    UNKNOWN = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Applicability:
    """`reason` says why not, or why it cannot be told; empty for YES. `nearness`: how far the system did match."""

    applies: Applies
    reason: str = ""
    nearness: int = 0


YES = Applicability(Applies.YES)


def any_of(answers: Iterable[Applicability]) -> Applicability:
    """The most favourable answer: a list of products applies if one of them does."""
    return max(answers, key=lambda answer: (answer.applies, answer.nearness), default=YES)


def both(first: Applicability, second: Applicability) -> Applicability:
    """The least favourable answer, the first on a tie."""
    return second if second.applies < first.applies else first


def article_applies(manifest: Manifest, system: System) -> Applicability:
    """By the article's products and its prerequisite; one that lists no product applies by its tables' scopes."""
    scopes = [parse_product(line) for line in manifest.applies_to]
    products = _whatever_it_is(system, lambda known: any_of(scope_applies(scope, known) for scope in scopes))
    return both(products, _prerequisite(manifest.prerequisite, system))


def is_about(manifest: Manifest, product: str) -> bool:
    """True if a product line of the article names a Windows family that `product` names, or else has its words."""
    wanted = parse_product(product)
    lines = [
        *manifest.applies_to,
        *(line for fix in manifest.fixes if (line := fix.scope if isinstance(fix, FilesFix) else fix.product)),
    ]
    if wanted.is_windows:
        return any(wanted.families & parse_product(line).families for line in lines)
    return any(product.lower() in line.lower() for line in lines)


def table_applies(scope: str | None, system: System) -> Applicability:
    """By the product a table is for; a table without one is for all that the article applies to."""
    if scope is None:
        return YES
    parsed = parse_product(scope)
    return _whatever_it_is(system, lambda known: scope_applies(parsed, known))


def _whatever_it_is(system: System, question: Callable[[System], Applicability]) -> Applicability:
    """The answer where family and edition are known, and where it is the same for all that they can be."""
    if system.family and system.edition:
        return question(system)
    possible = [
        replace(system, families=(family,), edition=edition)
        for family in system.families
        for edition in _possible_editions(family, system)
    ]
    if not possible:
        return Applicability(Applies.UNKNOWN, "it is not known which Windows this is; --product says it")
    answers = [question(known) for known in possible]
    if len({answer.applies for answer in answers}) == 1:
        return any_of(answers)
    no = min(answers, key=lambda answer: answer.applies)
    return Applicability(Applies.UNKNOWN, f"this may be a Windows that it is not for: {no.reason}; --product says it")


def _possible_editions(family: Family, system: System) -> list[Edition | None]:
    """The known edition; else all that the family has (none, where families have no editions that matter)."""
    if system.edition:
        return [system.edition]
    return [edition for edition in sorted(family.editions) if _is_possible(edition, system)] or [None]


def _is_possible(edition: Edition, system: System) -> bool:
    """By what NT 4.0's file versions tell of Terminal Server."""
    return system.terminal_server is None or (edition is Edition.TERMINAL_SERVER) == system.terminal_server


def scope_applies(scope: ProductScope, system: System) -> Applicability:
    """Family, edition, service pack range and platform, in this order (rule 2), of a system of one family."""
    if not scope.is_windows:
        return Applicability(Applies.UNKNOWN, f"it is not known whether {scope.text} is installed")
    family = system.family
    if family is None or family not in scope.families:
        return Applicability(Applies.NO, f"it is for {scope.text}")
    if system.edition is not None and not scope.covers(system.edition):
        return Applicability(Applies.NO, f"it is for {scope.text}", nearness=1)
    return both(_service_packs(scope, family, system), _platform(scope, system))


def _service_packs(scope: ProductScope, family: Family, system: System) -> Applicability:
    """From the first to the last printed service pack; SP6a counts where SP6 does, being SP6 and one fix (rule 10)."""
    builds = scope.builds_of(family)
    if builds and system.build is not None and system.build not in builds:
        return Applicability(Applies.NO, f"it is for {scope.text}, and this is build {system.build}", nearness=2)
    packs = scope.service_packs_of(family)
    if not packs:
        return YES
    if system.service_pack is None:
        if all(min(packs) <= pack and pack.number <= max(packs).number for pack in family.service_packs):
            return YES
        said = f"it is for {_range(packs)}, and the service pack is not known; --service-pack says it"
        return Applicability(Applies.UNKNOWN, said)
    if min(packs) <= system.service_pack and system.service_pack.number <= max(packs).number:
        return YES
    here = f"has {system.service_pack}" if system.service_pack.number else "has no service pack"
    return Applicability(Applies.NO, f"it is for {_range(packs)}, and this system {here}", nearness=2)


def _range(packs: frozenset[ServicePack]) -> str:
    first, last = (str(pack) if pack.number else "no service pack" for pack in (min(packs), max(packs)))
    return first if first == last else f"{first} to {last}"


def _platform(scope: ProductScope, system: System) -> Applicability:
    if not scope.platforms or system.platform in scope.platforms:
        return YES
    if system.platform is None:
        return Applicability(
            Applies.UNKNOWN, f"it is for {scope.text}, and the platform is not known; --platform says it"
        )
    return Applicability(Applies.NO, f"it is for {scope.text}, and this is {system.platform}", nearness=3)


# "4.0 SP5", "Service Pack 5", "SP5 or later": the version, where there is one, is Windows' own.
PREREQUISITE = re.compile(r"(?:(?P<version>\d\.\d+)\s+)?(?P<pack>(?:SP|Service\s+Pack)\s*\d+[a-z]?)\b", re.IGNORECASE)


def _prerequisite(printed: str | None, system: System) -> Applicability:
    """A fix whose service pack is not there yet cannot be installed: it does not apply until then."""
    found = PREREQUISITE.search(printed or "")
    if not found or system.family is None:
        return YES
    if found["version"] and tuple(map(int, found["version"].split("."))) != system.family.version:
        return YES
    required = ServicePack.parse(found["pack"])
    if system.service_pack is None:
        return Applicability(Applies.UNKNOWN, f"it requires {printed}, and the service pack is not known")
    if system.service_pack >= required:
        return YES
    return Applicability(Applies.NO, f"it requires {printed}, and this system has {system.service_pack}")


def same_service_pack_line(scope: ProductScope, system: System) -> Applicability:
    """Whether a printed product takes the same series of service packs as the system (rule 10).

    Workstation and Server of NT 4.0 share one, Terminal Server Edition has its own: a service pack printed for "Windows
    NT Server 4.0" is what a Workstation installs too. That a product which is no Windows is installed, only its files
    could show, and a service pack names none.
    """
    if not scope.is_windows:
        return Applicability(
            Applies.NO, f"the service pack is for {scope.text}, which nothing here shows to be installed"
        )
    families = [family for family in system.families if family in scope.families]
    no = Applicability(Applies.NO, f"the service pack is for {scope.text}")
    if not system.families:
        return Applicability(Applies.UNKNOWN, "it is not known which Windows this is; --product says it")
    if not families:
        return no
    printed_for = next(iter(scope.platforms)) if len(scope.platforms) == 1 else None
    printed = {
        service_pack_line(family, edition, printed_for)
        for family in families
        for edition in family.editions
        if scope.covers(edition)
    }
    here = {
        service_pack_line(family, edition, system.platform)
        for family in families
        for edition in ([system.edition] if system.edition else family.editions)
        if system.edition or _is_possible(edition, system)
    }
    if not here & printed:
        return no
    if here <= printed and len(families) == len(system.families):
        return _platform(scope, system)
    return Applicability(Applies.UNKNOWN, f"the service pack is for {scope.text}, and this edition is not known")
