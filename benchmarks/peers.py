"""One way of reading a list of files, in a process of its own: prints the seconds that the reading alone took, of the
processor, or on the clock where it waits for the disk (cold).

    python -m benchmarks.peers NAME ROOT LIST [cold]

Each line of LIST is a JSON list: a path relative to ROOT, where in the file its resources stand, and every read that
hotfixcheck makes of it, as [offset, length]. Imports and a first pass over some files come before the clock starts, so
that what is compared is reading.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

DROP_CACHES = Path("/proc/sys/vm/drop_caches")
PAGE = 4096

WARM_UP = 300
QUICK = frozenset({"bare system calls", "calls and facts", "hotfixcheck"})
PASSES = 5  # of what is quick, for a time long enough to measure

Files = list[tuple[str, int, list[tuple[int, int]]]]
Loop = Callable[[str, Files], None]
"""Reads files, given by their root, and by their paths in it, the place of their resources and what is read of them."""


def bare() -> Loop:
    """The system calls that a version cannot be had without: the head of a file and the head of its resources."""

    def loop(root: str, files: Files) -> None:
        for path, place, _ in files:
            handle = os.open(f"{root}/{path}", os.O_RDONLY)
            os.fstat(handle)
            os.pread(handle, PAGE, 0)
            os.pread(handle, PAGE, place)
            os.close(handle)

    return loop


def calls_and_facts() -> Loop:
    """The floor of a reader in Python: the calls and the object that hotfixcheck makes, and nothing between them."""
    from hotfixcheck.readers.facts import UnfrozenFacts
    from hotfixcheck.targets.directory import _time

    def loop(root: str, files: Files) -> None:
        _time.cache_clear()
        for path, _, reads in files:
            handle = os.open(f"{root}/{path}", os.O_RDONLY)
            stat = os.fstat(handle)
            for offset, length in reads:
                os.pread(handle, length, offset)
            os.close(handle)
            UnfrozenFacts(stat.st_size, _time(stat.st_mtime_ns), 0, 0, False, None, None, None, ()).frozen()

    return loop


def hotfixcheck() -> Loop:
    from hotfixcheck.errors import UnreadableFileError
    from hotfixcheck.readers import pe_reference, read_facts, versioninfo
    from hotfixcheck.targets.directory import DirectoryTree, _time

    assert pe_reference  # pefile is imported before the clock starts

    def loop(root: str, files: Files) -> None:
        versioninfo._version.cache_clear()  # no pass learns from the one before
        _time.cache_clear()
        tree = DirectoryTree(Path(root))
        for path, _, _ in files:
            with contextlib.suppress(UnreadableFileError), tree.open(path) as source:
                read_facts(source, path)

    return loop


def pefile_full() -> Loop:
    """As its documentation begins."""
    import pefile

    def read(path: str) -> None:
        with contextlib.closing(pefile.PE(path)) as image:
            _ = getattr(image, "FileInfo", None)

    return _each(read, pefile.PEFormatError)


def pefile_resources() -> Loop:
    """Headers and the resource directory only, as is mostly done."""
    import pefile

    resources = [pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_RESOURCE"]]

    def read(path: str) -> None:
        with contextlib.closing(pefile.PE(path, fast_load=True)) as image:
            image.parse_data_directories(resources)

    return _each(read, pefile.PEFormatError)


def pefile_best() -> Loop:
    """Headers only, a walk to the version alone, and no garbage collection at the end of each file."""
    import pefile

    from hotfixcheck.errors import UnreadableFileError
    from hotfixcheck.readers import pe_reference, versioninfo

    pe_reference.walk_version_info = versioninfo.parse_version_info  # the block itself is read by the quicker way

    def read(path: str) -> None:
        image = pefile.PE(path, fast_load=True)
        pe_reference._version_info(image)
        image.__data__.close()

    return _each(read, pefile.PEFormatError, UnreadableFileError)


def lief_resources() -> Loop:
    """Nothing but headers and resources, and of these the same facts that hotfixcheck gives, as Python's objects."""
    import lief

    lief.logging.disable()
    only = lief.PE.ParserConfig()
    for name in dir(only):
        if name.startswith("parse_"):
            setattr(only, name, name == "parse_rsrc")

    def read(path: str) -> None:
        image: Any = lief.PE.parse(path, only)
        if image is None:
            return
        _ = image.header.machine, image.header.time_date_stamps, image.is_reproducible_build
        if not image.has_resources:
            return
        for version in image.resources_manager.version:
            fixed, tables = version.file_info, version.string_file_info
            _ = fixed.file_version_ms, fixed.file_version_ls, fixed.product_version_ms, fixed.product_version_ls
            for table in tables.children if tables else ():
                _ = table.key, tuple((entry.key, entry.value) for entry in table.entries)

    return _each(read)


PEERS: dict[str, Callable[[], Loop]] = {
    "bare system calls": bare,
    "calls and facts": calls_and_facts,
    "hotfixcheck": hotfixcheck,
    "pefile, full": pefile_full,
    "pefile, resources": pefile_resources,
    "pefile, best form": pefile_best,
    "LIEF, resources": lief_resources,
}


def _each(read: Callable[[str], None], *errors: type[Exception]) -> Loop:
    def loop(root: str, files: Files) -> None:
        for path, _, _ in files:
            with contextlib.suppress(*errors):
                read(f"{root}/{path}")

    return loop


def main(name: str, root: str, listed: str, *how: str) -> None:
    files: Files = [json.loads(line) for line in Path(listed).read_text().splitlines()]
    loop = PEERS[name]()
    loop(root, files[:WARM_UP] if name in QUICK else files[:3])
    passes, clock = PASSES if name in QUICK else 1, time.process_time
    if "cold" in how:
        passes, clock = 1, time.perf_counter
        os.sync()
        DROP_CACHES.write_text("3")
    start = clock()
    for _ in range(passes):
        loop(root, files)
    print((clock() - start) / passes)


if __name__ == "__main__" and sys.argv[1:]:  # `make bench` runs every file here, and this one is scan.py's
    main(*sys.argv[1:])
