"""The wheel holds what an installed hotfixcheck needs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(REPOSITORY)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_the_catalogue_and_its_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    seeds = {f"hotfixcheck/manifest/shipped/seeds/{file.name}" for file in (REPOSITORY / "manifests/seeds").iterdir()}
    assert seeds <= names
    assert {"hotfixcheck/py.typed", "hotfixcheck/reports/report.schema.json"} <= names
    assert {f"hotfixcheck/reports/page/report.{kind}" for kind in ("html", "css", "js")} <= names
    assert [name for name in names if name.endswith(".data/data/share/man/man1/hotfixcheck.1")]
    assert not [name for name in names if name.startswith("tests")]


def test_the_wheel_checks_by_its_own_catalogue(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "hotfixcheck", "demo"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    assert b"5 articles: 1 missing, 1 indeterminate, 2 fixed, 1 not applicable." in done.stdout
