"""What an engine knows now is what it shows of the past at the same moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from crawler.archive.feed_hours import FeedHours
from indexer.alerts.events import days_before
from indexer.alerts.known import KnownNow, Subject
from indexer.alerts.past import entry, read_past
from indexer.alerts.replay import hours
from indexer.alerts.totals import HOUR, read_totals
from indexer.article import Article
from indexer.engine import Count, Engine
from indexer.query.tree import Everything, Value
from indexer.trends.gaps import Coverage
from tests.support.builders import article
from tests.support.engines import fill
from tests.support.stream import Arrival, linked

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
BEGAN = NOW - timedelta(days=15)
HOURS: dict[str, FeedHours] = {}


def stream(random: Random) -> list[Article]:
    """Return stories and copies of two weeks, some undated, some of which only the day is known, a third about a truce."""
    arrivals: list[Arrival] = []
    for serial in range(1, 161):
        collected = NOW - timedelta(minutes=random.randrange(20_000))
        published = collected - timedelta(minutes=random.choice((2, 40, 600)))
        by_day = serial % 11 == 0
        arrivals.append(
            Arrival(
                article(
                    serial=serial,
                    title=f"Article {serial}",
                    source=f"source-{serial % 5}",
                    published=None
                    if serial % 13 == 0
                    else published.replace(hour=12, minute=0)
                    if by_day
                    else published,
                    published_precision=None if serial % 13 == 0 else "day" if by_day else "second",
                    collected=collected,
                    themes=frozenset({"truce"}) if serial % 3 else frozenset(),
                ),
                text=random.randrange(110),
            )
        )
    return [arrival.article for arrival in linked(arrivals)]


def test_the_present_and_the_past_know_the_same(engine: Engine) -> None:
    fill(engine, *stream(Random(7)))
    subject = Subject(node=Value("themes", frozenset({"truce"})), within=Everything())
    days = [edge.astimezone(UTC) for edge in days_before(NOW, ZoneInfo("Europe/Berlin"), 30)]
    ticks = [NOW - 30 * HOUR, NOW - 6 * HOUR, NOW + HOUR]

    def cover(edges: object) -> Coverage:
        return Coverage(days, HOURS, (), NOW)

    past = read_past(engine, subject, days=days, ticks=ticks, began=BEGAN, coverage=cover(days))
    past.move_to(ticks[-1])
    now = KnownNow(engine=engine, subject=subject, at=ticks[-1], began=BEGAN, cover=cover, health={})
    last = [NOW - number * HOUR for number in range(24, -1, -1)]
    assert list(now.counts(days)) == list(past.counts(days))
    assert list(now.counts(last, timed=True)) == list(past.counts(last, timed=True))
    assert list(now.totals(days)) == list(past.totals(days))
    assert list(now.usable(days)) == list(past.usable(days))
    assert now.arrived(NOW - 48 * HOUR) == past.arrived(NOW - 48 * HOUR)
    assert [row.id for row in now.new(NOW - 48 * HOUR)] == [row.id for row in past.new(NOW - 48 * HOUR)]
    assert now.new(NOW - 48 * HOUR)
    assert [row.id for row in now.leading(days[0], days[-1])] == [row.id for row in past.leading(days[0], days[-1])]
    assert now.unwell() == past.unwell()


@pytest.mark.parametrize("began", [NOW - timedelta(days=60), NOW - timedelta(days=4, minutes=20), NOW + HOUR])
def test_what_was_known_of_everything_at_each_hour_is_what_counting_it_alone_shows(
    engine: Engine, began: datetime
) -> None:
    articles = [replace(each, collected=max(each.collected, began)) for each in stream(Random(11))]
    fill(engine, *articles)
    days = days_before(NOW, ZoneInfo("Asia/Kolkata"), 20)
    ticks = hours(NOW - timedelta(days=9), NOW + timedelta(minutes=25))
    totals = read_totals(engine, Everything(), days, ticks, began)
    every = [(entry(each, began).row.collected, each) for each in articles]
    for number in range(0, len(ticks), 5):
        known = [each for moment, each in every if moment < ticks[number]]
        for start, end in pairwise(days):
            of_day = [each for each in known if each.published and start <= each.published < end]
            expected = Count(len(of_day), sum(each.copy_of is None for each in of_day))
            assert totals.days[start].at(number) == expected
    assert list(totals.arrived) == [sum(known < moment for known, _ in every) for moment in totals.moments]


def test_what_was_collected_within_a_second_of_the_last_moment_has_a_past(engine: Engine) -> None:
    fill(engine, *stream(Random(7)))
    subject = Subject(node=Everything(), within=Everything())
    days = [edge.astimezone(UTC) for edge in days_before(NOW, ZoneInfo("UTC"), 20)]
    began = NOW + timedelta(microseconds=123_456)
    ticks = hours(NOW - 30 * HOUR, began)
    past = read_past(engine, subject, days=days, ticks=ticks, began=began, coverage=Coverage(days, HOURS, (), NOW))
    past.move_to(ticks[-1])
    assert sum(each.articles for each in past.totals(days)) > 0
