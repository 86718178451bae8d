"""What contradicts each other about a system: hives, kernel files, and the user's word. Each conflict is shown.

A hive can be of another system, copied or restored; what Windows loads is the files, and they are believed. One file
alone can be a stray, so it takes two that agree with each other to overrule hives that do. The user overrules all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


# --- the user's word -------------------------------------------------------------------------------------------------


def contradicted(found: System, said: System) -> Iterator[Problem]:
    """Where the user's word, by which `said` was made of the system that was `found`, is against what that tells.

    Nothing where the target does not tell. SP6a is SP6 to a target that has no more than its files.
    """
    if found.families and said.families and not set(found.families) & set(said.families):
        yield _overruled("--product", said.product, found.product)
    elif _differ(found.edition, said.edition) or _differ(found.terminal_server, said.terminal_server):
        plain = ", a plain build" if found.terminal_server is False and found.edition is None else ""
        yield _overruled("--product", said.product, f"{found.product}{plain}")
    here, pack = found.service_pack, said.service_pack
    if here is not None and pack is not None and here.number != pack.number:
        by_product = not any(each.source == "--service-pack" for each in said.evidence)
        yield _overruled("--product" if by_product else "--service-pack", pack, here)
    if _differ(found.platform, said.platform):
        yield _overruled("--platform", said.platform, found.platform)


def _differ(found: object, said: object) -> bool:
    return found is not None and said is not None and found != said


def _overruled(flag: str, said: object, found: object) -> Problem:
    return Problem(flag, f"says {said}, the target itself says {found}; {flag} is believed")
