"""Tests feeds once and reports what they return; nothing is stored here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from config.settings import Settings
from config.sources import Feed
from crawler import kinds
from crawler.download.fetch import Fetched, Fetcher
from crawler.download.holds import holds_of
from crawler.download.loop import run, with_downloader
from crawler.limits import most_bytes
from crawler.outcomes import Outcome
from crawler.page import FeedResponse, FeedResult, Link, RawPage
from crawler.parser_process import ParserProcess

# Kinds that need no options, tried when a feed's own kind cannot read the response.
_ALTERNATIVES = ("feed", "sitemap", "telegram")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of testing a feed.

    Attributes:
        is_good: it can be polled and lists articles.
        outcome: how the test ended.
        status: HTTP status, None when there was no response.
        newest: UTC, date of the newest dated entry.
        advice: sentences about what is odd and what to do; empty when nothing is wrong.
    """

    feed: str
    url: str
    is_good: bool
    outcome: Outcome
    status: int | None
    entries: int
    newest: datetime | None
    milliseconds: int
    advice: tuple[str, ...]


def probe(
    feeds: Sequence[Feed],
    settings: Settings,
    *,
    on_finding: Callable[[Finding], None] | None = None,
    known_holds: Mapping[str, datetime] | None = None,
) -> tuple[list[Finding], dict[str, timedelta]]:
    """Fetch every feed once, as the crawler would.

    Args:
        on_finding: called with each finding as it arrives, in any order.
        known_holds: registered domain → end of the time in which it is not to be asked.

    Returns:
        The findings in the order of the feeds; and registered domain → how long it asked to be left alone.
    """
    findings: dict[str, Finding] = {}
    holds: dict[str, timedelta] = {}
    holds_of(settings.data).learn(known_holds or {}, datetime.now(UTC))

    async def work(fetch: Fetcher) -> None:
        room = asyncio.Semaphore(settings.concurrent_requests)
        with ParserProcess() as parser:
            await asyncio.gather(*(one(fetch, parser, room, feed) for feed in feeds))

    async def one(fetch: Fetcher, parser: ParserProcess, room: asyncio.Semaphore, feed: Feed) -> None:
        async with room:
            findings[feed.id] = await _try(fetch, parser, feed, settings.max_bytes, holds)
        if on_finding:
            on_finding(findings[feed.id])

    run(with_downloader(settings, work))
    return [findings[feed.id] for feed in feeds if feed.id in findings], holds


async def _try(
    fetch: Fetcher, parser: ParserProcess, feed: Feed, max_bytes: int, holds: dict[str, timedelta]
) -> Finding:
    if feed.kind == "spider":
        return _finding(
            feed,
            Outcome.NOT_TRIED,
            advice=["your own spiders are not run by this test; `parley crawl --once` runs them"],
        )
    try:
        addresses = kinds.kind_of(feed.kind).requests(feed)
    except Exception as error:
        return _finding(feed, Outcome.FAILED, advice=[f'kind "{feed.kind}": {type(error).__name__}: {error}'])
    max_bytes = most_bytes(feed.kind, max_bytes)
    fetched = await fetch(addresses[0], {}, max_bytes)
    holds.update(fetched.holds)
    if fetched.outcome != Outcome.ANSWERED:
        return _finding(feed, fetched.outcome, fetched, advice=[fetched.detail, *_moved(addresses[0], fetched)])
    response = FeedResponse(
        url=fetched.url,
        status=fetched.status or 0,
        content_type=fetched.content_type,
        body=fetched.body,
        max_bytes=max_bytes,
        received=datetime.now(UTC),
    )
    result = await parser.read(feed, response)
    advice = [result.detail, *_moved(addresses[0], fetched)]
    if result.outcome not in (Outcome.READ, Outcome.CUT_OFF):
        advice += await _other_kinds(parser, feed, response)
    elif result.outcome == Outcome.READ and not (result.links or result.pages or result.follow):
        result = replace(result, outcome=Outcome.NO_ENTRIES)
    return _finding(feed, result.outcome, fetched, result, advice=advice)


async def _other_kinds(parser: ParserProcess, feed: Feed, response: FeedResponse) -> list[str]:
    advice = []
    for name in _ALTERNATIVES:
        if name == feed.kind or name not in kinds.names():
            continue
        other = Feed(id=feed.id, source=feed.source, url=feed.url, kind=name, every=feed.every, cron=feed.cron)
        if (await parser.read(other, response)).outcome == Outcome.READ:
            advice.append(f'it can be read as kind = "{name}"')
    return advice


def _moved(requested: str, fetched: Fetched) -> list[str]:
    return [f"it redirects to {fetched.url}"] if fetched.url != requested and fetched.status is not None else []


def _finding(
    feed: Feed,
    outcome: Outcome,
    fetched: Fetched | None = None,
    result: FeedResult | None = None,
    *,
    advice: Sequence[str],
) -> Finding:
    items: list[Link | RawPage] = [*result.links, *result.pages] if result else []
    dates = [item.hints.published.astimezone(UTC) for item in items if item.hints.published]
    entries = len(items) + (len(result.follow) if result else 0)
    return Finding(
        feed=feed.id,
        url=feed.url,
        is_good=outcome == Outcome.READ and entries > 0,
        outcome=outcome,
        status=fetched.status if fetched else None,
        entries=entries,
        newest=max(dates, default=None),
        milliseconds=fetched.milliseconds if fetched else 0,
        advice=tuple(dict.fromkeys(sentence for sentence in advice if sentence)),
    )
