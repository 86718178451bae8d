"""Hives that contradict each other, or the kernel files beside them: shown, and the files are believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from hotfixcheck.demo.hiveimage import Value
from hotfixcheck.demo.system import SystemSpec, hives, write_system
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition
from hotfixcheck.system.model import System
from tests.build.identified import identified, kernel

CURRENT_VERSION = r"Microsoft\Windows NT\CurrentVersion"
XP = SystemSpec("5.1", "2600", "WinNT", service_pack="Service Pack 3")
NT = SystemSpec()
TERMINAL_SERVER = SystemSpec(suites=("Terminal Server",))


def found(
    root: Path, system: SystemSpec, software: SystemSpec | None = None, kernels: Mapping[str, bytes] | None = None
) -> tuple[System, list[str]]:
    """What a tree is, by two hives that may be of two systems, and by its kernel files; and its problems."""
    windows = write_system(root, system, {f"system32/{name}": data for name, data in (kernels or {}).items()})
    if software is not None:
        (windows / "system32" / "config" / "software").write_bytes(hives(software)["software"])
    identity, problems = identified(root)
    return identity, [problem.problem for problem in problems]


def both(version: str, platform: Platform = Platform.X86) -> dict[str, bytes]:
    return {"kernel32.dll": kernel(version, platform), "ntoskrnl.exe": kernel(version, platform)}


def with_pack(spec: SystemSpec, pack: str) -> SystemSpec:
    return SystemSpec(spec.version, spec.build, spec.product_type, spec.suites, pack)


# --- service packs ---

NT_SP3, XP_SP1 = with_pack(NT, "Service Pack 3"), with_pack(XP, "Service Pack 1")
SAYS_3 = "says SP3, SYSTEM says SP6, which is believed"
PACKS: dict[str, tuple[SystemSpec, SystemSpec | None, dict[str, bytes], str, list[str]]] = {
    "no kernel to ask": (NT, NT_SP3, {}, "SP6", [SAYS_3]),
    "the kernel of SYSTEM's": (
        NT, NT_SP3, {"kernel32.dll": kernel("4.0.1381.335")}, "SP6",
        ["says SP3, WINNT/system32/kernel32.dll is of SP6, which is believed"],
    ),
    "the kernel of SOFTWARE's": (
        NT, NT_SP3, {"kernel32.dll": kernel("4.0.1381.4")}, "SP3",
        ["says SP6, WINNT/system32/kernel32.dll is of SP3, which is believed"],
    ),
    "the kernel of neither": (
        NT, NT_SP3, {"kernel32.dll": kernel("4.0.1381.204")}, "SP5",
        [
            "says SP3, WINNT/system32/kernel32.dll is of SP5, which is believed",
            "says SP6, WINNT/system32/kernel32.dll is of SP5, which is believed",
        ],
    ),
    "a kernel that does not tell": (NT, NT_SP3, {"kernel32.dll": kernel("4.0.1381.1")}, "SP6", [SAYS_3]),
    "a kernel of Terminal Server Edition": (
        TERMINAL_SERVER, with_pack(TERMINAL_SERVER, "Service Pack 3"), {"kernel32.dll": kernel("4.0.1381.33407")},
        "SP6", [SAYS_3],
    ),
    "kernels that disagree themselves": (
        NT, NT_SP3, {"kernel32.dll": kernel("4.0.1381.335"), "ntoskrnl.exe": kernel("4.0.1381.133")}, "SP6", [SAYS_3],
    ),
    "XP, hives that disagree": (
        XP, XP_SP1, {"kernel32.dll": kernel("5.1.2600.2180")}, "SP2",
        [
            "says SP1, WINNT/system32/kernel32.dll is of SP2, which is believed",
            "says SP3, WINNT/system32/kernel32.dll is of SP2, which is believed",
        ],
    ),
    "XP, hives that agree against both files": (
        XP, None, both("5.1.2600.2180"), "SP2",
        ["says SP3, WINNT/system32/kernel32.dll is of SP2, which is believed"] * 2,
    ),
    "XP, hives that agree against one file": (XP, None, {"kernel32.dll": kernel("5.1.2600.2180")}, "SP3", []),
    "XP, one file is behind": (
        XP, None, {"kernel32.dll": kernel("5.1.2600.2180"), "ntoskrnl.exe": kernel("5.1.2600.5512")}, "SP3", [],
    ),
    "all agree": (XP, None, both("5.1.2600.5512"), "SP3", []),
    "SP6a is of SP6": (
        SystemSpec(hotfixes={"Q246009": 1}), None, both("4.0.1381.335"), "SP6a", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other", "kernels", "pack", "problems"), PACKS.values(), ids=PACKS)
def test_service_pack(
    tmp_path: Path,
    one: SystemSpec,
    other: SystemSpec | None,
    kernels: dict[str, bytes],
    pack: str,
    problems: list[str],
) -> None:
    system, said = found(tmp_path, one, other, kernels)
    assert str(system.service_pack) == pack
    assert said == problems


# --- hives of another system ---


def test_hives_of_another_system_are_not_believed(tmp_path: Path) -> None:
    spec = SystemSpec(hotfixes={"Q246009": 1}, software={r"Microsoft\SNA Server": {}})
    system, said = found(tmp_path, spec, None, both("5.1.2600.2180"))
    assert (system.product, str(system.service_pack), system.role) == ("Windows XP", "SP2", None)
    assert (system.fixes, system.applications, system.applications_known) == ((), (), False)
    file = "is of version 5.1.2600.2180, which Windows NT 4.0 does not have"
    assert said == [f"{file}: the hives are of another system, and the files are believed"] * 2


def test_one_strange_file_is_a_problem_and_no_more(tmp_path: Path) -> None:
    kernels = {"kernel32.dll": kernel("5.1.2600.2180"), "ntoskrnl.exe": kernel("4.0.1381.335")}
    system, said = found(tmp_path, NT, None, kernels)
    assert (system.product, system.edition) == ("Windows NT Server 4.0", Edition.SERVER)
    assert said == ["is of version 5.1.2600.2180, which Windows NT 4.0, as identified before, does not have"]


def test_hives_of_two_windows(tmp_path: Path) -> None:
    """SOFTWARE says the version of a client, SYSTEM the role of a server, and the files are of SYSTEM's Windows."""
    system, said = found(tmp_path, NT, XP, both("4.0.1381.335"))
    assert system.product == "Windows NT Server 4.0"
    assert "says 5.1, build 2600, which fits no Windows of what SYSTEM says" in said


# --- platform ---


def test_the_processor_of_the_files_is_believed(tmp_path: Path) -> None:
    spec = SystemSpec("5.2", "3790", "ServerNT", service_pack="Service Pack 2")
    system, said = found(tmp_path, spec, None, both("5.2.3790.3959", Platform.AMD64))
    assert system.platform is Platform.AMD64
    assert said == ["is for amd64, the hives say x86, which is not believed"] * 2


def test_one_file_for_another_processor_is_a_stray(tmp_path: Path) -> None:
    system, said = found(tmp_path, NT, None, {"kernel32.dll": kernel("4.0.1381.335", Platform.ALPHA)})
    assert system.platform is Platform.X86
    assert said == ["is for alpha, the hives say x86, which is believed"]


def test_two_files_for_two_processors_are_strays(tmp_path: Path) -> None:
    kernels = {
        "kernel32.dll": kernel("4.0.1381.335", Platform.ALPHA),
        "ntoskrnl.exe": kernel("4.0.1381.335", Platform.MIPS),
    }
    assert found(tmp_path, NT, None, kernels)[0].platform is Platform.X86


# --- words in the hives ---

WORDS = {
    "German": ("Dienst-Pack 3", "SP3"),
    "Russian": ("Пакет обновления 2", "SP2"),
    "Japanese": ("サービス パック 4", "SP4"),
    "a candidate": ("Service Pack 6, v.1", "SP6"),
    "a candidate in Russian": ("Пакет обновления 2, v.3264", "SP2"),
    "with a letter": ("Дополнение 6a", "SP6a"),
}


@pytest.mark.parametrize(("printed", "pack"), WORDS.values(), ids=WORDS)
def test_a_service_pack_in_any_language(tmp_path: Path, printed: str, pack: str) -> None:
    software = SystemSpec(service_pack="", software={})
    windows = write_system(tmp_path, software, {})
    keys: dict[str, Value] = {"CurrentVersion": "4.0", "CurrentBuildNumber": "1381", "CSDVersion": printed}
    data = hives(SystemSpec(service_pack="", software={CURRENT_VERSION: keys}))
    (windows / "system32" / "config" / "software").write_bytes(data["software"])
    (windows / "system32" / "config" / "system").unlink()
    system, problems = identified(tmp_path)
    assert str(system.service_pack) == pack
    assert problems == ()


@pytest.mark.parametrize("printed", ["Service Unpack", "Release 5.1", "Paket 2600", "3"])
def test_words_that_are_no_service_pack(tmp_path: Path, printed: str) -> None:
    system, said = found(tmp_path, SystemSpec(service_pack=""), SystemSpec(service_pack=printed))
    assert f"{printed!r} is no service pack" in said
    assert str(system.service_pack) == "none"


NAMES = {
    "edited": ("Microsoft Windows XP Gamer Edition", XP, False),
    "of another Windows": ("Microsoft Windows Server 2003", XP, True),
    "of its own": ("Microsoft Windows XP", XP, False),
    "of an older Windows than 10": ("Windows 7 Ultimate", SystemSpec("6.3", "9600", "WinNT", service_pack=""), True),
}


@pytest.mark.parametrize(("name", "spec", "is_conflict"), NAMES.values(), ids=NAMES)
def test_the_products_name_decides_nothing(tmp_path: Path, name: str, spec: SystemSpec, is_conflict: bool) -> None:
    named = replace(spec, product_name=name)
    plain, _ = found(tmp_path / "plain", spec)
    system, said = found(tmp_path / "named", named)
    assert system.product == plain.product
    assert [problem.startswith(f"says {name!r}, the version is of ") for problem in said] == [True] * is_conflict


def test_windows_11_under_its_old_name(tmp_path: Path) -> None:
    keys: dict[str, Value] = {
        "CurrentMajorVersionNumber": 10,
        "CurrentMinorVersionNumber": 0,
        "CurrentBuildNumber": "22631",
        "ProductName": "Windows 10 Pro",
    }
    software = {CURRENT_VERSION: keys}
    spec = SystemSpec("6.3", "22631", "WinNT", service_pack="", platform=Platform.AMD64, software=software)
    system, said = found(tmp_path, spec)
    assert (system.product, said) == ("Windows 11 Pro", [])
