from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crawler.probe import Finding, probe
from tests.crawler.conftest import Crawling, feed
from tests.support.site import DATE, Reply, Site, page, rss


def tried(crawling: Crawling, news: Site, path: str = "/rss", kind: str = "feed") -> Finding:
    (finding,), _ = probe([feed(news.url(path), kind=kind)], crawling.settings)
    return finding


def test_a_working_feed_is_reported_with_its_entries_and_newest_date(crawling: Crawling, news: Site) -> None:
    news.add_articles("a", "b")
    result = tried(crawling, news)
    assert (result.is_good, result.status, result.entries, result.newest, result.advice) == (True, 200, 2, DATE, ())
    assert crawling.archive.count_pages_by_state() == {}


def test_a_web_page_is_reported_as_one(crawling: Crawling, news: Site) -> None:
    news.routes["/rss"] = Reply(body=page("Start"))
    result = tried(crawling, news)
    assert (result.is_good, result.outcome) == (False, "html_instead")
    assert "web page" in result.advice[0]


def test_a_sitemap_given_as_a_feed_is_recognised(crawling: Crawling, news: Site) -> None:
    body = (
        f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{news.url("/a")}</loc>'
        "<lastmod>2026-03-01</lastmod></url></urlset>"
    )
    news.routes["/rss"] = Reply(body=body.encode(), content_type="application/xml")
    assert 'it can be read as kind = "sitemap"' in tried(crawling, news).advice


def test_redirects_and_refusals_are_reported(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    news.routes["/old"] = Reply(status=301, headers={"Location": "/rss"})
    news.routes["/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /secret", content_type="text/plain")
    results, _ = probe([feed(news.url(path), id=path) for path in ("/old", "/secret", "/none")], crawling.settings)
    assert [one.outcome for one in results] == ["read", "refused_by_robots", "not_found"]
    assert results[0].advice == (f"it redirects to {news.url('/rss')}",)
    assert "robots.txt" in results[1].advice[0]


def test_a_feed_without_entries_is_reported_as_not_working(crawling: Crawling, news: Site) -> None:
    news.routes["/rss"] = rss()
    result = tried(crawling, news)
    assert not result.is_good
    assert result.outcome == "no_entries"


def test_an_unknown_kind_is_reported(crawling: Crawling, news: Site) -> None:
    assert 'kind "nothing"' in tried(crawling, news, kind="nothing").advice[0]


def test_a_server_that_asked_to_be_left_alone_is_not_asked(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    holds = {"127.0.0.2": datetime.now(UTC) + timedelta(hours=1)}
    (finding,), _ = probe([feed(news.url("/rss"))], crawling.settings, known_holds=holds)
    assert (finding.is_good, finding.outcome, news.requests) == (False, "throttled", [])
    assert "127.0.0.2 asked us to wait 60 min" in finding.advice[0]


def test_how_long_servers_ask_to_be_left_alone_is_returned(crawling: Crawling, news: Site) -> None:
    news.routes["/rss"] = Reply(status=429, headers={"Retry-After": "3600"})
    _, holds = probe([feed(news.url("/rss")), feed(news.url("/2"), id="s/2")], crawling.settings)
    assert {site: round(wait.total_seconds()) for site, wait in holds.items()} == {"127.0.0.2": 3_600}
    assert len(news.paths()) == 1
