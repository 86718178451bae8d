"""Whether a product that is no Windows is installed: by the registry, and by files that are surely its own.

A file of the same name proves nothing: what counts is whose it says it is, where it lies and which version it has.
Not shown is not absent, unless both hives were read or the whole drive was, and nothing of the product is there.
"""

from __future__ import annotations

from dataclasses import dataclass

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.inventory.model import FileRecord, Inventory
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.products import Application, PrintedApplication, ServicePack
from hotfixcheck.products.traces import Traces, members_of, traces_of
from hotfixcheck.system.model import InstalledApplication
from hotfixcheck.targets.layout import TargetKind
from hotfixcheck.verdicts.applicability import Applicability, Applies
from hotfixcheck.verdicts.candidates import Files, Owned
from hotfixcheck.verdicts.ownership import is_same_line, is_windows_build, owned_by, owned_by_windows


@dataclass(frozen=True, slots=True)
class _Shown:
    """What shows an application: the versions it may have, "" for one that is not told."""

    source: str
    version: str = ""
    service_pack: ServicePack | None = None


class Presence:
    """What is known of the applications of one system."""

    def __init__(self, inventory: Inventory, files: Files) -> None:
        self._system = inventory.system
        self._files = files
        self._is_drive = inventory.layout.kind is TargetKind.DRIVE and inventory.coverage.whole
        self._is_listing = inventory.layout.kind is TargetKind.LISTING
        self._shown: dict[Application, tuple[_Shown, ...]] = {}
        self._programs_found: dict[Application, list[tuple[FileRecord, Owned]]] = {}

    def of(self, printed: PrintedApplication, manifest: Manifest) -> Applicability:
        """Whether a printed application is here, in a printed version and service pack.

        Files that the article names count too where they may be the application's.
        """
        application = printed.application
        if printed.is_elsewhere:
            return Applicability(Applies.NO, f"it is for {printed.name}, which is no part of this Windows")
        if printed.hosts and not set(printed.hosts) & set(self._system.families) and self._system.families:
            hosts = " or ".join(sorted(family.name for family in printed.hosts))
            return Applicability(Applies.NO, f"it is for {printed.name} on {hosts}")
        owners = frozenset({application})
        shown = self._shown_of(application)
        if shown:
            return self._by_version(printed, shown, owners)
        if self._is_listing and not self._is_listed(application, manifest):
            return Applicability(Applies.NO, f"nothing here shows {printed.name} to be installed")
        is_absent = self._is_absent(application)
        if self._has_files_of_version(printed, manifest, Owned.YES if is_absent else Owned.MAYBE):
            return Applicability(Applies.YES, owners=owners)
        if is_absent and not self._has_own_files(printed, manifest):
            return Applicability(Applies.NO, f"{application.name} is not installed")
        return Applicability(Applies.UNKNOWN, f"it is not known whether {printed.name} is installed", owners=owners)

    def service_pack_for(self, owners: frozenset[Application]) -> ServicePack | None:
        """The installed service pack of these applications; without any, and for those that take Windows', Windows'."""
        if all(traces_of(owner).takes_service_packs_of_windows for owner in owners):
            return self._system.service_pack
        packs = [pack for owner in owners if (pack := self.service_pack_of(owner)) is not None]
        return max(packs, default=None)

    def service_pack_of(self, application: Application) -> ServicePack | None:
        """The application's own installed service pack; None where nothing tells."""
        packs = {shown.service_pack for shown in self._shown_of(application) if shown.service_pack is not None}
        return max(packs) if packs else None

    def _is_listed(self, application: Application, manifest: Manifest) -> bool:
        """True if a system's list of itself may be about the application: Windows has it, or its fix is listed."""
        listed = self._system.installed_fix(manifest.number)
        return traces_of(application).comes_with_windows or listed is not None

    def _by_version(
        self, printed: PrintedApplication, shown: tuple[_Shown, ...], owners: frozenset[Application]
    ) -> Applicability:
        """A version or service pack that the line does not have is another product."""
        told = [one for one in shown if one.version]
        if not told or not any(version for version, _ in printed.versions):
            return Applicability(Applies.YES, owners=owners)
        fitting = [
            (one, packs)
            for one in told
            for version, packs in printed.versions
            if _is_version(printed.application, version, one.version)
        ]
        if not fitting:
            here = f"{printed.application.name} {told[0].version}"
            return Applicability(Applies.NO, f"it is for {printed.name}, and {here} is installed", nearness=2)
        pack = self.service_pack_of(printed.application)
        packs = frozenset().union(*(packs for _, packs in fitting))
        if not packs or pack is None or min(packs) <= pack <= max(packs):
            return Applicability(Applies.YES, owners=owners)
        first, last = (str(each) if each.number else "no service pack" for each in (min(packs), max(packs)))
        said = f"it is for {printed.application.name} with {first if first == last else f'{first} to {last}'}"
        here = f"has {pack}" if pack.number else "has no service pack"
        return Applicability(Applies.NO, f"{said}, and the one installed {here}", nearness=3)

    # --- what shows an application -----------------------------------------------------------------------------------

    def _shown_of(self, application: Application) -> tuple[_Shown, ...]:
        if application not in self._shown:
            members = [shown for member in members_of(application) for shown in self._shown_of(member)]
            registry = [_by_registry(application, f) for f in self._system.applications if f.name == application.name]
            # A member's version is not the suite's, and its service pack is: Visual Studio's are for all its parts.
            told = tuple(_Shown(one.source) for one in members)
            self._shown[application] = (*registry, *self._programs(application), *told)
        return self._shown[application]

    def _programs(self, application: Application) -> list[_Shown]:
        """Its own programs: one that surely is its own is enough, else two that may be."""
        owned = self._owned_programs(application)
        sure = [record for record, owner in owned if owner is Owned.YES]
        found = sure or ([record for record, _ in owned] if len({record.name for record, _ in owned}) > 1 else [])
        return [self._by_program(application, record) for record in found]

    def _owned_programs(self, application: Application) -> list[tuple[FileRecord, Owned]]:
        """The files of its programs' names that are or may be its own."""
        if application not in self._programs_found:
            self._programs_found[application] = [
                (record, owner)
                for name in traces_of(application).programs
                for record in self._files.named(name)
                if (owner := self.owned(record, frozenset({application})))
            ]
        return self._programs_found[application]

    def _by_program(self, application: Application, record: FileRecord) -> _Shown:
        version = record.facts.file_version if record.facts else None
        # IIS counted for itself in NT 4.0, whose own build says nothing of it, and as Windows does after.
        if version is None or version.is_nt4 or not traces_of(application).tells_version:
            return _Shown(record.path)
        return _Shown(record.path, str(version), _service_pack(application, version))

    def _is_absent(self, application: Application) -> bool:
        """True if what was read would show the application: its keys and services, or its programs on a whole drive.

        A suite is absent with all of its members of which anything is known.
        """
        members = [member for member in members_of(application) if traces_of(member) != Traces()]
        if members:
            return all(map(self._is_absent, members))
        traces = traces_of(application)
        if (traces.keys or traces.services) and self._system.applications_known:
            return True
        return self._is_drive and bool(traces.programs) and not self._owned_programs(application)

    def _has_own_files(self, printed: PrintedApplication, manifest: Manifest) -> bool:
        """True if a file that the article names looks like the application's: then it is not surely absent.

        One that says nothing of itself does so by a version of the article's line, if that is not Windows' own: a fix
        of IIS has a kernel32.dll (Q288855).
        """
        owners = frozenset({printed.application})
        return any(
            owned is Owned.YES or (owned is Owned.MAYBE and self._is_of_line(record, row.file_version))
            for row in manifest.rows()
            for record in self._files.named(row.name.lower())
            for owned in (self.owned(record, owners, row.file_version),)
        )

    def _has_files_of_version(self, printed: PrintedApplication, manifest: Manifest, least: Owned) -> bool:
        """True if a file that the article names has a printed version of the application, and is its own.

        One that may be is enough where nothing else could show the application, as in a bare folder; registry keys that
        are not there do not outweigh one that surely is (rules 11 and 18). A run-time comes with the programs that
        others made with the application.
        """
        traces = traces_of(printed.application)
        if traces.has_run_time:
            return False
        owners = frozenset({printed.application})
        return any(
            _has_version(printed, record.facts.file_version)
            for row in manifest.rows()
            if (name := row.name.lower()) not in traces.shared
            for record in self._files.named(name)
            if record.facts
            and self.owned(record, owners, row.file_version) >= least
            and not is_windows_build(record.facts, self._system)
        )

    def _is_of_line(self, record: FileRecord, required: FileVersion | None) -> bool:
        is_windows = record.facts is not None and is_windows_build(record.facts, self._system)
        return is_same_line(record, required) and not is_windows

    def owned(self, record: FileRecord, owners: frozenset[Application], required: FileVersion | None = None) -> Owned:
        """Whether a file is one of these applications'; without applications, whether it may be Windows'.

        `required` is the version that an article gives the file.
        """
        if not owners:
            return owned_by_windows(record, self._files.layout)
        return max(owned_by(record, owner, self._system, required) for owner in owners)


def _has_version(printed: PrintedApplication, version: FileVersion | None) -> bool:
    versions = (each for each, _ in printed.versions if each)
    return version is not None and any(_is_version(printed.application, each, str(version)) for each in versions)


def _by_registry(application: Application, found: InstalledApplication) -> _Shown:
    pack = found.service_pack
    if pack is None and found.version.count(".") > 1:
        pack = _service_pack(application, FileVersion.parse(found.version))
    return _Shown(found.source, found.version, pack)


def _service_pack(application: Application, version: FileVersion) -> ServicePack | None:
    """The service pack by the version of its main program, where the builds are known."""
    for printed, steps in application.builds.items():
        if _is_version(application, printed, str(version)):
            return ServicePack(max((number for first, number in steps if _build(version) >= first), default=0))
    return None


def _build(version: FileVersion) -> tuple[int, int]:
    return version.build, version.revision


def _is_version(application: Application, printed: str, installed: str) -> bool:
    """True if the installed version is of the printed one: 5.5.2653.13 of 5.5, 2.00.1493 of 2.0, 8.00.194 of 2000,
    and 2.50.4403 of 2.5, whose minor version has a digit more."""
    parts = _parts(installed)
    spellings = (_parts(printed), _parts(application.file_versions.get(printed, printed)))
    return any(
        bool(begins)
        and (parts[: len(begins)] == begins or parts[:2] == (begins[0], *(10 * each for each in begins[1:])))
        for begins in spellings
    )


def _parts(version: str) -> tuple[int, ...]:
    parts = version.rstrip("abcx").rstrip(".").split(".")
    return tuple(map(int, parts)) if all(part.isascii() and part.isdigit() for part in parts) else ()
