from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.sources import Feed
from crawler.health import Health
from crawler.presence import Heartbeat, only_one, silent_process, write_heartbeat
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
        oldest_wanted=None,
        slowed=0,
        crawler=None,
        indexer=None,
        silent={},
        mismatch="",
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


BEAT = Heartbeat(pid=os.getpid(), at=NOON, doing="collecting", trouble="", under_way=3)


def test_a_process_that_does_not_get_ahead_is_named_first() -> None:
    looked = replace(status(*[NO_NAME] * 5), crawler=replace(BEAT, stuck="none of 3 requests has ended for 31 min"))
    assert troubles(looked)[0].startswith(f"the crawler (process {BEAT.pid}) is stuck: none of 3 requests has ended")


def test_pages_that_the_indexer_does_not_take_are_named() -> None:
    old = NOON - timedelta(minutes=11)
    idle = replace(
        status(), indexer=replace(BEAT, doing="waiting for pages"), pages={"pending": 212}, oldest_pending=old
    )
    assert troubles(idle) == ["212 pages wait for the indexer, which does not take them"]
    assert troubles(replace(idle, indexer=replace(BEAT, doing="indexing"))) == []
    assert troubles(replace(idle, oldest_pending=NOON)) == []


def test_a_trouble_of_the_engine_that_a_process_tells_too_is_told_once() -> None:
    damaged = replace(status(), kept=155, articles=None, engine_trouble="the index is damaged; run `parley rebuild`")
    assert troubles(damaged) == [damaged.engine_trouble]
    since = f"{damaged.engine_trouble} (since 2026-11-28 06:13 UTC)"
    assert troubles(replace(damaged, alerts=replace(BEAT, trouble=since))) == [f"alerts: {since}"]


def test_a_process_that_runs_without_a_heartbeat_is_told_from_one_that_does_not_run(tmp_path: Path) -> None:
    later = NOON + timedelta(minutes=5)
    write_heartbeat(tmp_path, "crawler", BEAT)
    with only_one(tmp_path, "crawler"):
        assert silent_process(tmp_path, "crawler", NOON) is None
        assert silent_process(tmp_path, "crawler", later) == os.getpid()
        assert "runs but gives no heartbeat" in troubles(replace(status(), silent={"crawler": BEAT.pid}))[0]
    assert silent_process(tmp_path, "crawler", later) is None
    write_heartbeat(tmp_path, "crawler", replace(BEAT, doing="stopped"))
    with only_one(tmp_path, "crawler"):
        assert silent_process(tmp_path, "crawler", later) is None
