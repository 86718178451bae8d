"""Whatever a disk holds, its inventory is read back as it was written, and nothing else is taken for one."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.errors import TargetError
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.inventory import Coverage, FileRecord, Inventory
from hotfixcheck.inventory.jsonl import dump, load
from hotfixcheck.inventory.model import record_order
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import Layout, TargetKind

# Surrogates stand for bytes that are not UTF-8; a high and a low one beside each other never come from a name.
ANY = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from([chr(0xDC80 + n) for n in range(128)]), max_size=20
)
NUMBERS = st.none() | st.integers(0, (1 << 63) - 1)
VERSIONS = st.none() | st.builds(FileVersion, *[st.integers(0, 0xFFFF)] * 4)
FACTS = st.builds(
    FileFacts,
    kind=st.sampled_from(FileKind),
    size=st.integers(0, (1 << 63) - 1),
    modified=st.none() | st.datetimes(min_value=datetime(1, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    machine=NUMBERS,
    link_time=NUMBERS,
    reproducible=st.booleans(),
    file_version=VERSIONS,
    product_version=VERSIONS,
    language=NUMBERS,
    strings=st.dictionaries(ANY, ANY, max_size=3).map(lambda values: tuple(values.items())),
)
RECORDS = st.lists(
    st.builds(FileRecord, ANY, FACTS) | st.builds(lambda path, said: FileRecord(path, None, said), ANY, ANY),
    max_size=5,
    unique_by=lambda record: record.path,  # a scan has one row a file
)
FOLDERS = st.none() | ANY
INVENTORIES = st.builds(
    Inventory,
    target=ANY,
    layout=st.builds(Layout, st.sampled_from(TargetKind), FOLDERS, FOLDERS, FOLDERS),
    system=st.just(System()),
    records=RECORDS.map(lambda records: tuple(sorted(records, key=record_order))),
    coverage=st.builds(Coverage, st.booleans(), st.frozensets(ANY, max_size=3)),
    problems=st.lists(st.builds(Problem, ANY, ANY), max_size=3).map(lambda problems: tuple(sorted(problems))),
)


@given(INVENTORIES)
def test_what_is_written_is_read(inventory: Inventory) -> None:
    assert load(dump(inventory), "disk.jsonl") == inventory


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(INVENTORIES, st.data())
def test_a_damaged_line_is_refused_or_read(inventory: Inventory, data: st.DataObject) -> None:
    lines = list(dump(inventory))
    number = data.draw(st.integers(0, len(lines) - 1))
    line = lines[number]
    start = data.draw(st.integers(0, len(line)))
    lines[number] = line[:start] + data.draw(st.text(max_size=4)) + line[start + data.draw(st.integers(0, 6)) :]
    with contextlib.suppress(TargetError):
        load(lines, "disk.jsonl")
