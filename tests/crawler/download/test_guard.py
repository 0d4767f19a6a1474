from __future__ import annotations

import asyncio
import ipaddress
import socket
import subprocess
import sys
from typing import Any

import pytest

from config.errors import ConfigError
from crawler.download.guard import Guard, GuardedResolver


def refused(address: str, allow: tuple[str, ...] = (), host: str = "name.example") -> bool:
    return Guard(allow).refusal_of_address(host, ipaddress.ip_address(address)) is not None


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "2002:c058:6301::",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
        "2001:0:7f00:1::",
        "fec0::1",
        "64:ff9b:1::1",
    ],
)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert refused(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_pass(address: str) -> None:
    assert not refused(address)


def test_an_exception_is_a_host_an_address_or_a_network() -> None:
    assert not refused("10.0.0.1", ("intranet.example",), host="Intranet.example")
    assert not refused("10.0.0.1", ("intranet.example",), host="intranet.example.")
    assert not refused("10.0.0.1", ("intranet.example.",), host="intranet.example")
    assert refused("10.0.0.1", ("intranet.example",), host="other.example")
    assert not refused("127.0.0.2", ("127.0.0.2",))
    assert refused("127.0.0.3", ("127.0.0.2",))
    assert not refused("10.1.2.3", ("10.0.0.0/8",))
    assert not refused("::ffff:10.1.2.3", ("10.0.0.0/8",))
    assert not refused("fd00::5", ("fd00::/16",))


def test_an_invalid_network_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match="allow_private"):
        Guard(["10.0.0.0/99"])


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://a.com/", "not http"),
        ("http:///x", "not http"),
        ("http://u:p@a.com/", "password"),
        ("http://a.com:25/", "port 25"),
        ("http://a.com:6667/", "port 6667"),
        ("http://a.com:99999/", "malformed"),
        ("http://[::1/", "malformed"),
        ("http://127.0.0.1/", "not public"),
        ("https://[::1]:8443/", "not public"),
        ("file:///etc/passwd", "not http"),
    ],
)
def test_a_forbidden_url_is_refused_with_the_reason(url: str, why: str) -> None:
    assert why in (Guard().refusal_of_url(url) or "")


@pytest.mark.parametrize("url", ["http://a.com/", "https://a.com:443/", "http://a.com:8080/x?y=@", "http://8.8.8.8/"])
def test_an_ordinary_url_passes(url: str) -> None:
    assert Guard().refusal_of_url(url) is None


def test_the_number_of_remembered_refusals_is_bounded() -> None:
    guard = Guard()
    for n in range(5_000):
        guard.note(f"{n}.example", "why")
    assert len(guard.refused) == 1_000
    assert "4999.example" in guard.refused


class Receiver:
    """Takes the answers of a resolver, as Twisted does."""

    def __init__(self) -> None:
        self.answered = asyncio.Event()
        self.addresses: list[str] = []

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802 (Twisted's name)
        pass

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.answered.set()


async def resolved(guard: Guard, host: str) -> list[str]:
    receiver = Receiver()
    GuardedResolver(guard).resolveHostName(receiver, host, 80)
    await asyncio.wait_for(receiver.answered.wait(), 60)
    return receiver.addresses


def answering(address: str) -> Any:
    return lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))]


def test_a_refusal_is_forgotten_when_the_name_resolves_to_a_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    guard = Guard()
    monkeypatch.setattr(socket, "getaddrinfo", answering("10.0.0.1"))
    assert asyncio.run(resolved(guard, "a.example")) == []
    assert "10.0.0.1" in guard.refused["a.example"]
    monkeypatch.setattr(socket, "getaddrinfo", answering("8.8.8.8"))
    assert asyncio.run(resolved(guard, "a.example")) == ["8.8.8.8"]
    assert guard.refused == {}


SLOW_NAMES = """
import asyncio, socket, time
from crawler.download.guard import Guard, GuardedResolver
from tests.crawler.download.test_guard import Receiver

async def main():
    GuardedResolver(Guard()).resolveHostName(Receiver(), "slow.example", 80)
    await asyncio.sleep(0.1)

socket.getaddrinfo = lambda *_, **__: time.sleep(600)
asyncio.run(main())
"""


def test_a_process_exits_while_a_name_is_still_being_resolved() -> None:
    subprocess.run([sys.executable, "-c", SLOW_NAMES], check=True, timeout=120)
