"""Systems from Windows 2000 on."""

from __future__ import annotations

from datetime import UTC, datetime

from hotfixcheck.demo.hiveimage import Value
from hotfixcheck.demo.system import SystemSpec
from hotfixcheck.platforms import Platform
from tests.acceptance.systems.named import (
    AMD64,
    ELSEWHERE,
    FIXED,
    IA64,
    MISSING,
    S32,
    UNDECIDED,
    X86,
    Named,
    Verdict,
    pe,
    tagged,
)

# --- Windows 2000 ----------------------------------------------------------------------------------------------------

W2K_SERVER = Named(
    SystemSpec(version="5.0", build="2195", service_pack="Service Pack 1", suites=("Terminal Server",)),
    {
        f"{S32}drivers/tcpip.sys": pe("5.0.2195.1620", "2000-07-21"),
        f"{S32}drivers/tdi.sys": pe("5.0.2195.2096", "2000-05-12"),
        f"{S32}drivers/nwrdr.sys": pe("5.0.2195.2100", "2000-07-01"),
        f"{S32}ntoskrnl.exe": pe("5.0.2195.2099", "2000-07-06", strings={"OriginalFilename": "ntoskrnl.exe"}),
        f"{S32}kernel32.dll": pe("5.0.2195.1600", "2000-07-21"),
    },
    (
        Verdict("Q262479", MISSING, (2, 3), "Windows 2000's table; tcpip.sys is older, tdi.sys is the fix", "version"),
        Verdict("Q257551", FIXED, (2, 3), "2100 is later than 2096", "version"),
        Verdict("Q266433", FIXED, (2, 14), "the prerequisite is Terminal Server's; the uniprocessor row", "version"),
        Verdict("Q246691", ELSEWHERE, (2,), "for NT 4.0", "applicability"),
        Verdict("Q256149", ELSEWHERE, (2,), "Terminal Services are no Terminal Server Edition", "applicability"),
        Verdict("Q179827", ELSEWHERE, (2, 10), "NT 4.0's service packs", "applicability"),
        Verdict("Q917011", ELSEWHERE, (2,), "for NT 4.0", "applicability"),
    ),
)

# --- Windows XP ------------------------------------------------------------------------------------------------------


def xp_spec(pack: str) -> SystemSpec:
    return SystemSpec(version="5.1", build="2600", product_type="WinNT", service_pack=pack)


XP_SP2 = Named(
    xp_spec("Service Pack 2"),
    {
        f"{S32}kernel32.dll": tagged("5.1.2600.2180", "xpsp_sp2_rtm"),
        f"{S32}xp0.dll": tagged("5.1.2600.2180", "xpsp_sp2_rtm"),
        f"{S32}xp1.dll": tagged("5.1.2600.3119", "xpsp_sp2_gdr"),
        f"{S32}xp2.dll": tagged("5.1.2600.3121", "xpsp_sp2_qfe"),
        f"{S32}xp3.dll": tagged("5.1.2600.3125", "xpsp_sp2_qfe"),
        f"{S32}xp4.dll": tagged("5.1.2600.3121"),
        f"{S32}xp5.dll": tagged("5.1.2600.3000"),
        f"{S32}xp6.dll": tagged("5.1.2600.3200"),
        f"{S32}xp7.dll": tagged("5.1.2600.5512", "xpsp"),
        f"{S32}xp8.dll": tagged("5.1.2600.1581", "xpsp2"),
        f"{S32}only.dll": tagged("5.1.2600.3200", "xpsp_sp2_gdr"),
        f"{S32}new.dll": tagged("5.1.2600.3119", "xpsp_sp2_gdr"),
        f"{S32}ntkrnlpa.exe": tagged("5.1.2600.2180", "xpsp_sp2_rtm", name="ntkrpamp.exe"),
    },
    (
        Verdict("Q910000", MISSING, (5,), "SP2 itself counts as GDR: 2180 is older than 3119", "version"),
        Verdict("Q910001", FIXED, (5,), "the GDR row", "version"),
        Verdict("Q910002", MISSING, (5,), "3121 is past the GDR row, and QFE asks for 3125", "version"),
        Verdict("Q910003", FIXED, (5,), "the QFE row", "version"),
        Verdict("Q910004", UNDECIDED, (5,), "no tag: between the rows", "nothing"),
        Verdict("Q910005", MISSING, (5,), "no tag: below both", "version"),
        Verdict("Q910006", FIXED, (5,), "no tag: past both", "version"),
        Verdict("Q910007", FIXED, (7,), "a file of SP3, later than all rows", "version"),
        Verdict("Q910008", FIXED, (5, 7), "a file of SP1 with SP1's fix: its own row", "version"),
        Verdict("Q917000", UNDECIDED, (5, 4), "a GDR file does not get a fix of QFE by its number", "version"),
        Verdict("Q917001", FIXED, (5,), "the GDR row", "version"),
        Verdict("Q917022", MISSING, (14, 5), "ntkrnlpa.exe may be ntkrpamp.exe", "version"),
        Verdict("Q911000", ELSEWHERE, (2,), "for Windows Server 2003", "applicability"),
        Verdict("Q246691", ELSEWHERE, (2,), "for NT 4.0", "applicability"),
    ),
    windows="WINDOWS",
)

XP_SP3 = Named(
    xp_spec("Service Pack 3"),
    {
        f"{S32}kernel32.dll": tagged("5.1.2600.5512", "xpsp"),
        f"{S32}xp0.dll": tagged("5.1.2600.2180", "xpsp_sp2_rtm"),
        f"{S32}schannel.dll": tagged("5.1.2600.5512", "xpsp"),
        f"{S32}wldap32.dll": tagged("5.1.2600.5512", "xpsp"),
    },
    (
        Verdict("Q910000", MISSING, (5, 7), "a file of SP2 under SP3: its own row", "version"),
        Verdict("Q260649", ELSEWHERE, (2,), "for IIS 5.0; schannel.dll is this Windows' own", "applicability"),
        Verdict("Q296995", ELSEWHERE, (2,), "what the client brought to NT 4.0 came with this Windows", "absent"),
    ),
    windows="WINDOWS",
)

XP_SP1 = Named(
    xp_spec("Service Pack 1"),
    {
        f"{S32}kernel32.dll": tagged("5.1.2600.1106", "xpsp1"),
        f"{S32}xp0.dll": tagged("5.1.2600.1106", "xpsp1"),
        f"{S32}xp1.dll": tagged("5.1.2600.1581", "xpsp2"),
        f"{S32}xp2.dll": tagged("5.1.2600.1600", "xpsp2"),
        f"{S32}new.dll": tagged("5.1.2600.1106", "xpsp1"),
    },
    (
        Verdict("Q910000", MISSING, (5, 7), "SP1's row", "version"),
        Verdict("Q910001", FIXED, (5,), "SP1's row", "version"),
        Verdict("Q910002", FIXED, (5,), "later than SP1's row, and SP2's are not asked", "version"),
        Verdict(
            "Q917001",
            MISSING,
            (5, 17),
            "rows for SP2 only: below them all, and SP2 comes first",
            "version",
            remedy="Q917001",
        ),
    ),
    windows="WINDOWS",
)

XP_BARE = Named(
    None,
    {
        f"{S32}kernel32.dll": tagged("5.1.2600.2180", "xpsp_sp2_rtm"),
        f"{S32}home.dll": tagged("5.1.2600.3121", "xpsp_sp2_qfe"),
        f"{S32}xp0.dll": tagged("5.1.2600.2180", "xpsp_sp2_rtm"),
        f"{S32}xp1.dll": tagged("5.1.2600.3119", "xpsp_sp2_gdr"),
    },
    (
        Verdict("Q917080", MISSING, (2, 5), "no hives: Home Edition or Professional, and it is for both", "version"),
        Verdict("Q910000", UNDECIDED, (2,), "no hives: for Professional, and this may be Home Edition", "version"),
        Verdict("Q910001", FIXED, (5,), "the GDR row, whichever edition", "version"),
        Verdict("Q911000", ELSEWHERE, (2,), "for Windows Server 2003", "applicability"),
    ),
    windows="WINDOWS",
    target="WINDOWS/system32",
)

# --- Windows Server 2003 ---------------------------------------------------------------------------------------------


def server(pack: str, platform: Platform = X86) -> SystemSpec:
    return SystemSpec(version="5.2", build="3790", service_pack=pack, platform=platform)


S2003_SP1 = Named(
    server("Service Pack 1"),
    {
        f"{S32}kernel32.dll": tagged("5.2.3790.1830", "srv03_sp1_rtm"),
        f"{S32}iphlpapi.dll": tagged("5.2.3790.1830", "srv03_sp1_rtm"),
        f"{S32}srv0.dll": tagged("5.2.3790.1830", "srv03_sp1_rtm"),
        f"{S32}srv1.dll": tagged("5.2.3790.2700", "srv03_sp1_gdr"),
        f"{S32}srv2.dll": tagged("5.2.3790.2710", "srv03_sp1_qfe"),
        f"{S32}srv3.dll": tagged("5.2.3790.2720", "srv03_sp1_qfe"),
        f"{S32}srv4.dll": tagged("5.2.3790.2710"),
        f"{S32}srv5.dll": tagged("5.2.3790.510", "srv03_gdr"),
        f"{S32}srv6.dll": tagged("5.2.3790.3959", "srv03_sp2_rtm"),
        f"{S32}wuser32.exe": pe("1.1.0.0"),
    },
    (
        Verdict("KB836769", FIXED, (7,), "5.2.3790.1830 is SP1's, later than the row 134", "version"),
        Verdict("Q911000", MISSING, (5, 7), "SP1 itself counts as GDR", "version"),
        Verdict("Q911001", FIXED, (5,), "SP1's GDR row", "version"),
        Verdict("Q911002", MISSING, (5,), "past SP1's GDR row, and QFE asks for 2720", "version"),
        Verdict("Q911003", FIXED, (5,), "SP1's QFE row", "version"),
        Verdict("Q911004", UNDECIDED, (5,), "no tag: between SP1's rows", "nothing"),
        Verdict("Q911005", FIXED, (5, 7), "a file of the release: its own GDR row", "version"),
        Verdict("Q911006", MISSING, (5, 7), "a file of SP2: its own GDR row asks for 4050", "version"),
        Verdict("Q917008", MISSING, (12,), "Wuser32.exe is a real name", "version"),
        Verdict("Q917019", ELSEWHERE, (2,), "for the x64 Edition", "applicability"),
    ),
    windows="WINDOWS",
)

S2003_ITANIUM = Named(
    server("", IA64),
    {
        f"{S32}kernel32.dll": pe("5.2.3790.0", "2003-03-25", platform=IA64),
        f"{S32}iphlpapi.dll": pe("5.2.3790.134", "2004-02-26", platform=IA64),
        "SysWOW64/iphlpapi.dll": pe("5.2.3790.0", "2003-03-25"),
    },
    (
        Verdict("KB836769", MISSING, (12,), "Wiphlpapi.dll is SysWOW64's iphlpapi.dll, and old", "version"),
        Verdict("Q917018", MISSING, (12, 2), "the Itanium table", "version"),
        Verdict("Q917019", ELSEWHERE, (2,), "for x64", "applicability"),
    ),
    windows="WINDOWS",
)

S2003_X64 = Named(
    server("Service Pack 1", AMD64),
    {
        f"{S32}kernel32.dll": tagged("5.2.3790.1830", "srv03_sp1_rtm", platform=AMD64),
        f"{S32}iphlpapi.dll": pe("5.2.3790.0", "2003-03-25", platform=AMD64),
        f"{S32}x64.dll": tagged("5.2.3790.2700", "srv03_sp1_qfe", platform=AMD64),
    },
    (
        Verdict(
            "KB836769",
            ELSEWHERE,
            (2,),
            "neither 32-bit nor Itanium: an Itanium table never judges x64",
            "applicability",
        ),
        Verdict("Q917018", ELSEWHERE, (2,), "for Itanium", "applicability"),
        Verdict("Q917019", MISSING, (2, 5), "its own QFE row", "version"),
    ),
    windows="WINDOWS",
)

S2003_X64_SP2 = Named(
    server("Service Pack 2", AMD64),
    {
        f"{S32}kernel32.dll": tagged("5.2.3790.3959", "srv03_sp2_rtm", platform=AMD64),
        f"{S32}ker0.dll": tagged("5.2.3790.4806", "srv03_sp2_gdr", platform=AMD64),
        "SysWOW64/ker0.dll": tagged("5.2.3790.4806", "srv03_sp2_gdr"),
        f"{S32}ker1.dll": tagged("5.2.3790.4816", "srv03_sp2_qfe", platform=AMD64),
        "SysWOW64/ker1.dll": tagged("5.2.3790.4806", "srv03_sp2_qfe"),
        "SysWOW64/jet2.dll": tagged("5.2.3790.3959", "srv03_sp2_rtm"),
        "SysWOW64/wjet1.dll": tagged("5.2.3790.3959", "srv03_sp2_rtm"),
    },
    (
        Verdict("Q917040", FIXED, (12, 5), "the file and its copy, both GDR", "version"),
        Verdict("Q917041", MISSING, (12, 5), "the copy is of QFE and below its row; wjet1.dll is no copy", "version"),
        Verdict("Q917042", MISSING, (12,), "a branch that says WOW tells a copy without a native file", "version"),
        Verdict("Q917050", ELSEWHERE, (2,), "for Windows Vista", "applicability"),
    ),
    windows="WINDOWS",
)

# --- Windows Vista and later -----------------------------------------------------------------------------------------

VISTA_SP1 = Named(
    None,
    {
        f"{S32}kernel32.dll": tagged("6.0.6001.18000", "longhorn_rtm"),
        f"{S32}vista0.dll": tagged("6.0.6001.18000", "longhorn_rtm"),
        f"{S32}vista1.dll": tagged("6.0.6001.18300", "vistasp1_gdr"),
        f"{S32}vista2.dll": tagged("6.0.6001.22400", "vistasp1_ldr"),
        f"{S32}vista3.dll": tagged("6.0.6001.22500", "vistasp1_ldr"),
        f"{S32}vista4.dll": tagged("6.0.6002.18005", "lh_sp2rtm"),
        f"{S32}vista5.dll": tagged("6.0.6000.16386", "vista_rtm"),
    },
    (
        Verdict("Q912000", MISSING, (6,), "below SP1's GDR row", "version"),
        Verdict("Q912001", FIXED, (6,), "SP1's GDR row", "version"),
        Verdict("Q912002", MISSING, (6,), "20000 and up is LDR: below its row", "version"),
        Verdict("Q912003", FIXED, (6,), "SP1's LDR row", "version"),
        Verdict("Q912004", FIXED, (7, 6), "SP2's file, later than all rows", "version"),
        Verdict("Q912005", MISSING, (6,), "a file of the release: its own row", "version"),
    ),
    windows="Windows",
    options=("--product", "Windows Vista"),
)

VISTA_SP2_X64 = Named(
    SystemSpec(version="6.0", build="6002", product_type="WinNT", service_pack="Service Pack 2", platform=AMD64),
    {
        f"{S32}kernel32.dll": tagged("6.0.6002.18005", "lh_sp2rtm", platform=AMD64),
        f"{S32}both0.dll": tagged("6.0.6002.18340", "vistasp2_gdr", platform=AMD64),
        "SysWOW64/both0.dll": tagged("6.0.6002.22630", "vistasp2_ldr"),
        f"{S32}both1.dll": tagged("6.0.6002.18340", "vistasp2_gdr", platform=AMD64),
        "SysWOW64/both1.dll": tagged("6.0.6002.22400", "vistasp2_ldr"),
        f"{S32}both2.dll": tagged("6.0.6002.18005", "lh_sp2rtm"),
    },
    (
        Verdict("Q917050", FIXED, (6, 12), "each of its own branch", "version"),
        Verdict("Q917051", MISSING, (6, 12), "the copy is LDR and below its row", "version"),
        Verdict("Q917052", ELSEWHERE, (12, 1), "a 32-bit file in System32 is no copy", "absent"),
        Verdict("Q917040", ELSEWHERE, (2,), "for Windows Server 2003 and XP", "applicability"),
    ),
    windows="Windows",
)

SEVEN_SP1 = Named(
    SystemSpec(version="6.1", build="7601", product_type="WinNT", service_pack="Service Pack 1", platform=AMD64),
    {
        f"{S32}kernel32.dll": tagged("6.1.7601.17514", "win7sp1_rtm", platform=AMD64),
        f"{S32}seven0.dll": tagged("6.1.7601.17514", "win7sp1_rtm", platform=AMD64),
        f"{S32}seven1.dll": tagged("6.1.7601.18000", "win7sp1_gdr", platform=AMD64),
        f"{S32}seven2.dll": tagged("6.1.7601.20000", "win7sp1_ldr", platform=AMD64),
        f"{S32}seven3.dll": tagged("6.1.7601.22000", "win7sp1_ldr", platform=AMD64),
        f"{S32}seven4.dll": tagged("6.1.7600.20800", "win7_ldr", platform=AMD64),
        "winsxs/amd64_seven5_1/seven5.dll": tagged("6.1.7601.17514", "win7sp1_rtm", platform=AMD64),
        f"{S32}one.dll": tagged("6.1.7601.18000", "win7sp1_gdr", platform=AMD64),
        f"{S32}two.dll": pe("6.1.7601.21650", "2011-02-01", platform=AMD64),
        f"{S32}both.dll": tagged("6.1.7601.22000", "win7sp1_ldr", platform=AMD64),
        "SysWOW64/both.dll": tagged("6.1.7601.17514", "win7sp1_rtm"),
        f"{S32}only32.dll": tagged("6.1.7601.17514", "win7sp1_rtm"),
        f"{S32}lone.dll": tagged("6.1.7601.17600", "win7sp1_gdr", platform=AMD64),
        "SysWOW64/lone.dll": tagged("6.1.7601.17600", "win7sp1_gdr"),
    },
    (
        Verdict("Q913000", MISSING, (6,), "SP1 itself", "version"),
        Verdict("Q913001", FIXED, (6,), "later than SP1's GDR row", "version"),
        Verdict("Q913002", MISSING, (6,), "the base of LDR is below its row", "version"),
        Verdict("Q913003", FIXED, (6,), "later than SP1's LDR row", "version"),
        Verdict("Q913004", MISSING, (6,), "a file of 7600: its own LDR row", "version"),
        Verdict("Q913005", ELSEWHERE, (13, 1), "WinSxS keeps old versions; there is no live link", "absent"),
        Verdict("Q917009", MISSING, (6,), "a fix of LDR alone is in no GDR file", "version"),
        Verdict(
            "Q917010",
            UNDECIDED,
            (6, 18),
            "an LDR file past the GDR row that was linked months before the fix",
            "version",
        ),
        Verdict(
            "Q917021", FIXED, (2, 6), "x64's table; past the GDR row, and nothing says when it was made", "version"
        ),
        Verdict(
            "Q917023", MISSING, (12, 6), "an x86 row of x64's table is SysWOW64's copy, and that is old", "version"
        ),
        Verdict("Q917024", FIXED, (12, 6), "the file and its copy, each by its own row", "version"),
    ),
    windows="Windows",
)

TEN_1809 = Named(
    None,
    {
        f"{S32}kernel32.dll": pe("10.0.17763.1", 0x8E5A1234, platform=AMD64),
        f"{S32}ten0.dll": pe("10.0.17763.1", 0x8E5A1234, platform=AMD64),
        f"{S32}ten1.dll": pe("10.0.17763.2928", 0x8E5A1234, platform=AMD64),
        f"{S32}ten2.dll": pe("10.0.17763.20000", 0x8E5A1234, platform=AMD64),
        f"{S32}ten3.dll": pe("10.0.14393.5127", 0x8E5A1234, platform=AMD64),
    },
    (
        Verdict("Q914000", MISSING, (6,), "its own release's row", "version"),
        Verdict("Q914001", FIXED, (6,), "equal", "version"),
        Verdict("Q914002", FIXED, (6,), "one branch: 20000 means nothing here", "version"),
        Verdict("Q914003", FIXED, (6,), "a file of 1607 is held against 1607's row", "version"),
        Verdict("Q913000", ELSEWHERE, (2,), "for Windows 7", "applicability"),
    ),
    windows="Windows",
    options=("--product", "Windows 10"),
)

CURRENT = r"Microsoft\Windows NT\CurrentVersion"
TEN: dict[str, Value] = {
    "CurrentVersion": "6.3",
    "CurrentMajorVersionNumber": 10,
    "CurrentMinorVersionNumber": 0,
    "UBR": 2006,
}
PACKAGE = (
    r"Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages\Package_for_KB917061~31bf~amd64~~10.0.1.0"
)


def ten(revision: int, platform: Platform = AMD64, release: int = 19041) -> bytes:
    return pe(f"10.0.{release}.{revision}", 0x8E5A1234, platform=platform)


TEN_22H2 = Named(
    SystemSpec(
        version="6.3",
        build="19045",
        product_type="WinNT",
        service_pack="",
        platform=AMD64,
        software={CURRENT: {**TEN, "CurrentBuildNumber": "19045"}, PACKAGE: {"CurrentState": 0x70}},
    ),
    {
        f"{S32}kernel32.dll": ten(2006),
        f"{S32}lcu0.dll": ten(2006),
        "SysWOW64/lcu0.dll": ten(1880, X86),
        f"{S32}wbem/lcu0.mof": b"of a later update",
        f"{S32}lcu1.dll": ten(1023),
        f"{S32}lcu2.dll": ten(1880),
        "SysWOW64/lcu2.dll": ten(1023, X86),
        f"{S32}lcu3.dll": ten(2006),
        f"{S32}lcu4.dll": ten(2006),
    },
    (
        Verdict(
            "Q917060",
            FIXED,
            (6, 12, 1, 16),
            "19045 runs 19041's files; what is not here is not asked, and a .mof need not tell",
            "version",
        ),
        Verdict(
            "Q917061",
            MISSING,
            (6, 11),
            "an older file was put back under an installed package",
            "version",
            regressed=True,
            conflict="the registry says installed",
        ),
        Verdict("Q917062", MISSING, (6, 12), "the copy is older, in a table that names no product", "version"),
        Verdict("Q917063", ELSEWHERE, (6,), "for a later release", "applicability"),
        Verdict("Q917064", ELSEWHERE, (6,), "for an earlier release", "applicability"),
        Verdict("Q912000", ELSEWHERE, (2,), "for Windows Vista", "applicability"),
    ),
    windows="Windows",
    modified=datetime(2022, 9, 13, tzinfo=UTC),
)
