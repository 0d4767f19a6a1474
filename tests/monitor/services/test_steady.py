"""Counting only the sources that delivered throughout equals counting by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from config.errors import QueryError
from indexer.article import Article
from indexer.trends.calendar import Interval
from monitor.app import App
from monitor.documents.moves import MovesDocument
from monitor.sentences import counted_only
from monitor.services.digest import digest
from monitor.services.moves import moves, steady_in_both
from monitor.services.search import search
from monitor.services.steady import clauses
from monitor.services.trends import trend
from tests.support.installation import Installation
from tests.support.unsteady import ALWAYS, NEW, SILENT, TODAY, UNKNOWN, collected, keep_unsteady

PERIODS = range(1, 7), range(7, 13)  # days ago


@pytest.fixture
def kept(small: Installation) -> Sequence[Article]:
    return keep_unsteady(small)


def by_hand(articles: Sequence[Article], sources: set[str], word: str = "") -> list[int]:
    """Return the articles about a truce and all of them, of the period and of the one before, counted one by one."""
    numbers = []
    for days in PERIODS:
        moments = {TODAY - timedelta(days=day) for day in days}
        some = [
            one for one in articles if one.published in moments and one.source in sources and word in (one.title or "")
        ]
        numbers += [sum("truce" in one.themes for one in some), len(some)]
    return numbers


def whole_days(app: App, *, scope: str | None = None, steady: bool = False) -> MovesDocument:
    """Return what moved in the six days up to yesterday."""
    first, last = (f"{TODAY - timedelta(days=day):%Y-%m-%d}" for day in (6, 1))
    return moves(app, since=first, until=last, scope=scope, steady=steady)


def numbers_of(moved: MovesDocument) -> list[int]:
    [move] = moved.moves
    return [move.articles, moved.articles, move.articles_before, moved.articles_before]


@pytest.mark.parametrize("scope", [None, "title:kyiv"])
def test_only_sources_without_a_gap_are_counted(app: App, kept: Sequence[Article], scope: str | None) -> None:
    word = "Kyiv" if scope else ""
    everything, steady = whole_days(app, scope=scope), whole_days(app, scope=scope, steady=True)
    assert numbers_of(everything) == by_hand(kept, {ALWAYS, SILENT, NEW, UNKNOWN}, word)
    assert numbers_of(steady) == by_hand(kept, {ALWAYS}, word)
    assert numbers_of(steady) != numbers_of(everything)
    assert everything.panel is None
    assert steady.panel == steady_in_both(app, everything)
    assert steady.panel
    assert steady.panel.sources == (ALWAYS,)
    assert steady.panel.left_out == {SILENT: "silent", NEW: "new", UNKNOWN: "unknown"}
    assert (everything.sources, steady.sources) == (4, 1)
    assert (everything.silent, steady.silent) == ((SILENT,), ())
    assert any(point.silent for point in everything.moves[0].line)
    assert not any(point.silent for point in steady.moves[0].line)


@pytest.mark.parametrize("interval", ["day", "week"])
@pytest.mark.parametrize("scope", [None, "title:kyiv"])
def test_a_trend_of_steady_sources_is_theirs_alone(
    app: App, kept: Sequence[Article], scope: str | None, interval: Interval
) -> None:
    first, last = (f"{TODAY - timedelta(days=day):%Y-%m-%d}" for day in (6, 1))
    counted = trend(app, interval=interval, since=first, until=last, scope=scope, steady=True)
    assert (counted.scope, counted.steady) == (scope, True)
    assert counted.panel
    assert counted.panel.sources == (ALWAYS,)
    assert set(counted.panel.left_out) == {SILENT, NEW, UNKNOWN}
    for bucket in counted.series[0].buckets:
        inside = [
            one
            for one in kept
            if one.published and bucket.start <= one.published < bucket.end and one.source == ALWAYS
            if not scope or one.title == "Kyiv"
        ]
        assert (bucket.articles, bucket.total) == (sum("truce" in one.themes for one in inside), len(inside))
        assert not bucket.gaps


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("scope", [None, "title:kyiv OR title:nothing"])
def test_the_clauses_find_in_either_period_what_was_counted(app: App, scope: str | None) -> None:
    moved = whole_days(app, scope=scope, steady=True)
    days = [(6, 1), (12, 7)]
    spans = [tuple(f"{TODAY - timedelta(days=day):%Y-%m-%d}" for day in pair) for pair in days]
    found = [
        search(app, f"theme:truce{clauses(moved.scope, moved.panel)}", since=since, until=until).total
        for since, until in spans
    ]
    assert found == numbers_of(moved)[::2]


@pytest.mark.usefixtures("kept")
def test_a_silent_source_outside_the_scope_is_not_named(app: App) -> None:
    assert whole_days(app, scope=f"source:{ALWAYS}").silent == ()


def test_without_a_source_that_delivered_throughout_nothing_is_counted(small: Installation, app: App) -> None:
    small.keep(*collected(UNKNOWN, range(1, 14), about=1, among=3))
    moved = whole_days(app, steady=True)
    assert (numbers_of(moved), moved.sources, moved.moves[0].direction) == ([0, 0, 0, 0], 0, None)
    assert search(app, f"theme:truce{clauses(moved.scope, moved.panel)}").total == 0
    assert (
        counted_only(moved.scope, moved.panel, {})[0]
        == "No source delivered throughout both periods, so nothing is counted."
    )


@pytest.mark.usefixtures("kept")
def test_a_digest_is_of_the_same_sources_and_says_so(app: App) -> None:
    first, last = (f"{TODAY - timedelta(days=day):%Y-%m-%d}" for day in (6, 1))
    made = digest(app, since=first, until=last, scope="title:kyiv", steady=True)
    assert made.moves == whole_days(app, scope="title:kyiv", steady=True)
    assert made.emerging.stories == 6
    assert made.remarks[:3] == (
        "Only articles that match `title:kyiv` are counted.",
        "Only the one source that delivered throughout both periods is counted.",
        "Left out: The Guardian (World) (nothing known of its deliveries), Meduza (English) (new), Reuters (silent at times).",
    )


def test_a_scope_that_is_no_query_is_refused(app: App) -> None:
    with pytest.raises(QueryError):
        moves(app, scope="(truce")
