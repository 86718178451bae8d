"""What a printed product line covers."""

from __future__ import annotations

from dataclasses import dataclass

from hotfixcheck.platforms import Platform
from hotfixcheck.products.applications import Application
from hotfixcheck.products.model import Edition, Family, ServicePack


@dataclass(frozen=True, slots=True)
class PrintedApplication:
    """A product that is no Windows as a line prints it."""

    application: Application
    versions: tuple[tuple[str, frozenset[ServicePack]], ...] = ()
    """The printed versions in their order, each with its service packs, the release itself (0) included where a bare
    version stands beside them. No service packs: the line does not restrict them. The version is "" where service
    packs are printed without one; no versions: any."""
    hosts: frozenset[Family] = frozenset()
    """The Windows that the line says it runs on; empty: any."""
    is_elsewhere: bool = False
    """It is for Macintosh, MS-DOS, OS/2 or UNIX, or never a part of a system at all."""

    @property
    def name(self) -> str:
        """For people: `Exchange Server 5.5`."""
        said = ", ".join(version for version, _ in self.versions if version)
        return f"{self.application.name} {said}".rstrip()


@dataclass(frozen=True, slots=True)
class ProductScope:
    """What one printed product line covers."""

    text: str
    families: frozenset[Family] = frozenset()
    """Empty: not about Windows, or a line that is not understood."""
    editions: frozenset[Edition] = frozenset()
    """The editions covered; empty: every one."""
    service_packs: frozenset[tuple[Family, ServicePack]] = frozenset()
    """The printed ones of each family, the release itself included where a bare version stands beside them."""
    platforms: frozenset[Platform] = frozenset()
    """Empty: any."""
    builds: frozenset[tuple[Family, int]] = frozenset()
    """What printed releases mean (Windows 10 `Version 1809`)."""
    language: str | None = None

    applications: tuple[PrintedApplication, ...] = ()
    """The products that are no Windows, as alternatives."""

    @property
    def is_understood(self) -> bool:
        """True if the line names a Windows, an application or a machine (`the hardware: DEC Alpha`)."""
        return bool(self.families or self.applications or self.platforms)

    @property
    def is_windows(self) -> bool:
        return bool(self.families)

    def covers(self, edition: Edition) -> bool:
        """True if the line is about this edition of the families it names."""
        return not self.editions or edition in self.editions

    def service_packs_of(self, family: Family) -> frozenset[ServicePack]:
        """The service packs printed for `family`; empty: the line does not restrict them."""
        return frozenset(pack for owner, pack in self.service_packs if owner == family)

    def builds_of(self, family: Family) -> frozenset[int]:
        """The builds of the releases printed for `family`; empty: the line does not restrict them."""
        return frozenset(build for owner, build in self.builds if owner == family)
