"""What the articles that are missing here lack: rows of their tables, and the service packs that contain them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix
from hotfixcheck.products import ServicePack, parse_product, service_pack_line
from hotfixcheck.system.kernel import service_pack_of
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.applicability import Applicability, Applies, same_service_pack_line
from hotfixcheck.verdicts.branches import label_of, level_of_row
from hotfixcheck.verdicts.finding import FileFinding, Finding, Status
from hotfixcheck.verdicts.prerequisites import required_pack

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
    # One whose key is there is installed again where a file is older.
    packages = {one.package for one in finding.service_packs if one.package}
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
    """For each file that is missing its fix the least service pack that a row for it is for."""
    tables = {id(row): table for table in manifest.tables() for row in table.files}
    found: dict[str | None, list[ServicePack]] = {}
    for one in missing:
        table = tables[id(one.required)]
        scopes = [table.scope] if table.scope else manifest.applies_to
        if all(parse_product(line).is_windows for line in scopes):
            found.setdefault(one.path, []).append(_pack_of(one.required, table))
    return (min(packs) for packs in found.values())


def _pack_of(row: FileRow, table: FilesFix) -> ServicePack:
    """By the heading, the note or the revision; from Windows Vista on the build tells it."""
    version = row.file_version
    if (level := level_of_row(version, row.version, label_of(row, table)).pack) is not None:
        return ServicePack(level)
    return (service_pack_of(version) if version else None) or ServicePack(0)


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
