"""Systems with Windows Vista and later."""

from __future__ import annotations

from datetime import UTC, datetime

from hotfixcheck.demo.hiveimage import Value
from hotfixcheck.demo.system import SystemSpec
from hotfixcheck.platforms import Platform
from tests.acceptance.systems.named import (
    AMD64,
    ELSEWHERE,
    FIXED,
    MISSING,
    S32,
    UNDECIDED,
    X86,
    Named,
    Verdict,
    pe,
    tagged,
)

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
