"""Small feeds, and what the kind `feed` reads from them."""

from __future__ import annotations

from crawler.kinds.feed import read
from crawler.page import FeedResult, Link
from tests.support.responses import feed, response

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><title>Talks</title>
<link href="https://news.example/1"/><published>2026-11-23T13:00:00+03:00</published></entry></feed>"""


def rss(items: str, head: str = "") -> str:
    """Return an RSS 2.0 feed with these items."""
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{head}{items}</channel></rss>'


def item(inner: str = "", link: str = "https://news.example/1", title: str = "Talks") -> str:
    """Return an item of an RSS feed."""
    return f"<item><title>{title}</title><link>{link}</link>{inner}</item>"


def read_text(body: str | bytes, content_type: str = "") -> FeedResult:
    """Return what the kind `feed` reads from a document."""
    return read(feed(), response(body, content_type=content_type))


def only_link(body: str | bytes, content_type: str = "") -> Link:
    """Return the only link of a feed that is read."""
    result = read_text(body, content_type)
    assert result.outcome == "read"
    assert len(result.links) == 1
    return result.links[0]
