"""Inventory files: what is written is read back, and a damaged file is refused by its line."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.errors import TargetError
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.inventory import Coverage, FileRecord, Inventory, take_inventory
from hotfixcheck.inventory.jsonl import dump, is_inventory, load, load_file
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.model import System
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.layout import Layout, TargetKind, find_layout

INVENTORY = Inventory(
    target="/mnt/disk\udcff",
    layout=Layout(TargetKind.DRIVE, "WINNT", "WINNT/system32", None),
    system=System(build=1381),
    records=(
        FileRecord("a\x1b[31m.dll", None, "cut short"),
        FileRecord(
            "caf\udce9.dll",
            FileFacts(
                FileKind.PE,
                100,
                datetime(2000, 6, 1, 12, 0, 0, 123456, tzinfo=UTC),
                0x14C,
                0,
                True,
                FileVersion(4, 0, 1381, 4),
                FileVersion(0, 0, 0, 0),
                0,
                (("FileVersion", "4.00"), ("b\0", "\u2028")),
            ),
        ),
        FileRecord("empty.txt", FileFacts(FileKind.OTHER, 0)),
    ),
    coverage=Coverage(False, frozenset({"hosts", "caf\udce9"})),
    problems=(Problem("config/SOFTWARE", "damaged"),),
)
LINES = list(dump(INVENTORY))


def refused(lines: list[str]) -> TargetError:
    with pytest.raises(TargetError) as raised:
        load(lines, "disk.jsonl")
    assert raised.value.file == "disk.jsonl"
    assert raised.value.place.isdigit()
    assert 1 <= int(raised.value.place) <= max(len(lines), 1)
    return raised.value


def test_what_is_written_is_read() -> None:
    assert load(LINES, "disk.jsonl") == INVENTORY


def test_what_is_written_is_plain_text() -> None:
    assert all(line.isascii() and line.isprintable() for line in LINES)


def test_a_real_inventory_through_a_file(tmp_path: Path) -> None:
    tree = DirectoryTree(write_demo(tmp_path / "disk"))
    inventory = take_inventory(tree, find_layout(tree), names=frozenset({"hosts"}), everything=True)
    path = tmp_path / "disk.jsonl"
    for end in ("\n", "\r\n"):
        path.write_bytes("".join(line + end for line in dump(inventory)).encode())
        assert load_file(path) == inventory


def test_records_come_back_in_order() -> None:
    assert load([LINES[0], *reversed(LINES[1:4]), *LINES[4:]], "disk.jsonl") == INVENTORY


@pytest.mark.parametrize("number", range(len(LINES)))
def test_a_missing_line_is_noticed(number: int) -> None:
    refused(LINES[:number] + LINES[number + 1 :])


@pytest.mark.parametrize("number", range(len(LINES)))
def test_a_line_cut_short_is_noticed(number: int) -> None:
    for end in range(len(LINES[number])):
        error = refused([*LINES[:number], LINES[number][:end], *LINES[number + 1 :]])
        assert error.place == str(number + 1)


@pytest.mark.parametrize("number", range(len(LINES) + 1))
def test_an_inventory_cut_short_is_noticed(number: int) -> None:
    if number < len(LINES):
        refused(LINES[:number])
    else:
        load(LINES, "")


LINE_OF: dict[str, tuple[str, str]] = {
    "not JSON": ("{", "not JSON: "),
    "nothing": ("", "not JSON: "),
    "a list": ("[1, 2]", "it is no JSON object"),
    "null": ("null", "it is no JSON object"),
    "a huge line": ('{"file": "' + "x" * (1 << 20) + '"}', "the line is too long"),
    "deep nesting": ('{"file": ' + "[" * 100_000 + "]" * 100_000 + "}", "it is nested too deep"),
    "a number of 5,000 digits": ('{"file": "a", "size": ' + "9" * 5000 + "}", "it has a number of too many digits"),
    "nothing of an inventory": ('{"a": 1}', "a line follows the last one"),
}


@pytest.mark.parametrize(("line", "problem"), LINE_OF.values(), ids=LINE_OF)
def test_a_line_that_is_none(line: str, problem: str) -> None:
    error = refused([*LINES[:2], line, *LINES[2:]])
    assert problem in error.problem
    assert error.place == ("4" if "follows" in problem else "3")


def changed(number: int, change: dict[str, Any]) -> list[str]:
    values = json.loads(LINES[number]) | change
    line = json.dumps({name: value for name, value in values.items() if value is not ...})
    return [*LINES[:number], line, *LINES[number + 1 :]]


FILE_FIELDS: dict[str, tuple[dict[str, Any], str]] = {
    "path": ({"file": 1}, "'file' is not text"),
    "kind": ({"kind": "elf"}, "'elf' is not a kind of file"),
    "no kind": ({"kind": ...}, "'kind' is missing"),
    "no size": ({"size": ...}, "'size' is missing"),
    "size of null": ({"size": None}, "'size' is missing"),
    "size as text": ({"size": "1"}, "'size' is not a whole number"),
    "size as true": ({"size": True}, "'size' is not a whole number"),
    "size as NaN": ({"size": float("nan")}, "'size' is not a whole number"),
    "size of a fraction": ({"size": 1.5}, "'size' is not a whole number"),
    "size below zero": ({"size": -1}, "'size' is out of range"),
    "size beyond 63 bits": ({"size": 1 << 63}, "'size' is out of range"),
    "machine": ({"machine": []}, "'machine' is not a whole number"),
    "link time": ({"link_time": float("inf")}, "'link_time' is not a whole number"),
    "language": ({"language": {}}, "'language' is not a whole number"),
    "time": ({"modified": "yesterday"}, "'yesterday' is not a time such as 2000-06-01T12:00:00+00:00"),
    "time as a number": ({"modified": 5}, "'modified' is not text"),
    "time without a zone": ({"modified": "2000-01-01T00:00:00"}, "names no time zone"),
    "version": ({"file_version": "four"}, "'four' is not a file version"),
    "version as a number": ({"file_version": 4.0}, "'file_version' is not text"),
    "empty version": ({"product_version": ""}, "'' is not a file version"),
    "reproducible": ({"reproducible": "no"}, "'reproducible' is not true or false"),
    "strings": ({"strings": ["a"]}, "'strings' is not an object"),
    "a string": ({"strings": {"A": 1}}, "'A' is not text"),
    "problem": ({"problem": None}, "'problem' is not text"),
}


@pytest.mark.parametrize(("change", "problem"), FILE_FIELDS.values(), ids=FILE_FIELDS)
def test_a_field_of_a_file(change: dict[str, Any], problem: str) -> None:
    error = refused(changed(2, change))
    assert problem in error.problem
    assert error.place == "3"


OTHER_FIELDS: dict[str, tuple[int, dict[str, Any], str]] = {
    "a version to come": (0, {"inventory": 2}, "an inventory of version 2; this hotfixcheck reads version 1"),
    "a version that is none": (0, {"inventory": "2"}, "not an inventory of version 1"),
    "no version of the format": (0, {"inventory": ...}, "not an inventory of version 1"),
    "target": (0, {"target": "disk"}, "'target' is not an object"),
    "kind of target": (
        0,
        {"target": {"path": "", "kind": "tape", "windows": None, "system32": None, "hives": None}},
        "'tape' is not a kind of target",
    ),
    "Windows folder": (0, {"target": {"path": "", "kind": "folder", "windows": 1}}, "'windows' is not text"),
    "coverage": (0, {"coverage": ...}, "'coverage' is missing"),
    "coverage of everything": (0, {"coverage": {"everything": 1, "names": []}}, "'everything' is not true or false"),
    "coverage of names": (0, {"coverage": {"everything": True, "names": "ab"}}, "'names' is not a list"),
    "coverage of a name": (0, {"coverage": {"everything": True, "names": [[]]}}, "'names' is not text"),
    "system": (0, {"system": []}, "'system' is not an object"),
    "path of a problem": (4, {"target_problem": 1}, "'target_problem' is not text"),
    "problem": (4, {"problem": ...}, "'problem' is missing"),
    "count of files": (5, {"files": 4}, "the inventory is cut short"),
    "count of files as NaN": (5, {"files": float("nan")}, "'files' is not a whole number"),
    "no count of problems": (5, {"target_problems": ...}, "'target_problems' is missing"),
}


@pytest.mark.parametrize(("number", "change", "problem"), OTHER_FIELDS.values(), ids=OTHER_FIELDS)
def test_another_field(number: int, change: dict[str, Any], problem: str) -> None:
    error = refused(changed(number, change))
    assert problem in error.problem
    assert error.place == str(number + 1)


def test_a_file_that_is_not_utf8_is_refused_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "disk.jsonl"
    for number in range(len(LINES)):
        lines = [line.encode() for line in LINES]
        lines[number] = lines[number].replace(b'"', b"\xff", 1)
        path.write_bytes(b"\n".join(lines))
        with pytest.raises(TargetError, match="it is not UTF-8") as raised:
            load_file(path)
        assert (raised.value.file, raised.value.place) == (str(path), str(number + 1))


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"MZ\x90\0", b"\xff\xfe{\0", b"{" * (3 << 20)])
def test_a_file_that_is_no_inventory(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "disk.jsonl"
    path.write_bytes(data)
    with pytest.raises(TargetError) as raised:
        load_file(path)
    assert raised.value.place == "1"


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="No such file"):
        load_file(tmp_path / "gone.jsonl")


def test_everything_is_kept_of_every_coverage() -> None:
    whole = replace(INVENTORY, coverage=Coverage(True), layout=Layout(TargetKind.HIVES, hives=""))
    assert load(dump(whole), "") == whole


def test_a_file_has_one_row() -> None:
    error = refused([*LINES[:2], LINES[1], *LINES[2:]])
    assert (error.problem, error.place) == ("a file that has a row before", "3")


def test_a_newer_version_is_for_a_newer_hotfixcheck() -> None:
    assert refused(changed(0, {"inventory": 2})).advice == "a newer hotfixcheck reads it"


def test_what_editors_add_is_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "disk.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*LINES, "", " ", ""]).encode())
    assert load_file(path) == INVENTORY


def test_what_powershell_redirects_is_named(tmp_path: Path) -> None:
    path = tmp_path / "disk.jsonl"
    path.write_text("\n".join(LINES), encoding="utf-16")
    with pytest.raises(TargetError, match="it is UTF-16") as raised:
        load_file(path)
    assert "inventory -o FILE" in raised.value.advice


def test_an_inventory_is_one_by_its_name_or_by_how_it_begins(tmp_path: Path) -> None:
    named, content, other = tmp_path / "a.JSONL", tmp_path / "b.txt", tmp_path / "c.txt"
    named.write_text("cut short before the first line")
    content.write_bytes(b"\xef\xbb\xbf" + "\n".join(LINES).encode())
    other.write_text('{"report": 1}')
    (tmp_path / "folder.jsonl").mkdir()
    is_one = [is_inventory(path) for path in (named, content, other, tmp_path / "folder.jsonl", tmp_path / "gone")]
    assert is_one == [True, True, False, False, False]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jsonl")
    with pytest.raises(TargetError, match="it is no plain file"):
        load_file(tmp_path / "a.jsonl")
