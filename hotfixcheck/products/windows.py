"""Product lines that are about Windows, such as `Microsoft Windows NT Server versions 4.0, 4.0 SP4`.

A line is read word by word against the closed vocabularies of `words`. A brand opens a clause (`Windows NT`, `Windows
Server`); the words after it name versions, service packs, editions and platforms. One word that no vocabulary has makes
the line one that is not about Windows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from hotfixcheck.platforms import Platform
from hotfixcheck.products.model import Edition, Family, Role, ServicePack
from hotfixcheck.products.scope import ProductScope
from hotfixcheck.products.tokens import JOINTS, MARKS, PACK, nesting
from hotfixcheck.products.words import BRANDS, NO_BRAND, RELEASES, WORDS, Brand, Word

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)*[a-z]?|[0-9]{2}h[0-9]")


def windows_scope(text: str, tokens: Sequence[str]) -> ProductScope:
    """What `tokens`, those of `text` or of a part of it, cover; a scope without families if that is no Windows."""
    clauses = [clause for clause in _clauses(tokens) if clause.families]
    mentions = [mention for clause in clauses for mention in clause.mentions]
    covered: dict[Family, frozenset[Edition]] = {}
    for clause in clauses:
        for family in clause.families:
            covered[family] = covered.get(family, frozenset()) | clause.covered(family)
    every_edition = all(editions == family.editions for family, editions in covered.items())
    platforms = [clause.named_platforms for clause in clauses]
    return ProductScope(
        text,
        families=frozenset(covered),
        editions=frozenset() if every_edition else frozenset().union(*covered.values()),
        service_packs=_service_packs(mentions),
        platforms=frozenset().union(*platforms) if all(platforms) else frozenset(),
        builds=frozenset(build for mention in mentions for build in mention.builds),
        language=next((clause.language for clause in clauses if clause.language), None),
    )


@dataclass(slots=True)
class _Mention:
    """A version as printed once, with what follows it up to the next."""

    families: tuple[Family, ...] = ()
    packs: set[ServicePack] = field(default_factory=set)
    builds: set[tuple[Family, int]] = field(default_factory=set)
    every_pack: bool = False
    or_later: bool = False

    def add_later(self) -> None:
        """Adds what came after the printed service packs and releases."""
        if self.packs:
            first = min(self.packs)
            self.packs |= {pack for family in self.families for pack in family.service_packs if pack > first}
        for family, build in tuple(self.builds):
            self.builds |= {(family, later) for later in RELEASES[family].values() if later > build}


def _service_packs(mentions: Iterable[_Mention]) -> frozenset[tuple[Family, ServicePack]]:
    printed: set[tuple[Family, ServicePack]] = set()
    bare: set[Family] = set()
    unrestricted: set[Family] = set()
    for mention in mentions:
        printed |= {(family, pack) for family in mention.families for pack in mention.packs}
        if mention.every_pack:
            unrestricted |= set(mention.families)
        elif not mention.packs:
            bare |= set(mention.families)
    printed |= {(family, family.service_packs[0]) for family, _ in tuple(printed) if family in bare}
    return frozenset((family, pack) for family, pack in printed if family not in unrestricted)


@dataclass(slots=True)
class _Clause:
    """What a brand and the words after it say."""

    brand: Brand
    mentions: list[_Mention] = field(default_factory=lambda: [_Mention()])
    roles: set[Role] = field(default_factory=set)
    editions: set[Edition] = field(default_factory=set)
    platforms: set[Platform] = field(default_factory=set)
    is_64_bit: bool = False
    language: str | None = None

    def read(self, tokens: Sequence[str], at: int) -> int:
        """Takes in what stands at `at`: how many tokens that is, 0 if it is not understood."""
        token = tokens[at]
        if found := self.brand.versions.longest(tokens, at):
            families, taken = found
            self.mentions.append(_Mention(families))
            return taken
        if found_word := WORDS.longest(tokens, at):
            word, taken = found_word
            self._add(word, joined=at > 0 and tokens[at - 1] in JOINTS)
            return taken
        if pack := PACK.fullmatch(token):
            self.mentions[-1].packs.add(ServicePack.parse(pack[0]))
        elif _NUMBER.fullmatch(token):
            self._add_number(token)
        elif platform := _platform(token):
            self.platforms.add(platform)
        elif token not in MARKS:
            return 0
        return 1

    def _add(self, word: Word, *, joined: bool) -> None:
        if word.edition:
            # `Server 4.0, Terminal Server Edition` is one product, `Server and Terminal Server Edition` are two.
            if not (joined or word.in_full or self.editions):
                self.roles.discard(Role.SERVER)
            self.editions.add(word.edition)
        if word.role:
            self.roles.add(word.role)
        if word.platform:
            self.platforms.add(word.platform)
        self.is_64_bit |= word.is_64_bit
        self.language = word.language or self.language
        mention = self.mentions[-1]
        mention.every_pack |= word.every_pack
        mention.or_later |= word.or_later
        if word.is_release:
            mention.packs.add(ServicePack(0))

    def _add_number(self, number: str) -> None:
        """A release of the version before it, or a version that no Windows of this brand has."""
        mention = self.mentions[-1]
        families = mention.families or self.brand.released
        builds = {(family, RELEASES[family][number]) for family in families if number in RELEASES.get(family, ())}
        if builds:
            mention.families = families
            mention.builds |= builds
        else:
            self.mentions.append(_Mention())

    def close(self) -> None:
        """Adds what the brand says, and drops families that never had what is printed."""
        if self.brand.role:
            self.roles.add(self.brand.role)
        if self.brand.platform:
            self.platforms.add(self.brand.platform)
        first, *others = self.mentions
        if not (first.families or others):
            first.families = tuple(family for family in self.brand.families if first.packs <= set(family.service_packs))
        for mention in self.mentions:
            mention.families = tuple(f for f in mention.families if self.covered(f) or not f.editions)
            mention.builds = {(family, build) for family, build in mention.builds if family in mention.families}
            if mention.or_later:
                mention.add_later()

    @property
    def has_versions(self) -> bool:
        """True if a version, a release or a service pack was read."""
        first, *others = self.mentions
        return bool(others or first.families or first.packs)

    @property
    def families(self) -> frozenset[Family]:
        return frozenset(family for mention in self.mentions for family in mention.families)

    @property
    def named_platforms(self) -> frozenset[Platform]:
        """What `64-Bit` means depends on the time: Itanium until Windows Server 2003, x64 since Windows Vista."""
        if self.platforms or not self.is_64_bit:
            return frozenset(self.platforms)
        return frozenset(Platform.IA64 if family.version < (6, 0) else Platform.AMD64 for family in self.families)

    def covered(self, family: Family) -> frozenset[Edition]:
        """The editions of `family` that the clause is about."""
        if self.brand.edition:
            return family.editions & {self.brand.edition}
        if not (self.editions or self.roles):
            return family.editions - {Edition.TERMINAL_SERVER}
        named = self.editions.union(*(_editions_of(family, role) for role in self.roles))
        if Edition.PROFESSIONAL in self.editions:
            named |= _BUILT_ON_PROFESSIONAL
        return family.editions & named


_WORKSTATIONS = {Edition.WORKSTATION, Edition.PROFESSIONAL}
_BUILT_ON_PROFESSIONAL = {Edition.MEDIA_CENTER, Edition.TABLET_PC}


def _editions_of(family: Family, role: Role) -> frozenset[Edition]:
    """What `Server` or `Workstation` covers. Terminal Server Edition has service packs and fixes of its own."""
    if family.role:
        return family.editions if family.role is role else frozenset()
    if role is Role.WORKSTATION:
        return family.editions & (_WORKSTATIONS | {Edition.EMBEDDED})
    return family.editions - _WORKSTATIONS - {Edition.TERMINAL_SERVER}


def _clauses(tokens: Sequence[str]) -> list[_Clause]:
    """The clauses of a line; none if something outside brackets is not understood."""
    opening = clause = _Clause(NO_BRAND)
    clauses: list[_Clause] = []
    depth = at = 0
    while at < len(tokens):
        if found := BRANDS.longest(tokens, at):
            brand, taken = found
            clause = _Clause(brand)
            clauses.append(clause)
        else:
            taken = clause.read(tokens, at)
        depth += nesting(tokens[at])
        if not (taken or depth > 0):
            return []
        at += taken or 1
    if not clauses or opening.has_versions or opening.roles or opening.editions:
        return []
    # `x64-based versions of Windows XP and of Windows Server 2003`
    for clause in clauses:
        if not (clause.platforms or clause.is_64_bit):
            clause.platforms |= opening.platforms
            clause.is_64_bit = opening.is_64_bit
    clauses[0].language = clauses[0].language or opening.language
    _share_versions(clauses)
    for clause in clauses:
        clause.close()
    return clauses


def _share_versions(clauses: Sequence[_Clause]) -> None:
    """Gives a bare clause the versions of its neighbour: `Windows NT Workstation and Windows NT Server version 3.5`."""
    pairs = list(pairwise(clauses))
    for bare, full in (*reversed(pairs), *((second, first) for first, second in pairs)):
        if bare.brand.versions is full.brand.versions and not bare.has_versions and full.has_versions:
            bare.mentions = [replace(mention) for mention in full.mentions]


def _platform(token: str) -> Platform | None:
    try:
        return Platform.from_label(token.removesuffix("-based"))
    except ValueError:
        return None
