"""Rows of inventories as JSON objects: what was read of one file, or why it could not be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.inventory.model import FileRecord
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.system.plain import number, optional, required


def dump_row(record: FileRecord) -> dict[str, Any]:
    """The row as a JSON object; what is not known, false or empty is left out."""
    row: dict[str, Any] = {"file": record.path}
    facts = record.facts
    if facts is None:
        row["problem"] = record.problem
    else:
        row["kind"] = facts.kind.value
        row["size"] = facts.size
        if facts.modified is not None:
            row["modified"] = facts.modified.isoformat()
        if facts.machine is not None:
            row["machine"] = facts.machine
        if facts.link_time is not None:
            row["link_time"] = facts.link_time
        if facts.reproducible:
            row["reproducible"] = True
        if facts.file_version is not None:
            row["file_version"] = str(facts.file_version)
        if facts.product_version is not None:
            row["product_version"] = str(facts.product_version)
        if facts.language is not None:
            row["language"] = facts.language
        if facts.strings:
            row["strings"] = dict(facts.strings)
    if record.sha256:
        row["sha256"] = record.sha256
    return row


def parse_row(values: dict[str, Any]) -> FileRecord:
    """The row that `dump_row` gave; raises ValueError or TypeError for what is none."""
    path = required(values, "file", str)
    sha256 = optional(values, "sha256", str) or ""
    if "problem" in values:
        return FileRecord(path, None, required(values, "problem", str), sha256)
    modified = optional(values, "modified", str)
    strings = optional(values, "strings", dict) or {}
    size = number(values, "size")
    if size is None:
        raise ValueError("'size' is missing")
    facts = FileFacts(
        kind=_kind(required(values, "kind", str)),
        size=size,
        modified=None if modified is None else _time(modified),
        machine=number(values, "machine"),
        link_time=number(values, "link_time"),
        reproducible=optional(values, "reproducible", bool) or False,
        file_version=_version(values, "file_version"),
        product_version=_version(values, "product_version"),
        language=number(values, "language"),
        strings=tuple((name, required(strings, name, str)) for name in strings),
    )
    return FileRecord(path, facts, sha256=sha256)


def _version(values: dict[str, Any], name: str) -> FileVersion | None:
    text = optional(values, name, str)
    return None if text is None else FileVersion.parse(text)


def _kind(text: str) -> FileKind:
    if text not in set(FileKind):
        raise ValueError(f"{text!r} is not a kind of file")
    return FileKind(text)


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a time such as 2000-06-01T12:00:00+00:00") from None
    if time.tzinfo is None:
        raise ValueError(f"{text!r} names no time zone")
    return time
