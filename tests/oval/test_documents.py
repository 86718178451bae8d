"""Both documents of one article and system, as they are written: HOTFIXCHECK_SNAPSHOTS=write makes them again."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

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


def test_a_product_definition_tests_the_platform_of_its_title() -> None:
    root = ET.fromstring(documents()["definitions"])
    names = {"d": "http://oval.mitre.org/XMLSchema/oval-definitions-5"}
    found = [
        each
        for each in root.iterfind("d:definitions/d:definition", names)
        if each.findtext("d:metadata/d:title", "", names).endswith(("is installed", "service packs is installed"))
    ]
    assert len(found) > 1
    for definition in found:
        title = definition.findtext("d:metadata/d:title", "", names)
        platform = title.partition("(")[2].partition(")")[0]
        criterion = definition.find(
            f"d:criteria[@operator='AND']/d:criterion[@comment='the processor is {platform}']", names
        )
        assert criterion is not None, title


@pytest.mark.parametrize("name", ["definitions", "characteristics"])
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    assert documents()[name] == documents()[name]
