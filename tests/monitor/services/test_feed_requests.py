"""Asking for feeds to be polled, pausing and resuming them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.errors import NotFound, ParleyError, Refused
from crawler.archive import feeds
from crawler.archive.archive import open_archive
from crawler.presence import Heartbeat, write_heartbeat
from crawler.urls import registered_domain
from monitor.app import App
from monitor.services.feed_requests import ask, feed_of, pause, requested, resume
from monitor.services.sources import source
from tests.support.installation import Installation


def states(app: App, id: str) -> list[str]:
    return [one.state for one in requested(app, [id]).feeds]


def feed_ids(app: App, id: str) -> list[str]:
    return [feed.id for feed in source(app, id).feeds]


@pytest.fixture
def feed(app: App) -> str:
    """Return the id of a feed that is polled."""
    return next(feed.id for one in app.sources for feed in one.feeds if feed.enabled)


def test_a_request_waits_for_the_crawler_and_is_answered_by_a_poll(small: Installation, app: App, feed: str) -> None:
    assert states(app, feed) == ["none"]
    [one] = ask(app, [feed]).feeds
    assert (one.state, one.explanation) == ("waiting", "no crawler is running; it is polled as soon as one does")
    archive = open_archive(small.data)
    with archive.database.write() as connection:
        feeds.sync(connection, [one for source in app.sources for one in source.feeds], datetime.now(UTC))
        connection.execute(feeds.feeds.update().values(last_poll=datetime.now(UTC), outcome="unchanged", detail=""))
    archive.close()
    [one] = requested(app, [feed]).feeds
    assert one.state == "answered"
    assert one.explanation.endswith("nothing new")


def test_a_held_server_is_named_as_the_reason(small: Installation, app: App, feed: str) -> None:
    ask(app, [feed])
    url = next(one.url for source in app.sources for one in source.feeds if one.id == feed)
    with app.archive.database.write() as connection:
        feeds.hold_sites(connection, {registered_domain(url): datetime.now(UTC) + timedelta(hours=1)})
    assert states(app, feed) == ["held"]


def test_a_paused_feed_says_so_and_is_not_asked(app: App, feed: str) -> None:
    assert [one.state for one in pause(app, [feed]).feeds] == ["paused"]
    health = {one.id: one.health for one in source(app, feed.partition("/")[0]).feeds}
    assert health[feed] == "paused"
    with pytest.raises(Refused, match="is paused; resume it first"):
        ask(app, [feed])
    assert feed in {one.feed for one in ask(app).feeds if one.state == "paused"}
    assert [one.state for one in resume(app, [feed]).feeds] == ["none"]


def test_a_source_stands_for_all_its_feeds(app: App) -> None:
    several = next(one.id for one in app.sources if sum(feed.enabled for feed in one.feeds) > 1)
    paused = pause(app, [several]).feeds
    assert [one.feed for one in paused] == feed_ids(app, several)


@pytest.mark.parametrize("id", ["nowhere", "bbc-world/99", "", "../x", "bbc-world/1/2", "<b>", "nowhere/1"])
def test_what_is_no_source_or_feed_is_named(app: App, id: str) -> None:
    for function in (ask, pause, resume):
        with pytest.raises(NotFound, match=r"there is no"):
            function(app, [id])


def test_a_feed_of_another_source_is_refused(app: App, feed: str) -> None:
    other = next(one.id for one in app.sources if not feed.startswith(f"{one.id}/"))
    with pytest.raises(ParleyError, match="has no feed"):
        feed_of(app, other, feed)
    assert feed_of(app, other, None) == other


def test_a_running_crawler_takes_a_request_up_in_a_moment(small: Installation, app: App, feed: str) -> None:
    ask(app, [feed])
    now = datetime.now(UTC)
    beat = Heartbeat(pid=1, at=now, doing="collecting", trouble="", under_way=0)
    write_heartbeat(small.data, "crawler", beat)
    assert requested(app, [feed]).feeds[0].explanation == "the crawler polls it in a moment"
