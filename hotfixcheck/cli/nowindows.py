"""What to say of a TARGET that holds no Windows: what could not be listed, or that it holds many targets."""

from __future__ import annotations

from pathlib import Path

from hotfixcheck.errors import TargetError, printable
from hotfixcheck.fleet.reading import is_parquet
from hotfixcheck.inventory.jsonl import is_inventory
from hotfixcheck.targets import Windows
from hotfixcheck.targets.layout import TargetKind, find_layout, unlisted_system32
from hotfixcheck.targets.subtree import SubTree
from hotfixcheck.targets.tree import ChildKind

_MOST_LOOKED_AT = 200

_ADVICE = (
    "give a system32 folder, a Windows folder or a drive root; --product takes any folder for that product's files"
)


def no_windows(path: str, folder: Windows | None = None) -> TargetError:
    """The error of a target whose only tree, if it has one, is `folder`."""
    said = "there is no Windows here: no kernel32.dll, ntoskrnl.exe or registry hives"
    if folder is None:
        return TargetError(said, file=path, advice=_ADVICE)
    unread = folder.cut_short or next((lost.problem for lost in folder.lost), "") or unlisted_system32(folder.tree)
    if unread:
        return TargetError(f"{said}; {unread}", file=path, advice=_ADVICE)
    kind, name = _first_target_in(folder)
    if name:
        one = printable(str(Path(path) / name))
        advice = f"check them one by one, such as {one}"
        if kind == "inventories":
            advice = f"`hotfixcheck fleet check` takes all of them; or {advice}"
        return TargetError(f"this is a folder of {kind}", file=path, advice=advice)
    return TargetError(said, file=path, advice=_ADVICE)


def _first_target_in(folder: Windows) -> tuple[str, str]:
    """The first target in a folder of this machine, of "inventories" or else of "systems"; ("", "") for none."""
    here = Path(folder.tree.path)
    children = folder.tree.children("")[:_MOST_LOOKED_AT] if here.is_dir() else []
    for child in children:
        if child.kind is ChildKind.FILE and (is_inventory(here / child.name) or is_parquet(here / child.name)):
            return "inventories", child.name
    for child in children:
        if child.kind is ChildKind.FOLDER and _is_system(folder, child.name):
            return "systems", child.name
    return "", ""


def _is_system(folder: Windows, name: str) -> bool:
    try:
        return find_layout(SubTree(folder.tree, name)).kind is not TargetKind.FOLDER
    except TargetError:
        return False
