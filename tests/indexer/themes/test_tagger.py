"""The tagger gives themes' queries the same meaning as the engines."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pytest

from config.errors import QueryTooBroad
from indexer.query.tree import And, Forms, Near, Node, Not, Phrase, Prefix, Value
from indexer.themes.tagger import Tagger
from tests.support.builders import article
from tests.support.oracle import matches
from tests.support.trees import random_article, random_node


@dataclass(frozen=True)
class Theme:
    """What the tagger needs of a theme."""

    id: str
    node: Node


def forms(*words: str) -> Forms:
    return Forms("words", frozenset(words))


def test_every_article_gets_its_themes() -> None:
    truce = Theme("truce", forms("truce", "ceasefire"))
    arms = Theme("arms", forms("tank"))
    first, second, third = (
        article(serial=number, text=text) for number, text in enumerate(["A truce and a tank", "Tank!", "Rain"], 1)
    )
    assert Tagger([truce, arms]).tag([first, second, third]) == {
        first.id: {"truce", "arms"},
        second.id: {"arms"},
        third.id: frozenset(),
    }


def test_a_batch_may_be_empty_and_there_may_be_no_themes() -> None:
    assert Tagger([Theme("truce", forms("truce"))]).tag([]) == {}
    assert Tagger([]).tag([article(serial=1)]) == {article(serial=1).id: frozenset()}


def test_random_themes_agree_with_brute_force() -> None:
    random = Random(11)
    batch = [random_article(random, serial) for serial in range(1, 81)]
    themes = [Theme(f"t{number}", random_node(random, levels=4)) for number in range(120)]
    tagged = Tagger(themes).tag(batch)
    for item in batch:
        assert tagged[item.id] == {theme.id for theme in themes if matches(theme.node, item)}


def test_single_themes_agree_with_brute_force() -> None:
    random = Random(12)
    batch = [random_article(random, serial) for serial in range(1, 61)]
    for _ in range(60):
        node = random_node(random, levels=2)
        tagged = Tagger([Theme("t", node)]).tag(batch)
        assert [item.serial for item in batch if tagged[item.id]] == [
            item.serial for item in batch if matches(node, item)
        ]


def test_the_last_article_with_an_id_counts() -> None:
    tagger = Tagger([Theme("truce", forms("truce"))])
    assert tagger.tag([article(serial=1, text="truce"), article(serial=1, text="rain")]) == {
        article(serial=1).id: frozenset()
    }


def test_odd_texts_are_tagged_like_any_other() -> None:
    texts = ["", "\0 truce", "half \ud83d truce", "truce " * 100_000, "🕊️"]
    batch = [article(serial=number, title=None, text=text) for number, text in enumerate(texts, 1)]
    tagged = Tagger([Theme("truce", forms("truce")), Theme("dove", forms("🕊"))]).tag(batch)
    assert [sorted(tagged[item.id]) for item in batch] == [[], ["truce"], ["truce"], ["truce"], ["dove"]]


def test_words_that_are_not_in_the_batch_do_not_change_the_meaning() -> None:
    node = And((forms("truce"), Not(Phrase("words", (forms("winter", "hiver"), forms("truce", "trêve"))))))
    near = Near("words", (forms("truce", "trêve"), forms("nowhere")), 3)
    batch = [article(serial=1, text="a truce"), article(serial=2, text="the winter truce"), article(serial=3, text="x")]
    tagged = Tagger([Theme("a", node), Theme("b", near), Theme("c", Not(forms("nowhere")))]).tag(batch)
    assert [sorted(tagged[item.id]) for item in batch] == [["a", "c"], ["c"], ["c"]]


def test_themes_may_filter_by_source_and_language() -> None:
    node = And((Value("source", frozenset({"alpha"})), Not(Value("language", frozenset({"ru"})))))
    batch = [
        article(serial=1, source="alpha"),
        article(serial=2, source="beta"),
        article(serial=3, source="alpha", language="ru"),
    ]
    tagged = Tagger([Theme("a", node)]).tag(batch)
    assert [sorted(tagged[item.id]) for item in batch] == [["a"], [], []]


def test_a_theme_too_broad_for_any_engine_is_rejected() -> None:
    node: Node = forms("truce")
    for _ in range(30):
        node = Not(node)
    with pytest.raises(QueryTooBroad):
        Tagger([Theme("deep", node)])
    many = article(serial=1, text=" ".join(f"x{number}" for number in range(17_000)))
    with pytest.raises(QueryTooBroad):
        Tagger([Theme("wide", Phrase("words", (Prefix("words", "x"), Prefix("words", "x"))))]).tag([many])
