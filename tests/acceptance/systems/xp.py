"""Systems with Windows 2000 and Windows XP."""

from __future__ import annotations

from hotfixcheck.demo.system import SystemSpec
from tests.acceptance.systems.named import (
    ELSEWHERE,
    FIXED,
    MISSING,
    S32,
    UNDECIDED,
    Named,
    Verdict,
    pe,
    tagged,
)

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
