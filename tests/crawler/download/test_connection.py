"""A lost connection is told from servers that are down, and charged to none of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack

import pytest

from config.errors import ArchiveError
from crawler.archive.feeds import states
from crawler.download.connected import Connected
from crawler.download.connection import Connection
from crawler.download.fetch import Fetched
from crawler.outcomes import Outcome
from crawler.resources import Shortage
from tests.crawler.conftest import Crawling, feed
from tests.support.ports import free_port
from tests.support.site import rss, site

HOSTS = ("127.0.0.2", "127.0.0.4", "127.0.0.5", "127.0.0.6", "127.0.0.7")


def asked(*answers: tuple[str, Outcome], proxy: str = "") -> list[str]:
    """Return what becomes of requests to these domains, one after the other: an outcome, or a sentence."""
    outcomes = dict(enumerate(answers))

    async def fetch(url: str, headers: Mapping[str, str], max_bytes: int | None = None) -> Fetched:
        number = int(url.rpartition("/")[2])
        outcome = outcomes[number][1]
        return Fetched(outcome=outcome, url=url, status=200 if outcome == Outcome.ANSWERED else None)

    async def ask_all() -> list[str]:
        connected, ends = Connected(fetch, Connection(), proxy), []
        for number, (domain, _) in enumerate(answers):
            try:
                ends.append(str((await connected(f"https://{domain}.example/{number}", {})).outcome))
            except Shortage as shortage:
                ends.append(str(shortage))
        return ends

    return asyncio.run(ask_all())


def silent(*domains: str) -> list[tuple[str, Outcome]]:
    return [(domain, Outcome.UNREACHABLE) for domain in domains]


def answered(*domains: str) -> list[tuple[str, Outcome]]:
    return [(domain, Outcome.ANSWERED) for domain in domains]


def is_lost(*answers: tuple[str, Outcome]) -> bool:
    """Return whether the last of these requests says that the connection is lost."""
    return asked(*answers)[-1].startswith("no server responds; collecting pauses until one does.")


def test_three_domains_that_fall_silent_mean_that_the_connection_is_lost() -> None:
    assert is_lost(*silent("a", "b", "c"))
    assert is_lost(*answered("a", "b", "c"), *silent("a", "b"), ("c", Outcome.TIMEOUT))
    assert not is_lost(*silent("a", "b"))
    assert not is_lost(*silent("a", "b", "b", "a"))
    assert not is_lost(*silent("a", "b"), ("c", Outcome.SERVER_ERROR), *silent("d"))
    assert not is_lost(*silent("a", "b"), ("c", Outcome.REFUSED_ADDRESS))


def test_servers_that_were_down_before_do_not() -> None:
    down = silent("a"), silent("b"), silent("c")
    assert not is_lost(*(each for one in down for each in (*one, *answered("up"))), *silent("a", "b", "c"))
    assert not is_lost(*answered("up"), *silent("new", "newer", "newest"))


def test_a_response_ends_it_at_once() -> None:
    assert not is_lost(*silent("a", "b", "c"), *answered("a"), *silent("b"))


def test_what_is_under_way_may_still_respond() -> None:
    async def fetch(url: str, headers: Mapping[str, str], max_bytes: int | None = None) -> Fetched:
        await asyncio.sleep(0.05 if "up" in url else 0)
        if "up" not in url:
            return Fetched(outcome=Outcome.UNREACHABLE, url=url)
        return Fetched(outcome=Outcome.ANSWERED, url=url, status=200)

    async def ask_all() -> list[str]:
        connected = Connected(fetch, Connection(), "")
        domains = ("a", "b", "c", "d", "up")
        fetched = await asyncio.gather(*(connected(f"https://{name}.example/", {}) for name in domains))
        return [each.outcome for each in fetched]

    assert asyncio.run(ask_all()) == ["unreachable"] * 4 + ["answered"]


def test_the_proxy_is_named_where_there_is_one() -> None:
    (*_, sentence) = asked(*silent("a", "b", "c"), proxy="http://127.0.0.1:3128")
    assert sentence.endswith("Is the proxy http://127.0.0.1:3128 running?")


def test_collecting_pauses_and_goes_on_where_it_was(crawling: Crawling) -> None:
    crawling.options["allow_private"] = HOSTS
    ports = {host: free_port(host) for host in HOSTS}
    polled = [
        feed(f"http://{host}:{port}/rss", id=f"s{number}/1", source=f"s{number}")
        for number, (host, port) in enumerate(ports.items())
    ]
    with pytest.raises(ArchiveError, match="no server responds"):
        crawling.once(*polled)
    with crawling.archive.database.read() as connection:
        failing = [state.id for state in states(connection).values() if state.failures]
    assert len(failing) <= 2
    with ExitStack() as stack:
        for host, port in ports.items():
            stack.enter_context(site(host, port=port)).routes["/rss"] = rss()
        assert sum(crawling.once(*polled).polls.values()) == len(HOSTS)
    with crawling.archive.database.read() as connection:
        assert [state.failures for state in states(connection).values()] == [0] * len(HOSTS)


def test_three_servers_that_are_down_keep_none_of_the_others_waiting(crawling: Crawling) -> None:
    crawling.options["allow_private"] = HOSTS
    down = [f"http://{host}:{free_port(host)}/rss" for host in HOSTS[:4]]
    with site(HOSTS[4]) as up:
        up.add_articles("a", "b")
        addresses = enumerate([*down, up.url("/rss")])
        polled = [feed(url, id=f"s{number}/1", source=f"s{number}") for number, url in addresses]
        report = crawling.once(*polled)
    assert (report.polls, report.pages) == ({"unreachable": 4, "read": 1}, {"collected": 2})
