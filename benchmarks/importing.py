"""How fast articles are read, and how fast the command turns them into manifests, against reading the bytes alone.

python -m benchmarks.importing FOLDER      a folder of articles; built ones where none is given
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.measuring import COMMAND, measure
from hotfixcheck.articles import importer_of
from hotfixcheck.articles.article import Document, NotUnderstoodError

RUNS = 3
BUILT = 2000
ARTICLE = """DOCUMENT:Q{number} 08-MAY-2002 [winnt]
TITLE :A Built Article
PRODUCT :Microsoft Windows NT

The information in this article applies to:

 - Microsoft Windows NT Server version 4.0

RESOLUTION
==========

The English version of this fix should have the following file attributes or later:

   Date      Time    Size     File name     Platform
   -------------------------------------------------
   11/18/99  04:19pm 375,056  Kernel32.dll  Intel
   11/18/99  06:17pm 589,584  Kernel32.dll  Alpha

STATUS
======

This problem was first corrected in Windows NT 4.0 Service Pack 4.
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if sys.argv[1:] else _built(Path(temporary) / "articles")
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        documents = [Document(file.name, file.read_bytes()) for file in files]
        bare = median(_timed(lambda: [file.read_bytes() for file in files]) for _ in range(RUNS))
        read = median(_timed(lambda: _read(documents)) for _ in range(RUNS))
        (command,) = measure([(COMMAND, "import", str(folder), "-o", f"{temporary}/manifests", "-q")], runs=RUNS)
    print(f"{len(files):,} articles")
    for name, seconds in (("bytes alone", bare), ("importers", read), ("import command", command.median)):
        print(f"{name:<16} {len(files) / seconds:10,.0f} articles/s  {seconds / bare:8.1f} x bytes alone")
    print(f"peak memory of the command: {command.memory:.0f} MB")


def _built(folder: Path) -> Path:
    folder.mkdir()
    for number in range(100_000, 100_000 + BUILT):
        (folder / f"Q{number}.txt").write_text(ARTICLE.format(number=number))
    return folder


def _read(documents: list[Document]) -> None:
    for document in documents:
        importer = importer_of(document.data)
        try:
            if importer:
                importer.read(document)
        except NotUnderstoodError:
            pass


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
