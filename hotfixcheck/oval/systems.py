"""What a system is, as tests of its registry (design section 6): family, edition, service pack, platform, fixes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.oval.logic import (
    ALWAYS,
    NEVER,
    Datatype,
    Entity,
    Expression,
    Operation,
    RegistryObject,
    Test,
    every,
    some,
    without,
)
from hotfixcheck.platforms import Platform
from hotfixcheck.products import (
    EDITION_IDS,
    FAMILIES,
    SUITES,
    Edition,
    Family,
    ProductScope,
    Role,
    ServicePack,
    service_pack_line,
)

CURRENT_VERSION = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
CONTROL = r"SYSTEM\CurrentControlSet\Control"
HOTFIX = rf"{CURRENT_VERSION}\Hotfix"
VERSION = RegistryObject(CURRENT_VERSION, "CurrentVersion")
MAJOR = RegistryObject(CURRENT_VERSION, "CurrentMajorVersionNumber")
BUILD = RegistryObject(CURRENT_VERSION, "CurrentBuildNumber")
EDITION_ID = RegistryObject(CURRENT_VERSION, "EditionID")
PRODUCT_TYPE = RegistryObject(rf"{CONTROL}\ProductOptions", "ProductType")
PRODUCT_SUITE = RegistryObject(rf"{CONTROL}\ProductOptions", "ProductSuite")
SERVICE_PACK = RegistryObject(rf"{CONTROL}\Windows", "CSDVersion")
ARCHITECTURE = RegistryObject(rf"{CONTROL}\Session Manager\Environment", "PROCESSOR_ARCHITECTURE")
SYSTEM_ROOT = RegistryObject(CURRENT_VERSION, "SystemRoot")
CONSTANT_OBJECTS = (
    VERSION,
    MAJOR,
    BUILD,
    EDITION_ID,
    PRODUCT_TYPE,
    PRODUCT_SUITE,
    SERVICE_PACK,
    ARCHITECTURE,
    SYSTEM_ROOT,
)
"""Those that every export numbers alike, by their place here: new ones go to the end."""

SP6A_FIX = 246009
"""SP6a is SP6 and this fix (design rule 10)."""

WORKSTATION_TYPE, TERMINAL_SERVER_SUITE = "WinNT", "Terminal Server"

_ARCHITECTURES = {
    Platform.X86: "x86",
    Platform.ALPHA: "ALPHA",
    Platform.ALPHA64: "ALPHA64",
    Platform.IA64: "IA64",
    Platform.AMD64: "AMD64",
    Platform.MIPS: "MIPS",
    Platform.PPC: "PPC",
    Platform.ARM: "ARM",
    Platform.ARM64: "ARM64",
}
XP, _SERVER_2003 = (
    next(family for family in FAMILIES if family.name == name) for name in ("Windows XP", "Windows Server 2003")
)


def architecture(platform: Platform) -> str:
    """PROCESSOR_ARCHITECTURE of a platform, Q135556's values and their successors."""
    return _ARCHITECTURES[platform]


def is_platform(platform: Platform) -> Expression:
    """By PROCESSOR_ARCHITECTURE."""
    return Test(ARCHITECTURE, (_text(architecture(platform)),), f"the processor is {platform}")


def kernels_of(family: Family, platform: Platform | None) -> list[tuple[tuple[int, int], range]]:
    """The versions and builds of its kernel: 64-bit Windows XP is of Server 2003, and on Itanium its own as well."""
    own, later = (family.version, family.builds), (_SERVER_2003.version, _SERVER_2003.builds)
    if family != XP or platform is None or not platform.is_64_bit:
        return [own]
    return [later] if platform is Platform.AMD64 else [own, later]


def is_family(family: Family, platform: Platform) -> Expression:
    """By CurrentVersion, build and role; never true of Windows 3.1, 95, 98 and Me, whose registry is another."""
    if not family.is_nt:
        return NEVER
    kernels = (_has_kernel(version, builds, family.name) for version, builds in kernels_of(family, platform))
    return every(some(*kernels), _has_role(family.role))


def is_family_of(family: Family, version: FileVersion, platform: Platform) -> Expression:
    """A family whose files have `version`: of Windows XP, which has two kernels, the system with that of `version`."""
    if family != XP:
        return is_family(family, platform)
    written = printed_version((version.major, version.minor))
    return every(is_family(family, platform), Test(VERSION, (_text(written),), f"{family.name}: version {written}"))


def _has_kernel(version: tuple[int, int], builds: range, name: str) -> Expression:
    if version >= (10, 0):  # CurrentVersion stays at 6.3
        kernel = Test(MAJOR, (_number(version[0]),), f"{name}: major version {version[0]}")
    else:
        written = printed_version(version)
        kernel = Test(VERSION, (_text(written),), f"{name}: version {written}")
    first = Test(BUILD, (_number(builds.start, Operation.AT_LEAST),), f"{name}: build {builds.start} or later")
    if builds.stop == FAMILIES[-1].builds.stop:  # the newest families go on
        return every(kernel, first)
    return every(
        kernel, first, Test(BUILD, (_number(builds.stop, Operation.LESS),), f"{name}: build before {builds.stop}")
    )


def printed_version(version: tuple[int, int]) -> str:
    """CurrentVersion as the registry has it: 3.5 for NT 3.50."""
    return "3.5" if version == (3, 50) else f"{version[0]}.{version[1]}"


def _has_role(role: Role | None) -> Expression:
    workstation = Test(PRODUCT_TYPE, (_text(WORKSTATION_TYPE),), f"product type {WORKSTATION_TYPE}")
    if role is None:
        return ALWAYS
    return workstation if role is Role.WORKSTATION else without(workstation)


def is_edition(family: Family, editions: Collection[Edition]) -> Expression:
    """One of `editions`, by ProductSuite and, from Vista on, EditionID: the order of products.edition_from_registry."""
    if family.editions <= set(editions):
        return ALWAYS
    if family.version >= (6, 0):
        return some(*(_edition_id(prefix) for prefix, edition in EDITION_IDS.items() if edition in editions))
    answers: list[Expression] = []
    earlier: list[Expression] = []
    for suite, edition in _suites(family):
        says = Test(PRODUCT_SUITE, (_text(suite),), f"product suite {suite}")
        answers += [every(says, *earlier)] if edition in editions else []
        earlier.append(without(says))
    for role, edition in _plain(family):
        answers += [every(_has_role(role), *earlier)] if edition in editions else []
    return some(*answers)


def _suites(family: Family) -> list[tuple[str, Edition]]:
    """The suites that tell an edition of this family, the one that counts first in front."""
    terminal_server = [(TERMINAL_SERVER_SUITE, Edition.TERMINAL_SERVER)] if family.version == (4, 0) else []
    return terminal_server + list(SUITES.items())


def _plain(family: Family) -> list[tuple[Role, Edition]]:
    client = Edition.PROFESSIONAL if family.version >= (5, 0) else Edition.WORKSTATION
    return [(Role.SERVER, Edition.SERVER), (Role.WORKSTATION, client)]


def _edition_id(prefix: str) -> Expression:
    state = Entity("value", f"(?i)^{re.escape(prefix)}", Operation.PATTERN)
    return Test(EDITION_ID, (state,), f"EditionID begins with {prefix}")


def has_service_pack(pack: ServicePack) -> Expression:
    """`pack` or a later one: the high byte of CSDVersion, for SP6a also the fix that makes it of SP6 (rule 10).

    Terminal Server Edition has no SP6a (products.reaches).
    """
    later = _pack_at_least(pack.number + bool(pack.letter))
    if not pack.letter:
        return later
    has_none = Test(PRODUCT_SUITE, (_text(TERMINAL_SERVER_SUITE),), f"product suite {TERMINAL_SERVER_SUITE}")
    return some(later, every(_pack_at_least(pack.number), some(is_installed(SP6A_FIX), has_none)))


def at_most_service_pack(number: int) -> Expression:
    """No later one: the high byte of CSDVersion."""
    state = _number((number + 1) << 8, Operation.LESS)
    return Test(SERVICE_PACK, (state,), f"no service pack after SP{number}")


def _pack_at_least(number: int) -> Expression:
    if not number:
        return ALWAYS
    return Test(SERVICE_PACK, (_number(number << 8, Operation.AT_LEAST),), f"SP{number} or later")


def is_installed(article: int) -> Expression:
    """Design rule 11's key, under the names that a fix had before and after 2003."""
    return some(
        *(
            Test(RegistryObject(rf"{HOTFIX}\{name}", "Installed"), (_number(1),), f"the registry says {name} installed")
            for name in hotfix_names(article)
        )
    )


def hotfix_names(article: int) -> tuple[str, str]:
    """The keys that an article's fix may have, before and after 2003."""
    return f"Q{article}", f"KB{article}"


def covers(scope: ProductScope, platform: Platform) -> Expression:
    """A printed product line on this platform (design rule 2): family, edition, service packs, builds."""
    if scope.platforms and platform not in scope.platforms:
        return NEVER
    return some(*(_covers_family(scope, family, platform) for family in _sorted(scope.families)))


def _covers_family(scope: ProductScope, family: Family, platform: Platform) -> Expression:
    editions = [edition for edition in family.editions if scope.covers(edition)]
    builds = [Test(BUILD, (_number(build),), f"build {build}") for build in sorted(scope.builds_of(family)) if build]
    return every(
        is_family(family, platform),
        is_edition(family, editions),
        some(*builds) if builds else ALWAYS,
        _service_pack_range(scope, family),
    )


def _service_pack_range(scope: ProductScope, family: Family) -> Expression:
    packs = scope.service_packs_of(family)
    if not packs or all(min(packs) <= pack and pack.number <= max(packs).number for pack in family.service_packs):
        return ALWAYS
    return every(has_service_pack(min(packs)), at_most_service_pack(max(packs).number))


def takes_service_packs_of(scope: ProductScope, platform: Platform) -> Expression:
    """A system in the same series of service packs as a printed product (design rule 10)."""
    if scope.platforms and platform not in scope.platforms:
        return NEVER
    printed_for = next(iter(scope.platforms)) if len(scope.platforms) == 1 else None
    answers = []
    for family in _sorted(scope.families):
        printed = {service_pack_line(family, each, printed_for) for each in family.editions if scope.covers(each)}
        here = [each for each in family.editions if service_pack_line(family, each, platform) in printed]
        answers.append(every(is_family(family, platform), is_edition(family, here)) if here else NEVER)
    return some(*answers)


def _sorted(families: Iterable[Family]) -> list[Family]:
    return sorted(families, key=lambda family: (family.version, family.name))


def _text(value: str) -> Entity:
    return Entity("value", value, Operation.IGNORING_CASE)


def _number(value: int, operation: Operation = Operation.EQUALS) -> Entity:
    return Entity("value", str(value), operation, Datatype.INT)
