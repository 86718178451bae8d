"""Targets and manifests as the commands take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer

from hotfixcheck.cli.output import file_progress, say
from hotfixcheck.errors import ManifestError, TargetError
from hotfixcheck.inventory import Inventory, take_inventory
from hotfixcheck.manifest.catalogue import Catalogue, load_catalogue, load_shipped
from hotfixcheck.manifest.model import Manifest, article_number
from hotfixcheck.readers.facts import Reader
from hotfixcheck.system.identify import Overrides, override
from hotfixcheck.targets import open_target
from hotfixcheck.targets.layout import Layout, TargetKind, find_layout

INVENTORY_SUFFIX = ".jsonl"


def is_inventory(path: Path) -> bool:
    return path.suffix.lower() == INVENTORY_SUFFIX and not path.is_dir()


def scan_for(
    path: Path, names: frozenset[str], overrides: Overrides, *, reader: Reader = Reader.STRICT, quiet: bool
) -> Inventory:
    """The files of these names in TARGET, a tree or an inventory, and the system as the user corrects it.

    Raises TargetError where there is no Windows, unless the user says which it is and there is something to judge.
    """
    if is_inventory(path):
        from hotfixcheck.inventory.jsonl import load_file

        inventory = load_file(path)
    else:
        tree = open_target(path)
        layout = find_layout(tree)
        if layout.kind is TargetKind.FOLDER and overrides.product is None:
            raise _no_windows(str(path))
        with file_progress(quiet) as progress:
            inventory = take_inventory(tree, layout, names=names, only_names=True, reader=reader, progress=progress)
    if inventory.layout.kind is TargetKind.FOLDER:
        inventory = _as_system32(inventory, overrides, str(path))
    inventory = replace(inventory.limited_to(names), system=override(inventory.system, overrides))
    if not (inventory.records or inventory.system.evidence):
        raise TargetError("nothing was scanned: no file that a manifest names is here", file=str(path))
    return inventory


def _as_system32(inventory: Inventory, overrides: Overrides, path: str) -> Inventory:
    """A folder without a kernel is taken for a system's files where the user says of which, and it holds any."""
    if overrides.product is None:
        raise _no_windows(path)
    if not inventory.records:
        raise TargetError("nothing was scanned: no file that a manifest names is here", file=path)
    return replace(inventory, layout=Layout(TargetKind.FOLDER, None, "", None))


def _no_windows(path: str) -> TargetError:
    advice = (
        "give a system32 folder, a Windows folder or a drive root; --product takes any folder for that product's files"
    )
    return TargetError(
        "there is no Windows here: no kernel32.dll, ntoskrnl.exe or registry hives", file=path, advice=advice
    )


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
    numbers = set()
    known = {manifest.number for manifest in manifests}
    for article in articles:
        try:
            number = article_number(article)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--article") from None
        if number not in known:
            raise typer.BadParameter(f"there is no manifest of {article}", param_hint="--article")
        numbers.add(number)
    return tuple(manifest for manifest in manifests if manifest.number in numbers)
