"""Reading the versions of a folder of executables, against the bare system calls, pefile, LIEF and exiftool.

    python -m benchmarks.scan [FOLDER] [--runs N] [--growth]

FOLDER, or $HOTFIXCHECK_PE_CORPUS, has real files; without it some are built. All are read in turn, each in a process
of its own, and the medians compared: of the processor's time, so that what else the machine does counts little, and of
the clock's where the disk is waited for. --growth adds `inventory` of 1,000, 10,000 and 100,000 built files.

Which Python it is matters: on a CPython built without profile-guided optimisation (a plain ./configure), hotfixcheck
takes some 10 to 15 % longer than on Debian's, and pefile too; LIEF, which is C++, does not.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.measuring import COMMAND, Runs, measure
from benchmarks.peers import DROP_CACHES, PAGE, PEERS, QUICK
from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.readers import read_facts
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.tree import ByteSource

BUILT = 1000
GROWTH = (1_000, 10_000, 100_000)
SLOW = {"pefile, full": 20, "pefile, resources": 4, "exiftool": 1}
"""Of so many files these read one; what is printed is by file."""

BARS = {"LIEF, resources": 40, "pefile, best form": 25}
"""How many times faster hotfixcheck is to be."""


@dataclass(frozen=True)
class Peer:
    """A way of reading, how many files it is given, and the command that prints its seconds."""

    name: str
    files: int
    command: Sequence[str]
    prints: bool = True


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder
        if folder is None or not folder.is_dir():
            folder = built(Path(scratch) / "built", BUILT)
            print(f"{BUILT:,} built files: HOTFIXCHECK_PE_CORPUS may name a folder of real ones")
        files = _executables(folder)
        size = sum((folder / file).stat().st_size for file in files)
        python = f"{platform.python_implementation()} {platform.python_version()}"
        print(f"{len(files):,} files, {size / 1e6:,.0f} MB; {python}; {options.runs} runs of each in turn, medians")
        peers = _peers(folder, files, Path(scratch))
        print("\nwarm, processor time")
        _compare(peers, options.runs)
        print("\ncold, time on the clock")
        if os.access(DROP_CACHES, os.W_OK):
            quick = [peer for peer in peers if peer.name in {*QUICK, *BARS}]
            _compare(quick, min(options.runs, 5), "cold")
        else:
            print(f"{DROP_CACHES} cannot be written to, so the page cache stays: not measured")
        print("\n`inventory`, processor time, output included, start-up taken off")
        _whole_command(folder, files, Path(scratch), options.runs)
        if options.growth:
            print("\ngrowth of `inventory`, built files")
            for count in GROWTH:
                _whole_command(grown := built(Path(scratch) / str(count), count), _executables(grown), Path(scratch), 3)


def _options() -> argparse.Namespace:
    default = os.environ.get("HOTFIXCHECK_PE_CORPUS")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(default) if default else None)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--growth", action="store_true")
    return parser.parse_args()


def built(folder: Path, count: int) -> Path:
    """A folder of `count` files that differ, as those of a system do, in version, name and description."""
    for number in range(count):
        place = folder / f"folder{number // 1000:03}" / f"file{number:06}.dll"
        place.parent.mkdir(parents=True, exist_ok=True)
        version = f"5.2.{3000 + number % 7}.{number % 60_000}"
        strings = {
            "CompanyName": "Contoso Corporation",
            "FileDescription": f"Component number {number} of a system",
            "FileVersion": f"{version} (build.{number % 300})",
            "InternalName": place.stem,
            "LegalCopyright": "\N{COPYRIGHT SIGN} Contoso Corporation. All rights reserved.",
            "OriginalFilename": place.name,
            "ProductName": "Contoso\N{REGISTERED SIGN} Operating System",
            "ProductVersion": version,
        }
        place.write_bytes(build_pe(version=version, strings=strings))
    return folder


def _executables(folder: Path) -> list[str]:
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                if file.read(2) == b"MZ":
                    found.append(str(path.relative_to(folder)))
    return found


def _write_list(listed: Path, folder: Path, files: list[str]) -> None:
    """A list as peers.py takes it. The resources of a file that has them in its head count as its next page."""
    tree = DirectoryTree(folder)
    lines = []
    for file in files:
        with tree.open(file) as source, contextlib.suppress(UnreadableFileError):
            recording = _Recording(source)
            read_facts(recording, file)
        pages = [offset for offset, length in recording.reads if offset and length > PAGE // 4]
        lines.append(json.dumps([file, pages[-1] if pages else PAGE, recording.reads]) + "\n")
    listed.write_text("".join(lines))


class _Recording:
    """A ByteSource that knows what was read of it."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self.size, self.modified = source.size, source.modified
        self.reads: list[tuple[int, int]] = []

    def read(self, offset: int, length: int) -> bytes:
        self.reads.append((offset, length))
        return self._source.read(offset, length)


def _peers(folder: Path, files: list[str], scratch: Path) -> list[Peer]:
    """Those that are installed; each with its list of files, relative for Python's, absolute for exiftool."""
    peers = []
    for name in PEERS:
        module = name.partition(",")[0].lower()
        if module in {"lief", "pefile"} and importlib.util.find_spec(module) is None:
            print(f"skipped: {name} ({module} is not installed)")
            continue
        some = files[:: SLOW.get(name, 1)]
        listed = scratch / f"{name}.txt"
        _write_list(listed, folder, some)
        peers.append(Peer(name, len(some), (sys.executable, "-m", "benchmarks.peers", name, str(folder), str(listed))))
    exiftool = shutil.which("exiftool")
    if exiftool is None:
        print("skipped: exiftool (not installed)")
        return peers
    some = files[:: SLOW["exiftool"]]
    listed = scratch / "exiftool.txt"
    listed.write_text("".join(f"{folder / file}\n" for file in some))
    wanted = ("-FileVersionNumber", "-ProductVersionNumber", "-FileVersion", "-OriginalFileName", "-TimeStamp")
    return [*peers, Peer("exiftool", len(some), (exiftool, "-q", "-j", *wanted, "-@", str(listed)), prints=False)]


def _compare(peers: list[Peer], runs: int, *how: str) -> None:
    """Each peer in turn `runs` times; a line each with the ratio to the system calls and to hotfixcheck."""
    seconds: dict[str, list[float]] = {peer.name: [] for peer in peers}
    memory = dict.fromkeys(seconds, 0.0)
    for _ in range(runs):
        for peer in peers:
            taken, peak = _run(peer, *how)
            seconds[peer.name].append(taken / peer.files)
            memory[peer.name] = max(memory[peer.name], peak)
    by_file = {name: median(each) for name, each in seconds.items()}
    bare, own = by_file["bare system calls"], by_file["hotfixcheck"]
    for peer in peers:
        each = by_file[peer.name]
        bar = f"  (bar: {BARS[peer.name]})" if peer.name in BARS and not how else ""
        print(
            f"{peer.name:<18} {1 / each:10,.0f} files/s  {each * 1e6:10,.1f} us a file  {each / bare:8.2f} x bare"
            f"  {each / own:8.2f} x hotfixcheck{bar}  {memory[peer.name]:6.0f} MB"
            + (f"  of {peer.files:,} files" if peer.files < max(each.files for each in peers) else "")
        )


def _run(peer: Peer, *how: str) -> tuple[float, float]:
    """Seconds, and peak memory in MB. What prints no seconds of its own is timed from outside, start-up included."""
    arguments = [*peer.command, *how] if peer.prints else peer.command
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode and peer.prints:
        raise RuntimeError(f"{peer.name} failed with {process.returncode}")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return (float(output) if peer.prints else used.ru_utime + used.ru_stime), used.ru_maxrss / unit


def _whole_command(folder: Path, files: list[str], scratch: Path, runs: int) -> None:
    one = scratch / "one"
    one.mkdir(exist_ok=True)
    shutil.copy(folder / files[0], one / "one.dll")
    listed = scratch / "all.txt"
    _write_list(listed, folder, files)
    bare = Peer(
        "bare", len(files), (sys.executable, "-m", "benchmarks.peers", "bare system calls", str(folder), str(listed))
    )
    calls = median(_run(bare)[0] for _ in range(runs))
    output = str(scratch / "out.jsonl")
    start, whole = measure([(COMMAND, "inventory", str(path), "-o", output) for path in (one, folder)], runs=runs)
    _show_command(len(files), start, whole, calls)


def _show_command(count: int, start: Runs, whole: Runs, calls: float) -> None:
    taken, alone = median(whole.processor), median(start.processor)
    beyond = max(taken - alone, 1e-9)
    print(
        f"{count:>9,} files  {taken:7.2f} s, start-up {alone:5.2f} s: {count / beyond:9,.0f} files/s"
        f" (bare calls {count / calls:9,.0f})  {beyond / calls:6.2f} x bare  {whole.memory:6.0f} MB"
    )


if __name__ == "__main__":
    main()
