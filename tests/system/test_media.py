"""What install media say of themselves, and that the kernel is believed over a leftover."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotfixcheck.products import Edition
from hotfixcheck.system.clues import Clues
from hotfixcheck.system.media import from_media
from hotfixcheck.system.model import System
from tests.build.identified import evidence, identified, kernel
from tests.build.media import write_source
from tests.build.trees import Listing

OFFICE = "Product=Office\r\nServicePack=0"
SAID = {
    "NT 4.0 Workstation": ("4.0.1381.1", {"CDROM_W.40": ""}, "Windows NT Workstation 4.0", None),
    "NT 4.0 Server": ("4.0.1381.1", {"cdrom_s.40": ""}, "Windows NT Server 4.0", None),
    "NT 3.51 Server": ("3.51.1057.1", {"cdrom_s.351": ""}, "Windows NT Server 3.51", None),
    "2000 Professional": ("5.0.2195.1", {"CDROM_NT.5": "", "CDROM_IP.5": ""}, "Windows 2000 Professional", None),
    "2000 Server SP4": ("5.0.2195.6717", {"cdrom_is.5": "", "cdromsp4.tst": ""}, "Windows 2000 Server", "SP4"),
    "2000 Advanced Server": ("5.0.2195.1", {"cdrom_ia.5": ""}, "Windows 2000 Advanced Server", None),
    "XP Home SP2": ("5.1.2600.2180", {"WIN51": "", "WIN51IC": "", "WIN51IC.SP2": ""}, "Windows XP Home Edition", "SP2"),
    "2003 Web": ("5.2.3790.0", {"win51ib": ""}, "Windows Server 2003 Web Edition", "none"),
    "2003 Enterprise for x64": ("5.2.3790.1830", {"win51aa.sp1": ""}, "Windows Server 2003 Enterprise Edition", "SP1"),
    "a list that names tags": (
        "5.1.2600.5512",
        {"TXTSETUP.SIF": '[SourceDisksNames]\r\n1 = "CD","\\win51ip.SP3",,"\\i386"'},
        "Windows XP Professional",
        "SP3",
    ),
    "PRODSPEC.INI": (
        "5.0.2195.6717",
        {"PRODSPEC.INI": "[Product Specification]\r\nProduct=Windows 2000 Server\r\nServicePackNumber=3\r\nNothing"},
        "Windows 2000 Server",
        "SP3",
    ),
    "PRODSPEC.INI of no Windows": ("5.0.2195.1", {"prodspec.ini": OFFICE}, "Windows 2000", None),
    "UTF-16": (
        "4.0.1381.1",
        {"PRODSPEC.INI": "\ufeffProduct = \"Windows NT Workstation\"\r\n"},
        "Windows NT Workstation 4.0",
        None,
    ),
    "nothing": ("4.0.1381.1", {}, "Windows NT 4.0", None),
    "names that are no tags": ("4.0.1381.1", {"cdrom_s.40.txt": "", "win51ipx": ""}, "Windows NT 4.0", None),
}  # fmt: skip


@pytest.mark.parametrize(("version", "files", "product", "pack"), SAID.values(), ids=SAID)
def test_media(version: str, files: dict[str, str], product: str, pack: str | None, tmp_path: Path) -> None:
    plain = {name: text.encode("utf-16-le" if text.startswith("\ufeff") else "latin-1") for name, text in files.items()}
    write_source(tmp_path, {}, plain=plain | {"kernel32.dll": kernel(version)})
    system, problems = identified(tmp_path)
    assert problems == ()
    assert system.product == product
    assert (None if system.service_pack is None else str(system.service_pack)) == pack


def test_the_kernel_is_believed_over_a_leftover(tmp_path: Path) -> None:
    write_source(tmp_path, {}, plain={"cdrom_is.5": b"", "kernel32.dll": kernel("5.2.3790.0")})
    system, _ = identified(tmp_path)
    assert [family.name for family in system.families][-1] == "Windows Server 2003"


def test_without_a_kernel_that_can_be_read_the_product_says_the_family(tmp_path: Path) -> None:
    write_source(tmp_path, {}, plain={"cdrom_is.5": b"", "kernel32.dll": b"MZ"})
    system, _ = identified(tmp_path)
    assert (system.product, system.edition) == ("Windows 2000 Server", Edition.SERVER)
    assert evidence(system, "product") == [("Windows 2000 Server", "cdrom_is.5")]


def test_a_terminal_server_by_its_kernel(tmp_path: Path) -> None:
    write_source(tmp_path, {}, plain={"cdrom_s.40": b"", "kernel32.dll": kernel("4.0.1381.32772")})
    assert identified(tmp_path)[0].edition is Edition.TERMINAL_SERVER


def test_a_folder_that_is_no_source_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "kernel32.dll").write_bytes(kernel("4.0.1381.1"))
    (tmp_path / "cdrom_s.40").write_bytes(b"")
    system, _ = identified(tmp_path)
    assert evidence(system, "product") == []


def test_a_folder_that_cannot_be_listed_says_nothing() -> None:
    assert from_media(Listing({"": None}), "", Clues()) == System()
