"""What the shell offers after TAB, from names alone: nothing is parsed while someone waits for a key."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import typer

from hotfixcheck.cli.output import OutputError
from hotfixcheck.reports import ReportFormat

_MOST = 200
"""More than anyone reads."""

_POWERSHELLS = {"powershell", "pwsh"}


class InstallationError(OutputError):
    """Completion that is not installed for the user."""


def check_installation(words: Sequence[str]) -> None:
    """Raises InstallationError for --install-completion in PowerShell, where typer would do more than is asked.

    It sets the user's execution policy to Unrestricted, for every script of that user.
    """
    option, _, shell = (words[0] if words else "").partition("=")
    if option == "--install-completion" and _shell(shell or "".join(words[1:2])) in _POWERSHELLS:
        raise InstallationError(
            "completion is not installed, since that would set your execution policy to Unrestricted",
            advice="Add-Content $PROFILE (hotfixcheck --show-completion | Out-String)",
        )


def _shell(named: str) -> str:
    """The shell that is named, or the one that runs this; "" if that cannot be told."""
    if named:
        return named
    import shellingham

    try:
        name: str = shellingham.detect_shell()[0]
    except shellingham.ShellDetectionFailure:
        return ""
    return name


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
