"""An atheris target over every reader: on any bytes there are facts or one error, and both readers of PE files agree.

    python -m tests.fuzz.fuzz_readers [CORPUS_FOLDER] [libFuzzer's options, such as -max_total_time=60]
    python -m tests.fuzz.fuzz_readers --mutants 100000

The second needs no atheris: so many mutants of the seeds, then the slowest one by `seconds_of` and the memory that was
taken. Neither is collected by pytest; tests/fuzz/test_mutants.py is a bounded run.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
import time
from pathlib import Path

from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.readers import read_facts
from hotfixcheck.readers.facts import FileFacts, Reader
from tests.build.sources import BytesSource
from tests.fuzz.mutation import mutant
from tests.fuzz.seeds import SEEDS

LONGEST = 0.1
"""Seconds of the processor: no input may take more."""

SLOW = 0.005
"""Seconds: what took longer is read again, to know whether it was the input."""


class DisagreementError(AssertionError):
    """The strict path and pefile do not say the same of a file."""


def answer(data: bytes, reader: Reader) -> FileFacts | str:
    try:
        return read_facts(BytesSource(data), "a.dll", reader)
    except UnreadableFileError as error:
        return error.problem


def one_input(data: bytes) -> None:
    """What is tried with each input; any exception is a finding."""
    strict, by_pefile = (answer(data, reader) for reader in Reader)
    if strict != by_pefile:
        raise DisagreementError(f"{strict} is not {by_pefile}")


def fuzz(arguments: list[str]) -> None:
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        print("skipped: atheris is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, data in SEEDS.items():
            (Path(folder) / name.replace(" ", "-")).write_bytes(data)
        atheris.instrument_all()
        atheris.Setup([*arguments, folder], one_input)
        atheris.Fuzz()


def seconds_of(data: bytes) -> float:
    """What the strict path, with pefile behind it, takes for a file: of the processor, the least of several times.

    A clock on the wall counts what else the machine does, and even processor time has the imports that the first file
    of its kind makes, and the collection of what the files before left behind. None of that comes again with the same
    input; what an input itself costs does. So what took long is read again, and the least is the input's own.
    """
    taken = [_processor_time(data)]
    while taken[0] > SLOW and len(taken) < 3:
        taken.append(_processor_time(data))
    return min(taken)


def _processor_time(data: bytes) -> float:
    before = time.thread_time()
    answer(data, Reader.STRICT)
    return time.thread_time() - before


def run_mutants(count: int) -> None:
    import resource  # which Windows has not, and the bounded run needs not

    slowest, which, answered = 0.0, 0, dict.fromkeys(Reader, 0)
    start = time.perf_counter()
    for number in range(count):
        data = mutant(number)
        one_input(data)
        taken = seconds_of(data)
        if taken > slowest:
            slowest, which = taken, number
        said = answer(data, Reader.STRICT)
        if isinstance(said, FileFacts) and said.reader:
            answered[said.reader] += 1
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count:,} mutants in {time.perf_counter() - start:,.0f} s: no crash, no disagreement")
    print(f"slowest: number {which}, {slowest * 1000:.1f} ms; memory of the whole run: {memory:.0f} MB")
    print(", ".join(f"{reader}: {number:,}" for reader, number in answered.items()), "answered with facts of a PE file")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--mutants"]:
        run_mutants(int(sys.argv[2]))
    else:
        fuzz(sys.argv)
