"""Targets: where the files of a Windows come from, each behind the FileTree protocol."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hotfixcheck.errors import TargetError, said_by
from hotfixcheck.targets.directory import DirectoryTree, open_file
from hotfixcheck.targets.disks.split import is_first, joined_parts
from hotfixcheck.targets.layout import PLATFORMS, SOURCE_LISTS
from hotfixcheck.targets.live import LiveTree, is_live
from hotfixcheck.targets.nodes import NodeTree
from hotfixcheck.targets.opening import Found, Kind, Opener, Opening, TreeKind, TreeOpener
from hotfixcheck.targets.tree import ByteSource, FileTree
from hotfixcheck.targets.wanted import Wanted
from hotfixcheck.targets.wim import MAGIC, PIPABLE
from hotfixcheck.targets.windows import Windows, windows_in

OPENERS: tuple[Opener, ...] = (
    Kind("zip", "ZipOpener", lambda head: head.startswith(b"PK")),
    Kind("tar", "TarOpener"),
    Kind("wim.opener", "WimOpener", lambda head: head.startswith((MAGIC, PIPABLE))),
    Kind("iso", "IsoOpener"),
    Kind("disk", "DiskOpener"),
    Kind("disk", "VolumeOpener"),
    Kind("disk", "PartitionsOpener"),
)
"""Every kind of file that is a target, or lies in one, in the order in which they are asked."""

FOLDER = "folder"
"""What is found where the target is no container."""


def _has(*names: str) -> Callable[[FileTree], bool]:
    """True of a tree in whose root any of these names stands, in any case."""
    wanted = frozenset(names)
    return lambda tree: any(child.name.lower() in wanted for child in tree.children(""))


TREE_OPENERS: tuple[TreeOpener, ...] = (
    TreeKind("oci", "ContainerImages", _has("oci-layout", "manifest.json")),
    TreeKind("installsource", "InstallSources", _has(*SOURCE_LISTS, *PLATFORMS)),
    TreeKind("installsource", "SetupMedia", _has("sources")),
    TreeKind("held", "HeldImages", lambda tree: isinstance(tree, NodeTree)),
)
"""Every kind of tree that holds other things than the files of one Windows."""

_ADVICE = "give a system32 folder, a Windows folder, a drive root, an archive or image of one, or an inventory"


@contextmanager
def open_target(path: Path, wanted: Wanted | None = None) -> Iterator[Found]:
    """What is at `path`, open until the end of the `with`; of a stream only what is `wanted` is kept.

    Raises TargetError if there is nothing, or nothing that can be opened.
    """
    opening = Opening(str(path), wanted or Wanted(), OPENERS, TREE_OPENERS)
    try:
        yield _found(path, opening)
    finally:
        opening.close()


def _found(path: Path, opening: Opening) -> Found:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return _folder(path, opening)
        if stat.S_ISBLK(mode):
            advice = "make an image of it, or mount it read-only and give the folder"
            raise TargetError("it is a device, and only images of disks are read", file=str(path), advice=advice)
        if not stat.S_ISREG(mode):
            raise TargetError("this is not a kind of target that hotfixcheck reads", file=str(path), advice=_ADVICE)
        file = opening.keep(open_file(path))
    except FileNotFoundError:
        problem = "this link leads nowhere" if path.is_symlink() else "there is no such file or folder"
        raise TargetError(
            problem, file=str(path), advice="TARGET is a folder, an archive, an image or an inventory"
        ) from None
    except OSError as error:
        raise TargetError(_said(error), file=str(path)) from None
    source: ByteSource = file
    if is_first(path.name):
        source = _joined(file, opening)
    found = opening.open(source, "")
    if found.problem:
        raise TargetError(found.problem, file=str(path), advice=_advice(source) if found.kind == "file" else "")
    return found


def _advice(source: ByteSource) -> str:
    """What to give instead of a file that is no target: of an executable or a hive the folder it lies in."""
    try:
        head = source.read(0, 4)
    except OSError:
        return _ADVICE
    if head[:2] == b"MZ":
        return "it is one executable: give the folder that it lies in"
    return "it is one registry hive: give the folder that it lies in" if head == b"regf" else _ADVICE


def _folder(path: Path, opening: Opening) -> Found:
    if is_live(path):
        return Found("running Windows", tree=LiveTree(path))
    folder = Found(FOLDER, tree=DirectoryTree(path))
    try:
        return opening.look_into(folder)
    except OSError:
        return folder  # whoever lists it next says why it cannot be listed


def _joined(source: ByteSource, opening: Opening) -> ByteSource:
    try:
        return joined_parts(source, opening.beside)
    except OSError as error:
        raise TargetError(_said(error), file=opening.path) from None


def _said(error: OSError) -> str:
    text = said_by(error)
    return f"cannot be opened: {text[:1].lower()}{text[1:]}"


__all__ = ["FOLDER", "OPENERS", "TREE_OPENERS", "Found", "Windows", "open_target", "windows_in"]
