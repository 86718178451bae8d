"""Targets and manifests as the commands take them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import zip_longest
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import typer

from hotfixcheck.cli.nowindows import no_windows
from hotfixcheck.cli.output import say
from hotfixcheck.cli.progress import file_progress
from hotfixcheck.cli.scanning import say_readers, scan_cache
from hotfixcheck.errors import ManifestError, TargetError, printable, said_by
from hotfixcheck.fleet.reading import is_parquet, load_system
from hotfixcheck.inventory import Coverage, Inventory, Scan, begin_scan
from hotfixcheck.inventory.jsonl import is_inventory, load_file
from hotfixcheck.manifest.catalogue import Catalogue, load_catalogue, load_shipped
from hotfixcheck.manifest.model import Manifest, article_number
from hotfixcheck.products import ServicePack
from hotfixcheck.readers.facts import Reader
from hotfixcheck.system.conflicts import contradicted
from hotfixcheck.system.identify import Overrides, override
from hotfixcheck.system.model import System
from hotfixcheck.targets import FOLDER, Found, Windows, open_target, windows_in
from hotfixcheck.targets.layout import Layout, TargetKind
from hotfixcheck.targets.wanted import Wanted

if TYPE_CHECKING:
    from hotfixcheck.system.systeminfo import Listing

_LARGEST_LISTING = 4 << 20  # bytes; that of a system with 1,000 fixes has 60 KB


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was found in a TARGET that is a container, one line a container, partition and file system in it; and an
    inventory of each Windows."""

    found: tuple[str, ...]
    inventories: tuple[Inventory, ...]


def scan_for(
    path: Path | None,
    names: frozenset[str],
    overrides: Overrides,
    *,
    reader: Reader = Reader.STRICT,
    hashes: bool = False,
    jobs: int | None = None,
    use_cache: bool = False,
    only: str | None = None,
    systeminfo: Path | None = None,
    quiet: bool,
    verbose: bool = False,
) -> Scanned:
    """The files of these names in TARGET, a tree or an inventory, and each system as the user corrects it.

    `systeminfo` is a text that a system printed of itself, alone or beside TARGET. `only` chooses a Windows where there
    are several. Raises TargetError where there is no Windows, unless the user says which it is and there is something
    to judge. `reader`, `hashes` and `jobs` are how files are read, `use_cache` whether the user's scan cache serves;
    `verbose` tells who read them.
    """
    found: tuple[str, ...] = ()
    listing = None if systeminfo is None else _listing(systeminfo)
    if path is None:
        if listing is None:
            raise typer.BadParameter("give one, or --systeminfo FILE", param_hint="TARGET")
        path, inventories = Path(listing.file), [_of_listing(listing)]
    elif is_parquet(path):
        inventories = [load_system(path, only)]
    elif is_inventory(path):
        inventories = [load_file(path)]
    else:
        with open_windows(path, Wanted(names, executables=False), only) as (lines, several):
            if several[0].layout.kind is TargetKind.FOLDER and overrides.product is None:
                raise no_windows(str(path), several[0])
            found = tuple(lines)
            with file_progress(quiet) as progress, scan_cache(not use_cache, verbose=verbose) as cache:
                how = {"reader": reader, "hashes": hashes, "jobs": jobs, "cache": cache, "progress": progress}
                inventories = [take(windows, names=names, only_names=True, **how) for windows in several]
        if verbose:
            say_readers(Counter(each.facts.reader for one in inventories for each in one.records if each.facts))
    if listing is not None:
        inventories = [_beside(inventory, listing) for inventory in inventories]
    judged = tuple(ready_to_judge(inventory, path, names, overrides) for inventory in inventories)
    if not quiet:
        _tell_contradicted(inventories, judged)
    return Scanned(found, judged)


@contextmanager
def open_windows(path: Path, wanted: Wanted, only: str | None) -> Iterator[tuple[list[str], list[Windows]]]:
    """What TARGET holds, a line each if it is no folder, and every Windows in it, or the one that `only` names.

    It is open until the end of the `with`; there it is said what to install for it to be read faster. Raises
    TargetError.
    """
    with open_target(path, wanted) as found:
        several = windows_in(found, str(path))
        yield (
            [] if found.kind == FOLDER else list(_lines(found)),
            list(several) if only is None else _chosen(several, only, path),
        )
        if found.kind != FOLDER:
            from hotfixcheck.targets.compression import missing

            if slow := missing():
                say(slow)


def begin(windows: Windows, **how: Any) -> Scan:
    """A scan of one Windows; `how` is what begin_scan takes."""
    scan = begin_scan(windows.tree, windows.layout, lost=windows.lost, cut_short=windows.cut_short, **how)
    return replace(scan, inventory=replace(scan.inventory, target=windows.name))


def take(windows: Windows, **how: Any) -> Inventory:
    """The inventory of one Windows; `how` is what begin_scan takes."""
    return begin(windows, **how).finish()


def _chosen(several: Sequence[Windows], only: str, path: Path) -> list[Windows]:
    """By place, by the number in the place ("image 2"), by its own number in the list."""
    by_place = [each for each in several if only.lower() in {each.place.lower(), *each.place.lower().split(", ")}]
    by_image = [each for each in several if f"image {only}" in each.place.split(", ")]
    by_number = [each for number, each in enumerate(several, start=1) if str(number) == only]
    for found in (by_place, by_image, by_number):
        if len(found) == 1:
            return found
    places = ", ".join(f"{number}: {each.place or 'the target itself'}" for number, each in enumerate(several, start=1))
    raise TargetError(f"there is no Windows {only!r} in it", file=str(path), advice=f"there is {printable(places)}")


def _lines(found: Found, depth: int = 0) -> Iterator[str]:
    said = f": {found.problem}" if found.problem else f", {found.cut_short}" if found.cut_short else ""
    yield f"{'  ' * depth}{found.place}{', ' if found.place else ''}{found.kind}{said}"
    for each in found.inside:
        yield from _lines(each, depth + 1)


def _listing(path: Path) -> Listing:
    """What the text at `path` tells; raises TargetError."""
    from hotfixcheck.system.systeminfo import read_listing

    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_LISTING + 1)
    except OSError as error:
        raise TargetError(said_by(error), file=str(path)) from None
    if len(data) > _LARGEST_LISTING:
        raise TargetError("it is too long for the list of a system's fixes", file=str(path))
    return read_listing(data, str(path))


def _of_listing(listing: Listing) -> Inventory:
    """An inventory without files: nothing but the list tells."""
    return Inventory(listing.file, Layout(TargetKind.LISTING), System(), (), Coverage(everything=False))


def _beside(inventory: Inventory, listing: Listing) -> Inventory:
    from hotfixcheck.system.systeminfo import with_listing

    system, problems = with_listing(inventory.system, listing)
    return replace(inventory, system=system, problems=tuple(sorted({*inventory.problems, *problems})))


_NOTHING_SAID = Overrides()


def ready_to_judge(
    inventory: Inventory, path: Path, names: frozenset[str], overrides: Overrides = _NOTHING_SAID
) -> Inventory:
    """Of the inventory in the file or tree at `path` what manifests of these names are judged by, as the user corrects
    it; raises TargetError where that is nothing.
    """
    if inventory.layout.kind is TargetKind.FOLDER:
        inventory = _as_system32(inventory, overrides, str(path))
    said = override(inventory.system, overrides)
    problems = tuple(sorted({*inventory.problems, *contradicted(inventory.system, said)}))
    inventory = replace(inventory.limited_to(names), system=said, problems=problems)
    _expect_service_pack(overrides.service_pack, inventory.system)
    if not (inventory.records or inventory.system.evidence):
        raise TargetError("nothing was scanned: no file that a manifest names is here", file=str(path))
    return inventory


def _tell_contradicted(inventories: Iterable[Inventory], judged: Iterable[Inventory]) -> None:
    """Says on stderr where an option is against what a target tells: a slip there makes every verdict another."""
    pairs = zip(inventories, judged, strict=True)
    for problem in dict.fromkeys(each for one, as_said in pairs for each in contradicted(one.system, as_said.system)):
        say(f"{problem.path} {problem.problem}")


def _expect_service_pack(pack: ServicePack | None, system: System) -> None:
    """One that none of the system's families ever had is a slip that would make everything fixed."""
    had = {each for family in system.families for each in family.service_packs}
    if pack is not None and had and pack not in had:
        named = " or ".join(family.name for family in system.families)
        raise typer.BadParameter(
            f"{named} has no {pack}; it has {', '.join(map(str, sorted(had)))}", param_hint="'--service-pack'"
        )


def _as_system32(inventory: Inventory, overrides: Overrides, path: str) -> Inventory:
    """A folder without a kernel is taken for a system's files where the user says of which, and it holds any."""
    if overrides.product is None:
        raise no_windows(path)
    if not inventory.records:
        raise TargetError("nothing was scanned: no file that a manifest names is here", file=path)
    return replace(inventory, layout=Layout(TargetKind.FOLDER, None, "", None))


def load_manifests(sources: Sequence[Path] | None, *, strict: bool) -> Catalogue:
    """The manifests to judge by; each bad one is named on stderr. Raises ManifestError if none can be used."""
    catalogue = load_catalogue(sources) if sources else load_shipped()
    for error in catalogue.errors:
        for line in error_lines(error):
            say(line)
    if not catalogue.entries:
        raise ManifestError("no manifest can be used", advice="`hotfixcheck manifest lint` names every mistake")
    if strict and catalogue.errors:
        raise ManifestError(f"{len(catalogue.errors)} of the manifests cannot be used, and --strict was given")
    return catalogue


def error_lines(error: ManifestError) -> tuple[str, ...]:
    """Every mistake of a manifest on a line of its own."""
    from hotfixcheck.manifest.yaml import ManifestMistakesError

    return tuple(error.lines()) if isinstance(error, ManifestMistakesError) else (str(error),)


def chosen(manifests: Sequence[Manifest], articles: Sequence[str]) -> tuple[Manifest, ...]:
    """Those of `articles`, all if none are named; typer.BadParameter for an article that no manifest is of."""
    if not articles:
        return tuple(manifests)
    numbers, unknown = set(), []
    known = {manifest.number for manifest in manifests}
    for article in articles:
        try:
            number = article_number(article)
        except ValueError as error:
            several = "," in article or len(article.split()) > 1
            advice = "; give each article an --article of its own, or --article-list a file of them" if several else ""
            raise typer.BadParameter(f"{error}{advice}") from None
        if number not in known:
            unknown.append(_no_manifest(article, number, manifests))
        numbers.add(number)
    if unknown:
        raise typer.BadParameter("; ".join(dict.fromkeys(unknown)))
    return tuple(manifest for manifest in manifests if manifest.number in numbers)


def _no_manifest(article: str, number: int, manifests: Sequence[Manifest]) -> str:
    """What to say of an article that is not there: which are spelled much like it, those with other digits first."""
    wanted, spelled = str(number), {str(manifest.number): manifest for manifest in manifests}

    def differing(other: str) -> tuple[int, str]:
        return sum(one != two for one, two in zip_longest(wanted, other)), other

    near = sorted(get_close_matches(wanted, spelled, n=50, cutoff=0.8), key=differing)[:3]
    named = ", ".join(f"{spelled[each].article} ({shorten(printable(spelled[each].title), 50)})" for each in near)
    advice = f"did you mean {named}?" if near else "`hotfixcheck manifest list` lists those that there are"
    return f"there is no manifest of {printable(article)}; {advice}"
