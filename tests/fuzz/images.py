"""Mutants of disk images, WIM files, archives and install media: a seed with a few of its sectors that are not empty
changed, or cut short.

    python -m tests.fuzz.images disks|archives 20000 [FIRST [NAME]...]

runs so many, of all seeds or those of these names, and prints the slowest and the one that took most memory;
tests/fuzz/test_images.py is a bounded run.
"""

from __future__ import annotations

import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.errors import TargetError
from hotfixcheck.inventory import take_inventory
from hotfixcheck.targets import OPENERS, TREE_OPENERS, windows_in
from hotfixcheck.targets.opening import Opening
from hotfixcheck.targets.wanted import Wanted
from tests.build.cabinets import cabinet_set, kwaj
from tests.build.disks import DISKS, FAT, WIMS
from tests.build.held import HELD
from tests.build.media import Compress, as_cabinet, as_szdd, kernel, write_source
from tests.build.targets import FORMATS, Build, iso, tar, write_drive
from tests.fuzz.mutation import change

_SECTOR = 512
_WINDOWS = (512, 1024, 4096)
_LISTS = (b"FILE", b"INDX", b".          ")
_IMAGES = (
    *("NTFS", "MBR, logical", "GPT", "VHD, fixed", "VHD, dynamic", "VHDX, dynamic", "VMDK, sparse"),
    *("VMDK, stream-optimized", "QCOW2", "QCOW2, clusters by zlib", "QCOW2, clusters by zstd", "QCOW2, subclusters"),
    *("VDI, dynamic", "E01", "FAT12", "FAT16", "FAT32", "WIM", "WIM, XPRESS", "WIM, LZX", "WIM, LZMS", "ESD"),
    *("Ex01", "Ex01, bzip2", "QCOW", "QCOW, compressed", "Parallels", "WIM, pipable", "WIM, pipable, LZX"),
)
_ARCHIVES = (
    *("tar", "tar, pax", "tar.gz", "tar.bz2", "tar.xz", "tar.zst", "zip", "zip, stored", "zip, bzip2", "zip, LZMA"),
    "zip, Deflate64",
    *("OCI layout in a tar", "docker save", "ISO, Rock Ridge", "ISO, Joliet", "UDF"),
)
_HELD = (
    "OVA",
    "OVA, gzip",
    "tar of a snapshot",
    "tar of a VDI snapshot",
    "tar of a SESPARSE snapshot",
    "tar of a Parallels snapshot",
    "zip of a snapshot",
    "zip of a VHDX, stored",
    "tar.bz2 of a WIM",
    "QCOW2 by xz",
    "setup DVD, ESD",
)


def _media(compress: Compress, pack: Build, *, in_a_set: bool = False) -> Build:
    """Install media with driver cabinets."""

    def build(_drive: Path, work: Path) -> Path:
        files = kernel("5.1.2600.5512") | {"RPCSS.EXE": build_pe(version="5.1.2600.1", size=30_000)}
        cabinets = {"driver.cab": compress("a.sys", files["RPCSS.EXE"])}
        if in_a_set:
            drivers = [dict.fromkeys(("a.sys", "b.sys", "c.sys", "d.sys"), files["RPCSS.EXE"])]
            cabinets = cabinet_set(drivers, "stored", 35_000, lambda n: "driver.cab" if n == 1 else f"d{n}.cab")
        write_source(work / "cd/I386", files, compress, cabinets=cabinets)
        return pack(work / "cd", work)

    return build


KINDS: dict[str, dict[str, Build]] = {
    "disks": {name: {**DISKS, **FAT, **WIMS}[name] for name in _IMAGES},
    "archives": {
        **{name: FORMATS[name].build for name in _ARCHIVES},
        **{name: HELD[name] for name in _HELD},
        "SZDD in an ISO": _media(as_szdd, iso("-J")),
        "MSZIP in a tar": _media(as_cabinet("MSZIP"), tar()),
        "a set of cabinets in a tar": _media(as_szdd, tar(), in_a_set=True),
        "LZX in a UDF": _media(as_cabinet("LZX:21"), iso("-udf")),
        "KWAJ in a tar": _media(lambda _name, data: kwaj(data, 4), tar()),
        "KWAJ, LZH, in a tar": _media(lambda _name, data: kwaj(data, 3), tar()),
    },
}


@dataclass(frozen=True)
class Seed:
    """An image, the places of its sectors that are not empty, and of those that lists of files begin in."""

    data: bytes
    places: tuple[int, ...]
    lists: tuple[int, ...]


@dataclass
class Mutant:
    """A ByteSource: a seed, cut short, with pieces of it replaced."""

    seed: Seed
    size: int
    patches: list[tuple[int, bytes]] = field(default_factory=list)
    modified: None = None

    def read(self, offset: int, length: int) -> bytes:
        end = min(offset + max(length, 0), self.size)
        data = self.seed.data[offset:end]
        for at, patch in self.patches:
            start, stop = max(at, offset), min(at + len(patch), end)
            if start < stop:
                inside = patch[start - at : stop - at]
                data = data[: start - offset] + inside + data[stop - offset :]
        return data


def build_seeds(folder: Path, kind: str, names: Sequence[str] = ()) -> Mapping[str, Seed]:
    """The seeds of a kind, or those of these names."""
    drive = write_drive(folder / "drive", links=False, odd_names=False)
    seeds = {}
    for number, name in enumerate(names or KINDS[kind]):
        work = folder / str(number)
        work.mkdir()
        data = KINDS[kind][name](drive, work).read_bytes()
        empty = bytes(_SECTOR)
        places = tuple(at for at in range(0, len(data), _SECTOR) if data[at : at + _SECTOR] != empty)
        lists = tuple(at for at in places if data.startswith(_LISTS, at))
        seeds[name] = Seed(data, places, lists or places[:64])
    return seeds


def mutant(seeds: Mapping[str, Seed], number: int) -> tuple[str, Mutant]:
    """The mutant of this number, and the name of its seed."""
    chance = random.Random(number)
    name = chance.choice(tuple(seeds))
    seed = seeds[name]
    made = Mutant(seed, len(seed.data) if chance.randrange(12) else chance.randrange(len(seed.data)))
    for _ in range(chance.randint(1, 8)):
        # The first and last sectors are headers and tables; the bytes of the files themselves matter least.
        near = chance.choice((seed.lists, seed.lists, seed.places[:64], seed.places[-64:], seed.places))
        at = chance.choice(near)
        window = bytearray(made.read(at, chance.choice(_WINDOWS)))
        if len(window) >= 64:
            change(window, chance)
            made.patches.append((at, bytes(window)))
    return name, made


def scan(source: Mutant) -> str:
    """What a scan makes of a target: how many files it read, or what is wrong; anything else is a finding."""
    opening = Opening("a mutant", Wanted(), OPENERS, TREE_OPENERS)
    try:
        found = opening.open(source, "")
        if found.problem:
            return "unreadable"
        try:
            several = windows_in(found, "a mutant")
        except TargetError:
            return "no tree"
        for windows in several:
            take_inventory(
                windows.tree,
                windows.layout,
                names=frozenset(),
                everything=True,
                lost=windows.lost,
                cut_short=windows.cut_short,
            )
        return "scanned"
    finally:
        opening.close()


@contextmanager
def seeds_in_a_folder(kind: str, names: Sequence[str]) -> Iterator[Mapping[str, Seed]]:
    with tempfile.TemporaryDirectory() as folder:
        yield build_seeds(Path(folder), kind, names)


def _in_memory(what: str) -> int:
    """Kilobytes that are (VmRSS), or were at most (VmHWM), in memory of this process; Linux alone tells."""
    return int(re.findall(rf"^{what}:\s+(\d+)", Path("/proc/self/status").read_text(), re.MULTILINE)[0])


def taken_by(work: Callable[[], object]) -> int:
    """Kilobytes that `work` added at most to what is in memory already: the seeds alone are 250 MB."""
    Path("/proc/self/clear_refs").write_text("5")  # the most is what is there now
    before = _in_memory("VmRSS")
    work()
    return _in_memory("VmHWM") - before


def main(kind: str, count: int, first: int, names: Sequence[str]) -> None:
    os.environ.setdefault("CI", "1")
    answers: Counter[str] = Counter()
    slowest, largest, failed = (0.0, ""), (0, ""), 0

    def answer(source: Mutant) -> None:
        answers[scan(source)] += 1

    with seeds_in_a_folder(kind, names) as seeds:
        start = time.perf_counter()
        for number in range(first, first + count):
            name, source = mutant(seeds, number)
            before = time.perf_counter()
            try:
                memory = taken_by(partial(answer, source))
            except Exception as error:
                failed += 1
                print(f"mutant {number}, {name}: {type(error).__name__}: {error}")
            else:
                largest = max(largest, (memory, f"{number}, {name}"))
            slowest = max(slowest, (time.perf_counter() - before, f"{number}, {name}"))
    print(f"{count:,} mutants in {time.perf_counter() - start:,.0f} s, {failed} failed; {dict(answers)}")
    print(f"slowest: {slowest[1]}, {slowest[0]:.2f} s; most memory: {largest[1]}, {largest[0] / 1024:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int((sys.argv[3:] or ["0"])[0]), sys.argv[4:])
