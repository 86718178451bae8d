"""Applications that the registry shows: by keys of their own, by their services, by the list of what can be removed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotfixcheck.products import APPLICATIONS, Application, ServicePack, parse_product
from hotfixcheck.products.traces import traces_of
from hotfixcheck.system.hives import Hive, Value
from hotfixcheck.system.model import InstalledApplication

_UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall"
_WOW64 = "WOW6432Node\\"
_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,5}){0,3}")
_VERSION_TEXT = re.compile(rf"\s*({_VERSION.pattern})(?![\w.])(?:\s+(Service Pack [0-9]{{1,2}}[a-z]?)\b)?")


def applications_of(software: Hive) -> Iterator[InstalledApplication]:
    """What the SOFTWARE hive shows; raises UnreadableFileError."""
    # Most keys are not there: one look at their parent tells so of several.
    below: dict[str, frozenset[str]] = {}
    for node in ("", _WOW64):
        for application in APPLICATIONS:
            for pattern in traces_of(application).keys:
                for key, version in _matching(software, node + pattern, below):
                    yield _installed(software, application, node, key, version)
        for name in software.subkeys(node + _UNINSTALL):
            yield from _removable(software, rf"{node}{_UNINSTALL}\{name}")


def services_of(system: Hive, control_set: str) -> Iterator[InstalledApplication]:
    """What the services of a control set, such as ControlSet001, show; raises UnreadableFileError."""
    services = rf"{control_set}\Services"
    found = {name.lower(): name for name in system.subkeys(services)}
    for application in APPLICATIONS:
        for service in traces_of(application).services:
            if service in found:
                yield InstalledApplication(application.name, "", None, rf"SYSTEM\{services}\{found[service]}")


def _matching(hive: Hive, pattern: str, below: dict[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """The keys of a pattern that are there, each with the version that stands in the place of its `*`."""
    parent, _, rest = pattern.partition("\\*")
    if not _is_there(hive, parent, below):
        return
    if parent == pattern:
        yield pattern, ""
        return
    for name in hive.subkeys(parent):
        if _VERSION.fullmatch(name) and _is_there(hive, f"{parent}\\{name}{rest}", below):
            yield f"{parent}\\{name}{rest}", name


def _is_there(hive: Hive, key: str, below: dict[str, frozenset[str]]) -> bool:
    parent, _, name = key.rpartition("\\")
    if parent.count("\\") > 0 and not _is_there(hive, parent, below):
        return False
    if parent not in below:
        below[parent] = frozenset(each.lower() for each in hive.subkeys(parent))
    return name.lower() in below[parent]


def _installed(hive: Hive, application: Application, node: str, key: str, version: str) -> InstalledApplication:
    traces = traces_of(application)
    told = (_told(hive.values(node + place), name.lower()) for place, name in traces.versions)
    said, pack = next(filter(any, told), ("", None))
    version = version or said
    if traces.service_pack:
        place, name = traces.service_pack
        number = hive.values(node + place.replace("*", version)).get(name.lower())
        pack = ServicePack(number) if isinstance(number, int) and number < 100 else None
    return InstalledApplication(application.name, version, pack, rf"SOFTWARE\{key}")


def _removable(hive: Hive, key: str) -> Iterator[InstalledApplication]:
    """By the names that programs give themselves in the list of what can be removed."""
    values = hive.values(key)
    name = values.get("displayname")
    for printed in parse_product(name).applications if isinstance(name, str) else ():
        if not printed.is_elsewhere:
            version, packs = printed.versions[0] if len(printed.versions) == 1 else ("", frozenset())
            pack = max(packs) if packs else None
            version = version or _told(values, "displayversion")[0]
            yield InstalledApplication(printed.application.name, version, pack, rf"SOFTWARE\{key}")


def _told(values: dict[str, Value], name: str) -> tuple[str, ServicePack | None]:
    """A version in a value, or in the pair MajorVersion and MinorVersion, and the service pack behind it; "" and None
    for what is none. SnaVersion is `3.0 Service Pack 2` (Q173284)."""
    value = values.get(name)
    if isinstance(value, int):
        minor = values.get("minorversion")
        return f"{value}.{minor if isinstance(minor, int) else 0}", None
    found = _VERSION_TEXT.match(value) if isinstance(value, str) else None
    if not found:
        return "", None
    return found[1], ServicePack.parse(found[2]) if found[2] else None
