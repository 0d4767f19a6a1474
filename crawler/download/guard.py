"""Refuses requests to internal addresses: private, loopback, link-local and metadata services.

Every hop, including robots.txt and redirects, is checked twice: the URL before the request, and each IP address that a name
resolves to, in the resolver itself. Twisted connects only to the addresses that its resolver returns, so a name that resolves to
another address the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import socket
from collections.abc import Iterable
from contextlib import suppress
from threading import Thread
from typing import Any
from urllib.parse import urlunsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer

from config.errors import ConfigError, Problem
from config.web_address import parts_of

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits
_REFUSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "168.63.129.16/32",  # Azure's wire server has a public address
            # Special-purpose in the IANA registries, but global in the ipaddress module of some Python versions:
            "192.0.0.0/24",
            "192.88.99.0/24",  # relays to IPv6, withdrawn by RFC 7526
            "64:ff9b:1::/48",
            "fec0::/10",
            "3fff::/20",
            "5f00::/16",
        ),
    )
)
# Ports no browser connects to, https://fetch.spec.whatwg.org/#port-blocking; below 1024 only the web's own are allowed anyway.
_BAD_PORTS = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080}
)
_MAX_REMEMBERED = 1_000
_AT_ONCE = 16  # lookups by the operating system


class RefusedAddress(IgnoreRequest):
    """A request that the guard refuses; the message says why."""


class RefusedName(RefusedAddress):
    """A request whose host name led to an address that the guard refuses, which may change with the next answer for the name."""


class Guard:
    """Decides which addresses may be requested.

    Args:
        allow_private: host names, addresses or networks that may be requested although they are private.

    Raises:
        ConfigError: an entry with a slash is not a network.
    """

    def __init__(self, allow_private: Iterable[str] = ()) -> None:
        self._hosts = {_bare(entry) for entry in allow_private if "/" not in entry}
        try:
            self._networks = [ipaddress.ip_network(entry, strict=False) for entry in allow_private if "/" in entry]
        except ValueError as wrong:
            raise ConfigError([Problem("allow_private", f"{wrong} (a host name, an address or a network)")]) from None
        self.refused: dict[str, str] = {}  # host → why its name was not resolved

    def refusal_of_url(self, url: str) -> str | None:
        """Return why a URL may not be requested, or None."""
        parts = parts_of(url)
        host, port = _bare(parts.hostname or ""), parts.port
        if not any(parts):
            return "the address is malformed"
        if parts.scheme not in ("http", "https") or not host:
            return f'"{parts.scheme}" is not http or https'
        if "@" in parts.netloc:
            return "the address contains a user name or password"
        if port is not None and (port in _BAD_PORTS or (port < 1024 and port not in (80, 443))):
            return f"port {port} is not a web port"
        literal = _address(host)
        return self.refusal_of_address(host, literal) if literal else None

    def refusal_of_address(self, host: str, address: _Address) -> str | None:
        """Return why an IP address that the host resolved to may not be connected to, or None."""
        if _bare(host) in self._hosts or str(address) in self._hosts:
            return None
        reached = _reached(address)
        if any(reached in network for network in self._networks):
            return None
        if _is_public(reached):
            return None
        return f"{host} is at {address}, which is not public; add it to allow_private to fetch it"

    def note(self, host: str, why: str) -> None:
        """Remember why a name was not resolved."""
        while len(self.refused) >= _MAX_REMEMBERED:
            del self.refused[next(iter(self.refused))]
        self.refused[host] = why


class GuardMiddleware:
    """Checks every request of a crawler, and installs the guarded resolver in its reactor."""

    def __init__(self, guard: Guard, proxy: str | None) -> None:
        self._guard = guard
        self._proxy = proxy

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        """Build the middleware from the settings PARLEY_ALLOW_PRIVATE and PARLEY_PROXY."""
        guard = _guard(tuple(crawler.settings.getlist("PARLEY_ALLOW_PRIVATE")))
        from twisted.internet import reactor

        install(reactor, guard)
        return cls(guard, crawler.settings.get("PARLEY_PROXY") or None)

    def process_request(self, request: Request) -> Request | None:
        """Refuse a request if its URL already rules it out; write a host without the dot at its end."""
        why = self._guard.refusal_of_url(request.url)
        if why:
            raise RefusedAddress(why)
        parts = parts_of(request.url)
        if (parts.hostname or "").endswith("."):  # a certificate, a robots.txt or a pace belongs to the name without it
            host = _bare(parts.hostname or "")
            return request.replace(
                url=urlunsplit(parts._replace(netloc=host + (f":{parts.port}" if parts.port else "")))
            )
        request.meta["proxy"] = self._proxy  # only the operator's proxy: any other would connect for us, past the guard
        return None

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Turn the error of a name that the guard did not resolve into a refusal."""
        if isinstance(exception, CannotResolveHostError):
            why = self._guard.refused.get(parts_of(request.url).hostname or "")
            if why:
                raise RefusedName(why)


@functools.cache
def _guard(allow_private: tuple[str, ...]) -> Guard:
    """Return the guard of this process: all crawlers share the reactor and therefore the resolver."""
    return Guard(allow_private)


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves names through the operating system and drops the addresses that must not be connected to."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()

    def resolveHostName(  # noqa: N802 (Twisted's name)
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Resolve a name; an IP address resolves to itself."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        literal = _address(hostName)
        if literal:
            self._answer(resolutionReceiver, hostName, portNumber, [literal])
            return resolution
        task = asyncio.get_running_loop().create_task(self._resolve(resolutionReceiver, hostName, portNumber))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return resolution

    async def _resolve(self, receiver: Any, host: str, port: int) -> None:
        async with self._room:
            addresses = await _look_up(host, port)
        self._answer(receiver, host, port, addresses)

    def _answer(self, receiver: Any, host: str, port: int, addresses: list[_Address]) -> None:
        refusals = {address: self._guard.refusal_of_address(host, address) for address in addresses}
        passed = [address for address, why in refusals.items() if not why]
        for address in passed:
            kind = IPv4Address if address.version == 4 else IPv6Address
            receiver.addressResolved(kind("TCP", str(address), port))
        self._guard.refused.pop(host, None)  # from an earlier lookup
        if refusals and not passed:
            self._guard.note(host, next(why for why in refusals.values() if why))
        receiver.resolutionComplete()


def _look_up(host: str, port: int) -> asyncio.Future[list[_Address]]:
    """Look up a name, which may take minutes, in a thread that does not delay the end of the process."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[_Address]] = loop.create_future()

    def deliver(addresses: list[_Address]) -> None:
        if not answer.done():  # otherwise it was cancelled
            answer.set_result(addresses)

    def ask() -> None:
        try:
            results = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, ValueError):
            results = []
        addresses = [ipaddress.ip_address(sockaddr[0]) for *_, sockaddr in results]
        with suppress(RuntimeError):  # the loop has been closed
            loop.call_soon_threadsafe(deliver, addresses)

    Thread(target=ask, name="resolve", daemon=True).start()
    return answer


def install(reactor: Any, guard: Guard) -> None:
    """Make a reactor resolve names through this guard only."""
    reactor.installNameResolver(GuardedResolver(guard))


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        raise NotImplementedError("a lookup by the operating system cannot be cancelled")


def _bare(host: str) -> str:
    """Return a host name in lower case and without the dot of the root at its end, which is the same name."""
    return host.lower().rstrip(".")


def _address(host: str) -> _Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _reached(address: _Address) -> _Address:
    """Return the address that a packet sent there ends at: the IPv4 address inside a mapped or translated one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None) or address


def _is_public(address: _Address) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in _REFUSED)
