"""Inventory files: JSON Lines, one header, one line a file, one line a problem, and a last line that counts them.

The last line proves the file whole: an inventory cut short on its way from an air-gapped site is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from hotfixcheck import __version__
from hotfixcheck.errors import TargetError
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.inventory.model import Coverage, FileRecord, Inventory, record_order
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.model import System
from hotfixcheck.system.plain import each, number, optional, required
from hotfixcheck.targets.layout import Layout, TargetKind

FORMAT_VERSION = 1
_MAX_LINE = 1 << 20


def dump(inventory: Inventory) -> Iterator[str]:
    """The lines of an inventory file, without line ends."""
    coverage = inventory.coverage
    header = {
        "inventory": FORMAT_VERSION,
        "tool": {"name": "hotfixcheck", "version": __version__},
        "target": {"path": inventory.target, **asdict(inventory.layout)},
        "coverage": {"everything": coverage.everything, "names": sorted(coverage.names), "whole": coverage.whole},
        "system": inventory.system.dump(),
    }
    yield _line(header)
    for record in inventory.records:
        yield _line(
            {"file": record.path, **({"problem": record.problem} if record.facts is None else _facts(record.facts))}
        )
    for problem in inventory.problems:
        yield _line({"target_problem": problem.path, "problem": problem.problem})
    yield _line({"files": len(inventory.records), "target_problems": len(inventory.problems)})


def load_file(path: Path) -> Inventory:
    """The inventory in the file at `path`; raises TargetError that names the line."""
    try:
        with path.open("rb") as file:
            # Bounded, and decoded line by line, so that a mistake is named where it is.
            return load((line.decode() for line in iter(lambda: file.readline(_MAX_LINE + 1), b"")), str(path))
    except OSError as error:
        raise TargetError(error.strerror or str(error), file=str(path)) from None


def load(lines: Iterable[str], file: str) -> Inventory:
    """The inventory in the lines of `file`; raises TargetError that names the line."""
    line_number = 0
    header: dict[str, Any] = {}
    last: dict[str, Any] = {}
    records: list[FileRecord] = []
    problems: list[Problem] = []
    try:
        for line_number, line in enumerate(lines, start=1):  # noqa: B007 - the error names it
            values = _object(line)
            if not header:
                header = _header(values)
            elif last:
                raise ValueError("a line follows the last one")
            elif "file" in values:
                records.append(_record(values))
            elif "target_problem" in values:
                problems.append(Problem(required(values, "target_problem", str), required(values, "problem", str)))
            else:
                last = values
        counted = (required(last, "files", int), required(last, "target_problems", int)) if last else None
        if counted != (len(records), len(problems)):
            raise ValueError("the inventory is cut short")
        line_number = 1
        target = required(header, "target", dict)
        return Inventory(
            target=required(target, "path", str),
            layout=_layout(target),
            system=System.parse(required(header, "system", dict)),
            records=tuple(sorted(records, key=record_order)),
            coverage=_coverage(required(header, "coverage", dict)),
            problems=tuple(sorted(problems)),
        )
    except UnicodeDecodeError:
        raise TargetError("not an inventory: it is not UTF-8", file=file, place=str(line_number + 1)) from None
    except (ValueError, TypeError, RecursionError) as error:
        raise TargetError(
            str(error), file=file, place=str(line_number or 1), advice="take the inventory again"
        ) from None


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values)


def _object(line: str) -> dict[str, Any]:
    if len(line) > _MAX_LINE:
        raise ValueError("the line is too long for an inventory")
    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    if not isinstance(values, dict):
        raise TypeError("not a line of an inventory: it is no JSON object")
    return values


def _header(values: dict[str, Any]) -> dict[str, Any]:
    if values.get("inventory") != FORMAT_VERSION:
        raise ValueError(f"not an inventory of version {FORMAT_VERSION}")
    return values


def _layout(values: dict[str, Any]) -> Layout:
    windows, system32, hives = (optional(values, name, str) for name in ("windows", "system32", "hives"))
    return Layout(TargetKind(required(values, "kind", str)), windows, system32, hives)


def _coverage(values: dict[str, Any]) -> Coverage:
    whole = optional(values, "whole", bool)
    return Coverage(required(values, "everything", bool), frozenset(each(values, "names", str)), whole is not False)


def _facts(facts: FileFacts) -> dict[str, Any]:
    values = {
        "kind": facts.kind.value,
        "size": facts.size,
        "modified": facts.modified.isoformat() if facts.modified else None,
        "machine": facts.machine,
        "link_time": facts.link_time,
        "reproducible": facts.reproducible,
        "file_version": str(facts.file_version) if facts.file_version else None,
        "product_version": str(facts.product_version) if facts.product_version else None,
        "language": facts.language,
        "strings": dict(facts.strings),
    }
    return {name: value for name, value in values.items() if value is not None and value is not False and value != {}}


def _record(values: dict[str, Any]) -> FileRecord:
    path = required(values, "file", str)
    if "problem" in values:
        return FileRecord(path, None, required(values, "problem", str))
    modified = optional(values, "modified", str)
    strings = optional(values, "strings", dict) or {}
    size = number(values, "size")
    if size is None:
        raise ValueError("'size' is missing")
    facts = FileFacts(
        kind=FileKind(required(values, "kind", str)),
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
    return FileRecord(path, facts)


def _version(values: dict[str, Any], name: str) -> FileVersion | None:
    text = optional(values, name, str)
    return None if text is None else FileVersion.parse(text)


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text!r} names no time zone")
    return time
