"""A folder scanned as the tests look at it."""

from __future__ import annotations

from pathlib import Path

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.inventory import Inventory, take_inventory
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.layout import find_layout

DLL = build_pe(version="4.0.1381.4", name="A.DLL")
NAMES = frozenset({"kernel32.dll", "rpcss.exe", "hosts", "missing.dll"})


def scanned(
    root: Path, names: frozenset[str] = frozenset(), *, only_names: bool = False, everything: bool = False
) -> Inventory:
    tree = DirectoryTree(root)
    return take_inventory(tree, find_layout(tree), names=names, only_names=only_names, everything=everything)
