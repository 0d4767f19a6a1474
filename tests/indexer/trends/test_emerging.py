"""What rises is reported, in any form and language; what merely happens to fall together, or comes from one source, is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.tree import Everything, Has, Node, Not, Value
from indexer.trends.common_words import calendar_words
from indexer.trends.emerging import News, find_emerging
from indexer.trends.phrases import Beginning, Folding, find_phrases, spelled
from tests.support.builders import article
from tests.support.words import morphology

START = datetime(2026, 9, 14, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
WORDS = tuple(f"{first}{second}{third}o" for first in "bdfgk" for second in "aeiu" for third in "lmnrst")
SOURCES = tuple("abcdefgh")


def usual(weeks: int = 10, a_day: int = 10) -> list[Article]:
    """Return weeks of words drawn at random, up to the end of the window."""
    random = Random(5)
    days = weeks * 7 + 7
    return [
        article(
            serial=serial + 1,
            source=random.choice(SOURCES),
            title=" ".join(random.choices(WORDS, k=3)),
            text=" ".join(random.choices(WORDS, k=15)),
            published=START - weeks * WEEK + serial // a_day * DAY + timedelta(minutes=serial % a_day),
        )
        for serial in range(days * a_day)
    ]


def planted(phrases: Sequence[str], number: int, first: int = 50_000, **fields: object) -> list[Article]:
    """Return stories of the window that have one of the phrases, of several sources."""
    random = Random(first)
    made = []
    for place in range(number):
        filler = random.choices(WORDS, k=12)
        own: dict[str, object] = {
            "source": SOURCES[place % 5],
            "published": START + place % 7 * DAY + timedelta(hours=8),
            "title": " ".join(filler[:3]),
            "text": f"{' '.join(filler[3:8])} {phrases[place % len(phrases)]} {' '.join(filler[8:])}",
        }
        made.append(article(serial=first + place, **(own | fields)))
    return made


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    opened.add(usual())
    opened.refresh()
    yield opened
    opened.close()


def news_of(engine: Engine, *articles: Article, node: Node | None = None, most: int = 20) -> News:
    engine.add(articles)
    engine.refresh()
    return find_emerging(engine, node or Everything(), start=START, end=START + WEEK, words=morphology(), most=most)


@pytest.mark.parametrize(
    ("language", "phrases", "words"),
    [
        ("en", ["copper lighthouse", "copper lighthouses"], 2),
        ("ru", ["зелёный коридор", "зелёного коридора", "зелёным коридорам"], 2),
        ("uk", ["зелений коридор", "зеленого коридору"], 2),
        ("de", ["humanitärer Korridor", "humanitären Korridors"], 2),
        ("fr", ["couloir humanitaire", "couloirs humanitaires"], 2),
        ("pl", ["korytarz humanitarny", "korytarza humanitarnego"], 2),
        ("en", ["ministry of weather"], 3),
        ("en", ["lighthouse"], 1),
    ],
)
def test_a_phrase_is_noticed_in_all_its_forms(engine: Engine, language: str, phrases: list[str], words: int) -> None:
    others = planted(["strasse"], 40, 60_000, language=language, published=START - 20 * DAY)
    result = news_of(engine, *others, *planted(phrases, 12, language=language))
    [one] = [each for each in result.phrases if each.language == language]
    assert len(one.places) == words
    assert (one.stories, one.sources, one.expected) == (12, 5, 0)
    assert one.phrase in phrases
    assert len(one.newest) == 3


def test_words_at_random_are_no_news(engine: Engine) -> None:
    result = news_of(engine)
    assert result.phrases == ()
    assert result.candidates > 50
    assert (result.stories, result.past) == (70, 630)  # the week in which collecting began may not be whole


def test_what_one_source_repeats_is_no_news(engine: Engine) -> None:
    assert news_of(engine, *planted(["copper lighthouse"], 12, source="a")).phrases == ()


def test_copies_do_not_count(engine: Engine) -> None:
    story = article(serial=1).id
    assert news_of(engine, *planted(["copper lighthouse"], 12, copy_of=story)).phrases == ()


def test_what_was_as_frequent_before_is_no_news(engine: Engine) -> None:
    before = [
        one
        for week in range(1, 10)
        for one in planted(["copper lighthouse"], 12, 50_000 + 100 * week, published=START - week * WEEK + DAY)
    ]
    assert news_of(engine, *before, *planted(["copper lighthouse"], 12)).phrases == ()


def test_a_few_stories_that_fall_together_are_no_news(engine: Engine) -> None:
    rare = [one for number in range(30) for one in planted([f"rare{number}"], 3, 50_000 + 10 * number)]
    assert news_of(engine, *rare).phrases == ()


def test_months_days_and_numbers_are_no_news(engine: Engine) -> None:
    assert news_of(engine, *planted(["14 September", "Monday"], 20)).phrases == ()
    assert {"сентября", "понедельник"} <= calendar_words("ru")
    assert calendar_words(None) == calendar_words("zz-nothing") == frozenset()


def test_sources_that_are_new_are_left_out_and_named(engine: Engine) -> None:
    fresh = [
        one for place in range(4) for one in planted(["copper lighthouse"], 6, 50_000 + 10 * place, source=f"n{place}")
    ]
    result = news_of(engine, *fresh)
    assert (result.phrases, result.new_sources) == ((), ("n0", "n1", "n2", "n3"))


def test_without_enough_past_nothing_is_said(tmp_path: Path) -> None:
    opened = open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    opened.add(usual(weeks=2))
    result = news_of(opened, *planted(["copper lighthouse"], 12))
    opened.close()
    assert (result.since, result.phrases) == (None, ())


def test_an_empty_index_has_no_news(tmp_path: Path) -> None:
    opened = open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    result = news_of(opened)
    opened.close()
    assert (result.stories, result.since, result.phrases) == (0, None, ())


def test_only_the_articles_that_match_count(engine: Engine) -> None:
    tagged = planted(["copper lighthouse"], 12, themes=frozenset({"sea"}))
    assert news_of(engine, *tagged, node=Not(Has("themes"))).phrases == ()
    inside = Value("themes", frozenset({"sea"}))
    before = planted(["harbour"], 60, 70_000, themes=frozenset({"sea"}), published=START - 8 * DAY)
    assert [one.phrase for one in news_of(engine, *before, node=inside).phrases] == ["copper lighthouse"]


def test_two_phrases_of_the_same_stories_are_one(engine: Engine) -> None:
    result = news_of(engine, *planted(["copper lighthouse xx yy zz marble orchard"], 12))
    [one] = result.phrases
    assert {"copper", "marble", "orchard"} <= set(f"{one.phrase} {' '.join(one.also)}".split())


def test_no_more_phrases_are_returned_than_wanted(engine: Engine) -> None:
    several = [
        one for name in ("alpha", "omega") for one in planted([f"{name} lighthouse"], 12, 50_000 + ord(name[0]) * 100)
    ]
    assert len(news_of(engine, *several, most=1).phrases) == 1


def beginnings(*texts: str) -> list[Beginning]:
    return [
        Beginning.of(article(serial=number, source=f"{number}", title=None, text=text))
        for number, text in enumerate(texts, 1)
    ]


def test_phrases_do_not_cross_from_the_title_into_the_text() -> None:
    stories = [Beginning.of(article(serial=n, source=f"{n}", title="red", text="house stands")) for n in range(3)]
    assert ("red", "house") not in find_phrases(stories, Folding(stories, "en", morphology()), least=3, sources=3)


def test_a_phrase_is_spelled_as_most_stories_write_it() -> None:
    stories = beginnings("Der Grüne Korridor", "der grüne Korridor", "Der Grüne Korridor.")
    folding = Folding(stories, "de", morphology())
    [places] = [one for one in find_phrases(stories, folding, least=3, sources=3) if len(one) == 2]
    assert spelled(stories, folding, places) == "Grüne Korridor"


@pytest.mark.parametrize(
    "text", ["", "¶ ¶ ¶", "\u202e\u0000 a" * 50, "x" * 5_000, "слово " * 3_000, "的" * 2_000, "🙂 " * 500]
)
def test_any_text_can_be_read(text: str) -> None:
    stories = beginnings(text, text, text)
    for language in ("en", "ru", None, "zh"):
        find_phrases(stories, Folding(stories, language, morphology()), least=3, sources=3)
