"""The index of a catalogue stands for its files, or is not used."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hotfixcheck.manifest.catalogue import load_catalogue, load_shipped, shipped
from hotfixcheck.manifest.index import NAME, dump_index, read_index

SEEDS = Path(__file__).parents[2] / "manifests" / "seeds"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    for file in SEEDS.iterdir():
        (tmp_path / "seeds" / file.name).write_bytes(file.read_bytes())
    catalogue = load_catalogue([tmp_path])
    text = dump_index(tmp_path, [(entry.file, entry.manifest) for entry in catalogue.entries])
    (tmp_path / NAME).write_text(text)
    return tmp_path


def test_it_holds_the_manifests_and_their_files(folder: Path) -> None:
    found = read_index(folder)
    assert found is not None
    assert found == [(entry.path, entry.manifest) for entry in load_catalogue([folder]).entries]


def _later(file: Path) -> None:
    os.utime(file, (file.stat().st_atime, file.stat().st_mtime + 3600))


STALE: dict[str, Callable[[Path], object]] = {
    "no index": lambda folder: (folder / NAME).unlink(),
    "one removed": lambda folder: (folder / "seeds" / "Q246691.yaml").unlink(),
    "one added": lambda folder: (folder / "extra.yml").write_text("manifest: 1\n"),
    "another size": lambda folder: (folder / "seeds" / "Q246691.yaml").write_text("manifest: 1\n"),
    "written later": lambda folder: _later(folder / "seeds" / "Q246691.yaml"),
    "cut short": lambda folder: (folder / NAME).write_text('{"index": 1, "manifests": [\n["seeds/Q1'),
    "another version": lambda folder: (folder / NAME).write_text('{"index": 2, "manifests": []}'),
    "no object": lambda folder: (folder / NAME).write_text("[]"),
    "no manifests": lambda folder: (folder / NAME).write_text('{"index": 1}'),
    "not UTF-8": lambda folder: (folder / NAME).write_bytes(b"\xff\xfe\xfd"),
}


@pytest.mark.parametrize("spoil", STALE.values(), ids=STALE)
def test_an_index_of_other_files_is_not_used(spoil: Callable[[Path], object], folder: Path) -> None:
    spoil(folder)
    assert read_index(folder) is None


def test_the_shipped_catalogue_is_indexed() -> None:
    assert read_index(shipped()) is not None
    catalogue = load_shipped()
    assert not catalogue.errors
    numbers = [entry.manifest.number for entry in catalogue.entries]
    assert numbers == sorted(set(numbers))


def test_without_an_index_the_files_themselves_are_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotfixcheck.manifest.catalogue.shipped", lambda: folder)
    indexed = load_shipped()
    (folder / NAME).unlink()
    assert load_shipped() == indexed
