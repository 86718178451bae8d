"""Printed lines that name products other than Windows, and how much of the shipped catalogue's lines is understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.manifest.catalogue import load_shipped
from hotfixcheck.products import (
    APPLICATIONS,
    Application,
    Edition,
    PrintedApplication,
    applications_named,
    parse_product,
)

# As read: the name, then each version with its service packs in brackets ("0" is the release), @ where it runs.
LINES = {
    "Exchange Server 5.5": "Exchange Server 5.5",
    "Microsoft Exchange": "Exchange Server",
    "Microsoft Exchange Server, version 5.5 SP3": "Exchange Server 5.5[3]",
    "Microsoft Exchange Server, versions 5.5, 5.5 SP1, 5.5 SP2": "Exchange Server 5.5[0 1 2]",
    "Microsoft Exchange Server, versions 5.0 SP2, 5.5": "Exchange Server 5.0[2] 5.5",
    "Microsoft Exchange Server, version 5.5 Service Packs 1, 2": "Exchange Server 5.5[1 2]",
    "Exchange Server version 5.0 and 5.0 Service Pack 1": "Exchange Server 5.0[0 1]",
    "Microsoft Exchange 2000 Enterprise Server": "Exchange Server 2000",
    "Microsoft Exchange Windows 95/98 client, versions 4.0, 5.0": "Exchange Client 4.0 5.0",
    "Microsoft Exchange Windows NT client, version 4.0": "Exchange Client 4.0",
    "Microsoft Exchange Macintosh client, version 4.0": "Exchange Server 4.0 @elsewhere",
    "Microsoft Outlook Web Access, version 5.5 Service Packs 1, 2, 3": "Outlook Web Access 5.5[1 2 3]",
    "Microsoft Outlook for Macintosh, Exchange Server Edition, version 8.0": "Outlook 8.0 @elsewhere",
    "Systems Management Server (SMS) 2.0": "Systems Management Server 2.0",
    "Microsoft Systems Management Server versions 2.0, 1.2": "Systems Management Server 2.0 1.2",
    "SMS 2.0 Service Pack 4 (SP4)": "Systems Management Server 2.0[4]",
    "SMS 2.0 Post SP3": "Systems Management Server 2.0[3]",
    "SMS Service Pack 3 (SP3)": "Systems Management Server [3]",
    "Microsoft SNA Server, versions 3.0, 3.0SP1, 4.0, 4.0SP1": "SNA Server 3.0[0 1] 4.0[0 1]",
    "Microsoft SNA Server, versions *DO_NOT_USE* 3.0 (all SP), 3.0, 3.0 SP1, 4.0": "SNA Server 3.0[0 1] 4.0",
    "Microsoft SNA Server for Windows NT, versions 2.11, 2.11 SP1": "SNA Server 2.11[0 1] @Windows NT 3.1",
    "SNA Server V4.0": "SNA Server 4.0",
    "MSMQ - MQSeries Bridge": "MSMQ-MQSeries Bridge",
    "Microsoft OLE DB Provider for AS/400 and VSAM, version 4.0 SP2": "OLE DB Provider for AS/400 and VSAM 4.0[2]",
    "Microsoft Internet Information Server version 4.0 (Spanish version)": "Internet Information Server 4.0",
    "Internet Information Services (IIS) 5.0": "Internet Information Server 5.0",
    "IIS 5.0 (Windows 2000)": "Internet Information Server 5.0 @Windows 2000",
    "IIS Version 5.0 on Microsoft Windows 2000 Server": "Internet Information Server 5.0 @Windows 2000",
    "Microsoft Internet Explorer version 5 for Windows NT 4.0": "Internet Explorer 5.0 @Windows NT 4.0",
    "Microsoft Internet Explorer versions 4.01, 4.01 Service Pack 2, 5 for Windows NT 4.0": (
        "Internet Explorer 4.01[0 2] 5.0 @Windows NT 4.0"
    ),
    "Windows 2000 with Internet Explorer": "Internet Explorer @Windows 2000",
    "Microsoft Visual FoxPro for Windows, versions 5.0, 5.0a, 6.0": "Visual FoxPro 5.0 5.0a 6.0",
    "Microsoft Visual FoxPro for Windows 7.0": "Visual FoxPro 7.0",
    "Microsoft PowerPoint for Windows 95, version 7.0": "PowerPoint 7.0 @Windows 95",
    "Microsoft Visual C++, 32-bit Enterprise Edition, version 6.0sp4": "Visual C++ 6.0[4]",
    "*EDITOR Please do not choose this product*Microsoft Visual C++ 32-bit Edition* use 241, 265, version 4.0": (
        "Visual C++ 4.0"
    ),
    "Microsoft FORTRAN PowerStation for MS-DOS, version 1.0": "Fortran PowerStation 1.0 @elsewhere",
    "Microsoft CodeView for OS/2, version 3.0": "CodeView 3.0 @elsewhere",
    "The Microsoft Active Template Library (ATL) 3.0, used with:": "Visual C++ tools and libraries 3.0",
    "Microsoft ODBC for Oracle version 2.5, versions Build 2.573.2927, Build 2.573.3513": (
        "ODBC Driver for Oracle 2.5 2.573.2927 2.573.3513"
    ),
    "Microsoft Data Access Components versions 2.6, 2.6 sp2, 2.7": "Data Access Components 2.6[0 2] 2.7",
    "Microsoft SQL Server 2000 (all editions)": "SQL Server 2000",
    "Microsoft Word for Windows Server": "Word",
    "Microsoft Word 97 for Windows, version Service Release 1 (SR-1)": "Word 97[1]",
    "Microsoft Office 2000 SR-1/SR-1a": "Office 2000[1]",
    "Microsoft Office XP": "Office xp",
    "Microsoft Word Viewer 97-2000": "Word 97",
    "Visual Studo 97": "Visual Studio 97",
    "Microsoft Windows Services for UNIX, version 2.2 OEM Only": "Services for UNIX 2.2",
    "Microsoft Windows NT version 4.0 Option Pack": "Windows NT Option Pack",
    "Microsoft Routing and Remote Access Service Update for Windows NT Server version 4.0": (
        "Routing and Remote Access Service Update @Windows NT 4.0"
    ),
    "Microsoft TCP/IP-32 for Windows for Workgroups, version 3.11": "TCP/IP-32 3.11 @Windows 3.1",
    "Microsoft Windows versions 3.0, 3.0a": "Windows 3.0 @elsewhere",
    "the operating system: UNIX": "another system @elsewhere",
    "the hardware: SH3 processor": "Windows CE @elsewhere",
    "MSPRESS Advanced Windows, 3rd Edition ISBN 1-57231-548-2": "Microsoft Press @elsewhere",
    "Microsoft Encarta 95 The Complete Interactive Multimedia Encyclopedia": "Encarta",
    "BackOffice Server 4.0 and 4.5; and BackOffice Small Business Server 4.0": (
        "BackOffice Server 4.0 4.5; BackOffice Small Business Server 4.0"
    ),
}  # fmt: skip


def as_read(printed: PrintedApplication) -> str:
    words = [printed.application.name]
    for version, packs in printed.versions:
        words.append(version + (f"[{' '.join(str(pack.number) for pack in sorted(packs))}]" if packs else ""))
    if printed.hosts:
        words.append(f"@{min(family.name for family in printed.hosts)}")
    if printed.is_elsewhere:
        words.append("@elsewhere")
    return " ".join(words)


@pytest.mark.parametrize(("text", "expected"), LINES.items(), ids=LINES)
def test_line_names_applications(text: str, expected: str) -> None:
    scope = parse_product(text)
    assert "; ".join(map(as_read, scope.applications)) == expected
    assert scope.is_understood
    assert not scope.families


def test_a_line_may_name_windows_and_applications() -> None:
    scope = parse_product("Windows NT 4.0; BackOffice Server 4.0 and 4.5")
    assert {family.name for family in scope.families} == {"Windows NT 4.0"}
    assert [printed.name for printed in scope.applications] == ["BackOffice Server 4.0, 4.5"]


@pytest.mark.parametrize(
    "text",
    ["", "Microsoft Bob", "Exchange Server nonsense 5.5", "something Exchange Server", "Windows Vista Web Edition"],
)
def test_a_word_that_no_vocabulary_has_is_not_understood(text: str) -> None:
    assert not parse_product(text).is_understood


@pytest.mark.parametrize("application", APPLICATIONS, ids=lambda application: application.name)
def test_the_name_of_an_application_names_it(application: Application) -> None:
    assert [printed.application for printed in parse_product(application.name).applications] == [application]


def test_applications_by_name() -> None:
    (found,) = applications_named(["SNA Server"])
    assert found.name == "SNA Server"
    with pytest.raises(KeyError):
        applications_named(["Bob"])


@given(st.text(max_size=60), st.sampled_from(APPLICATIONS))
def test_anything_after_a_name_is_read_or_refused(text: str, application: Application) -> None:
    parse_product(f"{application.name} {text}")
    parse_product(f"{text} {application.name}")


NOT_UNDERSTOOD = {"Jet3.5"}


def test_the_catalogues_lines_are_understood() -> None:
    """Under 1 % of the distinct lines are not; every one of those is named here."""
    lines = {line for manifest in load_shipped().manifests for line in manifest.product_lines()}
    unknown = {line for line in lines if not parse_product(line).is_understood}
    assert unknown <= NOT_UNDERSTOOD
    assert len(unknown) < len(lines) / 100


@pytest.mark.parametrize(
    "text", ["Terminal Server", "Windows Terminal Server", "Microsoft Windows Base Terminal Server"]
)
def test_terminal_server_edition_by_names_that_stand_alone(text: str) -> None:
    assert parse_product(text).editions == {Edition.TERMINAL_SERVER}
