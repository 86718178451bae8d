"""Where the scan cache pays and where more threads do, against reading every file by one thread, in the same run.

    python -m benchmarks.rescan [FOLDER] [--runs N]

FOLDER, or $HOTFIXCHECK_PE_CORPUS, has real files; without it some are built. A line is a way of reading: by one thread;
by one that keeps every file, whatever the rule by which files are kept says; by one that finds every file kept; by as
many as are given, and by as many as the scan takes by itself.
"""

from __future__ import annotations

import argparse
import os
import shutil
import struct
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from unittest import mock

from benchmarks.peers import DROP_CACHES
from benchmarks.scan import BUILT, built
from hotfixcheck.inventory import begin_scan, cache, reading
from hotfixcheck.inventory.cache import ScanCache
from hotfixcheck.readers import pe_reference
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.layout import Layout, TargetKind

assert pe_reference  # pefile is imported before the clock starts

JOBS = (2, 4, 8)


def main() -> None:
    default = os.environ.get("HOTFIXCHECK_PE_CORPUS")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(default) if default else None)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder
        if folder is None or not folder.is_dir():
            folder = built(Path(scratch) / "built", BUILT)
        kept = Path(scratch) / "cache"
        for hashes in (False, True):
            _compare("hashed" if hashes else "facts", folder, kept, options.runs, hashes=hashes)
        with mock.patch("hotfixcheck.readers.plain_facts", side_effect=struct.error):
            _compare("facts, every PE file by pefile", folder, kept, options.runs, hashes=False)


def _compare(name: str, folder: Path, kept: Path, runs: int, *, hashes: bool) -> None:
    """Microseconds a file, median of runs in turn, warm and cold."""

    def scan(jobs: int | None, used: ScanCache | None = None) -> int:
        layout = Layout(TargetKind.FOLDER)
        rows = begin_scan(
            DirectoryTree(folder), layout, names=frozenset(), hashes=hashes, jobs=jobs, cache=used
        ).records
        return sum(1 for _ in rows)

    def keeping(*, anew: bool) -> int:
        if anew:
            shutil.rmtree(kept, ignore_errors=True)
        used = ScanCache(kept)
        rows = scan(1, used)
        used.close()
        return rows

    ways: dict[str, Callable[[], int]] = {
        "one thread": lambda: scan(1),
        "one, keeping": lambda: keeping(anew=True),
        "one, known": lambda: keeping(anew=False),
        **{f"{jobs} threads": lambda jobs=jobs: scan(jobs) for jobs in JOBS},  # type: ignore[misc]
        "by itself": lambda: scan(None),
    }
    for temperature in ("warm", "cold") if os.access(DROP_CACHES, os.W_OK) else ("warm",):
        taken: dict[str, list[float]] = {way: [] for way in ways}
        with mock.patch.object(reading, "SLOW", -1.0), mock.patch.object(cache, "_SETTLED", -(1 << 62)):
            for _ in range(runs):
                for way, read in ways.items():
                    taken[way].append(_timed(read, cold=temperature == "cold"))
        one = median(taken["one thread"])
        print(f"\n{name}, {temperature}")
        for way, times in taken.items():
            print(f"{way:<14} {median(times) * 1e6:10,.1f} us a file  {median(times) / one:6.2f} x one thread")


def _timed(read: Callable[[], int], *, cold: bool) -> float:
    if cold:
        os.sync()
        DROP_CACHES.write_text("3")
    start = time.perf_counter()
    rows = read()
    return (time.perf_counter() - start) / rows


if __name__ == "__main__":
    main()
