"""What to say of a TARGET that holds no Windows: what could not be listed, or that it holds many targets."""

from __future__ import annotations

from pathlib import Path

from hotfixcheck.errors import TargetError, printable
from hotfixcheck.inventory.jsonl import is_inventory
from hotfixcheck.targets import Windows
from hotfixcheck.targets.layout import TargetKind, find_layout, unlisted_system32
from hotfixcheck.targets.subtree import SubTree
from hotfixcheck.targets.tree import ChildKind

_MOST_LOOKED_AT = 200

_ADVICE = (
    "give a system32 folder, a Windows folder or a drive root; --product takes any folder for that product's files"
)
_ONE_BY_ONE = "check takes one TARGET: check each by itself, such as {each}"


def no_windows(path: str, folder: Windows | None = None) -> TargetError:
    """The error of a target whose only tree, if it has one, is `folder`."""
    said = "there is no Windows here: no kernel32.dll, ntoskrnl.exe or registry hives"
    if folder is None:
        return TargetError(said, file=path, advice=_ADVICE)
    unread = folder.cut_short or next((lost.problem for lost in folder.lost), "") or unlisted_system32(folder.tree)
    if unread:
        return TargetError(f"{said}; {unread}", file=path, advice=_ADVICE)
    kind, names = _targets_in(folder)
    if names:
        each = _ONE_BY_ONE.format(each=printable(f"{path}/{names[0]}"))
        return TargetError(f"this folder is no {kind} itself, it holds {len(names):,} of them", file=path, advice=each)
    return TargetError(said, file=path, advice=_ADVICE)


def _targets_in(folder: Windows) -> tuple[str, list[str]]:
    """Of what kind the targets in a folder are, and their names: inventories, or folders of several systems."""
    children = folder.tree.children("")[:_MOST_LOOKED_AT]
    here = Path(folder.tree.path)
    files = [child.name for child in children if child.kind is ChildKind.FILE] if here.is_dir() else []
    inventories = [name for name in files if is_inventory(here / name)]
    if inventories:
        return "inventory", inventories
    systems = [child.name for child in children if child.kind is ChildKind.FOLDER and _is_system(folder, child.name)]
    return "system", systems


def _is_system(folder: Windows, name: str) -> bool:
    try:
        return find_layout(SubTree(folder.tree, name)).kind is not TargetKind.FOLDER
    except TargetError:
        return False
