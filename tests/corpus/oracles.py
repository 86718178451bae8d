"""What the comparisons with other people's programs share: the files, what is read of them here, and the tools."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.readers import read_facts
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.tree import walk
from tests.build.programs import missing

CORPUS = Path(os.environ.get("HOTFIXCHECK_PE_CORPUS", "pe-corpus")).absolute()

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"there is no folder of PE files at {CORPUS}")


class Versions(NamedTuple):
    """What version readers agree on; None for what is not there."""

    file_version: str | None = None
    product_version: str | None = None
    string_version: str | None = None
    original_filename: str | None = None


def versions_of(facts: FileFacts) -> Versions:
    return Versions(
        str(facts.file_version) if facts.file_version else None,
        str(facts.product_version) if facts.product_version else None,
        facts.string_version,
        facts.original_filename,
    )


def read_folder(folder: Path) -> dict[str, FileFacts]:
    """The facts of every executable below `folder`, by path; what cannot be read is an error."""
    tree = DirectoryTree(folder)
    facts = {}
    for entry in walk(tree):
        assert not entry.problem, entry
        with tree.open(entry.path) as source:
            head = source.read(0, 2)
            try:
                if head == b"MZ":
                    facts[entry.path] = read_facts(source, entry.name)
            except UnreadableFileError as error:
                raise AssertionError(entry.path) from error
    return facts


def required_tool(name: str, package: str) -> str:
    """The path of a program. Without it the test skips; it fails where .ci/packages was to install the program."""
    return shutil.which(name) or missing(f"{name} is not installed (Debian: {package})")
