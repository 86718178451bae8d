"""What a judgement consists of: a status, the evidence it rests on, and the reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hotfixcheck.inventory.model import FileRecord
from hotfixcheck.manifest.model import FileRow, Manifest
from hotfixcheck.manifest.waivers import Waiver
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack
from hotfixcheck.verdicts.trace import Step


class Status(StrEnum):
    """The verdict on a file, a service pack or an article."""

    MISSING = "missing"
    INDETERMINATE = "indeterminate"
    FIXED = "fixed"
    NOT_APPLICABLE = "not-applicable"


class Evidence(StrEnum):
    """What a verdict rests on; the first five in falling order of strength (design rule 18)."""

    VERSION = "version"
    SIZE_AND_LINK_TIME = "size+link time"
    LINK_TIME = "link time"
    FILE_TIME = "file time"
    REGISTRY = "registry"
    SERVICE_PACK = "service pack"
    APPLICABILITY = "applicability"
    ABSENT = "absent"
    UNREADABLE = "unreadable"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Weaker evidence that says something else than the verdict."""

    evidence: Evidence
    says: str


@dataclass(frozen=True, slots=True)
class FileFinding:
    """One requirement against one file; `found` is None where no file of that name is there.

    `steps` are what was asked on the way to the verdict.
    """

    required: FileRow
    found: FileRecord | None
    platform: Platform | None
    status: Status
    evidence: Evidence
    reason: str
    conflicts: tuple[Conflict, ...] = ()
    waiver: Waiver | None = None
    steps: tuple[Step, ...] = ()

    @property
    def path(self) -> str | None:
        return self.found.path if self.found else None


@dataclass(frozen=True, slots=True)
class ServicePackFinding:
    """One service pack, or package by name, that contains the fix."""

    product: str
    service_pack: ServicePack | None
    package: str | None
    status: Status
    evidence: Evidence
    reason: str
    steps: tuple[Step, ...] = ()


class RemedyKind(StrEnum):
    SERVICE_PACK = "service pack"
    PACKAGE = "package"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to install: `name` is an article's number, a service pack with its product, or a package as printed.

    `first` are the service packs that must be there before.
    """

    kind: RemedyKind
    name: str
    title: str = ""
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one article. `regressed`: the registry says installed, yet a file is older.

    `waiver` is set where all that is wrong is accepted; the status then says still what it is that is accepted. `steps`
    are what was asked of the article, and of tables, rows and service packs that are not for the system. `remedy` is
    what puts a missing article right, or one that is missing as soon as what it requires is installed.
    """

    manifest: Manifest
    status: Status
    evidence: Evidence
    reason: str
    regressed: bool = False
    files: tuple[FileFinding, ...] = ()
    service_packs: tuple[ServicePackFinding, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    waiver: Waiver | None = None
    steps: tuple[Step, ...] = ()
    remedy: Remedy | None = None
