"""A real browser for tests: Debian's Chromium, steered by Playwright; installed with apt where it is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.support.lock import locked

HOW_TO_ENABLE = "the pages are not tested in a browser: install Chromium (on Debian, `apt-get install chromium`)"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core")
_INSTALL_WITHIN = 280  # seconds
_ANSWER_WITHIN = 60_000  # milliseconds, for a loaded machine

# Shifts are recorded from the first one on; those after a person's own action do not count (web.dev/cls).
_RECORD_SHIFTS = """
window.shifts = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => { if (!entry.hadRecentInput) window.shifts += entry.value; }))
  .observe({type: "layout-shift", buffered: true});
"""
# Of what it finds in order, axe would otherwise describe every element.
_CHECK = """async options => (await axe.run(document, {resultTypes: ["violations"], ...options})).violations.map(
  one => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(" | ")}`)"""
_WIDER = """() => [...document.querySelectorAll("body *:not(g, path)")]
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !one.closest(".scroll, .skip"))
  .map(one => one.outerHTML.slice(0, 120))"""


class CannotStart(Exception):
    """There is no Chromium, and none can be installed."""


def find_chromium() -> str:
    """Return the program, installing it where that is possible.

    Raises:
        CannotStart: it is missing, and this is no Debian or not its administrator.
    """
    if path := _chromium():
        return path
    if os.geteuid() or not shutil.which("apt-get"):
        raise CannotStart(HOW_TO_ENABLE)
    with locked(Path(tempfile.gettempdir()) / "parley-test-chromium.lock"):
        if path := _chromium():  # another process has installed it meanwhile
            return path
        done = subprocess.run(_INSTALL, capture_output=True, text=True, check=False, timeout=_INSTALL_WITHIN)
    if path := _chromium():
        return path
    raise CannotStart(f"{HOW_TO_ENABLE} ({done.stderr[-500:]})")


def _chromium() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Yield a browser; without one the test is skipped, or fails where `CI` is "true"."""
    try:
        program = find_chromium()
    except CannotStart as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(str(reason))
        pytest.skip(str(reason))
    with sync_playwright() as playwright:
        # The sandbox of Chromium does not start for root; the pages are ours.
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=False)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Window:
    """A window of the browser, with what it complained about.

    Attributes:
        complaints: lines of the console, which has violations of the content security policy too, and errors of scripts.
        requests: addresses that were asked for.
    """

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    _network: CDPSession | None = None

    def open(self, path: str) -> Page:
        """Load a page, and wait until its scripts have run."""
        self.page.goto(path, wait_until="load")
        return self.page

    def open_afresh(self, path: str) -> Page:
        """Load a page as a new window would, with nothing cached, and forget what the earlier ones complained about.

        A new window costs more processor time than most pages.
        """
        if self._network is None:
            self._network = self.page.context.new_cdp_session(self.page)
            self._network.send("Network.enable")
            self._network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.page.context.clear_cookies()
        self.complaints.clear()
        self.requests.clear()
        return self.open(path)

    def shifts(self) -> float:
        """Return by how much the layout has shifted since the page was loaded."""
        return float(self.page.evaluate("window.shifts"))

    def overflow(self) -> list[str]:
        """Return the elements that reach beyond the right edge of the window."""
        return list(self.page.evaluate(_WIDER))

    def violations(self, **options: Any) -> list[str]:
        """Return what axe finds wrong, with every `<details>` open.

        Args:
            options: of `axe.run`.
        """
        self.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_axe())
        return list(self.page.evaluate(_CHECK, options))


@cache
def _axe() -> str:
    return str(AXE_SCRIPT)


@contextmanager
def window(
    browser: Browser,
    address: str,
    *,
    width: int = 1_280,
    scheme: Literal["light", "dark"] = "light",
    scripts: bool = True,
    settings: Mapping[str, Any] | None = None,
) -> Iterator[Window]:
    """Yield a new window, with nothing stored from earlier ones.

    Args:
        address: of the server; paths are relative to it.
        settings: more of `Browser.new_context`.
    """
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=scripts,
        **(settings or {}),
    )
    try:
        context.set_default_timeout(_ANSWER_WITHIN)
        if scripts:
            context.add_init_script(_RECORD_SHIFTS)
        opened = Window(context.new_page())
        opened.page.on("console", lambda message: opened.complaints.append(message.text))
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        yield opened
    finally:
        context.close()
