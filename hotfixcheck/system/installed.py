"""Fixes that the registry says are installed, in the keys of every generation of Windows.

NT 4.0 and 2000: CurrentVersion\\Hotfix\\Q… with Installed. 2000 to 2003: Updates\\<product>\\SPn\\<fix>. Vista and
later: Component Based Servicing\\Packages with CurrentState. (Design section 6.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotfixcheck.manifest.model import article_number
from hotfixcheck.system.hives import AnyHive
from hotfixcheck.system.model import InstalledFix

_HOTFIX = r"Microsoft\Windows NT\CurrentVersion\Hotfix"
_UPDATES = (r"Microsoft\Updates", r"WOW6432Node\Microsoft\Updates")
_PACKAGES = r"Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages"
_CBS_INSTALLED = 0x70  # 0x50 is superseded by a newer package, 0x40 only staged

_ARTICLE = re.compile(r"(?:Q|KB)\d{5,8}", re.IGNORECASE)


def installed_fixes(software: AnyHive) -> Iterator[InstalledFix]:
    """What the SOFTWARE hive says of every fix it knows; raises UnreadableFileError."""
    for name in software.subkeys(_HOTFIX):
        installed = software.values(rf"{_HOTFIX}\{name}").get("installed")
        yield from _fix(name, installed == 1, rf"SOFTWARE\{_HOTFIX}\{name}")
    for updates in _UPDATES:
        for product in software.subkeys(updates):
            for pack in software.subkeys(rf"{updates}\{product}"):
                for name in software.subkeys(rf"{updates}\{product}\{pack}"):
                    yield from _fix(name, True, rf"SOFTWARE\{updates}\{product}\{pack}\{name}")
    for name in software.subkeys(_PACKAGES):
        if _ARTICLE.search(name):
            state = software.values(rf"{_PACKAGES}\{name}").get("currentstate")
            yield from _fix(name, state == _CBS_INSTALLED, rf"SOFTWARE\{_PACKAGES}\{name}")


def _fix(name: str, installed: bool, source: str) -> Iterator[InstalledFix]:
    found = _ARTICLE.search(name)
    if found:
        article = found[0].upper()
        yield InstalledFix(article, article_number(article), installed, source)
