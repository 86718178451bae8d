"""`hotfixcheck inventory`: scan once, judge anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from hotfixcheck.cli.options import Image, Manifests, Output, ReaderName, ReaderOption, Target
from hotfixcheck.cli.output import held_back, say
from hotfixcheck.cli.places import expect_place_for, expect_pyarrow
from hotfixcheck.cli.progress import file_progress
from hotfixcheck.cli.reporting import only_one
from hotfixcheck.cli.scanning import Hash, Jobs, NoCache, say_readers, scan_cache
from hotfixcheck.errors import TargetError, printable

if TYPE_CHECKING:
    from hotfixcheck.inventory import FileRecord, Inventory
    from hotfixcheck.readers.facts import Reader


def inventory(
    target: Target,
    manifests: Manifests = None,
    output: Output = None,
    everything: Annotated[
        bool, typer.Option("--all", help="A row for every file, not only executables and files that a manifest names.")
    ] = False,
    image: Image = None,
    reader: ReaderOption = ReaderName.STRICT,
    hash_name: Hash = None,
    jobs: Jobs = None,
    no_cache: NoCache = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what stops the scan.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say also how the files were read.")] = False,
) -> None:
    """Read the version resources of a tree into an inventory, which `check` takes as TARGET later and elsewhere.

    It is JSON Lines, and Parquet in a FILE that is named .parquet, which needs the extra `fleet`.
    Executables are found by content, whatever their names; a file that cannot be read is a row that says why.
    """
    from hotfixcheck.cli.loading import begin, load_manifests, open_windows
    from hotfixcheck.fleet.writing import SUFFIX
    from hotfixcheck.fleet.writing import dump as dump_columns
    from hotfixcheck.inventory.jsonl import dump
    from hotfixcheck.readers.facts import Reader
    from hotfixcheck.targets.wanted import Wanted
    from hotfixcheck.verdicts.candidates import names_to_read

    expect_place_for(output, target=target, inputs=manifests or ())
    is_columns = output is not None and output.suffix.lower() == SUFFIX
    if is_columns:
        expect_pyarrow(output)
    names = names_to_read(load_manifests(manifests, strict=False).manifests)
    tally = _Tally()
    with (
        held_back(output) as write,
        open_windows(target, Wanted(names, everything=hash_name is not None), image) as (_, several),
        scan_cache(no_cache, verbose=verbose and not quiet) as cache,
        file_progress(quiet) as progress,
    ):
        if len(several) > 1:
            raise only_one("an inventory", [each.name for each in several])
        scan = begin(
            several[0],
            names=names,
            everything=everything,
            reader=Reader(reader.value),
            hashes=hash_name is not None,
            jobs=jobs,
            cache=cache,
            progress=progress,
        )
        # Written while it is read, so that its rows need not be held.
        records = tally.counted(scan.records, None if _is_known(scan.inventory) else str(target))
        if output is not None and is_columns:
            write(dump_columns([(printable(output.stem), scan.inventory, records)], str(output)))
        else:
            write(f"{line}\n" for line in dump(scan.inventory, records))
    if quiet:
        return
    say(f"{tally.files:,} files, {tally.unreadable:,} unreadable, {len(scan.inventory.problems):,} other problems")
    if verbose:
        say_readers(tally.readers)


def _is_known(inventory: Inventory) -> bool:
    """True for a folder of hives that say what system they are of: there are no files to find."""
    from hotfixcheck.targets.layout import TargetKind

    return inventory.layout.kind is TargetKind.HIVES and bool(inventory.system.evidence)


class _Tally:
    """Counts records that pass by."""

    def __init__(self) -> None:
        self.files = 0
        self.unreadable = 0
        self.readers: Counter[Reader | None] = Counter()

    def counted(self, records: Iterable[FileRecord], target: str | None) -> Iterator[FileRecord]:
        """The same records; raises TargetError, which names `target`, if there is none. None takes none for enough."""
        for record in records:
            self.files += 1
            if record.facts is None:
                self.unreadable += 1
            else:
                self.readers[record.facts.reader] += 1
            yield record
        if not self.files and target is not None:
            raise TargetError("nothing was scanned: there is no executable here", file=target)
