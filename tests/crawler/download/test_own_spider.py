from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from config.sources import Feed
from crawler.archive.feeds import held_sites
from crawler.archive.frontier import urls
from crawler.archive.leases import Owner
from tests.crawler.conftest import Crawling, feed
from tests.support.fetches import newest_fetches
from tests.support.site import Reply, Site, page, rss

SPIDER = """
import scrapy

class Talks(scrapy.Spider):
    name = "talks"

    async def start(self):
        for n in range({count}):
            yield scrapy.Request(f"{base}/{{n}}", dont_filter=True)

    def parse(self, response):
        {body}
"""
ITEM = 'yield {"url": response.url, "text": response.css("p::text").get(), "title": "T", "table": 7}'


@pytest.fixture
def own(crawling: Crawling, news: Site, tmp_path: Path) -> Crawling:
    crawling.options["config"] = tmp_path / "overlay"
    (tmp_path / "overlay" / "spiders").mkdir(parents=True)
    news.routes |= {f"/{n}": Reply(body=page(str(n), f"Text {n}")) for n in range(60)}
    return crawling


def write(crawling: Crawling, news: Site, *, body: str = ITEM, count: int = 3, text: str = SPIDER) -> Feed:
    path = crawling.options["config"] / "spiders" / "talks.py"
    path.write_text(
        text.replace("{body}", body)
        .replace("{base}", news.url(""))
        .replace("{count}", str(count))
        .replace("{{n}}", "{n}")
    )
    return feed(news.url("/"), kind="spider", options={"spider": "talks"})


def detail(crawling: Crawling) -> str:
    with crawling.archive.database.read() as connection:
        return newest_fetches(connection)[0].detail


def items(crawling: Crawling) -> list[dict[str, Any]]:
    pages = crawling.archive.claim_pages(1_000, datetime.now(UTC), timedelta(minutes=1), Owner("test"))
    assert {page.kind for page in pages} <= {"item"}
    return [json.loads(crawling.archive.body(page.number)) for page in pages]


def test_the_items_of_a_spider_are_archived_completely_and_once(own: Crawling, news: Site) -> None:
    spider = write(own, news, count=60)
    assert own.once(spider).polls == {"read": 1}
    assert own.once(spider).polls == {"read": 1}
    collected = items(own)
    assert len(collected) == 60
    assert sorted(item["text"] for item in collected) == sorted(f"Text {n}" for n in range(60))
    assert collected[0]["table"] == 7


def test_the_items_of_a_spider_that_raises_are_kept_and_the_error_is_reported(own: Crawling, news: Site) -> None:
    spider = write(own, news, body=f'1 / (response.url[-1] != "1"); {ITEM}')
    assert own.once(spider).polls == {"read": 1}
    assert len(items(own)) == 2
    assert detail(own) == "it raised ZeroDivisionError"


def test_items_that_are_not_articles_are_counted_by_reason(own: Crawling, news: Site) -> None:
    spider = write(own, news, body='yield {"url": response.url}')
    assert own.once(spider).polls == {"failed": 1}
    assert detail(own) == "3 of its items were rejected: no_text"


@pytest.mark.parametrize(
    ("text", "reason"),
    [("syntax error", "SyntaxError"), ("x = 1", "defines 0 spiders"), ("raise SystemError('no')", "SystemError: no")],
)
def test_a_file_without_a_usable_spider_fails_with_the_reason(
    own: Crawling, news: Site, text: str, reason: str
) -> None:
    assert own.once(write(own, news, text=text)).polls == {"failed": 1}
    assert reason in detail(own)


def test_the_items_of_a_spider_may_be_dataclasses_with_annotations_that_are_text(own: Crawling, news: Site) -> None:
    text = "from __future__ import annotations\nfrom dataclasses import dataclass\n" + SPIDER.replace(
        "class Talks", "@dataclass\nclass Talk:\n    url: str\n    text: str\n\nclass Talks"
    )
    spider = write(own, news, text=text, body="yield Talk(response.url, response.css('p::text').get())")
    assert own.once(spider).polls == {"read": 1}
    assert len(items(own)) == 3


def test_a_missing_spider_is_reported(own: Crawling, news: Site) -> None:
    assert own.once(feed(news.url("/"), kind="spider", options={"spider": "gone"})).polls == {"failed": 1}
    assert "gone.py does not exist" in detail(own)


def test_a_spider_is_subject_to_the_guard_and_robots_txt(own: Crawling, news: Site) -> None:
    news.routes["/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /1", content_type="text/plain")
    own.once(write(own, news))
    assert sorted(news.paths()) == ["/0", "/2"]
    before = len(news.requests)
    own.options["allow_private"] = ()
    own.once(write(own, news))
    assert len(news.requests) == before


@pytest.mark.parametrize("settings", ["{}", '{"PARLEY_ALLOW_PRIVATE": ["localhost"]}'])
def test_a_spider_does_not_affect_the_guard_of_other_requests(own: Crawling, news: Site, settings: str) -> None:
    text = SPIDER.replace('name = "talks"', f'name = "talks"; custom_settings = {settings}')
    news.routes["/rss"] = rss((f"http://localhost:{news.port}/x", "A name that leads to this machine"))
    assert own.once(write(own, news, text=text), feed(news.url("/rss"), id="s/2")).pages == {"postponed": 1}
    with own.archive.database.read() as connection:
        assert "not public" in (connection.scalar(select(urls.c.detail).where(urls.c.url.contains("localhost"))) or "")


def test_a_spider_shares_the_pace_of_a_domain_with_other_requests(own: Crawling, news: Site) -> None:
    spider = replace(write(own, news), url="http://127.0.0.4:8080/")  # whose domain is not the one it asks
    own.options["delay"] = 0.1
    news.add_articles("a", "b", "c")
    report = own.once(spider, feed(news.url("/rss"), id="s/2"))
    assert (report.polls, report.pages) == ({"read": 2}, {"collected": 3})
    times = [request.at for request in news.requests]
    assert len(times) == 9
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.1


def test_a_spider_cannot_change_what_protects_servers(own: Crawling, news: Site) -> None:
    settings = {
        "DOWNLOAD_DELAY": 0,
        "PARLEY_DELAY": 0,
        "PARLEY_OBEY_ROBOTS": False,
        "PARLEY_PROXY": "http://127.0.0.1:9",
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "DOWNLOADER_MIDDLEWARES": {"scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": 1},
        "DOWNLOAD_HANDLERS": {"http": "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"},
    }
    text = SPIDER.replace('name = "talks"', f'name = "talks"; custom_settings = {settings}')
    news.routes["/robots.txt"] = Reply(body=b"User-agent: Parley\nDisallow: /1", content_type="text/plain")
    own.options["delay"] = 0.1
    own.once(write(own, news, text=text))
    assert sorted(news.paths()) == ["/0", "/2"]
    times = [request.at for request in news.requests]
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.1


def test_a_spider_is_held_by_its_server_like_everybody(own: Crawling, news: Site) -> None:
    news.routes["/0"] = Reply(status=429, headers={"Retry-After": "3600"})
    own.once(write(own, news))
    assert len(news.paths()) == 1
    with own.archive.database.read() as connection:
        assert held_sites(connection, datetime.now(UTC)).keys() == {"127.0.0.2"}


def test_a_spider_does_not_take_over_the_addresses_of_another_source(own: Crawling, news: Site) -> None:
    spider = replace(write(own, news), url="http://127.0.0.4:8080/")
    other = feed(news.url("/rss"), id="t/1", source="t")
    news.routes["/rss"] = rss((news.url("/other"), "Another article"))
    own.once(spider, other)
    assert count_pages(own, "s") == 0
    assert own.archive.bodies.names(after="", limit=10) == []  # a repair would make pages of them
    assert "3 of its items have addresses of another source and were left out" in detail_of(own, "s/1")


def detail_of(crawling: Crawling, name: str) -> str:
    with crawling.archive.database.read() as connection:
        return next(fetch.detail for fetch in newest_fetches(connection) if fetch.feed == name)


def count_pages(crawling: Crawling, source: str) -> int:
    kept = crawling.archive.claim_pages(100, datetime.now(UTC), timedelta(minutes=1), Owner("test"))
    return sum(page.source == source for page in kept)
