"""How the commands read files: options of the scan, and where what it keeps for the next one lies."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotfixcheck.cli.output import say

if TYPE_CHECKING:
    from hotfixcheck.inventory.cache import ScanCache
    from hotfixcheck.readers.facts import Reader

MOST_JOBS = 64


class HashName(StrEnum):
    """Hashes that a row can have."""

    SHA256 = "sha256"


def jobs_of(text: str) -> int:
    """What --jobs says; typer.BadParameter for what is no such number."""
    if text.isdecimal() and 1 <= int(text[:4]) <= MOST_JOBS:
        return int(text)
    raise typer.BadParameter(f"{text!r} is not a number from 1 to {MOST_JOBS}")


Hash = Annotated[
    HashName | None, typer.Option("--hash", help="Also hash all bytes of every file that has a row, which takes time.")
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        metavar="N",
        parser=jobs_of,
        help="Read so many files at once, up to 64; by default as many as the disk rewards.",
    ),
]
NoCache = Annotated[
    bool,
    typer.Option(
        "--no-cache",
        help="Read every file, also those that an earlier scan has read and kept. On Windows nothing is kept.",
    ),
]

CACHE_FOLDER = "HOTFIXCHECK_CACHE"
"""The environment variable that names another folder for the scan cache than the system's for this user."""


@contextmanager
def scan_cache(no_cache: bool, *, verbose: bool = False) -> Iterator[ScanCache | None]:
    """The user's scan cache, None where it is not to be used; `verbose` tells how it was used."""
    if no_cache:
        yield None
        return
    from hotfixcheck.inventory.cache import ScanCache

    try:
        folder = _cache_folder()
    except RuntimeError as error:  # a user without a home
        yield None
        if verbose:
            say(f"scan cache: not used: {error}")
        return
    cache = ScanCache(folder)
    try:
        yield cache
    finally:
        cache.close()
    if verbose:
        say(f"scan cache: {cache.found:,} files known, {cache.kept:,} kept")
        if cache.problem:
            say(f"scan cache: not used: {cache.problem}")


def say_readers(files: Counter[Reader | None]) -> None:
    """How many PE files each reader answered for; nothing where none is known, as of an inventory that was loaded."""
    from hotfixcheck.readers.facts import Reader

    strict, by_pefile = files[Reader.STRICT], files[Reader.PEFILE]
    if strict or by_pefile:
        say(f"PE files read directly: {strict:,}, by pefile: {by_pefile:,}")


def _cache_folder() -> Path:
    if folder := os.environ.get(CACHE_FOLDER):
        return Path(folder)
    from platformdirs import user_cache_path

    return user_cache_path("hotfixcheck", appauthor=False)
