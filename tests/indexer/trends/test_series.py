"""Trends against counts by hand and by brute force, on a real engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from config.errors import WrongArgument
from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.tree import Forms, Node, Value, any_of
from indexer.trends.calendar import Interval
from indexer.trends.series import Bucket, Trend, trend
from tests.support.builders import article
from tests.support.engines import fill
from tests.support.oracle import matches

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC")
NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
TRUCE: Node = Value("themes", frozenset({"truce"}))
ARMS: Node = Value("themes", frozenset({"arms"}))
# Both changes of the clocks in both Berlin and New York, and quiet days.
CHANGES = [datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 8), (3, 29), (10, 25), (11, 1))]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def crowd() -> list[Article]:
    """Return 600 articles, most of them around changes of the clocks."""
    random = Random(20261025)
    return [random_article(random, serial) for serial in range(1, 601)]


@pytest.fixture(scope="module")
def crowded(crowd: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine(f"tantivy:{tmp_path_factory.mktemp('trends') / 'index'}", writable=True)
    fill(opened, *crowd)
    yield opened
    opened.close()


def random_article(random: Random, serial: int) -> Article:
    """Return an article near a change of the clocks or anywhere in the year; some undated, some dated by day alone."""
    moment = random.choice(CHANGES) + timedelta(seconds=random.randrange(-100_000, 200_000))
    if random.random() < 0.2:
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=random.randrange(310 * 86_400))
    kind = random.choices(("second", "day", None), weights=(80, 12, 8))[0]
    return article(
        serial=serial,
        source=random.choice(("alpha", "beta", "gamma")),
        published=None if kind is None else moment.replace(hour=12, minute=0, second=0) if kind == "day" else moment,
        published_precision=kind,
        copy_of="f" * 32 if random.random() < 0.2 else None,
        themes=frozenset(random.sample(("truce", "arms"), random.randrange(3))),
        text=random.choice(("peace talks", "war", "talks")),
    )


def run_trend(
    engine: Engine,
    since: str,
    until: str,
    interval: Interval = "day",
    zone: str = "UTC",
    *,
    questions: Mapping[str, Node] = MappingProxyType({"truce": TRUCE}),
    scope: Node | None = None,
) -> Trend:
    """Return a trend of the range, given in local time."""
    at = ZoneInfo(zone)
    start, end = (datetime.fromisoformat(text).replace(tzinfo=at) for text in (since, until))
    return trend(engine, questions, interval=interval, since=start, until=end, zone=at, now=NOW, scope=scope)


def label(moment: datetime, interval: Interval, zone: str) -> object:
    """Return what the wall calendar calls the bucket of a moment, the hour shown twice told apart by its offset."""
    local = moment.astimezone(ZoneInfo(zone))
    labels: Mapping[Interval, Callable[[], object]] = {
        "hour": lambda: (local.date(), local.hour, local.utcoffset()),
        "day": local.date,
        "week": lambda: local.isocalendar()[:2],
        "month": lambda: (local.year, local.month),
    }
    return labels[interval]()


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("interval", get_args(Interval))
@pytest.mark.parametrize("scope", [None, Forms("words", frozenset({"talks"}))])
def test_counts_equal_brute_force(
    crowded: Engine, crowd: list[Article], interval: Interval, zone: str, scope: Node | None
) -> None:
    questions = {"truce": TRUCE, "arms": ARMS, "either": any_of(TRUCE, Forms("words", frozenset({"peace"})))}
    result = run_trend(crowded, "2026-01-01", "2026-11-10", interval, zone, questions=questions, scope=scope)
    counted = [one for one in crowd if scope is None or matches(scope, one)]
    by_label: dict[object, list[Article]] = {}
    for one in counted:
        if one.published and (interval != "hour" or one.published_precision == "second"):
            by_label.setdefault(label(one.published, interval, zone), []).append(one)
    for series in result.series:
        node = questions[series.name]
        assert sum(bucket.articles for bucket in series.buckets) > 50
        for bucket in series.buckets:
            in_bucket = by_label.get(label(bucket.start.astimezone(UTC), interval, zone), [])
            assert_counts(bucket, node, in_bucket)
        assert series.undated == sum(one.published is None and matches(node, one) for one in counted)
        day_only = [one for one in counted if one.published_precision == "day" and matches(node, one)]
        assert series.day_only == (len(day_only) if interval == "hour" else 0)


def assert_counts(bucket: Bucket, node: Node, in_bucket: list[Article]) -> None:
    matching = [one for one in in_bucket if matches(node, one)]
    assert bucket.articles == len(matching)
    assert bucket.stories == sum(one.copy_of is None for one in matching)
    assert bucket.total == len(in_bucket)
    assert bucket.sources == len({one.source for one in in_bucket})
    assert bucket.share == (len(matching) / len(in_bucket) if in_bucket else None)


def test_buckets_cover_the_whole_range_and_include_zeros(engine: Engine) -> None:
    fill(engine, article(published=datetime(2026, 3, 4, 9, tzinfo=UTC), themes=frozenset({"truce"})))
    (series,) = run_trend(engine, "2026-03-02", "2026-03-07").series
    assert [bucket.articles for bucket in series.buckets] == [0, 0, 1, 0, 0]
    assert [bucket.share for bucket in series.buckets] == [None, None, 1.0, None, None]
    assert [f"{bucket.start:%d}" for bucket in series.buckets] == ["02", "03", "04", "05", "06"]


def test_an_empty_index_gives_empty_buckets(engine: Engine) -> None:
    (series,) = run_trend(engine, "2026-03-02", "2026-03-04", "hour").series
    assert len(series.buckets) == 48
    assert {(bucket.articles, bucket.total, bucket.sources, bucket.share) for bucket in series.buckets} == {
        (0, 0, 0, None)
    }


def test_only_the_bucket_in_progress_is_partial(engine: Engine) -> None:
    (series,) = run_trend(engine, "2026-11-08T15:00", "2026-11-10T12:00").series
    assert [bucket.partial for bucket in series.buckets] == [False, False, True]


def test_a_range_is_extended_to_whole_buckets(engine: Engine) -> None:
    early, late = datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 3, 4, 23, tzinfo=UTC)
    fill(
        engine,
        article(serial=1, published=early, themes=frozenset({"truce"})),
        article(serial=2, published=late, themes=frozenset({"truce"})),
    )
    result = run_trend(engine, "2026-03-02T15:00", "2026-03-04T15:00")
    assert [bucket.articles for bucket in result.series[0].buckets] == [1, 0, 1]
    assert (result.start, result.end) == (early.replace(hour=0), late.replace(day=5, hour=0))


def test_the_share_of_a_week_is_a_ratio_of_sums_and_not_a_mean_of_daily_shares(engine: Engine) -> None:
    monday = datetime(2026, 3, 2, 12, tzinfo=UTC)
    busy = [article(serial=serial, published=monday) for serial in range(1, 10)]
    quiet = article(serial=10, published=monday + timedelta(days=1), themes=frozenset({"truce"}))
    fill(engine, *busy, quiet)
    (week,) = run_trend(engine, "2026-03-02", "2026-03-09", "week").series[0].buckets
    assert week.share == pytest.approx(0.1)


def test_an_article_without_a_time_counts_for_its_day_but_for_no_hour(engine: Engine) -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    fill(engine, article(published=noon, published_precision="day", themes=frozenset({"truce"})))
    (by_hour,) = run_trend(engine, "2026-03-02", "2026-03-03", "hour").series
    assert (by_hour.day_only, sum(bucket.articles for bucket in by_hour.buckets)) == (1, 0)
    (by_day,) = run_trend(engine, "2026-03-02", "2026-03-03").series
    assert (by_day.day_only, [bucket.articles for bucket in by_day.buckets]) == (0, [1])


def test_the_scope_applies_to_articles_totals_and_undated_articles(engine: Engine) -> None:
    day = datetime(2026, 3, 2, 12, tzinfo=UTC)
    truce = frozenset({"truce"})
    fill(
        engine,
        article(serial=1, published=day, source="alpha", themes=truce),
        article(serial=2, published=day, source="alpha"),
        article(serial=3, published=day, source="beta", themes=truce),
        article(serial=4, published=None, source="alpha", themes=truce),
        article(serial=5, published=None, source="beta", themes=truce),
    )
    (series,) = run_trend(engine, "2026-03-02", "2026-03-03", scope=Value("source", frozenset({"alpha"}))).series
    (bucket,) = series.buckets
    assert (bucket.articles, bucket.total, bucket.sources, series.undated) == (1, 2, 1, 1)


def test_two_years_can_be_counted_by_hour(engine: Engine) -> None:
    moments = [
        datetime(2024, 11, 10, 7, tzinfo=UTC),
        datetime(2025, 12, 24, 20, 30, tzinfo=UTC),
        NOW - timedelta(hours=2),
    ]
    fill(
        engine,
        *(article(serial=number, published=at, themes=frozenset({"truce"})) for number, at in enumerate(moments, 1)),
    )
    (series,) = run_trend(engine, "2024-11-10", "2026-11-10T12:00", "hour", "Europe/Berlin").series
    assert len(series.buckets) == 2 * 365 * 24 + 12
    assert [bucket.start.astimezone(UTC) for bucket in series.buckets if bucket.articles] == [
        moment.replace(minute=0) for moment in moments
    ]


def test_a_range_that_ends_before_it_starts_is_rejected(engine: Engine) -> None:
    with pytest.raises(WrongArgument, match="before it starts"):
        run_trend(engine, "2026-03-02", "2026-03-01")


def spread(days: int, a_day: int, *, first: datetime, serial: int = 1, **changes: object) -> list[Article]:
    """Return so many articles a day."""
    return [
        article(
            serial=serial + number,
            published=first + timedelta(days=number // a_day, minutes=13 * (number % a_day)),
            **changes,
        )
        for number in range(days * a_day)
    ]


@pytest.mark.parametrize("interval", get_args(Interval))
def test_spikes_are_days_for_every_interval(engine: Engine, interval: Interval) -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    usual = spread(120, 6, first=start, themes=frozenset({"truce"}))
    rest = spread(120, 8, first=start, serial=5_000)
    burst = spread(1, 20, first=start + timedelta(days=110), serial=9_000, themes=frozenset({"truce"}))
    fill(engine, *usual, *rest, *burst)
    (series,) = run_trend(engine, "2026-09-10", "2026-09-29", interval).series
    (spike,) = series.spikes
    assert (spike.start, spike.end) == (date(2026, 9, 19), date(2026, 9, 19))
    assert (spike.stories, round(spike.expected)) == (26, 6)


def test_spikes_are_counted_in_stories_and_not_in_copies(engine: Engine) -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    usual = spread(120, 6, first=start, themes=frozenset({"truce"}))
    copies = spread(
        1, 40, first=start + timedelta(days=110), serial=9_000, themes=frozenset({"truce"}), copy_of="c" * 32
    )
    fill(engine, *usual, *copies)
    assert run_trend(engine, "2026-09-10", "2026-09-29").series[0].spikes == ()


def test_days_before_the_first_article_do_not_count_as_quiet_days(engine: Engine) -> None:
    start = datetime(2026, 9, 1, tzinfo=UTC)
    fill(engine, *spread(40, 6, first=start, themes=frozenset({"truce"})))
    assert run_trend(engine, "2026-06-01", "2026-10-10").series[0].spikes == ()


def test_a_theme_that_rises_with_everything_else_is_not_a_spike(engine: Engine) -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    day = start + timedelta(days=110)
    truce = frozenset({"truce"})
    usual = spread(120, 4, first=start, themes=truce) + spread(120, 30, first=start, serial=2_000)
    risen = spread(1, 12, first=day, serial=9_000, themes=truce) + spread(1, 90, first=day, serial=10_000)
    fill(engine, *usual, *risen)
    assert run_trend(engine, "2026-09-10", "2026-09-29").series[0].spikes == ()
    narrow = run_trend(engine, "2026-09-10", "2026-09-29", scope=TRUCE)
    assert len(narrow.series[0].spikes) == 1
