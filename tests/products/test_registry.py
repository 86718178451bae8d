"""Role and edition of an installed system by its registry."""

from __future__ import annotations

import pytest

from hotfixcheck.products import (
    Edition,
    Role,
    edition_from_registry,
    role_from_registry,
)
from tests.products.families import FAMILY


@pytest.mark.parametrize(
    ("family", "product_type", "suites", "edition_id", "expected"),
    [
        ("NT 4.0", "WinNT", [], "", (Role.WORKSTATION, Edition.WORKSTATION)),
        ("NT 4.0", "LanmanNT", [], "", (Role.SERVER, Edition.SERVER)),
        ("NT 4.0", "ServerNT", ["Terminal Server"], "", (Role.SERVER, Edition.TERMINAL_SERVER)),
        ("NT 4.0", "SERVERNT", ["enterprise"], "", (Role.SERVER, Edition.ENTERPRISE)),
        (
            "NT 4.0",
            "LanmanNT",
            ["Small Business", "Small Business(Restricted)"],
            "",
            (Role.SERVER, Edition.SMALL_BUSINESS),
        ),
        ("NT 4.0", "LanmanNT", ["Small Business"], "", (Role.SERVER, Edition.SERVER)),
        ("NT 4.0", "WinNT", ["EmbeddedNT"], "", (Role.WORKSTATION, Edition.EMBEDDED)),
        ("2000", "ServerNT", ["Terminal Server"], "", (Role.SERVER, Edition.SERVER)),
        ("2000", "ServerNT", ["Enterprise", "Terminal Server", "DataCenter"], "", (Role.SERVER, Edition.DATACENTER)),
        ("2000", "WinNT", [], "", (Role.WORKSTATION, Edition.PROFESSIONAL)),
        ("XP", "WinNT", ["Personal"], "", (Role.WORKSTATION, Edition.HOME)),
        ("Server 2003", "ServerNT", ["Blade", "Terminal Server"], "", (Role.SERVER, Edition.WEB)),
        ("Vista", "WinNT", [], "BusinessN", (Role.WORKSTATION, Edition.PROFESSIONAL)),
        ("Server 2008", "ServerNT", ["Terminal Server"], "ServerStandardV", (Role.SERVER, Edition.SERVER)),
        ("Server 2019", "ServerNT", [], "ServerDatacenterEval", (Role.SERVER, Edition.DATACENTER)),
        ("10", "WinNT", ["Personal"], "CoreSingleLanguage", (Role.WORKSTATION, Edition.HOME)),
        ("10", "WinNT", [], "SomethingNew", (Role.WORKSTATION, None)),
        ("NT 4.0", "?", [], "", (None, None)),
    ],
)
def test_edition_from_registry(
    family: str, product_type: str, suites: list[str], edition_id: str, expected: tuple[Role | None, Edition | None]
) -> None:
    assert edition_from_registry(FAMILY[family], product_type, suites, edition_id) == expected


def test_role_from_registry() -> None:
    assert role_from_registry("WinNT") is Role.WORKSTATION
    assert role_from_registry("lanmannt") is Role.SERVER
    assert role_from_registry("") is None
