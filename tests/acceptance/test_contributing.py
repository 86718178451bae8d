"""What CONTRIBUTING says a developer has to do is enough."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from hotfixcheck.demo.nt4 import write_demo
from tests.acceptance.conftest import SEEDS

ROOT = Path(__file__).parents[2]


def test_the_format_it_adds_works(tmp_path: Path) -> None:
    recipe = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipe = recipe.partition("<!-- format -->")[2].partition("<!-- /format -->")[0]
    module, line = re.findall(r"```python\n(.*?)```", recipe, re.DOTALL)
    assert len(module.splitlines()) <= 20
    shutil.copytree(ROOT / "hotfixcheck", tmp_path / "hotfixcheck", ignore=shutil.ignore_patterns("__pycache__"))
    reports = tmp_path / "hotfixcheck" / "reports"
    (reports / "lines.py").write_text(module, encoding="utf-8")
    registry = (reports / "__init__.py").read_text(encoding="utf-8")
    with_format = registry.replace('    JSON = "json"\n', f'    JSON = "json"\n{line}')
    assert with_format != registry
    (reports / "__init__.py").write_text(with_format, encoding="utf-8")
    drive = write_demo(tmp_path / "drive")
    done = subprocess.run(
        [sys.executable, "-m", "hotfixcheck", "check", drive, "-m", SEEDS, "-f", "lines"],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )
    assert (done.returncode, done.stdout) == (1, "Q246691 WINNT/system32/kernel32.dll\n"), done.stderr
