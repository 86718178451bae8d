"""WIM files as the tests list and change them."""

from __future__ import annotations

import struct
from pathlib import Path

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.targets import open_target
from hotfixcheck.targets.wanted import Wanted
from tests.targets.opened import files_of

DLL = build_pe(version="6.1.7601.17514", size=150_000)


def listed(path: Path, *, executables: bool = True, image: int = 1) -> dict[str, bytes | str]:
    """The files of an image, opened for a.dll, or for all executables."""
    with open_target(path, Wanted(frozenset({"a.dll"}), executables)) as found:
        tree = found.inside[image - 1].tree
        assert tree is not None
        return files_of(tree)


def names(path: Path) -> list[tuple[str, str, str]]:
    with open_target(path) as found:
        assert found.kind == "WIM"
        return [(each.place, each.kind, each.problem) for each in found.inside]


def table_entries(image: bytearray) -> range:
    """Where the entries of the table of files stand, which is not compressed in what wimlib writes."""
    size, place, _ = struct.unpack_from("<3Q", image, 48)
    return range(place, place + (size & (1 << 56) - 1), 50)
