"""A small site on 127.0.0.x that imitates real sites, including broken ones, and records its requests."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic

DATE = datetime(2026, 3, 1, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request to the site; header names are in lower case."""

    path: str
    headers: Mapping[str, str]
    at: float  # monotonic seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer of the site.

    Attributes:
        etag: answered with 304 when the request carries it.
        promise: Content-Length to send instead of the true one.
        until_close: send no Content-Length; the body ends with the connection.
    """

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    promise: int | None = None
    until_close: bool = False


Route = Reply | Callable[[Request], Reply]


class Site:
    """A running site; `routes` may be changed at any time.

    Attributes:
        requests: every request, in order.
    """

    def __init__(self, host: str, certificate: Path | None = None, port: int = 0) -> None:
        self.routes: dict[str, Route] = {}
        self.requests: list[Request] = []
        self._server = ThreadingHTTPServer((host, port), self._handler())
        self._server.daemon_threads = True
        self._scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.host, self.port = host, self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"{self._scheme}://{self.host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """Return the requested paths, without robots.txt."""
        return [request.path for request in self.requests if request.path != "/robots.txt"]

    def add_articles(self, *names: str, words: str = "A text about a truce.") -> None:
        """Serve a page at `/<name>` for each name, and an RSS feed of all of them at `/rss`."""
        for name in names:
            self.routes[f"/{name}"] = Reply(body=page(name, words))
        self.routes["/rss"] = rss(*((self.url(f"/{name}"), name) for name in names))

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: Request) -> Reply:
        self.requests.append(request)
        route = self.routes.get(request.path, Reply(status=404, body=b"not here"))
        reply = route(request) if callable(route) else route
        if reply.etag and request.headers.get("if-none-match") == reply.etag:
            return Reply(status=304, etag=reply.etag)
        return reply

    def _handler(site) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = site._answer(Request(path=self.path, headers=headers, at=monotonic()))
                self.send_response(reply.status)
                if reply.status != 304:
                    self.send_header("Content-Type", reply.content_type)
                if reply.status != 304 and not reply.until_close:
                    self.send_header("Content-Length", str(reply.promise or len(reply.body)))
                if reply.etag:
                    self.send_header("ETag", reply.etag)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(OSError):  # the client hung up
                    self.wfile.write(reply.body)
                if reply.promise or reply.until_close:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@contextmanager
def site(host: str = "127.0.0.2", certificate: Path | None = None, *, port: int = 0) -> Iterator[Site]:
    """Run a site for the duration of the block, over https if a file with a certificate and its key is given."""
    running = Site(host, certificate, port)
    try:
        yield running
    finally:
        running.close()


def page(title: str, words: str = "A text about a truce.") -> bytes:
    """Return an HTML page."""
    return (
        f"<!doctype html><html><head><title>{escape(title)}</title></head>"
        f"<body><article><h1>{escape(title)}</h1><p>{escape(words)}</p></article></body></html>"
    ).encode()


def rss(*entries: tuple[str, str], etag: str | None = None, full_text: str = "", ttl: int | None = None) -> Reply:
    """Return an RSS feed of `(address, title)`.

    Args:
        full_text: HTML that each entry carries in content:encoded.
        ttl: minutes, as the feed's `ttl` says.
    """
    content = f"<content:encoded>{escape(full_text)}</content:encoded>" if full_text else ""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(url)}</link>"
        f"<pubDate>{format_datetime(DATE)}</pubDate>{content}</item>"
        for url, title in entries
    )
    wait = f"<ttl>{ttl}</ttl>" if ttl else ""
    body = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>News</title><link>http://news.example/</link>{wait}{items}</channel></rss>"
    )
    return Reply(body=body.encode(), content_type="application/rss+xml", etag=etag)
