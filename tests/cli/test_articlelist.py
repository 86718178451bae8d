"""`--article-list`: required articles as people keep them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from hotfixcheck.cli.app import app
from hotfixcheck.cli.articlelist import listed
from hotfixcheck.demo.nt4 import write_demo

SEEDS = str(Path(__file__).parents[2] / "manifests" / "seeds")
LISTS: dict[str, bytes] = {
    "one a line": b"Q246691\nKB836769\n",
    "several a line": b"Q246691, KB836769",
    "remarks and blank lines": b"# required since 2003\r\n\r\nQ246691 # the vendor says so\r\n  KB836769\r\n",
    "as Notepad saves it": "Q246691\r\nKB836769\r\n".encode("utf-16"),
    "with a byte order mark": b"\xef\xbb\xbfQ246691;KB836769",
}


@pytest.mark.parametrize("data", LISTS.values(), ids=LISTS)
def test_a_list(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(data)
    assert listed(tmp_path / "list.txt") == ["Q246691", "KB836769"]


WRONG: dict[str, tuple[bytes | None, str]] = {
    "missing": (None, "list.txt: No such file or directory"),
    "empty": (b"# nothing yet\n", "list.txt: there is no article in it"),
    "another word": (b"Q246691\nkernel32.dll\n", "list.txt:2: 'kernel32.dll' is not an article number such as Q256149"),
    "far too long": (b"Q246691\n" * 140_000, "list.txt: it is too long for a list of articles"),
}


@pytest.mark.parametrize(("data", "said"), WRONG.values(), ids=WRONG)
def test_a_list_that_cannot_be_used(data: bytes | None, said: str, tmp_path: Path) -> None:
    if data is not None:
        (tmp_path / "list.txt").write_bytes(data)
    with pytest.raises(typer.BadParameter) as refused:
        listed(tmp_path / "list.txt")
    assert said in str(refused.value)


def test_only_what_is_listed_is_judged(tmp_path: Path) -> None:
    drive = write_demo(tmp_path / "drive")
    (tmp_path / "list.txt").write_text("Q246691\nQ179827\n")
    options = ["--article-list", str(tmp_path / "list.txt"), "--article", "Q235425", "-m", SEEDS, "-f", "json"]
    outcome = CliRunner().invoke(app, ["check", str(drive), *options])
    assert [one["article"] for one in json.loads(outcome.stdout)["articles"]] == ["Q179827", "Q235425", "Q246691"]


def test_every_article_without_a_manifest_is_named(tmp_path: Path) -> None:
    drive = write_demo(tmp_path / "drive")
    (tmp_path / "list.txt").write_text("Q246691\nQ1\nQ2\nQ1\n")
    outcome = CliRunner().invoke(
        app, ["check", str(drive), "--article-list", str(tmp_path / "list.txt"), "-m", SEEDS], env={"COLUMNS": "500"}
    )
    assert outcome.exit_code == 2
    assert outcome.stderr.count("there is no manifest of Q1;") == 1
    assert "there is no manifest of Q2;" in outcome.stderr
