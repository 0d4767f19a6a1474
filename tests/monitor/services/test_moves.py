"""What moved is counted as the comparison and the trend count it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from config.errors import WrongArgument
from indexer.article import Article
from monitor.app import App
from monitor.services.compare import compare
from monitor.services.moves import moves
from tests.support.builders import article
from tests.support.installation import Installation

TODAY = datetime.combine(datetime.now(UTC).date(), time(), UTC)


def published(days_ago: float, number: int, *, about: int) -> list[Article]:
    """Return articles of one day, some of them about a truce."""
    return [
        article(
            serial=round(days_ago * 1_000) + place,
            text="text",
            published=TODAY - timedelta(days=days_ago),
            themes=frozenset({"truce"} if place < about else ()),
        )
        for place in range(number)
    ]


@pytest.fixture
def rising(small: Installation) -> None:
    """Keep 40 articles of this week, 30 of them about a truce, and 40 of the week before, 4 of them so."""
    small.keep(*published(2, 40, about=30), *published(9, 40, about=4))


@pytest.mark.usefixtures("rising")
def test_a_theme_has_its_numbers_of_both_periods_and_its_direction(app: App) -> None:
    [move] = (moved := moves(app)).moves
    assert (move.articles, move.articles_before) == (30, 4)
    assert (move.share, move.share_before) == (0.75, 0.1)
    assert (moved.articles, moved.articles_before, moved.sources) == (40, 40, 1)
    assert move.direction == "up"
    [voice] = compare(app, since="7d").themes
    assert (voice.g2, voice.articles_before) == (move.g2, move.articles_before)


@pytest.mark.usefixtures("rising")
def test_the_same_numbers_the_other_way_round_fall(small: Installation, app: App) -> None:
    small.keep(*published(16, 40, about=36))
    [move] = moves(
        app, since=f"{TODAY - timedelta(days=12):%Y-%m-%d}", until=f"{TODAY - timedelta(days=6):%Y-%m-%d}"
    ).moves
    assert (move.articles, move.articles_before) == (4, 36)
    assert move.direction == "down"
    assert move.g2 < 0


def test_few_articles_have_no_direction(small: Installation, app: App) -> None:
    small.keep(*published(2, 4, about=2), *published(9, 4, about=1))
    [move] = moves(app).moves
    assert move.direction is None


@pytest.mark.usefixtures("rising")
def test_a_line_is_a_true_ratio_over_its_days_and_absent_where_too_little_was_collected(app: App) -> None:
    moved = moves(app)
    line = {point.start: point.share for point in moved.moves[0].line}
    assert moved.window == 7
    assert line[TODAY - timedelta(days=2)] == 0.75
    assert line[TODAY - timedelta(days=3)] == 0.1  # the days since the ninth before today
    assert line[TODAY - timedelta(days=30)] is None
    assert len(line) == 61


def test_a_range_that_is_no_time_is_refused(app: App) -> None:
    with pytest.raises(WrongArgument):
        moves(app, since="soon")
