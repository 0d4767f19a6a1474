"""The generated articles read like those of a real list: themes, copies, silences, days on which something happened."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

from config.settings import load_settings
from crawler.archive.database import Database
from indexer.copies.index import CopyIndex, text_of
from indexer.themes.compile import compile_themes
from indexer.themes.tagger import Tagger
from monitor.app import App
from monitor.demo.content import SampleArticle, load_content
from monitor.demo.grammar import Writer, grammar_of
from monitor.demo.newsroom import DAYS, SILENCES, is_silent, newsroom
from tests.support.builders import article

TODAY = date(2026, 11, 23)
WRITTEN = load_content(TODAY)
ALL = newsroom(WRITTEN)
GENERATED = [one for one in ALL.articles if one not in set(WRITTEN.articles)]
LANGUAGES = ("de", "en", "fr", "pl", "ru", "uk")


def days_ago(one: SampleArticle) -> int:
    assert one.published is not None
    return (TODAY - one.published.date()).days


def per_day(theme: str) -> Counter[int]:
    return Counter(days_ago(one) for one in GENERATED if theme in one.themes and one.original is None)


def test_there_are_as_many_articles_as_a_small_list_of_sources_has_in_three_months() -> None:
    assert len(ALL.articles) >= 1_500
    assert set(WRITTEN.articles) <= set(ALL.articles)
    assert {days_ago(one) for one in GENERATED} == set(range(1, DAYS + 1))
    assert {one.language for one in GENERATED} == set(LANGUAGES)


def test_addresses_and_titles_are_distinct() -> None:
    assert len({one.url for one in ALL.articles}) == len({one.key for one in ALL.articles}) == len(ALL.articles)
    stories = [one for one in GENERATED if one.original is None]
    assert len({one.title for one in stories}) == len(stories)


def test_the_same_day_gives_the_same_articles() -> None:
    assert newsroom(load_content(TODAY)) == ALL


def test_no_slot_is_left_open() -> None:
    assert not [one.key for one in GENERATED if set("{}") & set(one.title + one.text)]


def test_weekends_have_fewer_articles_than_weekdays() -> None:
    days = Counter(one.published.weekday() for one in GENERATED if one.published)
    assert (days[5] + days[6]) / 2 < sum(days[day] for day in range(5)) / 5 / 1.5


@pytest.mark.parametrize(("theme", "day"), [("truce", 6), ("sanctions", 2), ("casualties", 12), ("guarantees", 39)])
def test_on_some_days_something_happens(theme: str, day: int) -> None:
    days = per_day(theme)
    usual = sum(number for ago, number in days.items() if abs(ago - day) > 7) / DAYS
    assert days[day] >= 5 * usual


@pytest.mark.parametrize(("theme", "grows"), [("arms", True), ("nuclear", False)])
def test_some_themes_grow_and_some_fade(theme: str, grows: bool) -> None:
    days = per_day(theme)
    early, late = sum(days[ago] for ago in range(76, 91)), sum(days[ago] for ago in range(1, 31))
    assert (late > early) if grows else (late < sum(days[ago] for ago in range(61, 91)))


def test_a_silent_source_publishes_nothing() -> None:
    assert {one.outlet for one in GENERATED} >= set(SILENCES)
    assert not [one.key for one in GENERATED if is_silent(one.outlet, days_ago(one))]


def test_some_pages_change_afterwards() -> None:
    changed = [one for one in GENERATED if one.revision]
    assert len(changed) >= 5
    assert all(one.revised().text != one.text for one in changed)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> App:
    return App(load_settings(data=tmp_path_factory.mktemp("data")))


def test_every_sentence_is_about_its_theme(app: App) -> None:
    tagger = Tagger(compile_themes(app.themes, app.context()))
    expected, articles = {}, []
    for language in LANGUAGES:
        writer = Writer(grammar_of(language), Random(language))
        for theme, subject in writer.grammar.subjects.items():
            for number in range(len(subject.titles)):
                title, paragraphs = writer.write(theme, TODAY, is_long=True)
                id = f"{language} {theme} {number}"
                articles.append(article(id=id, title=title, text="\n\n".join(paragraphs), language=language))
                expected[id] = set() if theme == "plain" else {theme}
    tags = tagger.tag_all(articles)
    assert {id: expected[id] for id in expected if not expected[id] <= tags[id]} == {}
    assert sum(tags[id] != expected[id] for id in expected) <= len(expected) / 50


def test_only_what_outlets_carry_is_taken_for_a_copy(tmp_path: Path) -> None:
    recent = sorted(
        (one for one in ALL.articles if one.published and 0 < days_ago(one) <= 14), key=lambda one: str(one.published)
    )
    index, story = CopyIndex(30), {}
    with Database(tmp_path / "parley.db").write() as connection:
        for one in recent:
            text = article(
                id=one.key,
                title=one.title,
                text=one.text,
                source=one.outlet,
                published=one.published,
                collected=datetime(2026, 11, 23, tzinfo=UTC),
            )
            story[one.key] = index.remember(connection, text_of(text)).place.story
    assert len([one for one in recent if one.original]) >= 20
    assert story == {one.key: one.original for one in recent}
