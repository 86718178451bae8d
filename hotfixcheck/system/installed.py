"""Fixes that the registry says are installed, in the keys of every generation of Windows.

NT 4.0 and 2000: CurrentVersion\\Hotfix\\Q… with Installed, and a key `File n` for each file (Q165709). 2000 to 2003,
and products beside Windows: Updates\\<product>\\SPn\\<fix>, with Filelist. Vista and later: Component Based
Servicing\\Packages with CurrentState. (Design section 6.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotfixcheck.manifest.model import article_number
from hotfixcheck.system.hives import Hive, Value
from hotfixcheck.system.model import InstalledFix, ListedFile

_HOTFIX = r"Microsoft\Windows NT\CurrentVersion\Hotfix"
_UPDATES = (r"Microsoft\Updates", r"WOW6432Node\Microsoft\Updates")
_PACKAGES = r"Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages"
# Installed, and installed for good; 0x40 is only staged.
_CBS_INSTALLED, _CBS_SUPERSEDED = {0x70, 0x80}, 0x50

_ARTICLE = re.compile(r"(?:Q|KB)\d{5,8}", re.IGNORECASE)
_FILE = re.compile(r"File \d{1,4}", re.IGNORECASE)


def installed_fixes(software: Hive) -> Iterator[InstalledFix]:
    """What the SOFTWARE hive says of every fix it knows; raises UnreadableFileError."""
    for name, values in software.values_below(_HOTFIX):
        if _ARTICLE.search(name):
            key = rf"{_HOTFIX}\{name}"
            yield _fix(name, key, values.get("installed") == 1, files=_hotfix_files(software, key))
    for updates in _UPDATES:
        for product in software.subkeys(updates):
            yield from _updates(software, rf"{updates}\{product}", packs=True)
    for name, values in software.values_below(_PACKAGES):
        if _ARTICLE.search(name):
            state = values.get("currentstate")
            yield _fix(name, rf"{_PACKAGES}\{name}", state in _CBS_INSTALLED, superseded=state == _CBS_SUPERSEDED)


def _updates(software: Hive, parent: str, *, packs: bool) -> Iterator[InstalledFix]:
    """The fixes below a product, and below the service packs they came after."""
    for name in software.subkeys(parent):
        key = rf"{parent}\{name}"
        if _ARTICLE.search(name):
            yield _fix(name, key, installed=True, files=_listed_files(software, rf"{key}\Filelist"))
        elif packs:
            yield from _updates(software, key, packs=False)


def _fix(
    name: str, key: str, installed: bool, *, superseded: bool = False, files: tuple[ListedFile, ...] = ()
) -> InstalledFix:
    article = _ARTICLE.findall(name)[0].upper()
    return InstalledFix(article, article_number(article), installed, rf"SOFTWARE\{key}", superseded, files)


def _hotfix_files(software: Hive, key: str) -> tuple[ListedFile, ...]:
    """`File 1` and so on: the path of the new file and the date it was linked."""
    return tuple(
        ListedFile(name, linked=_stamp(values.get("new link date")))
        for file, values in software.values_below(key)
        if _FILE.fullmatch(file) and (name := _name(values.get("new file")))
    )


def _listed_files(software: Hive, key: str) -> tuple[ListedFile, ...]:
    return tuple(
        ListedFile(name, version if isinstance(version := values.get("version"), str) else "")
        for _, values in software.values_below(key)
        if (name := _name(values.get("filename")))
    )


def _name(value: Value | None) -> str:
    """A file's name in lower case, without the folder."""
    return re.split(r"[\\/]", value.strip())[-1].lower() if isinstance(value, str) else ""


def _stamp(value: Value | None) -> int | None:
    """A TimeDateStamp, as a number or as its hexadecimal digits; 0 is none."""
    if isinstance(value, str) and re.fullmatch(r"(?:0x)?[0-9A-Fa-f]{1,8}", value.strip()):
        value = int(value, 16)
    return value if isinstance(value, int) and 0 < value < 1 << 32 else None
