"""What the kernel files say of a system: family, platform, language, often the service pack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from hotfixcheck.errors import UnreadableFileError, said_by
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.products import Edition, Role, ServicePack, family_candidates
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.clues import Clues, Problem
from hotfixcheck.system.model import System
from hotfixcheck.targets.tree import FileTree, find_file, joined

# Kernel revisions from which a service pack's files begin, by version and build: a fix for SP1 is numbered below SP2.
_SERVICE_PACK_REVISIONS = {
    (5, 1, 2600): ((0, 0), (1106, 1), (2180, 2), (5512, 3)),
    (5, 2, 3790): ((0, 0), (1830, 1), (3959, 2)),
}
_SERVICE_PACK_BUILDS = {6000: 0, 6001: 1, 6002: 2, 6003: 2, 7600: 0, 7601: 1}

_KERNEL_FILES = ("kernel32.dll", "ntoskrnl.exe")


def kernel_files(
    tree: FileTree, folder: str, read: Callable[[str], FileFacts], clues: Clues
) -> Iterator[tuple[str, FileFacts]]:
    """(path, facts) of each readable kernel file."""
    for name in _KERNEL_FILES:
        path = joined(folder, name)
        try:
            if (child := find_file(tree, folder, name)) is None:
                continue
            path = joined(folder, child.name)
            if child.problem:
                raise UnreadableFileError(child.problem)
            facts = read(path)
        except (UnreadableFileError, OSError) as error:
            said = error.problem if isinstance(error, UnreadableFileError) else said_by(error)
            clues.problems.append(Problem(path, f"not used to identify the system: {said}"))
        else:
            yield path, facts


def with_kernel(system: System, kernel: Iterable[tuple[str, FileFacts]], clues: Clues) -> System:
    """The system with what `kernel`, paths and facts of its kernel files, adds; what is known before it stays."""
    for path, facts in kernel:
        version = facts.file_version
        if facts.platform is not None:
            clues.note("platform", facts.platform.value, f"{path}, machine {facts.machine:#06x}")
            system = system if system.platform else replace(system, platform=facts.platform)
        if facts.language is not None and system.language is None and facts.language & 0x3FF:
            clues.note("language", f"{facts.language:04x}", f"{path}, version resource")
            system = replace(system, language=facts.language)
        if version is None:
            continue
        clues.note("version", str(version), f"{path}, fixed file version")
        if version.is_nt4 and system.terminal_server is None:
            system = replace(system, terminal_server=version.is_terminal_server_build)
            if version.is_terminal_server_build:
                clues.note(
                    "edition", Edition.TERMINAL_SERVER.value, f"{path}, revision {version.revision} is 32768 or more"
                )
                system = replace(system, edition=Edition.TERMINAL_SERVER, role=Role.SERVER)
        if not system.families:
            families = family_candidates((version.major, version.minor), version.build, system.role, system.platform)
            system = replace(system, families=families, build=version.build)
        if system.service_pack is None and (pack := service_pack_of(version)):
            clues.note("service pack", str(pack), f"{path}, version {version}")
            system = replace(system, service_pack=pack)
    return system


def service_pack_of(version: FileVersion) -> ServicePack | None:
    """The service pack that a kernel file's version tells; None where it does not (NT 4.0, 2000)."""
    kernel = version.major, version.minor
    if steps := _SERVICE_PACK_REVISIONS.get((*kernel, version.build)):
        return ServicePack(max(number for first, number in steps if version.revision >= first))
    if kernel in {(6, 0), (6, 1)} and version.build in _SERVICE_PACK_BUILDS:
        return ServicePack(_SERVICE_PACK_BUILDS[version.build])
    return ServicePack(0) if kernel >= (6, 2) else None  # Windows 8 and later have none
