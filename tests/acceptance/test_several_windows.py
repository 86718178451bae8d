"""Several Windows in one target: each is judged, one can be chosen, and no report mixes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.demo.system import SystemSpec, write_system
from hotfixcheck.reports import ReportFormat
from tests.acceptance.conftest import SEEDS, Run
from tests.build.targets import tar


@pytest.fixture(scope="module", params=["folder", "tar.gz"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's NT 4.0 in WINNT beside a Windows 2000 in WIN2K, which has another kernel32.dll."""
    root = tmp_path_factory.mktemp("several")
    write_demo(root / "drive")
    spec = SystemSpec(version="5.0", build="2195", service_pack="")
    write_system(root / "drive", spec, {"system32/only2000.dll": b"MZ"}, windows="WIN2K")
    return root / "drive" if request.param == "folder" else tar("gz")(root / "drive", root)


def test_the_table_reports_on_each(target: Path, run: Run) -> None:
    outcome = run("check", target, "-m", SEEDS)
    assert outcome.code == 1
    first, second = outcome.out.split("\n\n" + str(target))
    assert first.startswith(f"{target}, WIN2K (drive root)\nWindows 2000 Server")
    assert second.startswith(", WINNT (drive root)\nWindows NT Server 4.0, SP6")
    assert "kernel32.dll" not in first


def test_json_has_each_and_the_sum(target: Path, run: Run) -> None:
    report = run("check", target, "-m", SEEDS, "-f", "json").report
    assert [each["target"]["path"] for each in report["systems"]] == [f"{target}, WIN2K", f"{target}, WINNT"]
    assert [each["summary"]["missing"] for each in report["systems"]] == [0, 1]
    assert report["summary"]["missing"] == 1
    assert (report["report"], report["tool"]["name"]) == (1, "hotfixcheck")


@pytest.mark.parametrize(
    ("image", "family", "place"),
    [
        ("1", "Windows 2000", "WIN2K"),
        ("2", "Windows NT 4.0", "WINNT"),
        ("winnt", "Windows NT 4.0", "WINNT"),
    ],
)
def test_one_is_chosen(target: Path, image: str, family: str, place: str, run: Run) -> None:
    report = run("check", target, "-m", SEEDS, "-f", "json", "--image", image).report
    assert report["system"]["family"] == family
    assert report["target"]["path"] == f"{target}, {place}"


def test_one_that_is_not_there(target: Path, run: Run) -> None:
    outcome = run("check", target, "-m", SEEDS, "--image", "3")
    assert outcome.code == 3
    assert outcome.err == f"hotfixcheck: {target}: there is no Windows '3' in it (there is 1: WIN2K, 2: WINNT)\n"


def test_an_inventory_is_of_one(target: Path, tmp_path: Path, run: Run) -> None:
    outcome = run("inventory", target, "-o", tmp_path / "a.jsonl")
    assert outcome.code == 2
    assert "an inventory is about one Windows" in outcome.err
    assert f"choose with --image: 1: {target}, WIN2K; 2: {target}, WINNT" in outcome.err
    assert run("inventory", target, "-o", tmp_path / "a.jsonl", "--image", "WINNT").code == 0
    paths = [json.loads(line).get("file", "") for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert not [path for path in paths if "WIN2K" in path]
    assert "WINNT/system32/kernel32.dll" in paths


@pytest.mark.parametrize("option", ["--baseline", "--update-waivers"])
def test_a_baseline_is_of_one(target: Path, tmp_path: Path, option: str, run: Run) -> None:
    report, waivers = tmp_path / "report.json", tmp_path / "waivers.yaml"
    assert run("check", target, "-m", SEEDS, "-f", "json", "-o", report, "--image", "2").code == 1
    options = ["--baseline", report] if option == "--baseline" else ["--waivers", waivers, "--update-waivers"]
    outcome = run("check", target, "-m", SEEDS, *options)
    assert outcome.code == 2
    assert f"{option} is about one Windows, and the target holds several" in outcome.err
    assert not waivers.exists()
    assert run("check", target, "-m", SEEDS, *options, "--image", "2").code == 0


def test_a_waiver_that_one_of_them_needs_is_not_idle(target: Path, tmp_path: Path, run: Run) -> None:
    waivers = tmp_path / "waivers.yaml"
    run("check", target, "-m", SEEDS, "--waivers", waivers, "--update-waivers", "--image", "2")
    outcome = run("check", target, "-m", SEEDS, "-f", "json", "--waivers", waivers)
    assert (outcome.code, outcome.err) == (0, "")
    assert [each["idle_waivers"] for each in outcome.report["systems"]] == [[], []]
    assert outcome.report["summary"]["waived"] == 1


def test_identify_shows_each(target: Path, run: Run) -> None:
    out = run("identify", target).out
    assert out.index(f"{target}, WIN2K (drive root)") < out.index(f"{target}, WINNT (drive root)")
    assert out.startswith("tar archive, gzip\n\n") is (target.suffix == ".tar")
    told = run("identify", target, "-f", "json").report
    assert [each["system"]["family"] for each in told["systems"]] == ["Windows 2000", "Windows NT 4.0"]
    assert told["found"] == (["tar archive, gzip"] if target.suffix == ".tar" else [])


def test_every_format_has_room_for_each(target: Path, tmp_path: Path, run: Run) -> None:
    asked = [f"--report={name}={tmp_path / name}" for name in ReportFormat]
    outcome = run("check", target, "-m", SEEDS, "-q", *asked)
    assert outcome.out == (
        f"{target}, WIN2K: 5 articles: 0 missing, 0 indeterminate, 0 fixed, 5 not applicable.\n"
        f"{target}, WINNT: 5 articles: 1 missing, 1 indeterminate, 2 fixed, 1 not applicable.\n"
    )
    for name in set(ReportFormat) - {ReportFormat.TABLE}:  # which -q makes short
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "WIN2K" in text
        assert "WINNT" in text


def test_identify_numbers_them_as_image_takes_them(target: Path, run: Run) -> None:
    said = run("identify", target).out
    assert f"\n1: {target}, WIN2K (drive root)\n" in f"\n{said}"
    assert f"\n2: {target}, WINNT (drive root)\n" in said
    assert f"{target}, WINNT (drive root)" in run("identify", target, "--image", "2").out.splitlines()
