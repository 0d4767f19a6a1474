"""What a test request calls bad, the health of the feed calls by the same name after its first poll."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

from config.sources import Feed
from crawler.archive.feeds import state_of
from crawler.health import health_of, name_of_failure
from crawler.probe import probe
from tests.crawler.conftest import Crawling, feed
from tests.support.site import Reply, Site, page, rss

XML = "application/xml"
ARTICLE = b"<rss><channel><item><title>Talks</title><link>/a</link></item>"
URLSET = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>/a</loc></url></urlset>'
LISTING = {"links": "a.story"}

BAD: dict[str, tuple[str, Reply]] = {
    "none": ("feed", Reply(status=404, body=b"not here")),
    "gone": ("feed", Reply(status=410)),
    "forbidden": ("feed", Reply(status=403)),
    "unauthorized": ("feed", Reply(status=401)),
    "broken": ("feed", Reply(status=500)),
    "teapot": ("feed", Reply(status=418)),
    "unasked": ("feed", Reply(status=304)),
    "nothing": ("feed", Reply(body=b"", content_type=XML)),
    "blank": ("feed", Reply(body=b" \n ", content_type=XML)),
    "empty": ("feed", rss()),
    "page": ("feed", Reply(body=page("Start"))),
    "text": ("feed", Reply(body=b"maintenance", content_type="text/plain")),
    "picture": ("feed", Reply(body=b"\x89PNG\r\n\x1a\n" + bytes(200), content_type="image/png")),
    "json": (
        "feed",
        Reply(body=b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', content_type="application/json"),
    ),
    "sitemap": ("feed", Reply(body=URLSET, content_type=XML)),
    "loop": ("feed", Reply(status=302, headers={"Location": "/loop"})),
    "away": ("feed", Reply(status=302, headers={"Location": "http://10.0.0.1/feed"})),
    "short": ("feed", Reply(body=ARTICLE, content_type=XML)),
    "promise": ("feed", Reply(body=ARTICLE, content_type=XML, promise=9_000)),
    "gzip": (
        "feed",
        Reply(body=gzip.compress(ARTICLE * 99)[:-20], content_type=XML, headers={"Content-Encoding": "gzip"}),
    ),
    "bomb": ("feed", Reply(body=b'<!DOCTYPE r [<!ENTITY a "b">]><rss>&a;</rss>', content_type=XML)),
    "feed": ("sitemap", Reply(body=ARTICLE + b"</channel></rss>", content_type=XML)),
    "urlset": ("sitemap", Reply(body=b"<urlset></urlset>", content_type=XML)),
    "front": ("sitemap", Reply(body=page("Start"))),
    "list": ("listing", Reply(body=page("Start"))),
    "channel": ("telegram", Reply(body=page("Start"))),
    "secret": ("feed", rss(("Talks", "/a"))),
}
GOOD = {
    "rss": ("feed", Reply(body=ARTICLE + b"</channel></rss>", content_type=XML)),
    "map": ("sitemap", Reply(body=URLSET, content_type=XML)),
}


def feeds_of(news: Site, replies: dict[str, tuple[str, Reply]]) -> list[Feed]:
    feeds = []
    for name, (kind, reply) in replies.items():
        news.routes[f"/{name}"] = reply
        options = LISTING if kind == "listing" else {}
        feeds.append(feed(news.url(f"/{name}"), id=f"s/{name}", kind=kind, options=options))
    return feeds


def test_a_test_request_and_the_first_poll_call_a_bad_feed_the_same(crawling: Crawling, news: Site) -> None:
    news.routes["/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /secret", content_type="text/plain")
    feeds = feeds_of(news, BAD)
    findings, _ = probe(feeds, crawling.settings)
    crawling.once(*feeds)
    assert not [finding.url for finding in findings if finding.is_good]
    assert {finding.feed: name_of_failure(finding.outcome) for finding in findings} == healths(crawling, feeds)


def test_a_feed_that_a_test_request_calls_good_is_not_called_bad(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    feeds = feeds_of(news, GOOD)
    findings, _ = probe(feeds, crawling.settings)
    crawling.once(*feeds)
    assert all(finding.is_good for finding in findings)
    assert set(healths(crawling, feeds).values()) <= {"fine"}


def healths(crawling: Crawling, feeds: list[Feed]) -> dict[str, str]:
    now = datetime.now(UTC)
    with crawling.archive.database.read() as connection:
        return {feed.id: health_of(feed, state_of(connection, feed.id), now).name for feed in feeds}
