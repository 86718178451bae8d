"""The user's word for what a system is, over the evidence and against it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hotfixcheck.demo.system import SystemSpec, write_system
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, ServicePack, families_named
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.conflicts import contradicted
from hotfixcheck.system.identify import Overrides, override
from hotfixcheck.system.model import System
from tests.build.identified import identified

OVERRIDES = {
    "product with a service pack": (
        Overrides(product="Windows NT Server 4.0 SP5"),
        ("Windows NT Server 4.0", "SP5", None, False),
    ),
    "product and service pack": (
        Overrides(product="Windows NT Server 4.0 SP5", service_pack=ServicePack(6, "a")),
        ("Windows NT Server 4.0", "SP6a", None, False),
    ),
    "Terminal Server Edition": (
        Overrides(product="Windows NT Server 4.0, Terminal Server Edition"),
        ("Windows NT Server 4.0, Terminal Server Edition", "None", None, True),
    ),
    "Workstation": (
        Overrides(product="Windows NT Workstation 4.0"),
        ("Windows NT Workstation 4.0", "None", None, False),
    ),
    "Professional": (Overrides(product="Windows XP Professional"), ("Windows XP Professional", "None", None, False)),
    "Server or Workstation": (Overrides(product="Windows NT 4.0"), ("Windows NT 4.0", "None", None, False)),
    "a family": (Overrides(product="Windows 2000"), ("Windows 2000", "None", None, None)),
    "several families": (
        Overrides(product="Windows NT 4.0 and Windows 2000"),
        ("Windows NT 4.0 or Windows 2000", "None", None, None),
    ),
    "platform": (Overrides(platform=Platform.ALPHA), (None, "None", Platform.ALPHA, None)),
    "nothing": (Overrides(), (None, "None", None, None)),
}


@pytest.mark.parametrize(("overrides", "expected"), OVERRIDES.values(), ids=OVERRIDES)
def test_the_users_word(overrides: Overrides, expected: tuple[str | None, str, Platform | None, bool | None]) -> None:
    system = override(System(), overrides)
    product, pack, platform, terminal_server = expected
    found = (system.product or "", str(system.service_pack), system.platform)
    if overrides.product == "Windows NT 4.0 and Windows 2000":
        assert len(system.families) == 2
    else:
        assert found == (product or "", pack, platform)
        assert system.terminal_server is terminal_server
    given = [overrides.product, overrides.service_pack, overrides.platform]
    assert [e.value for e in system.evidence] == [str(value) for value in given if value is not None]
    assert {e.source for e in system.evidence} <= {"--product", "--service-pack", "--platform"}
    assert System.parse(system.dump()) == system


def test_the_users_word_stands_over_the_evidence(tmp_path: Path) -> None:
    write_system(tmp_path, SystemSpec(), {})
    found, _ = identified(tmp_path)
    system = override(found, Overrides("Windows NT Workstation 4.0", ServicePack(3), Platform.ALPHA))
    assert (system.product, system.platform) == ("Windows NT Workstation 4.0", Platform.ALPHA)
    assert system.service_pack == ServicePack(3)
    assert system.evidence[: len(found.evidence)] == found.evidence


@pytest.mark.parametrize("product", ["", "Word 97", "Windows Services for UNIX"])
def test_a_product_that_is_no_windows_is_refused(product: str) -> None:
    with pytest.raises(ValueError, match="names no Windows"):
        override(System(), Overrides(product=product))


def test_another_product_by_the_users_word_has_no_known_build() -> None:
    here = System(families=families_named(["Windows NT 4.0"]), build=1381)
    assert override(here, Overrides(product="Windows NT Server 4.0")).build == 1381
    assert override(here, Overrides(product="Windows 2000 Server")).build is None


@pytest.mark.parametrize(("product", "pack"), [("Windows 2000 Server", None), ("Windows NT Server 4.0", 6)])
def test_another_product_has_no_service_pack_that_it_never_had(product: str, pack: int | None) -> None:
    here = System(families=families_named(["Windows NT 4.0"]), service_pack=ServicePack(6))
    expected = None if pack is None else ServicePack(pack)
    assert override(here, Overrides(product=product)).service_pack == expected


HERE = System(
    families=families_named(["Windows NT 4.0"]),
    edition=Edition.SERVER,
    terminal_server=False,
    service_pack=ServicePack(6),
    platform=Platform.X86,
)
BY_FILES = replace(HERE, edition=None, service_pack=None)
CONTRADICTED = {
    "another product": (
        *(HERE, Overrides("Windows XP"), "--product"),
        "says Windows XP, the target itself says Windows NT Server 4.0; --product is believed",
    ),
    "another edition": (
        *(HERE, Overrides("Windows NT Workstation 4.0"), "--product"),
        "says Windows NT Workstation 4.0, the target itself says Windows NT Server 4.0; --product is believed",
    ),
    "a plain build": (
        *(BY_FILES, Overrides("Windows NT Server 4.0, Terminal Server Edition"), "--product"),
        "says Windows NT Server 4.0, Terminal Server Edition, the target itself says Windows NT 4.0, a plain build; "
        "--product is believed",
    ),
    "a service pack of the product": (
        *(HERE, Overrides("Windows NT Server 4.0 SP4"), "--product"),
        "says SP4, the target itself says SP6; --product is believed",
    ),
    "a service pack": (
        *(HERE, Overrides(service_pack=ServicePack(3)), "--service-pack"),
        "says SP3, the target itself says SP6; --service-pack is believed",
    ),
    "a platform": (
        *(HERE, Overrides(platform=Platform.ALPHA), "--platform"),
        "says alpha, the target itself says x86; --platform is believed",
    ),
}


@pytest.mark.parametrize(("found", "overrides", "flag", "said"), CONTRADICTED.values(), ids=CONTRADICTED)
def test_a_word_against_the_evidence_is_a_problem(found: System, overrides: Overrides, flag: str, said: str) -> None:
    assert list(contradicted(found, override(found, overrides))) == [Problem(flag, said)]


@pytest.mark.parametrize(
    ("found", "overrides"),
    [
        pytest.param(HERE, Overrides(), id="no word"),
        pytest.param(HERE, Overrides("Windows NT 4.0"), id="the product without its edition"),
        pytest.param(HERE, Overrides("Windows NT Server 4.0 SP6", platform=Platform.X86), id="the same"),
        pytest.param(HERE, Overrides(service_pack=ServicePack(6, "a")), id="SP6a, which SP6 may be"),
        pytest.param(BY_FILES, Overrides("Windows NT Server 4.0", ServicePack(4)), id="what files do not tell"),
        pytest.param(System(), Overrides("Windows XP", ServicePack(2), Platform.IA64), id="nothing is known"),
    ],
)
def test_a_word_that_adds_to_the_evidence_is_none(found: System, overrides: Overrides) -> None:
    assert list(contradicted(found, override(found, overrides))) == []
