"""FileTree to Inventory: one pass over the tree, one open a file."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from hotfixcheck.inventory.cache import ScanCache
from hotfixcheck.inventory.listing import Listing
from hotfixcheck.inventory.model import Coverage, FileRecord, Inventory
from hotfixcheck.inventory.reading import FileReading
from hotfixcheck.readers import has_executable_name
from hotfixcheck.readers.facts import Reader
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.identify import identify
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.layout import Layout, is_live
from hotfixcheck.targets.tree import Entry, FileTree, walk

Progress = Callable[[int, int | None], object]
"""Takes the number of files seen, and how many there are, None while they are being listed."""

WAITING = 80e-6
"""Seconds: who waits so long a file for the disk is helped by more threads, who waits less is slowed (--jobs)."""

MOST_JOBS = 4
"""More read no faster, of a disk at least."""

_AT_ONCE = 128  # files that a thread is given
_AHEAD = 2  # such batches a thread


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan under way: the tree is listed and the system identified, and each file is read when its turn comes.

    `inventory` has everything but its records, which `records` gives one by one in their order, once.
    """

    inventory: Inventory
    records: Iterator[FileRecord]

    def finish(self) -> Inventory:
        """The whole inventory, once the rest is read."""
        return replace(self.inventory, records=tuple(self.records))


def begin_scan(
    tree: FileTree,
    layout: Layout,
    *,
    names: frozenset[str],
    only_names: bool = False,
    everything: bool = False,
    reader: Reader = Reader.STRICT,
    hashes: bool = False,
    jobs: int | None = None,
    cache: ScanCache | None = None,
    progress: Progress = lambda _seen, _files: None,
    lost: Iterable[Entry] = (),
    cut_short: str = "",
) -> Scan:
    """Begin a scan of the live files of `tree`.

    It has a row for every executable and every file of `names` (lower case); for `names` alone with `only_names`, for
    every file with `everything`. Where no file is asked for, as with `only_names` and no names, only the folders that
    say which system it is are listed. `reader` is how PE files are read; with `hashes` each row has the file's SHA-256.

    A folder is read by so many `jobs` at once, by default by as many as pay; other targets by one. What took long is
    kept in `cache`, and not read again while it has not changed.

    `lost` are files that have no place in the tree, each with its problem; `cut_short` says why the tree may lack files
    that the target has, so that nothing can be called absent.
    """
    reading = FileReading(
        tree, named=names, everything=everything or only_names, reader=reader, hashes=hashes, cache=cache
    )
    system, problems = identify(tree, layout.hives, layout.system32, reading.facts)
    told = [*problems, *(Problem(entry.path or ".", entry.problem) for entry in lost)]
    if cut_short:
        told.append(Problem(".", f"the target is cut short or damaged: {cut_short}"))
    # Listed as a whole before anything is read: only then are the order, and how much remains, known.
    files = Listing()
    is_whole = not cut_short
    asked = names or not only_names
    for seen, entry in enumerate(walk(tree, enter=is_live) if asked else (), start=1):
        progress(seen, None)
        if entry.is_folder:
            told.append(Problem(entry.path, entry.problem))
            is_whole = is_whole and layout.in_windows(entry.path, "") is None and layout.in_system32(entry.path) is None
        elif not only_names or entry.name.lower() in names:
            files.add(entry.path, entry.problem)
    coverage = Coverage(everything, frozenset(name for name in names if not has_executable_name(name)), is_whole)
    inventory = Inventory(tree.path, layout, system, (), coverage, tuple(sorted(told)))
    if not isinstance(tree, DirectoryTree):
        jobs = 1
    elif jobs is None and hashes:
        jobs = MOST_JOBS  # each hashes on a processor of its own, or waits for the disk
    return Scan(inventory, _records(reading, files, jobs, progress))


def take_inventory(tree: FileTree, layout: Layout, **how: Any) -> Inventory:
    """The inventory of the live files of `tree`; `how` is what `begin_scan` takes."""
    return begin_scan(tree, layout, **how).finish()


def _records(reading: FileReading, files: Listing, jobs: int | None, progress: Progress) -> Iterator[FileRecord]:
    def row(file: str | FileRecord) -> FileRecord | None:
        return reading.row(file) if isinstance(file, str) else file

    all_files = iter(files)
    rows = (
        _as_the_disk_demands(row, all_files, reading.stop)
        if jobs is None
        else _by_threads(row, all_files, jobs, reading.stop)
    )
    for seen, record in enumerate(rows, start=1):
        progress(seen, len(files))
        if record is not None:
            yield record


_Files = Iterator[str | FileRecord]
_Row = Callable[[str | FileRecord], FileRecord | None]
_Stop = Callable[[], object]


def _as_the_disk_demands(row: _Row, files: _Files, stop: _Stop) -> Iterator[FileRecord | None]:
    """The rows in the order of the files, read by one thread until it waits for the disk, then by several."""
    while batch := list(islice(files, _AT_ONCE)):
        cpu, wall = time.thread_time(), time.perf_counter()
        done = [row(file) for file in batch]
        cpu, wall = time.thread_time() - cpu, time.perf_counter() - wall
        yield from done
        # A processor that others use makes wait as well, but not most of the time.
        if wall - cpu > max(cpu, WAITING * len(batch)):
            yield from _by_threads(row, files, MOST_JOBS, stop)
            return


def _by_threads(row: _Row, files: _Files, jobs: int, stop: _Stop) -> Iterator[FileRecord | None]:
    """The rows in the order of the files, which `jobs` threads read, a little ahead of who takes them.

    `stop` is called at the end, for threads that still read when the rest is not wanted.
    """
    if jobs == 1:
        yield from map(row, files)
        return
    from concurrent.futures import ThreadPoolExecutor

    def read(batch: list[str | FileRecord]) -> list[FileRecord | None]:
        return [row(file) for file in batch]

    pool = ThreadPoolExecutor(jobs)
    batches = iter(lambda: list(islice(files, _AT_ONCE)), [])
    try:
        pending = deque(pool.submit(read, batch) for batch in islice(batches, _AHEAD * jobs))
        while pending:
            done = pending.popleft().result()
            pending.extend(pool.submit(read, batch) for batch in islice(batches, 1))
            yield from done
    finally:
        stop()
        pool.shutdown(cancel_futures=True)
