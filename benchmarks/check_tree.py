"""`check` of a system32 of 3,000 files by the seeds and by the whole catalogue, against pefile reading the same files.

pefile is taken at its fastest sensible use: headers and the resource directory of every file.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import COMMAND, PASS, measure, show
from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.manifest.catalogue import shipped

FILES = 3000
PEFILE = """
import pathlib, pefile, sys
for path in pathlib.Path(sys.argv[1]).rglob("*.dll"):
    image = pefile.PE(str(path), fast_load=True)
    image.parse_data_directories([pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_RESOURCE"]])
    image.close()
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        drive = write_demo(Path(folder) / "drive")
        system32 = drive / "WINNT" / "system32"
        image = build_pe(version="4.0.1381.335", size=60_000)
        for number in range(FILES):
            (system32 / f"file{number:04}.dll").write_bytes(image)
        inventory = str(Path(folder) / "drive.jsonl")
        seeds = str(shipped() / "seeds")
        commands = {
            f"check, {FILES:,} files, seeds": (COMMAND, "check", str(drive), "-m", seeds),
            f"check, {FILES:,} files, whole catalogue": (COMMAND, "check", str(drive)),
            f"inventory, {FILES:,} files": (COMMAND, "inventory", str(drive), "-o", inventory),
            f"check of that inventory, {FILES:,} rows": (COMMAND, "check", inventory, "-m", seeds),
        }
        empty, peer, *runs = measure([PASS, (sys.executable, "-c", PEFILE, str(drive)), *commands.values()], runs=5)
        show("python -c pass", empty, "python -c pass", empty)
        show(f"pefile, resources of {FILES:,} files", peer, "python -c pass", empty)
        for name, each in zip(commands, runs, strict=True):
            show(name, each, "pefile", peer)


if __name__ == "__main__":
    main()
