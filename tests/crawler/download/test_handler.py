from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.crawler.conftest import Crawling, feed
from tests.support.site import Reply, Site, rss


@pytest.fixture
def endless() -> Iterator[str]:
    """The address of a server that sends headers for as long as somebody reads them."""
    with socket.create_server(("127.0.0.2", 0)) as server:
        threading.Thread(target=answer, args=(server,), daemon=True).start()
        yield f"http://127.0.0.2:{server.getsockname()[1]}/"


def answer(server: socket.socket) -> None:
    line = b"X-More: " + b"x" * 8_000 + b"\r\n"
    while True:
        try:
            client, _ = server.accept()
            with client:
                client.recv(65_536)
                client.sendall(b"HTTP/1.1 200 OK\r\n")
                while True:
                    client.sendall(line)
        except OSError:
            if server.fileno() < 0:
                return


def test_endless_headers_are_refused_as_too_large(crawling: Crawling, endless: str) -> None:
    crawling.options |= {"obey_robots": False, "timeout": 60}
    assert crawling.once(feed(endless)).polls == {"too_large": 1}


def test_many_headers_are_accepted(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    full = {f"X-{number}": "x" * 1_000 for number in range(90)}
    news.routes["/rss"] = Reply(body=rss((news.url("/a"), "a")).body, content_type="application/rss+xml", headers=full)
    for _ in range(2):
        assert crawling.once(feed(news.url("/rss"))).polls.keys() <= {"read", "unchanged"}


def test_a_long_header_line_is_accepted(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    long = {"Content-Security-Policy": "x" * 60_000}
    news.routes["/rss"] = Reply(body=rss((news.url("/a"), "a")).body, content_type="application/rss+xml", headers=long)
    assert crawling.once(feed(news.url("/rss"))).polls == {"read": 1}
