"""Systems of plants and laboratories: products on top of Windows, other processors, lists that name no product."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from hotfixcheck.demo.hiveimage import Value
from hotfixcheck.demo.system import SystemSpec
from hotfixcheck.platforms import Platform
from tests.acceptance.systems.named import (
    ALPHA,
    AMD64,
    ARM64,
    ELSEWHERE,
    FIXED,
    MISSING,
    S32,
    X86,
    Named,
    Verdict,
    pe,
    tagged,
)
from tests.acceptance.systems.vista import CURRENT, TEN, ten

KEYS: dict[str, Mapping[str, Value]] = {
    r"Microsoft\SMS\Setup": {"Full Version": "2.00.1493.2000", "Installation Directory": r"C:\SMS"},
    r"Microsoft\Exchange\Setup": {"Services": r"C:\exchsrvr", "ServicePackNumber": 2},
}
SERVERS = "../SMS/bin/i386"


def of(product: str, version: str, day: str, size: int | None = None) -> bytes:
    return pe(version, day, size, strings={"ProductName": product, "CompanyName": "Microsoft Corporation"})


def sms(version: str, size: int | None = None) -> bytes:
    return of("Microsoft Systems Management Server", version, "2000-06-10", size)


BACK_OFFICE = Named(
    SystemSpec(language="0407", hotfixes={"Q246009": 1}, software=KEYS),
    {
        f"{S32}kernel32.dll": pe("4.0.1381.335", "1999-09-29"),
        f"{SERVERS}/colleval.dll": sms("2.0.1493.2201", 90_000),
        f"{SERVERS}/remodbc.exe": sms("2.0.1493.2100"),
        f"{SERVERS}/smsexec.exe": sms("2.0.1493.2000"),
        "../exchsrvr/bin/store.exe": of("Microsoft(R) Exchange", "5.5.2448.0", "1998-11-20"),
        "../exchsrvr/bin/mad.exe": of("Microsoft(R) Exchange", "5.5.2448.0", "1998-11-20"),
        "../exchsrvr/bin/ese.dll": of("Microsoft(R) Exchange", "5.5.2448.0", "1998-11-20"),
        "i386/kernel32.dll": pe("4.0.1381.1", "1996-08-09"),
    },
    (
        Verdict("Q288567", FIXED, (2, 3, 13), "the post-SP2 table; the i386 of SMS's bin is live", "version"),
        Verdict("Q245271", MISSING, (3, 13), "2100 is older than 2177", "version"),
        Verdict("Q230691", MISSING, (3,), "Exchange's ese.dll is older", "version"),
        Verdict("Q236910", ELSEWHERE, (2,), "for Exchange on Windows 2000, and this is NT 4.0", "applicability"),
        Verdict("Q174233", ELSEWHERE, (2,), "SP4 contains it, and its foot says Alpha", "applicability"),
        Verdict("Q188838", ELSEWHERE, (2,), "so does that of an article for Enterprise Edition", "applicability"),
    ),
)

ALPHA_SP4 = Named(
    SystemSpec(service_pack="Service Pack 4", platform=ALPHA),
    {
        f"{S32}kernel32.dll": pe("4.0.1381.130", "1998-10-14", platform=ALPHA),
        f"{S32}drivers/srv.sys": pe("4.0.1381.130", "1998-10-14", 467_000, platform=ALPHA),
    },
    (
        Verdict("Q174233", FIXED, (2, 10), "for Alpha alone, SP4", "service pack"),
        Verdict("Q219325", MISSING, (2, 10), "for Alpha alone, SP5", "service pack"),
        Verdict("Q239929", MISSING, (2, 10), "its list says Alpha as well, SP6", "service pack"),
        Verdict("Q191361", FIXED, (2, 8), "its only row is for Alpha; srv.sys was linked later", "link time"),
        Verdict("Q288179", ELSEWHERE, (2,), "rows for I386 alone", "applicability"),
    ),
)

XP_X64 = Named(
    SystemSpec("5.2", "3790", "WinNT", service_pack="Service Pack 1", platform=AMD64),
    {
        f"{S32}kernel32.dll": tagged("5.2.3790.1830", "srv03_sp1_rtm", platform=AMD64),
        f"{S32}xp0.dll": tagged("5.2.3790.1830", "srv03_sp1_rtm", platform=AMD64),
        f"{S32}own.dll": tagged("5.2.3790.1830", "srv03_sp1_rtm", platform=AMD64),
    },
    (
        Verdict("Q910000", ELSEWHERE, (2, 4), "rows of 5.1.2600; Windows XP x64 is 5.2.3790", "applicability"),
        Verdict("Q917070", MISSING, (2, 3), "a row of its own version", "version"),
    ),
    windows="WINDOWS",
)

EIGHT_1 = Named(
    SystemSpec("6.3", "9600", "WinNT", service_pack="", platform=AMD64, product_name="Windows 8.1 Pro"),
    {
        f"{S32}kernel32.dll": pe("6.3.9600.17031", "2014-02-22", platform=AMD64),
        f"{S32}lcu0.dll": pe("6.3.9600.17031", "2014-02-22", platform=AMD64),
        f"{S32}lcu0.mof": b"of Windows 8.1",
        f"{S32}blue.dll": pe("6.3.9600.17031", "2014-02-22", platform=AMD64),
    },
    (
        Verdict("Q917060", ELSEWHERE, (2,), "a list for no product, of 10.0.19041", "applicability"),
        Verdict("Q917071", MISSING, (2, 3), "for Windows 8.1 Pro, the edition that ProductName says", "version"),
    ),
    windows="Windows",
    modified=datetime(2014, 3, 1, tzinfo=UTC),
)

SEVEN_MIXED = Named(
    SystemSpec("6.1", "7601", "WinNT", service_pack="Service Pack 1", platform=AMD64),
    {
        f"{S32}kernel32.dll": pe("6.1.7601.17514", "2010-11-20", platform=AMD64),
        f"{S32}mixed.dll": pe("6.1.7601.17751", "2012-01-13", platform=AMD64),
        "SysWOW64/mixed.dll": pe("6.1.7601.17514", "2010-11-20"),
    },
    (Verdict("Q917072", MISSING, (12,), "the 32-bit copy is older than the row for x86", "version"),),
    windows="Windows",
)

TEN_ARM64 = Named(
    SystemSpec(
        "6.3",
        "19044",
        "WinNT",
        service_pack="",
        platform=ARM64,
        software={CURRENT: {**TEN, "CurrentBuildNumber": "19044"}},
    ),
    {
        f"{S32}kernel32.dll": ten(2846, ARM64),
        f"{S32}arm.dll": ten(2846, ARM64),
        "SysWOW64/arm.dll": ten(2846, X86),
        "SysArm32/arm.dll": ten(2546, Platform.ARM),
        f"{S32}lcu0.dll": ten(2846, ARM64),
        "SysWOW64/lcu0.dll": ten(2846, X86),
    },
    (
        Verdict("Q917073", MISSING, (12,), "the copy for ARM is older", "version"),
        Verdict("Q917060", FIXED, (12,), "the file of ARM64 and the copy for x86", "version"),
    ),
    windows="Windows",
)
