"""Each seed on systems where it is fixed, missing and not applicable, through the installed command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.demo.system import SystemSpec, write_system
from hotfixcheck.platforms import Platform
from tests.acceptance.conftest import SEEDS, Run

ALPHA, IA64, AMD64 = Platform.ALPHA, Platform.IA64, Platform.AMD64

SERVER = SystemSpec()
WORKSTATION = SystemSpec(product_type="WinNT")
ENTERPRISE = SystemSpec(suites=("Enterprise",))
DOMAIN_CONTROLLER = SystemSpec(product_type="LanmanNT")
ALPHA_SERVER = SystemSpec(platform=ALPHA)
TERMINAL_SERVER = SystemSpec(suites=("Terminal Server",))
WINDOWS_2000 = SystemSpec(version="5.0", build="2195", service_pack="Service Pack 4", suites=("Terminal Server",))
WINDOWS_XP = SystemSpec(version="5.1", build="2600", product_type="WinNT", service_pack="Service Pack 3")
SERVER_2003 = SystemSpec(version="5.2", build="3790", service_pack="")
SERVER_2003_SP1 = SystemSpec(version="5.2", build="3790", service_pack="Service Pack 1")
SERVER_2003_IA64 = SystemSpec(version="5.2", build="3790", service_pack="", platform=IA64)
SERVER_2003_X64 = SystemSpec(version="5.2", build="3790", service_pack="Service Pack 1", platform=AMD64)


def with_pack(spec: SystemSpec, pack: str, **hotfixes: int) -> SystemSpec:
    return SystemSpec(
        product_type=spec.product_type, suites=spec.suites, platform=spec.platform, service_pack=pack, hotfixes=hotfixes
    )


def pe(linked: str = "1996-08-09", size: int | None = None, version: str = "4.0.1381.4", **more: object) -> bytes:
    day = datetime.fromisoformat(linked).replace(hour=12, tzinfo=UTC)
    return build_pe(version=version, link_time=day, size=size, **more)  # type: ignore[arg-type]


KERNEL32_FIXED = pe("1999-11-17", 375_056)
KERNEL32_OLD = pe("1999-09-29", 374_032)
RPCSS_FIXED = pe("2000-03-13", 107_300)
RPCSS_OLD = pe("1999-09-29", 105_800)
FIXED_33478 = pe("2001-09-26", version="4.0.1381.33478")
OLD_33478 = pe("2000-09-26", version="4.0.1381.33400")
IPHLPAPI = pe("2004-02-26", 84_992, "5.2.3790.134")
IPHLPAPI_OLD = pe("2003-03-25", 84_480, "5.2.3790.0")
IPHLPAPI_IA64 = pe("2004-02-26", 228_864, "5.2.3790.134", platform=IA64)
IPHLPAPI_IA64_OLD = pe("2003-03-25", 228_352, "5.2.3790.0", platform=IA64)


@dataclass(frozen=True)
class Case:
    """What is expected of one article on one system: status, evidence, regressed."""

    article: str
    spec: SystemSpec
    files: Mapping[str, bytes]
    status: str
    evidence: str
    regressed: bool = False
    options: tuple[str, ...] = field(default=())


S32 = "system32/"
BOTH = "size+link time"
CASES = {
    # Q246691: a table without versions, Intel and Alpha
    "kernel32 of the fix": Case("Q246691", SERVER, {f"{S32}kernel32.dll": KERNEL32_FIXED}, "fixed", BOTH),
    "kernel32 linked later": Case(
        "Q246691", SERVER, {f"{S32}kernel32.dll": pe("2000-05-02", 376_112)}, "fixed", "link time"
    ),
    "kernel32 of SP6": Case("Q246691", SERVER, {f"{S32}kernel32.dll": KERNEL32_OLD}, "missing", BOTH),
    "kernel32 on Workstation": Case("Q246691", WORKSTATION, {f"{S32}kernel32.dll": KERNEL32_OLD}, "missing", BOTH),
    "kernel32 on Enterprise Edition": Case(
        "Q246691", ENTERPRISE, {f"{S32}kernel32.dll": KERNEL32_OLD}, "missing", BOTH
    ),
    "kernel32 on a domain controller": Case(
        "Q246691", DOMAIN_CONTROLLER, {f"{S32}kernel32.dll": KERNEL32_FIXED}, "fixed", BOTH
    ),
    "kernel32 without a service pack": Case(
        "Q246691", with_pack(SERVER, ""), {f"{S32}kernel32.dll": KERNEL32_OLD}, "missing", BOTH
    ),
    "kernel32 on SP3": Case(
        "Q246691",
        with_pack(SERVER, "Service Pack 3"),
        {f"{S32}kernel32.dll": KERNEL32_OLD},
        "missing",
        BOTH,
    ),
    "kernel32 on SP4": Case(
        "Q246691",
        with_pack(SERVER, "Service Pack 4"),
        {f"{S32}kernel32.dll": KERNEL32_FIXED},
        "fixed",
        BOTH,
    ),
    "kernel32 on Terminal Server": Case(
        "Q246691", TERMINAL_SERVER, {f"{S32}kernel32.dll": KERNEL32_OLD}, "not-applicable", "applicability"
    ),
    "kernel32 on Windows 2000": Case(
        "Q246691", WINDOWS_2000, {f"{S32}kernel32.dll": KERNEL32_OLD}, "not-applicable", "applicability"
    ),
    "Alpha kernel32 of the fix": Case(
        "Q246691",
        ALPHA_SERVER,
        {f"{S32}kernel32.dll": pe("1999-11-17", 589_584, platform=ALPHA)},
        "fixed",
        BOTH,
    ),
    "Alpha kernel32 of SP6": Case(
        "Q246691",
        ALPHA_SERVER,
        {f"{S32}kernel32.dll": pe("1999-09-29", 588_048, platform=ALPHA)},
        "missing",
        BOTH,
    ),
    "Alpha kernel32 with the size of Intel's": Case(
        "Q246691",
        ALPHA_SERVER,
        {f"{S32}kernel32.dll": pe("1999-11-17", 375_056, platform=ALPHA)},
        "indeterminate",
        "nothing",
    ),
    "kernel32 cut short": Case(
        "Q246691", SERVER, {f"{S32}kernel32.dll": KERNEL32_FIXED[:200_000]}, "indeterminate", "unreadable"
    ),
    "kernel32 all zero": Case("Q246691", SERVER, {f"{S32}kernel32.dll": bytes(375_056)}, "indeterminate", "unreadable"),
    "kernel32 all zero and the registry says installed": Case(
        "Q246691",
        with_pack(SERVER, "Service Pack 6", Q246691=1),
        {f"{S32}kernel32.dll": bytes(375_056)},
        "indeterminate",
        "unreadable",
    ),
    "kernel32 older than the registry says": Case(
        "Q246691",
        with_pack(SERVER, "Service Pack 6", Q246691=1),
        {f"{S32}kernel32.dll": KERNEL32_OLD},
        "missing",
        BOTH,
        regressed=True,
    ),
    "kernel32 fixed, an old copy in dllcache": Case(
        "Q246691",
        SERVER,
        {
            f"{S32}kernel32.dll": KERNEL32_FIXED,
            f"{S32}dllcache/kernel32.dll": KERNEL32_OLD,
            "$NtUninstallQ246691$/kernel32.dll": KERNEL32_OLD,
            "ServicePackFiles/i386/kernel32.dll": KERNEL32_OLD,
        },
        "fixed",
        BOTH,
    ),
    "kernel32 old, the fix only in dllcache": Case(
        "Q246691",
        SERVER,
        {f"{S32}kernel32.dll": KERNEL32_OLD, f"{S32}dllcache/kernel32.dll": KERNEL32_FIXED},
        "missing",
        BOTH,
    ),
    "no kernel32 at all": Case("Q246691", SERVER, {f"{S32}ole32.dll": OLD_33478}, "not-applicable", "absent"),
    # Q256149: sizes in KB for NT Server, versions for Terminal Server, requires SP5
    "rpcss within half a KB": Case("Q256149", SERVER, {f"{S32}rpcss.exe": RPCSS_FIXED}, "fixed", BOTH),
    "rpcss beyond half a KB": Case(
        "Q256149", SERVER, {f"{S32}rpcss.exe": pe("2000-03-13", 108_100)}, "indeterminate", "nothing"
    ),
    "rpcss of SP6": Case("Q256149", SERVER, {f"{S32}rpcss.exe": RPCSS_OLD}, "missing", BOTH),
    "rpcss on SP5": Case(
        "Q256149", with_pack(SERVER, "Service Pack 5"), {f"{S32}rpcss.exe": RPCSS_OLD}, "missing", BOTH
    ),
    "rpcss on SP6a": Case(
        "Q256149",
        with_pack(SERVER, "Service Pack 6", Q246009=1),
        {f"{S32}rpcss.exe": RPCSS_OLD},
        "missing",
        BOTH,
    ),
    "rpcss on SP4, which must be SP5 first": Case(
        "Q256149",
        with_pack(SERVER, "Service Pack 4"),
        {f"{S32}rpcss.exe": RPCSS_OLD},
        "not-applicable",
        "applicability",
    ),
    "rpcss on SP3": Case(
        "Q256149",
        with_pack(SERVER, "Service Pack 3"),
        {f"{S32}rpcss.exe": RPCSS_OLD},
        "not-applicable",
        "applicability",
    ),
    "rpcss without a service pack": Case(
        "Q256149", with_pack(SERVER, ""), {f"{S32}rpcss.exe": RPCSS_OLD}, "not-applicable", "applicability"
    ),
    "rpcss on Workstation": Case(
        "Q256149", WORKSTATION, {f"{S32}rpcss.exe": RPCSS_OLD}, "not-applicable", "applicability"
    ),
    "Alpha rpcss": Case(
        "Q256149",
        ALPHA_SERVER,
        {f"{S32}rpcss.exe": pe("2000-03-14", 183_400, platform=ALPHA)},
        "fixed",
        BOTH,
    ),
    "the Terminal Server table does not judge NT Server": Case(
        "Q256149",
        SERVER,
        {f"{S32}rpcss.exe": RPCSS_FIXED, f"{S32}ole32.dll": pe(version="4.0.1381.4")},
        "fixed",
        BOTH,
    ),
    "the NT Server table does not judge Terminal Server": Case(
        "Q256149",
        TERMINAL_SERVER,
        {f"{S32}rpcss.exe": pe("2000-03-13", 107_300, "4.0.1381.33400"), f"{S32}ole32.dll": FIXED_33478},
        "missing",
        "version",
    ),
    "Terminal Server fixed": Case(
        "Q256149",
        TERMINAL_SERVER,
        {f"{S32}rpcss.exe": FIXED_33478, f"{S32}ole32.dll": FIXED_33478},
        "fixed",
        "version",
    ),
    "Terminal Server with one old file": Case(
        "Q256149",
        TERMINAL_SERVER,
        {f"{S32}rpcss.exe": FIXED_33478, f"{S32}ole32.dll": OLD_33478},
        "missing",
        "version",
    ),
    "Terminal Server with a file of plain NT": Case(
        "Q256149",
        TERMINAL_SERVER,
        {f"{S32}rpcss.exe": FIXED_33478, f"{S32}ole32.dll": pe(version="4.0.1381.335")},
        "indeterminate",
        "version",
    ),
    # Q179827: SP4 of NT 4.0 and of Terminal Server Edition
    "SP4 on SP4": Case("Q179827", with_pack(SERVER, "Service Pack 4"), {}, "fixed", "service pack"),
    "SP4 on Workstation SP6": Case("Q179827", WORKSTATION, {}, "fixed", "service pack"),
    "SP4 on SP3": Case("Q179827", with_pack(SERVER, "Service Pack 3"), {}, "missing", "service pack"),
    "SP4 on no service pack": Case("Q179827", with_pack(WORKSTATION, ""), {}, "missing", "service pack"),
    "SP4 on Terminal Server SP4": Case(
        "Q179827", with_pack(TERMINAL_SERVER, "Service Pack 4"), {}, "fixed", "service pack"
    ),
    "SP4 on Terminal Server SP3": Case(
        "Q179827", with_pack(TERMINAL_SERVER, "Service Pack 3"), {}, "missing", "service pack"
    ),
    "SP4 on Windows 2000": Case("Q179827", WINDOWS_2000, {}, "not-applicable", "applicability"),
    "SP4 on Windows XP": Case("Q179827", WINDOWS_XP, {}, "not-applicable", "applicability"),
    # Q235425 names a service pack too
    "SP6 on SP6": Case("Q235425", SERVER, {}, "fixed", "service pack"),
    "SP6 on SP6a": Case("Q235425", with_pack(SERVER, "Service Pack 6", Q246009=1), {}, "fixed", "service pack"),
    "SP6 on Workstation SP5": Case("Q235425", with_pack(WORKSTATION, "Service Pack 5"), {}, "missing", "service pack"),
    "SP6 on Enterprise Edition SP6": Case("Q235425", ENTERPRISE, {}, "fixed", "service pack"),
    "SP6 on Terminal Server SP5": Case(
        "Q235425", with_pack(TERMINAL_SERVER, "Service Pack 5"), {}, "missing", "service pack"
    ),
    "SP6 on Windows XP": Case("Q235425", WINDOWS_XP, {}, "not-applicable", "applicability"),
    # KB836769: 32-bit, and Itanium with its WOW64 copy
    "iphlpapi of the fix": Case("KB836769", SERVER_2003, {f"{S32}iphlpapi.dll": IPHLPAPI}, "fixed", "version"),
    "iphlpapi of the release": Case(
        "KB836769", SERVER_2003, {f"{S32}iphlpapi.dll": IPHLPAPI_OLD}, "missing", "version"
    ),
    "iphlpapi of SP1": Case(
        "KB836769",
        SERVER_2003_SP1,
        {f"{S32}iphlpapi.dll": pe("2005-03-25", 94_720, "5.2.3790.1830")},
        "fixed",
        "version",
    ),
    "iphlpapi in upper case": Case("KB836769", SERVER_2003, {f"{S32}IPHLPAPI.DLL": IPHLPAPI_OLD}, "missing", "version"),
    "iphlpapi in a twin of system32": Case(
        "KB836769", SERVER_2003, {"SYSTEM32/IPHLPAPI.DLL": IPHLPAPI_OLD}, "missing", "version"
    ),
    "iphlpapi whose string says fixed": Case(
        "KB836769",
        SERVER_2003,
        {f"{S32}iphlpapi.dll": pe(version="5.2.3790.0", strings={"FileVersion": "5.2.3790.134"})},
        "missing",
        "version",
    ),
    "iphlpapi whose string says old": Case(
        "KB836769",
        SERVER_2003,
        {f"{S32}iphlpapi.dll": pe(version="5.2.3790.134", strings={"FileVersion": "4.00"})},
        "fixed",
        "version",
    ),
    "iphlpapi on Itanium": Case(
        "KB836769",
        SERVER_2003_IA64,
        {f"{S32}iphlpapi.dll": IPHLPAPI_IA64, "SysWOW64/iphlpapi.dll": IPHLPAPI},
        "fixed",
        "version",
    ),
    "iphlpapi on Itanium with an old WOW64 copy": Case(
        "KB836769",
        SERVER_2003_IA64,
        {f"{S32}iphlpapi.dll": IPHLPAPI_IA64, "SysWOW64/iphlpapi.dll": IPHLPAPI_OLD},
        "missing",
        "version",
    ),
    "iphlpapi old on Itanium with a new WOW64 copy": Case(
        "KB836769",
        SERVER_2003_IA64,
        {f"{S32}iphlpapi.dll": IPHLPAPI_IA64_OLD, "SysWOW64/iphlpapi.dll": IPHLPAPI},
        "missing",
        "version",
    ),
    "iphlpapi on x64": Case(
        "KB836769",
        SERVER_2003_X64,
        {
            f"{S32}iphlpapi.dll": pe("2003-03-25", 228_352, "5.2.3790.0", platform=AMD64),
            "SysWOW64/iphlpapi.dll": IPHLPAPI_OLD,
        },
        "not-applicable",
        "applicability",
    ),
    "iphlpapi on NT 4.0": Case(
        "KB836769", SERVER, {f"{S32}iphlpapi.dll": IPHLPAPI_OLD}, "not-applicable", "applicability"
    ),
    "iphlpapi on Windows XP": Case(
        "KB836769", WINDOWS_XP, {f"{S32}iphlpapi.dll": IPHLPAPI_OLD}, "not-applicable", "applicability"
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_seed(case: Case, tmp_path: Path, run: Run) -> None:
    write_system(tmp_path, case.spec, case.files)
    outcome = run("check", "-m", SEEDS, tmp_path, "-f", "json", *case.options)
    found = outcome.article(case.article)
    assert (found["status"], found["evidence"], found["regressed"]) == (case.status, case.evidence, case.regressed)
    assert outcome.code == (1 if "missing" in outcome.statuses.values() else 0)
    assert found["reason"]


@pytest.mark.parametrize("spec", [WINDOWS_2000, WINDOWS_XP], ids=["Windows 2000", "Windows XP"])
def test_no_seed_is_for(spec: SystemSpec, tmp_path: Path, run: Run) -> None:
    files = {f"system32/{name}": KERNEL32_OLD for name in ("kernel32.dll", "rpcss.exe", "ole32.dll", "iphlpapi.dll")}
    write_system(tmp_path, spec, files)
    outcome = run("check", "-m", SEEDS, tmp_path, "-f", "json")
    assert set(outcome.statuses.values()) == {"not-applicable"}
    assert outcome.code == 0


def test_only_rows_of_the_systems_own_platform_are_judged(tmp_path: Path, run: Run) -> None:
    write_system(tmp_path, SERVER, {"system32/kernel32.dll": KERNEL32_OLD})
    files = run("check", "-m", SEEDS, tmp_path, "-f", "json").article("Q246691")["files"]
    assert [(one["platform"], one["required"]["size"]) for one in files] == [("x86", 375_056)]


def test_the_registry_alone_can_say_fixed_and_never_missing(tmp_path: Path, run: Run) -> None:
    """A folder of hives holds no file to judge: rule 11."""
    write_system(tmp_path, with_pack(SERVER, "Service Pack 6", Q246691=1), {})
    hives = tmp_path / "WINNT" / "system32" / "config"
    outcome = run("check", "-m", SEEDS, hives, "-f", "json")
    assert outcome.statuses == {
        "Q179827": "fixed",
        "Q235425": "fixed",
        "Q246691": "fixed",
        "Q256149": "indeterminate",
        "KB836769": "not-applicable",
    }
    assert outcome.article("Q246691")["evidence"] == "registry"
