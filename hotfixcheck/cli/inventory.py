"""`hotfixcheck inventory`: scan once, judge anywhere."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from hotfixcheck.cli.options import Image, Manifests, Output, ReaderName, ReaderOption, Target, Verbose
from hotfixcheck.cli.output import say, write_whole
from hotfixcheck.cli.progress import file_progress
from hotfixcheck.cli.reporting import only_one


def inventory(
    target: Target,
    manifests: Manifests = None,
    output: Output = None,
    everything: Annotated[
        bool, typer.Option("--all", help="A row for every file, not only executables and files that a manifest names.")
    ] = False,
    image: Image = None,
    reader: ReaderOption = ReaderName.STRICT,
    verbose: Verbose = False,
) -> None:
    """Read the version resources of a tree into an inventory, which `check` takes as TARGET later and elsewhere.

    Executables are found by content, whatever their names; a file that cannot be read is a row that says why.
    """
    from hotfixcheck.cli.loading import load_manifests, open_windows, take
    from hotfixcheck.errors import TargetError
    from hotfixcheck.inventory.jsonl import dump
    from hotfixcheck.readers.facts import Reader
    from hotfixcheck.targets.wanted import Wanted
    from hotfixcheck.verdicts.candidates import names_to_read

    names = names_to_read(load_manifests(manifests, strict=False).manifests)
    with open_windows(target, Wanted(names), image) as (_, several), file_progress() as progress:
        if len(several) > 1:
            raise only_one("an inventory", [each.name for each in several])
        taken = take(several[0], names=names, everything=everything, reader=Reader(reader.value), progress=progress)
    if not taken.records:
        raise TargetError("nothing was scanned: there is no executable here", file=str(target))
    write_whole((f"{line}\n" for line in dump(taken)), output)
    unreadable = sum(record.facts is None for record in taken.records)
    say(f"{len(taken.records):,} files, {unreadable:,} unreadable, {len(taken.problems):,} other problems")
    if verbose:
        by = Counter(record.facts.reader for record in taken.records if record.facts)
        say(f"PE files read directly: {by[Reader.STRICT]:,}, by pefile: {by[Reader.PEFILE]:,}")
