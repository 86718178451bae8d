"""`--systeminfo`: a system judged by what it printed of itself, alone and beside its files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hotfixcheck.demo.nt4 import write_demo
from tests.acceptance.conftest import Run

MANIFESTS = {
    "listed": """
manifest: 1
article: KB958644
title: A fix that is listed
applies_to: [Microsoft Windows XP Professional]
fixes:
- kind: files
  files:
  - {name: Netapi32.dll, version: 5.1.2600.3462}
""",
    "not listed": """
manifest: 1
article: KB958645
title: A fix that is not listed
applies_to: [Microsoft Windows XP Professional]
fixes:
- kind: files
  files:
  - {name: Example.dll, version: 5.1.2600.3462}
""",
    "in a service pack": """
manifest: 1
article: KB958646
title: A fix that the service pack has
applies_to: [Microsoft Windows XP Professional]
fixes:
- kind: service_pack
  product: Windows XP
  service_pack: SP3
- kind: files
  files:
  - {name: Example.dll, version: 5.1.2600.3462}
""",
    "in a later service pack": """
manifest: 1
article: KB958647
title: A fix that only a later service pack has
applies_to: [Microsoft Windows XP Professional]
fixes:
- kind: service_pack
  product: Windows XP
  service_pack: SP4
""",
    "in a later service pack, and listed": """
manifest: 1
article: KB958648
title: A fix of a later service pack, installed before it
applies_to: [Microsoft Windows XP Professional]
fixes:
- kind: service_pack
  product: Windows XP
  service_pack: SP4
""",
    "of another Windows": """
manifest: 1
article: KB958649
title: A fix for another Windows
applies_to: [Microsoft Windows 2000 Server]
fixes:
- kind: files
  files:
  - {name: Example.dll, version: 5.0.2195.9}
""",
    "of an application": """
manifest: 1
article: KB958650
title: A fix for Exchange
applies_to: ["Microsoft Exchange Server, version 5.5"]
fixes:
- kind: files
  files:
  - {name: Store.exe, version: 5.5.2652.0}
""",
}
LIST = """
Betriebssystemname:     Microsoft Windows XP Professional
Betriebssystemversion:  5.1.2600 Service Pack 3 Build 2600
Systemtyp:              X86-basierter PC
Hotfix(e):              2 Hotfix(e) installiert.
                        [01]: KB958644 - Update
                        [02]: KB958648 - Update
"""


@pytest.fixture
def manifests(tmp_path: Path) -> Path:
    folder = tmp_path / "manifests"
    folder.mkdir()
    for number, text in enumerate(MANIFESTS.values()):
        (folder / f"{number}.yaml").write_text(text.lstrip())
    return folder


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    file = tmp_path / "systeminfo.txt"
    file.write_text(LIST, encoding="utf-16")
    return file


def report(text: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def test_without_files_the_list_is_the_evidence(manifests: Path, listing: Path, run: Run) -> None:
    outcome = run("check", "--systeminfo", listing, "-m", manifests, "-f", "json")
    said = report(outcome.out)
    found = {each["article"]: (each["status"], each["reason"]) for each in said["articles"]}
    assert outcome.code == 1
    assert {article: status for article, (status, _) in found.items()} == {
        "KB958644": "fixed",
        "KB958645": "indeterminate",
        "KB958646": "fixed",
        "KB958647": "missing",
        "KB958648": "fixed",
        "KB958649": "not-applicable",
        "KB958650": "not-applicable",
    }
    assert "the system says installed (listed in" in found["KB958644"][1]
    assert "the files are out of reach" in found["KB958645"][1]
    assert said["target"]["kind"] == "a system's list of itself"
    assert said["system"]["product"] == "Windows XP Professional"


def test_beside_a_target_its_files_are_believed(tmp_path: Path, run: Run) -> None:
    drive = write_demo(tmp_path / "drive")
    text = "OS Name: Microsoft Windows NT Server 4.0\nOS Version: 4.0.1381 Service Pack 5 Build 1381\n[01]: Q246009\n"
    (tmp_path / "own.txt").write_text(text)
    outcome = run("identify", drive, "--systeminfo", tmp_path / "own.txt", "-f", "json")
    assert outcome.code == 0
    said = report(outcome.out)
    assert said["system"]["service_pack"] == "SP6"
    assert "says service pack SP5, the target SP6, which is believed" in [each["problem"] for each in said["problems"]]
    assert "Q246009" in run("identify", drive, "--systeminfo", tmp_path / "own.txt").out


def test_a_list_of_another_windows_is_not_used(tmp_path: Path, listing: Path, run: Run) -> None:
    drive = write_demo(tmp_path / "drive")
    outcome = run("identify", drive, "--systeminfo", listing, "-f", "json")
    said = report(outcome.out)
    assert said["system"]["product"] == "Windows NT Server 4.0"
    assert any("it is not used" in each["problem"] for each in said["problems"])


def test_identify_by_the_list_alone(listing: Path, run: Run) -> None:
    outcome = run("identify", "--systeminfo", listing)
    assert outcome.code == 0
    assert "Windows XP Professional, SP3, build 2600, x86" in outcome.out
    assert "Fixes installed by the system's own list (2)" in outcome.out


@pytest.mark.parametrize("command", ["check", "identify"])
def test_neither_target_nor_list(command: str, run: Run) -> None:
    outcome = run(command, "-f", "json")
    assert outcome.code == 2
    assert "TARGET" in outcome.err
    assert "--systeminfo" in outcome.err


def test_a_file_that_cannot_be_used(tmp_path: Path, run: Run) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    long = tmp_path / "long.txt"
    long.write_bytes(b"x" * ((4 << 20) + 1))
    program = tmp_path / "program.txt"
    program.write_bytes(b"MZ\0This program needs Windows NT.\r\n")
    cases = (
        (empty, "no Windows version"),
        (long, "too long"),
        (tmp_path / "none.txt", "No such file"),
        (program, "it is no text"),
    )
    for file, said in cases:
        outcome = run("check", "--systeminfo", file)
        assert outcome.code == 3
        assert said in outcome.err
        assert str(file) in outcome.err.replace("\n", "")
