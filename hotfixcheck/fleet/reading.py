"""Inventories from Parquet: what systems a file has, and each by itself. The file may be damaged, foreign or hostile.

Nothing is believed before it is checked: the length of the footer before it is parsed, the columns before any is read,
and what a row group will take before it is decompressed (pages.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from hotfixcheck.errors import TargetError, printable, said_by
from hotfixcheck.fleet import columns
from hotfixcheck.fleet.extra import parquet
from hotfixcheck.fleet.pages import MOST_ROWS, Budget, PagesError, check_chunk, row_groups
from hotfixcheck.fleet.writing import SUFFIX
from hotfixcheck.inventory.jsonl import FutureError, parse_header
from hotfixcheck.inventory.model import FileRecord, Inventory
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.plain import each, required

_MARK = b"PAR1"
_END = 8  # the footer's length, and the mark once more
_LARGEST_FOOTER = 64 << 20
"""Bytes: some 3 KB a row group."""

_MOST_SYSTEMS = 100_000
_FEW = 10
_AGAIN = "pack the inventories again"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file a system lies: its row groups from `first` on, and how many files and problems it has."""

    name: str
    first: int
    groups: int
    files: int
    problems: int


def is_parquet(path: Path) -> bool:
    """True for a file that is named or that begins as Parquet does."""
    is_named = path.suffix.lower() == SUFFIX
    try:
        if is_named:
            return not path.is_dir()
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_MARK)) == _MARK
    except OSError:
        return is_named  # in a folder that is closed to us: opening it says so


def load_system(path: Path, only: str | None = None) -> Inventory:
    """The inventory of the one system in a file, or of the one named `only`, in any case; raises TargetError."""
    with closing(InventoryFile(path)) as opened:
        found = [place for place in opened.places if only is None or place.name.lower() == only.lower()]
        if len(found) == 1:
            return opened.load(found[0])
        names = [printable(place.name) for place in opened.places]
    if only is not None:
        raise TargetError(f"there is no system {only!r} in it", file=str(path), advice=f"there is {_some(names)}")
    if not names:
        raise TargetError("there is no system in it", file=str(path))
    advice = f"--image NAME takes one, `hotfixcheck fleet check` all: {_some(names)}"
    raise TargetError(f"there are {len(names):,} systems in it", file=str(path), advice=advice)


def _some(names: list[str]) -> str:
    return ", ".join((*names[:_FEW], *(["…"] if len(names) > _FEW else []))) or "none"


class InventoryFile:
    """An open Parquet file of inventories; raises TargetError for what is none. To be closed."""

    def __init__(self, path: Path) -> None:
        self._name = str(path)
        self._pa, pq = parquet(self._name)
        try:
            if path.exists() and not path.is_file():
                raise TargetError("it is no plain file", file=self._name)
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise TargetError(said_by(error), file=self._name) from None
        try:
            footer = self._footer()
            with self._named("the footer"):
                # Not by pyarrow, which ends the process where a column's part of the footer is damaged.
                self._groups = row_groups(footer)
                bounds = {
                    "pre_buffer": False,
                    "thrift_string_size_limit": _LARGEST_FOOTER,
                    "thrift_container_size_limit": _LARGEST_FOOTER,
                }
                told = pq.ParquetFile(self._file, **bounds)
                self.places = self._places(told)
                self._parquet = pq.ParquetFile(
                    self._file,
                    metadata=told.metadata,
                    read_dictionary=list(columns.TEXTS),
                    page_checksum_verification=True,
                    **bounds,
                )
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        self._file.close()

    def load(self, place: Place) -> Inventory:
        """The inventory of one system; nothing of the others is read. Raises TargetError."""
        header: dict[str, Any] | None = None
        records: list[FileRecord] = []
        problems: list[Problem] = []
        number = 0
        where = f"system {printable(place.name)}"
        for group in range(place.first, place.first + place.groups):
            for row in self._rows(group, where):
                number += 1
                with self._named(f"{where}, row {number}"):
                    if row["system"] != place.name or (row["row"] == columns.SYSTEM) != (number == 1):
                        raise ValueError("the row is of another system")
                    if row["row"] == columns.FILE:
                        records.append(columns.file_of(row))
                    elif row["row"] == columns.PROBLEM:
                        problems.append(columns.problem_of(row))
                    elif row["row"] == columns.SYSTEM:
                        header = columns.header_of(row)
                    else:
                        raise ValueError("the row is of no known kind")
        with self._named(where):
            if header is None or (len(records), len(problems)) != (place.files, place.problems):
                raise ValueError("the inventory is cut short")
            if len({record.path for record in records}) != len(records):
                raise ValueError("a file has two rows")
            return parse_header(header, records, problems)

    def _rows(self, group: int, where: str) -> Iterator[columns.Row]:
        with self._named(f"{where}, row group {group}"):
            self._check(group)
            table = self._parquet.read_row_group(group, use_threads=False)
            lists = {name: _values(table.column(name), self._pa) for name in columns.COLUMNS}
        for row in zip(*lists.values(), strict=True):
            yield dict(zip(lists, row, strict=True))

    def _check(self, group: int) -> None:
        """Raises ValueError for a row group that would take more than it may."""
        told = self._groups[group]
        if not 0 < told.rows <= MOST_ROWS:
            raise ValueError(f"it has {told.rows:,} rows, and may have {MOST_ROWS:,}")
        budget = Budget()
        for name, chunk in zip(columns.COLUMNS, told.chunks, strict=True):
            try:
                check_chunk(self._file, chunk, told.rows, budget)
            except PagesError as error:
                raise ValueError(f"column {name}: {error}") from None

    # --- the footer --------------------------------------------------------------------------------------------------

    def _footer(self) -> bytes:
        """The bytes of the footer, whose length is bounded."""
        size = self._file.seek(0, 2)
        self._file.seek(0)
        start = self._file.read(len(_MARK))
        self._file.seek(max(size - _END, 0))
        end = self._file.read(_END)
        if start != _MARK:
            raise TargetError("not Parquet, whatever its name says", file=self._name)
        if end[4:] != _MARK:
            raise TargetError("cut short: it has no footer", file=self._name, advice=_AGAIN)
        length = int.from_bytes(end[:4], "little")
        if not 0 < length <= min(size - 2 * len(_MARK) - 4, _LARGEST_FOOTER):
            raise TargetError("damaged: its footer cannot be as long as it says", file=self._name, advice=_AGAIN)
        self._file.seek(size - _END - length)
        return self._file.read(length)

    def _places(self, opened: Any) -> tuple[Place, ...]:
        told = opened.metadata
        index = (told.metadata or {}).get(columns.METADATA)
        if index is None:
            raise TargetError("Parquet, and no inventory of hotfixcheck", file=self._name)
        values = json.loads(index)
        if not isinstance(values, dict):
            raise TypeError("its index is no JSON object")
        if "inventories" not in values:
            kind = "a report on a fleet" if "fleet_report" in values else "another file of hotfixcheck"
            raise TargetError(f"{kind}, and no inventory", file=self._name)
        version = required(values, "inventories", int)
        if version > columns.VERSION:
            raise FutureError(f"inventories of version {version}; this hotfixcheck reads version {columns.VERSION}")
        if version != columns.VERSION:
            raise ValueError(f"not inventories of version {columns.VERSION}")
        if not opened.schema_arrow.equals(columns.schema(self._pa), check_metadata=False):
            raise ValueError("its columns are not those of inventories")
        return _placed(each(values, "systems", dict), len(self._groups))

    @contextmanager
    def _named(self, place: str) -> Iterator[None]:
        """Whatever is raised while `place` is read becomes a TargetError that names it."""
        try:
            yield
        except TargetError:
            raise
        except FutureError as error:
            raise TargetError(str(error), file=self._name, advice="a newer hotfixcheck reads it") from None
        except (ValueError, TypeError, KeyError, RecursionError, OSError, self._pa.ArrowException) as error:
            said = printable(str(error).partition("\n")[0]) or type(error).__name__
            raise TargetError(f"damaged: {said}", file=self._name, place=place, advice=_AGAIN) from None


def _placed(values: list[dict[str, Any]], groups: int) -> tuple[Place, ...]:
    """The systems of an index one after the other; raises ValueError or TypeError unless they fill the row groups."""
    if len(values) > _MOST_SYSTEMS:
        raise ValueError(f"it has more than {_MOST_SYSTEMS:,} systems")
    found: list[Place] = []
    first = 0
    for value in values:
        name = required(value, "name", str)
        counts = [required(value, count, int) for count in ("groups", "files", "problems")]
        if min(counts) < 0 or not counts[0]:
            raise ValueError(f"its index counts {name!r} wrongly")
        found.append(Place(name, first, *counts))
        first += counts[0]
    if first != groups:
        raise ValueError(f"its index has {first:,} row groups, and the file {groups:,}")
    if len({one.name for one in found}) != len(found):
        raise ValueError("two systems of its index have one name")
    return tuple(found)


def _values(column: Any, pa: Any) -> list[Any]:
    """The values of a column as Python has them; each text of a dictionary is made once, and times are numbers."""
    found: list[Any] = []
    for chunk in column.chunks:
        chunk.validate(full=True)  # places in a dictionary that are outside it, texts that are none
        if pa.types.is_dictionary(chunk.type):
            texts = [*chunk.dictionary.to_pylist(), None]
            found += [texts[-1 if place is None else place] for place in chunk.indices.to_pylist()]
        elif pa.types.is_timestamp(chunk.type):
            found += chunk.view(pa.int64()).to_pylist()
        else:
            found += chunk.to_pylist()
    return found
