"""Hives that contradict each other or the kernel files: each conflict is shown, and the files are believed.

A hive can be of another system, copied or restored; what Windows loads is the files. One file alone can be a stray,
so it takes two that agree with each other to overrule hives that do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.products import ServicePack, family_candidates
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.clues import Clues, Problem
from hotfixcheck.system.kernel import service_pack_of
from hotfixcheck.system.model import System

_WITNESSES = 2  # kernel files that overrule hives which agree with each other

# Revisions from which the kernel files of NT 4.0 begin with a service pack. Fixes fill the numbers between, so that
# they are asked only where hives contradict each other.
_NT4_REVISIONS = ((335, 6), (204, 5), (133, 4), (4, 3))


def settled(system: System, kernel: Sequence[tuple[str, FileFacts]], clues: Clues) -> System:
    """What the hives say of a system, without what its kernel files (path and facts) contradict."""
    versions = [(path, facts.file_version) for path, facts in kernel if facts.file_version is not None]
    system = _of_this_system(system, versions, clues)
    system = _with_platform(system, kernel, clues)
    return _with_service_pack(system, versions, clues)


def _of_this_system(system: System, versions: list[tuple[str, FileVersion]], clues: Clues) -> System:
    """Nothing of the hives where both kernel files are of a version that the Windows they tell never had."""

    def is_foreign(version: FileVersion) -> bool:
        return not {*family_candidates((version.major, version.minor), None, None, None)} & {*system.families}

    foreign = [(path, version) for path, version in versions if is_foreign(version)]
    if not system.families or not foreign:
        return system
    if len(foreign) < _WITNESSES:
        for path, version in foreign:
            said = f"is of version {version}, which {system.product}, as identified before, does not have"
            clues.problems.append(Problem(path, said))
        return system
    for path, version in foreign:
        said = f"is of version {version}, which {system.product} does not have: the hives are of another system"
        clues.problems.append(Problem(path, f"{said}, and the files are believed"))
    clues.product_type, clues.suites, clues.edition_id = "", (), ""
    clues.service_packs.clear()
    return System()


def _with_platform(system: System, kernel: Sequence[tuple[str, FileFacts]], clues: Clues) -> System:
    others = [(path, facts.platform) for path, facts in kernel if facts.platform not in {None, system.platform}]
    if system.platform is None or not others:
        return system
    platform = others[0][1]
    overruled = len(others) == _WITNESSES and len({found for _, found in others}) == 1
    for path, found in others:
        said = f"is for {found}, the hives say {system.platform}, which is {'not ' if overruled else ''}believed"
        clues.problems.append(Problem(path, said))
    if platform is None or not overruled:
        return system
    families = [family for family in system.families if platform in family.platforms]
    return replace(system, platform=platform, families=tuple(families) or system.families)


def _with_service_pack(system: System, versions: list[tuple[str, FileVersion]], clues: Clues) -> System:
    """The service pack by the files where the hives disagree, with each other or with them."""
    said = clues.service_packs
    disagree = len({pack.number for pack in said.values()}) > 1
    told = [(pack, path) for path, version in versions if (pack := _told(version, guess=disagree)) is not None]
    agreed = len({pack for pack, _ in told}) == 1 and (disagree or len(told) == _WITNESSES)
    if agreed and said:
        pack, path = told[0]
        others = [source for source, each in said.items() if each.number != pack.number]
        for source in others:
            clues.problems.append(Problem(source, f"says {said[source]}, {path} is of {pack}, which is believed"))
        keep = system.service_pack is not None and system.service_pack.number == pack.number  # SP6a is of SP6
        return system if keep or not others else replace(system, service_pack=pack)
    if disagree:
        (first, believed), *rest = said.items()
        hive = first.partition("\\")[0]
        for source, pack in rest:
            problem = f"says {pack}, {hive} says {believed}, which is believed"
            clues.problems.append(Problem(source, problem))
    return system


def _told(version: FileVersion, *, guess: bool) -> ServicePack | None:
    """The service pack of a kernel file; of NT 4.0 only as a `guess`."""
    if guess and version.is_nt4 and not version.is_terminal_server_build:
        number = next((number for first, number in _NT4_REVISIONS if version.revision >= first), None)
        return None if number is None else ServicePack(number)
    return service_pack_of(version)
