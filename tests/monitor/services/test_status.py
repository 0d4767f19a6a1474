from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from config.sources import Feed
from crawler.health import Health
from monitor.services.status import FeedHealth, Status, troubles, unwell_rows

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
NO_NAME = Health("failing", "the name of the server cannot be resolved (once since 2026-11-25 11:58 UTC)")
NO_FEED = Health("not a feed", "The address answers with a web page, not with a feed.")
DISABLED = Health("disabled", "no address is known")


def status(*feeds: Health) -> Status:
    made = [Feed(id=f"s/{n}", source="s", url=f"https://s.example/{n}", kind="feed", every=900.0) for n in range(9)]
    return Status(
        at=NOON,
        data="/data",
        engine="tantivy:/data/index",
        engine_trouble="",
        articles=0,
        kept=0,
        feeds=tuple(FeedHealth(feed, health) for feed, health in zip(made, feeds, strict=False)),
        pages={},
        addresses={},
        last_poll=NOON,
        oldest_pending=None,
        crawler=None,
        indexer=None,
        shortage="",
        problems=(),
    )


def test_many_feeds_with_the_same_problem_share_a_row() -> None:
    rows = unwell_rows(status(NO_NAME, NO_FEED, NO_NAME, DISABLED, NO_NAME, NO_NAME))
    assert rows == [("4 feeds, such as s/0", "failing", NO_NAME.sentence), ("s/1", "not a feed", NO_FEED.sentence)]


def test_a_few_feeds_have_a_row_each() -> None:
    assert [row[0] for row in unwell_rows(status(NO_NAME, NO_NAME, NO_FEED))] == ["s/0", "s/1", "s/2"]


def test_when_no_feed_responds_the_message_suggests_checking_the_connection() -> None:
    assert "connected to the internet" in " ".join(troubles(status(*[NO_NAME] * 5, DISABLED)))
    assert troubles(status(*[NO_NAME] * 5, NO_FEED)) == []
    assert troubles(replace(status(), feeds=())) == []
