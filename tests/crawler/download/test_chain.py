"""Cookies and meta refreshes count within one chain of redirects and are forgotten afterwards."""

from __future__ import annotations

import pytest

from config.sources import Feed
from tests.crawler.conftest import Crawling
from tests.support.site import Reply, Request, Site, page, rss


def feed(news: Site, *names: str) -> Feed:
    news.routes["/rss"] = rss(*((news.url(f"/{name}"), name) for name in names))
    return Feed(id="s/1", source="s", url=news.url("/rss"), kind="feed", every=3600)


def refresh(content: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    html = f'<html><head><meta http-equiv="refresh" content="{content}"></head><body>One moment</body></html>'
    return Reply(body=html.encode(), status=status, headers=headers or {})


def gate(request: Request) -> Reply:
    """Redirect to itself with a cookie until the cookie comes back."""
    if "visited=1" in request.headers.get("cookie", ""):
        return Reply(body=page("a", "A text about a truce."))
    return Reply(status=302, headers={"Location": request.path, "Set-Cookie": "visited=1; Path=/"})


def test_a_cookie_is_sent_back_within_the_chain_and_never_again(crawling: Crawling, news: Site) -> None:
    news.add_articles("c")
    news.routes |= {"/a": gate, "/b": gate}
    assert crawling.once(feed(news, "a", "b", "c")).pages == {"collected": 3}
    cookies = [(request.path, request.headers.get("cookie")) for request in news.requests if request.path in "/a/b/c"]
    assert sorted(cookies, key=str) == [
        *(("/a", "visited=1"), ("/a", None), ("/b", "visited=1"), ("/b", None), ("/c", None))
    ]


@pytest.mark.parametrize("content", ["0; url=/b", "3;URL='/b'", "0;url=b"])
def test_a_meta_refresh_is_followed(crawling: Crawling, news: Site, content: str) -> None:
    news.add_articles("b")
    news.routes["/a"] = refresh(content)
    assert crawling.once(feed(news, "a")).pages == {"collected": 1}
    assert news.paths()[1:] == ["/a", "/b"]


@pytest.mark.parametrize(
    "reply",
    [
        refresh("300; url=/b"),
        refresh("0; url=/a"),
        refresh("60"),
        refresh("0; url=javascript:void(0)"),
        refresh("0; url=/b", status=404),
    ],
    ids=["late", "itself", "reload", "script", "missing"],
)
def test_other_refreshes_are_not_followed(crawling: Crawling, news: Site, reply: Reply) -> None:
    news.add_articles("b")
    news.routes["/a"] = reply
    crawling.once(feed(news, "a"))
    assert news.paths()[1:] == ["/a"]


def test_a_page_that_sets_a_cookie_and_reloads_is_read_with_it(crawling: Crawling, news: Site) -> None:
    def answer(request: Request) -> Reply:
        if "seen=1" in request.headers.get("cookie", ""):
            return Reply(body=page("a", "A text about a truce."))
        return refresh("0; url=/a", headers={"Set-Cookie": "seen=1"})

    news.routes["/a"] = answer
    assert crawling.once(feed(news, "a")).pages == {"collected": 1}
    assert news.paths()[1:] == ["/a", "/a"]


def test_refreshes_without_end_are_a_redirect_loop(crawling: Crawling, news: Site) -> None:
    news.routes |= {f"/{number}": refresh(f"0; url=/{number + 1}") for number in range(9)}
    crawling.once(feed(news, "0"))
    assert crawling.once_at_last(feed(news, "0")).pages == {"redirect_loop": 1}


def test_a_refresh_to_a_private_address_is_refused(crawling: Crawling, news: Site) -> None:
    news.routes["/a"] = refresh(f"0; url=http://127.0.0.1:{news.port}/b")
    assert crawling.once(feed(news, "a")).pages == {"refused_address": 1}
