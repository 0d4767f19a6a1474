"""What a server listens to, whom it lets in at all, and how long it waits."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from config.errors import ConfigError, Refused
from config.settings import Settings
from monitor.access import AccessFile
from monitor.app import App
from monitor.web import guard
from monitor.web.connection import Connection
from monitor.web.server import server_of
from tests.support.web import serving


def app_of(data: Path, **settings: object) -> App:
    return App(Settings(data=data, cache=Settings().cache, **settings))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "settings"),
    [
        ("0.0.0.0", {}),  # noqa: S104
        ("::", {}),
        ("192.0.2.1", {}),
        ("parley.example", {}),
        ("127.0.0.1", {"web_hosts": "parley.example"}),
        ("127.0.0.1", {"web_hosts": "localhost,parley.example"}),
        ("127.0.0.1.evil.example", {}),
    ],
)
def test_a_server_that_others_reach_starts_only_with_a_password_or_a_token(
    tmp_path: Path, host: str, settings: Mapping[str, object]
) -> None:
    with pytest.raises(Refused, match="`web_password_file`, or make a token with `parley tokens new NAME`"):
        server_of(app_of(tmp_path, **settings), host)
    (tmp_path / "password").write_text("pass phrase")
    server_of(app_of(tmp_path, web_password_file=tmp_path / "password", **settings), host)
    AccessFile(tmp_path).new_token("one", "read", datetime.now(UTC))
    server_of(app_of(tmp_path, **settings), host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost", "parley.localhost"])
def test_a_server_for_this_machine_needs_neither(tmp_path: Path, host: str) -> None:
    server_of(app_of(tmp_path, web_hosts="parley.localhost"), host)


def test_a_password_that_cannot_be_read_keeps_the_server_from_starting(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="web_password_file"):
        server_of(app_of(tmp_path, web_password_file=tmp_path / "missing"))


@contextmanager
def connection(address: str) -> Iterator[socket.socket]:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=120) as connected:
        yield connected


def exchange(address: str, *pieces: bytes) -> bytes:
    """Send pieces and return all that the server says until it closes the connection."""
    with connection(address) as connected, suppress(ConnectionError):
        for piece in pieces:
            connected.sendall(piece)
        return rest(connected)
    return b""


def rest(connected: socket.socket) -> bytes:
    answer = b""
    while part := connected.recv(65_536):
        answer += part
    return answer


@pytest.mark.parametrize("head", [b"", b"GET /help HTTP/1.1\r\nHost: local"])
def test_a_head_that_does_not_end_closes_the_connection(
    tmp_path: Path, head: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "head_within", 0.2)
    with serving(app_of(tmp_path)) as address:
        assert exchange(address, head) == b""


def test_the_head_of_a_second_request_has_to_end_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "head_within", 0.2)
    with serving(app_of(tmp_path)) as address, connection(address) as connected:
        connected.sendall(b"GET /static/icon.svg HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while b"</svg>" not in answer:
            answer += connected.recv(65_536)
        connected.sendall(b"GET /help HTT")
        assert rest(connected) == b""


def test_a_body_that_does_not_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_WITHIN", 0.2)
    head = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
    with serving(app_of(tmp_path)) as address:
        answer = exchange(address, head + b"Content-Type: application/x-www-form-urlencoded\r\n\r\nsecret=")
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"took too long" in answer


@pytest.mark.parametrize("junk", [b"\x16\x03\x01\x02\x00\x01", b"\r\n" * 10, b"A" * 100_000])
def test_what_is_no_request_ends_the_connection(tmp_path: Path, junk: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "head_within", 0.2)
    with serving(app_of(tmp_path)) as address:
        assert exchange(address, junk)[:12] in (b"", b"HTTP/1.1 400")
        assert httpx.get(f"{address}/help").status_code == 200


def test_a_proxy_on_this_machine_says_that_a_reader_came_by_tls(tmp_path: Path) -> None:
    AccessFile(tmp_path).new_token("one", "read", datetime.now(UTC))
    with serving(app_of(tmp_path)) as address:
        plain = httpx.get(f"{address}/login")
        secure = httpx.get(f"{address}/login", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.9"})
    assert "secure" not in plain.headers["set-cookie"].lower()
    assert "secure" in secure.headers["set-cookie"].lower()
