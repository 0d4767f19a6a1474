"""A theme is written, previewed and saved in a browser, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

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
