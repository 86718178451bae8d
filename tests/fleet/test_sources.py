"""What the sources of a fleet hold, and what its systems are called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hotfixcheck.errors import TargetError
from hotfixcheck.fleet.sources import Loader, members_of
from tests.build.fleets import a_system, write_lines, write_parquet

HERE = a_system()


def names(*sources: Path) -> list[str]:
    members, problems = members_of(sources)
    assert not problems
    return [member.name for member in members]


def test_a_name_is_that_of_the_file_or_the_one_it_was_packed_under(tmp_path: Path) -> None:
    write_lines(tmp_path / "b.jsonl", HERE)
    write_lines(tmp_path / "below" / "A.jsonl", HERE)
    write_parquet(tmp_path / "plant.parquet", {"c": HERE, "d": HERE})
    (tmp_path / "notes.txt").write_text("not looked at")
    assert names(tmp_path) == ["A", "b", "c", "d"]
    assert names(tmp_path / "plant.parquet", tmp_path / "b.jsonl") == ["b", "c", "d"]


def test_an_inventory_by_another_name_is_one(tmp_path: Path) -> None:
    assert names(write_lines(tmp_path / "inventory.txt", HERE)) == ["inventory"]
    assert names(write_parquet(tmp_path / "packed.bin", {"x": HERE})) == ["x"]


def test_systems_of_one_name_are_told_apart_by_where_they_lie(tmp_path: Path) -> None:
    for hall in ("hall-1", "hall-2"):
        write_lines(tmp_path / hall / "line" / "pc.jsonl", HERE)
    write_lines(tmp_path / "hall-3" / "PC.jsonl", HERE)
    write_parquet(tmp_path / "plant.parquet", {"pc": HERE, "other": HERE})
    here = tmp_path.name
    assert names(tmp_path) == ["hall-1/line/pc", "hall-2/line/pc", "other", f"{here}/hall-3/PC", f"{here}/plant/pc"]


def test_no_two_systems_have_one_name(tmp_path: Path) -> None:
    write_lines(tmp_path / "a" / "pc.jsonl", HERE)
    write_lines(tmp_path / "b" / "pc.jsonl", HERE)
    write_parquet(tmp_path / "x.parquet", {"a/pc": HERE, "A/PC": HERE})
    found = [name.lower() for name in names(tmp_path)]
    assert len(found) == len(set(found)) == 4


def test_a_file_that_is_found_twice_counts_once(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.jsonl", HERE)
    assert names(tmp_path, file, tmp_path / "." / "a.jsonl") == ["a"]


def test_control_characters_of_a_name_are_spelled_out(tmp_path: Path) -> None:
    assert names(write_parquet(tmp_path / "a.parquet", {"x\x1b[31m": HERE})) == ["x\\x1b[31m"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("gone.jsonl", None, "there is no such file or folder", id="not there"),
        pytest.param("text.txt", b"x", "not an inventory (`hotfixcheck inventory` takes one of a system)", id="text"),
        pytest.param("a.parquet", b"x", "not Parquet, whatever its name says", id="no Parquet"),
    ],
)
def test_what_is_no_source_is_a_problem(name: str, content: bytes | None, said: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    members, [problem] = members_of([tmp_path / name])
    assert members == ()
    assert (problem.path, problem.problem) == (str(tmp_path / name), said)


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    _, [problem] = members_of([tmp_path])
    assert "there is no inventory in this folder" in problem.problem


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that may not be listed")
def test_a_folder_that_cannot_be_listed_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    _, [problem] = members_of([tmp_path])
    assert problem.path == str(tmp_path / "closed")


def test_a_loader_goes_from_file_to_file(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.jsonl", a_system(1))
    write_parquet(tmp_path / "b.parquet", {"b": a_system(2), "c": a_system(3)})
    write_parquet(tmp_path / "d.parquet", {"d": a_system(4)})
    members, _ = members_of([tmp_path])
    loader = Loader()
    assert [loader.load(member) for member in (*members, members[1])] == [a_system(n) for n in (1, 2, 3, 4, 2)]
    (tmp_path / "a.jsonl").unlink()
    with pytest.raises(TargetError):
        loader.load(members[0])
    loader.close()
