"""The articles of a query over time: bars as wide as fit the time that they cover."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from indexer.article import Article
from monitor.app import App
from monitor.services.facets import facets
from tests.support.builders import article
from tests.support.installation import Installation

TODAY = datetime.combine(datetime.now(UTC).date(), time(), UTC)


def published(*days_ago: int) -> list[Article]:
    return [article(serial=1 + day, published=TODAY - timedelta(days=day)) for day in days_ago]


@pytest.mark.parametrize(
    ("oldest", "interval"), [(0, "day"), (30, "day"), (380, "day"), (500, "week"), (2_500, "week"), (4_000, "month")]
)
def test_any_time_begins_with_the_first_article_and_has_as_narrow_bars_as_fit(
    small: Installation, app: App, oldest: int, interval: str
) -> None:
    undated = article(serial=9_999, published=None, published_from="none", published_precision=None)
    small.keep(*published(*{0, oldest // 2, oldest}), undated)
    found = facets(app, "*")
    assert found.interval == interval
    assert sum(bar.articles for bar in found.bars) == found.articles - 1 == len({0, oldest // 2, oldest})
    assert found.bars[0].start <= TODAY - timedelta(days=oldest) < found.bars[0].end
    assert found.bars[-1].start <= TODAY < found.bars[-1].end
    assert all(before.end == bar.start for before, bar in zip(found.bars, found.bars[1:], strict=False))
    assert len(found.bars) <= 400


def test_a_range_has_all_of_its_days_up_to_now(small: Installation, app: App) -> None:
    small.keep(*published(3))
    first, later = (f"{TODAY + timedelta(days=days):%Y-%m-%d}" for days in (-9, 9))
    found = facets(app, "*", since=first, until=later)
    assert [bar.articles for bar in found.bars] == [0] * 6 + [1] + [0] * 3
    assert facets(app, "*", since=later).bars == ()


def test_a_range_without_a_start_ends_where_it_is_said_to(small: Installation, app: App) -> None:
    small.keep(*published(3, 20, 30))
    found = facets(app, "*", until=f"{TODAY - timedelta(days=18):%Y-%m-%d}")
    assert [found.bars[0].articles, sum(bar.articles for bar in found.bars), len(found.bars)] == [1, 2, 13]


def test_articles_without_a_date_have_no_bar(small: Installation, app: App) -> None:
    small.keep(article(published=None, published_from="none", published_precision=None))
    assert facets(app, "*").bars == ()
