"""The installed system as the verdicts see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hotfixcheck.languages import language_name
from hotfixcheck.platforms import Platform
from hotfixcheck.products import (
    Edition,
    Family,
    Role,
    ServicePack,
    applications_named,
    families_named,
    product_name,
)
from hotfixcheck.system.plain import each, number, optional, required


@dataclass(frozen=True, slots=True)
class SystemEvidence:
    """Why a fact about the system is believed: `source` is a registry value, a file, or a flag of the user's."""

    fact: str
    value: str
    source: str


LISTED = "listed in "


@dataclass(frozen=True, order=True, slots=True)
class ListedFile:
    """A file that the registry lists with a fix: `linked` is the TimeDateStamp of the fixed file, None or `version` ""
    where the list does not have it."""

    name: str
    version: str = ""
    linked: int | None = None


@dataclass(frozen=True, order=True, slots=True)
class InstalledFix:
    """What the registry says of one fix: `source` is its key, or the text in which the system lists it.

    `superseded`: not installed itself any more, a newer package that contains it is.
    """

    article: str
    number: int
    installed: bool
    source: str
    superseded: bool = False
    files: tuple[ListedFile, ...] = ()

    @property
    def is_listed(self) -> bool:
        """True for one that the system itself listed, by the name of that list; the registry was not read for it."""
        return self.source.startswith(LISTED)


@dataclass(frozen=True, order=True, slots=True)
class InstalledApplication:
    """An application that the registry shows: `name` is that of products.Application, `version` as the registry has it
    or "", `service_pack` None where it does not tell, `source` the key or service."""

    name: str
    version: str
    service_pack: ServicePack | None
    source: str


@dataclass(frozen=True, slots=True)
class System:
    """What is known; None and empty are "not known".

    `families` are the candidates that fit the evidence, one where it is certain. `terminal_server` can be known where
    `edition` is not (NT 4.0's file versions tell). `language` is a LANGID. `applications_known` says that both hives
    were read for applications, so that one without a trace in them is not installed by the registry.
    """

    families: tuple[Family, ...] = ()
    role: Role | None = None
    edition: Edition | None = None
    terminal_server: bool | None = None
    service_pack: ServicePack | None = None
    build: int | None = None
    platform: Platform | None = None
    language: int | None = None
    evidence: tuple[SystemEvidence, ...] = ()
    fixes: tuple[InstalledFix, ...] = ()
    applications: tuple[InstalledApplication, ...] = ()
    applications_known: bool = False

    @property
    def family(self) -> Family | None:
        """The family, None where several fit the evidence or none is known."""
        return self.families[0] if len(self.families) == 1 else None

    @property
    def product(self) -> str | None:
        """The product's name for people; candidates joined by "or"."""
        if not self.families:
            return None
        return " or ".join(product_name(family, self.edition) for family in self.families)

    @property
    def language_name(self) -> str | None:
        """The language in English, None where it is not known or has no name."""
        return None if self.language is None else language_name(self.language)

    def installed_fix(self, number: int) -> InstalledFix | None:
        """What the registry says of an article; "installed" if any key says so."""
        found = [fix for fix in self.fixes if fix.number == number]
        return next((fix for fix in found if fix.installed), found[0] if found else None)

    def plain(self) -> dict[str, Any]:
        """The `system` object of the JSON report."""
        return {
            "product": self.product,
            "family": self.family.name if self.family else None,
            "edition": self.edition.value if self.edition else None,
            "service_pack": str(self.service_pack) if self.service_pack else None,
            "build": self.build,
            "platform": self.platform.value if self.platform else None,
            "language": self.language_name,
            "evidence": [{"fact": e.fact, "value": e.value, "source": e.source} for e in self.evidence],
        }

    def dump(self) -> dict[str, Any]:
        """Everything, as JSON-ready values that `parse` takes back: the system of an inventory file."""
        return self.plain() | {
            "families": [family.name for family in self.families],
            "role": self.role.value if self.role else None,
            "terminal_server": self.terminal_server,
            "langid": self.language,
            "fixes": [
                {
                    "article": fix.article,
                    "installed": fix.installed,
                    "source": fix.source,
                    "superseded": fix.superseded,
                    "files": [{"name": f.name, "version": f.version, "linked": f.linked} for f in fix.files],
                }
                for fix in self.fixes
            ],
            "applications": [
                {
                    "name": found.name,
                    "version": found.version,
                    "service_pack": None if found.service_pack is None else str(found.service_pack),
                    "source": found.source,
                }
                for found in self.applications
            ],
            "applications_known": self.applications_known,
        }

    @classmethod
    def parse(cls, values: dict[str, Any]) -> System:
        """The system that `dump` wrote; raises TypeError or ValueError for anything else."""
        try:
            families = families_named(each(values, "families", str))
        except KeyError as error:
            raise ValueError(f"{error.args[0]!r} is no family of Windows") from None
        role, edition, platform, pack = (
            optional(values, name, str) for name in ("role", "edition", "platform", "service_pack")
        )
        return cls(
            families=families,
            role=None if role is None else Role(role),
            edition=None if edition is None else Edition(edition),
            terminal_server=optional(values, "terminal_server", bool),
            service_pack=None if pack is None else ServicePack.parse(pack),
            build=number(values, "build"),
            platform=None if platform is None else Platform(platform),
            language=number(values, "langid"),
            evidence=tuple(
                SystemEvidence(*(required(told, name, str) for name in ("fact", "value", "source")))
                for told in each(values, "evidence", dict)
            ),
            fixes=tuple(map(_fix, each(values, "fixes", dict))),
            applications=tuple(map(_application, each(values, "applications", dict)))
            if "applications" in values
            else (),
            applications_known=optional(values, "applications_known", bool) or False,
        )


def _fix(values: dict[str, Any]) -> InstalledFix:
    from hotfixcheck.manifest.model import article_number

    article = required(values, "article", str)
    listed = each(values, "files", dict) if "files" in values else []
    return InstalledFix(
        article,
        article_number(article),
        required(values, "installed", bool),
        required(values, "source", str),
        optional(values, "superseded", bool) or False,
        tuple(
            ListedFile(required(file, "name", str), optional(file, "version", str) or "", number(file, "linked"))
            for file in listed
        ),
    )


def _application(values: dict[str, Any]) -> InstalledApplication:
    name, version, source = (required(values, field, str) for field in ("name", "version", "source"))
    try:
        applications_named([name])
    except KeyError:
        raise ValueError(f"{name!r} is no application") from None
    pack = optional(values, "service_pack", str)
    return InstalledApplication(name, version, None if pack is None else ServicePack.parse(pack), source)
