"""Five hundred small news sites on loopback, each at an address of its own: half of them well, half hostile.

A well site adds an article every few minutes, and answers 304 in between. A hostile one does a single thing that real servers do
by mistake or on purpose, to its feed or to its pages. Everything follows from the address and the time, so nothing is stored.
"""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from multiprocessing.connection import Connection
from random import Random

from bench.corpus import articles
from config.sources import Feed, Source

HOSTS = 500
EVERY = 90.0  # seconds between two polls of a feed
_ITEMS = 20  # in a feed
_PERIOD = 300.0  # seconds between two articles of a site
_PIECE = 65_536
_FLOOD = 40  # new addresses in every answer of a flooding feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a site sends.

    Attributes:
        repeat: the body is sent so many times.
        pause: seconds before each of them.
        is_cut: the connection closes in the middle of the last one.
    """

    body: bytes
    status: str = "200 OK"
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/html; charset=utf-8"
    repeat: int = 1
    pause: float = 0.0
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """One site; `place` is its number among all of them."""

    place: int
    address: str
    sentences: Sequence[str]
    started: float

    def items(self, now: float) -> list[int]:
        """Return the numbers of the articles in the feed, newest first."""
        newest = int((now - self.started + _PERIOD * (self.place % 97) / 97) / _PERIOD) + _ITEMS
        return list(range(newest, newest - _ITEMS, -1))

    def feed(self, numbers: Sequence[int], now: float) -> bytes:
        """Return a feed of these articles."""
        entries = "".join(
            f"<item><title>{self.title(number)}</title><link>{self.address}/{number}</link>"
            f"<pubDate>{formatdate(min(now, self.started + (number - _ITEMS) * _PERIOD))}</pubDate></item>"
            for number in numbers
        )
        channel = f"<channel><title>Site {self.place}</title>{entries}</channel>"
        return f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'.encode()

    def title(self, number: int) -> str:
        """Return the title of an article."""
        return self._random(number).choice(self.sentences)[:80].rstrip(".")

    def page(self, number: int, more: str = "") -> bytes:
        """Return an article; one in ten is that of an agency, which other sites have too.

        Args:
            more: markup after the text.
        """
        random = self._random(number)
        text = [random.choice(self.sentences) for _ in range(random.randint(15, 45))]
        paragraphs = "".join(f"<p>{' '.join(text[at : at + 4])}</p>" for at in range(0, len(text), 4))
        title = self.title(number)
        return (
            f'<html><head><title>{title}</title><link rel="canonical" href="{self.address}/{number}"></head><body>'
            f"<nav><a href='/'>Home</a></nav><article><h1>{title}</h1>{paragraphs}</article>{more}</body></html>"
        ).encode()

    def _random(self, number: int) -> Random:
        return Random(f"agency {self.place % 5} {number}" if number % 10 == 0 else f"{self.place} {number}")


Ask = Callable[[Site, int, float], Answer]  # site, number of an article (0: the feed), seconds since 1970


def well(site: Site, number: int, now: float) -> Answer:
    """Answer as one should."""
    if number:
        return Answer(body=site.page(number))
    return _rss(site.feed(site.items(now), now))


def _rss(body: bytes, **more: str) -> Answer:
    return Answer(body=body, content_type="application/rss+xml", headers=more)


def _only_feed(answer: Callable[[Site, float], Answer]) -> Ask:
    return lambda site, number, now: well(site, number, now) if number else answer(site, now)


def _only_pages(answer: Callable[[Site, int], Answer]) -> Ask:
    return lambda site, number, now: answer(site, number) if number else well(site, number, now)


def _garbage(size: int) -> bytes:
    return Random(size).randbytes(size)


def _flood(site: Site, now: float) -> Answer:
    first = int(now * 10) * _FLOOD
    return _rss(site.feed(range(first, first + _FLOOD), now), ETag=f'"{now}"')


def _gzip_cut(site: Site, now: float) -> Answer:
    body = gzip.compress(site.feed(site.items(now), now), mtime=0)
    return Answer(body=body[: len(body) // 2], content_type="application/rss+xml", headers={"Content-Encoding": "gzip"})


def _bomb(site: Site, now: float) -> Answer:
    layers = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return _rss(f'<!DOCTYPE r [<!ENTITY e0 "x">{layers}]><rss><channel><title>&e9;</title></channel></rss>'.encode())


def _gzip_bomb(site: Site, now: float) -> Answer:
    body = gzip.compress(b"<rss>" + b" " * 60_000_000, compresslevel=9, mtime=0)
    return Answer(body=body, content_type="application/rss+xml", headers={"Content-Encoding": "gzip"})


def _loop(status: str, where: Callable[[Site], str]) -> Callable[[Site, float], Answer]:
    return lambda site, now: Answer(body=b"", status=status, headers={"Location": where(site)})


def _busy(status: str, **headers: str) -> Answer:
    return Answer(
        body=b"busy", status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def _changing(site: Site, number: int) -> Answer:
    return Answer(body=site.page(number, f"<p>{time.time()} readers</p>"), headers={"Set-Cookie": f"n{time.time()}=1"})


_REPEATED = (
    "<div>",
    "<a href='",
    "{{",
    '{"@type":[',
    "<!--",
    "&#",
    "<p>" + "(" * 40,
    "\u00a0 \n",
    "20:20:",
    '<script type="application/json">{"a":"\\\\',
)


def _repeated(site: Site, number: int) -> Answer:
    token = _REPEATED[number % len(_REPEATED)]
    return Answer(body=site.page(number, token * (200_000 // len(token))))


KINDS: Mapping[str, Ask] = {
    "feed cut": lambda site, number, now: Answer(body=well(site, number, now).body, is_cut=not number),
    "feed of cut gzip": _only_feed(_gzip_cut),
    "feed of garbage": _only_feed(lambda site, now: _rss(_garbage(200_000))),
    "feed drips": _only_feed(lambda site, now: Answer(body=b"<rss>", repeat=100, pause=5.0)),
    "feed without end": _only_feed(lambda site, now: Answer(body=b"<item>" * (_PIECE // 6), repeat=400)),
    "feed of new addresses": _only_feed(_flood),
    "entities": _only_feed(_bomb),
    "compressed bomb": _only_feed(_gzip_bomb),
    "nested feed": _only_feed(lambda site, now: _rss(b"<rss>" * 50_000)),
    "redirects to itself": _only_feed(_loop("302 Found", lambda site: f"{site.address}/feed?{time.time()}")),
    "redirects in a circle": _only_feed(_loop("301 Moved Permanently", lambda site: f"{site.address}/feed")),
    "429": lambda site, number, now: _busy("429 Too Many Requests", Retry_After="120"),
    "429 sometimes": lambda site, number, now: (
        _busy("429 Too Many Requests", Retry_After="30") if int(now) % 2 else well(site, number, now)
    ),
    "503": lambda site, number, now: _busy("503 Service Unavailable"),
    "503 with a date": lambda site, number, now: _busy("503 Service Unavailable", Retry_After=formatdate(now + 60)),
    "closes": lambda site, number, now: Answer(body=b"x", is_cut=True),
    "long headers": lambda site, number, now: Answer(body=b"x", headers={f"X-{n}": "y" * 900 for n in range(200)}),
    "pages cut": lambda site, number, now: Answer(body=well(site, number, now).body, is_cut=bool(number)),
    "pages drip": _only_pages(lambda site, number: Answer(body=b"<p>word ", repeat=100, pause=5.0)),
    "giant pages": _only_pages(lambda site, number: Answer(body=b"<p>word " * (_PIECE // 8), repeat=120)),
    "pages of garbage": _only_pages(lambda site, number: Answer(body=_garbage(300_000 + number))),
    "nested pages": _only_pages(lambda site, number: Answer(body=b"<div>" * 40_000 + b"x")),
    "repeated tokens": _only_pages(_repeated),
    "changing pages": _only_pages(_changing),
    "pages redirect": _only_pages(
        lambda site, number: Answer(
            body=b"", status="302 Found", headers={"Location": f"{site.address}/{number}?{time.time()}"}
        )
    ),
    "pages missing": _only_pages(lambda site, number: Answer(body=b"gone", status="404 Not Found")),
}


def kind_of(place: int) -> str:
    """Return what a site does: the even ones are well."""
    return "well" if place % 2 == 0 else list(KINDS)[place // 2 % len(KINDS)]


def sources(port: int, number: int = HOSTS) -> list[Source]:
    """Return the sources of the sites: one of ten well sites, then one for each hostile one."""
    addresses = [f"http://{_host(place)}:{port}/feed{place}" for place in range(number)]
    groups = [(f"well{n}", addresses[:number:2][n * 10 : n * 10 + 10]) for n in range(number // 20)]
    groups += [(f"hostile{n}", [address]) for n, address in enumerate(addresses[1::2])]
    return [_source(name, urls) for name, urls in groups if urls]


def _source(name: str, urls: Sequence[str]) -> Source:
    feeds = tuple(Feed(id=f"{name}/{n}", source=name, url=url, kind="feed", every=EVERY) for n, url in enumerate(urls))
    return Source(id=name, name=name, country="DE", language="en", source_class="independent", feeds=feeds)


def _host(place: int) -> str:
    return f"127.0.{1 + place // 250}.{1 + place % 250}"


def serve(ready: Connection, number: int = HOSTS) -> None:
    """Serve the sites until this process ends; the port goes to `ready`."""
    asyncio.run(_serve(ready, number))


async def _serve(ready: Connection, number: int) -> None:
    sentences = [line for article in articles(300) for line in article.text.split(". ") if 30 < len(line) < 300]
    started, port = time.time(), 0
    sites: dict[str, Site] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            site = sites[writer.get_extra_info("sockname")[0]]
            while await _answer_one(site, reader, writer):
                pass
        writer.close()

    first = await asyncio.start_server(answer, _host(0), 0)
    port = first.sockets[0].getsockname()[1]
    for place in range(number):
        sites[_host(place)] = Site(place, f"http://{_host(place)}:{port}", sentences, started)
    rest = await asyncio.start_server(answer, [_host(place) for place in range(1, number)], port)
    ready.send(port)
    await asyncio.gather(first.serve_forever(), rest.serve_forever())


async def _answer_one(site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Answer a request; return whether the connection stays open."""
    request = await reader.readuntil(b"\r\n\r\n")
    path = request.split(b" ", 2)[1].decode("latin-1").partition("?")[0]
    if path == "/robots.txt":
        answer = Answer(body=b"not here", status="404 Not Found")
    else:
        behave = KINDS.get(kind_of(site.place), well)
        number = path.strip("/")
        answer = behave(site, int(number) if number.isdigit() else 0, time.time())
    etag = f'"{hash(answer.body)}"'
    if kind_of(site.place) == "well" and etag.encode() in request:
        writer.write(b"HTTP/1.1 304 Not Modified\r\nETag: " + etag.encode() + b"\r\n\r\n")
        return True
    headers = {
        "Content-Type": answer.content_type,
        "Content-Length": str(len(answer.body) * answer.repeat),
        "ETag": etag,
        **answer.headers,
    }
    lines = [f"HTTP/1.1 {answer.status}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    writer.write("\r\n".join(lines).encode("latin-1"))
    for turn in range(answer.repeat):
        await asyncio.sleep(answer.pause)
        is_last = turn == answer.repeat - 1
        writer.write(answer.body[: len(answer.body) // 2] if answer.is_cut and is_last else answer.body)
        await writer.drain()
    return not answer.is_cut
