"""Product lines that name Windows: families, editions, service packs, platforms, releases and languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.platforms import Platform
from hotfixcheck.products import (
    FAMILIES,
    Edition,
    ServicePack,
    parse_product,
)
from hotfixcheck.products.words import BRANDS, WORDS
from tests.products.families import FAMILY

ALL_NT = "NT 3.1|NT 3.5|NT 3.51|NT 4.0"
EVERY = ""


def editions(printed: str) -> set[Edition]:
    return {Edition(name) for name in printed.split("|") if name}


SERVERS = "Server|Enterprise|Small Business|Embedded"
WORKSTATIONS = "Workstation|Embedded"
NOT_TERMINAL_SERVER = f"{SERVERS}|{WORKSTATIONS}"
SERVERS_2000 = "Server|Enterprise|Datacenter|Small Business|Embedded"
PROFESSIONAL_XP = "Professional|Media Center|Tablet PC"

FAMILIES_AND_EDITIONS = [
    # NT: bare names and "Server" never cover Terminal Server Edition.
    ("Windows NT 4.0", "NT 4.0", NOT_TERMINAL_SERVER),
    ("Windows NT version 4.0", "NT 4.0", NOT_TERMINAL_SERVER),
    ("Windows NT", ALL_NT, NOT_TERMINAL_SERVER),
    ("the operating system: Microsoft Windows NT", ALL_NT, NOT_TERMINAL_SERVER),
    ("the operating system: Microsoft Windows NT, versions 3.51, 4.0", "NT 3.51|NT 4.0", NOT_TERMINAL_SERVER),
    ("Microsoft Windows NT, on platform(s):", ALL_NT, NOT_TERMINAL_SERVER),
    ("Windows NT Server", ALL_NT, SERVERS),
    ("Microsoft Windows NT Server version 4.0", "NT 4.0", SERVERS),
    ("Microsoft Windows NT Server version 4.00.", "NT 4.0", SERVERS),
    ("Windows NT 4.0 Server", "NT 4.0", SERVERS),
    ("NT Server 4.0", "NT 4.0", SERVERS),
    ("Microsoft Windows NT Server versions 3.51,4.0", "NT 3.51|NT 4.0", SERVERS),
    ("Microsoft Windows NT Workstation version 4.0", "NT 4.0", WORKSTATIONS),
    ("Microsoft Windows NT Workstation version 3.5x", "NT 3.5|NT 3.51", "Workstation"),
    ("Windows NT Server or Workstation 4.0", "NT 4.0", NOT_TERMINAL_SERVER),
    ("Windows NT Workstation and Windows NT Server version 3.5", "NT 3.5", EVERY),
    ("Windows NT Server version 4.0 and Windows NT Workstation", "NT 4.0", NOT_TERMINAL_SERVER),
    ("Microsoft Windows NT Server version 4.0, Terminal Server Edition", "NT 4.0", "Terminal Server"),
    ("Windows NT Server 4.0, Terminal Server Edition", "NT 4.0", "Terminal Server"),
    ("Windows NT Server Terminal Server Edition", "NT 4.0", "Terminal Server"),
    ("Windows NT 4.0, Terminal Server Edition", "NT 4.0", "Terminal Server"),
    ("Windows NT Server 4.0 and Terminal Server Edition", "NT 4.0", f"{SERVERS}|Terminal Server"),
    ("Windows NT 4.0 and Windows NT Server 4.0, Terminal Server Edition", "NT 4.0", EVERY),
    ("Microsoft Windows NT Server, Enterprise Edition version 4.0, used with:", "NT 4.0", "Enterprise"),
    ("Microsoft Windows NT Server 4.0 Standard Edition", "NT 4.0", "Server"),
    ("Windows NT Advanced Server, version 3.1", "NT 3.1", "Server"),
    ("Microsoft Windows NT Advanced Server", "NT 3.1", "Server"),
    ("Microsoft Windows NT Advanced Server, versions 3.51, 4.0", "NT 3.51|NT 4.0", SERVERS),
    # 2000
    ("Microsoft Windows 2000", "2000", EVERY),
    ("Microsoft Windows 2000 Professional", "2000", "Professional"),
    ("Microsoft Windows 2000 Server SP1", "2000", SERVERS_2000),
    ("Microsoft Windows versions 2000, 2000 SP1, 2000 SP2 Server", "2000", SERVERS_2000),
    ("Microsoft Windows 2000 Advanced Server", "2000", "Enterprise"),
    ("Microsoft Windows 2000 Datacenter Server", "2000", "Datacenter"),
    ("Microsoft Windows 2000 Server, Advanced Server", "2000", SERVERS_2000),
    # XP and 2003
    ("Windows XP Service Pack 2", "XP", EVERY),
    ("Microsoft Windows XP Home Edition", "XP", "Home"),
    ("Microsoft Windows XP Professional", "XP", PROFESSIONAL_XP),
    ("Microsoft Windows XP Media Center Edition 2005", "XP", "Media Center"),
    ("Windows XP 64-Bit Edition Version 2003", "XP", EVERY),
    ("Windows Server 2003", "Server 2003", EVERY),
    ("Windows Server 2003, Standard Edition", "Server 2003", "Server"),
    ("Microsoft Windows Server 2003 R2 Standard Edition (32-bit x86)", "Server 2003", "Server"),
    ("Windows Server 2003 Standard and Enterprise", "Server 2003", "Server|Enterprise"),
    ("Windows 2003 Server", "Server 2003", EVERY),
    ("Windows 2003 Server, Enterprise Edition", "Server 2003", "Enterprise"),
    ("Microsoft Windows Small Business Server 2003 Standard Edition", "Server 2003", "Small Business"),
    # Vista and later
    ("Windows Vista Home Basic", "Vista", "Home"),
    ("Windows Vista Business", "Vista", "Professional"),
    ("Windows Server 2008 for 32-bit Systems (Server Core installation)", "Server 2008", EVERY),
    ("Windows Server 2008 Standard without Hyper-V", "Server 2008", "Server"),
    ("Windows Web Server 2008 R2", "Server 2008 R2", "Web"),
    ("Windows 7 Home Premium", "7", "Home"),
    ("Windows Embedded Standard 7", "7", "Embedded"),
    ("Windows RT 8.1", "8.1", EVERY),
    ("Windows Server 2012 R2 Essentials", "Server 2012 R2", "Essentials"),
    ("Windows 10, version 1607, all editions", "10", EVERY),
    ("Windows 11 Enterprise and Education, version 21H2", "11", "Enterprise|Education"),
    ("Windows Server, version 1803", "Server (Semi-Annual Channel)", EVERY),
    ("Windows Server 2025", "Server 2025", EVERY),
    # not NT
    ("Microsoft Windows 95 OEM Service Release, versions 2.0, 2.1, 2.5", "95", EVERY),
    ("the operating system: Microsoft Windows versions 95, 98", "95|98", EVERY),
    ("Microsoft Windows 98 Second Edition", "98", EVERY),
    ("Microsoft Windows Millennium Edition", "Me", EVERY),
    ("Microsoft Windows versions 3.0, 3.0a, 3.1, 3.11", "3.1", EVERY),
    ("Microsoft Windows for Workgroups", "3.1", EVERY),
    # several products in one line
    ("Windows 2000 and Windows XP", "2000|XP", EVERY),
    ("Windows XP SP3, Vista SP2, 7", "XP|Vista|7", EVERY),
    ("Windows 10 Version 1809, XP Embedded", "XP", "Embedded"),  # there is no Windows 10 Embedded
    ("Windows NT 4.0 and Windows XP Home Edition", "NT 4.0|XP", f"{NOT_TERMINAL_SERVER}|Home"),
    # print
    ("Microsoft(R) Windows(R) 2000", "2000", EVERY),
    ("- Windows\N{REGISTERED SIGN} XP", "XP", EVERY),
]


@pytest.mark.parametrize(
    ("text", "names", "covered"), FAMILIES_AND_EDITIONS, ids=[row[0] for row in FAMILIES_AND_EDITIONS]
)
def test_line_names_families_and_editions(text: str, names: str, covered: str) -> None:
    scope = parse_product(text)
    assert scope.families == {FAMILY[name] for name in names.split("|")}
    assert scope.editions == editions(covered)
    assert scope.is_windows


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Microsoft Windows",
        "Windows Vista Web Edition",  # never was
        "Windows 2000 Terminal Server Edition",  # never was
        "Windows XP Server",  # never was
        "Windows NT 9.0",
        "Microsoft Windows versions 3.0, 3.0a",
        "Microsoft Word 97 for Windows",
        "Microsoft Visual FoxPro for Windows, version 6.0",
        "Microsoft Visual Basic Enterprise Edition for Windows, version 6.0",
        "Microsoft Exchange Windows NT client, version 4.0",
        "Microsoft Internet Explorer version 5 for Windows NT 4.0",
        "Microsoft SNA Server for Windows NT, versions 3.0, 4.0",
        "Enterprise Edition for Windows NT",
        "Microsoft Windows Services for UNIX, version 2.0",
        "Microsoft Windows NT Load Balancing Service 1.0",
        "Microsoft Windows NT version 4.0 Option Pack",
        "Microsoft Routing and Remote Access Service Update for Windows NT Server version 4.0",
        "Microsoft Windows Software Development Kit (SDK) 3.1",
        "Microsoft Windows CE version 2.0 for the Handheld PC",
        "MSPRESS Microsoft Windows NT Resource Kit, versions 3.5, 3.51",
        "Windows 2000 Resource Kit",
        "Windows Essentials 2012",
        "Windows Home Server",
        "Windows 10 Mobile",
        "Windows Server Update Services 3.0",
        "Exchange Server 5.5",
        "IIS 5.0",
        "Windows NT 4.0 " * 100,
    ],
    ids=lambda text: text[:40] or "nothing",
)
def test_line_is_not_windows(text: str) -> None:
    scope = parse_product(text)
    assert not scope.is_windows
    assert scope == type(scope)(text, applications=scope.applications)


@pytest.mark.parametrize(
    ("text", "family", "packs"),
    [
        ("Windows NT 4.0", "NT 4.0", ""),
        ("Windows NT Server version 4.0 SP4", "NT 4.0", "SP4"),
        ("Windows NT Server versions 4.0, 4.0 SP4, Terminal Server Edition", "NT 4.0", "none SP4"),
        ("Windows NT Server, Enterprise Edition versions 4.0 SP6, 4.0 SP6a", "NT 4.0", "SP6 SP6a"),
        ("Windows NT Server 4.0, Terminal Server Edition, Service Pack 5", "NT 4.0", "SP5"),
        ("Windows NT 4.0 Service Pack 4.0", "NT 4.0", "SP4"),
        ("Windows NT 4.0SP4", "NT 4.0", "SP4"),
        ("Windows NT 4.0 Service Packs 4, 5, and 6", "NT 4.0", "SP4 SP5 SP6"),
        ("Windows NT 4.0 Service Pack 5 and later", "NT 4.0", "SP5 SP6 SP6a"),
        ("Windows NT versions 3.51 SP5, 4.0", "NT 3.51", "SP5"),
        ("Windows NT versions 3.51 SP5, 4.0", "NT 4.0", ""),
        ("Windows NT versions 3.51 SP4, 3.51 SP5, 4.0 SP3", "NT 4.0", "SP3"),
        ("Windows NT versions 3.51 SP2, SP3", "NT 3.51", "SP2 SP3"),
        ("Windows NT versions 3.51 (all service packs), 4.0, 4.0 SP1", "NT 3.51", ""),
        ("Windows NT versions 3.51 (all service packs), 4.0, 4.0 SP1", "NT 4.0", "none SP1"),
        ("Windows NT Service Pack 6a", "NT 4.0", "SP6a"),
        ("Windows NT Service Pack 6a", "NT 3.51", ""),
        ("Windows versions 2000, 2000 SP1 Server", "2000", "none SP1"),
        ("Windows 2000 Service Pack 2, Service Pack 3, and Service Pack 4", "2000", "SP2 SP3 SP4"),
        ("Windows XP Gold", "XP", "none"),
        ("Windows XP and Windows XP Service Pack 1", "XP", "none SP1"),
        ("Windows Server 2003 Service Pack 1, when used with:", "Server 2003", "SP1"),
        ("Windows Server 2008 and Windows Server 2008 Service Pack 2", "Server 2008", "SP1 SP2"),
        ("Windows Server 2008 R2 for x64-based Systems Service Pack 1", "Server 2008 R2", "SP1"),
    ],
)
def test_line_names_service_packs(text: str, family: str, packs: str) -> None:
    expected = {ServicePack.parse(pack) for pack in packs.split()}
    assert parse_product(text).service_packs_of(FAMILY[family]) == expected


def test_service_pack_that_a_family_never_had_drops_the_family() -> None:
    assert parse_product("Windows NT Service Pack 5").families == {FAMILY["NT 3.51"], FAMILY["NT 4.0"]}


@pytest.mark.parametrize(
    ("text", "platforms"),
    [
        ("Windows NT Server version 4.0", ""),
        ("Windows NT 4.0 (Alpha)", "alpha"),
        ("Windows Server 2003, 32-bit versions", "x86"),
        ("Windows Server 2003, 64-Bit Edition", "ia64"),
        ("Windows Server 2003, Enterprise Edition for Itanium-based Systems", "ia64"),
        ("Microsoft Windows Server 2003, Enterprise x64 Edition", "amd64"),
        ("Windows XP 64-Bit Edition Version 2003", "ia64"),
        ("Windows XP Professional 64-Bit Edition (Itanium)", "ia64"),
        ("Windows XP Professional x64 Edition", "amd64"),
        ("All supported x86-based versions of Windows XP", "x86"),
        ("64-bit editions of Windows Vista", "amd64"),
        ("all supported x64-based versions of Windows 7 and of Windows Server 2008 R2", "amd64"),
        ("64-Bit versions of Windows XP and of Windows Server 2003", "ia64"),
        ("x86-based versions of Windows XP and Windows XP Professional x64 Edition", "x86 amd64"),
        ("Windows Vista Ultimate 64-bit Edition", "amd64"),
        ("Windows RT", "arm"),
        ("Windows 11 version 22H2 for ARM64-based Systems", "arm64"),
        ("Windows 7 for 32-bit Systems and Windows 7 for x64-based Systems", "x86 amd64"),
        ("Windows 2000 and Windows XP for Itanium-based Systems", ""),
    ],
)
def test_line_names_platforms(text: str, platforms: str) -> None:
    scope = parse_product(text)
    assert scope.is_windows
    assert scope.platforms == set(map(Platform, platforms.split()))


@pytest.mark.parametrize(
    ("text", "family", "builds"),
    [
        ("Windows 10", "10", set()),
        ("Windows 10 Version 1809 for x64-based Systems", "10", {17763}),
        ("Windows 10, version 2004 and later", "10", {19041, 19042, 19043, 19044, 19045}),
        ("Windows 10 Enterprise LTSC 2019", "10", {17763}),
        ("Windows 11 Version 24H2", "11", {26100}),
        ("Windows Server, version 20H2", "Server (Semi-Annual Channel)", {19042}),
        ("Windows Server 2022, 23H2 Edition", "Server 2022", {25398}),
        ("Windows XP 64-Bit Edition Version 2003", "XP", {3790}),
        ("Windows 10 version 1607 and Windows Server 2016", "10", {14393}),
        ("Windows 10 version 1607 and Windows Server 2016", "Server 2016", set()),
    ],
)
def test_line_names_releases(text: str, family: str, builds: set[int]) -> None:
    scope = parse_product(text)
    assert FAMILY[family] in scope.families
    assert scope.builds_of(FAMILY[family]) == builds


def test_line_names_a_language() -> None:
    assert parse_product("Microsoft Windows NT, Japanese Edition, version 4.0").language == "Japanese"
    assert parse_product("German Windows NT 4.0").language == "German"
    assert parse_product("Windows NT 4.0").language is None


def test_scope_covers_editions() -> None:
    assert parse_product("Windows 2000").covers(Edition.DATACENTER)
    assert parse_product("Windows NT Server 4.0").covers(Edition.ENTERPRISE)
    assert not parse_product("Windows NT Server 4.0").covers(Edition.TERMINAL_SERVER)


def test_families_never_match_each_other() -> None:
    named = [parse_product(family.name).families for family in FAMILIES]
    assert named == [{family} for family in FAMILIES]


VOCABULARY = [
    *BRANDS,
    *WORDS,
    "4.0",
    "2000",
    "10",
    "1809",
    "SP4",
    "Service Pack 6a",
    "Service Packs 1, 2",
    "(",
    ")",
    ",",
]


@given(st.text() | st.lists(st.sampled_from(VOCABULARY)).map(" ".join))
def test_any_line_parses(text: str) -> None:
    scope = parse_product(text)
    assert scope.text == text
    assert {family for family, _ in (*scope.service_packs, *scope.builds)} <= scope.families
