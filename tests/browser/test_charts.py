"""A chart becomes alive under the pointer, stays the same picture, and breaks no rule of the policy."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import window

LARGEST = 400_000  # bytes on the wire, of the page and all it loads


def words(page: Page) -> list[str]:
    """Return what stands in the chart."""
    return sorted(filter(None, page.locator(".chart.wide svg text").all_text_contents()))


def test_a_chart_alive_is_the_picture_that_it_was(browser: Browser, address: str) -> None:
    with window(browser, address) as opened:
        sizes: list[int] = []
        opened.page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
        page = opened.open("/themes/truce")
        still, box = words(page), page.locator(".chart.wide svg").bounding_box()
        assert not [one for one in opened.requests if "vega" in one]
        page.locator(".chart.wide").hover()
        page.locator(".chart.wide[data-awake] svg").wait_for()
        assert words(page) == still
        alive = page.locator(".chart.wide svg").bounding_box()
        assert box and alive
        assert [alive[side] for side in ("x", "y", "width", "height")] == pytest.approx(list(box.values()), abs=1)
        assert opened.shifts() == 0
        assert opened.violations() == []
        assert opened.complaints == []
        assert 250_000 < sum(sizes) < LARGEST


def test_the_pointer_shows_the_numbers_of_the_table(browser: Browser, address: str) -> None:
    with window(browser, address) as opened:
        page = opened.open("/themes/truce")
        page.locator(".chart.wide").hover()
        page.locator(".chart.wide[data-awake] svg").wait_for()
        box = page.locator(".chart.wide svg").bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 100)
        page.locator("#vg-tooltip-element.visible").wait_for()
        shown = dict(
            zip(
                page.locator("#vg-tooltip-element .key").all_text_contents(),
                page.locator("#vg-tooltip-element .value").all_text_contents(),
                strict=True,
            )
        )
        day, month = re.match(r"(\d+) (\w{3})", shown["From"]).groups()  # type: ignore[union-attr]
        cells = page.locator(f"//details[@id='numbers']//tr[td[1]='{day} {month}']/td").all_text_contents()
        assert cells[1:4] == [shown["Articles"], shown["Stories"], shown["Everything"]]
        assert opened.complaints == []


def test_a_chart_that_cannot_be_drawn_again_stays_a_picture(browser: Browser, address: str) -> None:
    with window(browser, address) as opened:
        page = opened.open("/themes/truce")
        page.route("**/chart*", lambda route: route.abort())
        page.locator(".chart.wide").hover()
        page.locator(".chart.wide:not([data-live])").wait_for()
        assert words(page)
