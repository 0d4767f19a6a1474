from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.archive.feeds import FeedState
from crawler.health import health_of, next_rhythm
from tests.crawler.conftest import feed

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = feed("http://a.com/rss")
FINE = FeedState(
    id="s/1",
    next_due=NOW + HOUR / 4,
    failures=0,
    failing_since=None,
    last_poll=NOW,
    last_success=NOW,
    last_new=NOW - HOUR,
    rhythm=3_600,
    outcome="read",
    detail="",
)
FAILING = replace(FINE, failures=3, failing_since=NOW - DAY, outcome="timeout", detail="no complete response in time")


def health(state: FeedState | None) -> str:
    return health_of(FEED, state, NOW).name


def test_a_feed_with_new_articles_is_fine() -> None:
    assert health_of(FEED, FINE, NOW).sentence == "new articles 60 min ago"


def test_a_feed_is_quiet_when_it_is_silent_for_much_longer_than_usual() -> None:
    assert health(replace(FINE, last_new=NOW - 3 * DAY)) == "quiet"
    assert health(replace(FINE, last_new=NOW - 3 * DAY, rhythm=86_400)) == "fine"


def test_a_failing_feed_shows_the_reason_the_count_and_the_start() -> None:
    result = health_of(FEED, FAILING, NOW)
    assert result.name == "failing"
    assert result.sentence == "no complete response in time (3 times since 2026-03-09 12:00 UTC)"


@pytest.mark.parametrize(
    ("outcome", "name"),
    [
        ("not_a_feed", "not a feed"),
        ("html_instead", "not a feed"),
        ("no_preview", "no preview"),
        ("not_found", "not found"),
        ("gone", "not found"),
        ("refused_by_robots", "forbidden by robots.txt"),
        ("refused_address", "refused address"),
        ("server_error", "failing"),
        ("an outcome of tomorrow", "failing"),
    ],
)
def test_failures_that_need_action_have_states_of_their_own(outcome: str, name: str) -> None:
    assert health(replace(FAILING, outcome=outcome)) == name


def test_the_other_states() -> None:
    assert health(None) == "never polled"
    assert health(replace(FINE, last_poll=None)) == "never polled"
    assert health(replace(FINE, next_due=NOW - HOUR)) == "overdue"
    assert health(replace(FINE, last_new=None)) == "fine"
    assert health_of(feed("http://a.com/", enabled=False, reason="moved"), FAILING, NOW).sentence == "moved"


def test_a_due_feed_that_is_not_polled_is_overdue() -> None:
    assert health(replace(FINE, last_poll=None, next_due=NOW - HOUR / 12)) == "never polled"
    result = health_of(FEED, replace(FINE, last_poll=None, next_due=NOW - HOUR), NOW)
    assert (result.name, result.sentence) == ("overdue", "should have been polled 60 min ago; is the crawler running?")


def test_a_working_feed_shows_what_was_odd_about_its_last_response() -> None:
    odd = "1 of 3 entries has no usable address and was skipped."
    assert health_of(FEED, replace(FINE, last_new=None, detail=odd), NOW).sentence.endswith(f"from other feeds; {odd}")
    assert health_of(FEED, replace(FINE, detail=odd), NOW).sentence == f"new articles 60 min ago; {odd}"


def test_a_feed_whose_articles_cannot_be_fetched_is_not_fine() -> None:
    result = health_of(FEED, FINE, NOW, {"forbidden": 11, "no_text": 12})
    assert result.name == "no articles"
    assert result.sentence == (
        "responds, but none of its last 23 addresses yielded an article: too little text for an article (12), "
        "the server denied access (11)"
    )


@pytest.mark.parametrize(
    "harvest", [{"forbidden": 2}, {"forbidden": 11, "indexed": 1}, {"forbidden": 11, "pending": 1}, {}]
)
def test_a_feed_with_an_article_or_too_few_addresses_is_judged_by_its_responses(harvest: dict[str, int]) -> None:
    assert health_of(FEED, FINE, NOW, harvest).name == "fine"


def test_a_failing_feed_is_reported_as_failing_before_its_articles_are_considered() -> None:
    assert health_of(FEED, FAILING, NOW, {"forbidden": 11}).name == "failing"


def test_the_rhythm_follows_the_gaps_between_news() -> None:
    assert next_rhythm(replace(FINE, last_new=None, rhythm=None), NOW) is None
    assert next_rhythm(replace(FINE, rhythm=None), NOW) == 3_600
    assert next_rhythm(replace(FINE, rhythm=7_200), NOW) == 6_480
    assert next_rhythm(replace(FINE, last_new=NOW + HOUR, rhythm=100), NOW) == 80


def test_a_feed_whose_pages_all_wait_for_another_attempt_is_not_fine() -> None:
    result = health_of(FEED, FINE, NOW, {"postponed: the server returned 403": 2})
    assert result.name == "no articles"
    assert (
        result.sentence == "responds, but none of its last 2 addresses yielded an article: the server returned 403 (2)"
    )
    assert health_of(FEED, FINE, NOW, {"postponed: the server returned 403": 2, "indexed": 1}).name == "fine"


def test_a_feed_that_its_domain_slows_down_says_so_and_is_not_overdue() -> None:
    slowed = replace(FINE, slowed=7_200, next_due=NOW - HOUR / 2)
    assert health_of(FEED, slowed, NOW).name == "fine"
    assert health_of(FEED, slowed, NOW).sentence == (
        "new articles 60 min ago; polled every 2 h instead of every 15 min, because its domain allows no more requests"
    )
    assert health(replace(slowed, next_due=NOW - 2 * HOUR)) == "overdue"
