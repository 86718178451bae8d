"""`hotfixcheck manifest`: lint, show, schema, list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotfixcheck.cli.completing import article_numbers
from hotfixcheck.cli.flags import Command, Group
from hotfixcheck.cli.options import Manifests, Output
from hotfixcheck.cli.output import Exit, say, terminal_width, write_whole
from hotfixcheck.cli.places import expect_place_for, named_path

manifest_app = typer.Typer(
    cls=Group,
    help="Look into manifests: check them for mistakes, show one, list them, print their JSON Schema.",
    epilog="Example: hotfixcheck manifest lint manifests/",
    no_args_is_help=True,
)


@manifest_app.command(
    cls=Command, no_args_is_help=True, epilog="Example: hotfixcheck manifest lint manifests/ extra/Q246691.yaml"
)
def lint(
    sources: Annotated[
        list[Path], typer.Argument(metavar="PATH", parser=named_path, help="Manifests, or folders of them.")
    ],
) -> None:
    """Name every mistake as FILE:LINE:COLUMN; exit with 3 if there is one."""
    from hotfixcheck.cli.loading import error_lines
    from hotfixcheck.manifest.catalogue import PACKAGE, load_catalogue

    catalogue = load_catalogue(sources)
    lines = [line for error in catalogue.errors for line in error_lines(error)]
    lines += [
        f"{entry.file}:1:1: the file is named {entry.file.name}, expected {entry.manifest.article}{entry.file.suffix}"
        for entry in catalogue.entries
        if entry.file.stem.removesuffix(PACKAGE) != entry.manifest.article
    ]
    write_whole("".join(f"{line}\n" for line in lines), None) if lines else None
    good, bad = len(catalogue.entries), len(lines)
    say(f"{good} manifest{'s'[: good != 1]} read, {bad} mistake{'s'[: bad != 1]} found")
    if lines:
        raise typer.Exit(Exit.UNUSABLE)


@manifest_app.command(cls=Command, no_args_is_help=True, epilog="Example: hotfixcheck manifest show Q256149")
def show(
    article: Annotated[
        str,
        typer.Argument(metavar="NUMBER", help="An article's: Q256149.", autocompletion=article_numbers),
    ],
    manifests: Manifests = None,
    output: Output = None,
) -> None:
    """Print the manifest of one article, in canonical form."""
    from hotfixcheck.cli.loading import chosen, load_manifests
    from hotfixcheck.manifest.yaml import dump

    expect_place_for(output)
    found = chosen(load_manifests(manifests, strict=False).manifests, [article])
    write_whole(dump(found[0]), output)


@manifest_app.command(cls=Command, epilog="Example: hotfixcheck manifest schema -o manifest.schema.json")
def schema(output: Output = None) -> None:
    """Print the JSON Schema of manifests."""
    import json

    from hotfixcheck.manifest.schema import SCHEMA

    expect_place_for(output)
    write_whole(json.dumps(SCHEMA, indent=2) + "\n", output)


@manifest_app.command(cls=Command, name="list", epilog="Example: hotfixcheck manifest list --file kernel32.dll")
def list_(
    manifests: Manifests = None,
    file: Annotated[str | None, typer.Option(metavar="NAME", help="Only articles with this file in a table.")] = None,
    product: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only articles about this product, as articles print it: 'Windows NT 4.0'."),
    ] = None,
) -> None:
    """List the articles of a catalogue."""
    from hotfixcheck.cli.loading import load_manifests
    from hotfixcheck.errors import printable
    from hotfixcheck.reports.columns import columns
    from hotfixcheck.verdicts.applicability import is_about

    found = [
        manifest
        for manifest in load_manifests(manifests, strict=False).manifests
        if (file is None or any(row.name.lower() == file.lower() for row in manifest.rows()))
        and (product is None or is_about(manifest, product))
    ]
    rows = [(manifest.article, str(manifest.revised or ""), manifest.title) for manifest in found]
    write_whole("".join(f"{printable(line)}\n" for line in columns(rows, terminal_width())), None) if rows else None
    asked = " and ".join(f"{said} {name!r}" for said, name in (("of", file), ("about", product)) if name is not None)
    say(f"{len(found):,} article{'s'[: len(found) != 1]}{f' {asked}' if asked else ''}")


@manifest_app.command(cls=Command, no_args_is_help=True, epilog="Example: hotfixcheck manifest arrange manifests/")
def arrange(
    folder: Annotated[Path, typer.Argument(metavar="DIR", parser=named_path, help="A folder of manifests.")],
) -> None:
    """Sort the manifests that lie in a folder itself into folders by product family, and write its index.

    One whose article another folder of DIR already has is removed: that folder's own is kept.
    """
    from hotfixcheck.cli.loading import error_lines
    from hotfixcheck.errors import ManifestError
    from hotfixcheck.manifest.catalogue import PACKAGE, is_of_package, load_catalogue
    from hotfixcheck.manifest.families import folder_of
    from hotfixcheck.manifest.index import NAME, dump_index

    kept = {file.name for file in folder.glob("*/*.yaml")} if folder.is_dir() else set()
    loose = load_catalogue([file for file in sorted(folder.glob("*.yaml")) if file.name not in kept])
    for entry in loose.entries:
        place = folder / folder_of(entry.manifest)
        place.mkdir(exist_ok=True)
        kind = PACKAGE if is_of_package(entry.file) else ""
        entry.file.replace(place / f"{entry.manifest.article}{kind}.yaml")
    for name in kept:
        (folder / name).unlink(missing_ok=True)
    catalogue = load_catalogue([folder])
    for error in (*loose.errors, *catalogue.errors):
        for line in error_lines(error):
            say(line)
    if loose.errors or catalogue.errors:
        raise ManifestError("not indexed", file=str(folder), advice="mend what is named above")
    write_whole(dump_index(folder, [(entry.file, entry.manifest) for entry in catalogue.entries]), folder / NAME)
    say(f"{len(catalogue.entries):,} manifests indexed in {folder / NAME}")
