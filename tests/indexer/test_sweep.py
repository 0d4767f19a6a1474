from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.tree import Forms, Node
from indexer.sweep import AT_ONCE, Difference, difference, forget_unknown, sweep
from tests.support.builders import article
from tests.support.engines import fill
from tests.support.oracle import matches
from tests.support.trees import random_article, random_node


@dataclass(frozen=True)
class Theme:
    id: str
    node: Node


def word(text: str) -> Node:
    return Forms("words", frozenset({text}))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    yield opened
    opened.close()


def tags(engine: Engine, articles: list[Article]) -> dict[str, frozenset[str]]:
    return {id: found.themes for id, found in engine.get([item.id for item in articles]).items()}


def test_a_sweep_retags_everything_when_a_query_changes(engine: Engine) -> None:
    truce = article(serial=1, title="A truce", themes=frozenset({"old"}))
    peace = article(serial=2, title="Peace", themes=frozenset({"old", "theme"}))
    fill(engine, truce, peace)
    assert sweep(engine, Theme("theme", word("truce"))) == Difference(1, 1)
    assert tags(engine, [truce, peace]) == {truce.id: {"old", "theme"}, peace.id: {"old"}}


def test_a_true_theme_writes_nothing(engine: Engine) -> None:
    fill(engine, article(serial=1, title="A truce", themes=frozenset({"theme"})))
    told: list[int] = []
    assert sweep(engine, Theme("theme", word("truce")), progress=told.append) == Difference(0, 0)
    assert told == []


def test_a_sweep_of_more_than_one_batch_ends_with_both_queries_empty(engine: Engine) -> None:
    fill(
        engine,
        *(article(serial=number, title="truce" if number % 3 else "peace") for number in range(1, AT_ONCE + 500)),
    )
    theme = Theme("theme", word("truce"))
    before = difference(engine, theme)
    told: list[int] = []
    assert sweep(engine, theme, progress=told.append) == before
    assert sum(told) == before.missing
    assert difference(engine, theme) == Difference(0, 0)


def test_tags_of_themes_that_are_gone_are_removed(engine: Engine) -> None:
    kept = article(serial=1, themes=frozenset({"kept", "gone"}))
    fill(engine, kept)
    assert forget_unknown(engine, frozenset({"kept"})) == {"gone": 1}
    assert tags(engine, [kept]) == {kept.id: {"kept"}}


@pytest.mark.parametrize("seed", range(20))
def test_after_a_sweep_exactly_the_matching_articles_carry_the_tag(engine: Engine, seed: int) -> None:
    random = Random(seed)
    articles = [random_article(random, serial) for serial in range(1, 40)]
    fill(engine, *articles)
    theme = Theme("theme", random_node(random))
    sweep(engine, theme)
    tagged = {id for id, themes in tags(engine, articles).items() if "theme" in themes}
    assert tagged == {item.id for item in articles if matches(theme.node, item)}
    assert difference(engine, theme) == Difference(0, 0)
