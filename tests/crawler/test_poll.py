"""One poll of a feed: every failure has an outcome, and the feed is polled again later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config.sources import Feed
from crawler.archive import feeds
from crawler.archive.feeds import FeedState
from crawler.archive.fetches import Fetch
from crawler.archive.leases import Owner
from crawler.download.fetch import Fetched
from crawler.download.pace import pace_of
from crawler.health import health_of
from crawler.outcomes import Outcome
from crawler.page import FeedResponse, FeedResult, Link, RawPage
from crawler.poll import MOST_ADDRESSES, PATIENCE, Poller
from tests.crawler.conftest import Crawling, LockWatch, feed
from tests.support.fetches import newest_fetches

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
INDEXER = Owner("indexer")
SITEMAP = "http://a.example/sitemap.xml"


class ScriptedParser:
    """Returns the result that the test gives for an address."""

    def __init__(self, results: Mapping[str, FeedResult | Exception]) -> None:
        self._results = results

    async def read(self, feed: Feed, response: FeedResponse) -> FeedResult:
        """Return or raise what the test gives for that address."""
        result = self._results[response.url]
        if isinstance(result, Exception):
            raise result
        return result


REFUSED = Fetched(outcome=Outcome.FORBIDDEN, url="", status=403, detail="the server returned 403")
THROTTLED = Fetched(
    outcome=Outcome.THROTTLED, url="", status=429, detail="the server returned 429", wait=timedelta(minutes=5)
)


def poll(
    crawling: Crawling,
    polled: Feed,
    results: Mapping[str, FeedResult | Exception],
    other: Fetched = REFUSED,
    clock: Callable[[], datetime] = lambda: NOW,
) -> tuple[Fetch, FeedState]:
    """Poll a feed with these results and the same response elsewhere; return the poll and the state of the feed."""

    async def fetch(url: str, headers: Mapping[str, str], max_bytes: int | None = None) -> Fetched:
        if url in results:
            return Fetched(outcome=Outcome.ANSWERED, url=url, status=200, body=repr(results[url]).encode())
        return other

    with crawling.archive.database.write() as connection:
        feeds.sync(connection, [polled], NOW - timedelta(hours=1))
    done = asyncio.run(Poller(crawling.settings, crawling.archive, fetch, ScriptedParser(results), clock).poll(polled))
    with crawling.archive.database.read() as connection:
        state = feeds.state_of(connection, polled.id)
    assert state
    return done, state


def test_a_poll_with_an_unexpected_error_is_reported_and_slowed(crawling: Crawling) -> None:
    done, state = poll(crawling, feed(SITEMAP), {SITEMAP: RuntimeError("the pool is broken")})
    assert (done.outcome, done.detail) == ("failed", "unexpected error: RuntimeError: the pool is broken")
    assert (state.outcome, state.failures) == ("failed", 1)
    assert state.next_due > NOW
    with crawling.archive.database.read() as connection:
        assert newest_fetches(connection) == [done]


def test_a_feed_that_is_changed_while_it_is_polled_is_read_in_full_as_changed(crawling: Crawling) -> None:
    polled = feed(SITEMAP)

    async def fetch(url: str, headers: Mapping[str, str], max_bytes: int | None = None) -> Fetched:
        with crawling.archive.database.write() as connection:
            feeds.sync(connection, [replace(polled, options={"links": "a.new"})], NOW)
        return Fetched(outcome=Outcome.ANSWERED, url=url, status=200, headers={"etag": '"1"'}, body=b"<urlset/>")

    with crawling.archive.database.write() as connection:
        feeds.sync(connection, [polled], NOW - timedelta(hours=1))
    results: Mapping[str, FeedResult | Exception] = {
        SITEMAP: FeedResult(outcome=Outcome.READ, links=(Link(url="http://a.example/1"),))
    }
    asyncio.run(Poller(crawling.settings, crawling.archive, fetch, ScriptedParser(results), lambda: NOW).poll(polled))
    with crawling.archive.database.read() as connection:
        state = feeds.state_of(connection, polled.id)
        assert feeds.validators_of(connection, polled.id, SITEMAP) is None
    assert state
    assert state.next_due == NOW


def index(*names: str) -> FeedResult:
    """Return the reading of an index of sitemaps at these addresses."""
    return FeedResult(outcome=Outcome.READ, follow=tuple(names))


def children(count: int) -> list[str]:
    """Return the addresses of this many sitemaps."""
    return [f"http://a.example/{number}.xml" for number in range(count)]


def test_an_index_fails_when_none_of_its_sitemaps_can_be_fetched(crawling: Crawling) -> None:
    done, state = poll(crawling, feed(SITEMAP, kind="sitemap"), {SITEMAP: index(*children(2))})
    assert (done.outcome, done.status) == ("forbidden", 403)
    assert (state.failures, state.last_success) == (1, None)


def test_an_index_reports_the_sitemaps_that_could_not_be_fetched(crawling: Crawling) -> None:
    first, second = children(2)
    results = {
        SITEMAP: index(first, second),
        second: FeedResult(outcome=Outcome.READ, links=(Link(url="http://a.example/1"),)),
    }
    done, state = poll(crawling, feed(SITEMAP, kind="sitemap"), results)
    assert (done.outcome, done.new) == ("read", 1)
    assert done.detail == "1 of 2 addresses failed: the server returned 403"
    assert (state.failures, state.detail) == (0, done.detail)


def test_an_index_is_unchanged_when_all_its_sitemaps_are(crawling: Crawling) -> None:
    polled, (child,) = feed(SITEMAP, kind="sitemap"), children(1)
    results = {
        SITEMAP: index(child),
        child: FeedResult(
            outcome=Outcome.READ,
            detail="2 entries have no usable address.",
            links=(Link(url="http://a.example/1"),),
        ),
    }
    assert poll(crawling, polled, results)[0].outcome == "read"
    done, state = poll(crawling, polled, results)
    assert (done.outcome, state.failures) == ("unchanged", 0)
    assert state.detail == "2 entries have no usable address."  # an unchanged response keeps its earlier detail


def test_addresses_beyond_the_limit_of_a_poll_are_counted(crawling: Crawling) -> None:
    names = children(MOST_ADDRESSES + 4)
    results = {SITEMAP: index(*names), **{name: FeedResult(outcome=Outcome.READ) for name in names}}
    done, _ = poll(crawling, feed(SITEMAP, kind="sitemap"), results)
    assert done.detail == "5 listed addresses were not fetched; one poll fetches at most 30"


def test_a_poll_stops_when_the_server_asks_to_back_off(crawling: Crawling) -> None:
    first, *others = children(5)
    addresses: list[str] = []

    async def fetch(url: str, headers: Mapping[str, str], max_bytes: int | None = None) -> Fetched:
        addresses.append(url)
        if url == SITEMAP:
            return Fetched(outcome=Outcome.ANSWERED, url=url, status=200, body=b"the index")
        wait = timedelta(minutes=20)
        return Fetched(outcome=Outcome.THROTTLED, url=url, status=429, detail="the server returned 429", wait=wait)

    polled = feed(SITEMAP, kind="sitemap")
    with crawling.archive.database.write() as connection:
        feeds.sync(connection, [polled], NOW)
    results = ScriptedParser({SITEMAP: index(first, *others)})
    done = asyncio.run(Poller(crawling.settings, crawling.archive, fetch, results, lambda: NOW).poll(polled))
    assert addresses == [SITEMAP, first]
    assert done.outcome == "throttled"
    assert (
        done.detail
        == "the server returned 429; 4 listed addresses were not fetched because the server asked us to wait"
    )


CHANNEL = feed("http://a.example/s/channel", kind="telegram")


def messages(*numbers: int, older: bool = True) -> FeedResult:
    """Return the reading of a channel's preview with these messages."""
    urls = [f"http://a.example/channel/{number}" for number in numbers]
    pages = [RawPage(url=url, body=url.encode(), content_type="text/html", kind="message") for url in urls]
    before = f"{CHANNEL.url}?before={numbers[0]}" if older else None
    return FeedResult(outcome=Outcome.READ, pages=tuple(pages), older=before)


def archived(crawling: Crawling) -> list[int]:
    """Return the numbers of the stored messages, in the order in which they were stored."""
    pages = crawling.archive.claim_pages(1_000, NOW, timedelta(minutes=1), INDEXER)
    crawling.archive.give_back_pages(INDEXER)
    return [int(page.url.rpartition("/")[2]) for page in pages]


def test_missed_messages_are_fetched_back_to_the_first_known_one(crawling: Crawling) -> None:
    poll(crawling, CHANNEL, {CHANNEL.url: messages(5, 6)})
    assert archived(crawling) == [5, 6]  # nothing was missed before the first poll
    results = {
        CHANNEL.url: messages(11, 12),
        f"{CHANNEL.url}?before=11": messages(9, 10),
        f"{CHANNEL.url}?before=9": messages(6, 8),
    }
    done, _ = poll(crawling, CHANNEL, results)
    assert (done.listed, done.new, done.detail) == (6, 5, "")
    assert archived(crawling) == [5, 6, 8, 9, 10, 11, 12]  # oldest first, so that the gap is still noticed after a kill


def test_a_message_is_collected_at_a_time_that_was_read_while_nobody_else_could_write(crawling: Crawling) -> None:
    watch = LockWatch(crawling.data, NOW)
    poll(crawling, CHANNEL, {CHANNEL.url: messages(5)}, clock=watch)
    [page] = crawling.archive.claim_pages(1, NOW, timedelta(minutes=1), INDEXER)
    assert watch.was_locked(page.collected)


def test_earlier_messages_are_not_fetched_when_some_are_known_or_none_exist(crawling: Crawling) -> None:
    poll(crawling, CHANNEL, {CHANNEL.url: messages(5, 6)})
    assert poll(crawling, CHANNEL, {CHANNEL.url: messages(6, 7)})[0].new == 1
    assert poll(crawling, CHANNEL, {CHANNEL.url: messages(1, 2, older=False)})[0].new == 2


def test_missed_messages_that_cannot_be_fetched_are_reported(crawling: Crawling) -> None:
    poll(crawling, CHANNEL, {CHANNEL.url: messages(5, 6)})
    done, state = poll(crawling, CHANNEL, {CHANNEL.url: messages(11, 12)})
    assert (done.outcome, done.new, state.failures) == ("read", 2, 0)
    assert done.detail == "1 of 2 addresses failed: the server returned 403"


def test_the_next_poll_fetches_missed_messages_that_failed_before(crawling: Crawling) -> None:
    poll(crawling, CHANNEL, {CHANNEL.url: messages(5, 6)})
    newest = {CHANNEL.url: messages(11, 12)}
    done, state = poll(crawling, CHANNEL, newest, THROTTLED)
    assert (done.outcome, done.new, state.failures) == ("throttled", 0, 1)
    done, state = poll(crawling, CHANNEL, newest | {f"{CHANNEL.url}?before=11": messages(6, 10)})
    assert (done.outcome, done.new, state.failures) == ("read", 3, 0)
    assert archived(crawling) == [5, 6, 10, 11, 12]


def test_new_messages_do_not_wait_forever_for_missed_ones(crawling: Crawling) -> None:
    poll(crawling, CHANNEL, {CHANNEL.url: messages(5, 6)})
    done = [poll(crawling, CHANNEL, {CHANNEL.url: messages(11, 12)}, THROTTLED)[0] for _ in range(PATIENCE + 1)]
    assert [poll.new for poll in done] == [0] * PATIENCE + [2]
    assert done[-1].detail == "1 of 2 addresses failed: the server returned 429"


def test_the_number_of_earlier_messages_fetched_is_bounded(crawling: Crawling) -> None:
    poll(crawling, CHANNEL, {CHANNEL.url: messages(5, 6)})
    results = {f"{CHANNEL.url}?before={number}": messages(number - 1) for number in range(900, 1_000)}
    done, _ = poll(crawling, CHANNEL, {CHANNEL.url: messages(999), **results})
    assert done.new == MOST_ADDRESSES
    assert done.detail == "1 listed address was not fetched; one poll fetches at most 30"


def test_a_feed_is_logged_only_when_it_starts_failing_fails_differently_or_recovers(
    crawling: Crawling, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="crawler")
    good = {SITEMAP: FeedResult(outcome=Outcome.READ)}
    for results, other in (({}, REFUSED), ({}, REFUSED), ({}, THROTTLED), (good, REFUSED), (good, REFUSED)):
        poll(crawling, feed(SITEMAP), results, other)
    lines = [record.__dict__ for record in caplog.records]
    assert [(line["message"], line.get("outcome"), line.get("status")) for line in lines] == [
        ("feed failing", "forbidden", 403),
        ("feed failing", "throttled", 429),
        ("feed recovered", None, None),
    ]
    assert {line["feed"] for line in lines} == {"s/1"}
    assert lines[0]["detail"] == "the server returned 403"
    assert datetime.fromisoformat(lines[0]["next_poll"]) > NOW


def test_a_feed_that_lists_nothing_any_more_has_not_delivered_and_is_read_in_full_next_time(crawling: Crawling) -> None:
    polled = feed("http://a.example/rss")
    full = FeedResult(outcome=Outcome.READ, links=(Link(url="http://a.example/1"),))
    assert poll(crawling, polled, {polled.url: full})[0].outcome == "read"
    empty = FeedResult(outcome=Outcome.READ)
    for _ in range(2):
        done, state = poll(crawling, polled, {polled.url: empty})
        assert (done.outcome, state.outcome, state.failures) == ("no_entries", "no_entries", 0)
        health = health_of(polled, state, NOW)
        assert (health.name, health.sentence) == (
            "empty",
            "it can be read but lists no articles; it last listed a new one 2026-03-01 12:00 UTC",
        )


@pytest.mark.parametrize(
    ("feeds_of_domain", "crawl_delay", "slowed"),
    [
        (1, 6, None),  # 12 s are less than its quarter of an hour
        (4, 6, None),
        (4, 300, 2_400),  # of a request every five minutes, half are for pages
        (40, 30, 2_400),
        (50, 600, 60_000),
        (200, 600, 86_400),  # a day at most
    ],
)
def test_the_schedule_follows_the_rate_that_the_domain_allows(
    crawling: Crawling, feeds_of_domain: int, crawl_delay: int, slowed: int | None
) -> None:
    several = [feed(f"http://a.example/{number}", id=f"s/{number}") for number in range(feeds_of_domain)]
    others = [feed("http://b.example/1", id="s/other"), feed("http://a.example/off", id="s/off", enabled=False)]
    with crawling.archive.database.write() as connection:
        feeds.sync(connection, [*several, *others], NOW - timedelta(hours=1))
    pace_of(crawling.settings.data, crawling.settings.delay).slow_down("a.example", "a.example", crawl_delay)
    url = several[0].url
    result = FeedResult(outcome=Outcome.READ, links=(Link(url="http://a.example/page"),))

    async def fetch(url: str, headers: Mapping[str, str], max_bytes: int | None = None) -> Fetched:
        return Fetched(outcome=Outcome.ANSWERED, url=url, status=200, body=b"feed")

    poller = Poller(crawling.settings, crawling.archive, fetch, ScriptedParser({url: result}), lambda: NOW)
    asyncio.run(poller.poll(several[0]))
    with crawling.archive.database.read() as connection:
        state = feeds.state_of(connection, several[0].id)
        assert feeds.slowed(connection) == ({several[0].id: slowed} if slowed else {})
    assert state
    assert state.slowed == slowed
    assert state.next_due >= NOW + timedelta(seconds=slowed or 450)
