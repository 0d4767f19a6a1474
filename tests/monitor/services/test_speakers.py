"""Who speaks about a theme is counted as the trend counts it, and each number leads to its articles."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zlib import crc32

import pytest

from config.errors import NotFound, WrongArgument
from indexer.article import Article
from monitor.app import App
from monitor.documents.speakers import By
from monitor.services.search import search
from monitor.services.speakers import speakers
from tests.support.builders import article
from tests.support.installation import Installation

TODAY = datetime.combine(datetime.now(UTC).date(), time(), UTC)


def published(source: str, number: int, *, about: int, days_ago: int = 9, language: str = "en") -> list[Article]:
    """Return articles of one source and day, some of them about a truce."""
    return [
        article(
            id=f"{source}-{days_ago}-{place}",
            url=f"https://{source}.example/{days_ago}/{place}",
            serial=crc32(f"{source} {days_ago} {place}".encode()),
            source=source,
            language=language,
            published=TODAY - timedelta(days=days_ago),
            themes=frozenset({"truce"} if place < about else ()),
        )
        for place in range(number)
    ]


@pytest.fixture
def outlets(small: Installation, app: App) -> dict[str, str]:
    """Keep articles of two sources of different classes and countries, and of one that is not configured any more."""
    first = app.sources[0]
    other = next(one for one in app.sources if one.source_class != first.source_class and one.country != first.country)
    small.keep(
        *published(first.id, 20, about=5, language="ru"),
        *published(other.id, 12, about=6),
        *published(other.id, 3, about=0, days_ago=16),
        *published("closed-paper", 4, about=4, language="uk"),
    )
    return {"first": first.id, "other": other.id}


def test_groups_stand_in_the_order_of_their_shares_and_small_ones_come_last(app: App, outlets: dict[str, str]) -> None:
    groups = speakers(app, "truce", by="source", since="60d").groups
    assert [(one.value, one.articles, one.total) for one in groups] == [
        (outlets["other"], 6, 15),
        (outlets["first"], 5, 20),
        ("closed-paper", 4, 4),
    ]
    assert [one.is_small for one in groups] == [False, False, True]


@pytest.mark.parametrize("by", ["class", "country", "language", "source"])
@pytest.mark.usefixtures("outlets")
def test_the_query_of_every_group_finds_as_many_articles_as_it_says(app: App, by: By) -> None:
    groups = speakers(app, "truce", by=by, since="60d").groups
    assert sum(one.articles for one in groups) == 15
    for one in groups:
        if one.query:
            assert search(app, one.query).total == one.articles, one.query
    assert [one.label for one in groups if not one.query] == ([] if by in ("language", "source") else ["Unknown"])


def test_the_query_of_a_group_in_the_past_finds_nothing_later(small: Installation, app: App) -> None:
    small.keep(*published("paper", 5, about=5, days_ago=30), *published("paper", 3, about=3, days_ago=2))
    [group] = speakers(app, "truce", by="language", since="40d", until=f"{TODAY - timedelta(days=20):%Y-%m-%d}").groups
    assert group.articles == 5
    assert group.query
    assert search(app, group.query).total == 5


@pytest.mark.usefixtures("outlets")
def test_what_has_no_group_of_its_own_is_counted_together_and_found_by_its_query(app: App) -> None:
    *_, rest = speakers(app, "truce", by="source", since="60d", largest=1).groups
    assert (rest.value, rest.label, rest.articles) == (None, "All others", 9)
    assert rest.query
    assert search(app, rest.query).total == 9


@pytest.mark.usefixtures("outlets")
def test_weeks_add_up_and_one_with_few_articles_has_no_share(app: App) -> None:
    answer = speakers(app, "truce", by="source", since="60d")
    assert answer.measure == "articles"
    assert answer.top == max(week.total for one in answer.groups for week in one.weeks)
    for one in answer.groups:
        assert (sum(week.articles for week in one.weeks), sum(week.total for week in one.weeks)) == (
            one.articles,
            one.total,
        )
        assert all((week.share is None) is (week.total < 10) for week in one.weeks)
    assert answer.groups[0].weeks[-1].partial


def test_many_articles_are_measured_by_their_share(small: Installation, app: App) -> None:
    small.keep(*published(app.sources[0].id, 120, about=30, days_ago=1))
    answer = speakers(app, "truce", by="class", since="1d")
    assert (answer.measure, answer.top) == ("share", 0.25)


def test_a_theme_that_nobody_speaks_about_has_no_groups(small: Installation, app: App) -> None:
    small.keep(*published(app.sources[0].id, 3, about=0))
    assert not speakers(app, "truce", by="class", since="60d").groups


def test_what_cannot_be_asked_is_refused(app: App) -> None:
    with pytest.raises(NotFound):
        speakers(app, "nothing", by="class")
    with pytest.raises(WrongArgument):
        speakers(app, "truce", by="class", largest=0)
