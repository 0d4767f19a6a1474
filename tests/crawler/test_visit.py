"""One visit of an address: what nobody foresaw counts as an attempt, and the address is given up after the last."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from crawler import frontier
from crawler.fetch import Fetched
from crawler.page import Link
from crawler.schedule import RETRIES
from crawler.tick import LEASE
from crawler.visit import POSTPONED, Visitor
from tests.crawler.conftest import Crawling

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_visit_that_ends_in_a_way_nobody_foresaw_is_tried_again_and_then_given_up(crawling: Crawling) -> None:
    async def fetch(url: str, headers: Mapping[str, str]) -> Fetched:
        raise RuntimeError("the downloader is broken")

    now, outcomes = NOW, []
    visitor = Visitor(crawling.archive, fetch, lambda: now)
    with crawling.archive.database.write() as connection:
        frontier.discover(connection, [Link(url="http://a.example/1")], source="s", feed="s/1", document="", now=NOW)
    for _ in range(len(RETRIES) + 1):
        with crawling.archive.database.write() as connection:
            (wanted,) = frontier.claim(connection, "a.example", 1, now=now, lease=LEASE)
        outcomes.append(asyncio.run(visitor.visit(wanted)))
        now += RETRIES[-1]
    assert outcomes[0] == (POSTPONED, "unforeseen: RuntimeError: the downloader is broken")
    assert [outcome for outcome, _ in outcomes] == [POSTPONED] * len(RETRIES) + ["failed"]
    with crawling.archive.database.read() as connection:
        assert frontier.count_urls_by_state(connection) == {"failed": 1}
