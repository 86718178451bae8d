"""The system as a value: names for people, what the registry says of a fix, and the form that files keep."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.platforms import Platform
from hotfixcheck.products import APPLICATIONS, FAMILIES, Edition, Role, ServicePack, families_named
from hotfixcheck.system.model import InstalledApplication, InstalledFix, ListedFile, System, SystemEvidence

SYSTEM = System(
    families=families_named(["Windows NT 4.0"]),
    role=Role.SERVER,
    edition=Edition.TERMINAL_SERVER,
    terminal_server=True,
    service_pack=ServicePack(6, "a"),
    build=1381,
    platform=Platform.ALPHA,
    language=0x0411,
    evidence=(SystemEvidence("platform", "ALPHA", "SYSTEM"),),
    fixes=(InstalledFix("Q246009", 246009, True, "SOFTWARE"),),
)


def test_nothing_is_known_of_nothing() -> None:
    system = System()
    assert (system.family, system.product, system.language_name, system.installed_fix(1)) == (None,) * 4
    assert [name for name, value in system.plain().items() if value is not None] == ["evidence"]


def test_names() -> None:
    assert SYSTEM.product == "Windows NT Server 4.0, Terminal Server Edition"
    assert SYSTEM.family is not None
    assert SYSTEM.language_name == "Japanese"
    several = System(families=families_named(["Windows XP", "Windows Server 2003"]))
    assert (several.product, several.family) == ("Windows XP or Windows Server 2003", None)


def test_the_report_has() -> None:
    assert SYSTEM.plain() == {
        "product": "Windows NT Server 4.0, Terminal Server Edition",
        "family": "Windows NT 4.0",
        "edition": "Terminal Server",
        "service_pack": "SP6a",
        "build": 1381,
        "platform": "alpha",
        "language": "Japanese",
        "evidence": [{"fact": "platform", "value": "ALPHA", "source": "SYSTEM"}],
    }


def test_a_fix_is_installed_if_any_key_says_so() -> None:
    removed, installed = InstalledFix("Q1", 1, False, "a"), InstalledFix("KB1", 1, True, "b")
    assert System(fixes=(removed, installed)).installed_fix(1) == installed
    assert System(fixes=(removed,)).installed_fix(1) == removed
    assert System(fixes=(removed,)).installed_fix(2) is None


TEXTS = st.text()
SYSTEMS = st.builds(
    System,
    families=st.lists(st.sampled_from(FAMILIES), max_size=3).map(tuple),
    role=st.none() | st.sampled_from(Role),
    edition=st.none() | st.sampled_from(Edition),
    terminal_server=st.none() | st.booleans(),
    service_pack=st.none() | st.sampled_from([ServicePack(0), ServicePack(3), ServicePack(6, "a")]),
    build=st.none() | st.integers(0, 1 << 31),
    platform=st.none() | st.sampled_from(Platform),
    language=st.none() | st.integers(0, 0xFFFF),
    evidence=st.lists(st.builds(SystemEvidence, TEXTS, TEXTS, TEXTS), max_size=3).map(tuple),
    fixes=st.lists(
        st.builds(
            lambda n, i, s, p, f: InstalledFix(f"Q{n}", n, i, s, p, f),
            st.integers(0, 999_999),
            st.booleans(),
            TEXTS,
            st.booleans(),
            st.lists(st.builds(ListedFile, TEXTS, TEXTS, st.none() | st.integers(0, (1 << 32) - 1)), max_size=2).map(
                tuple
            ),
        ),
        max_size=3,
    ).map(tuple),
    applications=st.lists(
        st.builds(
            InstalledApplication,
            st.sampled_from([application.name for application in APPLICATIONS]),
            TEXTS,
            st.none() | st.just(ServicePack(3)),
            TEXTS,
        ),
        max_size=3,
    ).map(tuple),
    applications_known=st.booleans(),
)


@given(SYSTEMS)
def test_what_is_dumped_is_what_is_parsed(system: System) -> None:
    assert System.parse(json.loads(json.dumps(system.dump()))) == system


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "families missing": ({"families": ...}, "'families' is missing"),
    "families of nobody": ({"families": ["Windows 12"]}, "'Windows 12' is no family of Windows"),
    "families as text": ({"families": "Windows XP"}, "'families' is not a list"),
    "families of numbers": ({"families": [1]}, "'families' is not text"),
    "role": ({"role": "king"}, "'king' is not a valid Role"),
    "empty role": ({"role": ""}, "'' is not a valid Role"),
    "edition": ({"edition": 1}, "'edition' is not text"),
    "terminal server": ({"terminal_server": 1}, "'terminal_server' is not true or false"),
    "service pack": ({"service_pack": "9 lives"}, "'9 lives' is not a service pack"),
    "build as text": ({"build": "1381"}, "'build' is not a whole number"),
    "build as true": ({"build": True}, "'build' is not a whole number"),
    "negative build": ({"build": -1}, "'build' is out of range"),
    "platform": ({"platform": "vax"}, "'vax' is not a valid Platform"),
    "language": ({"langid": 1.5}, "'langid' is not a whole number"),
    "evidence": ({"evidence": {}}, "'evidence' is not a list"),
    "evidence of text": ({"evidence": ["x"]}, "'evidence' is not an object"),
    "evidence without a source": ({"evidence": [{"fact": "a", "value": "b"}]}, "'source' is missing"),
    "fix of no article": (
        {"fixes": [{"article": "MS98-001", "installed": True, "source": ""}]},
        "'MS98-001' is not an article number",
    ),
    "fix installed in words": (
        {"fixes": [{"article": "Q1", "installed": "yes", "source": ""}]},
        "'installed' is not true or false",
    ),
    "fix superseded in words": (
        {"fixes": [{"article": "Q1", "installed": True, "source": "", "superseded": "yes"}]},
        "'superseded' is not true or false",
    ),
    "fix with files that are none": (
        {"fixes": [{"article": "Q1", "installed": True, "source": "", "files": ["a.dll"]}]},
        "'files' is not an object",
    ),
    "application of nobody": (
        {"applications": [{"name": "Bob", "version": "", "source": ""}]},
        "'Bob' is no application",
    ),
    "application without a version": ({"applications": [{"name": "SNA Server", "source": ""}]}, "'version' is missing"),
    "applications known in words": ({"applications_known": "yes"}, "'applications_known' is not true or false"),
}


def test_a_system_of_an_older_inventory_has_no_applications() -> None:
    values = SYSTEM.dump()
    for fix in values["fixes"]:
        del fix["superseded"], fix["files"]
    del values["applications"], values["applications_known"]
    assert System.parse(values) == SYSTEM


@pytest.mark.parametrize(("change", "problem"), WRONG.values(), ids=WRONG)
def test_anything_else_is_refused(change: dict[str, Any], problem: str) -> None:
    values = {name: value for name, value in (SYSTEM.dump() | change).items() if value is not ...}
    with pytest.raises((TypeError, ValueError)) as raised:
        System.parse(values)
    assert problem in str(raised.value)
