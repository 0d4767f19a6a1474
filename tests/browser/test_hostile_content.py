"""Titles, texts, addresses and queries of strangers: nothing runs, nothing is loaded from elsewhere, nothing overflows."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from config.settings import load_settings
from monitor.app import App
from tests.support.browser import Window, window
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.web import serving

# What runs sets a variable that the test looks for.
RUN = "window.hacked=1"
TITLES = (
    f"<script>{RUN}</script>truce",
    f"truce <img src=x onerror={RUN}>",
    f'truce" onmouseover="{RUN}" autofocus onfocus="{RUN}" x="',
    f"truce </title><svg onload={RUN}>",
    f"truce {{{{ {RUN} }}}} {{% raw %}} ${{{RUN}}}",
    f"truce &lt;script&gt;{RUN}&lt;/script&gt; &#60;b&#62;",
    f"truce ]]><!--<script>{RUN}</script>-->",
    "truce \u202e\u202d\u2066 \x07\x1b[31m \u0000",
    "هدنة truce العربية: اتفاق على وقف إطلاق النار لمدة سبعة أيام على طول خط المواجهة",
    "truce " + "x" * 300,
    "truce " + "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlung " * 4,
    "",
)
ADDRESSES = (
    f"javascript:{RUN}//news.example/",
    f"data:text/html,<script>{RUN}</script>",
    "https://news.example/%22%3E%3Cscript%3E",
    'https://news.example/" onclick="x',
)
QUERIES = (
    f"<script>{RUN}</script>",
    f'"><img src=x onerror={RUN}>',
    f"truce' onfocus='{RUN}' autofocus='",
    f"</textarea><svg onload={RUN}>",
    "x" * 900,
)


@pytest.fixture
def installation(small: Installation) -> Installation:
    """Return an installation with one article for each title, and one for each address."""
    texts = [
        article(
            serial=number,
            title=title or None,
            text=f"A truce in {title}.\n\n{title}",
            authors=(title[:80],) if title else (),
            themes=frozenset({"truce"}),
            url=ADDRESSES[number % len(ADDRESSES)] + str(number),
        )
        for number, title in enumerate(TITLES, 1)
    ]
    small.keep(*texts)
    return small


def opened_safely(opened: Window, address: str, path: str) -> Sequence[str]:
    """Open a page, hover and focus everything in it, and return what went wrong."""
    page = opened.open(path)
    page.evaluate(
        "() => document.querySelectorAll('body *').forEach(one => {"
        " one.dispatchEvent(new Event('mouseover')); one.dispatchEvent(new Event('focus')); })"
    )
    wrong = [one for one in opened.complaints if "422" not in one]
    wrong += [one for one in opened.requests if not one.startswith(address)]
    wrong += opened.overflow()
    if page.evaluate("'hacked' in window"):
        wrong.append("a script ran")
    if page.locator("a[href^='javascript:'], a[href^='data:']").count():
        wrong.append("a link leads to a script")
    return wrong


def test_nothing_that_strangers_wrote_runs_or_overflows(installation: Installation, browser: Browser) -> None:
    paths = ["/", "/search?q=truce", "/themes/truce", *(f"/search?q={quote(query)}" for query in QUERIES)]
    with (
        serving(App(load_settings())) as address,
        window(browser, address, width=375) as opened,
    ):
        paths += [
            link.get_attribute("href") or "" for link in opened.open("/search?q=truce").locator(".hits .said a").all()
        ]
        assert len(paths) == 3 + len(QUERIES) + len(TITLES)
        wrong = {path[:80]: opened_safely(opened, address, path) for path in paths}
    assert {path: what for path, what in wrong.items() if what} == {}


def test_without_the_policy_nothing_runs_either(installation: Installation, browser: Browser) -> None:
    with (
        serving(App(load_settings())) as address,
        window(browser, address, settings={"bypass_csp": True}) as opened,
    ):
        for path in ("/search?q=truce", *(f"/search?q={quote(query)}" for query in QUERIES)):
            assert opened_safely(opened, address, path) == []
