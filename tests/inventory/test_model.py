"""Inventories as values: names, coverage, twins, and the part that a few names make."""

from __future__ import annotations

import pytest

from hotfixcheck.inventory import Coverage, FileRecord, Inventory
from hotfixcheck.inventory.model import record_order
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import Layout, TargetKind

FACTS = FileFacts(FileKind.PE, 100)


def inventory(*records: FileRecord, problems: tuple[Problem, ...] = ()) -> Inventory:
    ordered = tuple(sorted(records, key=record_order))
    return Inventory("disk", Layout(TargetKind.FOLDER), System(), ordered, Coverage(False), problems)


def test_a_record_by_its_parts() -> None:
    record = FileRecord("WINNT/System32/KERNEL32.DLL", FACTS)
    assert (record.name, record.folder) == ("kernel32.dll", "WINNT/System32")
    assert FileRecord("A.dll").folder == ""


@pytest.mark.parametrize(
    ("coverage", "name", "covered"),
    [
        (Coverage(True), "hosts", True),
        (Coverage(False), "hosts", False),
        (Coverage(False), "a.dll", True),
        (Coverage(False, frozenset({"hosts"})), "hosts", True),
        (Coverage(False, frozenset({"hosts"})), "lmhosts", False),
    ],
)
def test_coverage(coverage: Coverage, name: str, covered: bool) -> None:
    assert coverage.covers(name) is covered


def test_limited_to_names() -> None:
    whole = inventory(FileRecord("a/X.DLL", FACTS), FileRecord("b/x.dll", FACTS), FileRecord("b/y.dll", FACTS))
    limited = whole.limited_to(frozenset({"x.dll"}))
    assert [record.path for record in limited.records] == ["a/X.DLL", "b/x.dll"]
    assert limited.limited_to(frozenset()).records == ()


def test_a_file_of_which_the_target_says_what_is_wrong_is_one_problem() -> None:
    said = Problem("kernel32.dll", "not used to identify the system: cut short")
    whole = inventory(
        FileRecord("kernel32.dll", None, "cut short"), FileRecord("ntoskrnl.exe", None, "cut short"), problems=(said,)
    )
    assert whole.all_problems() == (said, Problem("ntoskrnl.exe", "cut short"))


def test_problems_are_the_targets_the_files_and_twins() -> None:
    whole = inventory(
        FileRecord("b.dll", None, "cut short"),
        FileRecord("A.dll", FACTS),
        FileRecord("a.dll", FACTS),
        FileRecord("a.DLL", None, "it is empty"),
        problems=(Problem("config/SOFTWARE", "damaged"),),
    )
    assert whole.all_problems() == (
        Problem("a.DLL", "has a twin, A.dll: Windows would see only one of them"),
        Problem("a.DLL", "it is empty"),
        Problem("a.dll", "has a twin, A.dll: Windows would see only one of them"),
        Problem("b.dll", "cut short"),
        Problem("config/SOFTWARE", "damaged"),
    )
