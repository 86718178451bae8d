"""Every Windows is told from every other by its registry, as the definitions ask it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from hotfixcheck.manifest.model import article_number
from hotfixcheck.oval.registry import registry_value
from hotfixcheck.oval.systems import (
    CONSTANT_OBJECTS,
    EDITION_ID,
    PRODUCT_SUITE,
    PRODUCT_TYPE,
    at_most_service_pack,
    covers,
    has_service_pack,
    is_edition,
    is_family,
    is_installed,
    is_platform,
    takes_service_packs_of,
)
from hotfixcheck.platforms import Platform
from hotfixcheck.products import FAMILIES, Edition, Family, ServicePack, edition_from_registry, parse_product
from hotfixcheck.system.model import InstalledFix, System
from tests.build.systems import system
from tests.oval.evaluating import holds

# Editions that the registry tells only by a name that Vista and later do not print in EditionID, or as another's.
NOT_TOLD = {Edition.MEDIA_CENTER, Edition.TABLET_PC, Edition.STARTER}


def told() -> Iterator[tuple[Family, Edition, Platform]]:
    """Every edition that the registry tells, on every platform."""
    for family in FAMILIES:
        for edition in sorted(family.editions):
            for platform in sorted(family.platforms):
                if family.is_nt and (family.version >= (6, 0) or edition not in NOT_TOLD):
                    yield family, edition, platform


def one(family: Family, edition: Edition, platform: Platform) -> System:
    return system(family.name, edition, "none", platform, build=family.builds.start)


EVERY = list(told())
every_system = pytest.mark.parametrize(
    ("family", "edition", "platform"), EVERY, ids=[f"{family.name} {edition} {on}" for family, edition, on in EVERY]
)


def text(here: System, asked: object) -> tuple[str, ...]:
    value = registry_value(here, asked)  # type: ignore[arg-type]
    return value.values if value else ()


@every_system
def test_the_registry_of_a_system_tells_its_edition(family: Family, edition: Edition, platform: Platform) -> None:
    here = one(family, edition, platform)
    (product_type,) = text(here, PRODUCT_TYPE)
    edition_id = "".join(text(here, EDITION_ID))
    assert edition_from_registry(family, product_type, text(here, PRODUCT_SUITE), edition_id)[1] is edition


@every_system
def test_a_system_is_of_its_own_family_alone(family: Family, edition: Edition, platform: Platform) -> None:
    here = one(family, edition, platform)
    same_build = {
        other.name
        for other in FAMILIES
        if other.version == family.version and family.builds.start in other.builds and other.role is family.role
    }
    found = {other.name for other in FAMILIES if holds(is_family(other, platform), here)}
    assert family.name in found
    assert found <= same_build | {family.name}


@every_system
def test_a_system_is_of_its_own_edition_alone(family: Family, edition: Edition, platform: Platform) -> None:
    here = one(family, edition, platform)
    assert [other for other in family.editions if holds(is_edition(family, {other}), here)] == [edition]
    assert holds(is_edition(family, family.editions), here)


@pytest.mark.parametrize(
    ("pack", "asked", "expected"),
    [
        pytest.param("SP6", "SP5", True, id="later"),
        pytest.param("SP5", "SP5", True, id="the same"),
        pytest.param("SP4", "SP5", False, id="earlier"),
        pytest.param("none", "SP1", False, id="none installed"),
        pytest.param("none", "none", True, id="none asked"),
        pytest.param("SP6", "SP6a", False, id="SP6 is not SP6a"),
        pytest.param(None, "SP5", None, id="not known"),
    ],
)
def test_service_packs(pack: str | None, asked: str, expected: bool | None) -> None:
    assert holds(has_service_pack(ServicePack.parse(asked)), system(pack=pack)) is expected


def test_terminal_server_has_no_sp6a() -> None:
    asked = has_service_pack(ServicePack(6, "a"))
    assert holds(asked, system(edition=Edition.TERMINAL_SERVER, pack="SP6"))
    assert not holds(asked, system(edition=Edition.TERMINAL_SERVER, pack="SP5"))


def test_sp6a_is_sp6_with_its_fix() -> None:
    here = system(pack="SP6a", Q246009=1)
    assert holds(has_service_pack(ServicePack(6, "a")), here)
    assert holds(at_most_service_pack(6), here)
    assert not holds(at_most_service_pack(5), here)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param({}, False, id="no key"),
        pytest.param({"Q246691": 1}, True, id="installed"),
        pytest.param({"Q246691": 0}, False, id="not installed"),
        pytest.param({"KB246691": 1}, True, id="under its later name"),
        pytest.param({"Q246692": 1}, False, id="another article's"),
    ],
)
def test_installed_fixes(keys: dict[str, int], expected: bool) -> None:
    fixes = tuple(InstalledFix(name, article_number(name), bool(on), "a key") for name, on in keys.items())
    assert holds(is_installed(246691), replace(system(), fixes=fixes)) is expected


@pytest.mark.parametrize(
    ("line", "here", "expected"),
    [
        pytest.param("Microsoft Windows NT Server version 4.0", system(), True, id="NT Server"),
        pytest.param(
            "Microsoft Windows NT Server versions 4.0 SP4, 4.0 SP5",
            system(pack="SP6"),
            False,
            id="a later service pack",
        ),
        pytest.param(
            "Microsoft Windows NT Server versions 4.0 SP4, 4.0 SP5", system(pack=None), None, id="not known which"
        ),
        pytest.param(
            "Microsoft Windows NT Server version 4.0, Terminal Server Edition", system(), False, id="not this edition"
        ),
        pytest.param("Microsoft Windows 2000 Server", system(), False, id="another family"),
        pytest.param(
            "Windows 10 Version 1809", system("Windows 10", Edition.PROFESSIONAL, build=17763), True, id="build"
        ),
        pytest.param(
            "Windows 10 Version 1809",
            system("Windows 10", Edition.PROFESSIONAL, build=19045),
            False,
            id="another build",
        ),
        pytest.param("Microsoft Word 97 for Windows", system(), False, id="no Windows"),
    ],
)
def test_printed_products(line: str, here: System, expected: bool | None) -> None:
    assert here.platform
    assert holds(covers(parse_product(line), here.platform), here) is expected


@pytest.mark.parametrize(
    ("line", "edition", "expected"),
    [
        pytest.param("Windows NT Server 4.0", Edition.WORKSTATION, True, id="Workstation takes those of NT Server"),
        pytest.param("Windows NT Server 4.0", Edition.TERMINAL_SERVER, False, id="Terminal Server has its own"),
        pytest.param(
            "Windows NT Server 4.0, Terminal Server Edition", Edition.TERMINAL_SERVER, True, id="Terminal Server's"
        ),
        pytest.param("Windows 2000", Edition.SERVER, False, id="another family's"),
    ],
)
def test_series_of_service_packs(line: str, edition: Edition, expected: bool) -> None:
    here = system(edition=edition)
    assert here.platform
    assert holds(takes_service_packs_of(parse_product(line), here.platform), here) is expected


def test_service_packs_of_one_platform_are_no_other_platforms() -> None:
    scope = parse_product("Windows XP 64-Bit Edition")
    assert takes_service_packs_of(scope, Platform.X86) == covers(scope, Platform.X86)
    assert holds(takes_service_packs_of(scope, Platform.X86), system("Windows XP", Edition.PROFESSIONAL)) is False


def test_platforms() -> None:
    assert holds(is_platform(Platform.ALPHA), system(platform=Platform.ALPHA))
    assert holds(is_platform(Platform.ALPHA), system()) is False
    assert holds(is_platform(Platform.ALPHA), system(platform=None)) is None


def test_of_an_unknown_system_nothing_is_known() -> None:
    unknown = System()
    known = [asked for asked in CONSTANT_OBJECTS if registry_value(unknown, asked) is not None]
    assert [asked.name for asked in known] == ["SystemRoot"]
