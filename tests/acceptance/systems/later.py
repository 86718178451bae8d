"""Systems from Windows 2000 on."""

from __future__ import annotations

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
