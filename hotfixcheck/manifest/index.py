"""The index of a catalogue: every manifest in one JSON file, so that a check starts without parsing YAML.

It is made from the manifests and never edited; one that is not of the files beside it is not used.
"""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from hotfixcheck.manifest.catalogue import SUFFIXES
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.manifest.plain import from_plain, plain

NAME: Final = "index.json"
VERSION: Final = 1

# A checkout or an installation writes its files in any order, an edit comes later.
_WRITTEN_TOGETHER = 300.0  # seconds


def dump_index(root: Path, manifests: Iterable[tuple[Path, Manifest]]) -> str:
    """The index of `manifests`, each with its file, which lies below `root`. One line a manifest, sorted by number."""
    ordered = sorted(manifests, key=lambda each: each[1].number)
    rows = [(file.relative_to(root).as_posix(), file.stat().st_size, plain(each)) for file, each in ordered]
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    return f'{{"index": {VERSION}, "manifests": [\n{lines}\n]}}\n'


def read_index(root: Path) -> list[tuple[str, Manifest]] | None:
    """The manifests below `root` with the paths of their files, from its index, by number.

    None if there is no index, or if it is not of the files that are there: a file added or removed, of another size, or
    written later than the index.
    """
    try:
        with (root / NAME).open("rb") as stream:
            written = os.fstat(stream.fileno()).st_mtime
            data = stream.read()
        with _no_collection():
            values = json.loads(data)
            if values["index"] != VERSION or _sizes(values["manifests"]) != _present(root, written):
                return None
            return [
                (f"{root}{os.sep}{path.replace('/', os.sep)}", from_plain(each))
                for path, _, each in values["manifests"]
            ]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _sizes(rows: list[tuple[str, int, dict[str, Any]]]) -> dict[str, int]:
    return {path: size for path, size, _ in rows}


def _present(root: Path, written: float) -> dict[str, int]:
    """The size of each manifest below `root` by its path; -1 for one written after the index."""
    return {
        path: -1 if facts.st_mtime > written + _WRITTEN_TOGETHER else facts.st_size
        for path, facts in _files(os.fspath(root), "")
    }


def _files(folder: str, prefix: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path, f"{prefix}{entry.name}/")
            elif entry.name.lower().endswith(SUFFIXES):
                yield f"{prefix}{entry.name}", entry.stat()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Thousands of new objects and no garbage: the collector would only look at them again and again.

    They live as long as the process: frozen, they are not looked at later either.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.freeze()
            gc.enable()
