"""What the registry says of a fix, held against the files it lists with it (design rules 11 and 18)."""

from __future__ import annotations

from datetime import UTC, datetime

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.model import InstalledFix, ListedFile
from hotfixcheck.verdicts.candidates import Files
from hotfixcheck.verdicts.finding import Conflict, Evidence
from hotfixcheck.verdicts.rules import usable_link_time


def registry_says(fix: InstalledFix) -> str:
    """In words: `the registry says installed (SOFTWARE\\…)`, or a list that the system printed."""
    said = "installed" if fix.installed else "superseded by a newer one" if fix.superseded else "not installed"
    return f"{'the system' if fix.is_listed else 'the registry'} says {said} ({fix.source})"


def replaced_since(fix: InstalledFix, files: Files) -> tuple[Conflict, ...]:
    """The files of an installed fix that are older here than the registry lists them: copied back since (Q194334)."""
    found = []
    for listed in fix.files:
        records = files.named(listed.name)
        home = min(map(files.place, records), default=0)
        for record in records:
            if files.place(record) == home and record.facts and (said := _older(record.facts, listed)):
                found.append(Conflict(Evidence.REGISTRY, f"{record.path}: {said} in {fix.source}"))
    return tuple(found)


def _older(facts: FileFacts, listed: ListedFile) -> str:
    """In what a file is older than the registry lists it, "" if in nothing that can be told."""
    linked = usable_link_time(facts)
    if listed.linked and linked and linked.timestamp() < listed.linked:
        return f"linked {linked:%Y-%m-%d}, but {datetime.fromtimestamp(listed.linked, tz=UTC):%Y-%m-%d}"
    if facts.file_version and (version := _version(listed)) and facts.file_version < version:
        return f"version {facts.file_version}, but {version}"
    return ""


def _version(listed: ListedFile) -> FileVersion | None:
    try:
        return FileVersion.parse(listed.version)
    except ValueError:
        return None
