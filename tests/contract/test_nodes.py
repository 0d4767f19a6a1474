"""The contract of every node of the query tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.tree import (
    NOTHING,
    And,
    Between,
    Everything,
    Forms,
    Fuzzy,
    Has,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Place,
    Prefix,
    UrlPrefix,
    Value,
    Wildcard,
)
from tests.support.builders import article
from tests.support.engines import fill, serials
from tests.support.oracle import matches
from tests.support.trees import random_node

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def forms(*words: str) -> Forms:
    return Forms("words", frozenset(words))


def phrase(*places: Place | str) -> Phrase:
    return Phrase("words", tuple(forms(place) if isinstance(place, str) else place for place in places))


def near(gap: int, *places: Place | str) -> Near:
    return Near("words", tuple(forms(place) if isinstance(place, str) else place for place in places), gap)


TEXTS = [
    "a b c d e",
    "b a",
    "a a b",
    "a x x b",
    "b x x x a",
    "c x b x a",
    "a",
    "переговоры о мире",
    "переговоров мир",
    "negotiations negotiating negotiate",
    "peace plan for a peace treaty",
    "don't stop p'yat",
    "u.s u.s.a 3.14 1,000 f-16",
    "a+b (c) [d] {e} ^f$ a|b a*b a?b back\\slash",
    "𝔸 🕊 🕊🕊 日本 z",
]

QUESTIONS: list[Node] = [
    Everything(),
    NOTHING,
    Not(Everything()),
    Not(NOTHING),
    forms(),
    forms("a"),
    forms("a", "peace", "nowhere"),
    forms("A", "a b", ""),
    forms("переговоры", "переговоров"),
    forms("🕊", "日"),
    Forms("title_words", frozenset({"title"})),
    Forms("author_words", frozenset({"ann"})),
    Prefix("words", "negotia"),
    Prefix("words", "пере"),
    Prefix("words", "u."),
    Prefix("words", "u.s."),
    Prefix("words", "don'"),
    Wildcard("words", "negotiat*s"),
    Wildcard("words", "*ing"),
    Wildcard("words", "п??егов*"),
    Wildcard("words", "?"),
    Wildcard("words", "3.*"),
    Wildcard("words", "3?14"),
    Wildcard("words", "u.s"),
    Fuzzy("words", "peaec", 1),
    Fuzzy("words", "negotaition", 2),
    Fuzzy("words", "переговрооы", 2),
    Fuzzy("words", "мире", 1),
    Fuzzy("words", "ab", 1),
    phrase("a", "b"),
    phrase("a", "a"),
    phrase("a", "b", "c", "d", "e"),
    phrase(forms("a", "b"), forms("a", "b")),
    phrase(forms("a", "b"), "x"),
    phrase(forms("peace", "war"), Prefix("words", "tre")),
    phrase(Prefix("words", "neg"), Wildcard("words", "*ing"), "negotiate"),
    phrase(Wildcard("words", "*"), "b"),
    phrase("a", forms()),
    phrase("nowhere", "a"),
    phrase("peace", "treaty", "end"),
    near(0, "a", "b"),
    near(1, "a", "b"),
    near(2, "a", "b"),
    near(3, "a", "b"),
    near(0, "a", "a"),
    near(5, "a", "a"),
    near(1, forms("a", "b"), forms("a", "c")),
    near(3, forms("a", "b"), forms("b", "c")),
    near(0, "a", "b", "c"),
    near(2, "a", "b", "c"),
    near(2, "c", "a", "b"),
    near(1, "a", "a", "b"),
    near(4, "peace", "peace", "treaty"),
    near(3, "peace", forms("plan", "treaty"), forms("peace", "plan")),
    near(1, Prefix("words", "перегов"), Prefix("words", "мир")),
    near(2, Wildcard("words", "*ace"), "treaty"),
    near(9, "a", forms()),
    near(1, "b", "c", "a"),
    near(3, "x", "a", "c"),
    near(5, "treaty", "plan", "a"),
    Value("language", frozenset()),
    Value("language", frozenset({"en", "xx"})),
    Value("language", frozenset({"EN", "e"})),
    Value("themes", frozenset({"truce"})),
    Value("source", frozenset({"alpha", "beta"})),
    Value("site", frozenset({"news.example"})),
    Value("precision", frozenset({"day"})),
    Value("url", frozenset({"https://news.example/3"})),
    Value("id", frozenset({article(serial=3).id, article(serial=4).id})),
    Value("copy_of", frozenset({"a" * 32})),
    Value("carries", frozenset({"c" * 32})),
    UrlPrefix("https://news.example/1"),
    UrlPrefix("https://news.example/a.b"),
    UrlPrefix("https://"),
    UrlPrefix("news.example"),
    UrlPrefix(""),
    Between("published", None, None),
    Between("published", NOON, None),
    Between("published", None, NOON),
    Between("published", NOON, NOON),
    Between("published", NOON, NOON + timedelta(seconds=1)),
    Between("published", NOON + timedelta(hours=1), NOON),
    Between("collected", NOON, NOON + timedelta(hours=3)),
    Has("published"),
    Has("copy_of"),
    Has("carries"),
    Has("language"),
    Has("themes"),
    And((forms("a"), forms("b"))),
    And((forms("a"), Not(forms("b")))),
    And((Not(forms("a")), Not(forms("b")))),
    And((Not(Not(forms("a"))), Everything())),
    And((forms("a"), NOTHING)),
    Or((forms("a"), NOTHING)),
    Or((Not(forms("a")), forms("a"))),
    Or((And((forms("a"), forms("c"))), phrase("peace", "plan"))),
    Not(And((forms("a"), Not(forms("c"))))),
    Not(Or((forms("a"), Has("themes")))),
    Not(phrase("a", "b")),
]


def stock() -> list[Article]:
    """Return the articles to query."""
    made = [article(serial=number, text=text, title=None) for number, text in enumerate(TEXTS, 1)]
    made[0] = replace(made[0], published=NOON, themes=frozenset({"truce", "arms"}), source="alpha")
    made[1] = replace(made[1], published=NOON - timedelta(seconds=1), language=None, published_precision="day")
    made[2] = replace(made[2], published=None, copy_of="a" * 32, carries=("b" * 32, "c" * 32))
    made[3] = replace(made[3], title="A title about b", authors=("Ann A", "B Treaty"), source="beta")
    made[4] = replace(made[4], url="https://news.example/a.b/c?d=e&f*", collected=NOON)
    made[5] = replace(made[5], url="https://news.example/axb/", collected=NOON + timedelta(hours=3))
    return made


@pytest.fixture(scope="module")
def stocked(addresses: Callable[[], str]) -> Iterator[Engine]:
    """Return an engine with these articles."""
    opened = open_engine(addresses(), writable=True)
    fill(opened, *stock())
    yield opened
    opened.close()


@pytest.mark.parametrize("node", QUESTIONS, ids=[f"{n}-{type(node).__name__}" for n, node in enumerate(QUESTIONS)])
def test_a_node_matches_what_the_oracle_matches(stocked: Engine, node: Node) -> None:
    expected = [item.serial for item in stock() if matches(node, item)]
    assert serials(stocked, node) == expected
    assert stocked.count(node) == len(expected)


def test_the_questions_match_some_articles_and_not_others() -> None:
    answers = [sum(matches(node, item) for item in stock()) for node in QUESTIONS]
    assert sum(0 < answer < len(TEXTS) for answer in answers) > 60


def test_a_phrase_does_not_match_across_title_and_text(engine: Engine) -> None:
    fill(engine, article(serial=1, title="A plan for peace", text="Treaty signed"))
    assert serials(engine, phrase("peace", "treaty")) == []
    assert serials(engine, phrase("for", "peace")) == [1]
    assert serials(engine, And((forms("peace"), forms("treaty")))) == [1]


def test_a_phrase_does_not_match_across_two_authors(engine: Engine) -> None:
    fill(engine, article(serial=1, authors=("Ann Lee", "Bo Ek")))
    assert serials(engine, Phrase("author_words", (field("ann"), field("lee")))) == [1]
    assert serials(engine, Phrase("author_words", (field("lee"), field("bo")))) == []


def field(word: str) -> Forms:
    return Forms("author_words", frozenset({word}))


# One seed per tree, so that a failing one can be repeated.
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(min_value=0, max_value=10**9))
def test_random_trees_match_the_same_articles_as_brute_force(crowded: Engine, crowd: list[Article], seed: int) -> None:
    node = random_node(Random(seed), levels=4)
    expected = [item.serial for item in crowd if matches(node, item)]
    newest = crowded.search(node, limit=1_000)
    assert sorted(hit.article.serial for hit in newest.hits) == expected
    results = crowded.search(node, limit=1_000, sort="score")
    assert results.total == len(expected)
    assert sorted(hit.article.serial for hit in results.hits) == expected
