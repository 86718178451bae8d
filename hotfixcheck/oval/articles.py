"""An article on one platform as two definitions: whether it applies, and whether it should be installed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix, number_named_in
from hotfixcheck.oval.levels import LevelRow, has_levels, levels_missing
from hotfixcheck.oval.logic import (
    ALWAYS,
    NEVER,
    Expression,
    FileObject,
    FilePart,
    Test,
    Undecided,
    every,
    shared,
    some,
    without,
)
from hotfixcheck.oval.rows import row_missing
from hotfixcheck.oval.systems import (
    XP,
    covers,
    has_service_pack,
    is_edition,
    is_family,
    is_family_of,
    is_installed,
    is_platform,
)
from hotfixcheck.oval.systems import takes_service_packs_of as in_series_of
from hotfixcheck.platforms import Platform
from hotfixcheck.products import FAMILIES, Edition, Family, ServicePack, parse_product
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.branches import label_of, level_of_row
from hotfixcheck.verdicts.candidates import printed_folders
from hotfixcheck.verdicts.lines import windows_of_row, windows_of_table
from hotfixcheck.verdicts.prerequisites import required_pack
from hotfixcheck.verdicts.settled import is_data, is_of_a_release
from hotfixcheck.verdicts.wow64 import FOLDERS, Copies


@dataclass(frozen=True, slots=True)
class ArticleDefinition:
    """One article on one platform: whether it applies, and if it does, whether it is missing.

    Either may be unknown on a given system.
    """

    manifest: Manifest
    platform: Platform
    applicable: Expression
    missing: Expression


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table, and the products that the table and the row's note are for."""

    row: FileRow
    table: FilesFix
    applies: Expression
    file: FileObject
    header: FileObject


def article_definitions(manifest: Manifest) -> Iterator[ArticleDefinition]:
    """A pair for each platform that the article's products run on; none for what `why_not` names."""
    if why_not(manifest):
        return
    for platform in _platforms(manifest):
        found = _on(manifest, platform)
        if found.applicable != NEVER:
            yield found


def why_not(manifest: Manifest) -> str:
    """Why OVAL cannot say what the article says, as docs/oval.md lists it; empty if it can."""
    lines = [line for line in _lines(manifest) if line]
    if any(parse_product(line).applications for line in lines):
        return "products other than Windows"
    if lines and not any(family.is_nt for line in lines for family in parse_product(line).families):
        return "no Windows NT or later"
    languages = {table.language for table in manifest.tables()}
    if len(languages) > 1:
        return "tables by language"
    if any(row.note and not parse_product(row.note).is_windows for row in manifest.rows()):
        return "rows with notes"
    if any(not _is_told(rows) for platform in _platforms(manifest) for rows in _by_name(manifest, platform)):
        return "several rows of one file that its version does not tell apart"
    return ""


def _on(manifest: Manifest, platform: Platform) -> ArticleDefinition:
    """Design rules 1, 2, 10 and 16: a file of an applying table is there; else a service pack of the system's series.

    Every file must be fixed, or a service pack contains the fix. A package is known by its registry key, which decides
    only what nothing else does (rule 11).
    """
    article = every(is_platform(platform), _covered(manifest.applies_to, platform), _prerequisite(manifest, platform))
    packages = some(*(every(series, holds) for series, holds in _packages(manifest, platform)))
    key = some(is_installed(manifest.number), packages)
    groups = _by_name(manifest, platform)
    rows = [row for group in groups for row in group]
    present = some(*(every(row.applies, _is_there(row)) for row in rows))
    packs = [fix for fix in manifest.fixes if isinstance(fix, ServicePackFix)]
    series = [_series(fix.product, platform) for fix in packs]
    # Without a table for the system the service packs decide: they are missing, unless the registry has the fix.
    only_packs = every(without(some(*(row.applies for row in rows))), some(*series))
    named = [(own, fix.service_pack) for own, fix in zip(series, packs, strict=True) if fix.service_pack]
    contained = some(*(every(own, has_service_pack(pack)) for own, pack in named))
    nothing = Undecided("nothing says that the package is installed")
    no_key = every(only_packs, without(key), some(*(own for own, _ in named), nothing))
    applicable = every(article, some(present, only_packs))
    return ArticleDefinition(manifest, platform, applicable, every(without(contained), some(_old(groups, key), no_key)))


def _old(groups: list[list[_Row]], key: Expression) -> Expression:
    """A file is old. That one printed by its name alone, or the data of a cumulative update, does not tell counts only
    where nothing else is there (rule 16).
    """

    def none_there(says: Callable[[FileRow], bool]) -> Expression:
        rows = (row for group in groups for row in group if says(row.row))
        return without(some(*(every(row.applies, _is_there(row)) for row in rows)))

    no_release, nothing = none_there(is_of_a_release), none_there(lambda row: not row.is_bare)
    found = []
    for group in groups:
        alone: Expression = ALWAYS
        if all(is_data(row.row) for row in group):
            alone = no_release
        if all(row.row.is_bare for row in group):
            alone = every(alone, nothing)
        definite = NEVER if alone == ALWAYS else _missing(group, ALWAYS)
        found.append(some(definite, every(alone, _missing(group, key))))
    return some(*found)


def _missing(rows: list[_Row], key: Expression) -> Expression:
    """A file that is there and old, by the row that is for it."""
    first = rows[0]
    there = every(first.applies, _is_there(first))
    levels = _levels(rows)
    if levels is not None:
        return every(there, levels_missing(levels, first.file, key))
    return some(
        *(
            every(
                row.applies,
                Test(row.file, (), f"{row.row.name} is there"),
                row_missing(row.row, row.file, row.header, key),
            )
            for row in rows
        )
    )


def _is_there(row: _Row) -> Test:
    return Test(row.file, (), f"{row.row.name} is there")


def _levels(rows: list[_Row]) -> list[LevelRow] | None:
    """The rows by service pack and branch, where these matter and are told."""
    found = [
        LevelRow(row.row, version, level_of_row(version, row.row.version, label_of(row.row, row.table)))
        for row in rows
        if (version := row.row.file_version) is not None
    ]
    return found if len(found) == len(rows) and has_levels(found) else None


def _is_told(rows: list[_Row]) -> bool:
    """True if the file itself tells which of several rows is for it, or their tables' products exclude each other."""
    if len(rows) == 1:
        return True
    if len({row.applies for row in rows}) == 1:
        return _levels(rows) is not None
    scopes = [row.table.scope for row in rows]
    return None not in scopes and _exclude_each_other([scope for scope in scopes if scope])


def _exclude_each_other(scopes: Iterable[str]) -> bool:
    """True if no system is of two of these printed products."""
    covered: Counter[tuple[Family, Edition | None]] = Counter()
    for scope in scopes:
        parsed = parse_product(scope)
        for family in parsed.families:
            every_one: list[Edition | None] = [*family.editions] or [None]
            covered.update((family, each) for each in every_one if each is None or parsed.covers(each))
    return max(covered.values(), default=0) <= 1


# --- products --------------------------------------------------------------------------------------------------------


def _lines(manifest: Manifest) -> list[str]:
    return [*manifest.applies_to, *map(_product, manifest.fixes)]


def _product(fix: FilesFix | ServicePackFix) -> str:
    return (fix.scope or "") if isinstance(fix, FilesFix) else fix.product


def _platforms(manifest: Manifest) -> list[Platform]:
    named = manifest.platforms or tuple(Platform)
    return sorted({each for family in _families(manifest) for each in family.platforms if each in named})


def _families(manifest: Manifest) -> list[Family]:
    """Those that the article is for: the printed ones; all, where a table is for any product."""
    lines = _lines(manifest)
    is_for_any = not manifest.applies_to and "" in lines
    named = {family for line in lines for family in parse_product(line).families}
    return [family for family in FAMILIES if family.is_nt and (is_for_any or family in named)]


def _covered(lines: tuple[str, ...], platform: Platform) -> Expression:
    """One of the printed products; without any the article, or table, is for all."""
    return some(*(_line(line, platform) for line in lines)) if lines else ALWAYS


@cache
def _line(line: str, platform: Platform) -> Expression:
    return shared(f"{line} ({platform}) is installed", _on_platform(covers(parse_product(line), platform), platform))


@cache
def _series(product: str, platform: Platform) -> Expression:
    title = f"{product} ({platform}) or another product of its service packs is installed"
    return shared(title, _on_platform(in_series_of(parse_product(product), platform), platform))


def _on_platform(product: Expression, platform: Platform) -> Expression:
    """What a shared definition is titled it also tests: it may be read, and evaluated, by itself."""
    return every(is_platform(platform), product)


def _prerequisite(manifest: Manifest, platform: Platform) -> Expression:
    """Each edition needs the service pack that is printed for it; one for which none is printed needs nothing."""
    if not manifest.prerequisite:
        return ALWAYS
    answers = []
    for family in _families(manifest):
        packs: dict[ServicePack | None, list[Edition]] = {}
        for edition in sorted(family.editions):
            pack = required_pack(manifest.prerequisite, System(families=(family,), edition=edition))
            packs.setdefault(pack, []).append(edition)
        answers += [
            every(is_family(family, platform), is_edition(family, editions), has_service_pack(pack) if pack else ALWAYS)
            for pack, editions in packs.items()
        ]
    return some(*answers)


# --- rows and service packs ------------------------------------------------------------------------------------------


def _by_name(manifest: Manifest, platform: Platform) -> list[list[_Row]]:
    """The rows for a platform, those of one file together."""
    groups: dict[str, list[_Row]] = {}
    for number, fix in enumerate(manifest.fixes):
        if not isinstance(fix, FilesFix):
            continue
        is_for_any = fix.scope is None and not manifest.applies_to
        scope = _one_of(windows_of_table(fix), platform) if is_for_any else _covered(_scopes(fix), platform)
        copies = Copies(fix)
        for place, row in enumerate(fix.files):
            note = _line(row.note, platform) if row.note and parse_product(row.note).is_windows else ALWAYS
            applies = every(scope, note, _is_of_its_windows(row, platform, is_for_any=is_for_any))
            copy = copies.name(row, platform)
            if (copy or row.platform in {None, platform}) and applies != NEVER:
                file, header = _objects(manifest, number, place, row)
                groups.setdefault(_file_name(row, copy), []).append(_Row(row, fix, applies, file, header))
    return list(groups.values())


def _scopes(fix: FilesFix) -> tuple[str, ...]:
    return (fix.scope,) if fix.scope else ()


def _one_of(families: tuple[Family, ...], platform: Platform) -> Expression:
    return some(*(is_family(family, platform) for family in families)) if families else ALWAYS


def _is_of_its_windows(row: FileRow, platform: Platform, *, is_for_any: bool) -> Expression:
    """Design rule 2: where no product is printed the version tells the Windows; that of 64-bit XP is 5.2, not 5.1."""
    version, families = row.file_version, windows_of_row(row)
    if version is None or not families:
        return ALWAYS
    if is_for_any:
        return some(*(is_family_of(family, version, platform) for family in families))
    if XP not in families:
        return ALWAYS
    return some(without(is_family(XP, platform)), is_family_of(XP, version, platform))


def _file_name(row: FileRow, copy: str | None) -> str:
    """What makes two rows about one file; a kernel is of the row that has its name before setup (design rule 14).

    `copy` is the name of a 32-bit copy under its folder, SysWOW64 or SysArm32 (rule 12).
    """
    if copy and row.platform:
        return f"{FOLDERS[row.platform]}/{copy}"
    return f"{'/'.join(reversed(printed_folders(row)))}/{row.name.lower()}"


def _objects(manifest: Manifest, table: int, place: int, row: FileRow) -> tuple[FileObject, FileObject]:
    file, header = (
        FileObject(part, manifest.number, table, place, row.name) for part in (FilePart.FILE, FilePart.HEADER)
    )
    return file, header


def _packages(manifest: Manifest, platform: Platform) -> Iterator[tuple[Expression, Expression]]:
    """For each rollup whose key is known: that the system takes it, and that it is installed."""
    for fix in manifest.fixes:
        if isinstance(fix, ServicePackFix) and (number := number_named_in(fix.package or "")):
            yield _series(fix.product, platform), is_installed(number)
