"""`--waivers`, `--update-waivers`, `--baseline`, and the day on which they are looked at."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hotfixcheck.cli.app import app
from hotfixcheck.cli.output import OutputError
from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.errors import HotfixcheckError, ManifestError
from hotfixcheck.reports.baseline import BaselineError

SEEDS = str(Path(__file__).parents[2] / "manifests" / "seeds")
TODAY = {"SOURCE_DATE_EPOCH": "1780272000", "COLUMNS": "200"}  # 2026-06-01


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    return write_demo(tmp_path / "drive")


def check(drive: Path, *options: object, env: dict[str, str] = TODAY) -> Result:
    return CliRunner().invoke(app, ["check", str(drive), "-m", SEEDS, *map(str, options)], env=env)


def waivers(folder: Path, until: str, article: str = "Q246691") -> Path:
    file = folder / "waivers.yaml"
    entry = f"{{article: {article}, reason: why, who: me, until: {until}}}"
    file.write_text(f"waivers: 1\naccept:\n- {entry}\n")
    return file


def test_what_is_waived_does_not_fail_and_stays_visible(drive: Path, tmp_path: Path) -> None:
    outcome = check(drive, "--waivers", waivers(tmp_path, "2026-06-01"))
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert "Waived (1)\n  Q246691  The CreateRemoteThread API May Leak a Handle\n" in outcome.stdout
    assert "waived   until 2026-06-01 by me: why" in outcome.stdout
    assert "5 articles: 0 missing, 1 indeterminate, 1 waived, 2 fixed, 1 not applicable." in outcome.stdout


@pytest.mark.parametrize("quiet", [[], ["-q"]], ids=["", "quiet"])
def test_an_ended_waiver_fails_and_is_named(quiet: list[str], drive: Path, tmp_path: Path) -> None:
    file = waivers(tmp_path, "2026-05-31")
    outcome = check(drive, "--waivers", file, *quiet)
    assert outcome.exit_code == 1
    said = f"hotfixcheck: {file}:3: the waiver of Q246691 has ended: good until 2026-05-31, missing counts again\n"
    assert outcome.stderr == said


def test_a_waiver_that_is_not_needed_is_reported_and_does_not_fail(drive: Path, tmp_path: Path) -> None:
    file = waivers(tmp_path, "2027-01-01", "Q179827")
    outcome = check(drive, "--waivers", file, "--fail-on", "never")
    assert outcome.exit_code == 0
    assert outcome.stderr == f"hotfixcheck: {file}:3: the waiver of Q179827 is not needed: Q179827 is fixed\n"
    assert "Waivers that waive nothing (1)\n  Q179827  not needed: Q179827 is fixed\n" in outcome.stdout
    assert check(drive, "--waivers", file, "-q").stderr == ""
    assert check(drive, "--waivers", file, "--article", "Q246691").stderr == ""


def test_a_waiver_file_with_mistakes_stops_the_check(drive: Path, tmp_path: Path) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text("waivers: 1\naccept:\n- {article: Q1}\n")
    outcome = check(drive, "--waivers", file)
    assert isinstance(outcome.exception, ManifestError)
    assert f"hotfixcheck: {file}:3:3: accept[0].reason: missing, expected why the missing fix is accepted\n" in (
        outcome.stderr
    )
    assert outcome.stdout == ""


ABSENT: dict[str, tuple[str, type[HotfixcheckError], str]] = {
    "waivers": ("--waivers", ManifestError, "`hotfixcheck check --waivers FILE --update-waivers` writes one"),
    "baseline": ("--baseline", BaselineError, "`hotfixcheck check -f json` writes one"),
}


@pytest.mark.parametrize(("option", "error", "advice"), ABSENT.values(), ids=ABSENT)
def test_a_file_that_is_not_there_stops_the_check(
    option: str, error: type[HotfixcheckError], advice: str, drive: Path, tmp_path: Path
) -> None:
    outcome = check(drive, option, tmp_path / "no")
    assert isinstance(outcome.exception, error)
    assert str(outcome.exception) == f"{tmp_path / 'no'}: No such file or directory ({advice})"


def test_update_waivers_accepts_what_would_fail(drive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "J. Smith")
    file = tmp_path / "waivers.yaml"
    outcome = check(drive, "--waivers", file, "--update-waivers", "-q")
    assert outcome.exit_code == 0
    assert outcome.stderr == (
        "hotfixcheck: waivers: 1 added until 2026-08-30, 0 kept, 0 dropped; give each its reason\n"
    )
    assert file.read_text() == (
        "waivers: 1\naccept:\n- article: Q246691\n  reason: accepted as it was found on 2026-06-01\n"
        "  who: J. Smith\n  until: 2026-08-30\n"
    )
    assert check(drive, "--waivers", file).exit_code == 0
    assert check(drive, "--waivers", file, env={**TODAY, "SOURCE_DATE_EPOCH": "1790000000"}).exit_code == 1
    outcome = check(drive, "--waivers", file, "--update-waivers", "--fail-on", "indeterminate", "-q")
    assert outcome.exit_code == 0
    assert "1 added until 2026-08-30, 1 kept, 0 dropped" in outcome.stderr


def test_update_waivers_keeps_what_was_written_by_hand(drive: Path, tmp_path: Path) -> None:
    file = waivers(tmp_path, "2020-01-01")
    with file.open("a") as stream:
        stream.write("- {article: Q179827, reason: why, who: me, until: 2027-01-01}\n")
    outcome = check(drive, "--waivers", file, "--update-waivers", "-q")
    assert "0 added until 2026-08-30, 1 kept, 1 dropped" in outcome.stderr
    assert file.read_text() == (
        "waivers: 1\naccept:\n- article: Q246691\n  reason: why\n  who: me\n  until: 2026-08-30\n"
    )


@pytest.mark.parametrize("options", [["--article", "Q246691"], []], ids=["one article", "other manifests"])
def test_update_waivers_keeps_those_of_articles_that_are_not_judged(
    options: list[str], drive: Path, tmp_path: Path
) -> None:
    file = waivers(tmp_path, "2020-01-01", "Q256149" if options else "Q999999")
    outcome = check(drive, "--waivers", file, "--update-waivers", "-q", *options)
    assert "1 added until 2026-08-30, 0 kept, 0 dropped" in outcome.stderr
    assert [line for line in file.read_text().splitlines() if "article" in line or "until" in line] == [
        *("- article: Q246691", "  until: 2026-08-30"),
        *(f"- article: {'Q256149' if options else 'Q999999'}", "  until: 2020-01-01"),
    ]


def test_update_waivers_needs_a_place(drive: Path) -> None:
    outcome = check(drive, "--update-waivers")
    assert outcome.exit_code == 2
    assert "say with --waivers FILE where they go" in outcome.stderr


def test_waivers_are_not_written_if_a_report_cannot_be(
    drive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_replace(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", no_replace)
    outcome = check(drive, "--waivers", tmp_path / "w.yaml", "--update-waivers", "-o", tmp_path / "report")
    assert isinstance(outcome.exception, OutputError)
    assert not (tmp_path / "w.yaml").exists()


def test_a_user_without_a_name(drive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    check(drive, "--waivers", tmp_path / "w.yaml", "--update-waivers")
    assert "who: unknown\n" in (tmp_path / "w.yaml").read_text()


def test_a_baseline_fails_only_on_what_is_new(drive: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    check(drive, "-f", "json", "-o", before)
    outcome = check(drive, "--baseline", before)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert f"Nothing has changed since {before}\n" in outcome.stdout
    assert "1 missing (0 new)" in " ".join(outcome.stdout.split())
    values = json.loads(before.read_text())
    next(one for one in values["articles"] if one["article"] == "Q246691")["status"] = "fixed"
    before.write_text(json.dumps(values))
    outcome = check(drive, "--baseline", before)
    assert outcome.exit_code == 1
    assert "Q246691  fixed -> missing, new: WINNT/system32/kernel32.dll\n" in outcome.stdout
    found = json.loads(check(drive, "--baseline", before, "-f", "json").stdout)
    assert found["baseline"]["changes"][0]["new"] is True
    assert [one["article"] for one in found["articles"] if one["new"]] == ["Q246691"]
    assert check(drive, "--baseline", before, "--article", "Q235425").exit_code == 0


def test_a_baseline_of_another_product_is_told(drive: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    check(drive, "-f", "json", "-o", before, "--product", "Windows 2000 Server")
    outcome = check(drive, "--baseline", before)
    assert outcome.stderr == (
        f"hotfixcheck: {before}: this baseline is of Windows 2000 Server, the target is Windows NT Server 4.0\n"
    )


@pytest.mark.parametrize("given", ["yesterday", "9" * 30])
def test_a_day_that_is_none_is_wrong_usage(given: str, drive: Path) -> None:
    outcome = check(drive, env={**TODAY, "SOURCE_DATE_EPOCH": given})
    assert outcome.exit_code == 2
    assert "is no number of seconds since 1970" in outcome.stderr


def test_a_report_tells_the_day_that_is_given_and_no_other(drive: Path, tmp_path: Path) -> None:
    file = waivers(tmp_path, "2026-01-01")
    clock = {"SOURCE_DATE_EPOCH": ""}

    def page(*options: str, env: dict[str, str]) -> str:
        return check(drive, "-f", "html", *options, env=env).stdout

    assert "<dd>2026-06-01 00:00 UTC</dd>" not in page(env=TODAY)
    assert "<dd>2026-06-01</dd>" in page(env=TODAY)
    assert "<dd>2026-01-01 14:30 UTC</dd>" in page("--date", "2026-01-01T14:30", env=TODAY)
    assert "so that the same files always make the same report" in page(env=clock)
    assert check(drive, "--waivers", file, "--date", "2026-01-01", env=clock).exit_code == 0
    assert check(drive, "--waivers", file, "--date", "2026-01-02", env=clock).exit_code == 1
    assert check(drive, "--date", "yesterday").exit_code == 2


def test_without_the_environment_it_is_today(drive: Path, tmp_path: Path) -> None:
    env = {"SOURCE_DATE_EPOCH": ""}
    assert check(drive, "--waivers", waivers(tmp_path, "9999-01-01"), env=env).exit_code == 0
    assert check(drive, "--waivers", waivers(tmp_path, "2026-01-01"), env=env).exit_code == 1
