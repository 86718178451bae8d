"""Systems with Windows Server 2003."""

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
