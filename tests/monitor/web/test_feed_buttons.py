"""The pages of sources ask the crawler for things and show how far it is."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from lxml import html

from monitor.app import App
from tests.support.forms import fields_of
from tests.support.installation import Installation
from tests.support.web import client_of, serving

PAGE = "/sources/bbc-world"


@pytest.fixture
def client(small: Installation) -> Iterator[httpx.Client]:
    with serving(App.load()) as address, client_of(address) as client:
        yield client


def press(client: httpx.Client, path: str, action: str) -> httpx.Response:
    """Press the first button of that name on a page, and return the page that follows."""
    page: html.HtmlElement = html.fromstring(client.get(path).text)
    forms = [one for one in page.forms if one.method == "POST" and one.xpath(f".//button[.='{action}']")]
    [button] = forms[0].xpath(f".//button[.='{action}']")
    value = {button.get("name"): button.get("value")} if button.get("name") else {}
    return client.post(str(forms[0].action), data=fields_of(forms[0]) | value, follow_redirects=True)


def test_a_feed_is_asked_paused_and_resumed(client: httpx.Client) -> None:
    polled = press(client, PAGE, "Ask it now")
    assert "no crawler is running; it is polled as soon as one does" in polled.text.lower()
    assert polled.headers["refresh"] == "3"
    paused = press(client, PAGE, "Pause")
    assert "Paused since" in paused.text
    assert "1 feed is paused" in client.get("/sources").text
    resumed = press(client, PAGE, "Resume")
    assert "Paused since" not in resumed.text


def test_every_feed_is_asked_at_once(client: httpx.Client) -> None:
    page = press(client, "/sources", "Ask every feed now")
    assert page.status_code == 200
    assert "wait to be polled as somebody asked" in page.text


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"action": "explode"}, 422),
        ({}, 422),
        ({"action": "ask", "feed": "reuters/1"}, 404),
        ({"action": "ask", "feed": "x" * 2_000}, 404),
    ],
)
def test_wrong_buttons_are_answered_in_words(client: httpx.Client, data: dict[str, str], status: int) -> None:
    page: html.HtmlElement = html.fromstring(client.get(PAGE).text)
    token = next(fields_of(form) for form in page.forms if form.method == "POST")["form_token"]
    answer = client.post(PAGE, data={**data, "form_token": token})
    assert answer.status_code == status
    assert "Traceback" not in answer.text


def test_a_page_of_another_site_asks_for_nothing(client: httpx.Client) -> None:
    assert client.post("/sources", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/sources").status_code == 403
