"""Runs the command as a user would, and a fork of it where that shows the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.forks import Forks


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


TIMEOUT = 300
"""Seconds: a bound against hangs, also where other tests have the cores; a run takes one or two."""


def start(*arguments: object, env: dict[str, str] | None = None) -> Outcome:
    """The installed command in an interpreter of its own, as a user starts it."""
    done = subprocess.run(
        [COMMAND, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
        env=env,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@contextmanager
def started(*arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """The installed command while it runs, in pipes, killed at the end of the `with`; SIGINT reaches it.

    A shell's background jobs ignore SIGINT, and so would all that they start; a handler is not inherited.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            [COMMAND, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        try:
            yield process
        finally:
            process.kill()


def until(done: Callable[[], object]) -> None:
    """Waits until `done` gives something true; fails after a time that only what hangs takes."""
    end = time.monotonic() + TIMEOUT
    while not done():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.01)


@pytest.fixture(scope="session", name="start")
def _start() -> Run:
    """`start("check", folder)`: for what the start itself, or another interpreter's order of sets, can change."""
    return start


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`run("check", folder)`: the exit code and what the command wrote, by a fork where the system has them."""
    if not Forks.possible:
        return start
    forks = Forks(tmp_path_factory.mktemp("forks"))

    def call(*arguments: object, env: dict[str, str] | None = None) -> Outcome:
        if env is not None:  # the interpreter itself may read it
            return start(*arguments, env=env)
        return Outcome(*forks.run([str(each) for each in arguments], TIMEOUT))

    return call
