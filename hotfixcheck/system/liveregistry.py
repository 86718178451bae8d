"""The registry of the running Windows in place of its hives, which it keeps locked."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

from hotfixcheck.errors import UnreadableFileError, said_by
from hotfixcheck.system.hives import Hive, Value


class LiveHive(Hive):
    """SOFTWARE or SYSTEM of the running Windows, as 64-bit programs see it. What may not be read is not there."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.dirty = False
        try:
            self._winreg: Any = importlib.import_module("winreg")
        except ImportError:
            raise UnreadableFileError("there is no running Windows here to ask", file=name) from None

    def values(self, key: str) -> dict[str, Value]:
        with suppress(FileNotFoundError), self._opened(key) as handle:
            values = _until_none_is_left(self._winreg.EnumValue, handle)
            return {name.lower(): found for name, data, _ in values if (found := _value(data)) is not None}
        return {}

    def subkeys(self, key: str) -> tuple[str, ...]:
        with suppress(FileNotFoundError), self._opened(key) as handle:
            return tuple(sorted(_until_none_is_left(self._winreg.EnumKey, handle)))
        return ()

    def values_below(self, key: str) -> tuple[tuple[str, dict[str, Value]], ...]:
        found = []
        for name in self.subkeys(key):
            with suppress(UnreadableFileError):  # a key that only the system may read
                found.append((name, self.values(f"{key}\\{name}" if key else name)))
        return tuple(found)

    def _opened(self, key: str) -> Any:
        winreg = self._winreg
        path = f"{self._name}\\{key}" if key else self._name
        try:
            return winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY)
        except FileNotFoundError:
            raise
        except OSError as error:
            said = said_by(error)
            raise UnreadableFileError(f"the registry cannot be read: {said}", file=self._name, place=key) from None


def _until_none_is_left(read: Any, handle: Any) -> Iterator[Any]:
    """What winreg enumerates by number; behind the last it raises OSError."""
    for number in count():
        try:
            yield read(handle, number)
        except OSError:
            return


def _value(data: Any) -> Value | None:
    """As hives give it: winreg has lists where they have tuples, and None for a value without bytes."""
    if isinstance(data, list):
        return tuple(data)
    return data if isinstance(data, str | int | bytes) else None
