"""Lists of products: which of them a system has, and with what they are used."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotfixcheck.manifest.model import FileRow
from hotfixcheck.products import Edition
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.applicability import Applies, article_applies
from tests.build.systems import article, asks, table
from tests.verdicts.applications import ABSENT, IIS, NO, S32, YES, installed, judged, windows, with_registry

NONE = with_registry()
LISTS: dict[str, tuple[tuple[str, ...], System, Applies]] = {
    "its system": (("SNA Server 4.0, on platform(s):", "the operating system: Microsoft Windows NT"), IIS, NO),
    "on its system": (
        ("Internet Information Server 4.0, on platform(s):", "the operating system: Microsoft Windows NT"), IIS, YES,
    ),
    "on another system": (
        ("Internet Information Server 4.0, on platform(s):", "the operating system: Microsoft Windows 2000"), IIS, NO,
    ),
    "on one of several systems": (
        (
            "Internet Information Server 4.0, used with:",
            "the operating system: Microsoft Windows 95",
            "the operating system: Microsoft Windows NT 4.0",
        ), IIS, YES,
    ),
    "on another machine": (("Internet Information Server 4.0, on platform(s):", "the hardware: DEC Alpha"), IIS, NO),
    "on its system and another machine": (
        (
            "Internet Information Server 4.0, on platform(s):",
            "the operating system: Microsoft Windows NT 4.0",
            "the hardware: DEC Alpha",
        ), IIS, NO,
    ),
    "a system alone": (("the operating system: Microsoft Windows NT 4.0",), NONE, YES),
    "a system before its product": (
        ("the operating system: Microsoft Windows NT 4.0", "SNA Server 4.0"), NONE, YES,
    ),
    "with another product that is there": (
        ("Microsoft Windows NT Server version 4.0, used with:", "Microsoft Cluster Server"), IIS, YES,
    ),
    "with another product that is not": (
        ("Microsoft Windows NT Server version 4.0, used with:", "Microsoft Cluster Server"), NONE, NO,
    ),
    "what follows of another kind stands for itself": (
        (
            "Microsoft Windows NT Server, Enterprise Edition version 4.0, used with:",
            "Microsoft Cluster Server",
            "Microsoft Windows NT Server version 4.0",
        ), NONE, YES,
    ),
    "what follows of the same kind belongs to it": (
        (
            "Microsoft Windows NT Server version 4.0, used with:",
            "Microsoft Internet Information Server 3.0",
            "Microsoft Internet Information Server 4.0",
        ), IIS, YES,
    ),
    "a list after a list": (
        (
            "SNA Server 3.0, on platform(s):", "the operating system: Microsoft Windows NT",
            "Internet Information Server 4.0, on platform(s):", "the operating system: Microsoft Windows NT",
        ), IIS, YES,
    ),
    "a list that is empty": (("Microsoft Windows NT Server version 4.0, used with:",), NONE, YES),
    "two lists that open at once": (
        ("Microsoft Windows NT Server version 4.0, used with:", "SNA Server 3.0, on platform(s):"), NONE, YES,
    ),
    "with Internet Explorer": (("Windows NT 4.0 with Internet Explorer 4.0",), NONE, NO),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "here", "expected"), LISTS.values(), ids=LISTS)
def test_list_of_products(lines: tuple[str, ...], here: System, expected: Applies) -> None:
    assert article_applies(article(applies_to=lines), here, asks(here)).applies is expected


def test_what_a_fix_is_used_with_is_not_what_it_is_for() -> None:
    """Windows' file of the name is not Outlook's because Outlook runs on Windows."""
    lines = ("Microsoft Outlook 98, used with:", "the operating system: Microsoft Windows NT")
    here = with_registry(installed("Outlook", "8.5"))
    manifest = article(table(FileRow("A.dll", version="8.5.5104.6")), applies_to=lines)
    assert judged(manifest, {f"{S32}/a.dll": windows("4.0.1381.4")}, here).status is ABSENT


def test_edition_is_asked_before_the_application() -> None:
    here = replace(IIS, edition=Edition.WORKSTATION)
    lines = ("Microsoft Windows NT Server version 4.0, used with:", "Microsoft Cluster Server")
    assert article_applies(article(applies_to=lines), here, asks(here)).applies is NO
