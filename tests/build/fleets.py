"""Fleets as files and values, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from hotfixcheck.fleet.writing import dump
from hotfixcheck.inventory import Inventory
from hotfixcheck.inventory.jsonl import dump as dump_lines
from hotfixcheck.readers.facts import FileFacts
from tests.build.systems import facts, inventory, system


def a_system(number: int = 0, name: str = "plant") -> Inventory:
    """A system with a few files, one of them unreadable; `number` makes it another."""
    files: dict[str, FileFacts | str] = {
        "WINNT/system32/kernel32.dll": facts(
            f"4.0.1381.{100 + number}", modified="1999-12-06T08:00", CompanyName="Microsoft Corporation"
        ),
        "WINNT/system32/ole32.dll": facts("4.0.1381.200", size=9, linked="1999-09-29"),
        "WINNT/system32/rpcss.exe": "cut short",
    }
    return replace(inventory(system(), files), target=name)


def write_lines(path: Path, each: Inventory) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in dump_lines(each)), encoding="utf-8")
    return path


def packed(fleet: Mapping[str, Inventory]) -> bytes:
    return b"".join(dump(((name, each, None) for name, each in fleet.items()), "fleet.parquet"))


def write_parquet(path: Path, fleet: Mapping[str, Inventory]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed(fleet))
    return path
