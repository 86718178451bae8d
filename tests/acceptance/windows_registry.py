"""Runs on Windows: puts keys into its registry, and prints what is in SOFTWARE and SYSTEM then, a key a line.

python windows_registry.py KEYS.json
"""

from __future__ import annotations

import contextlib
import json
import sys
import winreg
from collections.abc import Iterator
from pathlib import Path
from typing import Any

assert sys.platform == "win32"

_KINDS = {str: winreg.REG_SZ, int: winreg.REG_DWORD, list: winreg.REG_MULTI_SZ}
_SKIPPED = {"Classes", "CurrentControlSet"}  # thousands of keys, and a link that no hive has


def write(keys: dict[str, dict[str, Any]]) -> None:
    for path, values in keys.items():
        with winreg.CreateKeyEx(winreg.HKEY_LOCAL_MACHINE, path, 0, winreg.KEY_WRITE | winreg.KEY_WOW64_64KEY) as key:
            for name, value in values.items():
                winreg.SetValueEx(key, name, 0, _KINDS[type(value)], value)


def read(path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key:
        subkeys, values, _ = winreg.QueryInfoKey(key)
        found = (winreg.EnumValue(key, number) for number in range(values))
        yield path, {name: value for name, value, _ in found if isinstance(value, str | int | list)}
        names = [winreg.EnumKey(key, number) for number in range(subkeys)]
    for name in names:
        if name not in _SKIPPED:
            with contextlib.suppress(OSError):  # of Wine: a key that can be listed and not opened
                yield from read(f"{path}\\{name}")


if __name__ == "__main__":
    write(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    for hive in ("SOFTWARE", "SYSTEM"):
        for each in read(hive):
            print(json.dumps(each))
