from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.tree import Everything, Forms, Node
from indexer.themes.gaps import Gaps, find_gaps
from tests.support.builders import article
from tests.support.words import morphology

QUERY = Forms("words", frozenset({"truce", "truces"}))
TAGGED = "The truce holds, and monitors walk along the demarcation line."
LIKE = "Guns fell silent, and monitors walk along the demarcation line."
OTHER = "The choir sang in the rain, and nobody minded the cold."


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    yield engine
    engine.close()


def stories(number: int, text: str, first: int, *themes: str, language: str | None = "en") -> list[Article]:
    return [
        article(serial=serial, title=None, text=text, language=language, themes=frozenset(themes))
        for serial in range(first, first + number)
    ]


def gaps(engine: Engine, *articles: Article, context: Node | None = None) -> Gaps:
    engine.add(articles)
    engine.refresh()
    return find_gaps(engine, "truce", QUERY, context or Everything(), morphology())


def test_gaps_are_untagged_stories_with_the_key_words_of_tagged_ones(engine: Engine) -> None:
    result = gaps(engine, *stories(10, TAGGED, 1, "truce"), *stories(4, LIKE, 20), *stories(20, OTHER, 40))
    assert (result.tagged, result.untagged) == (10, 24)
    assert {one.article.serial for one in result.resembling} == {20, 21, 22, 23}
    assert set(result.resembling[0].words) >= {"monitors", "demarcation"}


def test_phrases_are_counted_by_what_they_add_and_spoil(engine: Engine) -> None:
    spoilt = "The monitors of the school were cheap."
    result = gaps(
        engine,
        *stories(10, TAGGED, 1, "truce"),
        *stories(4, LIKE, 20),
        *stories(20, OTHER, 40),
        *stories(2, spoilt, 70),
    )
    by_phrase = {one.phrase: (one.adds, one.spoils, one.articles) for one in result.additions}
    assert by_phrase["demarcation line"] == (4, 0, 4)
    assert by_phrase["monitors"] == (4, 2, 6)
    phrases = [one.phrase for one in result.additions]
    assert phrases.index("demarcation line") < phrases.index("monitors")
    assert not {"truce", "the", "and"} & set(" ".join(phrases).split())


def test_only_stories_that_match_the_context_count(engine: Engine) -> None:
    context = Forms("words", frozenset({"ukraine", "choir"}))
    articles = [
        *stories(10, f"Ukraine. {TAGGED}", 1, "truce"),
        *stories(4, LIKE, 20),
        *stories(20, OTHER, 40),
    ]
    result = gaps(engine, *articles, context=context)
    assert (result.untagged, result.resembling, result.additions) == (20, (), ())


def test_languages_are_compared_among_themselves(engine: Engine) -> None:
    german = "Die Beobachter gehen an der Linie entlang, die Waffen schweigen."
    result = gaps(
        engine,
        *stories(10, TAGGED, 1, "truce"),
        *stories(4, LIKE, 20),
        *stories(20, OTHER, 40),
        *stories(5, german, 70, language="de"),
        *stories(5, OTHER, 80, language=None),
    )
    assert {one.article.language for one in result.resembling} == {"en"}
    assert {one.language for one in result.additions} == {"en"}


def test_copies_are_not_read(engine: Engine) -> None:
    copied = article(serial=99, title=None, text=LIKE, language="en", copy_of=article(serial=20).id)
    result = gaps(engine, *stories(10, TAGGED, 1, "truce"), *stories(4, LIKE, 20), *stories(20, OTHER, 40), copied)
    assert 99 not in {one.article.serial for one in result.resembling}
    assert {one.phrase: one.articles for one in result.additions}["demarcation line"] == 5


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_theme_with_hardly_any_story_has_no_gaps(engine: Engine, number: int) -> None:
    result = gaps(engine, *stories(number, TAGGED, 1, "truce"), *stories(4, LIKE, 20))
    assert (result.tagged, result.resembling, result.additions) == (number, (), ())
