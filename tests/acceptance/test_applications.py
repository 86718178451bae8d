"""Products other than Windows through the command: shown by files and hives, judged by their own, the tree and its
inventory alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from hotfixcheck.demo.hiveimage import Value
from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.demo.system import SystemSpec, write_system
from tests.acceptance.conftest import Run

MANIFESTS = """
manifest: 1
article: Q245588
title: A fix for the store
applies_to: ["Microsoft Exchange Server, version 5.5 SP3"]
fixes:
- kind: service_pack
  product: Exchange Server 5.5
  service_pack: SP4
- kind: files
  scope: Exchange Server 5.5
  files:
  - {name: Mdbmsg.dll, platform: x86, version: 5.5.2652.0}
---
manifest: 1
article: Q246246
title: A fix for Exchange 4.0 alone
applies_to: [Microsoft Exchange Server 4.0]
fixes:
- kind: files
  files:
  - {name: Mdbmsg.dll, platform: x86, version: 4.0.997.0}
---
manifest: 1
article: Q247247
title: A fix for SNA Server's own file
applies_to:
- "Microsoft SNA Server, versions 4.0, 4.0 SP1, on platform(s):"
- "the operating system: Microsoft Windows NT"
fixes:
- kind: files
  files:
  - {name: Admin.exe, platform: x86, version: 4.0.0.725}
""".lstrip()

WINDOWS = {"ProductName": "Microsoft(R) Windows NT(TM) Operating System", "CompanyName": "Microsoft Corporation"}
EXCHANGE = {"ProductName": "Microsoft Exchange", "CompanyName": "Microsoft Corporation"}
SNA = {"ProductName": "Microsoft SNA Server", "CompanyName": "Microsoft Corporation"}


def image(version: str, strings: Mapping[str, str]) -> bytes:
    return build_pe(version=version, strings={"FileVersion": version, **strings})


@dataclass(frozen=True)
class Machine:
    software: Mapping[str, Mapping[str, Value]]
    files: Mapping[str, bytes]
    store: str
    old_store: str
    sna: str


NOT = "not-applicable"
OWN_NAMES = {
    "WINNT/system32/mdbmsg.dll": image("4.0.1381.4", WINDOWS),
    "WINNT/system32/admin.exe": image("4.0.1381.4", WINDOWS),
}
SP3 = {
    "exchsrvr/bin/store.exe": image("5.5.2650.24", EXCHANGE),
    "exchsrvr/bin/mdbmsg.dll": image("5.5.2650.0", EXCHANGE),
}
FIXED = SP3 | {"exchsrvr/bin/mdbmsg.dll": image("5.5.2652.0", EXCHANGE)}
SP4 = {
    "exchsrvr/bin/store.exe": image("5.5.2653.13", EXCHANGE),
    "exchsrvr/bin/mdbmsg.dll": image("5.5.2653.0", EXCHANGE),
}
SNA_KEY = {r"Microsoft\SNA Server\CurrentVersion": {"SnaVersion": "4.0 Service Pack 1"}}
MACHINES = {
    "nothing": Machine({}, {}, NOT, NOT, NOT),
    "Windows' files of their names": Machine({}, OWN_NAMES, NOT, NOT, NOT),
    "Exchange 5.5 SP3": Machine({}, OWN_NAMES | SP3, "missing", NOT, NOT),
    "Exchange 5.5 SP3 and the fix": Machine({}, OWN_NAMES | FIXED, "fixed", NOT, NOT),
    "Exchange 5.5 SP4": Machine({}, SP4, NOT, NOT, NOT),
    "Exchange by its key, its files moved": Machine(
        {r"Microsoft\Exchange\Setup": {}}, {"Mail/mdbmsg.dll": image("5.5.2650.0", EXCHANGE)}, "missing", NOT, NOT
    ),
    "SNA Server 4.0 SP1": Machine(SNA_KEY, {"SNA/system/admin.exe": image("4.0.0.700", SNA)}, NOT, NOT, "missing"),
    "SNA Server, Windows' file of the name": Machine(SNA_KEY, OWN_NAMES, NOT, NOT, NOT),
}


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_machine(machine: Machine, tmp_path: Path, run: Run) -> None:
    drive = tmp_path / "drive"
    write_system(drive, SystemSpec(software=machine.software), {})
    for name, data in machine.files.items():
        path = drive / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for number, text in enumerate(MANIFESTS.split("---\n")):
        (tmp_path / f"{number}.yaml").write_text(text)
    manifests = [each for number in range(3) for each in ("-m", tmp_path / f"{number}.yaml")]
    outcome = run("check", drive, *manifests, "-f", "json")
    assert outcome.statuses == {"Q245588": machine.store, "Q246246": machine.old_store, "Q247247": machine.sna}
    taken = tmp_path / "drive.jsonl"
    assert run("inventory", drive, *manifests, "-o", taken).code in {0, 3}
    if machine.files:
        assert run("check", taken, *manifests, "-f", "json").statuses == outcome.statuses
