"""`export oval` through the installed command, and what OpenSCAP makes of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from hotfixcheck.demo.nt4 import write_demo
from tests.acceptance.conftest import SEEDS, Run

OVAL = "http://oval.mitre.org/XMLSchema/oval-definitions-5"
needs_openscap = pytest.mark.skipif(
    shutil.which("oscap") is None, reason="oscap is not installed (Debian: openscap-scanner)"
)


@pytest.fixture(scope="module")
def nt4(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("system"))


def test_each_article_has_a_pair_of_definitions(run: Run) -> None:
    done = run("export", "oval", "definitions", "-m", SEEDS, "--article", "Q246691")
    assert done.code == 0, done.err
    definitions = ET.fromstring(done.out).findall(f".//{{{OVAL}}}definition")
    titles = [each.findtext(f".//{{{OVAL}}}title") or "" for each in definitions]
    assert [title.partition(":")[0] for title in titles if title.startswith("Q")] == [
        "Q246691 (alpha) applies to this system",
        "Q246691 (alpha) should be installed",
        "Q246691 (x86) applies to this system",
        "Q246691 (x86) should be installed",
    ]


@needs_openscap
def test_openscap_says_what_check_says(run: Run, nt4: Path, tmp_path: Path) -> None:
    definitions, characteristics = tmp_path / "definitions.xml", tmp_path / "characteristics.xml"
    assert run("export", "oval", "definitions", "-m", SEEDS, "-o", definitions).code == 0
    assert run("export", "oval", "characteristics", nt4, "-m", SEEDS, "-o", characteristics).code == 0
    for option, file in (("--definitions", definitions), ("--syschar", characteristics)):
        done = subprocess.run(
            ["oscap", "oval", "validate", option, file], capture_output=True, timeout=300, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")
    results = tmp_path / "results.xml"
    subprocess.run(
        ["oscap", "oval", "analyse", "--results", results, definitions, characteristics],
        capture_output=True,
        timeout=300,
        check=True,
    )
    system = ET.parse(results).getroot().find("{*}results/{*}system/{*}definitions")
    assert system is not None
    said = {each.attrib["definition_id"].rpartition(":")[2]: each.attrib["result"] for each in system}
    patch = {"Q179827": "17982702", "Q235425": "23542502", "Q246691": "24669102", "Q256149": "25614902"}
    of_verdict = {"fixed": "false", "missing": "true", "indeterminate": "unknown"}
    judged = run("check", nt4, "-m", SEEDS, "-f", "json").statuses
    assert {article: said[number] for article, number in patch.items()} == {
        article: of_verdict[judged[article]] for article in patch
    }
    assert {result for number, result in said.items() if number.startswith("836769")} == {"false"}


def test_what_oval_cannot_say_is_counted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "Q1.yaml").write_text(
        "manifest: 1\narticle: Q1\ntitle: A fix of Word\napplies_to:\n- Microsoft Word 97 for Windows\n"
        "fixes:\n- kind: files\n  files:\n  - {name: winword.exe, version: 8.0.0.5000}\n",
        encoding="utf-8",
    )
    done = run("export", "oval", "definitions", "-m", tmp_path)
    assert done.code == 2
    assert "products other than" in done.err
    done = run("export", "oval", "definitions", "-m", tmp_path, "-m", SEEDS, "-o", tmp_path / "out.xml")
    assert (done.code, done.err) == (0, "hotfixcheck: 1 article left out: products other than Windows\n")
    assert (tmp_path / "out.xml").is_file()


def test_the_same_manifests_give_the_same_bytes(start: Run, nt4: Path) -> None:
    for what in (["definitions"], ["characteristics", nt4]):
        first, second = (start("export", "oval", *what, "-m", SEEDS).out for _ in range(2))
        assert first == second


def test_hostile_text_leaves_the_document_whole(run: Run, tmp_path: Path) -> None:
    (tmp_path / "Q1.yaml").write_text(
        'manifest: 1\narticle: Q1\ntitle: "]]> <x/> & \\"quoted\\""\nfixes:\n'
        '- kind: files\n  files:\n  - {name: "a<b>&\'.dll", version: 4.0.1381.5}\n',
        encoding="utf-8",
    )
    done = run("export", "oval", "definitions", "-m", tmp_path)
    assert done.code == 0, done.err
    names = [each.text for each in ET.fromstring(done.out).iter(f"{{{OVAL}#windows}}filename")]
    assert set(names) == {"a<b>&'.dll"}


def test_a_target_without_windows_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    done = run("export", "oval", "characteristics", tmp_path, "-m", SEEDS)
    assert done.code == 3
    assert "no Windows here" in done.err


def test_characteristics_are_of_one_windows(run: Run, tmp_path: Path) -> None:
    for name in ("WINNT", "WINNT.OLD"):
        write_demo(tmp_path / name)
        (tmp_path / name / "WINNT").rename(tmp_path / "drive.tmp")
        (tmp_path / name).rmdir()
        (tmp_path / "drive.tmp").rename(tmp_path / name)
    done = run("export", "oval", "characteristics", tmp_path, "-m", SEEDS)
    assert done.code == 2
    assert "choose with --image" in done.err
    assert run("export", "oval", "characteristics", tmp_path, "-m", SEEDS, "--image", "1").code == 0
