"""Feeds of themes, searches, sources and spikes: one entry a story, the same ids for ever, sent again only when they changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import httpx
import pytest
from lxml import etree, html

from config.settings import load_settings
from indexer.article import Article
from monitor.app import App
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.web import client_of, serving

FEEDS = ["/feeds/themes/truce", "/feeds/search", "/feeds/sources/northern-wire", "/feeds/spikes"]
QUERY = {"/feeds/search": {"query": "truce OR war"}}


def entries(api: httpx.Client, path: str, **parameters: str) -> list[feedparser.FeedParserDict]:
    answer = api.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    read = feedparser.parse(answer.content)
    assert not read.bozo
    return list(read.entries)


@pytest.mark.parametrize("path", FEEDS)
def test_both_forms_of_a_feed_have_the_same_entries(api: httpx.Client, path: str) -> None:
    atom = entries(api, f"{path}.atom", **QUERY.get(path, {}))
    feed = api.get(f"{path}.json", params=QUERY.get(path)).json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert len(atom) > 3
    assert [entry.id for entry in atom] == [item["id"] for item in feed["items"]]
    assert [entry.link for entry in atom] == [item["url"] for item in feed["items"]]
    assert [entry.content[0].value for entry in atom] == [item["content_html"] for item in feed["items"]]
    assert all(entry.id.startswith("tag:parley.invalid,2026:") for entry in atom)


@pytest.mark.parametrize("path", FEEDS)
def test_a_reader_that_has_a_feed_is_told_so(api: httpx.Client, path: str) -> None:
    first = api.get(f"{path}.atom", params=QUERY.get(path))
    by_tag = api.get(first.url, headers={"If-None-Match": first.headers["etag"]})
    by_time = api.get(first.url, headers={"If-Modified-Since": first.headers["last-modified"]})
    older = api.get(first.url, headers={"If-Modified-Since": "Fri, 20 Nov 2020 09:30:00 GMT"})
    wrong = api.get(first.url, headers={"If-Modified-Since": "Fri, 20 Nov 99999999999 09:30:00 GMT"})
    other = api.get(first.url, headers={"If-None-Match": '"x"', "If-Modified-Since": first.headers["last-modified"]})
    assert [answer.status_code for answer in (by_tag, by_time, older, wrong, other)] == [304, 304, 200, 200, 200]


def test_a_feed_of_a_theme_has_its_newest_stories(api: httpx.Client) -> None:
    hits = api.get("/search", params={"query": "theme:truce is:story", "limit": 200}).json()["hits"]
    read = entries(api, "/feeds/themes/truce.atom")
    assert [entry.link for entry in read] == [hit["url"] for hit in hits][:50]


@pytest.mark.parametrize("name", ["themes", "sources"])
def test_every_feed_of_a_list_can_be_read(api: httpx.Client, name: str) -> None:
    outlines = etree.fromstring(api.get(f"/feeds/{name}.opml").content).findall(".//outline[@xmlUrl]")
    assert len(outlines) > 10
    for outline in outlines[:4]:
        assert not feedparser.parse(httpx.get(str(outline.attrib["xmlUrl"]), timeout=60).content).bozo
        assert httpx.get(str(outline.attrib["htmlUrl"]), timeout=60).status_code == 200


@pytest.mark.parametrize("page", ["/", "/themes", "/themes/truce", "/search?q=truce+OR+war", "/sources/northern-wire"])
def test_pages_name_their_feeds(client: httpx.Client, page: str) -> None:
    links = html.fromstring(client.get(page).text).findall(".//link[@rel='alternate']")
    assert [link.get("type") for link in links] == ["application/atom+xml", "application/feed+json"]
    for link in links:
        answer = client.get(str(link.attrib["href"]))
        assert answer.status_code == 200
        assert answer.headers["content-type"] == link.get("type")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/feeds/themes/nothing.atom", 404, "not_found"),
        ("/feeds/sources/nothing.json", 404, "not_found"),
        ("/feeds/themes/truce.rss", 422, "wrong_argument"),
        ("/feeds/search.atom?query=(", 422, "wrong_query"),
        ("/feeds/search.atom", 422, "wrong_argument"),
    ],
)
def test_what_is_no_feed_is_said_in_one_shape(api: httpx.Client, path: str, status: int, code: str) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


NOW = datetime.now(UTC).replace(microsecond=0)


def written(serial: int, **changes: Any) -> Article:
    at = NOW - timedelta(hours=serial)
    values = {
        "id": f"{serial:032x}",
        "serial": serial,
        "url": f"https://wire.example/{serial}",
        "title": f"No. {serial}",
    }
    return article(**values | {"published": at, "collected": at, "text": "A truce was agreed."} | changes)


@pytest.fixture
def folded(small: Installation) -> Iterator[httpx.Client]:
    """Return a client of an installation in which 3 and 4 are copies of 5, and 6 is one of 7, which has other words."""
    small.keep(
        written(
            1, url="javascript:alert(1)", title="<script>alert(1)</script>\x07", text="A truce.\n\nAnd\x00 <b>more</b>."
        ),
        written(2, copy_of="f" * 32),
        written(3, copy_of=f"{5:032x}"),
        written(4, copy_of=f"{5:032x}"),
        written(5),
        written(6, copy_of=f"{7:032x}"),
        written(7, text="Nothing of that."),
    )
    with serving(App(load_settings())) as address, client_of(f"{address}/api/v1") as api:
        yield api


def test_copies_are_folded_into_their_stories(folded: httpx.Client) -> None:
    read = entries(folded, "/feeds/search.atom", query="truce")
    ids = [entry.id.rpartition("/")[2].lstrip("0") for entry in read]
    assert ids == ["1", "f" * 32, "5", "7"]  # the story of a copy that alone matches gives the entry its id
    assert [entry.title for entry in read][2:] == ["No. 5", "No. 6"]
    assert "2 copies of it" in read[2].content[0].value


def test_hostile_articles_are_harmless_entries(folded: httpx.Client) -> None:
    first = entries(folded, "/feeds/search.atom", query="truce")[0]
    assert first.title_detail.type == "text/plain"
    assert first.link.endswith(f"/articles/{1:032x}")
    assert "javascript:" not in folded.get("/feeds/search.json", params={"query": "truce"}).text


def test_entries_have_the_whole_text_by_a_setting(folded: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_FEED_TEXT", "full")
    with serving(App(load_settings())) as address:
        feed = httpx.get(f"{address}/api/v1/feeds/search.json", params={"query": "truce"}, timeout=60).json()
    assert feed["items"][0]["content_html"].startswith("<p>A truce.</p><p>And &lt;b&gt;more&lt;/b&gt;.</p><p>")
