"""Inventory files: JSON Lines, one header, one line a file, one line a problem, and a last line that counts them.

The last line proves the file whole: an inventory cut short on its way from an air-gapped site is refused.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hotfixcheck import __version__
from hotfixcheck.errors import TargetError, said_by
from hotfixcheck.inventory.model import Coverage, FileRecord, Inventory, record_order
from hotfixcheck.inventory.rows import dump_row, parse_row
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.model import System
from hotfixcheck.system.plain import each, optional, required
from hotfixcheck.targets.layout import Layout, TargetKind

FORMAT_VERSION = 1
SUFFIX = ".jsonl"
_MAX_LINE = 1 << 20
_BEGINNING = b'{"inventory": '
_BOM = b"\xef\xbb\xbf"


def dump(inventory: Inventory, records: Iterable[FileRecord] | None = None) -> Iterator[str]:
    """The lines of an inventory file, without line ends; `records` are its own, or of a scan that is under way."""
    yield _line(dump_header(inventory))
    files = 0
    for files, record in enumerate(inventory.records if records is None else records, start=1):  # noqa: B007
        yield _line(dump_row(record))
    for problem in inventory.problems:
        yield _line({"target_problem": problem.path, "problem": problem.problem})
    yield _line({"files": files, "target_problems": len(inventory.problems)})


def dump_header(inventory: Inventory) -> dict[str, Any]:
    """Everything but the records and problems, as a JSON object."""
    coverage = inventory.coverage
    return {
        "inventory": FORMAT_VERSION,
        "tool": {"name": "hotfixcheck", "version": __version__},
        "target": {"path": inventory.target, **asdict(inventory.layout)},
        "coverage": {"everything": coverage.everything, "names": sorted(coverage.names), "whole": coverage.whole},
        "system": inventory.system.dump(),
    }


def parse_header(
    values: dict[str, Any], records: Iterable[FileRecord] = (), problems: Iterable[Problem] = ()
) -> Inventory:
    """The inventory of what `dump_header` gave, with its records and problems; raises ValueError or TypeError."""
    target = required(_header(values), "target", dict)
    return Inventory(
        target=required(target, "path", str),
        layout=_layout(target),
        system=System.parse(required(values, "system", dict)),
        records=tuple(sorted(records, key=record_order)),
        coverage=_coverage(required(values, "coverage", dict)),
        problems=tuple(sorted(problems)),
    )


def is_inventory(path: Path) -> bool:
    """True for a file that is named or that begins as an inventory does."""
    is_named = path.suffix.lower() == SUFFIX
    try:
        if is_named:
            return not path.is_dir()
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_BOM + _BEGINNING)).removeprefix(_BOM).startswith(_BEGINNING)
    except OSError:
        return is_named  # in a folder that is closed to us: opening it says so


def load_file(path: Path) -> Inventory:
    """The inventory in the file at `path`; raises TargetError that names the line."""
    try:
        if path.exists() and not path.is_file():  # opening a pipe would wait for whoever writes to it
            raise TargetError("it is no plain file", file=str(path))
        with path.open("rb") as file:
            start = file.read(len(_BOM))
            if start[:2] in (BOM_UTF16_LE, BOM_UTF16_BE):
                raise TargetError(
                    "not an inventory: it is UTF-16",
                    file=str(path),
                    place="1",
                    advice="the > of PowerShell writes that; `hotfixcheck inventory -o FILE` does not",
                )
            file.seek(0 if start != _BOM else len(_BOM))
            # Bounded, and decoded line by line, so that a mistake is named where it is.
            return load((line.decode() for line in iter(lambda: file.readline(_MAX_LINE + 1), b"")), str(path))
    except OSError as error:
        raise TargetError(said_by(error), file=str(path)) from None


def load(lines: Iterable[str], file: str) -> Inventory:
    """The inventory in the lines of `file`; raises TargetError that names the line."""
    reading = _Reading()
    try:
        for line in lines:
            reading.take(line)
        return reading.inventory()
    except UnicodeDecodeError:
        place = str(reading.line_number + 1)
        raise TargetError("not an inventory: it is not UTF-8", file=file, place=place) from None
    except FutureError as error:
        raise TargetError(str(error), file=file, place="1", advice="a newer hotfixcheck reads it") from None
    except (ValueError, TypeError) as error:
        place = str(reading.line_number or 1)
        raise TargetError(str(error), file=file, place=place, advice="take the inventory again") from None


class _Reading:
    """Takes an inventory line by line. What it raises, ValueError and TypeError, is about the line `line_number`."""

    def __init__(self) -> None:
        self.line_number = 0
        self._header: dict[str, Any] = {}
        self._last: dict[str, Any] = {}
        self._records: list[FileRecord] = []
        self._paths: set[str] = set()
        self._problems: list[Problem] = []

    def take(self, line: str) -> None:
        """The next line."""
        self.line_number += 1
        if self._last and not line.strip():
            return  # an editor's
        values = _object(line)
        if not self._header:
            self._header = _header(values)
        elif self._last:
            raise ValueError("a line follows the last one")
        elif "file" in values:
            self._take_record(parse_row(values))
        elif "target_problem" in values:
            self._problems.append(Problem(required(values, "target_problem", str), required(values, "problem", str)))
        else:
            self._last = values

    def _take_record(self, record: FileRecord) -> None:
        if record.path in self._paths:
            raise ValueError("a file that has a row before")
        self._paths.add(record.path)
        self._records.append(record)

    def inventory(self) -> Inventory:
        """The whole, after the last line."""
        last = self._last
        counted = (required(last, "files", int), required(last, "target_problems", int)) if last else None
        if counted != (len(self._records), len(self._problems)):
            raise ValueError("the inventory is cut short")
        self.line_number = 1  # what is wrong from here on is wrong in the header
        return parse_header(self._header, self._records, self._problems)


class FutureError(ValueError):
    """A version that does not exist yet."""


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values)


def _object(line: str) -> dict[str, Any]:
    if len(line) > _MAX_LINE:
        raise ValueError("the line is too long for an inventory")
    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg[:1].lower()}{error.msg[1:]} at column {error.colno}") from None
    except RecursionError:
        raise ValueError("not a line of an inventory: it is nested too deep") from None
    except ValueError:
        raise ValueError("not a line of an inventory: it has a number of too many digits") from None
    if not isinstance(values, dict):
        raise TypeError("not a line of an inventory: it is no JSON object")
    return values


def _header(values: dict[str, Any]) -> dict[str, Any]:
    version = values.get("inventory")
    if type(version) is int and version > FORMAT_VERSION:
        raise FutureError(f"an inventory of version {version}; this hotfixcheck reads version {FORMAT_VERSION}")
    if version != FORMAT_VERSION:
        raise ValueError(f"not an inventory of version {FORMAT_VERSION}")
    return values


def _layout(values: dict[str, Any]) -> Layout:
    windows, system32, hives = (optional(values, name, str) for name in ("windows", "system32", "hives"))
    kind = required(values, "kind", str)
    if kind not in set(TargetKind):
        raise ValueError(f"{kind!r} is not a kind of target")
    return Layout(TargetKind(kind), windows, system32, hives)


def _coverage(values: dict[str, Any]) -> Coverage:
    whole = optional(values, "whole", bool)
    return Coverage(required(values, "everything", bool), frozenset(each(values, "names", str)), whole is not False)
