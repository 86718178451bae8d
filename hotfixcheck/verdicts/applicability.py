"""Whether an article, a table or a service pack is about the system at all (design rules 2 and 10)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

from hotfixcheck.manifest.model import Manifest
from hotfixcheck.platforms import Platform
from hotfixcheck.products import (
    Application,
    Edition,
    Family,
    PrintedApplication,
    ProductScope,
    ServicePack,
    parse_product,
    reaches,
    service_pack_line,
)
from hotfixcheck.products.lists import ListedProduct, name_in, parse_list
from hotfixcheck.system.model import System

AskApplication = Callable[[PrintedApplication], "Applicability"]
"""Whether a product that is no Windows is installed, in a version and service pack that is printed."""


class Applies(IntEnum):
    NO = 0
    UNKNOWN = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Applicability:
    """`reason` says why not, or why it cannot be told; empty for YES. `nearness`: how far the system did match.
    `owners`: the applications whose files are meant; empty: Windows'."""

    applies: Applies
    reason: str = ""
    nearness: int = 0
    owners: frozenset[Application] = frozenset()


YES = Applicability(Applies.YES)
_FOR = "it is for"
_SERVICE_PACK = 2
"""The nearness of a product whose family and edition are the system's."""


def any_of(answers: Iterable[Applicability]) -> Applicability:
    """The most favourable answer: a list of products applies if one of them does, and is about Windows' files if a
    Windows among them does."""
    answers = list(answers)
    best = max(answers, key=lambda answer: (answer.applies, answer.nearness), default=YES)
    applying = [answer.owners for answer in answers if answer.applies]
    return _about(best, frozenset().union(*applying) if applying and all(applying) else _WINDOWS)


def both(first: Applicability, second: Applicability) -> Applicability:
    """The least favourable answer, the first on a tie; about what the second is about, if it names applications."""
    least = second if second.applies < first.applies else first
    return _about(least, second.owners or first.owners)


_WINDOWS: frozenset[Application] = frozenset()


def _about(answer: Applicability, owners: frozenset[Application]) -> Applicability:
    return answer if answer.owners == owners else replace(answer, owners=owners)


def article_applies(manifest: Manifest, system: System, ask: AskApplication) -> Applicability:
    """By the article's products and processors; one that lists no products applies by its tables' scopes."""
    products = _whatever_it_is(system, lambda known: _list_applies(manifest.applies_to, known, ask))
    names = " or ".join(manifest.platforms)
    return both(products, _on_platforms(frozenset(manifest.platforms), names, system))


def _list_applies(lines: tuple[str, ...], system: System, ask: AskApplication) -> Applicability:
    """Whether one of the article's products is here, on the machine and with the product that are printed with it."""
    answers = [_listed_applies(product, system, ask) for product in parse_list(lines)]
    best = any_of(answers)
    # Which of several other products comes first says little of an article.
    others = {answer.reason for answer in answers if answer.nearness == best.nearness} - {best.reason}
    if best.applies is Applies.NO and best.reason.startswith(_FOR) and best.nearness < _SERVICE_PACK and others:
        return replace(best, reason=f"{best.reason}, or {len(others)} other product{'s'[: len(others) > 1]}")
    return best


def _listed_applies(product: ListedProduct, system: System, ask: AskApplication) -> Applicability:
    answer = scope_applies(product.scope, system, ask)
    for scopes in product.needs:
        needed = any_of(scope_applies(scope, system, ask) for scope in scopes)
        # What it is used with is not what the fix is for.
        answer = _about(both(answer, needed), answer.owners)
    return answer


def names_any(manifest: Manifest, families: Collection[Family]) -> bool:
    """True if a product line of the article names one of these families of Windows."""
    return any(not parse_product(line).families.isdisjoint(families) for line in manifest.product_lines())


def is_about(manifest: Manifest, product: str) -> bool:
    """True if a product line of the article names a Windows family that `product` names, or else has its words."""
    wanted = parse_product(product)
    if wanted.is_windows:
        return names_any(manifest, wanted.families)
    lines = list(manifest.product_lines())
    if wanted.applications:
        named = {printed.application for printed in wanted.applications}
        return any(printed.application in named for line in lines for printed in parse_product(line).applications)
    return any(product.lower() in line.lower() for line in lines)


def table_applies(scope: str | None, system: System, ask: AskApplication) -> Applicability:
    """By the product a table is for; a table without one is for all that the article applies to."""
    if scope is None:
        return YES
    parsed = parse_product(scope)
    return _whatever_it_is(system, lambda known: scope_applies(parsed, known, ask))


def _whatever_it_is(system: System, question: Callable[[System], Applicability]) -> Applicability:
    """The answer where family and edition are known, and where it is the same for all that they can be.

    For any answer but no, the editions that others are built on are all (Family.base_editions).
    """
    if system.family and system.edition:
        return question(system)
    base: list[Applicability] = []
    others: list[Applicability] = []
    for family in system.families:
        for edition in _possible_editions(family, system):
            is_base = edition is None or edition is system.edition or edition in family.base_editions
            answer = question(replace(system, families=(family,), edition=edition))
            (base if is_base else others).append(answer)
    if not base:
        return Applicability(Applies.UNKNOWN, "it is not known which Windows this is; --product says it")
    answers = [*base, *others]
    for asked in (answers, base):
        if len({answer.applies for answer in asked}) == 1 and (asked is answers or base[0].applies):
            return any_of(asked)
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


def scope_applies(scope: ProductScope, system: System, ask: AskApplication) -> Applicability:
    """A Windows by family, edition, service pack range and platform, in this order (rule 2); else an application."""
    if not scope.is_understood:
        return Applicability(Applies.UNKNOWN, f"it is not known what {scope.text} is, nor whether it is installed")
    answers = [ask(printed) for printed in scope.applications]
    if scope.is_windows:
        answers.append(_windows_applies(scope, system))
    return any_of(answers) if answers else _platform(scope, system)


def _windows_applies(scope: ProductScope, system: System) -> Applicability:
    family = system.family
    if family is None or family not in scope.families:
        return Applicability(Applies.NO, f"{_FOR} {name_in(scope.text)}")
    if system.edition is not None and not scope.covers(system.edition):
        return Applicability(Applies.NO, f"{_FOR} {name_in(scope.text)}", nearness=1)
    return both(_service_packs(scope, family, system), _platform(scope, system))


def _service_packs(scope: ProductScope, family: Family, system: System) -> Applicability:
    """From the first to the last printed service pack; SP6a counts where SP6 does, being SP6 and one fix (rule 10)."""
    builds = scope.builds_of(family)
    if builds and system.build is not None and system.build not in builds:
        return Applicability(
            Applies.NO, f"it is for {scope.text}, and this is build {system.build}", nearness=_SERVICE_PACK
        )
    packs = scope.service_packs_of(family)
    if not packs:
        return YES
    if system.service_pack is None:
        if all(min(packs) <= pack and pack.number <= max(packs).number for pack in family.service_packs):
            return YES
        said = f"it is for {_range(packs)}, and the service pack is not known; --service-pack says it"
        return Applicability(Applies.UNKNOWN, said)
    is_first = reaches(system.service_pack, min(packs), system.edition)
    if is_first and system.service_pack.number <= max(packs).number:
        return YES
    here = f"has {system.service_pack}" if system.service_pack.number else "has no service pack"
    return Applicability(Applies.NO, f"it is for {_range(packs)}, and this system {here}", nearness=_SERVICE_PACK)


def _range(packs: frozenset[ServicePack]) -> str:
    first, last = (str(pack) if pack.number else "no service pack" for pack in (min(packs), max(packs)))
    return first if first == last else f"{first} to {last}"


def _platform(scope: ProductScope, system: System) -> Applicability:
    return _on_platforms(scope.platforms, scope.text, system)


def _on_platforms(platforms: frozenset[Platform], said: str, system: System) -> Applicability:
    if not platforms or system.platform in platforms:
        return YES
    if system.platform is None:
        return Applicability(Applies.UNKNOWN, f"it is for {said}, and the platform is not known; --platform says it")
    return Applicability(Applies.NO, f"it is for {said}, and this is {system.platform}", nearness=3)


def same_service_pack_line(scope: ProductScope, system: System, ask: AskApplication) -> Applicability:
    """Whether a printed product takes the same series of service packs as the system (rule 10).

    Workstation and Server of NT 4.0 share one, Terminal Server Edition has its own: a service pack printed for "Windows
    NT Server 4.0" is what a Workstation installs too. A product that is no Windows must be shown to be installed: a
    service pack names no file that could make it likely.
    """
    if scope.applications and not scope.is_windows:
        answer = any_of(map(ask, scope.applications))
        if answer.applies is Applies.UNKNOWN:
            return Applicability(
                Applies.NO, f"the service pack is for {scope.text}, which nothing here shows to be installed"
            )
        return answer
    if not scope.is_windows:
        return Applicability(Applies.NO, f"it is not known what the service pack is for: {scope.text}")
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
