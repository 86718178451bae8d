"""Whole processes, timed in turn with a peer: ratios hold where the machine's speed drifts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

COMMAND = str(Path(sys.executable).with_name("hotfixcheck"))
PASS = (sys.executable, "-c", "pass")


@dataclass(frozen=True)
class Runs:
    """Seconds on the clock and of the processor of each run, and the peak memory in MB."""

    seconds: tuple[float, ...]
    processor: tuple[float, ...]
    memory: float

    @property
    def median(self) -> float:
        return median(self.seconds)


def measure(commands: Sequence[Sequence[str]], runs: int = 9) -> list[Runs]:
    """Each command `runs` times, in turn, after one warm-up."""
    seconds: list[list[float]] = [[] for _ in commands]
    processor: list[list[float]] = [[] for _ in commands]
    memory = [0.0] * len(commands)
    for turn in range(runs + 1):
        for index, command in enumerate(commands):
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, _, used = os.wait4(process.pid, 0)
            elapsed = time.perf_counter() - start
            process.returncode = 0  # reaped above
            if turn:
                seconds[index].append(elapsed)
                processor[index].append(used.ru_utime + used.ru_stime)
                memory[index] = max(memory[index], used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024))
    return [
        Runs(tuple(on_clock), tuple(of_processor), peak)
        for on_clock, of_processor, peak in zip(seconds, processor, memory, strict=True)
    ]


def show(name: str, runs: Runs, peer: str, against: Runs) -> None:
    """One line: the median, the difference and the ratio to the peer's, the peak memory."""
    difference, ratio = runs.median - against.median, runs.median / against.median
    print(
        f"{name:<44} {runs.median * 1000:7.0f} ms  {difference * 1000:+7.0f} ms, {ratio:6.2f} x {peer:<16}"
        f" {runs.memory:5.0f} MB"
    )
