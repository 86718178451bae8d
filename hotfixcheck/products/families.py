"""The facts: which Windows there are, by kernel version, build, role, platform, edition and service pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from hotfixcheck.platforms import Platform
from hotfixcheck.products.model import Edition, Family, Role, ServicePack

_NEWEST = 1 << 16  # builds go on in the newest families

# Editions with the word that follows the family's name, or with a whole name in which {} stands for what follows
# Windows, Windows NT or Windows Server in the family's.
_NOT_NT: Mapping[Edition, str] = {}
_NT = {Edition.WORKSTATION: "Windows NT Workstation {}", Edition.SERVER: "Windows NT Server {}"}
_NT_31 = _NT | {Edition.SERVER: "Windows NT Advanced Server {}"}
_NT_40 = _NT | {
    Edition.ENTERPRISE: "Windows NT Server {}, Enterprise Edition",
    Edition.TERMINAL_SERVER: "Windows NT Server {}, Terminal Server Edition",
    Edition.SMALL_BUSINESS: "Windows NT Server {}, Small Business Edition",
    Edition.EMBEDDED: "Windows NT Embedded {}",
}
_2000 = {
    Edition.PROFESSIONAL: "Professional",
    Edition.SERVER: "Server",
    Edition.ENTERPRISE: "Advanced Server",
    Edition.DATACENTER: "Datacenter Server",
    Edition.SMALL_BUSINESS: "Small Business Server",
    Edition.EMBEDDED: "Embedded",
}
_XP = {
    Edition.STARTER: "Starter Edition",
    Edition.HOME: "Home Edition",
    Edition.PROFESSIONAL: "Professional",
    Edition.MEDIA_CENTER: "Media Center Edition",
    Edition.TABLET_PC: "Tablet PC Edition",
    Edition.EMBEDDED: "Embedded",
}
_VISTA = {
    Edition.STARTER: "Starter",
    Edition.HOME: "Home Premium",
    Edition.PROFESSIONAL: "Business",
    Edition.ENTERPRISE: "Enterprise",
    Edition.ULTIMATE: "Ultimate",
}
_7 = _VISTA | {Edition.PROFESSIONAL: "Professional", Edition.EMBEDDED: "Windows Embedded Standard {}"}
_8 = {
    Edition.HOME: "Windows {}",
    Edition.PROFESSIONAL: "Pro",
    Edition.ENTERPRISE: "Enterprise",
    Edition.EMBEDDED: "Windows Embedded {}",
}
_10 = {
    Edition.HOME: "Home",
    Edition.PROFESSIONAL: "Pro",
    Edition.ENTERPRISE: "Enterprise",
    Edition.EDUCATION: "Education",
}
_SERVER_2003 = {
    Edition.SERVER: "Standard Edition",
    Edition.ENTERPRISE: "Enterprise Edition",
    Edition.DATACENTER: "Datacenter Edition",
    Edition.WEB: "Web Edition",
    Edition.SMALL_BUSINESS: "Windows Small Business Server {}",
    Edition.STORAGE: "Windows Storage Server {}",
    Edition.COMPUTE_CLUSTER: "Windows Compute Cluster Server {}",
}
_SERVER = {Edition.SERVER: "Standard", Edition.DATACENTER: "Datacenter"}
_SERVER_2008 = _SERVER | {
    Edition.ENTERPRISE: "Enterprise",
    Edition.FOUNDATION: "Foundation",
    Edition.WEB: "Windows Web Server {}",
    Edition.SMALL_BUSINESS: "Windows Small Business Server {}",
    Edition.STORAGE: "Windows Storage Server {}",
    Edition.COMPUTE_CLUSTER: "Windows HPC Server {}",
}
_SERVER_2019 = _SERVER | {Edition.ESSENTIALS: "Essentials"}
_SERVER_2016 = _SERVER_2019 | {Edition.STORAGE: "Windows Storage Server {}"}
_SERVER_2012 = _SERVER_2016 | {Edition.FOUNDATION: "Foundation"}


def _family(
    name: str,
    version: tuple[int, int],
    builds: range,
    editions: Mapping[Edition, str],
    *,
    on: str,
    role: Role | None = None,
    packs: str = "none",
    is_nt: bool = True,
) -> Family:
    kind = name.removeprefix("Windows ").removeprefix("NT ").removeprefix("Server ")
    names = (
        (edition, word.format(kind) if word.startswith("Windows ") else f"{name} {word}")
        for edition, word in editions.items()
    )
    return Family(
        name,
        version,
        builds,
        role,
        platforms=frozenset(map(Platform, on.split())),
        names=tuple(names),
        service_packs=tuple(map(ServicePack.parse, packs.split())),
        is_nt=is_nt,
    )


_client = partial(_family, role=Role.WORKSTATION)
_server = partial(_family, role=Role.SERVER)

# As released. Where two families share a kernel the role tells them apart, and for some the platform.
FAMILIES: tuple[Family, ...] = (
    _client("Windows 3.1", (3, 10), range(102, 301), _NOT_NT, on="x86", is_nt=False),
    _client("Windows 95", (4, 0), range(950, 1215), _NOT_NT, on="x86", is_nt=False),
    _client("Windows 98", (4, 10), range(1998, 2223), _NOT_NT, on="x86", is_nt=False),
    _client("Windows Me", (4, 90), range(3000, 3001), _NOT_NT, on="x86", is_nt=False),
    _family("Windows NT 3.1", (3, 10), range(511, 529), _NT_31, on="x86 alpha mips", packs="none SP1 SP2 SP3"),
    _family("Windows NT 3.5", (3, 50), range(807, 808), _NT, on="x86 alpha mips", packs="none SP1 SP2 SP3"),
    _family(
        "Windows NT 3.51", (3, 51), range(1057, 1058), _NT, on="x86 alpha mips ppc", packs="none SP1 SP2 SP3 SP4 SP5"
    ),
    _family(
        "Windows NT 4.0",
        (4, 0),
        range(1381, 1382),
        _NT_40,
        on="x86 alpha mips ppc",
        packs="none SP1 SP2 SP3 SP4 SP5 SP6 SP6a",
    ),
    _family("Windows 2000", (5, 0), range(2195, 2196), _2000, on="x86 ia64", packs="none SP1 SP2 SP3 SP4"),
    _client("Windows XP", (5, 1), range(2600, 2601), _XP, on="x86 ia64", packs="none SP1 SP1a SP2 SP3"),
    _server("Windows Server 2003", (5, 2), range(3790, 3791), _SERVER_2003, on="x86 ia64 amd64", packs="none SP1 SP2"),
    # 6003 is SP2 with the updates of 2019 and later.
    _client("Windows Vista", (6, 0), range(6000, 6004), _VISTA, on="x86 amd64", packs="none SP1 SP2"),
    _server("Windows Server 2008", (6, 0), range(6001, 6004), _SERVER_2008, on="x86 amd64 ia64", packs="SP1 SP2"),
    _client("Windows 7", (6, 1), range(7600, 7602), _7, on="x86 amd64", packs="none SP1"),
    _server("Windows Server 2008 R2", (6, 1), range(7600, 7602), _SERVER_2008, on="amd64 ia64", packs="none SP1"),
    _client("Windows 8", (6, 2), range(9200, 9201), _8, on="x86 amd64 arm"),
    _server("Windows Server 2012", (6, 2), range(9200, 9201), _SERVER_2012, on="amd64"),
    _client("Windows 8.1", (6, 3), range(9600, 9601), _8, on="x86 amd64 arm"),
    _server("Windows Server 2012 R2", (6, 3), range(9600, 9601), _SERVER_2012, on="amd64"),
    _client("Windows 10", (10, 0), range(10240, 22000), _10, on="x86 amd64 arm arm64"),
    _client("Windows 11", (10, 0), range(22000, _NEWEST), _10, on="amd64 arm64"),
    _server("Windows Server 2016", (10, 0), range(14393, 14394), _SERVER_2016, on="amd64"),
    _server("Windows Server 2019", (10, 0), range(17763, 17764), _SERVER_2019, on="amd64"),
    # Versions 1709 to 20H2; version 1809 has the build of Windows Server 2019.
    _server("Windows Server (Semi-Annual Channel)", (10, 0), range(16299, 19043), _SERVER, on="amd64 arm64"),
    _server("Windows Server 2022", (10, 0), range(20348, 26100), _SERVER, on="amd64"),
    _server("Windows Server 2025", (10, 0), range(26100, _NEWEST), _SERVER, on="amd64 arm64"),
)

XP, SERVER_2003 = (f for f in FAMILIES if f.name in {"Windows XP", "Windows Server 2003"})
# Windows XP once more, on the kernel of Windows Server 2003: the x64 Edition, and the 64-Bit Edition Version 2003.
_XP_64_BIT = (5, 2), range(3790, 3791), frozenset({Platform.AMD64, Platform.IA64})


def family_candidates(
    version: tuple[int, int], build: int | None, role: Role | None, platform: Platform | None
) -> tuple[Family, ...]:
    """The families that agree with every fact that is known, in the order of FAMILIES; there may be none or several.

    `version` is the kernel's. A Windows that is not NT is a candidate only by its build.
    """

    def fits(family: Family) -> bool:
        kernel, builds, platforms = family.version, family.builds, family.platforms
        if family == XP and version == _XP_64_BIT[0]:
            kernel, builds, platforms = _XP_64_BIT
        return (
            version == kernel
            and (family.is_nt if build is None else build in builds)
            and (role is None or family.role in {None, role})
            and (platform is None or platform in platforms)
        )

    return tuple(family for family in FAMILIES if fits(family))


def families_named(names: Iterable[str]) -> tuple[Family, ...]:
    """The families of these exact names; KeyError for a name that none has."""
    by_name = {family.name: family for family in FAMILIES}
    return tuple(by_name[name] for name in names)
