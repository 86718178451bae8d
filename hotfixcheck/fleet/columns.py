"""The columns of an inventory file in Parquet, version 1, and its rows as the inventory has them.

Every row is of one system. The first row of a system is its `header`, as JSON; then come its files and its problems.
All columns are flat, so that what a stranger's file can take up is known before it is read (pages.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hotfixcheck.inventory.jsonl import dump_header
from hotfixcheck.inventory.model import FileRecord, Inventory
from hotfixcheck.inventory.rows import dump_row, parse_row
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.plain import required

VERSION = 1
METADATA = b"hotfixcheck"
"""The key of the file's metadata under which its index lies."""

SYSTEM, FILE, PROBLEM = "system", "file", "problem"
"""What a row is, in the column `row`."""

COLUMNS = {
    "system": "text",
    "row": "text",
    "folder": "text",
    "name": "text",
    "kind": "text",
    "size": "number",
    "modified": "time",
    "machine": "number",
    "link_time": "number",
    "reproducible": "flag",
    "file_version": "text",
    "product_version": "text",
    "language": "number",
    "strings": "text",
    "problem": "text",
    "sha256": "text",
    "header": "text",
    "exact": "text",
}
"""Every column with its kind, in order."""

TEXTS = tuple(name for name, kind in COLUMNS.items() if kind == "text")
_UNLIKE_EACH_OTHER = {"sha256", "header", "exact"}
REPEATED = [name for name, kind in COLUMNS.items() if kind != "flag" and name not in _UNLIKE_EACH_OTHER]
"""The columns that are encoded by a dictionary of their values."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NUMBERS = ("size", "machine", "link_time", "language")
_VERSIONS = ("file_version", "product_version")

Row = Mapping[str, Any]


def schema(pa: Any) -> Any:
    """The columns as pyarrow has them."""
    kinds = {"text": pa.string(), "number": pa.int64(), "time": pa.timestamp("us", "UTC"), "flag": pa.bool_()}
    return pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])


# --- to rows ---------------------------------------------------------------------------------------------------------


def rows_of(inventory: Inventory, name: str, records: Iterable[FileRecord] | None = None) -> Iterator[dict[str, Any]]:
    """The rows of a system of this name; `records` are the inventory's own, or of a scan that is under way."""
    yield {"system": name, "row": SYSTEM, "header": json.dumps(dump_header(inventory))}
    for record in inventory.records if records is None else records:
        yield {"system": name, "row": FILE, **_file(record)}
    for problem in inventory.problems:
        exact = json.dumps([problem.path, problem.problem])
        texts = {**_place(problem.path), "problem": problem.problem}
        yield {"system": name, "row": PROBLEM, **_in_unicode(texts, exact)}


def _file(record: FileRecord) -> dict[str, Any]:
    values: dict[str, Any] = _place(record.path)
    facts = record.facts
    is_plain = True
    if facts is None:
        values["problem"] = record.problem
    else:
        values.update(kind=facts.kind.value, size=facts.size, machine=facts.machine, link_time=facts.link_time)
        values.update(reproducible=facts.reproducible, language=facts.language)
        values["file_version"] = None if facts.file_version is None else str(facts.file_version)
        values["product_version"] = None if facts.product_version is None else str(facts.product_version)
        values["strings"] = json.dumps(dict(facts.strings)) if facts.strings else None
        if facts.modified is not None:
            values["modified"] = (facts.modified - _EPOCH) // _MICROSECOND
            is_plain = not facts.modified.utcoffset()
    if record.sha256:
        values["sha256"] = record.sha256
    if is_plain and all(_is_unicode(values.get(name) or "") for name in ("folder", "name", "problem", "sha256")):
        return values
    return _in_unicode(values, json.dumps(dump_row(record)), is_plain=False)


def _place(path: str) -> dict[str, Any]:
    """`folder` is null for a path without one: "/x" is in the folder "", and "x" is in none."""
    folder, slash, name = path.rpartition("/")
    return {"folder": folder if slash else None, "name": name}


def _in_unicode(values: dict[str, Any], exact: str, *, is_plain: bool = True) -> dict[str, Any]:
    """What cannot be said in UTF-8, as bytes of names that are no text, is replaced, and `exact` beside it is JSON."""
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    if is_plain and all(map(_is_unicode, texts.values())):
        return values
    replaced = {name: value.encode("utf-8", "replace").decode() for name, value in texts.items()}
    return {**values, **replaced, "exact": exact}


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def table(pa: Any, rows: Iterable[Row]) -> Any:
    """The rows as a table of pyarrow."""
    rows = list(rows)
    return pa.table([[row.get(name) for row in rows] for name in COLUMNS], schema=schema(pa))


# --- from rows -------------------------------------------------------------------------------------------------------


def file_of(row: Row) -> FileRecord:
    """The record of a row of kind `file`; raises ValueError or TypeError."""
    if row["exact"] is not None:
        return parse_row(_json(row["exact"], dict))
    values = {name: row[name] for name in ("kind", *_NUMBERS, *_VERSIONS) if row[name] is not None}
    values["file"] = _path(row)
    if row["sha256"] is not None:
        values["sha256"] = row["sha256"]
    if row["reproducible"] is not None:
        values["reproducible"] = row["reproducible"]
    if row["modified"] is not None:
        values["modified"] = _moment(row["modified"])
    if row["strings"] is not None:
        values["strings"] = _json(row["strings"], dict)
    if row["kind"] is None:
        values["problem"] = row["problem"]
    return parse_row(values)


def problem_of(row: Row) -> Problem:
    """The problem of a row of that kind; raises ValueError or TypeError."""
    if row["exact"] is not None:
        path, problem = _json(row["exact"], list)
        return Problem(required({"path": path}, "path", str), required({"problem": problem}, "problem", str))
    return Problem(_path(row), required(dict(row), "problem", str))


def header_of(row: Row) -> dict[str, Any]:
    """The header of a system, as `dump_header` gave it; raises ValueError or TypeError."""
    found: dict[str, Any] = _json(row["header"], dict)
    return found


def _path(row: Row) -> str:
    name = required(dict(row), "name", str)
    return name if row["folder"] is None else f"{row['folder']}/{name}"


def _json(text: Any, kind: type) -> Any:
    try:
        value = json.loads(required({"text": text}, "text", str))
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if type(value) is not kind:
        raise TypeError("it has JSON of another kind")
    return value


def _moment(microseconds: int) -> str:
    try:
        return (_EPOCH + timedelta(microseconds=microseconds)).isoformat()
    except OverflowError:
        raise ValueError("'modified' is out of range") from None
