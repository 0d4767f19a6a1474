"""The tagger means by a theme what the engines mean by it."""

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
class Asked:
    """A theme as far as the tagger needs it."""

    id: str
    node: Node


def forms(*words: str) -> Forms:
    return Forms("words", frozenset(words))


def test_every_article_is_answered_for() -> None:
    truce = Asked("truce", forms("truce", "ceasefire"))
    arms = Asked("arms", forms("tank"))
    first, second, third = (
        article(serial=number, text=text) for number, text in enumerate(["A truce and a tank", "Tank!", "Rain"], 1)
    )
    assert Tagger([truce, arms]).tag([first, second, third]) == {
        first.id: {"truce", "arms"},
        second.id: {"arms"},
        third.id: frozenset(),
    }


def test_an_empty_batch_and_no_themes_are_allowed() -> None:
    assert Tagger([Asked("truce", forms("truce"))]).tag([]) == {}
    assert Tagger([]).tag([article(serial=1)]) == {article(serial=1).id: frozenset()}


def test_random_themes_tag_what_brute_force_finds() -> None:
    random = Random(11)
    batch = [random_article(random, serial) for serial in range(1, 121)]
    themes = [Asked(f"t{number}", random_node(random, levels=4)) for number in range(250)]
    tagged = Tagger(themes).tag(batch)
    for found in batch:
        assert tagged[found.id] == {theme.id for theme in themes if matches(theme.node, found)}


def test_each_theme_alone_tags_what_brute_force_finds() -> None:
    random = Random(12)
    batch = [random_article(random, serial) for serial in range(1, 61)]
    for _ in range(120):
        node = random_node(random, levels=2)
        tagged = Tagger([Asked("t", node)]).tag(batch)
        assert [found.serial for found in batch if tagged[found.id]] == [
            found.serial for found in batch if matches(node, found)
        ]


def test_of_an_id_given_twice_the_last_counts() -> None:
    tagger = Tagger([Asked("truce", forms("truce"))])
    assert tagger.tag([article(serial=1, text="truce"), article(serial=1, text="rain")]) == {
        article(serial=1).id: frozenset()
    }


def test_odd_texts_are_tagged_like_any_other() -> None:
    texts = ["", "\0 truce", "half \ud83d truce", "truce " * 100_000, "🕊️"]
    batch = [article(serial=number, title=None, text=text) for number, text in enumerate(texts, 1)]
    tagged = Tagger([Asked("truce", forms("truce")), Asked("dove", forms("🕊"))]).tag(batch)
    assert [sorted(tagged[found.id]) for found in batch] == [[], ["truce"], ["truce"], ["truce"], ["dove"]]


def test_words_outside_of_the_batch_do_not_change_the_meaning() -> None:
    node = And((forms("truce"), Not(Phrase("words", (forms("winter", "hiver"), forms("truce", "trêve"))))))
    near = Near("words", (forms("truce", "trêve"), forms("nowhere")), 3)
    batch = [article(serial=1, text="a truce"), article(serial=2, text="the winter truce"), article(serial=3, text="x")]
    tagged = Tagger([Asked("a", node), Asked("b", near), Asked("c", Not(forms("nowhere")))]).tag(batch)
    assert [sorted(tagged[found.id]) for found in batch] == [["a", "c"], ["c"], ["c"]]


def test_sources_and_languages_may_be_asked_for() -> None:
    node = And((Value("source", frozenset({"alpha"})), Not(Value("language", frozenset({"ru"})))))
    batch = [
        article(serial=1, source="alpha"),
        article(serial=2, source="beta"),
        article(serial=3, source="alpha", language="ru"),
    ]
    tagged = Tagger([Asked("a", node)]).tag(batch)
    assert [sorted(tagged[found.id]) for found in batch] == [["a"], [], []]


def test_a_theme_no_engine_would_answer_is_refused() -> None:
    node: Node = forms("truce")
    for _ in range(30):
        node = Not(node)
    with pytest.raises(QueryTooBroad):
        Tagger([Asked("deep", node)])
    many = article(serial=1, text=" ".join(f"x{number}" for number in range(17_000)))
    with pytest.raises(QueryTooBroad):
        Tagger([Asked("wide", Phrase("words", (Prefix("words", "x"), Prefix("words", "x"))))]).tag([many])
