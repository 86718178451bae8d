"""An article on one platform as two definitions: whether it applies, and whether it should be installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix, article_number
from hotfixcheck.oval.logic import (
    ALWAYS,
    NEVER,
    Expression,
    FileObject,
    FilePart,
    Undecided,
    every,
    shared,
    some,
    without,
)
from hotfixcheck.oval.rows import Requirement, requirement
from hotfixcheck.oval.systems import (
    covers,
    has_service_pack,
    is_family,
    is_installed,
    is_platform,
    takes_service_packs_of,
)
from hotfixcheck.platforms import Platform
from hotfixcheck.products import FAMILIES, ServicePack, parse_product
from hotfixcheck.verdicts.applicability import PREREQUISITE
from hotfixcheck.verdicts.candidates import printed_folders, wow64_name


@dataclass(frozen=True, slots=True)
class ArticleDefinition:
    """One article on one platform: whether it applies, and if it does, whether it is missing.

    Either may be unknown on a given system.
    """

    manifest: Manifest
    platform: Platform
    applicable: Expression
    missing: Expression


def article_definitions(manifest: Manifest) -> Iterator[ArticleDefinition]:
    """A pair for each platform that the article's products run on and its tables have; none for other products."""
    for platform in _platforms(manifest):
        found = _on(manifest, platform)
        if found.applicable != NEVER:
            yield found


def _platforms(manifest: Manifest) -> list[Platform]:
    """Those that the printed products run on; all, where a table is for any product."""
    lines = [*manifest.applies_to, *map(_product, manifest.fixes)]
    if not manifest.applies_to and "" in lines:
        return sorted(Platform)
    families = {family for line in lines for family in parse_product(line).families if family.is_nt}
    return sorted({platform for family in families for platform in family.platforms})


def _product(fix: FilesFix | ServicePackFix) -> str:
    return (fix.scope or "") if isinstance(fix, FilesFix) else fix.product


def _on(manifest: Manifest, platform: Platform) -> ArticleDefinition:
    """Design rules 1, 2, 10 and 16: a file of an applying table is there; else a service pack of the system's series.

    Every file must be fixed, or a service pack contains the fix.
    """
    article = every(
        is_platform(platform), _covered(manifest.applies_to, platform), _prerequisite(manifest.prerequisite, platform)
    )
    key = is_installed(manifest.number)
    tables: list[Expression] = []
    rows: list[tuple[Expression, Requirement]] = []
    packs: list[tuple[Expression, Expression]] = []
    for number, fix in enumerate(manifest.fixes):
        if isinstance(fix, ServicePackFix):
            packs.append((_series(fix.product, platform), _contains(fix)))
            continue
        applies = _covered((fix.scope,) if fix.scope else (), platform)
        found = [
            (applies, requirement(row, *_objects(manifest, number, place, row), key))
            for place, row in enumerate(fix.files)
            if _is_for(row, fix, platform)
        ]
        tables += [applies] if found else []
        rows += found
    present = some(*(every(applies, row.present) for applies, row in rows))
    only_packs = every(without(some(*tables)), some(*(series for series, _ in packs)))
    contained = some(*(every(series, holds) for series, holds in packs))
    old = some(*(every(applies, row.missing) for applies, row in rows))
    applicable = every(article, some(present, only_packs))
    missing = every(without(contained), some(old, only_packs))
    return ArticleDefinition(manifest, platform, applicable, missing)


def _covered(lines: tuple[str, ...], platform: Platform) -> Expression:
    """One of the printed products; without any the article, or table, is for all."""
    return some(*(_line(line, platform) for line in lines)) if lines else ALWAYS


@cache
def _line(line: str, platform: Platform) -> Expression:
    return shared(f"{line} ({platform}) is installed", covers(parse_product(line), platform))


@cache
def _series(product: str, platform: Platform) -> Expression:
    title = f"{product} ({platform}) or another product of its service packs is installed"
    return shared(title, takes_service_packs_of(parse_product(product), platform))


def _prerequisite(printed: str | None, platform: Platform) -> Expression:
    """Each family whose version is printed needs the service pack; other families need nothing."""
    found = PREREQUISITE.search(printed or "")
    if not found:
        return ALWAYS
    required = ServicePack.parse(found["pack"])
    version = tuple(map(int, found["version"].split("."))) if found["version"] else None
    others = [family for family in FAMILIES if family.is_nt and version not in {None, family.version}]
    return some(has_service_pack(required), *(is_family(family, platform) for family in others))


def _is_for(row: FileRow, table: FilesFix, platform: Platform) -> bool:
    if row.platform in {None, platform}:
        return True
    return platform.is_64_bit and wow64_name(row, table.files) is not None


def _objects(manifest: Manifest, table: int, place: int, row: FileRow) -> tuple[FileObject, FileObject]:
    folders = tuple(printed_folders(row))
    file, header = (
        FileObject(part, manifest.number, table, place, row.name, folders) for part in (FilePart.FILE, FilePart.HEADER)
    )
    return file, header


_ROLLUP = re.compile(r"(?:Q|KB)\d{5,8}", re.IGNORECASE)


def _contains(fix: ServicePackFix) -> Expression:
    """The service pack is there; a rollup is known by its registry key alone, and without it nothing is told."""
    if fix.service_pack is not None:
        return has_service_pack(fix.service_pack)
    found = _ROLLUP.search(fix.package or "")
    nothing = Undecided(f"nothing says that {fix.package} is installed")
    return some(is_installed(article_number(found[0])), nothing) if found else nothing
