"""Trends over a corpus in which one week of a source was not collected."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import mean
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import ColumnElement, and_

from config.sources import Feed
from crawler.archive import feed_hours, fetches
from crawler.archive.archive import Archive, open_archive
from crawler.archive.fetches import Fetch
from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.tree import Value
from indexer.trends.calendar import Interval
from indexer.trends.gaps import Coverage, Gap
from indexer.trends.series import Trend, trend
from tests.support.builders import article
from tests.support.engines import fill

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
LENGTH = 28  # days
LOST = range(14, 21)  # the third week
NOW = FIRST + LENGTH * DAY
# Of the source that will be lost nearly all articles are about a truce, of the others few.
SHARES = {"loud": 0.9, "quiet": 0.1, "calm": 0.1}
FEEDS = [Feed(id=f"{id}/news", source=id, url=f"https://{id}.example/feed", kind="feed", every=900.0) for id in SHARES]


def corpus() -> Iterator[Article]:
    """Yield 30 articles of each source a day."""
    random = Random(1)
    for number in range(LENGTH * 30 * len(SHARES)):
        source = list(SHARES)[number % len(SHARES)]
        yield article(
            serial=number + 1,
            source=source,
            published=FIRST + (number // (30 * len(SHARES))) * DAY + timedelta(minutes=random.randrange(1_440)),
            themes=frozenset({"truce"} if random.random() < SHARES[source] else ()),
        )


def was_lost(article: Article, days: range = LOST) -> bool:
    assert article.published
    return article.source == "loud" and (article.published - FIRST).days in days


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an archive whose fetches include the week in which one source did not answer."""
    folder = tmp_path_factory.mktemp("history")
    opened = open_archive(folder)
    with opened.database.write() as connection:
        for hour in range(-24, LENGTH * 24):
            for feed in FEEDS:
                lost = feed.source == "loud" and hour // 24 in LOST
                outcome = "timeout" if lost else ("read", "unchanged")[hour % 2]
                at = FIRST + timedelta(hours=hour, minutes=7)
                fetch = Fetch(
                    feed=feed.id,
                    at=at,
                    outcome=outcome,
                    status=200,
                    milliseconds=1,
                    bytes=1,
                    listed=1,
                    new=1,
                    detail="",
                )
                fetches.record(connection, fetch)
    opened.close()
    return folder


@pytest.fixture
def archive(history: Path, tmp_path: Path) -> Iterator[Archive]:
    """Return a copy of that archive."""
    opened = open_archive(shutil.copytree(history, tmp_path / "archive"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def with_loss(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Return an engine without the articles of the lost week."""
    with filled(tmp_path_factory.mktemp("with-loss"), (one for one in corpus() if not was_lost(one))) as engine:
        yield engine


@pytest.fixture(scope="module")
def without_loud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Return an engine without the source that lost a week."""
    with filled(tmp_path_factory.mktemp("without-loud"), (one for one in corpus() if one.source != "loud")) as engine:
        yield engine


@contextmanager
def filled(folder: Path, articles: Iterable[Article]) -> Iterator[Engine]:
    engine = open_engine(f"tantivy:{folder / 'index'}", writable=True)
    fill(engine, *articles)
    yield engine
    engine.close()


def _of_loud(days: range) -> ColumnElement[bool]:
    first = (FIRST - EPOCH).days
    day = feed_hours.feed_hours.c.day.between(first + days.start, first + days.stop - 1)
    return and_(feed_hours.feed_hours.c.feed == "loud/news", day)


def run_trend(archive: Archive, engine: Engine, interval: Interval = "day") -> Trend:
    def cover(edges: Sequence[datetime]) -> Coverage:
        with archive.database.read() as connection:
            known = feed_hours.between(connection, edges[0], edges[-1])
        return Coverage(edges, known, FEEDS, NOW)

    return trend(
        engine,
        {"truce": Value("themes", frozenset({"truce"}))},
        interval=interval,
        since=FIRST,
        until=NOW,
        zone=ZoneInfo("UTC"),
        now=NOW,
        cover=cover,
        corrected=True,
    )


def test_a_lost_week_lowers_the_share_but_not_the_corrected_share(archive: Archive, with_loss: Engine) -> None:
    result = run_trend(archive, with_loss)
    buckets = result.series[0].buckets
    inside = [bucket for number, bucket in enumerate(buckets) if number in LOST]
    outside = [bucket for number, bucket in enumerate(buckets) if number not in LOST]
    assert mean(bucket.share or 0 for bucket in outside) == pytest.approx(0.37, abs=0.03)
    assert mean(bucket.share or 0 for bucket in inside) == pytest.approx(0.1, abs=0.03)
    corrected = [mean(bucket.corrected or 0 for bucket in part) for part in (inside, outside)]
    assert corrected[0] == pytest.approx(corrected[1], abs=0.02)
    assert result.panel
    assert result.panel.left_out == {"loud": "silent"}


def test_the_corrected_share_equals_the_share_without_the_loss(
    archive: Archive, with_loss: Engine, without_loud: Engine
) -> None:
    assert [bucket.corrected for bucket in run_trend(archive, with_loss).series[0].buckets] == [
        bucket.share for bucket in run_trend(archive, without_loud).series[0].buckets
    ]


def test_the_buckets_of_the_lost_week_list_the_source(archive: Archive, with_loss: Engine) -> None:
    buckets = run_trend(archive, with_loss).series[0].buckets
    gap = Gap("loud", ("loud/news",), whole=True)
    assert [bucket.gaps for bucket in buckets] == [(gap,) if day in LOST else () for day in range(LENGTH)]


def test_gaps_come_from_fetches_and_not_from_counts(archive: Archive, tmp_path: Path) -> None:
    with filled(tmp_path, (one for one in corpus() if one.source != "quiet")) as mute:
        buckets = run_trend(archive, mute).series[0].buckets
    assert {gap.source for bucket in buckets for gap in bucket.gaps} == {"loud"}


@pytest.mark.parametrize("interval", ["week", "month"])
def test_a_lost_week_is_a_gap_in_the_weeks_and_months_that_contain_it(
    archive: Archive, with_loss: Engine, without_loud: Engine, interval: Interval
) -> None:
    buckets = run_trend(archive, with_loss, interval).series[0].buckets
    without = run_trend(archive, without_loud, interval)
    assert [bool(bucket.gaps) for bucket in buckets] == ([False, False, True, False] if interval == "week" else [True])
    assert [bucket.corrected for bucket in buckets] == [bucket.share for bucket in without.series[0].buckets]


def test_days_lost_across_two_weeks_are_corrected_in_both(archive: Archive, tmp_path: Path) -> None:
    days = range(5, 9)  # from a Saturday to a Tuesday
    with archive.database.write() as connection:
        connection.execute(feed_hours.feed_hours.delete().where(_of_loud(days)))
    present = (one for one in corpus() if not was_lost(one) and not was_lost(one, days))
    with filled(tmp_path, present) as engine:
        buckets = run_trend(archive, engine, "week").series[0].buckets
    assert [bool(bucket.gaps) for bucket in buckets] == [True, True, True, False]
    shares, corrected = ([getattr(bucket, name) for bucket in buckets] for name in ("share", "corrected"))
    assert shares[1] < 0.9 * shares[3]
    assert max(corrected) - min(corrected) < 0.03


def test_the_return_of_a_lost_source_is_not_a_spike(archive: Archive, with_loss: Engine) -> None:
    (series,) = run_trend(archive, with_loss).series
    assert series.spikes == ()
