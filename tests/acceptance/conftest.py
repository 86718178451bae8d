"""Runs the installed command as a user would."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    def article(self, article: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in self.report["articles"] if one["article"] == article)
        return found

    @property
    def statuses(self) -> dict[str, str]:
        return {one["article"]: one["status"] for one in self.report["articles"]}


Run = Callable[..., Outcome]

SEEDS = Path(__file__).parents[2] / "manifests" / "seeds"
COMMAND = Path(sysconfig.get_path("scripts")) / ("hotfixcheck.exe" if os.name == "nt" else "hotfixcheck")


@pytest.fixture(scope="session")
def run() -> Run:
    """`run("check", folder)`: the exit code and what the command wrote."""

    def call(*arguments: object, env: dict[str, str] | None = None) -> Outcome:
        done = subprocess.run(
            [COMMAND, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            env=env,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return call
