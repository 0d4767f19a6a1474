"""robots.txt (RFC 9309) and its Crawl-delay.

Scrapy's own middleware caches a file for ever and allows everything when it cannot be fetched. A process that runs for months
may do neither.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from protego import Protego
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http.request import NO_CALLBACK

from config.web_address import parts_of
from crawler.download.connection import connection_of
from crawler.download.guard import RefusedName
from crawler.download.holds import Held, holds_of
from crawler.download.pace import pace_of
from crawler.download.unpacking import KEEP_START
from crawler.limits import ROBOTS_BYTES
from crawler.urls import registered_domain

AGENT = "Parley"
KEEP = 24 * 3_600.0  # seconds; RFC 9309 2.4 recommends no more
KEEP_UNREACHABLE = 600.0
_MAX_KEPT = 5_000


class RefusedByRobots(IgnoreRequest):
    """robots.txt forbids the request."""


class RobotsUnreachable(IgnoreRequest):
    """robots.txt could not be fetched, so the request is not allowed for now (RFC 9309 2.3.1.4).

    Attributes:
        seconds: how long that is remembered.
        is_remembered: it was not tried again for this request.
    """

    def __init__(self, message: str, seconds: float, *, is_remembered: bool) -> None:
        super().__init__(message)
        self.seconds, self.is_remembered = seconds, is_remembered


@dataclass(frozen=True, slots=True)
class _Rules:
    until: float  # monotonic, as is `at`
    parsed: Protego | None = None  # None allows everything
    unreachable: str = ""
    error: Exception | None = None  # what made it unreachable, unless that was a response
    at: float = field(default_factory=monotonic)


class RobotsMiddleware:
    """Sets the download slot of each request and checks robots.txt first, unless that is turned off."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._obey = crawler.settings.getbool("PARLEY_OBEY_ROBOTS")
        data = Path(crawler.settings["PARLEY_DATA"])
        self._pace = pace_of(data, crawler.settings.getfloat("PARLEY_DELAY"))
        self._holds = holds_of(data)
        self._connection = connection_of(data)
        self._rules: OrderedDict[str, asyncio.Task[_Rules]] = OrderedDict()
        self._asking: Counter[str] = Counter()  # requests waiting for the file

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Build the middleware from Scrapy's settings."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.stop_long_file, signal=signals.bytes_received)
        return middleware

    def stop_long_file(self, data: bytes, request: Request) -> None:
        """End the download of a robots.txt at the size up to which it is read (RFC 9309 2.5).

        Raises:
            StopDownload: Scrapy takes what has arrived for the response.
        """
        if request.meta.get("is_robots"):
            request.meta["received"] = request.meta.get("received", 0) + len(data)
            if request.meta["received"] >= ROBOTS_BYTES:
                raise StopDownload(fail=False)

    async def process_request(self, request: Request) -> None:
        """Let a request through if its server allows it, or refuse it.

        Raises:
            RefusedByRobots: the file forbids it.
            RobotsUnreachable: the file cannot be fetched for now.
            Held: the domain asked to be left alone.
        """
        site = registered_domain(request.url)
        request.meta["download_slot"] = site  # set again on every hop, since a redirect may lead to another domain
        self._holds.check(site)
        if self._obey and not request.meta.get("is_robots"):
            await self._ask_robots(request.url, site)

    async def _ask_robots(self, url: str, site: str) -> None:
        rules, is_remembered = await self._rules_of(url, site)
        if rules.unreachable:
            if isinstance(rules.error, Held):
                raise rules.error
            seconds = max(rules.until - monotonic(), 0.0)
            raise RobotsUnreachable(rules.unreachable, seconds, is_remembered=is_remembered) from rules.error
        if rules.parsed is None:
            return
        if not rules.parsed.can_fetch(url, AGENT):
            raise RefusedByRobots(f"the robots.txt of {parts_of(url).netloc} forbids this address")

    async def _rules_of(self, url: str, site: str) -> tuple[_Rules, bool]:
        """Return the rules for an address, and whether they were remembered from before."""
        parts = parts_of(url)
        place = f"{parts.scheme}://{parts.netloc}/robots.txt"
        task = self._rules.get(place)
        is_remembered = task is not None and task.done() and self._is_valid(task.result())
        if task is None or (task.done() and not is_remembered):
            task = asyncio.ensure_future(self._fetch(place, site))
            self._rules[place] = task
            while len(self._rules) > _MAX_KEPT:
                self._rules.popitem(last=False)
        self._rules.move_to_end(place)
        self._asking[place] += 1
        try:
            return await asyncio.shield(task), is_remembered
        finally:
            self._asking[place] -= 1
            if not self._asking[place]:
                del self._asking[place]
                self._give_up(place, task)

    def _is_valid(self, rules: _Rules) -> bool:
        return rules.until >= monotonic() and not (rules.error and self._connection.excuses(rules.at))

    def _give_up(self, place: str, task: asyncio.Task[_Rules]) -> None:
        """Cancel a download that nothing waits for any more; it would keep the crawler from stopping."""
        if not task.done():
            task.cancel()
            self._rules.pop(place, None)

    async def _fetch(self, place: str, site: str) -> _Rules:
        meta = {"is_robots": True, KEEP_START: ROBOTS_BYTES, "download_maxsize": 0}
        request = Request(place, meta=meta, callback=NO_CALLBACK, dont_filter=True)
        try:
            response = await self._crawler.engine.download_async(request)
        except Held as held:
            return _Rules(monotonic() + held.seconds, unreachable="robots.txt cannot be fetched", error=held)
        except RefusedName as error:  # by the answer of a name server, which may be another one next time
            return _Rules(monotonic() + KEEP_UNREACHABLE, unreachable="robots.txt cannot be fetched", error=error)
        except IgnoreRequest:  # refused by the guard, a redirect loop: treated as if there were no file
            return _Rules(monotonic() + KEEP)
        except Exception as error:  # the file cannot be fetched now, whatever the reason
            return _Rules(monotonic() + KEEP_UNREACHABLE, unreachable="robots.txt cannot be fetched", error=error)
        if response.status >= 500 or response.status == 429:
            seconds = max(KEEP_UNREACHABLE, self._holds.remaining(registered_domain(response.url)))
            return _Rules(monotonic() + seconds, unreachable=f"robots.txt returned {response.status}")
        rules = None
        if response.status < 300:
            rules = Protego.parse(_first_lines(response.body).decode("utf-8-sig", errors="ignore"))
        self._pace.slow_down(site, place, (rules.crawl_delay(AGENT) if rules else None) or 0.0)
        return _Rules(monotonic() + KEEP, parsed=rules)


def _first_lines(body: bytes) -> bytes:
    """Return the part of a robots.txt that is read; the last line that fits is not used, since it may be half a rule."""
    return body if len(body) < ROBOTS_BYTES else body[:ROBOTS_BYTES].rpartition(b"\n")[0]
