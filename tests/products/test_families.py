"""Windows families: which can be a system, what they are called, and that their names read back."""

from __future__ import annotations

import pickle

import pytest

from hotfixcheck.platforms import Platform
from hotfixcheck.products import (
    FAMILIES,
    Edition,
    Family,
    Role,
    family_candidates,
    parse_product,
    product_name,
)
from tests.products.families import FAMILY

PAIRS = [(family, edition) for family in FAMILIES for edition in (None, *sorted(family.editions))]


@pytest.mark.parametrize(("family", "edition"), PAIRS, ids=lambda value: getattr(value, "name", None))
def test_product_name_reads_back(family: Family, edition: Edition | None) -> None:
    for platform in (None, *family.platforms):
        scope = parse_product(product_name(family, edition, platform))
        assert scope.families == {family}
        assert edition is None or scope.covers(edition)
        assert not scope.platforms or scope.platforms == {platform}


@pytest.mark.parametrize(
    ("name", "family", "edition", "platform"),
    [
        ("Windows NT 4.0", "NT 4.0", None, None),
        ("Windows NT Workstation 4.0", "NT 4.0", Edition.WORKSTATION, Platform.X86),
        ("Windows NT Server 4.0, Terminal Server Edition", "NT 4.0", Edition.TERMINAL_SERVER, None),
        ("Windows NT Server 4.0, Enterprise Edition", "NT 4.0", Edition.ENTERPRISE, None),
        ("Windows NT Advanced Server 3.1", "NT 3.1", Edition.SERVER, None),
        ("Windows 2000 Advanced Server", "2000", Edition.ENTERPRISE, None),
        ("Windows XP Professional", "XP", Edition.PROFESSIONAL, None),
        ("Windows XP Professional x64 Edition", "XP", Edition.PROFESSIONAL, Platform.AMD64),
        ("Windows Server 2003 Enterprise Edition", "Server 2003", Edition.ENTERPRISE, None),
        ("Windows Server 2003 Enterprise x64 Edition", "Server 2003", Edition.ENTERPRISE, Platform.AMD64),
        ("Windows Small Business Server 2003", "Server 2003", Edition.SMALL_BUSINESS, None),
        ("Windows Vista Business", "Vista", Edition.PROFESSIONAL, None),
        ("Windows 7 Professional", "7", Edition.PROFESSIONAL, None),
        ("Windows 10 Pro for x64-based Systems", "10", Edition.PROFESSIONAL, Platform.AMD64),
        ("Windows XP Web", "XP", Edition.WEB, None),  # never was, and still has a name
    ],
)
def test_product_name(name: str, family: str, edition: Edition | None, platform: Platform | None) -> None:
    assert product_name(FAMILY[family], edition, platform) == name


@pytest.mark.parametrize(
    ("facts", "names"),
    [
        (((4, 0), 1381, None, None), "NT 4.0"),
        (((4, 0), None, Role.WORKSTATION, None), "NT 4.0"),
        (((4, 0), 950, None, None), "95"),
        (((5, 0), 2195, Role.SERVER, Platform.X86), "2000"),
        (((5, 1), 2600, None, None), "XP"),
        (((5, 2), 3790, None, Platform.X86), "Server 2003"),
        (((5, 2), 3790, None, Platform.AMD64), "XP|Server 2003"),
        (((5, 2), 3790, Role.WORKSTATION, Platform.AMD64), "XP"),
        (((5, 2), 3790, Role.SERVER, Platform.AMD64), "Server 2003"),
        (((6, 0), 6000, None, None), "Vista"),
        (((6, 0), 6002, None, None), "Vista|Server 2008"),
        (((6, 1), 7601, None, None), "7|Server 2008 R2"),
        (((6, 1), 7601, None, Platform.X86), "7"),
        (((10, 0), 17763, Role.WORKSTATION, None), "10"),
        (((10, 0), 17763, Role.SERVER, None), "Server 2019|Server (Semi-Annual Channel)"),
        (((10, 0), 14393, Role.SERVER, None), "Server 2016"),
        (((10, 0), 22631, None, Platform.AMD64), "11|Server 2022"),
        (((10, 0), 26100, Role.SERVER, None), "Server 2025"),
        (((4, 0), 7, None, None), ""),
    ],
)
def test_family_candidates(facts: tuple[tuple[int, int], int | None, Role | None, Platform | None], names: str) -> None:
    assert family_candidates(*facts) == tuple(FAMILY[name] for name in names.split("|") if name)


def test_families_survive_other_processes() -> None:
    assert all(pickle.loads(pickle.dumps(family)) == family for family in FAMILIES)
