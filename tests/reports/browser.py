"""A headless Chromium that looks at a page as a reader would, and tells what the page asked of it."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.corpus.oracles import required_tool

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


class Browser:
    """One page at a time; `problems` and `requests` since it was opened."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self._driver = driver

    def open(self, page: Path, *, width: int = 1280, dark: bool = False, scripts: bool = True, at: str = "") -> None:
        """Open a file, at a fragment such as `#Q246691`."""
        self._tell("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._tell("Emulation.setEmulatedMedia", features=[scheme])
        self._tell("Emulation.setScriptExecutionDisabled", value=not scripts)
        self._driver.get("about:blank")
        self.problems()
        self.requests()
        self._driver.get(page.as_uri() + at)

    def _tell(self, command: str, **arguments: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._driver.execute_cdp_cmd(command, arguments)
        return answer

    def _log(self, name: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self._driver.get_log(name)  # type: ignore[no-untyped-call]
        return entries

    def problems(self) -> list[str]:
        """What the console has: errors, and violations of the content security policy."""
        return [entry["message"] for entry in self._log("browser")]

    def requests(self) -> list[str]:
        """Every address that was asked for, and not refused by the page's own policy."""
        events = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        refused = {
            event["params"]["requestId"]
            for event in events
            if event["method"] == "Network.loadingFailed" and event["params"].get("blockedReason") == "csp"
        }
        return [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent" and event["params"]["requestId"] not in refused
        ]

    def run(self, script: str, *arguments: object) -> Any:
        return self._driver.execute_script(script, *arguments)

    def run_async(self, script: str, *arguments: object) -> Any:
        return self._driver.execute_async_script(script, *arguments)

    def find(self, selector: str) -> WebElement:
        return self._driver.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """What elements say as they are shown, those not shown left out."""
        found = self._driver.find_elements(By.CSS_SELECTOR, selector)
        return [element.text for element in found if element.is_displayed()]

    def press(self, *keys: str) -> None:
        """Press keys where the focus is."""
        for key in keys:
            self._driver.switch_to.active_element.send_keys(key)

    def tab_to(self, selector: str, most: int = 60) -> WebElement:
        """Press Tab until the focus is on an element that matches; fails where it never comes there."""
        for _ in range(most):
            self.press(Keys.TAB)
            focus = self._driver.switch_to.active_element
            if self.run("return arguments[0].matches(arguments[1])", focus, selector):
                return focus
        raise AssertionError(f"{selector} cannot be reached by Tab")

    def printed(self) -> bytes:
        """The page as PDF, as Print to PDF makes it on A4."""
        answer = self._tell("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, preferCSSPageSize=True)
        return b64decode(answer["data"])

    def picture(self, height: int) -> bytes:
        """The top of the page as PNG, so many pixels of it; it is to have settled before."""
        width = self.run("return innerWidth")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        self.run_async("setTimeout(arguments[0], 500)")
        return b64decode(self._tell("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"])

    def inaccessible(self, skip: Callable[[str], None]) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA and good practice; `skip` is called where axe-core is not there."""
        if not _AXE.exists():
            skip("axe-core is not installed (npm install --no-save axe-core; .ci/packages does)")
        self.run(_AXE.read_text(encoding="utf-8"))
        found = self.run_async("axe.run().then(arguments[0])")
        return [
            f"{one['id']}: {node['html']} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


@contextmanager
def a_browser(profile: Path) -> Iterator[Browser]:
    """A browser of its own, with a fresh profile in the empty folder `profile`."""
    options = webdriver.ChromeOptions()
    options.binary_location = required_tool("chromium", "chromium")
    for flag in (*_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(required_tool("chromedriver", "chromium-driver")))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
