"""The responses of all addresses of the sample outlets, without networking, which is in server.py."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from hashlib import blake2b
from html import escape
from threading import Lock

from crawler.parse.http_dates import read_http_date
from monitor.demo import feeds
from monitor.demo.content import Content, Outlet, SampleArticle, load_content
from monitor.demo.listings import channel_page, home_page, listing_page
from monitor.demo.pages import article_page, consent_page, frame

FEED_PATHS: Mapping[str, str] = {
    "rss": "/rss.xml",
    "rss-full": "/feed/",
    "rdf": "/index.rdf",
    "atom": "/atom.xml",
    "json": "/feed.json",
    "sitemap": "/sitemap-index.xml",
    "listing": "/publications",
    "channel": "/s/{channel}",
    "broken": "/feed.xml",
}
SLOW_SECONDS = 1.0
_ROBOTS = "User-agent: *\nDisallow: /embargo/\n"
_STYLE = "body{font-family:serif;max-width:44em;margin:auto}.sample-note{background:#fe9;padding:.4em}"
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
# A single pass over the feeds sees version 1 of the revised article; a running monitor also sees version 2.
_FETCHES_BEFORE_REVISION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP response; `delay` is in seconds."""

    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0


class Site:
    """All sample outlets as one set of addresses.

    The same `today` gives the same addresses and texts. Articles that have a second version are replaced by it once the feed of
    their outlet has been fetched twice or `revise` has been called. Safe to use from several threads.
    """

    def __init__(self, today: date, content: Content | None = None) -> None:
        self.content = content or load_content(today)
        self._made = datetime(today.year, today.month, today.day, tzinfo=UTC)
        self._fetches: Counter[str] = Counter()  # outlet → times its feed was fetched
        self._lock = Lock()
        self._listed = {id: self.content.of(outlet) for id, outlet in self.content.outlets.items()}
        self._changing = {article.outlet for article in self.content.articles if article.revision}
        self._routes = {outlet.host: self._outlet_routes(outlet) for outlet in self.content.outlets.values()}

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of the site."""
        return frozenset(self._routes)

    def revise(self) -> None:
        """Publish the second version of every article that has one."""
        with self._lock:
            self._fetches.update(dict.fromkeys(self.content.outlets, _FETCHES_BEFORE_REVISION))

    def front(self) -> Reply:
        """Return the page at the server's own address, for people who open it."""
        items = "".join(
            f"<li>{escape(outlet.name)} – http://{outlet.host}/</li>" for outlet in self.content.outlets.values()
        )
        return _html(
            f"<!DOCTYPE html><title>Parley sample news</title><h1>Sample content for Parley</h1><ul>{items}</ul>"
        )

    def reply(self, host: str, path: str, headers: Mapping[str, str]) -> Reply:
        """Return the response to a GET of `path` (without query) on `host`.

        Args:
            headers: headers of the request, by lower-case name; only the conditional ones matter.
        """
        routes = self._routes.get(host)
        if routes is None:
            return Reply(status=502, body=f"{host}: not one of the sample outlets\n".encode())
        make = routes.get(path)
        if make is None:
            return replace(_html("<h1>404</h1>"), status=404)
        return _conditional(make(), headers)

    def _outlet_routes(self, outlet: Outlet) -> dict[str, Callable[[], Reply]]:
        routes: dict[str, Callable[[], Reply]] = {
            "/": partial(self._home, outlet),
            "/robots.txt": partial(Reply, content_type="text/plain; charset=utf-8", body=_ROBOTS.encode()),
            "/style.css": partial(Reply, content_type="text/css", body=_STYLE.encode()),
            feed_path(outlet): partial(self._feed, outlet),
        }
        if outlet.format == "sitemap":
            routes["/news-sitemap.xml"] = partial(self._sitemap, outlet, 0)
            routes["/news-sitemap-2.xml.gz"] = partial(self._sitemap, outlet, 1)
        for article in self._listed[outlet.id]:
            path = article.url.removeprefix(f"http://{outlet.host}")
            routes[path] = partial(self._article, outlet, article)
        return routes

    def _is_revised(self, outlet: Outlet) -> bool:
        with self._lock:
            return outlet.id in self._changing and self._fetches[outlet.id] >= _FETCHES_BEFORE_REVISION

    def _articles(self, outlet: Outlet) -> tuple[SampleArticle, ...]:
        articles = self._listed[outlet.id]
        return tuple(article.revised() for article in articles) if self._is_revised(outlet) else articles

    def _home(self, outlet: Outlet) -> Reply:
        return self._page(outlet, home_page(outlet, self._articles(outlet)))

    def _page(self, outlet: Outlet, text: str) -> Reply:
        body = text.encode(outlet.charset, "xmlcharrefreplace")
        return self._validated(outlet, Reply(content_type=f"text/html; charset={outlet.charset}", body=body))

    def _feed(self, outlet: Outlet) -> Reply:
        with self._lock:
            self._fetches[outlet.id] += 1
        articles = self._articles(outlet)
        content_type, text = _feed_text(outlet, articles)
        body = text.encode(outlet.charset, "xmlcharrefreplace")
        return self._validated(outlet, Reply(content_type=content_type.format(charset=outlet.charset), body=body))

    def _sitemap(self, outlet: Outlet, part: int) -> Reply:
        body = feeds.sitemap(outlet, self._articles(outlet)[part::2]).encode()
        if part == 0:
            return self._validated(outlet, Reply(content_type="application/xml", body=body))
        return self._validated(outlet, Reply(content_type="application/gzip", body=gzip.compress(body, mtime=0)))

    def _article(self, outlet: Outlet, article: SampleArticle) -> Reply:
        match article.serving:
            case "gone":
                return replace(_html("<h1>404</h1>"), status=404)
            case "forbidden":
                return replace(_html("<h1>403</h1>"), status=403)
            case "consent":
                return self._page(outlet, consent_page(outlet, article))
            case "pdf":
                return Reply(content_type="application/pdf", body=_PDF)
        shown = article.revised() if self._is_revised(outlet) else article
        others = [other for other in self._listed[outlet.id][:6] if other is not article][:5]
        reply = self._page(outlet, article_page(outlet, shown, others))
        return replace(reply, delay=SLOW_SECONDS if article.serving == "slow" else 0.0)

    def _validated(self, outlet: Outlet, reply: Reply) -> Reply:
        tag = blake2b(reply.body, digest_size=12).hexdigest()
        modified = self._made + timedelta(seconds=self._is_revised(outlet))
        headers = {"ETag": f'"{tag}"', "Last-Modified": format_datetime(modified, usegmt=True)}
        return replace(reply, headers=headers)


def feed_path(outlet: Outlet) -> str:
    """Return the path of the outlet's feed."""
    return FEED_PATHS[outlet.format].format(channel=outlet.path.split("/")[1])


def _feed_text(outlet: Outlet, articles: Sequence[SampleArticle]) -> tuple[str, str]:
    """Return content type and text of the outlet's feed."""
    page = "text/html; charset={charset}"
    match outlet.format:
        case "rss" | "rss-full":
            return "application/rss+xml; charset={charset}", feeds.rss(outlet, articles)
        case "rdf":
            return "application/rdf+xml", feeds.rdf(outlet, articles)
        case "atom":
            return "application/atom+xml; charset={charset}", feeds.atom(outlet, articles)
        case "json":
            return "application/feed+json", feeds.json_feed(outlet, articles)
        case "sitemap":
            return "application/xml", feeds.sitemap_index(outlet, ["/news-sitemap.xml", "/news-sitemap-2.xml.gz"])
        case "listing":
            return page, listing_page(outlet, articles)
        case "channel":
            return page, channel_page(outlet, articles)
        case "broken":
            return page, frame(outlet, title=outlet.name, body="<h1>Welcome</h1><p>This page has moved.</p>")


def _conditional(reply: Reply, headers: Mapping[str, str]) -> Reply:
    """Return 304 if the request shows that the client already has this response (RFC 9110, section 13.2.2)."""
    if reply.status != 200 or "ETag" not in reply.headers:
        return reply
    if tags := headers.get("if-none-match"):
        unchanged = reply.headers["ETag"] in tags or tags.strip() == "*"
    else:
        unchanged = _is_since(headers.get("if-modified-since"), reply.headers["Last-Modified"])
    return replace(reply, status=304, body=b"") if unchanged else reply


def _is_since(date: str | None, modified: str) -> bool:
    known, changed = read_http_date(date or ""), read_http_date(modified)
    return known is not None and changed is not None and known >= changed


def _html(text: str) -> Reply:
    return Reply(body=text.encode())
