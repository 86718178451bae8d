"""Both documents of one article and system, as they are written: HOTFIXCHECK_SNAPSHOTS=write makes them again."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from hotfixcheck import __version__
from hotfixcheck.manifest.model import FileRow, Manifest, ServicePackFix
from hotfixcheck.oval.characteristics import characteristics_xml
from hotfixcheck.oval.definitions import definitions_of, definitions_xml
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack
from tests.build.systems import article, facts, inventory, system, table

SNAPSHOTS = Path(__file__).with_name("snapshots")


def an_article() -> Manifest:
    """A row by version, one by date and size, and a service pack that has both."""
    return article(
        table(
            FileRow("a.dll", Platform.X86, version="4.0.1381.7000"),
            FileRow("b.exe", Platform.X86, date=date(1999, 11, 18), time="16:19", size=107_520, size_approx=True),
        ),
        ServicePackFix("Windows NT 4.0", ServicePack(6, "a")),
        applies_to=("Microsoft Windows NT Server version 4.0 SP5",),
    )


def documents() -> dict[str, str]:
    pairs = definitions_of([an_article()])
    files = {
        "WINNT/system32/a.dll": facts("4.0.1381.335", linked="1999-09-29", FileVersion="4.00"),
        "WINNT/system32/b.exe": "cut short",
    }
    here = inventory(system(pack="SP5", Q246009=0), files)  # type: ignore[arg-type]
    return {"definitions": definitions_xml(pairs), "characteristics": characteristics_xml(here, pairs)}


@pytest.mark.parametrize("name", ["definitions", "characteristics"])
def test_documents(name: str) -> None:
    text = documents()[name].replace(f">{__version__}<", ">VERSION<")
    snapshot = SNAPSHOTS / f"{name}.xml"
    if os.environ.get("HOTFIXCHECK_SNAPSHOTS") == "write":
        SNAPSHOTS.mkdir(exist_ok=True)
        snapshot.write_text(text, encoding="utf-8")
    assert text == snapshot.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["definitions", "characteristics"])
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    assert documents()[name] == documents()[name]
