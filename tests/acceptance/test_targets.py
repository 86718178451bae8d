"""Every kind of target: its inventory and all verdicts are those of the same files in a folder, field by field."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hotfixcheck.cli.loading import open_windows, take
from hotfixcheck.inventory import Inventory
from hotfixcheck.manifest.catalogue import load_catalogue
from hotfixcheck.targets.wanted import Wanted
from hotfixcheck.verdicts.candidates import names_to_read
from hotfixcheck.verdicts.comparator import compare
from tests.acceptance.conftest import SEEDS, Run
from tests.build.differencing import SNAPSHOTS
from tests.build.disks import DISKS, FAT, WIMS
from tests.build.held import HELD
from tests.build.targets import FORMATS, Format, write_drive

MANIFESTS = load_catalogue([SEEDS]).manifests
NAMES = names_to_read(MANIFESTS)
SCANS: dict[str, dict[str, bool]] = {
    "names": {"only_names": True},
    "executables": {},
    "everything": {"everything": True},
}


def taken(path: Path, scan: str, only: str | None = None) -> Inventory:
    wanted = Wanted(NAMES, executables=scan != "names")
    with open_windows(path, wanted, only) as (_, several):
        (windows,) = several
        inventory = take(windows, names=NAMES, **SCANS[scan])
    assert inventory.target == str(path)
    return replace(inventory, target="")


def without_times(inventory: Inventory) -> Inventory:
    records = (replace(one, facts=one.facts and replace(one.facts, modified=None)) for one in inventory.records)
    return replace(inventory, records=tuple(records))


ALL = {
    **FORMATS,
    **{
        name: Format(build, links=False, odd_names=False)
        for name, build in {**DISKS, **FAT, **WIMS, **SNAPSHOTS, **HELD}.items()
    },
}


@pytest.fixture(scope="module", params=ALL.values(), ids=list(ALL))
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Format]:
    """A drive as a folder, and the same in a target."""
    format_: Format = request.param
    folder = tmp_path_factory.mktemp("drive")
    drive = write_drive(folder / "drive", links=format_.links, odd_names=format_.odd_names)
    return drive, format_.build(drive, tmp_path_factory.mktemp("target")), format_


@pytest.mark.parametrize("scan", SCANS)
def test_the_inventory_is_the_folders(pair: tuple[Path, Path, Format], scan: str) -> None:
    drive, target, format_ = pair
    expected, found = taken(drive, scan), taken(target, scan)
    if not format_.times:
        expected, found = without_times(expected), without_times(found)
    assert found.records == expected.records
    assert found == expected


def test_the_verdicts_are_the_folders(pair: tuple[Path, Path, Format]) -> None:
    drive, target, _ = pair
    assert [(finding.status, finding.reason) for finding in compare(MANIFESTS, taken(target, "names"))] == [
        (finding.status, finding.reason) for finding in compare(MANIFESTS, taken(drive, "names"))
    ]


def test_the_report_is_the_folders(pair: tuple[Path, Path, Format], run: Run) -> None:
    drive, target, _ = pair
    reports = []
    for path in (drive, target):
        outcome = run("check", path, "-m", SEEDS, "-f", "json")
        assert (outcome.code, outcome.err) == (1, "")
        reports.append(json.dumps(outcome.report).replace(str(path), "TARGET"))
    assert reports[0] == reports[1]
