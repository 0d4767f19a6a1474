"""Every page in three widths and two schemes: nothing overflows, shifts, complains or keeps anybody out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import httpx
import pytest
from playwright.sync_api import Browser

from tests.support.browser import Window, window

PAGES = (
    "/",
    "/?for=30d",
    "/themes",
    "/themes/truce",
    "/themes/truce/edit",
    "/themes/truce/versions",
    "/themes/new?query=truce",
    "/search",
    "/search?q=truce+OR+ceasefire",
    "/search?q=(truce",
    "ARTICLE",
    "VERSIONS",
    "/sources",
    "/sources/northern-wire",
    "/compare",
    "/alerts",
    "/alerts/new",
    "/alerts/new?theme=truce",
    "/alerts/truce-spikes",
    "/alerts/truce-spikes?test=60d",
    "/alerts/truce-spikes/edit",
    "/help",
    "/nowhere",
)
WIDTHS = (375, 1_280, 1_600)
NARROWEST = 320
_EXPECTED: Mapping[str, str] = {"/search?q=(truce": "422", "/nowhere": "404"}  # page → status that the console reports


@pytest.fixture(scope="module")
def article(address: str) -> str:
    """Return the path of an article that others carried."""
    hits = httpx.get(f"{address}/api/v1/search", params={"query": "is:copy theme:truce"}, timeout=60).json()["hits"]
    return f"/articles/{hits[0]['id']}?mark=truce"


@pytest.fixture(scope="module")
def windows(browser: Browser, address: str) -> Iterator[Mapping[int, Window]]:
    """Return a window for each width."""
    with ExitStack() as stack:
        yield {width: stack.enter_context(window(browser, address, width=width)) for width in WIDTHS}


def complaints(opened: Window, page: str) -> list[str]:
    """Return what the console shows, but for the status of a page that is meant to be missing."""
    status = _EXPECTED.get(page)
    return [one for one in opened.complaints if status is None or status not in one]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_whole_in_every_width_and_scheme(
    windows: Mapping[int, Window], address: str, article: str, page: str
) -> None:
    path = {"ARTICLE": article, "VERSIONS": article.replace("?mark=truce", "/versions")}.get(page, page)
    results: dict[str, list[str]] = {}
    for width, opened in windows.items():
        opened.page.set_viewport_size({"width": width, "height": 900})
        opened.page.emulate_media(color_scheme="light")
        opened.open_afresh(path)
        results[f"{width} layout"] = [f"shifts by {opened.shifts()}"] if opened.shifts() else []
        results[f"{width} console"] = complaints(opened, page)
        results[f"{width} elsewhere"] = [one for one in opened.requests if not one.startswith(address)]
        if width != WIDTHS[-1]:
            results[f"{width} axe"] = opened.violations()
            opened.page.emulate_media(color_scheme="dark")
            results[f"{width} axe in the dark"] = opened.violations(runOnly=["color-contrast"])
        results[f"{width} overflow"] = opened.overflow()
        if width == WIDTHS[0]:
            opened.page.set_viewport_size({"width": NARROWEST, "height": 900})
            results[f"{NARROWEST} overflow"] = opened.overflow()
    assert {where: what for where, what in results.items() if what} == {}
