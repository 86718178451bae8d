"""Which system it is: by hives and kernels as they are, or as much as is left of them."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from hotfixcheck.demo.hiveimage import Value, build_hive
from hotfixcheck.demo.system import SystemSpec, hives, write_system
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, Role
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system import opening
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.identify import identify
from hotfixcheck.system.model import System
from hotfixcheck.targets.directory import DirectoryTree, OpenFile
from tests.build.identified import evidence, identified, kernel

CURRENT_VERSION = r"Microsoft\Windows NT\CurrentVersion"


def current(**values: Value) -> Mapping[str, Mapping[str, Value]]:
    return {CURRENT_VERSION: values}


@dataclass(frozen=True)
class Expected:
    product: str
    service_pack: str = "none"
    platform: Platform = Platform.X86
    role: Role = Role.SERVER
    edition: Edition | None = Edition.SERVER
    terminal_server: bool = False
    language: int = 0x0409
    families: int = 1
    problems: tuple[str, ...] = field(default=())


NT4 = SystemSpec(service_pack="")
MAJOR_10 = {"CurrentMajorVersionNumber": 10, "CurrentMinorVersionNumber": 0}


def modern(build: str, edition_id: str, product_type: str = "WinNT", **values: Value) -> SystemSpec:
    """Windows 10 and later: CurrentVersion stays 6.3, the truth is in two numbers."""
    return SystemSpec(
        "6.3",
        build,
        product_type,
        service_pack="",
        platform=Platform.AMD64,
        software=current(CurrentVersion="6.3", CurrentBuildNumber=build, EditionID=edition_id, **MAJOR_10, **values),
    )


SYSTEMS = {
    "NT 4.0 Workstation": (
        replace(NT4, product_type="WinNT"),
        Expected("Windows NT Workstation 4.0", role=Role.WORKSTATION, edition=Edition.WORKSTATION),
    ),
    "NT 4.0 Server": (NT4, Expected("Windows NT Server 4.0")),
    "NT 4.0 Server SP3": (replace(NT4, service_pack="Service Pack 3"), Expected("Windows NT Server 4.0", "SP3")),
    "NT 4.0 Server SP6": (SystemSpec(), Expected("Windows NT Server 4.0", "SP6")),
    "NT 4.0 Server SP6 of a release candidate": (
        replace(NT4, service_pack="Service Pack 6, RC 1.2"),
        Expected("Windows NT Server 4.0", "SP6"),
    ),
    "NT 4.0 Server SP6a": (SystemSpec(hotfixes={"Q246009": 1}), Expected("Windows NT Server 4.0", "SP6a")),
    "NT 4.0 Server SP6 from which SP6a was taken": (
        SystemSpec(hotfixes={"Q246009": 0}),
        Expected("Windows NT Server 4.0", "SP6"),
    ),
    "NT 4.0 Server SP5 with a stray key of SP6a": (
        SystemSpec(service_pack="Service Pack 5", hotfixes={"Q246009": 1}),
        Expected("Windows NT Server 4.0", "SP5"),
    ),
    "NT 4.0 domain controller": (replace(NT4, product_type="LanmanNT"), Expected("Windows NT Server 4.0")),
    "NT 4.0 Enterprise Edition": (
        replace(NT4, suites=("Enterprise",)),
        Expected("Windows NT Server 4.0, Enterprise Edition", edition=Edition.ENTERPRISE),
    ),
    "NT 4.0 Terminal Server Edition": (
        replace(NT4, suites=("Terminal Server",), service_pack="Service Pack 4"),
        Expected(
            "Windows NT Server 4.0, Terminal Server Edition",
            "SP4",
            edition=Edition.TERMINAL_SERVER,
            terminal_server=True,
        ),
    ),
    "NT 4.0 on Alpha": (
        replace(NT4, platform=Platform.ALPHA),
        Expected("Windows NT Server 4.0", platform=Platform.ALPHA),
    ),
    "NT 4.0 Workstation, Japanese": (
        replace(NT4, product_type="WinNT", language="0411"),
        Expected("Windows NT Workstation 4.0", role=Role.WORKSTATION, edition=Edition.WORKSTATION, language=0x0411),
    ),
    "NT 3.51 Server": (
        SystemSpec("3.51", "1057", service_pack="Service Pack 5"),
        Expected("Windows NT Server 3.51", "SP5"),
    ),
    "NT 3.5 Server": (SystemSpec("3.5", "807", service_pack=""), Expected("Windows NT Server 3.5")),
    "2000 Server with Terminal Services": (
        SystemSpec("5.0", "2195", suites=("Terminal Server",), service_pack="Service Pack 4"),
        Expected("Windows 2000 Server", "SP4"),
    ),
    "2000 Advanced Server": (
        SystemSpec("5.0", "2195", suites=("Enterprise", "Terminal Server"), service_pack="Service Pack 2"),
        Expected("Windows 2000 Advanced Server", "SP2", edition=Edition.ENTERPRISE),
    ),
    "2000 Professional": (
        SystemSpec("5.0", "2195", "WinNT", service_pack=""),
        Expected("Windows 2000 Professional", role=Role.WORKSTATION, edition=Edition.PROFESSIONAL),
    ),
    "XP Professional": (
        SystemSpec("5.1", "2600", "WinNT", service_pack="Service Pack 3"),
        Expected("Windows XP Professional", "SP3", role=Role.WORKSTATION, edition=Edition.PROFESSIONAL),
    ),
    "XP Home Edition": (
        SystemSpec("5.1", "2600", "WinNT", suites=("Personal",), service_pack=""),
        Expected("Windows XP Home Edition", role=Role.WORKSTATION, edition=Edition.HOME),
    ),
    "XP Professional x64 Edition": (
        SystemSpec("5.2", "3790", "WinNT", service_pack="Service Pack 2", platform=Platform.AMD64),
        Expected("Windows XP Professional", "SP2", Platform.AMD64, Role.WORKSTATION, Edition.PROFESSIONAL),
    ),
    "Server 2003 Enterprise on IA-64": (
        SystemSpec("5.2", "3790", suites=("Enterprise",), service_pack="Service Pack 1", platform=Platform.IA64),
        Expected("Windows Server 2003 Enterprise Edition", "SP1", Platform.IA64, edition=Edition.ENTERPRISE),
    ),
    "Vista Business": (
        SystemSpec(
            "6.0",
            "6002",
            "WinNT",
            service_pack="Service Pack 2",
            software=current(
                CurrentVersion="6.0", CurrentBuildNumber="6002", CSDVersion="Service Pack 2", EditionID="Business"
            ),
        ),
        Expected("Windows Vista Business", "SP2", role=Role.WORKSTATION, edition=Edition.PROFESSIONAL),
    ),
    "7, edition not said": (
        SystemSpec("6.1", "7601", "WinNT", service_pack="Service Pack 1", platform=Platform.AMD64),
        Expected("Windows 7", "SP1", Platform.AMD64, Role.WORKSTATION, None),
    ),
    "7, the edition in its name alone": (
        SystemSpec("6.1", "7601", "WinNT", service_pack="Service Pack 1", product_name="Windows 7 Professional"),
        Expected("Windows 7 Professional", "SP1", role=Role.WORKSTATION, edition=Edition.PROFESSIONAL),
    ),
    "Server 2008, the edition in its name alone": (
        SystemSpec("6.0", "6002", service_pack="Service Pack 2", product_name="Windows Server (R) 2008 Enterprise"),
        Expected("Windows Server 2008 Enterprise", "SP2", edition=Edition.ENTERPRISE),
    ),
    "XP whose name says another edition": (
        SystemSpec("5.1", "2600", "WinNT", service_pack="Service Pack 3", product_name="Microsoft Windows XP Home"),
        Expected("Windows XP Professional", "SP3", role=Role.WORKSTATION, edition=Edition.PROFESSIONAL),
    ),
    "EditionID before the name": (
        modern("19045", "Enterprise", ProductName="Windows 10 Pro"),
        Expected("Windows 10 Enterprise", "none", Platform.AMD64, Role.WORKSTATION, Edition.ENTERPRISE),
    ),
    "Server 2012 R2": (
        SystemSpec("6.3", "9600", service_pack="", platform=Platform.AMD64),
        Expected("Windows Server 2012 R2", platform=Platform.AMD64, edition=None),
    ),
    "10": (
        modern("19045", "Professional"),
        Expected("Windows 10 Pro", "none", Platform.AMD64, Role.WORKSTATION, Edition.PROFESSIONAL),
    ),
    "11": (
        modern("22631", "Core"),
        Expected("Windows 11 Home", "none", Platform.AMD64, Role.WORKSTATION, Edition.HOME),
    ),
    "Server 2019 or a server of the semi-annual channel": (
        modern("17763", "ServerStandard", "ServerNT"),
        Expected(
            "Windows Server 2019 or Windows Server (Semi-Annual Channel)",
            platform=Platform.AMD64,
            edition=None,
            families=2,
        ),
    ),
    "Server 2019 by its name": (
        modern("17763", "ServerStandard", "ServerNT", ProductName="Windows Server 2019 Standard"),
        Expected("Windows Server 2019 Standard", platform=Platform.AMD64),
    ),
}


@pytest.mark.parametrize(("spec", "expected"), SYSTEMS.values(), ids=SYSTEMS)
def test_system(tmp_path: Path, spec: SystemSpec, expected: Expected) -> None:
    write_system(tmp_path, spec, {})
    system, problems = identified(tmp_path)
    assert problems == ()
    assert system.product == expected.product
    assert str(system.service_pack) == expected.service_pack
    assert (system.platform, system.role, system.edition) == (expected.platform, expected.role, expected.edition)
    assert bool(system.terminal_server) is expected.terminal_server
    assert system.language == expected.language
    assert system.build == int(spec.build)
    assert len(system.families) == expected.families
    assert (system.family is not None) is (expected.families == 1)
    assert all(e.fact and e.value and e.source for e in system.evidence)


def test_evidence_names_where_each_fact_is_from(tmp_path: Path) -> None:
    write_system(tmp_path, SystemSpec(suites=("Enterprise",), hotfixes={"Q246009": 1}, product_name="X"), {})
    system, _ = identified(tmp_path)
    control = r"SYSTEM\ControlSet001\Control"
    current_version = rf"SOFTWARE\{CURRENT_VERSION}"
    assert [(e.fact, e.value, e.source) for e in system.evidence] == [
        ("product type", "ServerNT", rf"{control}\ProductOptions\ProductType"),
        ("product suites", "Enterprise", rf"{control}\ProductOptions\ProductSuite"),
        ("service pack", "SP6", rf"{control}\Windows\CSDVersion = 0x600"),
        ("platform", "x86", rf"{control}\Session Manager\Environment\PROCESSOR_ARCHITECTURE"),
        ("language", "0409", rf"{control}\Nls\Language\InstallLanguage"),
        ("version", "4.0, build 1381", rf"{current_version}\CurrentVersion, CurrentBuildNumber"),
        ("product name", "X", rf"{current_version}\ProductName"),
        ("service pack", "Service Pack 6", rf"{current_version}\CSDVersion"),
        ("service pack", "SP6a", rf"{current_version}\Hotfix\Q246009"),
        ("edition", "Windows NT Server 4.0, Enterprise Edition", "product type and suites"),
    ]


def write_hives(root: Path, **contents: bytes) -> Path:
    """A bare folder of hives."""
    for name, data in contents.items():
        (root / name).write_bytes(data)
    return root


def test_software_alone(tmp_path: Path) -> None:
    system, problems = identified(
        write_hives(tmp_path, SOFTWARE=hives(SystemSpec(hotfixes={"Q246009": 1}))["software"])
    )
    assert problems == ()
    assert (system.product, str(system.service_pack), system.role) == ("Windows NT 4.0", "SP6a", None)
    assert (system.platform, system.edition, system.terminal_server, system.language) == (None,) * 4


def test_software_alone_may_leave_several_products(tmp_path: Path) -> None:
    spec = SystemSpec("5.2", "3790", service_pack="")
    system, _ = identified(write_hives(tmp_path, software=hives(spec)["software"]))
    assert system.product == "Windows XP or Windows Server 2003"
    assert system.family is None


def test_system_alone(tmp_path: Path) -> None:
    system, problems = identified(write_hives(tmp_path, System=hives(SystemSpec())["system"]))
    assert problems == ()
    assert (system.product, str(system.service_pack), system.role) == (None, "SP6", Role.SERVER)
    assert system.platform is Platform.X86


def test_neither_and_no_kernel(tmp_path: Path) -> None:
    (tmp_path / "a.dll").write_bytes(b"MZ")
    assert identified(tmp_path) == (System(), ())


def test_software_and_system_disagree_on_the_service_pack(tmp_path: Path) -> None:
    software, system_hive = hives(SystemSpec(service_pack="Service Pack 5"))["software"], hives(SystemSpec())["system"]
    system, problems = identified(write_hives(tmp_path, software=software, system=system_hive))
    assert str(system.service_pack) == "SP6"
    assert problems == (
        Problem(rf"SOFTWARE\{CURRENT_VERSION}\CSDVersion", "says SP5, SYSTEM says SP6, which is believed"),
    )


def test_damaged_software_leaves_the_kernel(tmp_path: Path) -> None:
    write_system(tmp_path, SystemSpec(), {"system32/kernel32.dll": kernel("4.0.1381.335")})
    path = tmp_path / "WINNT/system32/config/software"
    path.write_bytes(path.read_bytes()[:5000])
    system, problems = identified(tmp_path)
    assert system.product == "Windows NT Server 4.0"
    assert evidence(system, "version") == [("4.0.1381.335", "WINNT/system32/kernel32.dll, fixed file version")]
    (problem,) = problems
    assert problem.path == "WINNT/system32/config/software"
    assert problem.problem.startswith("registry hive not used: the hive is cut short")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.symlink_to("unsupported reparse tag 1"), "compressed or deduplicated by Windows"),
        (lambda path: path.symlink_to("gone"), "the link leads nowhere"),
        (lambda path: path.write_bytes(bytes(8192)), "all zero"),
        (lambda path: path.write_bytes(b""), "empty"),
    ],
    ids=["of ntfs-3g", "dangling", "zeros", "empty"],
)
@pytest.mark.posix
def test_hive_and_kernel_that_cannot_be_read(tmp_path: Path, make: object, said: str) -> None:
    assert callable(make)
    (tmp_path / "config").mkdir()
    make(tmp_path / "config/SYSTEM")
    make(tmp_path / "kernel32.dll")
    system, problems = identified(tmp_path)
    assert system.evidence == ()
    assert [problem.path for problem in problems] == ["config/SYSTEM", "kernel32.dll"]
    assert all(said in problem.problem for problem in problems)
    assert problems[0].problem.startswith("registry hive not used: ")
    assert problems[1].problem.startswith("not used to identify the system: ")


@pytest.mark.parametrize("number", [errno.EBUSY, errno.ETXTBSY, errno.EACCES])
def test_hives_that_the_running_system_keeps_locked(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an administrative share shows them: the kernel files still say what it is."""
    write_system(tmp_path, SystemSpec(), {"system32/kernel32.dll": kernel("4.0.1381.335")})
    opened = DirectoryTree.open

    def locked(tree: DirectoryTree, path: str) -> OpenFile:
        if "/config/" in path:
            raise OSError(number, "as the system says it")
        return opened(tree, path)

    monkeypatch.setattr(DirectoryTree, "open", locked)
    monkeypatch.setattr(opening, "_LOCKED", opening._LOCKED | {errno.EACCES})  # as Windows has it
    system, problems = identified(tmp_path)
    assert system.product == "Windows NT 4.0"
    assert [problem.path for problem in problems] == [
        f"WINNT/system32/config/{name}" for name in ("software", "system")
    ]
    said = "registry hive not used: as the system says it: the Windows that runs from here keeps it locked"
    assert all(problem.problem.startswith(said) for problem in problems)


def test_a_folder_by_a_hives_name_is_none(tmp_path: Path) -> None:
    (tmp_path / "SYSTEM").mkdir()
    write_hives(tmp_path, SOFTWARE=hives(SystemSpec())["software"])
    system, problems = identified(tmp_path)
    assert (system.product, problems) == ("Windows NT 4.0", ())


def test_a_folder_that_cannot_be_listed_any_more_is_a_problem(tmp_path: Path) -> None:
    def read(path: str) -> FileFacts:
        raise AssertionError(path)

    system, problems = identify(DirectoryTree(tmp_path), "gone", "gone", read)
    assert system == System()
    assert [problem.path for problem in problems] == [
        *("gone/SOFTWARE", "gone/SYSTEM", "gone/kernel32.dll", "gone/ntoskrnl.exe")
    ]


def test_edition_of_no_known_product_type(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    write_hives(tmp_path, software=hives(SystemSpec())["software"])
    control = r"ControlSet001\Control\ProductOptions"
    (tmp_path / "system").write_bytes(build_hive({control: {"ProductType": "Unheard"}}))
    system, _ = identified(tmp_path)
    assert (system.product, system.role, system.edition) == ("Windows NT 4.0", None, None)
