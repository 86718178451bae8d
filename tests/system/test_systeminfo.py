"""What systems print of themselves: `systeminfo` and `wmic`, whose labels are translated and whose facts are not."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.errors import TargetError
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, ServicePack
from hotfixcheck.system.model import System
from hotfixcheck.system.systeminfo import decoded, read_listing, with_listing
from tests.build.systems import system

X86, AMD64, IA64 = Platform.X86, Platform.AMD64, Platform.IA64


@dataclass(frozen=True)
class Told:
    product: str | None
    pack: str | None
    build: int | None
    platform: Platform | None
    fixes: tuple[int, ...]
    problems: tuple[str, ...] = ()


def listed(*fixes: str, of: int | None = None, said: str = "Hotfix(s) Installed.") -> str:
    rows = "\n".join(f"                           [{number:02}]: {fix}" for number, fix in enumerate(fixes, start=1))
    return f"Hotfix(s):                 {len(fixes) if of is None else of} {said}\n{rows}\n"


ENGLISH = f"""
Host Name:                 PLANT7
OS Name:                   Microsoft(R) Windows(R) Server 2003, Standard Edition
OS Version:                5.2.3790 Service Pack 2 Build 3790
OS Manufacturer:           Microsoft Corporation
OS Build Type:             Uniprocessor Free
System Type:               X86-based PC
Processor(s):              2 Processor(s) Installed.
                           [01]: EM64T Family 6 Model 15 Stepping 11 GenuineIntel ~2333 Mhz
                           [02]: EM64T Family 6 Model 15 Stepping 11 GenuineIntel ~2333 Mhz
BIOS Version:              EXAMPLE - 6040000
Windows Directory:         C:\\WINDOWS
System Locale:             en-us;English (United States)
{listed("File 1", "File 1", "Q147222", "KB925398_WMP64", "KB941644-v2 - Update", "S867460 - Update")}
NetWork Card(s):           2 NIC(s) Installed.
                           [01]: Example Adapter
                                 IP address(es)
                                 [01]: 192.0.2.7
                           [02]: Example Adapter
"""
GERMAN = f"""
Hostname:                                      WERK3
Betriebssystemname:                            Microsoft Windows XP Professional
Betriebssystemversion:                         5.1.2600 Service Pack 3 Build 2600
Systemtyp:                                     X86-basierter PC
Windows-Verzeichnis:                           C:\\WINDOWS
{listed("KB958644 - Update", said="Hotfix(e) installiert.")}
"""
RUSSIAN = f"""
Имя узла:                         ЦЕХ1
Название ОС:                      Microsoft Windows XP Professional
Версия ОС:                        5.1.2600 Пакет обновления 2 Сборка 2600
Тип системы:                      X86-based PC
{listed("KB958644 - Обновление", said="Число установленных исправлений")}
"""  # noqa: RUF001
CHINESE = """
OS 名称:          Microsoft Windows 7 旗舰版
OS 版本:          6.1.7601 Service Pack 1 Build 7601
系统类型:         x64-based PC
修补程序:         安装了 2 个修补程序。
                  [01]: KB2479943
                  [02]: KB4012212
"""
FRENCH_NO_PACK = """
Nom du système d'exploitation:   Microsoft Windows 10 Professionnel
Version du système:              10.0.19045 N/A version 19045
Type du système:                 x64-based PC
Correctif(s):                    1 Corrections installées.
                                 [01]: KB5011048
"""
ITANIUM = """
OS Name: Microsoft Windows Server 2008 R2 Enterprise
OS Version: 6.1.7601 Service Pack 1 Build 7601
System Type: Itanium-based System
"""
CSV = (
    '"Host Name","OS Name","OS Version","System Type","Hotfix(s)"\n'
    '"PLANT7","Microsoft Windows XP Professional","5.1.2600 Service Pack 3 Build 2600","X86-based PC",'
    '"3 Hotfix(s) Installed.,[01]: File 1,[02]: KB958644 - Update,[03]: Q147222"\n'
)
QFE_LIST = """

Caption=http://support.microsoft.com/?kbid=958644
CSName=PLANT7
Description=Update
HotFixID=KB958644
InstalledOn=6/9/2011
ServicePackInEffect=SP3


Caption=
CSName=PLANT7
HotFixID=File 1
ServicePackInEffect=KB911164

"""
QFE_TABLE = (
    "Caption                                     CSName  Description  HotFixID   InstalledOn\n"
    "http://support.microsoft.com/?kbid=2479943  PLANT7  Update       KB2479943  6/9/2011\n"
    "http://support.microsoft.com/?kbid=4012212  PLANT7  Update       KB4012212  6/9/2017\n"
)
QFE_CSV = (
    "\nNode,Caption,CSName,Description,HotFixID,InstalledOn\n"
    "PLANT7,http://support.microsoft.com/?kbid=2479943,PLANT7,Update,KB2479943,6/9/2011\n"
)
OS_LIST = "Caption=Microsoft Windows XP Professional\nCSDVersion=Service Pack 3\nVersion=5.1.2600\n"

TEXTS: dict[str, tuple[str, Told]] = {
    "English": (
        ENGLISH, Told("Windows Server 2003 Standard Edition", "SP2", 3790, X86, (147222, 925398, 941644)),
    ),
    "German": (GERMAN, Told("Windows XP Professional", "SP3", 2600, X86, (958644,))),
    "Russian": (RUSSIAN, Told("Windows XP Professional", "SP2", 2600, X86, (958644,))),
    "Chinese": (CHINESE, Told("Windows 7", "SP1", 7601, AMD64, (2479943, 4012212))),
    "French, without a service pack": (FRENCH_NO_PACK, Told("Windows 10", "none", 19045, AMD64, (5011048,))),
    "Itanium": (ITANIUM, Told("Windows Server 2008 R2 Enterprise", "SP1", 7601, IA64, ())),
    "csv": (CSV, Told("Windows XP Professional", "SP3", 2600, X86, (147222, 958644))),
    "x64 Edition": (
        "OS Name: Microsoft(R) Windows(R) XP Professional x64 Edition\nOS Version: 5.2.3790 Service Pack 2 Build 3790\n"
        "System Type: x64-based PC\n",
        Told("Windows XP Professional", "SP2", 3790, AMD64, ()),
    ),
    "wmic qfe list full": (QFE_LIST, Told(None, None, None, None, (911164, 958644))),
    "wmic qfe table": (QFE_TABLE, Told(None, None, None, None, (2479943, 4012212))),
    "wmic qfe csv": (QFE_CSV, Told(None, None, None, None, (2479943,))),
    "wmic os list": (OS_LIST, Told("Windows XP Professional", "SP3", 2600, None, ())),
    "wmic os list with the number": (
        "ServicePackMajorVersion=1\nVersion=6.1.7601\nOSArchitecture=64-bit\nCaption=Microsoft Windows 7 Ultimate \n",
        Told("Windows 7 Ultimate", "SP1", 7601, AMD64, ()),
    ),
    "wmic os list of 32 bits": (
        "Version=6.1.7600\nOSArchitecture=32-bit\nCaption=Microsoft Windows 7 Ultimate \n",
        Told("Windows 7 Ultimate", "none", 7600, X86, ()),
    ),
    "wmic os table": (
        "Caption                            CSDVersion\nMicrosoft Windows XP Professional  Service Pack 3\n",
        Told("Windows XP Professional", "SP3", None, None, ()),
    ),
    "several in one file": (OS_LIST + QFE_LIST, Told("Windows XP Professional", "SP3", 2600, None, (911164, 958644))),
    "a product that does not have the version": (
        "OS Name: Microsoft Windows XP Professional\nOS Version: 6.1.7601 Service Pack 1 Build 7601\n",
        Told(
            "Windows 7 or Windows Server 2008 R2", "SP1", 7601, None, (),
            (
                "its product is Windows XP Professional,"
                " its version Windows 7 or Windows Server 2008 R2, which is believed",
            ),
        ),
    ),
    "a list cut short": (
        "OS Version: 5.1.2600 Service Pack 3 Build 2600\n" + listed("KB958644", "KB911164", of=7),
        Told("Windows XP", "SP3", 2600, None, (911164, 958644), ("the list of fixes is cut short: it has 2 of 7",)),
    ),
    "a list cut short in csv": (
        '"5.1.2600 Service Pack 3 Build 2600","4 Hotfix(s) Installed.,[01]: KB958644"\n',
        Told("Windows XP", "SP3", 2600, None, (958644,), ("the list of fixes is cut short: it has 1 of 4",)),
    ),
}  # fmt: skip


def read(text: str) -> System:
    return read_listing(text.encode(), "list.txt").system


@pytest.mark.parametrize(("text", "told"), TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text(text: str, told: Told, encoding: str) -> None:
    listing = read_listing(text.replace("\n", "\r\r\n").encode(encoding), "list.txt")
    here = listing.system
    assert (here.product, here.build, here.platform) == (told.product, told.build, told.platform)
    assert (None if here.service_pack is None else str(here.service_pack)) == told.pack
    assert tuple(sorted(fix.number for fix in here.fixes)) == told.fixes
    assert tuple(problem.problem for problem in listing.problems) == told.problems
    assert all(fix.installed and fix.source == "listed in list.txt" and fix.is_listed for fix in here.fixes)
    assert {evidence.source for evidence in here.evidence} <= {"list.txt"}


@pytest.mark.parametrize(("codepage", "text"), [("cp850", GERMAN), ("cp866", RUSSIAN), ("cp936", CHINESE)])
def test_code_pages_of_the_console(codepage: str, text: str) -> None:
    told = read(text)
    found = read_listing(text.encode(codepage), "list.txt").system
    assert (found.families, found.service_pack, found.platform) == (told.families, told.service_pack, told.platform)
    assert [fix.number for fix in found.fixes] == [fix.number for fix in told.fixes]


def test_articles_are_named_as_they_were() -> None:
    assert [fix.article for fix in read(ENGLISH).fixes] == ["Q147222", "KB925398", "KB941644"]


@pytest.mark.parametrize("data", [b"", b"\0", b"Hello", b"\xff\xfe", b"Windows KB12", b"http://x/?kbid=958644"])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(TargetError, match="no Windows version and no fix"):
        read_listing(data, "list.txt")


@given(st.binary(max_size=200))
def test_no_bytes_are_too_strange(data: bytes) -> None:
    try:
        read_listing(data, "list.txt")
    except TargetError:
        assert isinstance(decoded(data), str)


@given(st.text(max_size=60), st.integers(0, 9), st.sampled_from(["Build", "Сборка", "版本", "version"]))
def test_words_around_the_numbers_count_for_nothing(label: str, pack: int, build: str) -> None:
    words = "".join(char for char in label if char.isalpha())
    said = f"{words} {pack}" if pack else words
    assert read(f"{words}: 5.2.3790 {said} {build} 3790\n").service_pack == ServicePack(pack)


# --- beside a target ---

LISTING = read_listing(ENGLISH.encode(), "list.txt")


def test_what_the_target_does_not_tell_is_taken_from_the_list() -> None:
    bare = system(("Windows XP", "Windows Server 2003"), None, None, None, language=None)
    both, problems = with_listing(bare, LISTING)
    assert (both.families, both.service_pack, both.platform) == (bare.families, ServicePack(2), X86)
    assert both.edition is None  # of a family that the target leaves open
    assert len(both.fixes) == 3
    assert problems == ()


def test_without_a_target_the_list_is_the_system() -> None:
    alone, problems = with_listing(System(), LISTING)
    assert alone == LISTING.system
    assert (alone.edition, alone.build) == (Edition.SERVER, 3790)
    assert problems == ()


def test_what_the_target_tells_is_believed() -> None:
    here = system("Windows Server 2003", Edition.ENTERPRISE, "SP1", AMD64, build=3790)
    both, problems = with_listing(here, LISTING)
    assert (both.edition, both.service_pack, both.platform) == (here.edition, here.service_pack, here.platform)
    assert len(both.fixes) == 3
    assert [problem.problem for problem in problems] == [
        "says service pack SP2, the target SP1, which is believed",
        "says platform x86, the target amd64, which is believed",
    ]


def test_a_list_of_another_windows_is_not_used() -> None:
    here = system("Windows XP", Edition.PROFESSIONAL, "SP3")
    both, (problem,) = with_listing(here, LISTING)
    assert both == here
    said = "it is of Windows Server 2003 Standard Edition, and the target is Windows XP Professional: it is not used"
    assert problem.problem == said
