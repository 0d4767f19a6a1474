from __future__ import annotations

import gzip
import json
from datetime import date

import feedparser
import pytest
from lxml import etree, html

from monitor.demo.content import Outlet
from monitor.demo.site import Site, feed_path

SITE = Site(date(2026, 11, 23))


def outlets(*formats: str) -> list[Outlet]:
    return [outlet for outlet in SITE.content.outlets.values() if outlet.format in formats]


def body(outlet: Outlet, path: str) -> bytes:
    return SITE.reply(outlet.host, path, {}).body


def text_of(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


@pytest.mark.parametrize("outlet", outlets("rss", "rss-full", "rdf", "atom"), ids=lambda outlet: outlet.id)
def test_feeds_are_well_formed_and_list_every_article_with_its_date(outlet: Outlet) -> None:
    parsed = feedparser.parse(body(outlet, feed_path(outlet)))
    assert not parsed.bozo
    entries = {entry.link: entry for entry in parsed.entries}
    articles = SITE.content.of(outlet)
    assert set(entries) == {article.url for article in articles}
    for article in articles:
        entry = entries[article.url]
        assert entry.title == article.title
        when = entry.get("published_parsed") or entry.get("updated_parsed")
        if article.published is None:
            assert when is None
        elif article.precision == "second":
            assert tuple(when)[:6] == article.published.timetuple()[:6]


def test_full_text_feeds_include_every_paragraph() -> None:
    (outlet,) = outlets("rss-full")
    parsed = feedparser.parse(body(outlet, feed_path(outlet)))
    for entry, article in zip(parsed.entries, SITE.content.of(outlet), strict=True):
        text = text_of(html.fromstring(entry.content[0].value))
        assert all(paragraph in text for paragraph in article.paragraphs)


@pytest.mark.parametrize("outlet", outlets("json"), ids=lambda outlet: outlet.id)
def test_json_feeds_list_every_article(outlet: Outlet) -> None:
    feed = json.loads(body(outlet, feed_path(outlet)))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["url"] for item in feed["items"]] == [article.url for article in SITE.content.of(outlet)]


@pytest.mark.parametrize("outlet", outlets("sitemap"), ids=lambda outlet: outlet.id)
def test_the_sitemaps_of_an_index_together_list_every_article(outlet: Outlet) -> None:
    index = etree.fromstring(body(outlet, feed_path(outlet)))
    addresses = []
    for child in index.iterfind("{*}sitemap/{*}loc"):
        data = body(outlet, str(child.text).removeprefix(f"http://{outlet.host}"))
        data = gzip.decompress(data) if str(child.text).endswith(".gz") else data
        addresses += [str(loc.text) for loc in etree.fromstring(data).iterfind("{*}url/{*}loc")]
    assert sorted(addresses) == sorted(article.url for article in SITE.content.of(outlet))


@pytest.mark.parametrize("outlet", outlets("listing"), ids=lambda outlet: outlet.id)
def test_listings_link_every_article(outlet: Outlet) -> None:
    page = html.fromstring(body(outlet, feed_path(outlet)))
    links = [link.get("href") for link in page.iterfind(".//a[@class='headline']")]
    assert links == [article.url for article in SITE.content.of(outlet)]


@pytest.mark.parametrize("outlet", outlets("channel"), ids=lambda outlet: outlet.id)
def test_channels_show_every_message_with_its_address_text_and_time(outlet: Outlet) -> None:
    page = html.fromstring(body(outlet, feed_path(outlet)))
    messages = page.iterfind(".//div[@data-post]")
    for message, article in zip(messages, reversed(SITE.content.of(outlet)), strict=True):
        assert article.url == f"http://{outlet.host}/{message.get('data-post')}"
        assert all(paragraph in text_of(message) for paragraph in article.paragraphs)
        assert article.published is not None
        assert [time.get("datetime") for time in message.iter("time")] == [article.published.isoformat()]


def test_the_feed_of_the_broken_outlet_is_a_web_page() -> None:
    for outlet in outlets("broken"):
        reply = SITE.reply(outlet.host, feed_path(outlet), {})
        assert (reply.status, reply.content_type[:9]) == (200, "text/html")
