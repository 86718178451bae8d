"""Targets: where the files of a Windows come from, each behind the FileTree protocol."""

from __future__ import annotations

from pathlib import Path

from hotfixcheck.errors import TargetError
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.tree import FileTree

OPENERS = (DirectoryTree,)
"""Every kind of target, in the order in which they are asked. A new one is a class here and a file beside this one."""


def open_target(path: Path) -> FileTree:
    """The tree of files at `path`; raises TargetError if there is nothing or nothing that can be opened."""
    try:
        path.stat()
    except FileNotFoundError:
        problem = "this link leads nowhere" if path.is_symlink() else "there is no such file or folder"
        raise TargetError(problem, file=str(path), advice="TARGET is a folder or an inventory file") from None
    except OSError as error:
        raise TargetError(_said(error), file=str(path)) from None
    for opener in OPENERS:
        if opener.detect(path):
            return opener(path)
    advice = "give a system32 folder, a Windows folder, a drive root, or an inventory (.jsonl)"
    raise TargetError("this is not a kind of target that hotfixcheck reads", file=str(path), advice=advice)


def _said(error: OSError) -> str:
    text = error.strerror or str(error)
    return f"cannot be opened: {text[:1].lower()}{text[1:]}"
