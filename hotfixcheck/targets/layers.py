"""Layers of container images, applied in order (OCI image specification, "Image Layer Filesystem Changeset").

In those of Windows registry hives are `Hives/*_Base` and, above the first layer, `Hives/*_Delta`.
"""

from __future__ import annotations

import contextlib

from hotfixcheck.targets.nodes import Folder, Node, NodeTree

_WHITEOUT, _OPAQUE = ".wh.", ".wh..wh..opq"
_CONFIG = ("Windows", "System32", "config")
_HIVES = ("SOFTWARE", "SYSTEM")


def over(below: NodeTree | None, layer: NodeTree) -> NodeTree:
    """A layer over what is below it; the first, over nothing, is all there is, but for its whiteouts."""
    if below is not None:
        _apply(below, below.top, layer, layer.top)
        return below
    for path in list(layer.paths_named(lambda name: name.startswith(_WHITEOUT))):
        above, _, name = path.rpartition("/")
        with contextlib.suppress(OSError):  # its folder may be there no more
            folder = layer.find(above)[1]
            if isinstance(folder, Folder):
                layer.remove(folder, name)
    return layer


def _apply(below: NodeTree, folder: Folder, layer: NodeTree, own: Folder) -> None:
    """Puts a folder of a layer over one below: its whiteouts, which are about what is below alone, then its files."""
    inside = layer.inside(own)
    if any(name == _OPAQUE for name, _ in inside):
        for name in below.names_in(folder):
            below.remove(folder, name)
    names = {name.lower(): name for name in below.names_in(folder)}  # Windows sees one file behind all spellings
    for name, _ in inside:
        if name.startswith(_WHITEOUT) and name != _OPAQUE and (gone := names.get(name[len(_WHITEOUT) :].lower())):
            below.remove(folder, gone)
    for name, node in inside:
        if name.startswith(_WHITEOUT):
            continue
        into = below.put(folder, names.get(name.lower(), name), node)
        if isinstance(node, Folder):
            _apply(below, into, layer, node)


def take_hives(layer: NodeTree) -> dict[str, Node]:
    """The folder of hives of a layer, by their names in lower case, taken out of it."""
    own = layer.get(layer.top, "Hives")
    layer.remove(layer.top, "Hives")
    return {name.lower(): node for name, node in layer.inside(own)} if isinstance(own, Folder) else {}


def place_hives(files: NodeTree, found: list[dict[str, Node]]) -> None:
    """The hives to where Windows has them; a delta beside its base, numbered by layer: SOFTWARE.delta1."""
    for hive in _HIVES:
        bases = [each[f"{hive.lower()}_base"] for each in found if f"{hive.lower()}_base" in each]
        deltas = [each[f"{hive.lower()}_delta"] for each in found if f"{hive.lower()}_delta" in each]
        if not bases and not deltas:
            continue
        config = files.top
        for part in _CONFIG:
            name = next((name for name in files.names_in(config) if name.lower() == part.lower()), part)
            below = files.get(config, name)
            if below is not None and not isinstance(below, Folder):
                return
            config = files.put(config, name, Folder())
        if bases:
            name = next((name for name in files.names_in(config) if name.upper() == hive), hive)
            files.put(config, name, bases[-1])
        for number, node in enumerate(deltas, start=1):
            files.put(config, f"{hive}.delta{number}", node)
