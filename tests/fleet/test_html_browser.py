"""The page of a fleet as a reader meets it, in headless Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from hotfixcheck.fleet.formats import FleetFormat
from hotfixcheck.fleet.judging import Question
from hotfixcheck.fleet.model import FleetPlan, FleetReport, Judged, Spool, SystemResult, packed
from hotfixcheck.fleet.running import judge_fleet
from hotfixcheck.fleet.sources import members_of
from hotfixcheck.inventory import Inventory
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.reports.model import Style
from hotfixcheck.verdicts.plan import NO_PLAN, Ways
from tests.build.fleets import a_system, write_lines
from tests.build.reports import HOSTILE
from tests.build.systems import article, system
from tests.fleet.test_formats import MANIFESTS
from tests.fleet.test_judging import as_it_is
from tests.reports.browser import Browser, a_browser

WIDE, NARROW = 1280, 400
SYSTEMS, ARTICLES = 300, 200


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with a_browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def written(fleet: dict[str, Inventory], folder: Path, manifests: tuple[Manifest, ...] = MANIFESTS) -> Path:
    """The page of the fleet, and of an inventory that cannot be used."""
    (folder / "torn.jsonl").write_text("{", encoding="utf-8")
    files = [write_lines(folder / f"{name}.jsonl", each) for name, each in fleet.items()]
    members, problems = members_of([*files, folder / "torn.jsonl"])
    file = folder / "fleet.html"
    with Spool() as spool:
        report = judge_fleet(members, problems, Question(manifests, manifests, as_it_is, (), date(2026, 1, 1)), spool)
        file.write_text("".join(map(str, FleetFormat.HTML.render(report, Style()))), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three systems, with names as people give them."""
    longest = "hall-2-line-14-a-name-that-takes-more-room-than-a-narrow-screen-has-for-it"
    return written({"line 1": a_system(), "line 2": a_system(), longest: a_system(1)}, tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def large_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every article is missing on a part of the systems, no two systems are the same, and neighbours differ."""
    manifests = tuple(article(number=f"Q{200_000 + number}") for number in range(ARTICLES))
    file = tmp_path_factory.mktemp("large") / "fleet.html"
    with Spool() as spool:
        systems = []
        for number in range(SYSTEMS):
            states = "".join("mifnw"[(number * 7 + place * 13) % (2 + place % 4)] for place in range(ARTICLES))
            details = packed((), NO_PLAN, ())
            judged = Judged(states, "drive root", system(), None, 1, 0, True, Ways(), frozenset(), details)
            name = f"pc-{number:03}"
            systems.append(SystemResult(name, f"{name}.jsonl", "plant", judged, spool.add(details)))
        report = FleetReport(manifests, tuple(systems), (), (), FleetPlan(), spool)
        file.write_text("".join(map(str, FleetFormat.HTML.render(report, Style()))), encoding="utf-8")
    return file


def test_it_asks_for_nothing_and_breaks_no_rule_of_its_own(browser: Browser, page: Path) -> None:
    browser.open(page)
    assert len(browser.texts(".heat tbody tr")) == 3
    assert browser.problems() == []
    assert browser.requests() == [page.as_uri()]


def test_its_policy_holds(browser: Browser, page: Path, tmp_path: Path) -> None:
    """What a stranger might get into the page would not run, and would not be loaded."""
    harmed = tmp_path / "fleet.html"
    harm = "<script>window.harmed = 1</script><img src='http://127.0.0.1:9/x.png' onerror='window.harmed = 1'>"
    harmed.write_text(page.read_text(encoding="utf-8").replace("</footer>", f"{harm}</footer>"), encoding="utf-8")
    browser.open(harmed)
    assert browser.run("return window.harmed") is None
    assert browser.requests() == [harmed.as_uri()]


def test_a_strangers_names_stay_text(browser: Browser, tmp_path: Path) -> None:
    manifests = (replace(MANIFESTS[1], title=f"{HOSTILE}</svg><script>document.body.id='harmed'</script>"),)
    browser.open(written({HOSTILE.replace("/", ""): a_system()}, tmp_path, manifests))
    assert browser.run("return document.body.id") == ""
    assert browser.run("return document.querySelectorAll('main b, main script').length") == 0
    assert browser.problems() == []


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("name", ["page", "large_page"])
def test_nothing_hangs_over_the_screen(browser: Browser, name: str, width: int, request: pytest.FixtureRequest) -> None:
    browser.open(request.getfixturevalue(name), width=width)
    assert browser.run("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["page", "large_page"])
def test_every_system_has_its_column_where_the_cells_are(
    browser: Browser, name: str, request: pytest.FixtureRequest
) -> None:
    browser.open(request.getfixturevalue(name))
    edges = (
        "return [...document.querySelectorAll('.heat svg')].map(one => Math.round(one.getBoundingClientRect().left))"
    )
    assert len(set(browser.run(edges))) == 1


def test_the_table_is_reached_and_moved_by_keyboard(browser: Browser, large_page: Path) -> None:
    browser.open(large_page, width=NARROW)
    browser.tab_to(".skip", most=1)
    browser.press(Keys.ENTER)
    heat = browser.tab_to(".heat")
    assert browser.run("return getComputedStyle(arguments[0]).outlineStyle", heat) == "solid"
    browser.press(*[Keys.ARROW_RIGHT] * 3)
    browser.run_async("setTimeout(arguments[0], 500)")
    assert browser.run("return arguments[0].scrollLeft", heat) > 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
def test_it_can_be_read_by_everybody(browser: Browser, page: Path, width: int, dark: bool) -> None:
    browser.open(page, width=width, dark=dark)
    assert browser.inaccessible(pytest.skip) == []


def test_300_systems_by_200_articles_are_all_there(browser: Browser, large_page: Path) -> None:
    browser.open(large_page)
    assert browser.run("return document.querySelectorAll('.heat tbody tr').length") == ARTICLES
    assert browser.run("return document.querySelectorAll('#systems tbody tr').length") == SYSTEMS
