"""What the SOFTWARE and SYSTEM hives say of a system (design section 6)."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import replace

from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack, family_candidates, parse_product, role_from_registry
from hotfixcheck.system.applications import applications_of, services_of
from hotfixcheck.system.clues import Clues, Problem
from hotfixcheck.system.hives import Hive, Value
from hotfixcheck.system.installed import installed_fixes
from hotfixcheck.system.model import System
from hotfixcheck.system.opening import open_hive
from hotfixcheck.targets.tree import FileTree

_CURRENT_VERSION = r"Microsoft\Windows NT\CurrentVersion"
_SP6A_FIX = 246009  # SP6a is SP6 and this fix (design rule 10)


def from_hives(tree: FileTree, folder: str, clues: Clues) -> System:
    """The system by the SOFTWARE and SYSTEM hives in `folder` of the tree; of one that cannot be read, a problem."""
    with ExitStack() as stack:
        hives = {name: open_hive(tree, folder, name, clues, stack) for name in ("SOFTWARE", "SYSTEM")}
        system = System()
        read_whole = 0
        for name, read in (("SYSTEM", _from_system), ("SOFTWARE", _from_software)):
            hive = hives[name]
            if hive is not None:
                try:
                    system = read(hive, system, clues)
                    read_whole += not hive.dirty
                except UnreadableFileError as error:
                    clues.problems.append(Problem(error.file, f"{error.problem} at {error.place or 'its root'}"))
        return replace(system, applications_known=read_whole == len(hives))


def _from_system(hive: Hive, system: System, clues: Clues) -> System:
    """Control set, product type, suites, platform, service pack and language (design section 6)."""
    current = hive.values("Select").get("current")
    control_set = f"ControlSet{current if isinstance(current, int) and 0 < current < 1000 else 1:03}"
    control = rf"{control_set}\Control"
    # Everything is read before anything is believed: a hive that turns out damaged leaves no facts.
    options, windows, environment, languages = (
        hive.values(f"{control}\\{key}")
        for key in ("ProductOptions", "Windows", r"Session Manager\Environment", r"Nls\Language")
    )
    services = tuple(services_of(hive, control_set))

    product_type, suites = _text(options.get("producttype")), _texts(options.get("productsuite"))
    if product_type:
        clues.note("product type", product_type, rf"SYSTEM\{control}\ProductOptions\ProductType")
        clues.product_type, clues.suites = product_type, suites
        system = replace(system, role=role_from_registry(product_type))
        if suites:
            clues.note("product suites", ", ".join(suites), rf"SYSTEM\{control}\ProductOptions\ProductSuite")

    pack = windows.get("csdversion")
    if isinstance(pack, int):
        number = pack >> 8 & 0xFF
        source = rf"SYSTEM\{control}\Windows\CSDVersion"
        clues.note("service pack", ServicePack(number), f"{source} = {pack:#x}")
        clues.service_packs[source] = ServicePack(number)
        system = replace(system, service_pack=ServicePack(number))

    architecture = _text(environment.get("processor_architecture"))
    if architecture:
        source = rf"SYSTEM\{control}\Session Manager\Environment\PROCESSOR_ARCHITECTURE"
        clues.note("platform", architecture, source)
        try:
            system = replace(system, platform=Platform.from_label(architecture))
        except ValueError:
            clues.problems.append(Problem(source, f"{architecture!r} is no processor that Windows runs on"))

    language = _text(languages.get("installlanguage"))
    if re.fullmatch(r"[0-9A-Fa-f]{4}", language):
        clues.note("language", language, rf"SYSTEM\{control}\Nls\Language\InstallLanguage")
        system = replace(system, language=int(language, 16))
    return replace(system, applications=services)


def _from_software(hive: Hive, system: System, clues: Clues) -> System:
    """Version, build, name, edition and service pack (design section 6), and the installed fixes."""
    values, fixes = hive.values(_CURRENT_VERSION), tuple(sorted(installed_fixes(hive)))
    applications = tuple(applications_of(hive))
    version, build = _version(values), _number(values.get("currentbuildnumber") or values.get("currentbuild"))
    if version is None:
        clues.problems.append(
            Problem(rf"SOFTWARE\{_CURRENT_VERSION}", "says no version: damaged, or not a system's hive")
        )
    else:
        families = family_candidates(version, build, system.role, system.platform)
        said = ".".join(map(str, version)) + (f", build {build}" if build else "")
        clues.note("version", said, rf"SOFTWARE\{_CURRENT_VERSION}\CurrentVersion, CurrentBuildNumber")
        if not families and family_candidates(version, build, None, None):
            said = f"says {said}, which fits no Windows of what SYSTEM says"
            clues.problems.append(Problem(rf"SOFTWARE\{_CURRENT_VERSION}\CurrentVersion", said))
        system = replace(system, families=families, build=build)
    if name := _text(values.get("productname")):
        source = rf"SOFTWARE\{_CURRENT_VERSION}\ProductName"
        clues.note("product name", name, source)
        clues.product_name = name
        _check_name(name, source, system, clues)
        if len(named := parse_product(name).families.intersection(system.families)) == 1:
            system = replace(system, families=tuple(named))  # Server 2019 among those of its build
    system = _with_service_pack(system, values, clues)
    clues.edition_id = _text(values.get("editionid"))
    known = sorted({*system.applications, *applications}, key=lambda found: (found.name, found.source))
    system = replace(system, fixes=fixes, applications=tuple(known))
    sp6a = system.installed_fix(_SP6A_FIX)
    if (
        sp6a
        and sp6a.installed
        and system.service_pack == ServicePack(6)
        and all(family.version == (4, 0) for family in system.families)
    ):
        clues.note("service pack", "SP6a", sp6a.source)
        system = replace(system, service_pack=ServicePack(6, "a"))
    return system


def _with_service_pack(system: System, values: dict[str, Value], clues: Clues) -> System:
    source = rf"SOFTWARE\{_CURRENT_VERSION}\CSDVersion"
    printed = _text(values.get("csdversion"))
    pack = _service_pack(printed)
    if pack is None:
        clues.problems.append(Problem(source, f"{printed!r} is no service pack"))
        return system
    if not values:
        return system
    clues.note("service pack", printed or "none", source)
    clues.service_packs[source] = pack
    # The kernel takes its number from SYSTEM; the string here is what set-up programs wrote.
    return replace(system, service_pack=pack) if system.service_pack is None else system


# The number among words of any language: `Dienst-Pack 3`.
_ANY_PACK = re.compile(r"[^\d]*[^\W\d][^\d]*(?<![\d.])([1-9])([a-z]?)(?![\w.]).*")


def _service_pack(printed: str) -> ServicePack | None:
    try:
        return ServicePack.parse(printed)
    except ValueError:
        found = _ANY_PACK.fullmatch(printed)
        return ServicePack(int(found[1]), found[2]) if found else None


def _check_name(name: str, source: str, system: System, clues: Clues) -> None:
    """ProductName is for people and edited by them: it decides only what nothing else tells. Windows 11 calls itself
    Windows 10 there."""
    named = parse_product(name).families
    is_newest = all(family.version == (10, 0) for family in (*named, *system.families))
    if named and system.families and not is_newest and not named & set(system.families):
        clues.problems.append(Problem(source, f"says {name!r}, the version is of {system.product}, which is believed"))


def _version(values: dict[str, Value]) -> tuple[int, int] | None:
    major, minor = values.get("currentmajorversionnumber"), values.get("currentminorversionnumber")
    if isinstance(major, int) and isinstance(minor, int):  # Windows 10 and later; CurrentVersion stays 6.3 there
        return major, minor
    found = re.fullmatch(r"(\d{1,2})\.(\d{1,3})", _text(values.get("currentversion")))
    if not found:
        return None
    # NT 3.51 and 3.5 write 3.51 and 3.5: their minor version is 51 and 50.
    minor_part = found[2] if found[1] != "3" or len(found[2]) > 1 else f"{found[2]}0"
    return int(found[1]), int(minor_part)


def _text(value: Value | None) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: Value | None) -> tuple[str, ...]:
    return tuple(text for text in value if text) if isinstance(value, tuple) else tuple(filter(None, [_text(value)]))


def _number(value: Value | None) -> int | None:
    text = _text(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
