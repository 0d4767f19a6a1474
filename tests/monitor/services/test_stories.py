"""What a query finds is folded into stories: every one stands once, with its copies, on whatever page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from indexer.article import Article
from monitor.app import App
from monitor.services.search import search
from monitor.services.stories import stories
from tests.support.builders import article
from tests.support.installation import Installation

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def published(number: int, *, copy_of: str | None = None, language: str = "en") -> Article:
    """Return an article, published that many minutes after noon."""
    return article(
        id=f"a{number}",
        url=f"https://news.example/{number}",
        serial=number + 1,
        text=f"the truce of number{number}",
        published=NOON + timedelta(minutes=number),
        copy_of=copy_of,
        language=language,
    )


def ids(app: App, query: str, **options: object) -> list[str]:
    """Return the ids of one page of stories."""
    return [one.hit.id for one in stories(app, query, **options).stories]  # type: ignore[arg-type]


def all_pages(app: App, query: str, limit: int) -> list[str]:
    """Return the ids of all pages, one after the other."""
    page = stories(app, query, limit=limit)
    every = [one.hit.id for one in page.stories]
    while page.next is not None:
        page = stories(app, query, limit=limit, cursor=page.next)
        every += [one.hit.id for one in page.stories]
    return every


def test_copies_stand_under_their_story(small: Installation, app: App) -> None:
    small.keep(published(0), published(1), published(2, copy_of="a0"), published(3, copy_of="a0"))
    page = stories(app, "truce")
    assert [(one.hit.id, [copy.id for copy in one.copies]) for one in page.stories] == [
        ("a1", []),
        ("a0", ["a3", "a2"]),
    ]
    assert page.total == 4


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 20])
def test_every_story_stands_on_one_page_only(small: Installation, app: App, limit: int) -> None:
    stories_kept = [published(number) for number in range(0, 40, 4)]
    copies = [published(number + 6, copy_of=f"a{number}") for number in range(0, 36, 12)]
    orphans = [published(number + 41, copy_of="gone") for number in range(5)]
    small.keep(*stories_kept, *copies, *orphans)
    every = all_pages(app, "truce", limit)
    assert every == ["a41", *(f"a{number}" for number in range(36, -1, -4))]


def test_a_long_run_of_copies_ends_a_page_early_and_loses_nothing(small: Installation, app: App) -> None:
    small.keep(published(0), published(1), *(published(number, copy_of="a0") for number in range(2, 30)))
    assert not ids(app, "truce", limit=2)
    assert all_pages(app, "truce", 2) == ["a1", "a0"]


def test_the_earliest_matching_copy_stands_for_a_story_that_does_not_match(small: Installation, app: App) -> None:
    small.keep(published(0, language="ru"), published(1, copy_of="a0"), published(2, copy_of="a0"))
    page = stories(app, "truce language:en")
    assert [one.hit.id for one in page.stories] == ["a1"]
    assert page.stories[0].hit.story
    assert page.total == 2


@pytest.mark.parametrize("query", ["is:copy", "copy_of:a0", "truce (is:copy OR number9)"])
def test_a_search_for_copies_shows_all_of_them(small: Installation, app: App, query: str) -> None:
    small.keep(published(0), published(1, copy_of="a0"), published(2, copy_of="a0"))
    assert ids(app, query) == ["a2", "a1"]


def test_a_search_for_stories_is_what_it_was(small: Installation, app: App) -> None:
    small.keep(published(0), published(1, copy_of="a0"), published(2))
    assert ids(app, "truce is:story") == [hit.id for hit in search(app, "truce is:story").hits] == ["a2", "a0"]


def test_the_best_matches_are_folded_too(small: Installation, app: App) -> None:
    small.keep(published(0), *(published(number, copy_of="a0") for number in range(1, 4)), published(9))
    assert sorted(ids(app, "truce", sort="score", limit=2)) == ["a0", "a9"]


def test_other_outlets_are_counted_once_and_exactly_however_many_copies_there_are(
    small: Installation, app: App
) -> None:
    again = [replace(published(number, copy_of="a0"), source=f"outlet-{number % 12}") for number in range(1, 31)]
    own = [replace(published(number, copy_of="a40"), source="example") for number in (41, 42)]
    small.keep(
        published(0), *again, published(40), *own, published(50), replace(published(51, copy_of="a50"), source="x")
    )
    assert [(one.hit.id, one.outlets) for one in stories(app, "truce").stories] == [("a50", 1), ("a40", 0), ("a0", 12)]


def test_of_many_copies_the_newest_are_listed(small: Installation, app: App) -> None:
    small.keep(published(0), *(published(number, copy_of="a0") for number in range(1, 15)))
    [story] = stories(app, "truce").stories
    assert story.hit.copies == 14
    assert [copy.id for copy in story.copies] == [f"a{number}" for number in range(14, 4, -1)]


def test_the_range_decides_which_story_matches(small: Installation, app: App) -> None:
    small.keep(published(0), published(70, copy_of="a0"), published(80, copy_of="a0"))
    assert ids(app, "truce", since="2026-11-20T13:00") == ["a70"]
    assert ids(app, "truce", since="2026-11-20T11:00") == ["a0"]
