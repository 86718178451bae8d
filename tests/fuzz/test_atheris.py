"""A bounded run of the fuzzer that is guided by coverage; fuzz_readers.py says how to run it at length."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

RUNS = 10_000


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this system")
def test_a_bounded_run_finds_nothing(tmp_path: Path) -> None:
    """An input that takes 30 seconds or 512 MB is a finding too; libFuzzer writes it to the folder of the test."""
    limits = [
        f"-runs={RUNS}",
        "-max_total_time=30",
        "-timeout=30",
        "-rss_limit_mb=512",
        f"-artifact_prefix={tmp_path}/",
    ]
    command = [sys.executable, "-m", "tests.fuzz.fuzz_readers", *limits, "-print_final_stats=1"]
    # A peak of memory outlives exec: of a command that the tests' own process starts it would be theirs.
    command = ["sh", "-c", '"$@"; exit $?', "sh", *command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    assert "stat::number_of_executed_units" in done.stderr
    assert list(tmp_path.iterdir()) == []
