"""Applications as the registry shows them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from hotfixcheck.demo.hiveimage import Value, build_hive
from hotfixcheck.demo.system import SystemSpec, write_system
from hotfixcheck.products.applications import BY_NAME, Application
from hotfixcheck.products.traces import TRACES, members_of
from hotfixcheck.system.applications import applications_of, services_of
from hotfixcheck.system.hives import Hive
from tests.build.identified import identified
from tests.build.sources import BytesSource

UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall"
INSTALLED_FOXPRO = r"Microsoft\VisualFoxPro"

Keys = Mapping[str, Mapping[str, Value]]
# Each found as: name, version, service pack.
FOUND: dict[str, tuple[Keys, list[tuple[str, str, str]]]] = {
    "a key": ({r"Microsoft\Exchange\Setup": {"Services": r"C:\exchsrvr"}}, [("Exchange Server", "", "")]),
    "a key in other case": ({r"microsoft\EXCHANGE\setup": {}}, [("Exchange Server", "", "")]),
    "only its parent": ({r"Microsoft\Exchange\Client": {}}, []),
    "a version as text": (
        {r"Microsoft\SMS\Setup": {"Full Version": " 2.00.1493.3010 "}},
        [("Systems Management Server", "2.00.1493.3010", "")],
    ),
    "a second value where the first is missing": (
        {r"Microsoft\SMS\Setup": {"Version": "2.0"}}, [("Systems Management Server", "2.0", "")],
    ),
    "a version with its service pack": (
        {r"Microsoft\SNA Server\CurrentVersion": {"SnaVersion": "4.0 Service Pack 3"}},
        [("Host Integration Server", "4.0", "SP3"), ("SNA Server", "4.0", "SP3")],
    ),
    "a version with a remark": (
        {r"Microsoft\SNA Server\CurrentVersion": {"SnaVersion": "5.0 (Host Integration Server 2000)"}},
        [("Host Integration Server", "5.0", ""), ("SNA Server", "5.0", "")],
    ),
    "a version that is none": (
        {r"Microsoft\SMS\Setup": {"Version": "two"}}, [("Systems Management Server", "", "")],
    ),
    "a version of another type": (
        {r"Microsoft\SMS\Setup": {"Version": b"\x02"}}, [("Systems Management Server", "", "")],
    ),
    "a version as two numbers": (
        {r"Microsoft\InetStp": {"MajorVersion": 5, "MinorVersion": 1}},
        [("Internet Information Server", "5.1", ""), ("Personal Web Server", "", "")],
    ),
    "a version as one number": (
        {r"Microsoft\InetStp": {"MajorVersion": 4}},
        [("Internet Information Server", "4.0", ""), ("Personal Web Server", "", "")],
    ),
    "versions as keys": (
        {rf"{INSTALLED_FOXPRO}\6.0": {}, rf"{INSTALLED_FOXPRO}\7.0": {}, rf"{INSTALLED_FOXPRO}\Options": {}},
        [("Visual FoxPro", "6.0", ""), ("Visual FoxPro", "7.0", "")],
    ),
    "versions as keys, the one below missing": ({r"Microsoft\Office\8.0\Word\Options": {}}, []),
    "versions as keys, the one below there": ({r"Microsoft\Office\8.0\Word\InstallRoot": {}}, [("Word", "8.0", "")]),
    "a service pack": (
        {
            r"Microsoft\VisualStudio\6.0\Setup\Microsoft Visual Basic": {},
            r"Microsoft\VisualStudio\6.0\ServicePacks": {"latest": 5},
        },
        [("Visual Basic", "6.0", ""), ("Visual Studio", "6.0", "SP5")],
    ),
    "no number of a service pack": (
        {r"Microsoft\VisualStudio\6.0\Setup": {}, r"Microsoft\VisualStudio\6.0\ServicePacks": {"latest": 5000}},
        [("Visual Studio", "6.0", "")],
    ),
    "of a 32-bit program on a 64-bit system": (
        {r"WOW6432Node\Microsoft\SNA Server": {}}, [("Host Integration Server", "", ""), ("SNA Server", "", "")],
    ),
    "in the list of what can be removed": (
        {rf"{UNINSTALL}\x": {"DisplayName": "Microsoft SNA Server 4.0 Service Pack 3"}}, [("SNA Server", "4.0", "SP3")],
    ),
    "with its version beside the name": (
        {rf"{UNINSTALL}\x": {"DisplayName": "Microsoft Exchange", "DisplayVersion": "6.0.4417"}},
        [("Exchange Server", "6.0.4417", "")],
    ),
    "a name that is no application": ({rf"{UNINSTALL}\x": {"DisplayName": "Example Reader 3.0"}}, []),
    "a name that no application has alone": ({rf"{UNINSTALL}\x": {"DisplayName": "Tools for Exchange"}}, []),
    "a product of another system": ({rf"{UNINSTALL}\x": {"DisplayName": "Exchange Macintosh client"}}, []),
    "no name": ({rf"{UNINSTALL}\x": {"DisplayVersion": "1.0"}, rf"{UNINSTALL}\y": {"DisplayName": 1}}, []),
}  # fmt: skip


@pytest.mark.parametrize(("keys", "expected"), FOUND.values(), ids=FOUND)
def test_software(keys: Keys, expected: list[tuple[str, str, str]]) -> None:
    found = list(applications_of(Hive(BytesSource(build_hive(keys)), "software")))
    told = [(one.name, one.version, str(one.service_pack) if one.service_pack else "") for one in found]
    assert sorted(told) == expected
    keys_found = {one.source.removeprefix("SOFTWARE\\").lower() for one in found}
    assert all(any(key.lower().startswith(source) for key in keys) for source in keys_found)


def test_services() -> None:
    hive = build_hive({r"ControlSet002\Services\MSExchangeIS": {}, r"ControlSet001\Services\SnaBase": {}})
    found = list(services_of(Hive(BytesSource(hive), "system"), "ControlSet002"))
    assert [(one.name, one.source) for one in found] == [
        ("Exchange Server", r"SYSTEM\ControlSet002\Services\MSExchangeIS")
    ]


def test_of_a_system(tmp_path: Path) -> None:
    spec = SystemSpec(software={r"Microsoft\SNA Server": {}})
    write_system(tmp_path, spec, {})
    system, _ = identified(tmp_path)
    assert [found.name for found in system.applications] == ["Host Integration Server", "SNA Server"]
    assert system.applications_known


@pytest.mark.parametrize("missing", ["software", "system"])
def test_half_a_registry_shows_no_absence(tmp_path: Path, missing: str) -> None:
    windows = write_system(tmp_path, SystemSpec(), {})
    (windows / "system32" / "config" / missing).unlink()
    system, _ = identified(tmp_path)
    assert not system.applications_known


def test_traces_are_of_applications() -> None:
    assert set(TRACES) <= set(BY_NAME)
    assert all(isinstance(member, Application) for name in TRACES for member in members_of(BY_NAME[name]))
    lower = [word for traces in TRACES.values() for word in (*traces.services, *traces.programs, *traces.folders)]
    assert lower == [word.lower() for word in lower]
