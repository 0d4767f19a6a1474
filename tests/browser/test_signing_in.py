"""Signing in and out with a real browser's rules for cookies."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from config.settings import Settings
from monitor.access import AccessFile
from monitor.app import App
from tests.support.browser import window
from tests.support.web import serving

ELSEWHERE = "http://elsewhere.example/"


def test_a_link_from_another_site_finds_who_signed_in_and_its_forms_change_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    secret = AccessFile(tmp_path).new_token("mine", "write", datetime.now(UTC))
    with serving(App(Settings(data=tmp_path))) as address, browser.new_context() as context:
        page = context.new_page()
        link = f'<a href="{address}/help">Help</a>'
        form = f'<form method="post" action="{address}/logout"><button>Win a prize</button></form>'
        page.route(ELSEWHERE, lambda route: route.fulfill(content_type="text/html", body=link + form))
        page.goto(f"{address}/help")
        page.get_by_label("Token").fill(secret)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{address}/help")
        page.goto(ELSEWHERE)
        page.get_by_role("link", name="Help").click()
        page.wait_for_url(f"{address}/help")
        assert page.get_by_role("button", name="Sign out").is_visible()
        page.goto(ELSEWHERE)
        page.get_by_role("button", name="Win a prize").click()
        page.goto(f"{address}/help")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{address}/login")
        page.goto(f"{address}/help")
        assert page.get_by_label("Token").is_visible()


@pytest.mark.parametrize("width", [320, 1_280])
def test_the_page_to_sign_in_is_whole(browser: Browser, tmp_path: Path, width: int) -> None:
    AccessFile(tmp_path).new_token("mine", "read", datetime.now(UTC))
    with serving(App(Settings(data=tmp_path))) as address, window(browser, address, width=width) as opened:
        page = opened.open("/themes")
        page.get_by_label("Token").fill("parley_wrong")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        assert opened.overflow() == []
        assert opened.shifts() == 0
        assert opened.violations() == []
        page.emulate_media(color_scheme="dark")
        assert opened.violations(runOnly=["color-contrast"]) == []
        assert [line for line in opened.complaints if "403" not in line] == []
