"""Who may ask and what: host names, pages of other sites, sizes; and the headers of every answer."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from monitor.web.guard import LARGEST_BODY, LONGEST_ADDRESS


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "", "[::2]", "localhost."]
)
def test_other_host_names_are_refused(api: httpx.Client, host: str) -> None:
    answer = api.get("/status", headers={"Host": host})
    assert answer.status_code == 403
    assert answer.json()["error"]["field"] == "host"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8765", "127.0.0.1:1", "[::1]:8765", "[::1]"])
def test_names_of_this_machine_are_answered(api: httpx.Client, host: str) -> None:
    assert api.get("/status", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing(api: httpx.Client, headers: dict[str, str]) -> None:
    before = api.get("/themes/truce/history").json()
    answer = api.put("/themes/truce", json={"query": {"en": "truce"}}, headers=headers)
    assert answer.status_code == 403
    assert api.get("/themes/truce/history").json() == before


def test_large_requests_are_refused_before_they_are_read(api: httpx.Client) -> None:
    parts = urlsplit(str(api.base_url))
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=120) as connection:
        head = f"POST /api/v1/match HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LARGEST_BODY + 1}\r\n\r\n"
        connection.sendall(head.encode())
        assert b" 413 " in connection.recv(1_000)


def test_large_requests_of_unstated_length_are_refused(api: httpx.Client) -> None:
    pieces = (b"x" * 1_000_000 for _ in range(LARGEST_BODY // 1_000_000 + 2))
    try:
        answer = api.post("/match", content=pieces, headers={"Content-Type": "application/json"})
    except httpx.TransportError:
        return  # refused before everything was sent
    assert answer.status_code == 413


def test_long_addresses_are_refused(api: httpx.Client) -> None:
    assert api.get("/search", params={"query": "x" * LONGEST_ADDRESS}).status_code == 413


def test_every_answer_has_the_headers_that_keep_browsers_safe(api: httpx.Client) -> None:
    for path in ("/status", "/nothing", "/search?query=("):
        headers = api.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-request-id"]
        assert "server" not in headers


def test_no_answer_names_a_file_or_a_line_of_code(api: httpx.Client) -> None:
    for path in (
        "/articles?address=ftp://x",
        "/search?query=%00%ff&since=%ff",
        "/trends?query=%3D&interval=day",
        "/lint?query=%00",
    ):
        answer = api.get(path)
        assert answer.status_code < 500
        assert ".py" not in answer.text
        assert "Traceback" not in answer.text
