from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import date
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from monitor.demo.server import DemoServer, serving
from monitor.demo.site import Site

FEED = "http://northern-wire.example/rss.xml"


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with serving(Site(date(2026, 11, 23))) as running:
        yield running


@pytest.fixture
def connection(server: DemoServer) -> Iterator[HTTPConnection]:
    made = HTTPConnection("127.0.0.1", urlsplit(server.url).port or 0, timeout=120)
    yield made
    made.close()


def test_one_connection_serves_a_proxy_request_a_direct_request_and_a_head_request(connection: HTTPConnection) -> None:
    connection.request("GET", FEED)
    proxied = connection.getresponse().read()
    connection.request("GET", "/rss.xml", headers={"Host": "northern-wire.example"})
    direct = connection.getresponse()
    assert direct.status == 200
    assert direct.read() == proxied
    connection.request("HEAD", FEED)
    head = connection.getresponse()
    assert int(head.headers["Content-Length"]) == len(proxied)
    assert head.read() == b""


def test_a_304_leaves_the_connection_usable(connection: HTTPConnection) -> None:
    connection.request("GET", FEED)
    first = connection.getresponse()
    first.read()
    for _ in range(2):
        connection.request("GET", FEED, headers={"If-None-Match": first.headers["ETag"]})
        again = connection.getresponse()
        assert (again.status, again.read()) == (304, b"")


def test_requests_to_other_hosts_are_not_forwarded(connection: HTTPConnection) -> None:
    connection.request("GET", "http://elsewhere.example/")
    answer = connection.getresponse()
    assert (answer.status, b"not one of the sample outlets" in answer.read()) == (502, True)
    connection.request("CONNECT", "northern-wire.example:443")
    assert connection.getresponse().status == 502


def test_the_servers_own_address_shows_an_overview(connection: HTTPConnection) -> None:
    connection.request("GET", "/")
    assert b"Sample content for Parley" in connection.getresponse().read()


@pytest.mark.parametrize(("target", "host"), [("http://[northern-wire.example/", "x"), ("/", "[northern-wire.example")])
def test_an_unreadable_address_is_refused(server: DemoServer, target: str, host: str) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=120) as raw:
        raw.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert raw.recv(1000).startswith(b"HTTP/1.1 400 ")


def test_a_client_that_disconnects_early_does_no_harm(
    server: DemoServer, connection: HTTPConnection, capfd: pytest.CaptureFixture[str]
) -> None:
    gone = socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0))
    gone.sendall(b"GET http://northern-wire.example/rss.xml HTTP/1.1\r\nHost: x\r\n\r\n")
    gone.close()
    connection.request("GET", FEED)
    assert connection.getresponse().status == 200
    assert "Traceback" not in capfd.readouterr().err


def test_stopping_frees_the_port() -> None:
    with serving(Site(date(2026, 11, 23))) as running:
        port = urlsplit(running.url).port or 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=120)
