"""Service packs: how they are read, printed and ordered, and in which series they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.platforms import Platform
from hotfixcheck.products import (
    Edition,
    ServicePack,
    service_pack_line,
)
from tests.products.families import FAMILY


def test_service_pack_lines() -> None:
    nt4, xp = FAMILY["NT 4.0"], FAMILY["XP"]
    shared = {service_pack_line(nt4, edition) for edition in (None, *nt4.editions - {Edition.TERMINAL_SERVER})}
    assert len(shared) == 1
    assert service_pack_line(nt4, Edition.TERMINAL_SERVER) not in shared
    assert service_pack_line(xp, Edition.PROFESSIONAL, Platform.AMD64) == service_pack_line(FAMILY["Server 2003"], None)
    assert service_pack_line(xp, Edition.PROFESSIONAL, Platform.X86) != service_pack_line(FAMILY["Server 2003"], None)


@pytest.mark.parametrize(
    ("text", "pack"),
    [
        ("SP6a", ServicePack(6, "a")),
        ("sp6A", ServicePack(6, "a")),
        ("SP 3", ServicePack(3)),
        ("Service Pack 6", ServicePack(6)),
        ("Service Pack 4.0", ServicePack(4)),
        ("Service Pack 6, RC 1.2", ServicePack(6)),
        ("Service Pack 3, v.3264", ServicePack(3)),
        ("none", ServicePack(0)),
        ("RTM", ServicePack(0)),
        ("  ", ServicePack(0)),
        ("Service Pack 0", ServicePack(0)),
    ],
)
def test_service_pack_parses(text: str, pack: ServicePack) -> None:
    assert ServicePack.parse(text) == pack


@pytest.mark.parametrize(
    "text", ["4.0 SP5", "SP", "6", "SP6ab", "SP4.5", "Option Pack 4", "SP\N{ARABIC-INDIC DIGIT SIX}"]
)
def test_service_pack_does_not_parse(text: str) -> None:
    with pytest.raises(ValueError, match="is not a service pack"):
        ServicePack.parse(text)


PACKS = st.just(ServicePack(0)) | st.builds(ServicePack, st.integers(1, 99), st.sampled_from(["", *"abcdefgh"]))


@given(PACKS)
def test_service_pack_prints_and_parses(pack: ServicePack) -> None:
    assert ServicePack.parse(str(pack)) == pack


@given(PACKS, PACKS)
def test_service_packs_order_by_number_then_letter(one: ServicePack, other: ServicePack) -> None:
    assert (one < other) == ((one.number, one.letter) < (other.number, other.letter))


def test_sp6a_stands_between_sp6_and_sp7() -> None:
    assert ServicePack(0) < ServicePack(6) < ServicePack(6, "a") < ServicePack(7)
