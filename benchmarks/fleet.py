"""`fleet check` of many systems against one `check` for each of them, and what more systems take of memory.

The systems have every file that a catalogue for Windows NT 4.0 names, and each has other versions of some: none is
judged for another. The clones are of one image. The peer is the installed command once for each system, by a shell.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import COMMAND, Runs, measure
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.fleet.writing import dump
from hotfixcheck.inventory import Coverage, FileRecord, Inventory
from hotfixcheck.inventory.jsonl import dump as dump_lines
from hotfixcheck.manifest.catalogue import load_shipped
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, ServicePack, families_named
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import Layout, TargetKind

SYSTEMS = (8, 32, 128)
ALONE = 8
"""So many systems are also checked one by one."""

RUNS = 3


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        singles = [write(root / f"{number}.jsonl", system(number)) for number in range(ALONE)]
        clones = [(f"clone-{number:03}", system(0)) for number in range(max(SYSTEMS))]
        (root / "clones.parquet").write_bytes(b"".join(dump(((name, one, None) for name, one in clones), "clones")))
        ways = {f"check, {ALONE} times": ["sh", "-c", "; ".join(f"{COMMAND} check -q {each}" for each in singles)]}
        for count in SYSTEMS:
            fleet = ((f"pc-{number:03}", system(number), None) for number in range(count))
            file = root / f"{count}.parquet"
            file.write_bytes(b"".join(dump(fleet, str(file))))
            ways[f"fleet check, {count} systems"] = [COMMAND, "fleet", "check", str(file), "--jobs", "1", "-q"]
        largest = max(SYSTEMS)
        last = [COMMAND, "fleet", "check", str(root / f"{largest}.parquet")]
        ways[f"the same {largest}, --jobs 2"] = [*last, "--jobs", "2", "-q"]
        ways[f"the same {largest}, --jobs 1 -f json"] = [*last, "--jobs", "1", "-f", "json", "-o", str(root / "r.json")]
        ways[f"fleet check, {largest} clones"] = [
            *(COMMAND, "fleet", "check", str(root / "clones.parquet"), "--jobs", "1", "-q")
        ]
        show(ways, measure(list(ways.values()), RUNS))


def show(ways: dict[str, list[str]], runs: list[Runs]) -> None:
    alone = runs[0].median / ALONE
    for name, each in zip(ways, runs, strict=True):
        count = next(int(word) for word in name.replace(",", "").split() if word.isdigit())
        one = each.median / count
        print(
            f"{name:<36} {each.median * 1000:8.0f} ms, a system {one * 1000:6.1f} ms, {one / alone:5.2f} x check alone,"
            f" {each.memory:5.0f} MB"
        )


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
