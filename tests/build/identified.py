"""A tree on disk, identified as a scan does it."""

from __future__ import annotations

from pathlib import Path

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.platforms import Platform
from hotfixcheck.readers import read_facts
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.identify import identify
from hotfixcheck.system.model import System
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.layout import find_layout


def identified(root: Path) -> tuple[System, tuple[Problem, ...]]:
    tree = DirectoryTree(root)
    layout = find_layout(tree)

    def read(path: str) -> FileFacts:
        with tree.open(path) as source:
            return read_facts(source, path)

    system, problems = identify(tree, layout.hives, layout.system32, read)
    assert System.parse(system.dump()) == system
    return system, problems


def evidence(system: System, fact: str) -> list[tuple[str, str]]:
    return [(e.value, e.source) for e in system.evidence if e.fact == fact]


def kernel(version: str, platform: Platform = Platform.X86, language: int = 0x0409) -> bytes:
    return build_pe(version=version, platform=platform, language=language)
