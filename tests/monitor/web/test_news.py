"""The Overview shows what no theme watches yet, and leads to a theme of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import httpx
from lxml import html

from config.settings import load_settings
from monitor.app import App
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.signals import LAST_WEEK, signals
from tests.support.web import serving

HOSTILE = "<script>alert(1)</script> & \u202eevil"


def page(address: str) -> html.HtmlElement:
    return html.fromstring(httpx.get(address, timeout=60).text)


def section(address: str) -> html.HtmlElement:
    one: html.HtmlElement = page(address).xpath("//section[@aria-labelledby='new']")[0]
    return one


def test_a_new_phrase_stands_on_the_overview_with_a_link_that_makes_a_theme_of_it(small: Installation) -> None:
    today = datetime.combine(datetime.now(UTC).date(), time(), UTC)
    shift = today - timedelta(days=7) - LAST_WEEK
    moved = [
        replace(one, published=one.published + shift, collected=one.collected + shift)
        for one in signals()
        if one.published
    ]
    small.keep(*(replace(one, title=f"{one.title} {HOSTILE}") for one in moved))
    app = App(load_settings())
    with serving(app) as address:
        assert "are being counted" in section(address).text_content()
        for _ in range(200):
            shown = section(address)
            if "are being counted" not in shown.text_content():
                break
        assert "1 phrase rose" in shown.text_content()
        phrases = shown.xpath(".//p[@class='said']")
        assert [(one.text_content(), one.get("lang")) for one in phrases] == [("humanitarian corridor", "en")]
        [link] = [link for link in shown.xpath(".//@href") if link.startswith("/themes/new")]
        assert link == "/themes/new?query=%22humanitarian+corridor%22"
        assert not shown.xpath(".//script")
        assert HOSTILE.replace("\u202e", "") in shown.text_content().replace("\u202e", "")
        assert "humanitarian" in page(address + phrases[0].xpath("./a/@href")[0]).text_content()


def test_an_installation_without_a_past_has_no_such_section(small: Installation) -> None:
    small.keep(article(serial=1, published=datetime.now(UTC) - timedelta(days=1)))
    with serving(App(load_settings())) as address:
        for _ in range(200):
            shown = page(address).text_content()
            if "are being counted" not in shown:
                break
        assert "What no theme watches yet" not in shown
