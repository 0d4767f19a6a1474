from __future__ import annotations

from datetime import date
from html import unescape

import pytest

from monitor.demo.site import Reply, Site, feed_path

TODAY = date(2026, 11, 23)


@pytest.fixture
def site() -> Site:
    return Site(TODAY)


def answer(site: Site, url: str, **headers: str) -> Reply:
    host, _, path = url.removeprefix("http://").partition("/")
    return site.reply(host, f"/{path}", {name.replace("_", "-"): value for name, value in headers.items()})


def test_every_host_has_a_robots_txt_a_home_page_and_a_feed(site: Site) -> None:
    for outlet in site.content.outlets.values():
        for path in ("/", "/robots.txt", feed_path(outlet)):
            assert site.reply(outlet.host, path, {}).status == 200, (outlet.id, path)


def test_every_page_and_home_says_that_it_is_sample_content(site: Site) -> None:
    for outlet in site.content.outlets.values():
        home = site.reply(outlet.host, "/", {}).body.decode(outlet.charset)
        assert outlet.note in unescape(home)
        assert "Parley" in outlet.note
    for article in site.content.articles:
        if article.serving == "page" and site.content.outlets[article.outlet].format != "channel":
            outlet = site.content.outlets[article.outlet]
            assert outlet.note in unescape(answer(site, article.url).body.decode(outlet.charset))


def test_every_article_page_has_its_full_text(site: Site) -> None:
    for article in site.content.articles:
        outlet = site.content.outlets[article.outlet]
        if article.serving in {"page", "slow"}:
            page = answer(site, article.url).body.decode(outlet.charset)
            assert all(paragraph in unescape(page) for paragraph in article.paragraphs), article.key


def test_a_request_with_the_current_etag_gets_304_without_a_body(site: Site) -> None:
    first = answer(site, "http://northern-wire.example/rss.xml")
    again = answer(site, "http://northern-wire.example/rss.xml", if_none_match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert answer(site, "http://northern-wire.example/rss.xml", if_none_match='"other"').status == 200


def test_a_request_with_only_the_current_date_gets_304(site: Site) -> None:
    url = "http://northern-wire.example/rss.xml"
    first = answer(site, url)
    assert answer(site, url, if_modified_since=first.headers["Last-Modified"]).status == 304
    assert answer(site, url, if_modified_since="Thu, 01 Jan 2026 00:00:00 GMT").status == 200
    assert answer(site, url, if_modified_since="the day before yesterday").status == 200


def test_unknown_hosts_are_rejected_and_unknown_paths_return_404(site: Site) -> None:
    assert answer(site, "http://elsewhere.example/").status == 502
    assert answer(site, "http://northern-wire.example/nothing").status == 404


def test_the_revised_article_appears_on_the_second_fetch_of_its_feed(site: Site) -> None:
    article = next(article for article in site.content.articles if article.revision)
    outlet = site.content.outlets[article.outlet]
    feed = f"http://{outlet.host}{feed_path(outlet)}"
    before, page = answer(site, feed), answer(site, article.url)
    after = answer(site, feed, if_none_match=before.headers["ETag"])
    assert after.status == 200
    assert after.body != before.body
    assert answer(site, article.url).body != page.body


def test_revise_publishes_the_second_version_at_once(site: Site) -> None:
    article = next(article for article in site.content.articles if article.revision)
    before = answer(site, article.url)
    site.revise()
    after = answer(site, article.url, if_modified_since=before.headers["Last-Modified"])
    assert after.status == 200
    assert article.revised().paragraphs[-1] in after.body.decode()


def test_links_without_an_article_respond_as_intended(site: Site) -> None:
    for article in site.content.articles:
        reply = answer(site, article.url)
        match article.serving:
            case "gone":
                assert reply.status == 404
            case "forbidden":
                assert reply.status == 403
            case "pdf":
                assert reply.body.startswith(b"%PDF-")
            case "robots":
                assert "/embargo/" in article.url
            case "slow":
                assert 0 < reply.delay <= 1
            case "consent":
                assert b"consent-wall" in reply.body
                assert b"<article" not in reply.body


def test_the_same_day_gives_the_same_bytes() -> None:
    one, two = Site(TODAY), Site(TODAY)
    for article in one.content.articles:
        assert answer(one, article.url) == answer(two, article.url)
