"""Inventories to Parquet: one system after the other, in row groups of its own; the same input gives the same bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from hotfixcheck import __version__
from hotfixcheck.errors import TargetError
from hotfixcheck.fleet import columns
from hotfixcheck.fleet.extra import parquet
from hotfixcheck.fleet.pages import MOST_ROWS
from hotfixcheck.inventory.model import FileRecord, Inventory

SUFFIX = ".parquet"

_LEVEL = 6
"""Of zstd: a sixth smaller than by its usual 1 and half as fast, which an inventory of 5,000 files does not feel."""

_LONGEST = 1 << 20
"""Characters of one row: its texts, as of a line of JSON Lines."""


class Drained(io.RawIOBase):
    """What pyarrow writes to; `take` gives what has been written since, so that no file is held as a whole."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._written += len(piece)
        return len(piece)

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def options() -> dict[str, Any]:
    """How every Parquet file of ours is written."""
    return {
        "compression": "zstd",
        "compression_level": _LEVEL,
        "write_page_checksum": True,
        "store_schema": False,
    }


def dump(systems: Iterable[tuple[str, Inventory, Iterable[FileRecord] | None]], file: str) -> Iterator[bytes]:
    """The bytes of a file of these systems, which are sorted by name: each its name, its inventory, and its records if
    they come from a scan under way. `file` is its name in errors. Raises TargetError."""
    pa, pq = parquet(file)
    sink = Drained()
    index: list[dict[str, Any]] = []
    with pq.ParquetWriter(sink, columns.schema(pa), use_dictionary=columns.REPEATED, **options()) as writer:
        for name, inventory, records in systems:
            rows = _bounded(columns.rows_of(inventory, name, records), name, file)
            groups = files = 0
            while batch := list(islice(rows, MOST_ROWS)):
                groups += 1
                files += sum(row["row"] == columns.FILE for row in batch)
                writer.write_table(columns.table(pa, batch), row_group_size=MOST_ROWS)
                yield sink.take()
            index.append({"name": name, "groups": groups, "files": files, "problems": len(inventory.problems)})
        told = {"inventories": columns.VERSION, "tool": {"name": "hotfixcheck", "version": __version__}}
        writer.add_key_value_metadata({columns.METADATA: json.dumps({**told, "systems": index}).encode()})
    yield sink.take()


def _bounded(rows: Iterable[dict[str, Any]], name: str, file: str) -> Iterator[dict[str, Any]]:
    """The rows, none of which is larger than a reader takes."""
    for row in rows:
        if sum(len(value) for value in row.values() if isinstance(value, str)) > _LONGEST:
            raise TargetError("a row is too long for an inventory", file=file, place=f"system {name}")
        yield row
