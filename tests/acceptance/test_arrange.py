"""`manifest arrange`: loose manifests into folders by product family, and the index."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from hotfixcheck.manifest.index import NAME
from tests.acceptance.conftest import SEEDS, Run


def test_arrange(tmp_path: Path, run: Run) -> None:
    for file in SEEDS.iterdir():
        shutil.copy(file, tmp_path)
    (tmp_path / "own").mkdir()
    shutil.copy(SEEDS / "Q246691.yaml", tmp_path / "own")
    outcome = run("manifest", "arrange", tmp_path)
    assert outcome.code == 0
    assert sorted(file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*.*")) == [
        NAME,
        "own/Q246691.yaml",
        "windows-nt/Q179827.yaml",
        "windows-nt/Q235425.yaml",
        "windows-nt/Q256149.yaml",
        "windows-server-2003/KB836769.yaml",
    ]
    index = (tmp_path / NAME).read_bytes()
    assert len(json.loads(index)["manifests"]) == 5
    assert run("manifest", "arrange", tmp_path).code == 0
    assert (tmp_path / NAME).read_bytes() == index


def test_a_bad_manifest_is_named_and_nothing_is_indexed(tmp_path: Path, run: Run) -> None:
    (tmp_path / "Q1.yaml").write_text("manifest: 2")
    outcome = run("manifest", "arrange", tmp_path)
    assert outcome.code == 3
    assert "Q1.yaml:1:11" in outcome.err
    assert not (tmp_path / NAME).exists()
    assert (tmp_path / "Q1.yaml").exists()
