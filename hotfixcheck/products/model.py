"""What a Windows is: its family, the editions of that, their role, and service packs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from hotfixcheck.platforms import Platform


class Role(StrEnum):
    """What a system was sold for; a domain controller is a server."""

    WORKSTATION = "workstation"
    SERVER = "server"


class Edition(StrEnum):
    """An edition that may decide which fix applies; the value is how reports print it.

    One member stands for one place in the range, whatever a family calls it: ENTERPRISE is also Windows 2000 Advanced
    Server, PROFESSIONAL also Windows Vista Business, HOME also Home Basic and Home Premium, SERVER also Standard.
    """

    WORKSTATION = "Workstation"
    PROFESSIONAL = "Professional"
    HOME = "Home"
    STARTER = "Starter"
    ULTIMATE = "Ultimate"
    EDUCATION = "Education"
    MEDIA_CENTER = "Media Center"
    TABLET_PC = "Tablet PC"
    EMBEDDED = "Embedded"
    SERVER = "Server"
    ENTERPRISE = "Enterprise"
    DATACENTER = "Datacenter"
    TERMINAL_SERVER = "Terminal Server"
    SMALL_BUSINESS = "Small Business"
    WEB = "Web"
    STORAGE = "Storage"
    COMPUTE_CLUSTER = "Compute Cluster"
    FOUNDATION = "Foundation"
    ESSENTIALS = "Essentials"


_BUILT_ON_OTHERS = frozenset(Edition) - {
    Edition.WORKSTATION,
    Edition.PROFESSIONAL,
    Edition.HOME,
    Edition.SERVER,
    Edition.ENTERPRISE,
    Edition.TERMINAL_SERVER,
}


_PACK = re.compile(
    r"(?:sp|service\s+pack)\s*([0-9]{1,2})(?:\.0)?([a-z]?)(?:\s*,\s*(?:rc|v|beta)\W{0,2}[0-9.]*)?", re.IGNORECASE
)


@dataclass(frozen=True, order=True, slots=True)
class ServicePack:
    """A service pack; number 0 is the release without any. SP6 < SP6a < SP7."""

    number: int
    letter: str = ""

    @classmethod
    def parse(cls, text: str) -> ServicePack:
        """From `SP6a`, `Service Pack 4.0`, `Service Pack 6, RC 1.2` (as CSDVersion has it); `none`, `RTM` and "" are 0.

        Raises ValueError for anything else, a product's version before the service pack included.
        """
        text = text.strip()
        if text.lower() in {"", "none", "rtm"}:
            return cls(0)
        if not (found := _PACK.fullmatch(text)):
            raise ValueError(f"{text!r} is not a service pack such as SP6a or Service Pack 2")
        number = int(found[1])
        return cls(number, found[2].lower() if number else "")

    def __str__(self) -> str:
        return f"SP{self.number}{self.letter}" if self.number else "none"


@dataclass(frozen=True, slots=True)
class Family:
    """A Windows by the name that its editions share. Families compare and hash by that name alone."""

    name: str
    version: tuple[int, int] = field(compare=False)
    """The kernel's version. The registry's CurrentVersion stays at 6.3 from Windows 10 on: take the Major and Minor
    values, or the kernel file's version."""
    builds: range = field(compare=False)
    role: Role | None = field(compare=False)
    """None where one family has both roles: NT 3.1 to Windows 2000."""
    platforms: frozenset[Platform] = field(compare=False, repr=False)
    names: tuple[tuple[Edition, str], ...] = field(compare=False, repr=False)
    """Its editions, each with the product's name."""
    service_packs: tuple[ServicePack, ...] = field(compare=False, repr=False)
    """What the release said, SP1 already for Windows Server 2008, then every later one that was shipped."""
    is_nt: bool = field(default=True, compare=False)

    @property
    def editions(self) -> frozenset[Edition]:
        return frozenset(edition for edition, _ in self.names)

    @property
    def base_editions(self) -> frozenset[Edition]:
        """Those that no other is the base of: Media Center Edition has the files of Professional, and programs more.

        Articles list the editions of their day and leave out the rare ones. Enterprise has the files of Professional on
        clients; on servers it has some of its own, such as the cluster's.
        """
        built = _BUILT_ON_OTHERS | ({Edition.ENTERPRISE} if self.role is Role.WORKSTATION else set())
        return self.editions - built or self.editions
