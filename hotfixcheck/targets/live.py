"""The Windows that runs: its drive or folders, past what it shows to 32-bit programs and to those of long ago."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.tree import Child, ChildKind

_WINDOWS = os.name == "nt"
_HIVES = ("SOFTWARE", "SYSTEM")


class LiveTree(DirectoryTree):
    """A folder of the running Windows, whose hives are locked: they are listed, and asked through its registry.

    To a 32-bit program a 64-bit Windows shows another folder as System32 and the real one as Sysnative.
    """

    def __init__(self, path: Path, environment: Mapping[str, str] = os.environ) -> None:
        system32 = os.path.join(_system_root(environment), "System32")  # noqa: PTH118
        # Paths from here on may have the mark of an extended one before them.
        self._system32 = re.compile(rf"(\\\\\?\\)?{re.escape(system32)}(?=$|[\\/])", re.IGNORECASE)
        self._real_system32 = system32[: -len("System32")] + "Sysnative"
        self._is_redirected = "PROCESSOR_ARCHITEW6432" in environment
        super().__init__(Path(self._past_redirection(str(path.absolute()))))
        self._path = path

    def children(self, folder: str) -> list[Child]:
        try:
            children = super().children(folder)
        except PermissionError:
            if not self._holds_hives(folder):
                raise
            children = []  # only an administrator may list it, and anybody may ask the registry
        if not self._holds_hives(folder):
            return children
        others = [child for child in children if child.name.upper() not in _HIVES]
        return sorted([*others, *(Child(name, ChildKind.FILE) for name in _HIVES)])

    def _holds_hives(self, folder: str) -> bool:
        path = super()._absolute(folder)
        found = self._system32.match(path)
        return found is not None and path[found.end() :].lower() == f"{os.sep}config"

    def _absolute(self, path: str) -> str:
        return self._past_redirection(super()._absolute(path))

    def _resolved(self, path: str) -> str:
        return self._past_redirection(super()._resolved(path))

    def _past_redirection(self, path: str) -> str:
        found = self._system32.match(path) if self._is_redirected else None
        return path if found is None else f"{found[1] or ''}{self._real_system32}{path[found.end() :]}"


def is_live(path: Path, environment: Mapping[str, str] = os.environ) -> bool:
    """True for the running Windows by its drive's root, its folder or its system32; never elsewhere than on Windows."""
    if not _WINDOWS or not environment.get("SystemRoot"):
        return False
    root = Path(_system_root(environment))
    places = (root.parent, root, root / "System32")
    return os.path.normcase(path.absolute()) in {os.path.normcase(place) for place in places}


def _system_root(environment: Mapping[str, str]) -> str:
    return os.path.realpath(environment.get("SystemRoot", ""))
