"""Why a day differs: planted reasons are detected, each with the articles that show it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.tree import Forms, Node, Value, all_of, any_of
from indexer.stored_form import text_fields
from indexer.trends.keyness import SURE, by_articles
from indexer.trends.keywords import COSTLY
from indexer.trends.why import Why, why
from tests.support.engines import fill
from tests.support.planted import DAY, FIRST, RUSSIAN, SPIKE, planted
from tests.support.words import morphology

TRUCE: Node = Value("themes", frozenset({"truce"}))


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return planted()


@pytest.fixture(scope="module")
def engine(articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine(f"tantivy:{tmp_path_factory.mktemp('why') / 'index'}", writable=True)
    fill(opened, *articles)
    yield opened
    opened.close()


def explain_day(engine: Engine, start: datetime = SPIKE, node: Node = TRUCE, days: int = 1) -> Why:
    return why(engine, node, start=start, end=start + days * DAY, words=morphology())


def test_the_planted_words_come_first_and_usual_words_are_left_out(engine: Engine) -> None:
    result = explain_day(engine)
    assert {word.word for word in result.words[:2]} == {"helsinki", "summit"}
    assert result.words[2].word in RUSSIAN
    assert len(result.words) == 3


def test_the_forms_of_a_word_are_one_word(engine: Engine) -> None:
    [russian] = [word for word in explain_day(engine).words if word.language == "ru"]
    assert set(RUSSIAN) <= russian.forms
    assert russian.keyness.here == 8


def test_the_figures_of_a_word_are_counted_over_all_stories(engine: Engine, articles: list[Article]) -> None:
    result = explain_day(engine)
    english = [one for one in articles if one.language == "en" and "truce" in one.themes and not one.copy_of]
    for word in result.words[:2]:
        sides = [
            [one for one in english if one.published and side.start <= one.published < side.end]
            for side in (result.here, result.elsewhere)
        ]
        present = [sum(word.word in text_fields(one)["words"].split(" ") for one in side) for side in sides]
        assert word.keyness == by_articles(present[0], len(sides[0]), present[1], len(sides[1]))


def test_every_reason_refers_to_articles_that_show_it(engine: Engine, articles: list[Article]) -> None:
    by_id = {one.id: one for one in articles}
    result = explain_day(engine)
    for word in result.words:
        assert word.ids
        assert all(not word.forms.isdisjoint(by_id[id].text.split()) for id in word.ids)
    for source in result.sources:
        assert {by_id[id].source for id in source.ids} == {source.name}
    for theme in result.themes:
        assert all(theme.name in by_id[id].themes for id in theme.ids)
    for story in result.stories:
        assert by_id[story.article.id].copy_of is None


def test_a_new_source_and_a_new_theme_are_listed(engine: Engine) -> None:
    result = explain_day(engine)
    assert result.sources[0].name == "delta"
    assert result.sources[0].keyness.here == 12
    assert [theme.name for theme in result.themes] == ["negotiations"]


def test_the_story_with_the_most_copies_comes_first(engine: Engine) -> None:
    first = explain_day(engine).stories[0]
    assert first.articles == 6
    assert [story.articles for story in explain_day(engine).stories[1:]] == [1] * 14


def test_stories_with_most_of_the_words_come_before_others(engine: Engine) -> None:
    words = [story.words for story in explain_day(engine).stories[1:]]
    assert words == sorted(words, reverse=True)
    assert words[0] == 2


def test_usual_counts_come_from_the_weeks_before(engine: Engine) -> None:
    result = explain_day(engine)
    assert result.is_before
    assert result.here.number == 30
    assert result.expected == pytest.approx(6)


def test_days_before_the_first_article_do_not_lower_the_usual_counts(engine: Engine) -> None:
    result = explain_day(engine, FIRST + 40 * DAY, days=7)
    assert result.elsewhere.start == FIRST
    assert result.expected == pytest.approx(42)
    assert not result.sources


def test_a_usual_day_has_no_reasons(engine: Engine) -> None:
    result = explain_day(engine, SPIKE - 4 * DAY)
    assert all(word.keyness.g2 < 2 * SURE for word in result.words)
    assert result.themes == ()
    assert result.sources == ()


def test_a_new_theme_is_compared_with_all_other_articles_of_the_same_period(engine: Engine) -> None:
    result = explain_day(engine, node=Forms("words", frozenset({"helsinki"})))
    assert not result.is_before
    assert result.expected is None
    assert result.elsewhere.start == SPIKE
    assert "summit" in {word.word for word in result.words}
    assert result.sources == ()


def test_a_period_without_articles_has_no_reasons(engine: Engine) -> None:
    result = explain_day(engine, FIRST - 30 * DAY)
    assert (result.here.number, result.words, result.stories, result.sources, result.themes) == (0, (), (), (), ())


def test_a_long_period_is_sampled_over_its_whole_length(engine: Engine) -> None:
    result = explain_day(engine, FIRST + 91 * DAY, days=29)
    assert result.here.number > 150
    assert {"helsinki", "summit"} <= {word.word for word in result.words}


def test_the_scope_applies_to_both_sides(engine: Engine) -> None:
    alpha = Value("source", frozenset({"alpha"}))
    result = why(engine, TRUCE, start=SPIKE, end=SPIKE + DAY, words=morphology(), scope=alpha)
    assert result.here.number < 30
    assert {source.name for source in result.sources} <= {"alpha"}


def test_a_query_with_many_clauses_has_the_same_reasons(engine: Engine) -> None:
    many: Node = any_of(TRUCE, *(Forms("words", frozenset({f"nowhere{number}"})) for number in range(COSTLY)))
    for start in (SPIKE, FIRST + 40 * DAY):
        plain, costly = explain_day(engine, start), explain_day(engine, start, many)
        assert plain.here.number == costly.here.number > 0
        assert (plain.expected, plain.is_before) == (costly.expected, costly.is_before)
        assert (plain.words, plain.stories, plain.sources) == (costly.words, costly.stories, costly.sources)
    new = Forms("words", frozenset({"helsinki"}))
    assert (
        explain_day(engine, node=all_of(new, many)).elsewhere.number
        == explain_day(engine, node=all_of(new, TRUCE)).elsewhere.number
    )
