"""Which fix carries which (rule 17): what can be installed here, and which missing articles each thing puts right.

A fix carries another if, for every file that the other misses, its own row asks for the same or a later one: fixes of a
file are cumulative inside one branch, and the comparator has held both rows against the same file, so they are of the
file's branch. An article's own statement that it replaces another counts too, through any number of articles, unless
its rows say otherwise. A service pack carries what its line names it for, and what those fixes carry.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix, article_number
from hotfixcheck.products import ServicePack, parse_product, service_pack_line
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.applicability import Applicability, Applies, same_service_pack_line
from hotfixcheck.verdicts.branches import level_of_row
from hotfixcheck.verdicts.finding import FileFinding, Finding, RemedyKind, Status
from hotfixcheck.verdicts.prerequisites import required_pack
from hotfixcheck.verdicts.tables import label_of

_NO = Applicability(Applies.NO)


@dataclass(frozen=True, slots=True)
class Line:
    """A series of service packs, by the name that reports give it: `Windows NT 4.0`, `Exchange Server 5.5`."""

    name: str
    is_windows: bool


@dataclass(frozen=True, slots=True)
class Need:
    """What one article that is missing here lacks: rows by path, and the service packs that contain it by line.

    `brings` are the rows of its fix: those that are lacking, and those of files that are waived.
    `requires` is the service pack of Windows that its fix asks for and that is not installed yet.
    """

    finding: Finding
    rows: Mapping[str, FileRow]
    brings: Mapping[str, FileRow]
    packs: Mapping[Line, ServicePack]
    packages: frozenset[str]
    requires: ServicePack | None

    @property
    def article(self) -> str:
        return self.finding.manifest.article

    @property
    def newest(self) -> tuple[int, int]:
        """For telling the later of two: the day of the newest row, else of the article's last change; the number."""
        days = [row.date for row in self.brings.values() if row.date]
        day = max(days, default=self.finding.manifest.revised or date.min)
        return day.toordinal(), self.finding.manifest.number


def need_of(finding: Finding, system: System) -> Need:
    """What an article that was found missing needs."""
    missing = [one for one in finding.files if one.status is Status.MISSING and one.path]
    packs: dict[Line, ServicePack] = {}
    for one in finding.service_packs:
        line = line_of(one.product, system)
        if line and one.service_pack and one.status is Status.MISSING:
            packs[line] = min(one.service_pack, packs.get(line, one.service_pack))
    packages = {one.package for one in finding.service_packs if one.package and one.status is not Status.FIXED}
    brings = {one.path or "": one.required for one in missing}
    # Of an article that is waived in part only the rest is needed.
    rows = {one.path or "": one.required for one in missing if finding.waiver is not None or one.waiver is None}
    return Need(finding, rows, brings, packs, frozenset(packages), _requires(finding.manifest, missing, system))


def _requires(manifest: Manifest, missing: Iterable[FileFinding], system: System) -> ServicePack | None:
    """The prerequisite, or the service pack that the missing rows are for, if that is later than the installed one."""
    here = system.service_pack
    if here is None or system.family is None:
        return None
    needed = [required_pack(manifest.prerequisite, system), *_levels(manifest, missing)]
    return max((pack for pack in needed if pack is not None and pack > here), default=None)


def _levels(manifest: Manifest, missing: Iterable[FileFinding]) -> Iterable[ServicePack]:
    rows = {id(one.required) for one in missing}
    for fix in manifest.fixes:
        scopes = [fix.scope] if isinstance(fix, FilesFix) and fix.scope else manifest.applies_to
        if not isinstance(fix, FilesFix) or not all(parse_product(line).is_windows for line in scopes):
            continue
        for row in fix.files:
            level = level_of_row(row.file_version, row.version, label_of(row, fix)).pack if id(row) in rows else None
            if level:
                yield ServicePack(level)


def line_of(product: str, system: System) -> Line | None:
    """The series of a printed product's service packs; this system's own for any Windows; None if not understood."""
    scope = parse_product(product)
    if scope.is_windows:
        return own_line(system)
    if not scope.applications:
        return None
    return Line(scope.applications[0].name, False)


def newest_packs(manifests: Iterable[Manifest], needs: Iterable[Need], system: System) -> dict[Line, ServicePack]:
    """The newest service pack of each line that the needs name: by the catalogue, or because a fix requires it."""
    newest: dict[Line, ServicePack] = {}

    def take(line: Line, pack: ServicePack) -> None:
        newest[line] = max(pack, newest.get(line, pack))

    for need in needs:
        for line, pack in need.packs.items():
            take(line, pack)
        if need.requires is not None and (own := own_line(system)):
            take(own, need.requires)
    for manifest in manifests if newest else ():
        for fix in manifest.fixes:
            if isinstance(fix, ServicePackFix) and fix.service_pack:
                named = _line_named(fix.product, system)
                if named in newest:
                    take(named, fix.service_pack)
    return newest


def own_line(system: System) -> Line | None:
    """The line of the system's own service packs."""
    family = system.family
    return Line(service_pack_line(family, system.edition, system.platform), True) if family else None


def _line_named(product: str, system: System) -> Line | None:
    """The line that a product's service packs are of, if it is one that this system can take."""
    line = line_of(product, system)
    if line is None or not line.is_windows:
        return line
    answer = same_service_pack_line(parse_product(product), system, lambda _: _NO)
    return line if answer.applies is Applies.YES else None


@dataclass(frozen=True, slots=True)
class Carrier:
    """Something that can be installed: `covers` are the needs, by their place, that it puts right.

    `place` and `need` are set for an article's own fix, `requires` is as for needs.
    """

    kind: RemedyKind
    name: str
    title: str
    covers: frozenset[int]
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
    covered = _Coverage(needs, manifests).of_each(needs)
    packs = sorted(newest.items(), key=lambda item: item[0].name)
    found = [_pack_carrier(line, pack, needs, covered) for line, pack in packs]
    prerequisites = {manifest.number: manifest.prerequisite for manifest in manifests if manifest.prerequisite}
    for package in sorted({package for need in needs for package in need.packages}):
        places = _through((place for place, need in enumerate(needs) if package in need.packages), covered)
        required = required_pack(prerequisites.get(_number_in(package)), system)
        is_here = required is None or system.service_pack is None or system.service_pack >= required
        found.append(Carrier(RemedyKind.PACKAGE, package, "", places, None if is_here else required))
    for place, (need, places) in enumerate(zip(needs, covered, strict=True)):
        if need.brings:
            title = need.finding.manifest.title
            found.append(Carrier(RemedyKind.ARTICLE, need.article, title, places, need.requires, place, need))
    return tuple(carrier for carrier in found if carrier.covers or carrier.is_windows_pack)


def _pack_carrier(line: Line, pack: ServicePack, needs: Sequence[Need], covered: Sequence[frozenset[int]]) -> Carrier:
    holding = [place for place, need in enumerate(needs) if line in need.packs and need.packs[line] <= pack]
    places = _through(holding, covered)
    return Carrier(RemedyKind.SERVICE_PACK, f"{line.name} {pack}", "", places, is_windows_pack=line.is_windows)


def _through(places: Iterable[int], covered: Sequence[frozenset[int]]) -> frozenset[int]:
    """These, and what they carry: what contains a fix contains what that carries."""
    places = frozenset(places)
    return places.union(*(covered[place] for place in places))


def _number_in(package: str) -> int:
    found = re.search(r"(?:Q|KB)\d{5,8}", package, re.IGNORECASE)
    return article_number(found[0]) if found else 0


class _Coverage:
    """Which needs a fix carries, by its rows and by what articles say of each other."""

    def __init__(self, needs: Sequence[Need], manifests: Iterable[Manifest]) -> None:
        self._needs = needs
        self._by_path: dict[str, list[int]] = defaultdict(list)
        for place, need in enumerate(needs):
            for path in need.rows:
                self._by_path[path].append(place)
        self._by_number = {need.finding.manifest.number: place for place, need in enumerate(needs)}
        self._said = {
            manifest.number: tuple(map(article_number, manifest.supersedes))
            for manifest in manifests
            if manifest.supersedes
        }

    def of_each(self, fixes: Iterable[Need]) -> list[frozenset[int]]:
        return [self._by_rows(fix) | self._by_statement(fix) for fix in fixes]

    def _by_rows(self, fix: Need) -> frozenset[int]:
        near = {place for path in fix.brings for place in self._by_path[path]}
        return frozenset(
            place
            for place in near
            if all(carried(row, fix.brings.get(path)) for path, row in self._needs[place].rows.items())
        )

    def _by_statement(self, fix: Need) -> frozenset[int]:
        """What the article says it replaces, and what that replaces; its own rows are not contradicted."""
        seen, ahead = {fix.finding.manifest.number}, [fix.finding.manifest.number]
        while ahead:
            new = [number for number in self._said.get(ahead.pop(), ()) if number not in seen]
            seen.update(new)
            ahead += new
        places = (self._by_number.get(number) for number in sorted(seen))
        return frozenset(
            place for place in places if place is not None and not self._contradicted(fix, self._needs[place])
        )

    def _contradicted(self, fix: Need, other: Need) -> bool:
        return any(path in fix.brings and not carried(row, fix.brings[path]) for path, row in other.rows.items())


def carried(row: FileRow, by: FileRow | None) -> bool:
    """True if a file that meets the row `by` meets `row`: by version, else by date."""
    if by is None:
        return False
    if row is by:
        return True
    version, other = row.file_version, by.file_version
    if version is not None and other is not None:
        return other >= version
    return row.date is not None and by.date is not None and by.date >= row.date
