"""What the shell offers after TAB, from names alone: nothing is parsed while someone waits for a key."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import typer

from hotfixcheck.reports import ReportFormat

_MOST = 200
"""More than anyone reads."""


def report_destinations(incomplete: str) -> list[str]:
    """For --report: each format with its "="."""
    return [f"{name}=" for name in ReportFormat if name.startswith(incomplete)]


def article_numbers(ctx: typer.Context, incomplete: str) -> list[str]:
    """The articles of the manifests of -m, else of the shipped catalogue, by the names of their files."""
    from hotfixcheck.manifest.catalogue import SUFFIXES, shipped

    sources: Iterable[Path] = ctx.params.get("manifests") or (shipped(),)
    names = (name for source in sources for name in _names(Path(source)))
    found = {stem for stem, suffix in map(os.path.splitext, names) if suffix.lower() in SUFFIXES}
    return sorted(stem for stem in found if stem.startswith(incomplete))[:_MOST]


def _names(source: Path) -> Iterable[str]:
    if not source.is_dir():
        return (source.name,)
    return (name for _, _, names in os.walk(source) for name in names)
