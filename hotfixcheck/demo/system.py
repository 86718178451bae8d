"""Writes the tree of a small Windows: hives that identify it, and the files that are asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from hotfixcheck.demo.hiveimage import Value, build_hive
from hotfixcheck.platforms import Platform

_ARCHITECTURES = {
    Platform.X86: "x86",
    Platform.ALPHA: "ALPHA",
    Platform.IA64: "IA64",
    Platform.AMD64: "AMD64",
    Platform.MIPS: "MIPS",
    Platform.PPC: "PPC",
    Platform.ARM64: "ARM64",
}
_WRITTEN = datetime(2000, 6, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SystemSpec:
    """What the hives are to say (design section 6); the default is NT 4.0 Server SP6 on Intel, English.

    `service_pack` is CSDVersion as printed, "" for none; `hotfixes` the Installed value of each Hotfix key.
    """

    version: str = "4.0"
    build: str = "1381"
    product_type: str = "ServerNT"
    suites: tuple[str, ...] = ()
    service_pack: str = "Service Pack 6"
    platform: Platform = Platform.X86
    language: str = "0409"
    product_name: str = ""
    hotfixes: Mapping[str, int] = field(default_factory=dict)
    software: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)


def hives(spec: SystemSpec) -> dict[str, bytes]:
    """The SOFTWARE and SYSTEM hives, by file name."""
    current: dict[str, Value] = {
        "CurrentVersion": spec.version,
        "CurrentBuildNumber": spec.build,
        "CurrentType": "Uniprocessor Free",
    }
    if spec.service_pack:
        current["CSDVersion"] = spec.service_pack
    if spec.product_name:
        current["ProductName"] = spec.product_name
    key = r"Microsoft\Windows NT\CurrentVersion"
    software: dict[str, Mapping[str, Value]] = {key: current, **spec.software}
    for fix, installed in spec.hotfixes.items():
        software[rf"{key}\Hotfix\{fix}"] = {"Installed": installed}

    number = "".join(char for char in spec.service_pack.partition(",")[0] if char.isdigit())
    options: dict[str, Value] = {"ProductType": spec.product_type}
    if spec.suites:
        options["ProductSuite"] = spec.suites
    control = r"ControlSet001\Control"
    system: dict[str, Mapping[str, Value]] = {
        "Select": {"Current": 1, "Default": 1, "Failed": 0, "LastKnownGood": 1},
        rf"{control}\ProductOptions": options,
        rf"{control}\Windows": {"CSDVersion": int(number or 0) << 8},
        rf"{control}\Session Manager\Environment": {"PROCESSOR_ARCHITECTURE": _ARCHITECTURES[spec.platform]},
        rf"{control}\Nls\Language": {"InstallLanguage": spec.language, "Default": spec.language},
    }
    minor = 3 if spec.version <= "5.0" else 5
    return {"software": build_hive(software, minor=minor), "system": build_hive(system, minor=minor)}


def write_system(
    root: Path,
    spec: SystemSpec | None,
    files: Mapping[str, bytes],
    *,
    windows: str = "WINNT",
    modified: datetime = _WRITTEN,
) -> Path:
    """Write the tree and return the Windows folder: hives, if there is a `spec`, and `files` by path below it.

    Every file gets the time `modified`, so that the same arguments make the same tree.
    """
    folder = root / windows if windows else root
    contents = dict(files)
    if spec is not None:
        contents |= {f"system32/config/{name}": data for name, data in hives(spec).items()}
    for name, data in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (modified.timestamp(), modified.timestamp()))
    return folder
