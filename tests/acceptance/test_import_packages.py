"""`hotfixcheck import` of update packages, and `check` by what they made."""

from __future__ import annotations

import json
from pathlib import Path

from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.manifest.catalogue import load_file
from tests.acceptance.conftest import SEEDS, Run
from tests.build.packages import KERNEL, package


def test_a_package_makes_a_manifest_and_is_held_against_the_catalogue(tmp_path: Path, run: Run) -> None:
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages/Q246691i.exe").write_bytes(package({"kernel32.dll": KERNEL, "hotfix.exe": KERNEL}))
    (tmp_path / "packages/readme.txt").write_bytes(b"text")
    outcome = run("import", tmp_path / "packages", "-o", tmp_path / "made", "--report", tmp_path / "report.json")
    assert outcome.code == 0
    assert [file.name for file in (tmp_path / "made").iterdir()] == ["Q246691.package.yaml"]
    assert (tmp_path / "made/Q246691.package.yaml").read_text().startswith("manifest: 1\narticle: Q246691\n")
    report = json.loads((tmp_path / "report.json").read_text())
    (article,) = report["articles"]
    assert (article["layout"], article["result"], article["rows"]) == ("update package", "manifest", 1)
    assert article["differences"] == []

    drive = write_demo(tmp_path / "drive")
    checked = run("check", drive, "-m", tmp_path / "made", "-f", "json")
    assert checked.code == 1
    (file,) = checked.article("Q246691")["files"]
    assert file["required"]["link_time"] == "1999-11-18T15:00:00"
    assert file["reason"] == "version 4.0.1381.335 is older than 4.0.1381.7029"
    (drive / "WINNT/system32/kernel32.dll").write_bytes(KERNEL)
    assert run("check", drive, "-m", tmp_path / "made").code == 0


def test_differences_to_the_catalogue_are_named(tmp_path: Path, run: Run) -> None:
    other = build_pe(version="4.0.1381.7029", name="kernel32", size=20_000)
    (tmp_path / "Q246691i.exe").write_bytes(package({"kernel32.dll": other, "ntdll.dll": other}))
    outcome = run("import", tmp_path / "Q246691i.exe", "-o", tmp_path / "made")
    assert outcome.code == 0
    where = f"hotfixcheck: {tmp_path}/Q246691i.exe: not as in Q246691: "
    assert f"{where}kernel32.dll (x86): 20,000 bytes, the article says 375,056\n" in outcome.err
    assert f"{where}ntdll.dll: the article does not list it\n" in outcome.err


def test_a_package_that_is_none(tmp_path: Path, run: Run) -> None:
    (tmp_path / "Q246691i.exe").write_bytes(b"MZ")
    outcome = run("import", tmp_path / "Q246691i.exe", "-o", tmp_path / "made", "--strict")
    assert outcome.code == 1
    assert "not understood: there is no file to judge by in it" in outcome.err


def test_of_two_packages_of_one_article_neither_is_lost_nor_taken_for_the_article(tmp_path: Path, run: Run) -> None:
    for name in ("KB999999-a.exe", "KB999999-b.exe"):
        (tmp_path / name).write_bytes(package({f"{name[9]}.dll": KERNEL, "both.dll": KERNEL}))
    outcome = run("import", tmp_path, "-o", tmp_path / "made", "--report", tmp_path / "report.json")
    assert outcome.code == 0
    assert "not as in" not in outcome.err
    assert json.loads((tmp_path / "report.json").read_text())["summary"]["packages"] == 2
    (file,) = (tmp_path / "made").iterdir()
    made = load_file(file)
    assert made.title == "Files of KB999999-a.exe, KB999999-b.exe"
    assert [row.name for row in made.rows()] == ["a.dll", "b.dll", "both.dll"]


ARTICLE = (SEEDS / "Q246691.yaml").read_text()


def test_an_article_and_its_package_do_not_compete(tmp_path: Path, run: Run) -> None:
    """The article's manifest stays what it is, the package's stands beside it, and what differs is told."""
    made = tmp_path / "made"
    made.mkdir()
    (made / "Q246691.yaml").write_text(ARTICLE)
    other = build_pe(version="4.0.1381.7029", name="kernel32", size=20_000)
    files = {"kernel32.dll": other, **{f"extra{number}.dll": other for number in range(9)}}
    (tmp_path / "Q246691i.exe").write_bytes(package(files))
    outcome = run("import", tmp_path / "Q246691i.exe", "-o", made)
    assert outcome.code == 0
    assert "kernel32.dll (x86): 20,000 bytes, the article says 375,056" in outcome.err
    assert (made / "Q246691.yaml").read_text() == ARTICLE
    assert len(list(load_file(made / "Q246691.package.yaml").rows())) == 10

    drive = write_demo(tmp_path / "drive")
    reports = {
        name: run("check", drive, "-f", "json", *(part for source in sources for part in ("-m", source)))
        for name, sources in {
            "article": [made / "Q246691.yaml"],
            "both": [made],
            "package first": [made / "Q246691.package.yaml", made / "Q246691.yaml"],
            "package": [made / "Q246691.package.yaml"],
        }.items()
    }
    assert {name: outcome.err for name, outcome in reports.items()} == dict.fromkeys(reports, "")
    assert reports["both"].out == reports["package first"].out == reports["article"].out
    assert reports["package"].article("Q246691")["title"] == "Files of Q246691i.exe"
    linted = run("manifest", "lint", made)
    assert (linted.code, linted.out) == (0, "")


def test_arranged_the_articles_manifest_counts(tmp_path: Path, run: Run) -> None:
    made = tmp_path / "made"
    made.mkdir()
    (made / "Q246691.yaml").write_text(ARTICLE)
    (made / "Q246691.package.yaml").write_text(ARTICLE)
    (made / "Q999999.package.yaml").write_text(ARTICLE.replace("Q246691", "Q999999"))
    assert run("manifest", "arrange", made).code == 0
    files = sorted(path.name for path in made.rglob("*.yaml"))
    assert files == ["Q246691.package.yaml", "Q246691.yaml", "Q999999.package.yaml"]
