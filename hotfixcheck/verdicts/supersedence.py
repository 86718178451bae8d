"""Which fix carries which (rule 17): what can be installed here, and which missing articles each thing puts right.

A fix carries another if, for every file that the other misses, its own row asks for the same or a later one: fixes of a
file are cumulative inside one branch, and the comparator has held both rows against the same file, so they are of the
file's branch. An article's own statement that it replaces another counts too, through any number of articles, unless
its rows say otherwise. A service pack carries what its line names it for, and what those fixes carry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hotfixcheck.manifest.model import Manifest, number_named_in
from hotfixcheck.products import ServicePack, reaches
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.coverage import Coverage
from hotfixcheck.verdicts.finding import Remedy, RemedyKind
from hotfixcheck.verdicts.needs import Line, Need, own_line
from hotfixcheck.verdicts.prerequisites import required_pack

RANKS = {RemedyKind.ARTICLE: 0, RemedyKind.PACKAGE: 1, RemedyKind.SERVICE_PACK: 2}
"""Of remedies that put the same right, the one that brings more ranks higher."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """Something that can be installed: `covers` has a bit for each need, by its place, that it puts right.

    `place` and `need` are set for an article's own fix, `requires` is as for needs.
    """

    kind: RemedyKind
    name: str
    title: str
    covers: int
    requires: ServicePack | None = None
    place: int | None = None
    need: Need | None = None
    is_windows_pack: bool = False

    @property
    def newest(self) -> tuple[int, int]:
        """For telling the later of two: the day of the newest row and the article's number; 0 for other things."""
        return self.need.newest if self.need else (0, 0)


def carriers_of(
    needs: Sequence[Need],
    manifests: Sequence[Manifest],
    newest: Mapping[Line, ServicePack],
    system: System,
) -> tuple[Carrier, ...]:
    """Everything that puts one of `needs` right: service packs, packages, and their own fixes, in this order."""
    covered = Coverage(needs, manifests).of_each()
    packs = sorted(newest.items(), key=lambda item: item[0].name)
    found = [_pack_carrier(line, pack, needs, covered) for line, pack in packs]
    prerequisites: dict[int | None, str] = {
        manifest.number: manifest.prerequisite for manifest in manifests if manifest.prerequisite
    }
    for package in sorted({package for need in needs for package in need.packages}):
        places = _through((place for place, need in enumerate(needs) if package in need.packages), covered)
        required = required_pack(prerequisites.get(number_named_in(package) or 0), system)
        here = system.service_pack
        is_here = required is None or here is None or reaches(here, required, system.edition)
        found.append(Carrier(RemedyKind.PACKAGE, package, "", places, None if is_here else required))
    for place, (need, places) in enumerate(zip(needs, covered, strict=True)):
        if need.brings:
            title = need.finding.manifest.title
            found.append(Carrier(RemedyKind.ARTICLE, need.article, title, places, need.requires, place, need))
    return tuple(carrier for carrier in found if carrier.covers or carrier.is_windows_pack)


def _pack_carrier(line: Line, pack: ServicePack, needs: Sequence[Need], covered: Sequence[int]) -> Carrier:
    holding = [place for place, need in enumerate(needs) if line in need.packs and need.packs[line] <= pack]
    places = _through(holding, covered)
    return Carrier(RemedyKind.SERVICE_PACK, f"{line.name} {pack}", "", places, is_windows_pack=line.is_windows)


def _through(places: Iterable[int], covered: Sequence[int]) -> int:
    """These, and what they carry: what contains a fix contains what that carries."""
    mask = 0
    for place in places:
        mask |= 1 << place | covered[place]
    return mask


def remedy_of(carrier: Carrier, system: System, waits_for: ServicePack | None = None) -> Remedy:
    """`waits_for` is what an article that does not apply yet requires: its remedy names that first, whatever it is."""
    line = own_line(system)
    needed = [pack for pack in (carrier.requires, waits_for) if pack is not None]
    first = (f"{line.name} {max(needed)}",) if needed and line and not carrier.is_windows_pack else ()
    return Remedy(carrier.kind, carrier.name, carrier.title, first)
