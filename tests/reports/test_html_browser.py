"""The HTML report as a reader meets it, in headless Chromium."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.model import Report, Style
from tests.build.reports import HOSTILE, a_hostile_report, a_report, an_accepted_report, long_report
from tests.corpus.oracles import required_tool
from tests.reports.browser import Browser, a_browser

WIDE, NARROW = 1280, 390
TITLES = "#rows tr > td:nth-child(2) > .text"
ARTICLES = "#rows .toggle"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with a_browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def written(report: Report, folder: Path) -> Path:
    file = folder / "report.html"
    file.write_text(ReportFormat.HTML.render(report, Style()), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(a_report(), tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def long_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(long_report(), tmp_path_factory.mktemp("long"))


def choose(browser: Browser, selector: str, value: str) -> None:
    """Choose an option of a <select>, or write into a field, as a reader does: with its event."""
    browser.run(
        "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))",
        browser.find(selector),
        value,
    )


def test_it_asks_for_nothing_and_breaks_no_rule_of_its_own(browser: Browser, page: Path) -> None:
    browser.open(page)
    assert browser.texts(ARTICLES) == ["Q246691", "Q256149", "Q179827", "Q200000"]
    browser.find(ARTICLES).click()
    assert browser.problems() == []
    assert browser.requests() == [page.as_uri()]


def test_its_policy_holds(browser: Browser, page: Path, tmp_path: Path) -> None:
    """What a stranger might get into the page would not run, and would not be loaded."""
    harmed = tmp_path / "report.html"
    harm = "<script>window.harmed = 1</script><img src='http://127.0.0.1:9/x.png' onerror='window.harmed = 1'>"
    harmed.write_text(page.read_text(encoding="utf-8").replace("</footer>", f"{harm}</footer>"), encoding="utf-8")
    browser.open(harmed)
    assert browser.run("return window.harmed") is None
    assert browser.requests() == [harmed.as_uri()]
    assert [problem for problem in browser.problems() if "Content Security Policy" in problem]


def test_a_strangers_file_name_and_title_stay_text(browser: Browser, tmp_path: Path) -> None:
    report = a_hostile_report()
    harm = f"{HOSTILE}</script><script>document.body.id='harmed'</script><img src=x>"
    [finding] = report.findings
    title = replace(finding.manifest, title=harm)
    browser.open(written(replace(report, findings=(replace(finding, manifest=title),)), tmp_path))
    browser.find(ARTICLES).click()
    assert browser.run("return document.body.id") == ""
    assert browser.run("return document.querySelectorAll('b, img, main script').length") == 0
    spelled = "=1+1|`<b>&\"'\\x1b[31m\\u202e]]>\\n# @all [x](javascript:0) \\udc80é"
    assert browser.texts(TITLES)[0].startswith(spelled)
    assert browser.texts("#rows .evidence .path")[0].startswith(f"WINNT/{spelled}")
    assert browser.problems() == []


def test_a_search_finds_articles_by_title_file_and_reason(browser: Browser, page: Path) -> None:
    browser.open(page)
    field = browser.find("#search")
    for typed, found in [
        ("KERNEL32 linked", ["Q246691"]),
        ("cut short", ["Q256149"]),
        ("q17", ["Q179827"]),
        ("nothing like it", []),
    ]:
        field.clear()
        field.send_keys(typed)
        assert browser.texts(ARTICLES) == found
    assert browser.find("#count").text == "No article matches"
    assert browser.find("#count").get_attribute("role") == "status"
    browser.find("#clear").click()
    assert len(browser.texts(ARTICLES)) == 4


def test_what_a_search_finds_of_another_status_is_not_hidden(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.find("#search").send_keys("Q300000")
    assert browser.texts(ARTICLES) == []
    assert browser.texts("#others-count") == ["1 of another status"]
    browser.find("#show-others").click()
    assert browser.texts(ARTICLES) == ["Q300000"]
    assert browser.texts("#others") == []


def test_a_sort_turns_and_tells_its_direction(browser: Browser, page: Path) -> None:
    browser.open(page)
    assert [header.split("\n")[0] for header in browser.texts("th[aria-sort=ascending]")] == ["Status"]
    button = browser.find("th[data-key=article] button")
    button.click()
    assert browser.texts(ARTICLES) == ["Q179827", "Q200000", "Q246691", "Q256149"]
    assert browser.find("th[data-key=article]").get_attribute("aria-sort") == "ascending"
    button.send_keys(Keys.ENTER)
    assert browser.texts(ARTICLES) == ["Q256149", "Q246691", "Q200000", "Q179827"]
    assert browser.find("th[data-key=article]").get_attribute("aria-sort") == "descending"
    assert browser.find("th[data-key=status]").get_attribute("aria-sort") is None
    for key in ("title", "status", "evidence", "date"):
        browser.find(f"th[data-key={key}] button").click()
        assert browser.find("th[aria-sort]").get_attribute("data-key") == key


def test_filters(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.find("[value=fixed]").click()
    assert browser.texts(ARTICLES) == ["Q246691", "Q256149"]
    browser.find("[value=not-applicable]").click()
    assert browser.texts(ARTICLES) == ["Q246691", "Q256149", "Q300000"]
    browser.find("#clear").click()
    for selector, value, found in [
        ("#year", "1999", ["Q246691"]),
        ("#year", "none", ["Q256149", "Q179827", "Q200000"]),
        ("#mark", "regressed", ["Q246691"]),
        ("#mark", "conflicting evidence", ["Q246691", "Q200000"]),
        ("#file", "Kernel32.dll", ["Q246691"]),
    ]:
        choose(browser, selector, value)
        assert browser.texts(ARTICLES) == found
        choose(browser, selector, "")


def test_what_is_waived_stays_visible(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(an_accepted_report(), tmp_path))
    assert browser.texts(ARTICLES) == ["Q11", "Q13", "Q14", "Q10", "Q12"]
    assert browser.texts("#rows td.wide") == ["Missing", "Missing", "Missing", "Waived", "Fixed"]
    browser.find("#open").click()
    assert "until 2027-03-31 by J. Smith: the line stops in May" in browser.find("tr.detail:nth-child(8)").text
    choose(browser, "#mark", "new")
    assert browser.texts(ARTICLES) == ["Q14"]
    browser.find("[href='#Q14']").click()
    assert browser.run("return document.activeElement.textContent") == "Q14"
    assert browser.problems() == []


def test_several_systems_are_told_apart(browser: Browser, tmp_path: Path) -> None:
    reports = [replace(a_report(), target="disk: WINNT"), replace(an_accepted_report(), target="disk: WIN2K")]
    file = tmp_path / "several.html"
    file.write_text(ReportFormat.HTML.render_several(reports, Style()), encoding="utf-8")
    browser.open(file)
    assert len(browser.texts(ARTICLES)) == 9
    choose(browser, "#system-choice", "1")
    assert browser.texts(ARTICLES) == ["Q11", "Q13", "Q14", "Q10", "Q12"]
    browser.find("th[data-system='0'] button").click()
    assert browser.texts(ARTICLES) == ["Q246691", "Q256149", "Q179827", "Q200000"]
    browser.find(ARTICLES).click()
    assert "System\ndisk: WINNT" in browser.find("tr.detail").text
    assert browser.problems() == []


def test_a_bar_of_the_picture_filters_by_what_it_counts(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.find("th[data-file] button").click()
    assert browser.texts(ARTICLES) == ["Q246691"]
    assert browser.find("#file").get_attribute("value") == "Kernel32.dll"
    browser.find("th[data-year] button").click()
    assert browser.find("#file").get_attribute("value") == ""
    assert browser.find("#year").get_attribute("value") == "1999"


def test_an_article_opens_to_its_evidence_by_keyboard(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.tab_to(".skip", most=1)
    browser.press(Keys.ENTER)
    toggle = browser.tab_to(".toggle")
    assert (toggle.text, toggle.get_attribute("aria-expanded")) == ("Q246691", "false")
    assert browser.run("return getComputedStyle(arguments[0]).outlineStyle", toggle) == "solid"
    browser.press(Keys.ENTER)
    assert toggle.get_attribute("aria-expanded") == "true"
    detail = browser.find(f"#{toggle.get_attribute('aria-controls')}")
    assert detail.text.splitlines() == [
        *("Regressed", "Installed once by the registry, and the file is older again"),
        *("But", "the registry says installed (key Q246691)"),
        *("WINNT/system32/kernel32.dll (x86)", "Missing"),
        *("Found", "4.0.1381.335, 374,032 bytes, linked 1999-09-29"),
        *("Required", "375,056 bytes, 1999-11-18 16:19"),
        "Why",
        "linked 1999-09-29, 50 days before the fix's 1999-11-18; size 374,032, the fix has 375,056",
    ]
    browser.press(Keys.SPACE)
    assert toggle.get_attribute("aria-expanded") == "false"
    assert browser.texts("tr.detail") == []
    browser.tab_to("#rows tr:nth-child(2) .toggle", most=1)


def test_all_of_a_page_open_and_close_at_once(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.find("#open").click()
    assert len(browser.texts("tr.detail")) == 4
    browser.find("#search").send_keys("Q2")
    assert len(browser.texts("tr.detail")) == 3
    browser.find("#close").click()
    assert browser.texts("tr.detail") == []


def test_an_address_opens_its_article(browser: Browser, page: Path) -> None:
    browser.open(page, at="#Q300000")
    assert "it is for Windows 2000" in browser.find("tr.detail").text
    assert browser.run("return document.activeElement.textContent") == "Q300000"
    browser.open(page, at="#Q999999")
    assert browser.texts("tr.detail") == []
    assert browser.problems() == []


def test_many_articles_come_in_pages(browser: Browser, long_page: Path) -> None:
    browser.open(long_page)
    assert len(browser.texts("#rows > tr")) == 100
    assert browser.texts("#place") == ["Page 1 of 43"]
    first = browser.texts(ARTICLES)[0]
    browser.find("#previous").send_keys(Keys.ENTER)
    assert browser.texts("#place") == ["Page 1 of 43"]
    browser.find("#next").send_keys(Keys.ENTER)
    assert browser.texts("#place") == ["Page 2 of 43"]
    assert browser.run("return document.activeElement.id") == "next"
    assert first not in browser.texts(ARTICLES)
    browser.open(long_page, at="#Q104998")
    assert browser.run("return document.activeElement.textContent") == "Q104998"


def test_5000_articles_are_filtered_by_all_the_words_typed(browser: Browser, long_page: Path) -> None:
    browser.open(long_page)
    pages = {}
    for typed in ("", "q10", "q1049", "q1049 no-such-word"):
        choose(browser, "#search", typed)
        pages[typed] = browser.texts(ARTICLES)
        assert all(each.lower().startswith(typed.partition(" ")[0]) for each in pages[typed])
    assert [len(pages[typed]) > 0 for typed in pages] == [True, True, True, False]
    assert pages[""] != pages["q1049"]


def test_on_paper_what_is_wrong_lies_open(browser: Browser, page: Path, tmp_path: Path) -> None:
    browser.open(page)
    file = tmp_path / "report.pdf"
    file.write_bytes(browser.printed())
    command = [required_tool("pdftotext", "poppler-utils"), "-layout", str(file), "-"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert "1 fix is missing, 1 cannot be judged" in text
    assert "Listed here: missing, indeterminate, fixed." in text
    assert "50 days before the fix's 1999-11-18" in text
    assert "version 4.0.1381.133 is the fix" not in text
    assert "Search article" not in text
    assert browser.texts("tr.detail") == []


def test_paper_has_every_article_that_the_filters_leave(browser: Browser, long_page: Path, tmp_path: Path) -> None:
    browser.open(long_page)
    browser.find("#search").send_keys("Q1041")
    file = tmp_path / "report.pdf"
    file.write_bytes(browser.printed())
    command = [required_tool("pdftotext", "poppler-utils"), "-layout", str(file), "-"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    shown = browser.run("return Number(document.getElementById('count').textContent.split(' ')[0])")
    assert text.count("Q1041") == shown
    assert "that have “q1041”" in text


def test_without_scripts_every_article_is_there_with_its_reason(browser: Browser, page: Path) -> None:
    browser.open(page, scripts=False)
    shown = browser.find("#articles").text
    assert "Q300000" in shown
    assert "it is for Windows 2000" in shown
    assert "Q246691" in shown
    assert browser.texts("#filters, table.articles") == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
def test_it_can_be_read_by_everybody(browser: Browser, page: Path, width: int, dark: bool) -> None:
    browser.open(page, width=width, dark=dark)
    browser.find("#open").click()
    assert browser.inaccessible(pytest.skip) == []


@pytest.mark.parametrize("opened", [False, True], ids=["closed", "open"])
def test_it_fits_a_narrow_screen(browser: Browser, page: Path, opened: bool) -> None:
    browser.open(page, width=NARROW)
    if opened:
        browser.find("#open").click()
    assert browser.run("return document.documentElement.scrollWidth") <= NARROW
