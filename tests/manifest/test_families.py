"""The folders of the catalogue."""

from __future__ import annotations

import pytest

from hotfixcheck.manifest.families import folder_of
from hotfixcheck.manifest.model import FilesFix, Manifest, ServicePackFix
from hotfixcheck.products import ServicePack

FOLDERS = {
    "NT": (("Microsoft Windows NT Server version 3.51",), "windows-nt"),
    "several NT": (("Microsoft Windows NT Server versions 3.51, 4.0",), "windows-nt"),
    "2000": (("Microsoft Windows 2000 Server",), "windows-2000"),
    "2003": (("Microsoft Windows Server 2003, Standard Edition",), "windows-server-2003"),
    "8.1": (("Windows 8.1",), "windows-8-1"),
    "semi-annual": (("Windows Server, version 1803",), "windows-server"),
    "98": (("Microsoft Windows 98",), "windows-9x"),
    "the first Windows counts": (("Microsoft Windows 2000 Server", "Microsoft Windows NT Server 4.0"), "windows-2000"),
    "Windows before what runs on it": (
        ("Microsoft Internet Information Server 4.0", "Windows NT Server 4.0"),
        "windows-nt",
    ),
    "Exchange": (("Microsoft Exchange Server, version 5.5",), "exchange"),
    "MFC": (("The Microsoft Foundation Classes (MFC), included with:",), "visual-cpp"),
    "Word": (("Microsoft Word 97 for Windows",), "office"),
    "something else": (("Microsoft Bob",), "other"),
    "nothing": ((), "other"),
}


@pytest.mark.parametrize(("lines", "folder"), FOLDERS.values(), ids=FOLDERS)
def test_folder(lines: tuple[str, ...], folder: str) -> None:
    assert folder_of(Manifest("Q1", "An article", (), applies_to=lines)) == folder


def test_without_product_lines_the_fixes_tell() -> None:
    table = FilesFix((), scope="Windows Server 2003, 32-bit versions")
    assert folder_of(Manifest("Q1", "An article", (table,))) == "windows-server-2003"
    pack = ServicePackFix("Microsoft SNA Server 4.0", ServicePack(3))
    assert folder_of(Manifest("Q1", "An article", (FilesFix(()), pack))) == "sna-server"
