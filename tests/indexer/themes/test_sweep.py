from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import cast

import pytest

from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.tree import Forms, Node
from indexer.themes.sweep import (
    AT_ONCE,
    NO_DIFFERENCE,
    Difference,
    count_differences,
    find_removed,
    preview,
    sweep,
    sweep_some,
)
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
    return {id: stored.themes for id, stored in engine.get([item.id for item in articles]).items()}


def test_a_sweep_retags_everything_when_a_query_changes(engine: Engine) -> None:
    truce = article(serial=1, title="A truce", themes=frozenset({"old"}))
    peace = article(serial=2, title="Peace", themes=frozenset({"old", "theme"}))
    fill(engine, truce, peace)
    assert sweep(engine, theme_of_node("theme", word("truce"))) == Difference(1, 1)
    assert tags(engine, [truce, peace]) == {truce.id: {"old", "theme"}, peace.id: {"old"}}


def test_a_theme_with_current_tags_writes_nothing(engine: Engine) -> None:
    fill(engine, article(serial=1, title="A truce", themes=frozenset({"theme"})))
    reports: list[int] = []
    assert sweep(engine, theme_of_node("theme", word("truce")), progress=reports.append) == Difference(0, 0)
    assert reports == []


def test_a_sweep_over_several_batches_leaves_no_difference(engine: Engine) -> None:
    fill(
        engine,
        *(article(serial=number, title="truce" if number % 3 else "peace") for number in range(1, AT_ONCE + 500)),
    )
    theme = theme_of_node("theme", word("truce"))
    before = count_differences(engine, theme)
    reports: list[int] = []
    assert sweep(engine, theme, progress=reports.append) == before
    assert sum(reports) == before.missing
    assert count_differences(engine, theme) == Difference(0, 0)


def test_tags_of_removed_themes_are_removed(engine: Engine) -> None:
    kept = article(serial=1, themes=frozenset({"kept", "gone"}))
    fill(engine, kept)
    (removed,) = find_removed(engine, frozenset({"kept"}))
    assert sweep(engine, removed) == Difference(0, 1)
    assert tags(engine, [kept]) == {kept.id: {"kept"}}
    assert find_removed(engine, frozenset({"kept"})) == []


def test_searches_see_each_part_of_a_sweep(engine: Engine) -> None:
    fill(engine, *(article(serial=number, title="truce") for number in range(1, AT_ONCE + 11)))
    theme = theme_of_node("theme", word("truce"))
    assert [sweep_some(engine, theme) for _ in range(3)] == [Difference(AT_ONCE, 0), Difference(10, 0), NO_DIFFERENCE]


class Writes:
    """A real engine that also records the ids written to it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.ids: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    def set_themes(self, themes: Mapping[str, frozenset[str]]) -> None:
        self.ids += themes
        self._engine.set_themes(themes)


def test_a_sweep_only_writes_the_difference(engine: Engine) -> None:
    tag = frozenset({"theme"})
    right = [article(serial=number, title="truce", themes=tag) for number in range(1, 40)]
    lacking, wrong = article(serial=90, title="truce"), article(serial=91, title="peace", themes=tag)
    fill(engine, *right, lacking, wrong, article(serial=92, title="peace"))
    writes = Writes(engine)
    sweep(cast(Engine, writes), theme_of_node("theme", word("truce")))
    assert writes.ids == [lacking.id, wrong.id]


def test_a_preview_shows_what_a_sweep_would_change_without_changing_it(engine: Engine) -> None:
    tag = frozenset({"theme"})
    lacking = [article(serial=number, title="truce") for number in range(1, 15)]
    wrong = article(serial=91, title="peace", themes=tag)
    fill(engine, *lacking, wrong, article(serial=92, title="truce", themes=tag))
    result = preview(engine, theme_of_node("theme", word("truce")))
    assert result.difference == Difference(14, 1)
    assert [gained.serial for gained in result.gained] == [14, 13, 12, 11, 10, 9, 8, 7, 6, 5]
    assert [lost.serial for lost in result.lost] == [91]
    assert count_differences(engine, theme_of_node("theme", word("truce"))) == Difference(14, 1)


@pytest.mark.parametrize("seed", range(20))
def test_after_a_sweep_only_matching_articles_have_the_tag(engine: Engine, seed: int) -> None:
    random = Random(seed)
    articles = [random_article(random, serial) for serial in range(1, 40)]
    fill(engine, *articles)
    theme = theme_of_node("theme", random_node(random))
    sweep(engine, theme)
    tagged = {id for id, themes in tags(engine, articles).items() if "theme" in themes}
    assert tagged == {item.id for item in articles if matches(theme.node, item)}
    assert count_differences(engine, theme) == Difference(0, 0)
