"""What every format of the fleet's report keeps to: a snapshot, no harm from a stranger's names, every system in it.

After a change that is meant, `HOTFIXCHECK_SNAPSHOTS=write` in the environment writes the snapshots anew: read the diff.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

from hotfixcheck.fleet.formats import FleetFormat
from hotfixcheck.fleet.formats.json import fleet_schema
from hotfixcheck.fleet.formats.words import ranges
from hotfixcheck.fleet.judging import Question
from hotfixcheck.fleet.model import FleetReport, Spool
from hotfixcheck.fleet.running import judge_fleet
from hotfixcheck.fleet.sources import members_of
from hotfixcheck.inventory import Inventory
from hotfixcheck.manifest.model import FileRow, Manifest, ServicePackFix
from hotfixcheck.manifest.waivers import Waiver
from hotfixcheck.products import ServicePack
from hotfixcheck.reports.model import Style
from hotfixcheck.system.clues import Problem
from tests.build.fleets import a_system, write_lines
from tests.build.reports import HOSTILE
from tests.build.systems import article, facts, inventory, system, table
from tests.fleet.test_judging import as_it_is
from tests.reports.test_report_schema import closed

SNAPSHOTS = Path(__file__).parent / "snapshots"

MANIFESTS = (
    article(ServicePackFix("Windows NT 4.0", ServicePack(4)), number="Q179827"),
    article(table(FileRow("Ole32.dll", version="4.0.1381.300", date=date(1999, 1, 1))), number="Q200000"),
    article(table(FileRow("Kernel32.dll", version="4.0.1381.101", date=date(2000, 1, 1))), number="Q246691"),
    article(table(FileRow("Rpcss.exe", version="4.0.1381.133")), number="Q256149"),
    article(table(FileRow("tcpip.sys", version="5.0.2195.1")), number="Q300000", applies_to=("Windows 2000",)),
)
WAIVER = Waiver("Q200000", "the line stops in May", "J. Smith", date(2027, 3, 31))

every_format = pytest.mark.parametrize("each", FleetFormat)


@contextmanager
def reported(
    fleet: dict[str, Inventory], manifests: tuple[Manifest, ...] = MANIFESTS, waivers: tuple[Waiver, ...] = (WAIVER,)
) -> Iterator[FleetReport]:
    """The report on a fleet in files below the current folder, one of which is no inventory."""
    for name, each in fleet.items():
        write_lines(Path(f"{name}.jsonl"), each)
    Path("torn.jsonl").write_text("{", encoding="utf-8")
    members, problems = members_of([Path(f"{name}.jsonl") for name in (*fleet, "torn")])
    question = Question(manifests, manifests, as_it_is, waivers, date(2026, 1, 1))
    bad = (Problem("bad.yaml", "manifest not used: empty"),)
    with Spool() as spool:
        yield judge_fleet(members, problems, question, spool, manifest_problems=bad)


def text_of(each: FleetFormat, report: FleetReport) -> str:
    data = b"".join(
        piece if isinstance(piece, bytes) else piece.encode() for piece in each.render(report, Style(verbosity=1))
    )
    if each is FleetFormat.PARQUET:
        return "".join(f"{json.dumps(row, default=str)}\n" for row in pq.read_table(io.BytesIO(data)).to_pylist())
    return data.decode()


FLEET = {"line-1": a_system(), "line-2": a_system(), "line-3": a_system(1, "another")}


@every_format
def test_snapshot(each: FleetFormat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with reported(FLEET) as report:
        found, again = text_of(each, report), text_of(each, report)
    file = SNAPSHOTS / f"{each}.txt"
    if os.environ.get("HOTFIXCHECK_SNAPSHOTS") == "write":
        file.write_text(found, encoding="utf-8", newline="")
    assert found == again == file.read_bytes().decode()


@every_format
def test_a_strangers_names_control_nothing(each: FleetFormat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = f"{HOSTILE}.dll".lower()
    hostile = Manifest("Q1", f"@{HOSTILE}", (table(FileRow(name, version="4.0.1381.100", note=HOSTILE)),))
    taken = inventory(system(), {f"WINNT/{HOSTILE}/{name}": facts("4.0.1381.99", OriginalFilename=HOSTILE)})
    fleet = {"a": replace(taken, target=HOSTILE, problems=(Problem(HOSTILE, HOSTILE),))}
    with reported(fleet, (hostile,), ()) as report:
        found = text_of(each, report)
    assert {char for char in found if not (char.isprintable() or char in "\r\n")} == set()
    assert "<b>" not in found or each is not FleetFormat.HTML


def test_the_json_is_of_its_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    schema = closed(fleet_schema())
    with reported(FLEET) as report:
        values = json.loads(text_of(FleetFormat.JSON, report))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(values)
    assert not Draft202012Validator(schema).is_valid({**values, "fleet_report": 2})


def test_a_large_page_has_numbers_over_its_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with reported({f"pc-{number:03}": a_system(number) for number in range(60)}) as report:
        page = text_of(FleetFormat.HTML, report)
    assert 'viewBox="0 0 60 1"' in page
    assert "rotate(-60)" not in page
    assert len(re.findall(r"<tr><td class=\"number\">", page)) == 60
    assert "<script" not in page


def test_a_long_table_is_cut_short_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with reported({f"pc-{number:03}": a_system(number) for number in range(30)}) as report:
        lines = "".join(map(str, FleetFormat.TABLE.render(report, Style())))
        quiet = "".join(map(str, FleetFormat.TABLE.render(report, Style(verbosity=-1))))
    assert "  … and 5 more; -v lists all\n" in lines
    assert quiet.count("\n") == 1


@pytest.mark.parametrize(
    ("numbers", "said"),
    [([], ""), ([1], "1"), ([1, 2, 3, 7], "1\N{EN DASH}3, 7"), ([2, 4, 5], "2, 4\N{EN DASH}5")],
)
def test_numbers_in_few_signs(numbers: list[int], said: str) -> None:
    assert ranges(numbers) == said
