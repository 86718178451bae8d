"""Trees of names alone."""

from __future__ import annotations

from contextlib import AbstractContextManager

from hotfixcheck.targets.tree import ByteSource, Child, ChildKind


class Listing:
    """A FileTree by its listings alone; None is a folder that cannot be listed."""

    path = "target"

    def __init__(self, folders: dict[str, list[Child] | None]) -> None:
        self._folders = folders

    def children(self, folder: str) -> list[Child]:
        children = self._folders[folder]
        if children is None:
            raise PermissionError(13, "Permission denied")
        return sorted(children)

    def open(self, path: str) -> AbstractContextManager[ByteSource]:
        raise NotImplementedError


def file(name: str) -> Child:
    return Child(name, ChildKind.FILE)


def folder(name: str) -> Child:
    return Child(name, ChildKind.FOLDER)
