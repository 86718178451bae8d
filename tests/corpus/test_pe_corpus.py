"""Real PE files: what is read of each is what pefile's full parse of its resources reads.

The files are those that ../shared/tools/pe-corpus fetches; HOTFIXCHECK_PE_CORPUS names their folder.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pefile
import pytest

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.readers import read_facts
from hotfixcheck.readers.facts import FileFacts, FileKind, Reader
from hotfixcheck.readers.versioninfo import language_rank
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.tree import walk
from tests.corpus.differences import differences_of

CORPUS = Path(os.environ.get("HOTFIXCHECK_PE_CORPUS", "pe-corpus"))

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason=f"there is no folder of PE files at {CORPUS}"),
]


def read_in_full(path: Path) -> dict[str, Any]:
    """What pefile reads of a file, of the version resource in the language that is preferred."""
    image = pefile.PE(str(path), fast_load=True)
    image.parse_data_directories([pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_RESOURCE"]])
    said: dict[str, Any] = {"machine": image.FILE_HEADER.Machine, "link_time": image.FILE_HEADER.TimeDateStamp}
    said |= {"file_version": None, "product_version": None, "strings": ()}
    kinds = getattr(getattr(image, "DIRECTORY_ENTRY_RESOURCE", None), "entries", ())
    versions = [kind for kind in kinds if kind.id == pefile.RESOURCE_TYPE["RT_VERSION"]]
    languages = [leaf.id for kind in versions for name in kind.directory.entries for leaf in name.directory.entries]
    if languages:
        at = min(range(len(languages)), key=lambda index: language_rank(languages[index]))
        assert len(image.FileInfo) == len(image.VS_FIXEDFILEINFO) == len(languages)
        fixed = image.VS_FIXEDFILEINFO[at]
        said["file_version"] = FileVersion.from_words(fixed.FileVersionMS, fixed.FileVersionLS)
        said["product_version"] = FileVersion.from_words(fixed.ProductVersionMS, fixed.ProductVersionLS)
        tables = [table for info in image.FileInfo[at] if info.Key == b"StringFileInfo" for table in info.StringTable]
        chosen = min(tables, key=lambda table: language_rank(int(table.LangID[:4], 16)), default=None)
        entries = chosen.entries if chosen else {}
        said["strings"] = tuple(sorted((key.decode(), value.decode()) for key, value in entries.items()))
    image.close()
    return said


def read_here(facts: FileFacts) -> dict[str, Any]:
    return {
        "machine": facts.machine,
        "link_time": facts.link_time,
        "file_version": facts.file_version,
        "product_version": facts.product_version,
        "strings": tuple(sorted(facts.strings)),
    }


def test_every_file_is_read_as_pefile_reads_it_in_full() -> None:
    tree = DirectoryTree(CORPUS)
    counted: Counter[str] = Counter()
    differences = []
    for entry in walk(tree):
        assert not entry.problem, entry
        with tree.open(entry.path) as source:
            facts = read_facts(source, entry.name)
        if facts.kind is not FileKind.PE:
            continue
        said = read_in_full(CORPUS / entry.path)
        here = read_here(facts)
        counted["files"] += 1
        counted["with a version"] += facts.file_version is not None
        counted["with strings"] += bool(facts.strings)
        different = {name for name in here if here[name] != said[name]}
        if different:
            differences.append((entry.path, {name: (here[name], said[name]) for name in different}))
    print(dict(counted))
    assert {Path(path).name for path, _ in differences} == differences_of("pefile"), differences
    assert counted["files"] > 0


def test_the_strict_path_reads_nearly_every_file_and_as_pefile_does() -> None:
    tree = DirectoryTree(CORPUS)
    counted: Counter[Reader | None] = Counter()
    differences = []
    for entry in walk(tree):
        with tree.open(entry.path) as source:
            strict, by_pefile = (read_facts(source, entry.name, reader) for reader in Reader)
        counted[strict.reader] += 1
        if strict != by_pefile:
            differences.append((entry.path, strict, by_pefile))
    print(dict(counted))
    assert differences == []
    assert counted[Reader.PEFILE] * 100 < counted[Reader.STRICT]
