"""An attempt ends in time, whatever the receiver does."""

from __future__ import annotations

import logging
import socket
from pathlib import Path
from threading import Event

import pytest

from monitor.alerts import bounded, channels, webhook
from monitor.alerts.bounded import cut_after, within
from monitor.alerts.failure import Failed
from monitor.alerts.overhearing import overheard
from tests.monitor.alerts.test_channels import deliver
from tests.support.certificates import Authority
from tests.support.dripping import dripping
from tests.support.processes import until

LIMIT = 0.4  # seconds


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make attempts short; a single read may take far longer."""
    monkeypatch.setattr(channels, "LIMIT", LIMIT)


@pytest.mark.parametrize(
    ("first", "repeated"),
    [
        (b"HTTP/1.1 200 OK", b"K"),
        (b"HTTP/1.1 200 OK\r\nx: ", b"y"),
        (b"HTTP/1.1 204 No Content\r\n", b"x: y\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 100 Continue\r\n", b"x: y\r\n"),
    ],
)
def test_a_webhook_that_drips_is_cut(monkeypatch: pytest.MonkeyPatch, first: bytes, repeated: bytes) -> None:
    monkeypatch.setattr(webhook, "LIMIT", LIMIT)
    with dripping(first, repeated) as port, pytest.raises(Failed) as failure:
        deliver(f"http://127.0.0.1:{port}/hush")
    assert failure.value.detail == "no answer within 0 s"


def test_a_webhook_whose_answer_has_an_endless_body_has_accepted() -> None:
    with dripping(b"HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\n", b"x") as port:
        deliver(f"http://127.0.0.1:{port}/hush")


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize(
    "address",
    [
        "json://127.0.0.1:{port}/hush",
        "ntfy://127.0.0.1:{port}/hush",
        "mailto://127.0.0.1:{port}?from=parley@parley.example&to=desk@desk.example",
        "http://127.0.0.1:{port}/hush",
    ],
)
def test_every_kind_of_channel_that_drips_is_left_behind(address: str) -> None:
    with dripping(b"HTTP/1.1 200 OK", b"K") as port, pytest.raises(Failed, match="no answer within") as failure:
        deliver(address.format(port=port))
    assert "hush" not in failure.value.detail


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("scheme", ["https://127.0.0.1:{port}/hush", "jsons://127.0.0.1:{port}/hush?verify=no"])
def test_a_channel_that_drips_within_tls_is_left_behind(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    monkeypatch.setattr(webhook, "LIMIT", LIMIT)
    with (
        dripping(b"HTTP/1.1 200 OK", b"K", authority.server()) as port,
        pytest.raises(Failed, match="no answer within") as failure,
    ):
        deliver(scheme.format(port=port))
    assert "hush" not in failure.value.detail


def test_a_webhook_whose_handshake_never_ends_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "LIMIT", LIMIT)
    with (
        dripping(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\x00") as port,  # the head of a long ServerHello
        pytest.raises(Failed, match="no answer within"),
    ):
        deliver(f"https://127.0.0.1:{port}/hush")


def test_attempts_that_never_end_do_not_pile_up() -> None:
    release = Event()

    def wait() -> None:
        release.wait(60)

    try:
        for _ in range(bounded.MOST):
            with pytest.raises(Failed, match="no answer within"):
                within(0.01, "hushed", wait)
        with pytest.raises(Failed, match="attempts still wait") as failure:
            within(60, "hushed", pytest.fail)
        assert "hushed" not in failure.value.detail
        within(60, "another", lambda: None)
    finally:
        release.set()
    until(lambda: _accepts("hushed"), "an attempt is possible again")


def _accepts(address: str) -> bool:
    try:
        within(60, address, lambda: None)
    except Failed:
        return False
    return True


def test_a_failure_in_time_is_the_failure() -> None:
    def attempt() -> None:
        raise Failed("answered with status 500")

    with pytest.raises(Failed, match="answered with status 500"):
        within(60, "anywhere", attempt)


def test_a_surprise_is_a_failure_named_by_its_kind_alone() -> None:
    def attempt() -> None:
        raise LookupError("https://user:hush@desk.example")

    with pytest.raises(Failed) as failure:
        within(60, "https://desk.example", attempt)
    assert failure.value.detail == "the message could not be sent (LookupError)"


def test_a_connection_that_ends_in_time_is_not_cut() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with cut_after(60, lambda: ours):
            theirs.sendall(b"x")
            assert ours.recv(1) == b"x"
        with pytest.raises(ConnectionError, match="reset"), cut_after(60, lambda: ours):
            raise ConnectionError("reset")


def test_what_one_channel_warns_of_is_not_overheard_by_another() -> None:
    heard: list[str] = []

    def listen() -> None:
        with overheard() as lines:
            logging.getLogger("apprise").warning("mine")
            within(60, "other", lambda: logging.getLogger("apprise").warning("a secret of another"))
            heard.extend(lines)

    within(60, "mine", listen)
    assert heard == ["mine"]
