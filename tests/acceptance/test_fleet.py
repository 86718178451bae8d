"""`fleet` over many inventories: every verdict is that of `check`, and what cannot be used stops nothing else."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.demo.system import write_system
from hotfixcheck.fleet.formats.json import fleet_schema
from hotfixcheck.manifest.yaml import dump
from tests.acceptance.conftest import SEEDS, Run
from tests.acceptance.systems.articles import ARTICLES, REAL
from tests.acceptance.test_systems import SYSTEMS

FIELDS = ("article", "status", "evidence", "reason", "regressed", "waived", "waiver", "remedy")


@dataclass(frozen=True)
class Plant:
    """A folder of inventories, one of each named system, and the manifests that they are judged by."""

    folder: Path
    sources: Sequence[object]


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Plant:
    articles, folder = tmp_path_factory.mktemp("articles"), tmp_path_factory.mktemp("plant")
    for number, manifest in ARTICLES.items():
        (articles / f"Q{number}.yaml").write_text(dump(manifest), encoding="utf-8")
    sources = [
        word for each in (SEEDS, articles, *(SEEDS.parent / f"{one}.yaml" for one in REAL)) for word in ("-m", each)
    ]
    for number, (name, system) in enumerate(SYSTEMS.items()):
        root = tmp_path_factory.mktemp("system")
        write_system(root, system.spec, system.files, windows=system.windows, modified=system.modified)
        suffix = "parquet" if number % 3 == 0 else "jsonl"
        taken = run("inventory", root / system.target, *sources, "-q", "-o", folder / f"{name}.{suffix}")
        assert taken.code == 0, taken.err
    return Plant(folder, sources)


@pytest.fixture(scope="module")
def judged(plant: Plant, start: Run) -> dict[str, Any]:
    done = start("fleet", "check", plant.folder, *plant.sources, "-f", "json", "--jobs", "2")
    assert (done.code, done.err) == (1, "")
    found: dict[str, Any] = json.loads(done.out)
    return found


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_verdict_is_that_of_check(name: str, plant: Plant, judged: dict[str, Any], run: Run) -> None:
    [file] = [each for each in plant.folder.iterdir() if each.stem == name]
    alone = run("check", file, *plant.sources, "-f", "json").report
    [here] = [each for each in judged["systems"] if each["name"] == name]
    assert here["articles"] == [{field: one[field] for field in FIELDS} for one in alone["articles"]]
    for part in ("plan", "problems", "target"):
        assert here[part] == alone[part]
    assert here["summary"] == {count: alone["summary"][count] for count in here["summary"]}
    assert here["system"] == {fact: value for fact, value in alone["system"].items() if fact != "evidence"}
    assert here["fails"] is (alone["summary"]["missing"] > 0)


def test_the_counts_are_those_of_the_systems(judged: dict[str, Any]) -> None:
    verdicts = {(one["name"], each["article"]): each["status"] for one in judged["systems"] for each in one["articles"]}
    for article in judged["articles"]:
        for state, names in article["systems"].items():
            assert {
                name for (name, number), status in verdicts.items() if (number, status) == (article["article"], state)
            } == set(names)
            assert article["counts"][state] == len(names)
    assert sum(judged["summary"]["verdicts"].values()) == len(verdicts) == len(SYSTEMS) * judged["summary"]["articles"]


def test_the_plan_puts_every_system_right_that_its_own_plan_does(judged: dict[str, Any]) -> None:
    for one in judged["systems"]:
        got = {step["install"] for step in judged["plan"]["steps"] if one["name"] in step["systems"]}
        needed = {step["install"] for step in one["plan"]["steps"]}
        assert bool(got) is bool(needed), one["name"]
    assert len(judged["plan"]["steps"]) <= len(
        {step["install"] for one in judged["systems"] for step in one["plan"]["steps"]}
    )


def test_the_report_is_of_its_schema(judged: dict[str, Any], run: Run) -> None:
    Draft202012Validator(fleet_schema()).validate(judged)
    assert json.loads(run("schema", "fleet").out) == fleet_schema()


def test_packing_changes_no_verdict(plant: Plant, judged: dict[str, Any], tmp_path: Path, run: Run) -> None:
    packed = run("fleet", "pack", plant.folder, "-o", tmp_path / "plant.parquet")
    assert (packed.code, packed.out) == (0, "")
    again = run("fleet", "check", tmp_path / "plant.parquet", *plant.sources, "-f", "json").report
    for one in [*judged["systems"], *again["systems"]]:
        one.pop("source")
    assert again == judged
    twice = run("fleet", "pack", tmp_path / "plant.parquet", "-o", tmp_path / "again.parquet")
    assert twice.code == 0
    assert (tmp_path / "again.parquet").read_bytes() == (tmp_path / "plant.parquet").read_bytes()


def test_machine_formats_have_every_verdict(plant: Plant, judged: dict[str, Any], tmp_path: Path, run: Run) -> None:
    expected = {
        (one["name"], each["article"]): (each["status"], each["reason"])
        for one in judged["systems"]
        for each in one["articles"]
    }
    rows = csv.DictReader(run("fleet", "check", plant.folder, *plant.sources, "-f", "csv").out.splitlines())
    assert {(row["system"], row["article"]): (row["status"], row["reason"]) for row in rows} == expected
    report = tmp_path / "report.parquet"
    assert run("fleet", "check", plant.folder, *plant.sources, "-f", "parquet", "-o", report).code == 1
    found = pq.read_table(report).to_pylist()
    assert {(row["system"], row["article"]): (row["status"], row["reason"]) for row in found} == expected


def test_list_names_every_system(plant: Plant, run: Run) -> None:
    done = run("fleet", "list", plant.folder, "-f", "json")
    assert (done.code, done.err) == (0, "")
    listed = {one["name"]: one for one in json.loads(done.out)}
    assert set(listed) == set(SYSTEMS)
    assert "x86" in listed["NT 4.0 Server SP6a"]["what"]
    table = run("fleet", "list", plant.folder).out
    assert all(name.split()[0] in table for name in SYSTEMS)


# --- a small plant, by the seeds -------------------------------------------------------------------------------------


@pytest.fixture
def line(tmp_path: Path, run: Run) -> Path:
    """Three systems of one image, and their folder."""
    drive = write_demo(tmp_path / "nt4")
    folder = tmp_path / "line"
    folder.mkdir()
    assert run("inventory", drive, "-m", SEEDS, "-q", "-o", folder / "pc-1.jsonl").code == 0
    for name in ("pc-2", "pc-3"):
        shutil.copy(folder / "pc-1.jsonl", folder / f"{name}.jsonl")
    return folder


def test_clones_are_judged_once_and_are_all_in_the_report(line: Path, run: Run) -> None:
    report = run("fleet", "check", line, "-m", SEEDS, "-f", "json").report
    assert report["summary"]["different"] == 1
    assert [(one["name"], one["same_as"]) for one in report["systems"]] == [
        ("pc-1", None),
        ("pc-2", "pc-1"),
        ("pc-3", "pc-1"),
    ]
    [missing] = [one for one in report["articles"] if one["systems"]["missing"]]
    assert (missing["article"], missing["systems"]["missing"]) == ("Q246691", ["pc-1", "pc-2", "pc-3"])


def test_the_report_does_not_depend_on_the_processes(line: Path, run: Run, start: Run) -> None:
    for name in ("json", "html", "csv"):
        words = ("fleet", "check", line, "-m", SEEDS, "-f", name, "--date", "2026-06-01")
        assert run(*words, "--jobs", "1").out == start(*words, "--jobs", "3").out


def cut(folder: Path) -> None:
    file = folder / "pc-2.jsonl"
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))


def foreign(folder: Path) -> None:
    (folder / "numbers.parquet").write_bytes(b"PAR1" + bytes(100))


def no_windows(folder: Path) -> None:
    (folder / "pc-2.jsonl").write_text((folder / "pc-2.jsonl").read_text().replace('"drive root"', '"folder"'))


BROKEN: dict[str, tuple[Callable[[Path], None], str, int]] = {
    "cut short": (cut, "pc-2.jsonl: 6: the inventory is cut short", 2),
    "a foreign file": (foreign, "numbers.parquet: cut short: it has no footer", 3),
    "of no Windows": (no_windows, "pc-2.jsonl: ", 2),
}


@pytest.mark.parametrize(("breaks", "said", "left"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_used_is_told_and_stops_nothing(
    breaks: Callable[[Path], None], said: str, left: int, line: Path, run: Run
) -> None:
    breaks(line)
    done = run("fleet", "check", line, "-m", SEEDS, "-f", "json")
    assert done.code == 1
    assert said in done.err
    assert (len(done.report["systems"]), len(done.report["problems"])) == (left, 1)


def test_the_exit_code_is_that_of_the_worst(line: Path, tmp_path: Path, run: Run) -> None:
    """A system that was not judged is never one on which nothing is missing."""
    fixed = ("fleet", "check", line, "-m", SEEDS, "--article", "Q179827", "-q")
    assert run(*fixed).code == 0
    assert run("fleet", "check", line, "-m", SEEDS, "-q").code == 1
    assert run("fleet", "check", line, "-m", SEEDS, "-q", "--fail-on", "never").code == 0
    assert run("fleet", "check", line, "-m", SEEDS, "--article", "Q256149", "-q").code == 0
    assert (
        run("fleet", "check", line, "-m", SEEDS, "--article", "Q256149", "-q", "--fail-on", "indeterminate").code == 1
    )
    cut(line)
    assert run(*fixed).code == 3
    assert run(*fixed, "--fail-on", "never").code == 3
    empty = tmp_path / "empty"
    empty.mkdir()
    nothing = run("fleet", "check", empty, "-m", SEEDS)
    assert (nothing.code, nothing.out) == (3, "")
    assert nothing.err.splitlines()[-1] == "hotfixcheck: no system could be used"
    assert run("fleet", "check", tmp_path / "gone", "-m", SEEDS).code == 3


def test_waivers_are_of_the_whole_fleet(line: Path, tmp_path: Path, run: Run) -> None:
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(
        "waivers: 1\naccept:\n"
        "- {article: Q246691, reason: the line stops, who: J. Smith, until: 2026-12-31}\n"
        "- {article: Q179827, reason: once needed, who: J. Smith, until: 2026-12-31}\n"
    )
    words = ("fleet", "check", line, "-m", SEEDS, "--waivers", waivers, "--date", "2026-06-01")
    done = run(*words, "-f", "json")
    assert done.code == 0
    assert [one["summary"]["waived"] for one in done.report["systems"]] == [1, 1, 1]
    assert "the waiver of Q179827 is not needed: on no system" in done.err
    assert "Q246691" not in done.err
    assert run(*words[:-1], "2027-06-01", "-q").code == 1


USAGE = {
    "a report among the inventories": (["check", "line", "-o", "line/report.json"], "lies in the target"),
    "over an inventory": (["pack", "line/pc-1.jsonl", "-o", "line/pc-1.jsonl"], "is read here"),
    "no output": (["pack", "line"], "--output"),
    "no source": (["check"], ""),
    "another format": (["check", "line", "-f", "xml"], "xml"),
    "no number of jobs": (["check", "line", "--jobs", "0"], "not a number from 1 to 64"),
}


@pytest.mark.parametrize(("words", "said"), USAGE.values(), ids=USAGE)
def test_wrong_usage(words: list[str], said: str, line: Path, run: Run) -> None:
    done = run("fleet", *(str(line.parent / word) if word.startswith("line") else word for word in words))
    assert done.code == 2
    assert said in done.err
    assert sorted(each.name for each in line.iterdir()) == ["pc-1.jsonl", "pc-2.jsonl", "pc-3.jsonl"]


def test_pack_leaves_out_what_cannot_be_used_and_says_so(line: Path, tmp_path: Path, run: Run) -> None:
    cut(line)
    done = run("fleet", "pack", line, "-o", tmp_path / "plant.parquet")
    assert done.code == 3
    assert "the inventory is cut short" in done.err
    assert "2 systems" in done.err
    assert run("fleet", "list", tmp_path / "plant.parquet").code == 0
    (line / "pc-1.jsonl").unlink()
    (line / "pc-3.jsonl").unlink()
    nothing = run("fleet", "pack", line, "-o", tmp_path / "none.parquet")
    assert nothing.code == 3
    assert not (tmp_path / "none.parquet").exists()


def test_check_takes_one_system_of_a_file(line: Path, tmp_path: Path, run: Run) -> None:
    plant = tmp_path / "plant.parquet"
    run("fleet", "pack", line, "-o", plant)
    alone = run("check", line / "pc-2.jsonl", "-m", SEEDS)
    assert run("check", plant, "-m", SEEDS, "--image", "pc-2").out == alone.out
    several = run("check", plant, "-m", SEEDS)
    assert (several.code, several.out) == (3, "")
    assert "3 systems in it (--image NAME takes one, `hotfixcheck fleet check` all" in several.err
    assert run("identify", plant, "--image", "pc-2").code == 0


def test_an_inventory_is_parquet_where_its_name_says_so(line: Path, tmp_path: Path, run: Run) -> None:
    taken = tmp_path / "web01.parquet"
    assert run("inventory", line.parent / "nt4", "-m", SEEDS, "-o", taken).code == 0
    assert run("check", taken, "-m", SEEDS).out == run("check", line / "pc-1.jsonl", "-m", SEEDS).out
    assert [one["name"] for one in json.loads(run("fleet", "list", taken, "-f", "json").out)] == ["web01"]


README = (SEEDS.parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_report_that_readme_shows_is_the_commands(
    line: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    folder = tmp_path / "inventories"
    folder.mkdir()
    text = (line / "pc-1.jsonl").read_text()
    for name in ("line-1", "line-2"):
        (folder / f"{name}.jsonl").write_text(text)
    rows = [json.loads(row) for row in text.splitlines()]
    for row in rows:
        if row.get("file", "").endswith("kernel32.dll"):
            row.update(link_time=942_940_800, size=375_056)
    (folder / "hall-3.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (folder / "line-4.jsonl").write_text("".join(text.splitlines(keepends=True)[:3]))
    monkeypatch.chdir(tmp_path)
    shown = README.partition("<!-- fleet -->\n```text\n")[2].partition("```\n<!-- /fleet -->")[0]
    assert run("fleet", "check", "inventories", "-m", SEEDS).out == shown
