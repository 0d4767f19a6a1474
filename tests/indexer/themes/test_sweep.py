from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import cast

import pytest

from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.tree import Forms, Node
from indexer.themes.sweep import AT_ONCE, NO_DIFFERENCE, Difference, difference, preview, sweep, sweep_some, unknown
from tests.support.builders import article
from tests.support.engines import fill
from tests.support.oracle import matches
from tests.support.themes import theme_of_node
from tests.support.trees import random_article, random_node


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
    assert sweep(engine, theme_of_node("theme", word("truce"))) == Difference(1, 1)
    assert tags(engine, [truce, peace]) == {truce.id: {"old", "theme"}, peace.id: {"old"}}


def test_a_true_theme_writes_nothing(engine: Engine) -> None:
    fill(engine, article(serial=1, title="A truce", themes=frozenset({"theme"})))
    told: list[int] = []
    assert sweep(engine, theme_of_node("theme", word("truce")), progress=told.append) == Difference(0, 0)
    assert told == []


def test_a_sweep_of_more_than_one_batch_ends_with_both_queries_empty(engine: Engine) -> None:
    fill(
        engine,
        *(article(serial=number, title="truce" if number % 3 else "peace") for number in range(1, AT_ONCE + 500)),
    )
    theme = theme_of_node("theme", word("truce"))
    before = difference(engine, theme)
    told: list[int] = []
    assert sweep(engine, theme, progress=told.append) == before
    assert sum(told) == before.missing
    assert difference(engine, theme) == Difference(0, 0)


def test_tags_of_themes_that_are_gone_are_removed(engine: Engine) -> None:
    kept = article(serial=1, themes=frozenset({"kept", "gone"}))
    fill(engine, kept)
    (gone,) = unknown(engine, frozenset({"kept"}))
    assert sweep(engine, gone) == Difference(0, 1)
    assert tags(engine, [kept]) == {kept.id: {"kept"}}
    assert unknown(engine, frozenset({"kept"})) == []


def test_a_sweep_is_done_in_parts_that_searches_see(engine: Engine) -> None:
    fill(engine, *(article(serial=number, title="truce") for number in range(1, AT_ONCE + 11)))
    theme = theme_of_node("theme", word("truce"))
    assert [sweep_some(engine, theme) for _ in range(3)] == [Difference(AT_ONCE, 0), Difference(10, 0), NO_DIFFERENCE]


class Writes:
    """An engine that counts what is written to it; everything is done by the real one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.ids: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    def set_themes(self, themes: Mapping[str, frozenset[str]]) -> None:
        self.ids += themes
        self._engine.set_themes(themes)


def test_a_sweep_writes_the_difference_and_nothing_else(engine: Engine) -> None:
    held = frozenset({"theme"})
    right = [article(serial=number, title="truce", themes=held) for number in range(1, 40)]
    lacking, wrong = article(serial=90, title="truce"), article(serial=91, title="peace", themes=held)
    fill(engine, *right, lacking, wrong, article(serial=92, title="peace"))
    writes = Writes(engine)
    sweep(cast(Engine, writes), theme_of_node("theme", word("truce")))
    assert writes.ids == [lacking.id, wrong.id]


def test_a_preview_says_what_a_sweep_would_write_and_writes_nothing(engine: Engine) -> None:
    held = frozenset({"theme"})
    lacking = [article(serial=number, title="truce") for number in range(1, 10)]
    wrong = article(serial=91, title="peace", themes=held)
    fill(engine, *lacking, wrong, article(serial=92, title="truce", themes=held))
    seen = preview(engine, theme_of_node("theme", word("truce")))
    assert seen.difference == Difference(9, 1)
    assert [found.serial for found in seen.gained] == [9, 8, 7, 6, 5]
    assert [found.serial for found in seen.lost] == [91]
    assert difference(engine, theme_of_node("theme", word("truce"))) == Difference(9, 1)


@pytest.mark.parametrize("seed", range(20))
def test_after_a_sweep_exactly_the_matching_articles_carry_the_tag(engine: Engine, seed: int) -> None:
    random = Random(seed)
    articles = [random_article(random, serial) for serial in range(1, 40)]
    fill(engine, *articles)
    theme = theme_of_node("theme", random_node(random))
    sweep(engine, theme)
    tagged = {id for id, themes in tags(engine, articles).items() if "theme" in themes}
    assert tagged == {item.id for item in articles if matches(theme.node, item)}
    assert difference(engine, theme) == Difference(0, 0)
