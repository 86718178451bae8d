"""5,000 articles against one inventory in memory, with and without remedies; the peer reads the same manifests.

The peer is json.loads of the catalogue's index, the least that a check has to do before it can judge. The articles are
the shipped catalogue, the first of them once more under other numbers up to 5,000; the system holds every file that a
catalogue for Windows NT 4.0 names, all of them old.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.inventory import Coverage, FileRecord, Inventory
from hotfixcheck.manifest.catalogue import load_shipped, shipped
from hotfixcheck.manifest.index import NAME
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, ServicePack, families_named
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import Layout, TargetKind
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.remedy import with_remedies

ARTICLES = 5000
RUNS = 7


def main() -> None:
    manifests = load_shipped().manifests
    more = (replace(each, article=f"Q{900_000 + at}") for at, each in enumerate(manifests[: ARTICLES - len(manifests)]))
    articles = (*manifests, *more)
    old = FileFacts(FileKind.PE, 1, machine=0x14C, link_time=883_612_800, file_version=FileVersion(4, 0, 1381, 100))
    names = sorted({row.name.lower() for manifest in manifests for row in manifest.rows()})
    here = System(
        families_named(["Windows NT 4.0"]),
        edition=Edition.SERVER,
        service_pack=ServicePack(6, "a"),
        platform=Platform.X86,
        language=0x409,
    )
    layout = Layout(TargetKind.DRIVE, "WINNT", "WINNT/system32")
    records = tuple(FileRecord(f"WINNT/system32/{name}", old) for name in names)
    taken = Inventory("drive", layout, here, records, Coverage(everything=True))
    index = (shipped() / NAME).read_bytes()
    parts: dict[str, Callable[[], object]] = {
        "json.loads of the index": lambda: json.loads(index),
        f"compare, {len(articles):,} articles": lambda: compare(articles, taken),
        "compare and remedies": lambda: with_remedies(compare(articles, taken), articles, taken),
    }
    seconds: dict[str, list[float]] = {name: [] for name in parts}
    for turn in range(RUNS + 1):
        for name, part in parts.items():
            start = time.process_time()
            part()
            if turn:
                seconds[name].append(time.process_time() - start)
    peer = median(seconds["json.loads of the index"])
    for name, each in seconds.items():
        print(f"{name:<36} {median(each) * 1000:7.0f} ms, {median(each) / peer:6.2f} x json.loads")


if __name__ == "__main__":
    main()
