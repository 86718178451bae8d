"""A bounded run of what images.py does at length."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.fuzz.images import KINDS, Mutant, Seed, build_seeds, mutant, scan

MUTANTS = 400


@pytest.fixture(scope="module", params=list(KINDS))
def seeds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Seed]]:
    yield build_seeds(tmp_path_factory.mktemp("seeds"), request.param)


def test_every_seed_is_scanned(seeds: Mapping[str, Seed]) -> None:
    assert {name: scan(Mutant(seed, len(seed.data))) for name, seed in seeds.items()} == dict.fromkeys(seeds, "scanned")


def test_mutants_are_scanned_or_named(
    seeds: Mapping[str, Seed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mutants are numbered: `mutant(seeds, n)` is the image of a failure. Nothing is left in the temporary folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for number in range(MUTANTS):
        name, source = mutant(seeds, number)
        start = time.process_time()
        try:
            scan(source)
        except Exception as error:
            error.add_note(f"mutant {number}, {name}")
            raise
        assert time.process_time() - start < 10, f"mutant {number}, {name}"
    assert list(tmp_path.iterdir()) == []


def test_a_number_is_always_the_same_mutant(seeds: Mapping[str, Seed]) -> None:
    made = [mutant(seeds, number) for number in (*range(20), *range(20))]
    assert [(name, source.size, source.patches) for name, source in made[:20]] == [
        (name, source.size, source.patches) for name, source in made[20:]
    ]
