"""`fleet check` of many systems against one `check` each; what more systems take of memory; what the reports take.

The systems have every file that a catalogue for Windows NT 4.0 names, and each has other versions of some: none is
judged for another. The clones are of one image. The peer is the installed command once for each system, by a shell.
Hundreds of systems that differ are judged by a tenth of the catalogue, so that this ends in minutes.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.measuring import COMMAND, Runs, measure
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.fleet.writing import dump
from hotfixcheck.inventory import Coverage, FileRecord, Inventory
from hotfixcheck.inventory.jsonl import dump as dump_lines
from hotfixcheck.manifest.catalogue import load_shipped
from hotfixcheck.manifest.yaml import dump as dump_manifest
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, ServicePack, families_named
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import Layout, TargetKind

FEW, SOME, MANY = 4, 50, 500
"""Systems: checked one by one too, and the two numbers between which memory is compared."""

RUNS = 1
TENTH = 10


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        singles = [write(root / f"{number}.jsonl", system(number)) for number in range(FEW)]
        fleets = {count: pack(root / f"{count}.parquet", range(count)) for count in (FEW, SOME, MANY)}
        clones = {count: pack(root / f"{count} clones.parquet", [0] * count) for count in (SOME, MANY)}
        articles = root / "articles"
        articles.mkdir()
        for one in load_shipped().manifests[::TENTH]:
            (articles / f"{one.article}.yaml").write_text(dump_manifest(one), encoding="utf-8")
        alone = ["sh", "-c", "; ".join(f"{COMMAND} check -q {each}" for each in singles)]
        ways = {(FEW, "one by one, by check"): alone, (FEW, "systems"): fleet_check(fleets[FEW])}
        for count in (SOME, MANY):
            ways[count, "clones"] = fleet_check(clones[count])
        for count in (SOME, MANY):
            ways[count, "systems, a tenth of the catalogue"] = fleet_check(fleets[count], "-m", str(articles))
        ways[MANY, "the same, --jobs 2"] = [*ways[MANY, "systems, a tenth of the catalogue"], "--jobs", "2"]
        show(ways, measure(list(ways.values()), RUNS))
        sizes(fleets[FEW], root)


def fleet_check(file: Path, *more: str) -> list[str]:
    return [COMMAND, "fleet", "check", str(file), "--jobs", "1", "-q", *more]


def show(ways: dict[tuple[int, str], list[str]], runs: list[Runs]) -> None:
    alone = runs[0].median / FEW
    for (count, name), each in zip(ways, runs, strict=True):
        one = each.median / count
        print(
            f"{count:>3} {name:<36} {each.median * 1000:8.0f} ms, a system {one * 1000:6.1f} ms,"
            f" {one / alone:5.2f} x check alone, {each.memory:5.0f} MB"
        )


def sizes(file: Path, root: Path) -> None:
    """What the machine formats of one report take."""
    reports = {name: root / f"report.{name}" for name in ("json", "csv", "parquet")}
    for name, report in reports.items():
        subprocess.run(fleet_check(file, "-f", name, "-o", str(report)), check=False, stderr=subprocess.DEVNULL)
    csv = reports["csv"].stat().st_size
    for name, report in reports.items():
        size = report.stat().st_size
        print(f"{FEW} systems as {name:<28} {size / 1e6:8.2f} MB, {csv / size:5.1f} x smaller than csv")


def pack(file: Path, numbers: Iterable[int]) -> Path:
    fleet = ((f"pc-{place:03}", system(number), None) for place, number in enumerate(numbers))
    with file.open("wb") as stream:
        stream.writelines(dump(fleet, str(file)))
    return file


def system(number: int) -> Inventory:
    """Each number another system: a tenth of its files are of another version."""
    layout = Layout(TargetKind.DRIVE, "WINNT", "WINNT/system32")
    here = System(
        families_named(["Windows NT 4.0"]),
        edition=Edition.SERVER,
        service_pack=ServicePack(6, "a"),
        platform=Platform.X86,
        language=0x409,
    )
    return Inventory("drive", layout, here, tuple(_records(number)), Coverage(everything=True))


def _records(number: int) -> Iterator[FileRecord]:
    for place, name in enumerate(NAMES):
        revision = 100 + (number if place % 10 == number % 10 else 0)
        version = FileVersion(4, 0, 1381, revision)
        facts = FileFacts(FileKind.PE, 1, machine=0x14C, link_time=883_612_800, file_version=version)
        yield FileRecord(f"WINNT/system32/{name}", facts)


NAMES = sorted({row.name.lower() for manifest in load_shipped().manifests for row in manifest.rows()})


def write(path: Path, inventory: Inventory) -> Path:
    path.write_text("".join(f"{line}\n" for line in dump_lines(inventory)), encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
