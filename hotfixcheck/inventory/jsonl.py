"""Inventory files: JSON Lines, one header, one line a file, one line a problem, and a last line that counts them.

The last line proves the file whole: an inventory cut short on its way from an air-gapped site is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from hotfixcheck import __version__
from hotfixcheck.errors import TargetError
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.inventory.model import Coverage, FileRecord, Inventory
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.model import System
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
        "coverage": {"everything": coverage.everything, "names": sorted(coverage.names)},
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


def load(lines: Iterable[str], file: str) -> Inventory:
    """The inventory in the lines of `file`; raises TargetError that names the line."""
    number = 0
    header: dict[str, Any] = {}
    last: dict[str, Any] = {}
    records: list[FileRecord] = []
    problems: list[Problem] = []
    try:
        for number, line in enumerate(lines, start=1):  # noqa: B007 - the error names it
            values = _object(line)
            if not header:
                header = _header(values)
            elif last:
                raise ValueError("a line follows the last one")
            elif "file" in values:
                records.append(_record(values))
            elif "target_problem" in values:
                problems.append(Problem(str(values["target_problem"]), str(values["problem"])))
            else:
                last = values
        if not last or (last["files"], last["target_problems"]) != (len(records), len(problems)):
            raise ValueError("the inventory is cut short")
        number = 1
        return Inventory(
            target=str(header["target"]["path"]),
            layout=_layout(header["target"]),
            system=System.parse(header["system"]),
            records=tuple(records),
            coverage=Coverage(bool(header["coverage"]["everything"]), frozenset(header["coverage"]["names"])),
            problems=tuple(problems),
        )
    except UnicodeDecodeError:
        raise TargetError("not an inventory: it is not UTF-8", file=file, place=str(number + 1)) from None
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        said = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise TargetError(said, file=file, place=str(number), advice="take the inventory again") from None


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, separators=(", ", ": "))


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
    folders = (values["windows"], values["system32"], values["hives"])
    if not all(folder is None or isinstance(folder, str) for folder in folders):
        raise TypeError("a folder of the target is no text")
    return Layout(TargetKind(values["kind"]), *folders)


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
    return {name: value for name, value in values.items() if value not in (None, False, {})}


def _record(values: dict[str, Any]) -> FileRecord:
    path = values["file"]
    if not isinstance(path, str):
        raise TypeError("the path of a file is no text")
    if "problem" in values:
        return FileRecord(path, None, str(values["problem"]))
    modified, version, product = (values.get(name) for name in ("modified", "file_version", "product_version"))
    numbers = [values["size"], values.get("machine"), values.get("link_time"), values.get("language")]
    if not all(number is None or (isinstance(number, int) and 0 <= number < 1 << 63) for number in numbers):
        raise TypeError("a number of a file is no number")
    facts = FileFacts(
        kind=FileKind(values["kind"]),
        size=values["size"],
        modified=datetime.fromisoformat(modified) if modified else None,
        machine=values.get("machine"),
        link_time=values.get("link_time"),
        reproducible=bool(values.get("reproducible")),
        file_version=FileVersion.parse(version) if version else None,
        product_version=FileVersion.parse(product) if product else None,
        language=values.get("language"),
        strings=tuple((str(name), str(value)) for name, value in values.get("strings", {}).items()),
    )
    return FileRecord(path, facts)
