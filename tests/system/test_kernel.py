"""What the kernel files say where there are no hives, and against hives that say something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.demo.system import SystemSpec, write_system
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, Role
from hotfixcheck.system.clues import Problem
from tests.build.identified import evidence, identified, kernel

KERNELS = {
    "4.0.1381.4": ("Windows NT 4.0", "None"),
    "5.0.2195.7133": ("Windows 2000", "None"),
    "5.1.2600.0": ("Windows XP", "none"),
    "5.1.2600.1105": ("Windows XP", "none"),
    "5.1.2600.1106": ("Windows XP", "SP1"),
    "5.1.2600.2180": ("Windows XP", "SP2"),
    "5.1.2600.3119": ("Windows XP", "SP2"),
    "5.1.2600.5512": ("Windows XP", "SP3"),
    "5.2.3790.0": ("Windows Server 2003", "none"),
    "5.2.3790.1830": ("Windows Server 2003", "SP1"),
    "5.2.3790.3959": ("Windows Server 2003", "SP2"),
    "6.0.6000.16386": ("Windows Vista", "none"),
    "6.0.6001.18000": ("Windows Vista", "SP1"),
    "6.0.6002.18005": ("Windows Vista", "SP2"),
    "6.0.6003.20489": ("Windows Vista", "SP2"),
    "6.1.7600.16385": ("Windows 7", "none"),
    "6.1.7601.17514": ("Windows 7", "SP1"),
    "6.2.9200.16384": ("Windows 8", "none"),
    "10.0.19041.1": ("Windows 10", "none"),
    "4.90.3000.1": ("Windows Me", "None"),
}


@pytest.mark.parametrize(("version", "product", "pack"), [(v, *e) for v, e in KERNELS.items()], ids=KERNELS)
def test_kernel_alone(tmp_path: Path, version: str, product: str, pack: str) -> None:
    (tmp_path / "KERNEL32.DLL").write_bytes(kernel(version))
    system, problems = identified(tmp_path)
    assert problems == ()
    assert product in (system.product or "").split(" or ")
    assert str(system.service_pack) == pack
    assert system.platform is Platform.X86
    assert system.language == 0x0409
    assert system.build == int(version.split(".")[2])
    assert evidence(system, "version") == [(version, "KERNEL32.DLL, fixed file version")]


def test_kernel_of_no_windows(tmp_path: Path) -> None:
    (tmp_path / "kernel32.dll").write_bytes(kernel("1.2.3.4"))
    system, _ = identified(tmp_path)
    assert (system.product, system.service_pack) == (None, None)


def test_kernel_without_a_version(tmp_path: Path) -> None:
    (tmp_path / "kernel32.dll").write_bytes(build_pe(platform=Platform.MIPS))
    (tmp_path / "ntoskrnl.exe").write_bytes(b"no PE file")
    system, _ = identified(tmp_path)
    assert (system.product, system.platform, system.language) == (None, Platform.MIPS, None)


def test_kernel_of_a_neutral_language_names_none(tmp_path: Path) -> None:
    (tmp_path / "kernel32.dll").write_bytes(kernel("5.1.2600.0", language=0x0400))
    (tmp_path / "ntoskrnl.exe").write_bytes(kernel("5.1.2600.0", language=0x0411))
    assert identified(tmp_path)[0].language == 0x0411


@pytest.mark.parametrize(("revision", "terminal_server"), [(4, False), (32767, False), (32768, True), (33407, True)])
def test_terminal_server_edition_by_the_kernels_revision(tmp_path: Path, revision: int, terminal_server: bool) -> None:
    (tmp_path / "ntoskrnl.exe").write_bytes(kernel(f"4.0.1381.{revision}", Platform.ALPHA))
    system, _ = identified(tmp_path)
    assert system.terminal_server is terminal_server
    assert system.edition is (Edition.TERMINAL_SERVER if terminal_server else None)
    assert system.role is (Role.SERVER if terminal_server else None)


def test_kernel_files_say_each_fact_once_and_are_all_evidence(tmp_path: Path) -> None:
    (tmp_path / "kernel32.dll").write_bytes(kernel("5.1.2600.2180"))
    (tmp_path / "ntoskrnl.exe").write_bytes(kernel("5.1.2600.2622"))
    system, _ = identified(tmp_path)
    assert evidence(system, "service pack") == [("SP2", "kernel32.dll, version 5.1.2600.2180")]
    assert [value for value, _ in evidence(system, "version")] == ["5.1.2600.2180", "5.1.2600.2622"]


def test_kernel_against_the_hives(tmp_path: Path) -> None:
    write_system(tmp_path, SystemSpec(), {"system32/kernel32.dll": kernel("5.0.2195.1")})
    system, problems = identified(tmp_path)
    assert system.product == "Windows NT Server 4.0"
    said = "is of version 5.0.2195.1, which Windows NT 4.0, as identified before, does not have"
    assert problems == (Problem("WINNT/system32/kernel32.dll", said),)


def test_kernel_of_xp_x64_agrees_with_its_hives(tmp_path: Path) -> None:
    spec = SystemSpec("5.2", "3790", "WinNT", service_pack="Service Pack 2", platform=Platform.AMD64)
    write_system(tmp_path, spec, {"system32/kernel32.dll": kernel("5.2.3790.3959", Platform.AMD64)})
    system, problems = identified(tmp_path)
    assert (system.product, problems) == ("Windows XP Professional", ())


def test_the_registry_says_terminal_server_and_the_kernel_is_plain(tmp_path: Path) -> None:
    write_system(tmp_path, SystemSpec(suites=("Terminal Server",)), {"system32/kernel32.dll": kernel("4.0.1381.335")})
    system, problems = identified(tmp_path)
    assert system.edition is Edition.TERMINAL_SERVER
    assert [problem.problem for problem in problems] == [
        "say Windows NT Server 4.0, Terminal Server Edition, which is believed; the kernel is a plain build"
    ]


def test_registry_and_kernel_disagree_on_terminal_server(tmp_path: Path) -> None:
    write_system(tmp_path, SystemSpec(), {"system32/kernel32.dll": kernel("4.0.1381.33407")})
    system, problems = identified(tmp_path)
    assert (system.edition, system.terminal_server) == (Edition.SERVER, False)
    assert problems == (
        Problem(
            "product type and suites",
            "say Windows NT Server 4.0, which is believed; the kernel is of Terminal Server Edition",
        ),
    )
