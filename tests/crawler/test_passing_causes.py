"""Causes that pass: they end no page before its last attempt, and hold the server that gave them."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from crawler.archive import feeds, frontier
from crawler.archive.frontier import urls
from crawler.archive.leases import Owner
from crawler.schedule import LATER
from tests.crawler.conftest import Crawling, feed
from tests.support.site import Reply, Site, page, rss, site

PASSING = {
    "not_found": Reply(status=404, body=b"no"),
    "forbidden": Reply(status=403, body=b"go away"),
    "client_error": Reply(status=418),
    "not_modified": Reply(status=304),
    "empty": Reply(body=b"  "),
    "redirected_nowhere": Reply(status=302),
    "redirect_loop": Reply(status=302, headers={"Location": "/a"}),
    "redirected_home": Reply(status=302, headers={"Location": "/"}),
    "not_html": Reply(body=b"Down for maintenance", content_type="text/plain"),
}


IN_PLACE = {  # what a server gives in place of a page, apart from the type and the redirect above
    "/json": Reply(body=b'{"error": "overloaded"}', content_type="application/json"),
    "/octets": Reply(body=b"upstream connect error", content_type="application/octet-stream"),
    "/untyped": Reply(body=b"OK", content_type=""),
    "/csv": Reply(body=b"a,b", content_type="text/csv"),
    "/feed": Reply(body=b"<rss version='2.0'><channel></channel></rss>", content_type="application/rss+xml"),
    "/packed": Reply(body=gzip.compress(b"<html>twice</html>"), content_type="text/html"),
    "/talks/1": Reply(status=302, headers={"Location": "/error.html"}),
    "/talks/2": Reply(status=303, headers={"Location": "/maintenance"}),
    "/talks/3": Reply(status=301, headers={"Location": "/404"}),
    "/talks/4": Reply(status=307, headers={"Location": "/errors/503.html"}),
    "/talks/5": Reply(status=302, headers={"Location": "/world/"}),
    "/en/1": Reply(status=302, headers={"Location": "/en/"}),
}
FILES = {
    "/pdf": Reply(body=b"%PDF-1.7\n\0\1", content_type="text/html"),
    "/picture": Reply(body=b"\x89PNG\r\n\x1a\n\0\0\0", content_type="image/png"),
    "/film": Reply(body=b"\0\0\0\x18ftypmp42", content_type="video/mp4"),
}


def title_of_page(crawling: Crawling) -> str | None:
    """Return what the feed said to be the title of the only page."""
    (kept,) = crawling.archive.claim_pages(9, datetime.now(UTC), timedelta(minutes=1), Owner("test"))
    return kept.hints.title


@pytest.mark.parametrize("outcome", PASSING)
def test_a_cause_that_may_pass_ends_no_page_before_the_last_attempt(
    crawling: Crawling, news: Site, outcome: str
) -> None:
    news.routes = {"/rss": rss((news.url("/a"), "a")), "/a": PASSING[outcome], "/": Reply(body=page("Front page"))}
    assert crawling.once(feed(news.url("/rss"))).pages == {"postponed": 1}
    assert crawling.once_at_last(feed(news.url("/rss"))).pages == {outcome: 1}
    assert crawling.urls() == {outcome: 1}
    news.routes["/a"] = Reply(body=page("a"))
    with crawling.archive.database.write() as connection:
        assert frontier.want_again(connection, [outcome], datetime.now(UTC)) == 1
    assert crawling.once(feed(news.url("/rss"))).pages == {"collected": 1}
    assert title_of_page(crawling) == "a"


def test_what_a_server_gives_in_place_of_pages_for_some_time_ends_none_but_a_file_does(
    crawling: Crawling, news: Site
) -> None:
    notices = ("/error.html", "/maintenance", "/404", "/errors/503.html", "/world/", "/en/")
    news.routes |= {path: Reply(body=page("A notice")) for path in notices}
    news.routes |= {**IN_PLACE, **FILES, "/gone": Reply(status=410)}
    addresses = [*IN_PLACE, *FILES, "/gone"]
    news.routes["/rss"] = rss(*((news.url(path), path) for path in addresses))
    ended = {"not_html": len(FILES), "gone": 1}
    assert crawling.once(feed(news.url("/rss"))).pages == {"postponed": len(IN_PLACE), **ended}
    assert crawling.urls() == {"wanted": len(IN_PLACE), **ended}
    for path in addresses:
        news.routes[path] = Reply(body=page(path))
    assert crawling.once_at_last(feed(news.url("/rss"))).pages == {"collected": len(IN_PLACE)}


def ended_later(crawling: Crawling) -> timedelta:
    """Return how long the only address waits for its next attempt, and let that time pass."""
    with crawling.archive.database.write() as connection:
        due: datetime = connection.execute(select(urls.c.due)).scalar_one()
        connection.execute(update(urls).values(due=datetime.now(UTC) - timedelta(seconds=1)))
    return due - datetime.now(UTC)


@pytest.mark.parametrize("outcome", [*PASSING, "refused_by_robots"])
def test_what_ended_for_a_cause_that_may_pass_is_tried_again_by_itself(
    crawling: Crawling, news: Site, outcome: str
) -> None:
    news.routes = {"/rss": rss((news.url("/a"), "a")), "/a": PASSING.get(outcome, Reply(body=page("a")))}
    news.routes["/"] = Reply(body=page("Front page"))
    if outcome == "refused_by_robots":
        news.routes["/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /a")
    crawling.once(feed(news.url("/rss")))
    assert crawling.once_at_last(feed(news.url("/rss"))).pages == {outcome: 1}
    assert crawling.once(feed(news.url("/rss"))).pages == {}
    assert ended_later(crawling) > timedelta(days=6)
    assert crawling.once(feed(news.url("/rss"))).pages == {outcome: 1}
    assert ended_later(crawling) > timedelta(days=13)
    news.routes |= {"/a": Reply(body=page("a")), "/robots.txt": Reply(status=404)}
    assert crawling.once(feed(news.url("/rss"))).pages == {"collected": 1}
    assert title_of_page(crawling) == "a"


def test_what_never_passes_is_abandoned_in_the_end(crawling: Crawling, news: Site) -> None:
    news.routes = {"/rss": rss((news.url("/a"), "a")), "/a": PASSING["not_found"]}
    crawling.once(feed(news.url("/rss")))
    crawling.once_at_last(feed(news.url("/rss")))
    for _ in LATER:
        ended_later(crawling)
        assert crawling.once(feed(news.url("/rss"))).pages == {"not_found": 1}
    ended_later(crawling)
    assert crawling.once(feed(news.url("/rss"))).pages == {}
    with crawling.archive.database.read() as connection:
        assert connection.scalar(select(urls.c.detail)) == "abandoned after 10 attempts: the server returned 404"


def test_a_robots_txt_that_forbids_everything_for_a_day_ends_no_page(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    news.routes["/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /a")
    assert crawling.once(feed(news.url("/rss"))).pages == {"postponed": 1}
    news.routes["/robots.txt"] = Reply(status=404)
    assert crawling.once_at_last(feed(news.url("/rss"))).pages == {"collected": 1}


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("until_close", [False, True])
def test_a_robots_txt_that_is_too_large_is_read_as_far_as_the_standard_says(
    crawling: Crawling, news: Site, is_packed: bool, until_close: bool
) -> None:
    news.add_articles("a", "b")
    body = b"User-agent: *\nDisallow: /a\n" + b"# words\n" * 2_000_000
    packed = gzip.compress(body) if is_packed else body
    headers = {"Content-Encoding": "gzip"} if is_packed else {}
    news.routes["/robots.txt"] = Reply(body=packed, headers=headers, until_close=until_close)
    assert crawling.once(feed(news.url("/rss"))).pages == {"collected": 1, "postponed": 1}
    assert news.paths() == ["/rss", "/b"]


def test_a_response_holds_the_domain_that_gave_it_also_after_a_redirect(crawling: Crawling, news: Site) -> None:
    with site("127.0.0.4") as other:
        other.routes["/b"] = Reply(status=429, headers={"Retry-After": "3600"})
        other.add_articles("c")
        news.add_articles("a", "d")
        news.routes["/a"] = Reply(status=302, headers={"Location": other.url("/b")})
        crawling.once(feed(news.url("/rss")))
        with crawling.archive.database.read() as connection:
            assert feeds.held_sites(connection, datetime.now(UTC)).keys() == {"127.0.0.4"}
        assert "/d" in news.paths()
        # Another redirect there is not followed, and costs its page no attempt.
        news.add_articles("e")
        news.routes["/e"] = Reply(status=302, headers={"Location": other.url("/c")})
        crawling.once(feed(news.url("/rss")))
        assert other.paths() == ["/b"]
        with crawling.archive.database.read() as connection:
            rows = connection.execute(select(urls.c.url, urls.c.attempts))
            assert dict(rows.all())[news.url("/e")] == 0


def test_an_overloaded_domain_is_held_longer_each_time_and_its_waiting_pages_lose_no_attempt(
    crawling: Crawling, news: Site
) -> None:
    news.add_articles("a", "b", "c")
    news.routes |= {f"/{name}": Reply(status=503) for name in "abc"}
    crawling.once(feed(news.url("/rss")))
    assert len(news.paths()) == 2
    with crawling.archive.database.read() as connection:
        assert sorted(connection.scalars(select(urls.c.attempts))) == [0, 0, 1]
        (until,) = feeds.held_sites(connection, datetime.now(UTC)).values()
    assert timedelta(seconds=40) < until - datetime.now(UTC) <= timedelta(seconds=60)


def test_the_retry_after_of_robots_txt_is_kept(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    news.routes["/robots.txt"] = Reply(status=503, headers={"Retry-After": "7200"})
    assert crawling.once(feed(news.url("/rss"))).polls == {"robots_unreachable": 1}
    assert crawling.state().next_due > datetime.now(UTC) + timedelta(minutes=115)
    with crawling.archive.database.read() as connection:
        assert feeds.held_sites(connection, datetime.now(UTC) + timedelta(minutes=119)).keys() == {"127.0.0.2"}
    crawling.once(feed(news.url("/rss")))
    assert len(news.requests) == 1


def test_a_304_that_nothing_was_asked_for_is_no_delivery(crawling: Crawling, news: Site) -> None:
    news.routes["/rss"] = Reply(status=304)
    assert crawling.once(feed(news.url("/rss"))).polls == {"not_modified": 1}
    assert crawling.state().failures == 1
