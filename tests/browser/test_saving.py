"""A theme is written, previewed and saved in a browser, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import window


@pytest.mark.parametrize("scripts", [True, False])
def test_a_theme_is_previewed_and_saved(browser: Browser, address: str, scripts: bool) -> None:
    name = f"grain-{'with' if scripts else 'without'}-scripts"
    with window(browser, address, scripts=scripts) as opened:
        page = opened.open("/themes/new")
        page.fill("#theme", name)
        page.fill("#title", "Grain")
        page.fill("#description", "Grain and its routes")
        page.fill("#query-en", "grain")
        page.get_by_role("button", name="Check and preview").click()
        page.get_by_role("button", name="Save").click()
        page.wait_for_url(f"{address}/themes/{name}/versions#preview")  # a browser keeps the fragment of the form
        assert "Version 1" in page.locator("main").inner_text()
        assert opened.complaints == []


def test_a_mistake_is_named_while_somebody_types_and_nothing_moves(browser: Browser, address: str) -> None:
    with window(browser, address) as opened:
        page = opened.open("/themes/truce/edit")
        field, remarks = page.locator("#query-de"), page.locator("#remarks-de")
        below = "document.querySelector('#query-pl').getBoundingClientRect().top + scrollY"
        field.fill("Waffenruhe")
        place, shifted = page.evaluate(below), opened.shifts()  # a text of another length has moved what is below it
        field.press_sequentially(" OR (Feuerpause nosuchfield:x")
        remarks.get_by_text("This bracket is never closed").wait_for()
        assert field.get_attribute("aria-invalid") == "true"
        assert page.evaluate(below) == place
        page.locator("#title").focus()
        assert page.evaluate(below) == place
        assert opened.shifts() == shifted
        field.fill("Waffenruhe OR Feuerpause")
        remarks.locator(".remark").first.wait_for(state="detached")
        expect(field).to_have_attribute("aria-invalid", "false")
        assert opened.complaints == []
