"""Single values of the hives, odd ones and missing ones."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import pytest

from hotfixcheck.demo.hiveimage import Value, build_hive
from hotfixcheck.demo.system import SystemSpec, hives
from hotfixcheck.products import Role, ServicePack
from hotfixcheck.system.clues import Clues, Problem
from hotfixcheck.system.model import System
from hotfixcheck.system.registry import from_hives
from hotfixcheck.targets.directory import DirectoryTree
from tests.build.hives import value_cell

CURRENT_VERSION = r"Microsoft\Windows NT\CurrentVersion"

Keys = Mapping[str, Mapping[str, Value]]


def read(root: Path, **contents: bytes) -> tuple[System, Clues]:
    for name, data in contents.items():
        (root / name).write_bytes(data)
    clues = Clues()
    return from_hives(DirectoryTree(root), "", clues), clues


def software(**values: Value) -> bytes:
    return build_hive({CURRENT_VERSION: values})


def control_sets(current: int | str | None) -> bytes:
    keys: dict[str, Mapping[str, Value]] = {
        r"ControlSet001\Control\ProductOptions": {"ProductType": "WinNT"},
        r"ControlSet001\Control\Windows": {"CSDVersion": 0x300},
        r"ControlSet002\Control\ProductOptions": {"ProductType": "ServerNT"},
        r"ControlSet002\Control\Windows": {"CSDVersion": 0x600},
    }
    if current is not None:
        keys["Select"] = {"Current": current, "Default": 1}
    return build_hive(keys)


@pytest.mark.parametrize(
    ("current", "pack", "role"),
    [
        (1, 3, Role.WORKSTATION),
        (2, 6, Role.SERVER),
        (None, 3, Role.WORKSTATION),
        (0, 3, Role.WORKSTATION),
        (1000, 3, Role.WORKSTATION),
        ("2", 3, Role.WORKSTATION),
    ],
)
def test_the_control_set_is_the_current_one(tmp_path: Path, current: int | str | None, pack: int, role: Role) -> None:
    system, clues = read(tmp_path, system=control_sets(current))
    assert (system.service_pack, system.role) == (ServicePack(pack), role)
    assert all(f"ControlSet00{2 if pack == 6 else 1}" in e.source for e in clues.evidence)


def test_a_control_set_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, system=control_sets(3)) == (System(), Clues())


CONTROL: dict[str, tuple[Keys, System]] = {
    "suites as one text": (
        {"ProductOptions": {"ProductType": "ServerNT", "ProductSuite": "Enterprise"}},
        System(role=Role.SERVER),
    ),
    "product type that is no text": ({"ProductOptions": {"ProductType": 1}}, System()),
    "service pack that is no number": ({"Windows": {"CSDVersion": "Service Pack 6"}}, System()),
    "service pack with a minor part": ({"Windows": {"CSDVersion": 0x0A01}}, System(service_pack=ServicePack(10))),
    "language of four digits": ({r"Nls\Language": {"InstallLanguage": "0411"}}, System(language=0x411)),
    "language that is none": ({r"Nls\Language": {"InstallLanguage": "English"}}, System()),
    "language of five digits": ({r"Nls\Language": {"InstallLanguage": "00409"}}, System()),
}


@pytest.mark.parametrize(("keys", "expected"), CONTROL.values(), ids=CONTROL)
def test_control(tmp_path: Path, keys: Keys, expected: System) -> None:
    below = {rf"ControlSet001\Control\{key}": values for key, values in keys.items()}
    system, clues = read(tmp_path, system=build_hive(below))
    assert system == expected
    assert clues.problems == []


def test_a_processor_that_windows_does_not_run_on(tmp_path: Path) -> None:
    key = r"ControlSet001\Control\Session Manager\Environment"
    system, clues = read(tmp_path, system=build_hive({key: {"PROCESSOR_ARCHITECTURE": "VAX"}}))
    assert system.platform is None
    source = rf"SYSTEM\{key}\PROCESSOR_ARCHITECTURE"
    assert clues.problems == [Problem(source, "'VAX' is no processor that Windows runs on")]


VERSIONS: dict[str, tuple[dict[str, Value], str, int | None]] = {
    "NT 4.0": ({"CurrentVersion": "4.0", "CurrentBuildNumber": "1381"}, "Windows NT 4.0", 1381),
    "build in the older value": ({"CurrentVersion": "4.0", "CurrentBuild": "1381"}, "Windows NT 4.0", 1381),
    "no build": ({"CurrentVersion": "4.0"}, "Windows NT 4.0", None),
    "build that is none": ({"CurrentVersion": "4.0", "CurrentBuildNumber": "1.511.1 ()"}, "Windows NT 4.0", None),
    "build of too many digits": ({"CurrentVersion": "4.0", "CurrentBuildNumber": "1" * 9}, "Windows NT 4.0", None),
    "build as a number": ({"CurrentVersion": "4.0", "CurrentBuildNumber": 1381}, "Windows NT 4.0", None),
    "NT 3.51": ({"CurrentVersion": "3.51", "CurrentBuildNumber": "1057"}, "Windows NT 3.51", 1057),
    "NT 3.5": ({"CurrentVersion": "3.5", "CurrentBuildNumber": "807"}, "Windows NT 3.5", 807),
    "NT 3.1": ({"CurrentVersion": "3.1", "CurrentBuildNumber": "528"}, "Windows NT 3.1", 528),
    "another build of NT 4.0": ({"CurrentVersion": "4.0", "CurrentBuildNumber": "1314"}, "None", 1314),
    "half of the two numbers": (
        {"CurrentVersion": "6.3", "CurrentBuildNumber": "9600", "CurrentMajorVersionNumber": 10},
        "Windows 8.1 or Windows Server 2012 R2",
        9600,
    ),
}


@pytest.mark.parametrize(("values", "product", "build"), VERSIONS.values(), ids=VERSIONS)
def test_version(tmp_path: Path, values: dict[str, Value], product: str, build: int | None) -> None:
    system, clues = read(tmp_path, software=software(**values))
    assert (str(system.product), system.build) == (product, build)
    assert clues.problems == []


@pytest.mark.parametrize(
    "data",
    [
        software(ProductName="X"),
        software(CurrentVersion="four"),
        software(CurrentVersion=4),
        build_hive({"Software": {"A": 1}}),
    ],
    ids=["none", "no number", "a number", "another hive"],
)
def test_a_software_hive_without_a_version(tmp_path: Path, data: bytes) -> None:
    system, clues = read(tmp_path, software=data)
    assert system.families == ()
    said = "says no version: damaged, or not a system's hive"
    assert clues.problems == [Problem(rf"SOFTWARE\{CURRENT_VERSION}", said)]


def test_a_service_pack_that_is_none_is_a_problem(tmp_path: Path) -> None:
    system, clues = read(tmp_path, software=software(CurrentVersion="4.0", CSDVersion="Service Unpack"))
    assert system.service_pack is None
    assert clues.problems == [Problem(rf"SOFTWARE\{CURRENT_VERSION}\CSDVersion", "'Service Unpack' is no service pack")]


def test_a_dirty_hive_is_read_and_a_problem(tmp_path: Path) -> None:
    data = build_hive({CURRENT_VERSION: {"CurrentVersion": "4.0"}}, dirty=True)
    system, clues = read(tmp_path, software=data)
    assert system.product == "Windows NT 4.0"
    said = "the hive was not closed, and its last changes may be missing: there is no log beside it"
    assert clues.problems == [Problem("software", said)]


def test_a_hive_that_turns_out_damaged_leaves_no_facts(tmp_path: Path) -> None:
    contents = hives(SystemSpec())
    damaged = {}
    for name, value in (("software", "CSDVersion"), ("system", "InstallLanguage")):
        at = value_cell(contents[name], value) + 8
        damaged[name] = contents[name][:at] + struct.pack("<I", 0x7FFFFFF0) + contents[name][at + 4 :]
    system, clues = read(tmp_path, **damaged)
    assert (system, clues.evidence, clues.product_type) == (System(), [], "")
    places = (r"ControlSet001\Control\Nls\Language", CURRENT_VERSION)
    assert clues.problems == [
        Problem(name, f"the hive is damaged: a value leads nowhere at {place}")
        for name, place in zip(("system", "software"), places, strict=True)
    ]
