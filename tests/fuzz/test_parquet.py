"""A bounded run of what parquet.py does at length."""

from __future__ import annotations

import time
from pathlib import Path

from tests.fuzz.parquet import SLOW, mutant, read, seed


def test_the_seed_is_read(tmp_path: Path) -> None:
    assert read(seed(), tmp_path / "seed.parquet")


def test_a_mutant_is_an_inventory_or_an_error(tmp_path: Path) -> None:
    for number in range(400):
        began = time.monotonic()
        read(mutant(number), tmp_path / "mutant.parquet")
        assert time.monotonic() - began < SLOW, number
