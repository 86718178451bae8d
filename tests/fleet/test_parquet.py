"""Parquet files of inventories: systems apart, and every way in which a file can be wrong said in one error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hotfixcheck.errors import TargetError
from hotfixcheck.fleet import columns, pages, reading
from hotfixcheck.fleet.reading import InventoryFile, is_parquet, load_system
from hotfixcheck.fleet.writing import dump, options
from hotfixcheck.inventory import Inventory
from hotfixcheck.system.clues import Problem
from tests.build.fleets import a_system, packed, write_parquet
from tests.build.systems import facts, inventory, system

FLEET = {"line-1": a_system(), "line-2": a_system(1), "line-3": replace(a_system(2), problems=(Problem("x", "y"),))}


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    return write_parquet(tmp_path / "plant.parquet", FLEET)


def test_each_system_has_row_groups_of_its_own(plant: Path) -> None:
    told = pq.ParquetFile(plant).metadata
    assert told.num_row_groups == len(FLEET)
    for number, name in enumerate(FLEET):
        statistics = told.row_group(number).column(0).statistics
        assert (statistics.min, statistics.max) == (name, name)


def test_one_system_is_read_without_the_others(plant: Path) -> None:
    """All bytes of the others may be anything."""
    told = pq.ParquetFile(plant).metadata
    data = bytearray(plant.read_bytes())
    for number in (0, 2):
        for column in range(told.num_columns):
            chunk = told.row_group(number).column(column)
            start = chunk.dictionary_page_offset or chunk.data_page_offset
            data[start : start + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    plant.write_bytes(data)
    assert load_system(plant, "line-2") == FLEET["line-2"]
    with pytest.raises(TargetError, match=r"plant\.parquet:system line-1, row group 0: damaged: column system: a page"):
        load_system(plant, "line-1")


def test_a_system_of_many_rows_has_several_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotfixcheck.fleet.writing.MOST_ROWS", 2)
    path = write_parquet(tmp_path / "a.parquet", FLEET)
    assert pq.ParquetFile(path).metadata.num_row_groups == 7
    assert [load_system(path, name) for name in FLEET] == list(FLEET.values())


def test_the_file_is_compressed_and_checked(plant: Path) -> None:
    told = pq.ParquetFile(plant).metadata.row_group(0)
    chunks = {told.column(number).path_in_schema: told.column(number) for number in range(told.num_columns)}
    assert {chunk.compression for chunk in chunks.values()} == {"ZSTD"}
    assert {"name", "folder", "file_version"} <= {name for name, chunk in chunks.items() if chunk.has_dictionary_page}


def test_columns_can_be_queried_by_whoever_reads_parquet(plant: Path) -> None:
    rows = pq.read_table(plant, columns=["system", "folder", "name", "file_version", "row"]).to_pylist()
    found = {row["system"]: row["file_version"] for row in rows if row["name"] == "kernel32.dll"}
    assert found == {"line-1": "4.0.1381.100", "line-2": "4.0.1381.101", "line-3": "4.0.1381.102"}


def test_a_name_that_is_no_text_is_kept_beside_what_can_be_shown(tmp_path: Path) -> None:
    each = inventory(system(), {"WINNT/a\udcff.dll": facts("1.0"), "WINNT/b.dll": "\udc80"})
    path = write_parquet(tmp_path / "a.parquet", {"a": each})
    assert load_system(path) == each
    assert "a?.dll" in pq.read_table(path).column("name").to_pylist()


def test_a_file_that_several_systems_are_in_has_to_be_told_which(plant: Path) -> None:
    assert load_system(plant, "LINE-2") == FLEET["line-2"]
    with pytest.raises(
        TargetError, match=r"3 systems in it \(--image NAME takes one, `hotfixcheck fleet check` all: li"
    ):
        load_system(plant)
    with pytest.raises(TargetError, match=r"no system 'x' in it \(there is line-1, line-2, line-3\)"):
        load_system(plant, "x")


def test_a_file_without_systems_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="there is no system in it"):
        load_system(write_parquet(tmp_path / "a.parquet", {}))


def test_what_parquet_is_called(tmp_path: Path, plant: Path) -> None:
    assert is_parquet(plant.rename(tmp_path / "plant"))
    assert is_parquet(tmp_path / "there-is-none.parquet")
    (tmp_path / "folder.parquet").mkdir()
    assert not is_parquet(tmp_path / "folder.parquet")
    assert not is_parquet(tmp_path)


def test_a_row_that_no_reader_takes_is_not_written() -> None:
    each = inventory(system(), {"a.dll": facts("1.0", Comments="x" * (1 << 20))})
    with pytest.raises(TargetError, match=r"a\.parquet:system web01: a row is too long"):
        list(dump([("web01", each, None)], "a.parquet"))


# --- what is no inventory, or not any more ---------------------------------------------------------------------------


def written(rows: list[dict[str, Any]], index: Any = None, schema: Any = None, **how: Any) -> bytes:
    """A Parquet file of these rows, in one row group."""
    sink = pa.BufferOutputStream()
    schema = columns.schema(pa) if schema is None else schema
    with pq.ParquetWriter(sink, schema, **{**options(), **how}) as writer:
        writer.write_table(pa.table([[row.get(name) for row in rows] for name in schema.names], schema=schema))
        if index is not None:
            writer.add_key_value_metadata({columns.METADATA: json.dumps(index)})
    return bytes(sink.getvalue())


ROWS = list(columns.rows_of(a_system(), "a"))


def index(**changed: Any) -> dict[str, Any]:
    return {"inventories": 1, "systems": [{"name": "a", "groups": 1, "files": 3, "problems": 0, **changed}]}


def with_row(number: int, **changed: Any) -> list[dict[str, Any]]:
    return [{**row, **(changed if at == number else {})} for at, row in enumerate(ROWS)]


def with_length(data: bytes, length: int) -> bytes:
    return data[:-8] + length.to_bytes(4, "little") + data[-4:]


def of_longer_columns() -> Any:
    return pa.schema([*columns.schema(pa), ("more", pa.string())])


def of_nested_columns() -> Any:
    fields = list(columns.schema(pa))
    fields[13] = pa.field("strings", pa.map_(pa.string(), pa.string()))
    return pa.schema(fields)


GOOD = packed({"a": a_system()})
WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "not Parquet"),
    "text": (lambda: b"name,version\n" * 10, "not Parquet"),
    "cut short": (lambda: GOOD[:-1], "cut short: it has no footer"),
    "only the mark": (lambda: b"PAR1", "cut short|damaged"),
    "a footer of 4 GB": (lambda: with_length(GOOD, 0xFFFFFFFF), "its footer cannot be as long"),
    "a footer of nothing": (lambda: with_length(GOOD, 0), "its footer cannot be as long"),
    "a footer of something else": (lambda: with_length(GOOD, 100), "footer: damaged"),
    "another program's": (lambda: written(ROWS), "Parquet, and no inventory of hotfixcheck"),
    "a report": (lambda: written(ROWS, {"fleet_report": 1}), "a report on a fleet, and no inventory"),
    "a newer version": (
        lambda: written(ROWS, {"inventories": 2}),
        "of version 2; .* reads version 1 .*newer hotfixche",
    ),
    "version 0": (lambda: written(ROWS, {"inventories": 0}), "not inventories of version 1"),
    "version true": (lambda: written(ROWS, {"inventories": True}), "not a whole number"),
    "an index that is a list": (lambda: written(ROWS, []), "its index is no JSON object"),
    "no systems": (lambda: written(ROWS, {"inventories": 1}), "'systems' is missing"),
    "a system without a name": (lambda: written(ROWS, index(name=None)), "'name' is not text"),
    "a system in no group": (lambda: written(ROWS, index(groups=0)), "counts 'a' wrongly"),
    "a system in two groups": (lambda: written(ROWS, index(groups=2)), "has 2 row groups, and the file 1"),
    "negative counts": (lambda: written(ROWS, index(files=-1)), "counts 'a' wrongly"),
    "more columns": (lambda: written(ROWS, index(), of_longer_columns()), "its columns are not those"),
    "nested columns": (lambda: written([], index(groups=1), of_nested_columns()), "its columns are not those"),
    "more files than there are": (
        lambda: written(ROWS, index(files=4)),
        "system a: damaged: the inventory is cut short",
    ),
    "rows of another": (
        lambda: written(ROWS, index(name="b")),
        "system b, row 1: damaged: the row is of another system",
    ),
    "a system twice": (lambda: written([*ROWS, ROWS[0]], index()), "row 5: damaged: the row is of another system"),
    "no header": (lambda: written(ROWS[1:], index()), "row 1: damaged: the row is of another system"),
    "a header of a list": (
        lambda: written(with_row(0, header="[]"), index()),
        "row 1: damaged: it has JSON of another",
    ),
    "a header too deep": (lambda: written(with_row(0, header="[" * 100_000), index()), "row 1: damaged: it is nested"),
    "an inventory's header of no inventory": (
        lambda: written(with_row(0, header="{}"), index()),
        "not an inventory of v",
    ),
    "a row of no kind": (lambda: written(with_row(2, row="x"), index()), "row 3: damaged: the row is of no known kind"),
    "no name": (lambda: written(with_row(1, name=None), index()), "row 2: damaged: 'name' is not text"),
    "no size": (lambda: written(with_row(1, size=None), index()), "row 2: damaged: 'size' is missing"),
    "a size below 0": (lambda: written(with_row(1, size=-1), index()), "row 2: damaged: 'size' is out of range"),
    "a kind of none": (lambda: written(with_row(1, kind="x"), index()), "row 2: damaged: 'x' is not a kind of file"),
    "no version": (lambda: written(with_row(1, file_version="x"), index()), "row 2: damaged: "),
    "a time out of range": (lambda: written(with_row(1, modified=-(1 << 62)), index()), "'modified' is out of range"),
    "strings of a list": (
        lambda: written(with_row(1, strings="[1]"), index()),
        "row 2: damaged: it has JSON of another",
    ),
    "a file twice": (lambda: written([*ROWS, ROWS[-1]], index(files=4)), "a file has two rows"),
    "an exact row of none": (lambda: written(with_row(1, exact="{}"), index()), "row 2: damaged: 'file' is missing"),
    "a problem of three": (
        lambda: written([*ROWS, {"system": "a", "row": "problem", "exact": "[1,2,3]"}], index(problems=1)),
        "row 5: damaged: ",
    ),
    "another encoding": (
        lambda: written(ROWS, index(), use_dictionary=False, column_encoding={"header": "DELTA_BYTE_ARRAY"}),
        r"column header: a page has another encoding \(7\)",
    ),
    "pages of another version": (lambda: written(ROWS, index(), data_page_version="2.0"), "a page is of another kind"),
}


@pytest.mark.parametrize(("build", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_one_error_that_names_file_and_place(
    build: Callable[[], bytes], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.parquet"
    path.write_bytes(build())
    with pytest.raises(TargetError, match=said) as caught:
        load_system(path)
    assert caught.value.file == str(path)
    assert "\n" not in str(caught.value)


def test_what_is_right_is_none_of_these(tmp_path: Path) -> None:
    path = tmp_path / "right.parquet"
    path.write_bytes(written(ROWS, index()))
    assert load_system(path) == a_system()


def test_every_byte_that_a_page_lost_is_noticed(plant: Path) -> None:
    """Page checksums: where a page still decompresses, it says something else."""
    chunk = pq.ParquetFile(plant).metadata.row_group(0).column(12)
    data = bytearray(plant.read_bytes())
    data[chunk.data_page_offset + chunk.total_compressed_size - 3] ^= 1
    plant.write_bytes(data)
    with pytest.raises(TargetError, match="system line-1, row group 0: damaged"):
        load_system(plant, "line-1")


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.parquet")
    with pytest.raises(TargetError, match="no plain file"):
        load_system(tmp_path / "pipe.parquet")


def test_without_pyarrow_one_line_says_what_to_install(plant: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(
        TargetError, match=r"plant\.parquet: Parquet needs the package pyarrow \(python -m pip install "
    ):
        load_system(plant, "line-1")


# --- bombs -----------------------------------------------------------------------------------------------------------


def test_a_row_group_that_becomes_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """64 MB of one letter are 6 KB in zstd."""
    monkeypatch.setattr(reading, "Budget", lambda: pages.Budget(1 << 20))
    path = tmp_path / "bomb.parquet"
    path.write_bytes(written(with_row(0, header="x" * (1 << 26)), index()))
    assert path.stat().st_size < 20_000
    with pytest.raises(TargetError, match="column header: it becomes more than"):
        load_system(path)


def test_more_rows_than_a_row_group_may_have_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "long.parquet"
    path.write_bytes(written([*ROWS, *ROWS[1:2] * (pages.MOST_ROWS + 1)], index(files=pages.MOST_ROWS + 4)))
    with pytest.raises(TargetError, match="it has 65,541 rows, and may have 65,536"):
        load_system(path)


def test_a_text_that_repeats_is_held_once(tmp_path: Path) -> None:
    """1 MB in each of 150 rows is 150 MB for who makes a text of each."""
    rows = [*ROWS[:1], *({**ROWS[1], "name": f"{number}.dll", "strings": "x" * (1 << 20)} for number in range(150))]
    path = tmp_path / "wide.parquet"
    path.write_bytes(written(rows, index(files=150), dictionary_pagesize_limit=1 << 24))
    with pytest.raises(TargetError, match="row 2: damaged"):
        load_system(path)


def test_an_open_file_is_closed_after_what_is_wrong(tmp_path: Path, plant: Path) -> None:
    with closing(InventoryFile(plant)) as opened:
        found: Inventory = opened.load(opened.places[0])
    assert found == FLEET["line-1"]
