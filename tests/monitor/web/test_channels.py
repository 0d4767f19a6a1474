"""Channels on the pages and in the API: they are tried, and none of their secrets is shown."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from lxml import html

from tests.support.forms import fields_of
from tests.support.installation import Installation
from tests.support.overlay import write
from tests.support.web import browser


@pytest.fixture
def client(small: Installation) -> Iterator[httpx.Client]:
    write(small.config, "alerts/feeds.toml", 'title = "Feeds"\non = "source"\n')
    with browser(small.data) as client:
        yield client


def send_tests(client: httpx.Client, page: str) -> list[httpx.Response]:
    """Press the button of every channel on a page that offers one, and return the answers."""
    whole: html.HtmlElement = html.fromstring(page)
    forms = [form for form in whole.forms if str(form.action).endswith("/send-test")]
    return [client.post(str(form.action), data=fields_of(form)) for form in forms]


def test_a_channel_that_does_not_answer_says_so_without_its_address(client: httpx.Client, small: Installation) -> None:
    write(small.config, "channels/desk.toml", 'title = "The desk"\naddress = "http://127.0.0.1:9/hidden-secret"\n')
    page = client.get("/alerts").text
    assert "The desk" in page
    [tried] = send_tests(client, page)
    assert tried.status_code == 503
    assert "The test message was not sent" in tried.text
    assert "hidden-secret" not in page + tried.text


HUSHED = {  # "hush" wherever an address may have a secret; nobody listens
    "hook": "http://hush-user:hush-key@127.0.0.1:9/hush-path?key=hush-value#hush-mark",
    "json": "json://hush-user:hush-key@127.0.0.1:9/hush-path?+X-Hush=hush-header&:hush=hush-field&-hush=hush-value",
    "mail": "mailto://hush-user:hush-key@127.0.0.1:9?from=hush-me@hush.example&to=hush-you@hush.example&cc=hush@hush.example",
    "chat": "mmost://hush-bot@127.0.0.1:9/hush0hush1hush2hush3hush4",
    "room": "matrix://hush-user:hush-key@127.0.0.1:9/%23hush-room/!hush-id",
    "topic": "ntfy://hush-user:hush-key@127.0.0.1:9/hush-topic",
    "wrong": "mailto://hush-user:hush-key@smtp.example:99999?to=hush@hush.example",
    "unknown": "slack://hush-token",
}


def test_no_page_and_no_answer_shows_a_secret_of_a_channel(client: httpx.Client, small: Installation) -> None:
    for id, address in HUSHED.items():
        secret = 'secret = "whsec_hush"' if id == "hook" else ""
        write(small.config, f"channels/{id}.toml", f'title = "A {id}"\naddress = "{address}"\n{secret}\n')
    write(small.config, "channels/hook-2.toml", f'title = "A hook"\naddress = "{HUSHED["hook"]}"\n')
    write(small.config, "channels/typed.toml", 'title = "Typed"\naddress = ["https://hooks.example/hush"]\n')
    tested = [client.post(f"/api/v1/channels/{id}/send-test") for id in (*HUSHED, "hook-2", "typed")]
    assert {answer.status_code for answer in tested} == {404, 503}
    assert sum("onnection" in answer.text for answer in tested) == 6  # each says what went wrong
    page = client.get("/alerts").text
    tested += send_tests(client, page)
    shown = [page, *(answer.text for answer in tested)]
    pages = ("new", "feeds", "feeds/edit")
    apis = ("alerts", "alerts/feeds", "messages", "status", "settings", "openapi.json")
    shown += [
        client.get(path).text for path in (*(f"/alerts/{one}" for one in pages), *(f"/api/v1/{one}" for one in apis))
    ]
    shown += [client.get(path).text for path in ("/help", "/sources", "/metrics")]
    assert not [text for text in shown if "hush" in text.lower()]
