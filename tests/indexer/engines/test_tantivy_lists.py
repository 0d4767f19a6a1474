"""Costly queries, whose matches the embedded engine lists once per commit: the lists never show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.engines.tantivy import listed
from indexer.query.tree import And, Between, Forms, Near, Node, Not, Or, Phrase, Value, all_of
from tests.support.builders import article
from tests.support.engines import fill, serials
from tests.support.oracle import matches
from tests.support.trees import SOURCES, START, THEMES, VOCABULARY, random_article, random_node

PAIR = Near("words", (Forms("words", frozenset({"peace"})), Forms("words", frozenset({"plan"}))), 2)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    yield opened
    opened.close()


def words(random: Random) -> Forms:
    return Forms("words", frozenset(random.sample(VOCABULARY, random.randint(1, 3))))


def costly(random: Random, *, pairs: int = listed.COSTLY) -> Node:
    """Return a query like that of a theme: pairs of words, some of them excluded or limited by a context."""
    some: list[Node] = []
    for _ in range(pairs):
        near = Near("words", (words(random), words(random)), random.randint(0, 4))
        some.append(random.choice((near, near, all_of(near, Not(words(random))), Phrase("words", near.places))))
    query: Node = Or(tuple(some))
    return random.choice((query, And((query, words(random))), And((query, Not(words(random)))), And((query, query))))


def limited(random: Random, node: Node) -> Node:
    """Return a query as pages, sweeps and trends make it from another."""
    source, theme = Value("source", frozenset({random.choice(SOURCES)})), Value("themes", frozenset({THEMES[0]}))
    start = START + timedelta(days=random.randint(0, 9))
    rest = (source, Between("published", start, None), Not(theme), random_node(random))
    return random.choice((node, all_of(node, *random.sample(rest, 2)), all_of(theme, Not(node)), Or((node, source))))


def check(engine: Engine, articles: Sequence[Article], node: Node) -> None:
    expected = sorted(each.serial for each in articles if matches(node, each))
    assert serials(engine, node) == expected
    assert engine.count(node) == engine.search(node, limit=1).total == len(expected)


@pytest.mark.parametrize("seed", range(4))
def test_a_costly_query_matches_the_same_articles_as_brute_force_however_often_it_is_asked(
    engine: Engine, seed: int
) -> None:
    random = Random(seed)
    articles = [random_article(random, serial) for serial in range(1, 121)]
    fill(engine, *articles)
    queries = [costly(random) for _ in range(4)]
    for _ in range(18):
        check(engine, articles, limited(random, random.choice(queries)))


def test_a_costly_query_is_answered_from_the_newest_commit(engine: Engine) -> None:
    random = Random(1)
    query = Or((costly(random), PAIR))
    articles = [random_article(random, serial) for serial in range(1, 61)]
    fill(engine, *articles)
    for _ in range(12):
        check(engine, articles, limited(random, query))
        place = random.randrange(len(articles))
        gone, changed = articles.pop(), articles[place]
        articles[place] = replace(random_article(random, 1), id=changed.id, serial=changed.serial, url=changed.url)
        articles.append(random_article(random, gone.serial + 100))
        engine.delete([gone.id])
        fill(engine, articles[place], articles[-1])


def test_an_article_that_shares_its_serial_with_a_match_is_not_found(engine: Engine) -> None:
    fill(engine, article(serial=1, text="peace plan"), article(serial=1, text="war", url="https://alpha.example/other"))
    query = Or((PAIR, costly(Random(1))))

    assert [engine.search(query, limit=5).total for _ in range(3)] == [1, 1, 1]


def test_a_query_with_too_many_matches_to_list_is_answered_all_the_same(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed, "MOST", 5)
    random = Random(2)
    articles = [random_article(random, serial) for serial in range(1, 61)]
    fill(engine, *articles)

    for _ in range(3):
        check(engine, articles, Or((PAIR, costly(Random(3), pairs=40))))


def test_lists_are_dropped_when_they_grow_too_large_together(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listed, "KEPT", 20)
    random = Random(4)
    articles = [random_article(random, serial) for serial in range(1, 61)]
    fill(engine, *articles)
    queries = [costly(random) for _ in range(6)]

    for query in queries * 3:
        check(engine, articles, query)
