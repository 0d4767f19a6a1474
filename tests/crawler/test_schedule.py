from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.schedule import DAY, RETRIES, later_at, max_age, next_due, retry_after, retry_at, usual_wait
from tests.crawler.conftest import feed

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_polls_of_one_feed_are_one_interval_apart() -> None:
    one = feed("http://a.com/", every=900.0)
    first = next_due(one, NOW)
    second = next_due(one, first)
    assert second - first == 15 * MINUTE
    assert 7.5 * MINUTE <= first - NOW <= 22.5 * MINUTE


def test_feeds_with_one_interval_are_spread_over_it() -> None:
    dues = [next_due(feed("http://a.com/", id=f"s/{n}", every=900.0), NOW) for n in range(600)]
    per_minute = [sum(NOW + n * MINUTE <= due < NOW + (n + 1) * MINUTE for due in dues) for n in range(8, 22)]
    assert max(per_minute) <= 75  # 40 on average


def test_a_cron_feed_is_polled_at_its_times_in_utc() -> None:
    daily = feed("http://a.com/", every=None, cron="30 6 * * *")
    assert next_due(daily, NOW) == datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
    assert usual_wait(daily, NOW) == DAY


def test_a_cron_feed_is_not_due_again_at_the_moment_it_was_polled() -> None:
    hourly = feed("http://a.com/", every=None, cron="0 * * * *")
    assert next_due(hourly, NOW) == NOW + timedelta(hours=1)


def test_failures_double_the_wait_up_to_a_day_and_never_drop_a_feed() -> None:
    one = feed("http://a.com/", every=900.0)
    waits = [next_due(one, NOW, failures=n) - NOW for n in range(1_000)]
    assert waits[2] >= 4 * 15 * MINUTE - 8 * MINUTE
    assert all(earlier <= later for earlier, later in itertools.pairwise(waits[:7]))
    assert max(waits) <= DAY + 15 * MINUTE


def test_a_feed_slower_than_a_day_is_not_made_faster_by_failing() -> None:
    weekly = feed("http://a.com/", every=7 * 86_400.0)
    assert next_due(weekly, NOW, failures=9) - NOW >= timedelta(days=3.5)


def test_the_delay_a_server_asks_for_is_a_minimum_capped_at_one_day() -> None:
    one = feed("http://a.com/", every=900.0)
    assert next_due(one, NOW, floor=timedelta(hours=3)) >= NOW + timedelta(hours=3)
    assert next_due(one, NOW, floor=timedelta(days=900)) <= NOW + DAY + 15 * MINUTE


@given(
    every=st.floats(5, 30 * 86_400),
    failures=st.integers(0, 10_000),
    age=st.timedeltas(timedelta(), timedelta(days=25 * 365)),
    floor=st.timedeltas(timedelta(), timedelta(days=10)),
)
def test_the_next_poll_is_always_in_the_future_but_never_far(
    every: float, failures: int, age: timedelta, floor: timedelta
) -> None:
    at = NOW - age
    wait = next_due(feed("http://a.com/", every=every), at, failures=failures, floor=floor) - at
    assert timedelta() < wait <= 2 * max(timedelta(seconds=every), DAY)


def test_an_address_that_has_ended_is_tried_a_few_times_more_within_two_months() -> None:
    waits = [later_at(len(RETRIES) + 1 + number, NOW) for number in range(4)]
    assert [(due - NOW).days if due else None for due in waits] == [7, 14, 28, None]
    assert later_at(len(RETRIES), NOW) is None
    assert later_at(1_000, NOW) is None


def test_a_page_is_retried_for_four_days() -> None:
    dues = [retry_at(attempt, NOW) for attempt in range(1, len(RETRIES) + 1)]
    assert sum((due - NOW for due in dues if due), timedelta()) > timedelta(days=3)
    assert retry_at(len(RETRIES) + 1, NOW) is None
    assert retry_at(1, NOW, floor=timedelta(hours=2)) == NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("Sun, 01 Mar 2026 12:01:00 GMT", 60),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("soon", 0),
        ("", 0),
        (None, 0),
        ("-5", 0),
        ("9" * 400, 86_400),
        ("٣", 0),
        ("Sun, 01 Mar 2026 12:01:00", 0),
        ("Sun, 01 Mar 99999999999 12:01:00 GMT", 0),
        ("Sun, 01 Mar 2026 12:01:00 +" + "9" * 400, 0),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(value: str | None, seconds: int) -> None:
    assert retry_after(value, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("max-age=600", 600),
        ('public, MAX-AGE="60"', 60),
        ("no-cache", 0),
        (None, 0),
        ("max-age=x", 0),
        ("s-maxage=5", 0),
    ],
)
def test_max_age_is_read_from_cache_control(value: str | None, seconds: int) -> None:
    assert max_age(value) == timedelta(seconds=seconds)
