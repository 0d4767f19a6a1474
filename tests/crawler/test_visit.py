"""One visit to an address: every result has an outcome, and an unexpected error counts as an attempt."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from crawler.archive import frontier
from crawler.archive.leases import Owner
from crawler.download.fetch import Fetched
from crawler.outcomes import Outcome
from crawler.page import Link
from crawler.schedule import LEASE, RETRIES
from crawler.visit import Visitor, reject_content
from tests.crawler.conftest import Crawling, LockWatch

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWNER = Owner("crawler")


def test_a_visit_with_an_unexpected_error_is_retried_and_then_abandoned(crawling: Crawling) -> None:
    async def fetch(url: str, headers: Mapping[str, str], max_bytes: int | None = None) -> Fetched:
        raise RuntimeError("the downloader is broken")

    now, outcomes = NOW, []
    visitor = Visitor(crawling.archive, fetch, lambda: now)
    with crawling.archive.database.write() as connection:
        frontier.discover(connection, [Link(url="http://a.example/1")], source="s", feed="s/1", document="", now=NOW)
    for _ in range(len(RETRIES) + 1):
        with crawling.archive.database.write() as connection:
            (wanted,) = frontier.claim(connection, "a.example", 1, now=now, lease=LEASE, owner=OWNER)
        outcomes.append(asyncio.run(visitor.visit(wanted)))
        now += RETRIES[-1]
    assert outcomes[0] == (Outcome.POSTPONED, "unexpected error: RuntimeError: the downloader is broken")
    assert [outcome for outcome, _ in outcomes] == [Outcome.POSTPONED] * len(RETRIES) + ["failed"]
    with crawling.archive.database.read() as connection:
        assert frontier.count_urls_by_state(connection) == {"failed": 1}


@pytest.mark.parametrize(
    ("requested", "reached", "outcome"),
    [
        ("http://a.example/news/1", "https://www.a.example/", "postponed"),
        ("http://a.example/?p=1", "http://a.example/", "postponed"),
        ("http://a.example/news/1", "http://a.example/?utm_source=x", "postponed"),
        ("http://a.example/news/1", "HTTPS://A.example:443/?fbclid=1#top", "postponed"),
        ("http://a.example/en/world/1", "http://a.example/en/?utm_medium=rss", "postponed"),
        ("http://a.example/news/1", "http://a.example/?p=1&utm_source=x", "collected"),
        ("http://a.example/news/1", "http://a.example/?p=1", "collected"),
        ("http://a.example/news/1", "http://a.example/news/", "postponed"),
        ("http://a.example/en/world/1", "http://www.a.example/en/", "postponed"),
        ("http://a.example/en/world/1", "http://a.example/en/breaking-news/index.html", "postponed"),
        ("http://a.example/2026/03/talks-resume-in-geneva", "http://a.example/2026/03/", "postponed"),
        ("http://go.a.example/x7", "http://a.example/world", "postponed"),
        ("http://a.example/?p=12", "http://a.example/declaration/", "collected"),
        ("http://a.example/statement", "http://a.example/en/statement/", "collected"),
        ("http://a.example/news/1", "http://a.example/news/talks-resume-in-geneva", "collected"),
        ("http://a.example/news/1", "http://a.example/news/2026-03-01.html", "collected"),
        ("http://a.example/politics", "http://a.example/politics/", "collected"),
        ("http://a.example/news/1", "http://special.a.example/", "collected"),
        ("http://a.example/", "http://a.example/", "collected"),
    ],
)
def test_an_article_redirected_to_another_page_is_not_collected(
    crawling: Crawling, requested: str, reached: str, outcome: str
) -> None:
    async def fetch(url: str, headers: Mapping[str, str], max_bytes: int | None = None) -> Fetched:
        headers = {"content-type": "text/html"}
        return Fetched(outcome=Outcome.ANSWERED, url=reached, status=200, headers=headers, body=b"<p>All the news</p>")

    with crawling.archive.database.write() as connection:
        frontier.discover(connection, [Link(url=requested)], source="s", feed="s/1", document="", now=NOW)
        (wanted,) = frontier.claim(connection, "a.example", 1, now=NOW, lease=LEASE, owner=OWNER)
    assert asyncio.run(Visitor(crawling.archive, fetch, lambda: NOW).visit(wanted))[0] == outcome


def test_a_page_is_collected_at_a_time_that_was_read_while_nobody_else_could_write(crawling: Crawling) -> None:
    async def fetch(url: str, headers: Mapping[str, str], max_bytes: int | None = None) -> Fetched:
        return Fetched(outcome=Outcome.ANSWERED, url=url, headers={"content-type": "text/html"}, body=PAGE)

    watch = LockWatch(crawling.data, NOW)
    with crawling.archive.database.write() as connection:
        frontier.discover(connection, [Link(url="http://a.example/1")], source="s", feed="s/1", document="", now=NOW)
        (wanted,) = frontier.claim(connection, "a.example", 1, now=NOW, lease=LEASE, owner=OWNER)
    asyncio.run(Visitor(crawling.archive, fetch, watch).visit(wanted))
    [page] = crawling.archive.claim_pages(1, NOW, LEASE, OWNER)
    assert watch.was_locked(page.collected)


PAGE = b"<!doctype html><html><body><p>Talks resume</p></body></html>"


@pytest.mark.parametrize(
    ("content_type", "body", "outcome", "is_final"),
    [
        ("text/html,charset=utf-8", PAGE, None, False),
        ("text/html charset=utf-8", b"<p>Talks resume</p>", None, False),
        ("application/octet-stream", PAGE, None, False),
        ("application/x-httpd-php", b"\n" + PAGE, None, False),
        ("html", PAGE, None, False),
        ("*/*", PAGE, None, False),
        ("application/json", PAGE, None, False),
        ("text/html; charset=utf-16le", PAGE.decode().encode("utf-16-le"), None, False),
        ("text/html", PAGE.replace(b"Talks", b"Tal\0ks"), None, False),
        ("application/octet-stream", b"Talks resume", "not_html", False),
        ("application/json", b'{"html": "<html>"}', "not_html", False),
        ("text/plain", b"Service temporarily unavailable", "not_html", False),
        ("application/vnd.api+json", b'{"errors": []}', "not_html", False),
        ("text/html", b"\x1f\x8b\x08\0 packed twice", "not_html", False),
        ("application/pdf", b"the text of a file", "not_html", True),
        ("video/mp4", b"\0\0\0\x18ftypmp42", "not_html", True),
        ("application/vnd.ms-excel", b"a table", "not_html", True),
        ("image/png", b"\x89PNG" + PAGE, "not_html", True),
        ("text/html", b"%PDF-1.7", "not_html", True),
        ("text/html", b" \n", "empty", False),
    ],
)
def test_what_is_no_page_is_known_by_its_content(
    content_type: str, body: bytes, outcome: str | None, is_final: bool
) -> None:
    fetched = Fetched(
        outcome=Outcome.ANSWERED, url="http://a.example/1", headers={"content-type": content_type}, body=body
    )
    rejected = reject_content(fetched)
    assert (rejected[0], rejected[2]) == (outcome, is_final) if rejected else outcome is None
