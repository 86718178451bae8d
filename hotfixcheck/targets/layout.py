"""Where in a tree the Windows lies, and which of its folders hold live files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hotfixcheck.errors import TargetError, printable, said_by
from hotfixcheck.targets.tree import Child, ChildKind, FileTree, joined


class TargetKind(StrEnum):
    """What a tree is the tree of; the value is how reports call it."""

    DRIVE = "drive root"
    WINDOWS = "Windows folder"
    SYSTEM32 = "system32 folder"
    HIVES = "folder of registry hives"
    SOURCE = "install source"
    FOLDER = "folder"
    LISTING = "a system's list of itself"


@dataclass(frozen=True, slots=True)
class Layout:
    """`windows` and `system32` are the paths of these folders in the tree, None where the tree does not hold them;
    `hives` the folder of the SOFTWARE and SYSTEM hives."""

    kind: TargetKind
    windows: str | None = None
    system32: str | None = None
    hives: str | None = None

    def in_windows(self, path: str, folder: str) -> str | None:
        """The rest of `path` below the Windows folder's `folder` (lower case, "" for itself), None if not there."""
        return None if self.windows is None else _below(path, "/".join(filter(None, (self.windows, folder))))

    def in_system32(self, path: str) -> str | None:
        return None if self.system32 is None else _below(path, self.system32)


def is_source(children: Iterable[Child]) -> bool:
    """True for the folder of an install source: setup's lists, and a kernel, compressed or not."""
    children = list(children)
    return _has(children, SOURCE_LISTS) and _has(children, _SOURCE_KERNEL)


class SeveralWindowsError(TargetError):
    """A drive with several Windows folders: `names`."""

    def __init__(self, names: tuple[str, ...], file: str) -> None:
        said = ", ".join(printable(name) for name in names)
        super().__init__(f"there are several Windows folders here: {said}", file=file, advice="give one of them")
        self.names = names


# Copies that Windows keeps for repair, roll-back and installation and never runs (design rule 13).
KEPT_COPIES = frozenset(
    {
        *("dllcache", "driver cache", "driverstore", "i386", "lastgood", "lastgood.tmp", "recycled", "recycler"),
        *("repair", "servicepackfiles", "servicing", "softwaredistribution", "system volume information"),
        "winsxs",
    }
)
# A system32 folder has at least one of these; a folder of DLLs that has none is no Windows.
_KERNEL = frozenset({"kernel32.dll", "ntoskrnl.exe"})
_HIVES = frozenset({"software", "system"})

SOURCE_LISTS = frozenset({"txtsetup.sif", "txtsetup.si_", "dosnet.inf", "dosnet.in_", "layout.inf", "layout.in_"})
"""What setup knows the files of an install source by."""

PLATFORMS = ("i386", "nec98", "alpha", "axp64", "mips", "ppc", "ia64", "amd64")
"""The folders of install media that hold the source of a platform."""

_SOURCE_KERNEL = _KERNEL | {"kernel32.dl_", "ntoskrnl.ex_"}


def is_live(folder: str) -> bool:
    """False for folders of kept copies: dllcache, $NtUninstall…$, $hf_mig$, winsxs and the like.

    `folder` is a path; of its parents only the last counts: the i386 of a program's bin is no source, but where servers
    that come for several processors run (Q245271: SMS's bin\\i386).
    """
    parent, _, name = folder.lower().rpartition("/")
    if name == "i386" and parent.rpartition("/")[2] == "bin":
        return True
    return not name.startswith(("$", "windows.old")) and name not in KEPT_COPIES


def find_layout(tree: FileTree, only: str | None = None) -> Layout:
    """Where the Windows of `tree` lies; of kind FOLDER if there is none.

    Raises TargetError if the root cannot be listed or is empty, SeveralWindowsError if it holds several Windows folders
    and `only` names none of them.
    """
    try:
        root = tree.children("")
    except OSError as error:
        raise TargetError(f"the folder cannot be listed: {said_by(error)}", file=tree.path) from None
    if not root:
        raise TargetError("the folder is empty", file=tree.path)
    if is_source(root):
        return Layout(TargetKind.SOURCE, None, "")
    hives = _hives(tree, _folder(root, "config"))
    if _has(root, _KERNEL) or hives is not None:
        return Layout(TargetKind.SYSTEM32, None, "", hives)
    if (system32 := _system32(tree, "", root)) is not None:
        return _windows(tree, TargetKind.WINDOWS, "", system32)
    found = [
        (child.name, system32)
        for child in root
        if child.kind is ChildKind.FOLDER
        and only in {None, child.name}
        and is_live(child.name)
        and (system32 := _system32(tree, child.name, _children(tree, child.name))) is not None
    ]
    if len(found) > 1:
        raise SeveralWindowsError(tuple(name for name, _ in found), tree.path)
    if found:
        return _windows(tree, TargetKind.DRIVE, *found[0])
    if _has(root, _HIVES):
        return Layout(TargetKind.HIVES, hives="")
    return Layout(TargetKind.FOLDER)


def unlisted_system32(tree: FileTree) -> str:
    """Why a system32 folder that is here cannot be listed, for which no Windows is found; "" if there is none such."""
    windows = ["", *(child.name for child in _children(tree, "") if child.kind is ChildKind.FOLDER)]
    for folder in windows:
        if (system32 := _path_of(tree, folder, "system32")) is not None:
            try:
                tree.children(system32)
            except OSError as error:
                return f"{system32}: the folder cannot be listed: {said_by(error)}"
    return ""


def _windows(tree: FileTree, kind: TargetKind, windows: str, system32: str) -> Layout:
    return Layout(kind, windows, system32, _hives(tree, _path_of(tree, system32, "config")))


def _system32(tree: FileTree, windows: str, children: Iterable[Child]) -> str | None:
    """The path of the system32 folder of `windows` if it has one with a kernel or hives in it."""
    for child in children:  # every one: twins that differ in case only occur on case-sensitive file systems
        if child.kind is ChildKind.FOLDER and child.name.lower() == "system32":
            path = joined(windows, child.name)
            inside = _children(tree, path)
            config = _folder(inside, "config")
            if _has(inside, _KERNEL) or (config is not None and _hives(tree, joined(path, config)) is not None):
                return path
    return None


def _path_of(tree: FileTree, folder: str, name: str) -> str | None:
    found = _folder(_children(tree, folder), name)
    return None if found is None else joined(folder, found)


def _hives(tree: FileTree, folder: str | None) -> str | None:
    return folder if folder is not None and _has(_children(tree, folder), _HIVES) else None


def _children(tree: FileTree, folder: str) -> list[Child]:
    try:
        return tree.children(folder)
    except OSError:
        return []  # the walk reports it


def _folder(children: Iterable[Child], name: str) -> str | None:
    return next(
        (child.name for child in children if child.kind is ChildKind.FOLDER and child.name.lower() == name), None
    )


def _has(children: Iterable[Child], names: frozenset[str]) -> bool:
    return any(child.kind is not ChildKind.FOLDER and child.name.lower() in names for child in children)


def _below(path: str, folder: str) -> str | None:
    if not folder:
        return path
    prefix, rest = path[: len(folder) + 1], path[len(folder) + 1 :]
    return rest if prefix.lower() == f"{folder}/".lower() else None
