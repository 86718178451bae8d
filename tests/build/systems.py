"""Systems, files and inventories as values, for tests of what is decided rather than read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.inventory import Coverage, FileRecord, Inventory
from hotfixcheck.manifest.model import FileRow, FilesFix, Fix, Manifest
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, ServicePack, families_named
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.system.model import InstalledFix, System
from hotfixcheck.targets.layout import Layout, TargetKind
from hotfixcheck.verdicts.applicability import AskApplication
from hotfixcheck.verdicts.candidates import Files
from hotfixcheck.verdicts.presence import Presence

MACHINES = {
    Platform.X86: 0x14C,
    Platform.ALPHA: 0x184,
    Platform.IA64: 0x200,
    Platform.AMD64: 0x8664,
    Platform.ARM: 0x1C4,
    Platform.ARM64: 0xAA64,
}
DRIVE = Layout(TargetKind.DRIVE, "WINNT", "WINNT/system32", "WINNT/system32/config")
SYSTEM32 = Layout(TargetKind.SYSTEM32, None, "", None)
HIVES = Layout(TargetKind.HIVES, None, None, "")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def facts(
    version: str | None = None,
    *,
    size: int = 100_000,
    linked: str | int | None = None,
    modified: str | None = None,
    platform: Platform | None = Platform.X86,
    kind: FileKind = FileKind.PE,
    language: int | None = None,
    reproducible: bool = False,
    **strings: str,
) -> FileFacts:
    """The facts of a file; `linked` is a day or a raw TimeDateStamp."""
    stamp = int(moment(f"{linked}T12:00").timestamp()) if isinstance(linked, str) else linked
    return FileFacts(
        kind=kind,
        size=size,
        modified=moment(modified) if modified else None,
        machine=MACHINES[platform] if platform else None,
        link_time=stamp,
        reproducible=reproducible,
        file_version=FileVersion.parse(version) if version else None,
        language=language,
        strings=tuple(strings.items()),
    )


def system(
    family: str | Iterable[str] = "Windows NT 4.0",
    edition: Edition | None = Edition.SERVER,
    pack: str | None = "SP6",
    platform: Platform | None = Platform.X86,
    *,
    terminal_server: bool | None = None,
    language: int | None = 0x409,
    build: int | None = None,
    **fixes: int,
) -> System:
    """A system; `fixes` are registry keys by article with their Installed value."""
    families = families_named([family] if isinstance(family, str) else family)
    known = edition is not None
    return System(
        families=families,
        edition=edition,
        terminal_server=(edition is Edition.TERMINAL_SERVER) if known else terminal_server,
        service_pack=None if pack is None else ServicePack.parse(pack),
        platform=platform,
        language=language,
        build=build,
        fixes=tuple(InstalledFix(name, int(name.lstrip("QKB")), bool(on), f"key {name}") for name, on in fixes.items()),
    )


def inventory(
    here: System, files: dict[str, FileFacts | str] | None = None, layout: Layout = DRIVE, *, complete: bool = True
) -> Inventory:
    """An inventory of `files` by path; a text in place of facts is the file's problem."""
    records = (
        FileRecord(path, None, found) if isinstance(found, str) else FileRecord(path, found)
        for path, found in sorted((files or {}).items(), key=lambda item: (item[0].lower(), item[0]))
    )
    return Inventory("target", layout, here, tuple(records), Coverage(complete))


def asks(here: System, files: dict[str, FileFacts | str] | None = None) -> AskApplication:
    """What is known of the applications of a system, for articles that name no files."""
    taken = inventory(here, files)
    presence = Presence(taken, Files(taken))
    return lambda printed: presence.of(printed, article())


def article(*fixes: Fix, number: str = "Q123456", applies_to: tuple[str, ...] = (), **more: str) -> Manifest:
    return Manifest(number, "An article", fixes, applies_to=applies_to, **more)  # type: ignore[arg-type]


def table(*rows: FileRow, scope: str | None = None, language: str | None = None) -> FilesFix:
    return FilesFix(rows, scope=scope, language=language)
