"""Whatever a disk holds, its inventory comes back from Parquet as it went in, beside any others."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.fleet.reading import InventoryFile
from hotfixcheck.fleet.writing import dump
from hotfixcheck.inventory import Inventory
from hotfixcheck.inventory.jsonl import dump as dump_lines
from hotfixcheck.readers.facts import FileFacts, FileKind
from tests.build.systems import inventory, system
from tests.property.test_inventory import INVENTORIES

FLEETS = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8), INVENTORIES)


def back(fleet: dict[str, Inventory]) -> dict[str, Inventory]:
    """The fleet through a file, each system read by itself, the last first."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fleet.parquet"
        path.write_bytes(b"".join(dump(((name, each, None) for name, each in fleet.items()), str(path))))
        with closing(InventoryFile(path)) as opened:
            return {place.name: opened.load(place) for place in reversed(opened.places)}


@given(FLEETS)
def test_what_is_packed_is_read(fleet: dict[str, Inventory]) -> None:
    found = back(fleet)
    assert found == fleet
    assert all(list(dump_lines(found[name])) == list(dump_lines(each)) for name, each in fleet.items())


@given(INVENTORIES)
def test_the_same_inventory_gives_the_same_bytes(each: Inventory) -> None:
    first, second = (b"".join(dump([("a", each, None)], "a.parquet")) for _ in range(2))
    assert first == second


@given(st.integers(-840, 840), st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001
def test_a_time_of_any_zone_is_kept_as_it_was_written(minutes: int, when: datetime) -> None:
    there = when.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    files = {
        "a.dll": FileFacts(FileKind.OTHER, 1, there),
        "b.dll": FileFacts(FileKind.OTHER, 1, when.replace(tzinfo=UTC)),
    }
    each = inventory(system(), {**files})
    assert list(dump_lines(back({"a": each})["a"])) == list(dump_lines(each))
