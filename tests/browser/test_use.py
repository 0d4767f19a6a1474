"""The pages by keyboard alone and without scripts, and an archived page in its sandbox."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import window

MOST_KEYS = 25


def press(page: Page, *keys: str) -> int:
    """Press keys one after another; what has the focus then is seen."""
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


def test_from_the_overview_to_an_article_and_a_copied_link_by_keyboard(browser: Browser, address: str) -> None:
    with window(browser, address, settings={"permissions": ["clipboard-read", "clipboard-write"]}) as opened:
        page = opened.open("/")
        keys = press(page, "j", "j", "Enter")
        page.wait_for_url("**/articles/*")
        keys += press(page, "y")
        page.locator(".says", has_text="Link copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == f"{page.url}&tz=UTC"
        assert keys <= MOST_KEYS
        page.locator("a", has_text="Copy citation").click()
        page.locator(".says", has_text="Copied.").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == page.locator("#citation").inner_text()
        page = opened.open("/themes/truce")
        press(page, "y")
        page.locator(".says", has_text="Link copied").wait_for()
        assert re.fullmatch(
            rf"{address}/themes/truce\?from=.*&to=.*&v=1&tz=UTC", page.evaluate("navigator.clipboard.readText()")
        )
        assert opened.complaints == []


def test_a_page_that_takes_long_is_waited_for_with_a_line_while_the_old_one_stays(
    browser: Browser, address: str
) -> None:
    with window(browser, address) as opened:
        page = opened.open("/help")
        page.evaluate("addEventListener('click', event => event.preventDefault())")  # the new page never comes
        line = ""
        while not re.fullmatch(r"Counting [\d,]+ articles …", line):  # where the number takes long too, it is left out
            assert line in ("", "Counting …")
            page.locator("nav[aria-label=Main] a", has_text="Themes").click()
            page.locator(".says", has_text="Counting").wait_for()
            line = page.locator(".says").inner_text()
            press(page, "Escape")
            page.locator(".says").wait_for(state="hidden")
        assert (opened.shifts(), opened.complaints) == (0, [])


def test_from_anywhere_to_asking_a_feed_by_keyboard(browser: Browser, address: str) -> None:
    with window(browser, address) as opened:
        page = opened.open("/")
        keys = press(page, "g", "s")
        page.wait_for_url("**/sources")
        while page.evaluate("document.activeElement.textContent") != "Ask it now" and keys < MOST_KEYS:
            keys += press(page, "Tab")
        assert page.evaluate("document.activeElement.textContent") == "Ask it now"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize("path", ["/", "/themes/truce", "/sources", "/compare"])
def test_a_page_is_printed_in_ink_on_white_even_by_somebody_who_prefers_the_dark(
    browser: Browser, address: str, path: str
) -> None:
    with window(browser, address, scheme="dark") as opened:
        page = opened.open(path)
        style = "getComputedStyle(document.{}).{}"
        dark = page.evaluate(style.format("body", "backgroundColor"))
        page.emulate_media(media="print")
        assert page.evaluate(style.format("body", "backgroundColor")) == "rgb(255, 255, 255)" != dark
        assert page.evaluate(style.format("body", "color")) == "rgb(0, 0, 0)"
        note = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--warn-soft').trim()")
        assert note == "#fdf3e0"
        assert not page.locator(".top").is_visible()
        assert not page.locator(".choices").first.is_visible()


def test_letters_lead_to_the_pages_and_not_while_somebody_types(browser: Browser, address: str) -> None:
    with window(browser, address) as opened:
        page = opened.open("/")
        for letter, path in {"t": "/themes", "c": "/compare", "s": "/sources", "o": "/"}.items():
            press(page, "g", letter)
            page.wait_for_url(f"{address}{path}")
        press(page, "/")
        page.keyboard.type("gst truce")
        assert page.locator("#find").input_value() == "gst truce"


def test_brackets_change_the_period(browser: Browser, address: str) -> None:
    with window(browser, address) as opened:
        page = opened.open("/")
        press(page, "]")
        page.wait_for_url("**/?for=30d")
        press(page, "[")
        page.wait_for_url(lambda url: "for=30d" not in url)


def test_without_scripts_a_period_is_chosen_and_the_chart_is_there(browser: Browser, address: str) -> None:
    with window(browser, address, scripts=False) as opened:
        page = opened.open("/themes/truce")
        page.get_by_role("link", name="30 days").click()
        page.wait_for_url("**/themes/truce?for=30d")
        assert page.locator(".chart.wide svg text").count() > 10
        assert opened.complaints == []


def test_an_archived_page_is_loaded_when_somebody_asks_and_stays_in_its_sandbox(browser: Browser, address: str) -> None:
    hits = httpx.get(f"{address}/api/v1/search", params={"query": "source:northern-wire"}, timeout=60).json()["hits"]
    with window(browser, address) as opened:
        page = opened.open(f"/articles/{hits[0]['id']}")
        assert not [one for one in opened.requests if "/pages/" in one]
        frame = page.locator("iframe.archived")
        shown = f"{frame.get_attribute('src')}"
        assert frame.get_attribute("sandbox") == ""
        page.goto(shown)
        assert page.evaluate("self.origin") == "null"
        assert [one for one in opened.requests if not one.startswith(address)] == []
