"""The contract for queries that are too expensive and for unusual texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from config.errors import QueryTooBroad
from indexer.engine import Engine
from indexer.query.tree import (
    MAX_DEPTH,
    MAX_FORMS,
    MAX_GAP,
    MAX_LEAVES,
    MAX_PLACE_FORMS,
    MAX_URL,
    And,
    Everything,
    Forms,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    UrlPrefix,
    Value,
    Wildcard,
    all_of,
)
from tests.support.builders import article
from tests.support.engines import fill, serials

EDGES = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2, 3)]


def forms(*words: str) -> Forms:
    return Forms("words", frozenset(words))


def deep(levels: int) -> Node:
    """Return a tree of exactly this many levels that matches the articles with its one word."""
    node: Node = forms("peace")
    for level in range(levels - 1):
        node = And((node,)) if level % 2 else Or((node, forms("nowhere")))
    return node


def many(word: str, number: int) -> frozenset[str]:
    return frozenset(f"{word}{number}" for number in range(number - 1)) | {"peace"}


def unlike(number: int) -> Forms:
    """Return words with different beginnings, unlike the forms of one word."""
    return Forms("words", frozenset(sha256(b"%d" % n).hexdigest()[:20] for n in range(number - 1)) | {"peace"})


ALLOWED: list[Node] = [
    deep(MAX_DEPTH),
    Or((*(forms(f"w{number}") for number in range(MAX_LEAVES - 1)), forms("peace"))),
    Forms("words", many("form", MAX_FORMS)),
    Phrase("words", (Forms("words", many("form", MAX_PLACE_FORMS)), forms("plan"))),
    Phrase("words", (unlike(MAX_PLACE_FORMS), forms("plan"))),
    Near("words", (forms("plan"), unlike(MAX_PLACE_FORMS)), 1),
    Or((forms("peace"), UrlPrefix("https://" + "x" * (MAX_URL - 8)))),
    Near("words", (forms("peace"), forms("plan")), MAX_GAP[2]),
    Near("words", (forms("peace", "plan"), forms("plan")), MAX_GAP[2]),
    Near("words", (forms("peace"), forms("plan"), forms("text")), MAX_GAP[3]),
]
TOO_BROAD: list[Node] = [
    deep(MAX_DEPTH + 1),
    Or(tuple(forms(f"w{number}") for number in range(MAX_LEAVES + 1))),
    Forms("words", many("form", MAX_FORMS + 1)),
    Value("id", many("id", MAX_FORMS + 1)),
    Phrase("words", (Forms("words", many("form", MAX_PLACE_FORMS + 1)), forms("plan"))),
    Wildcard("words", "*a????????b*"),
    Wildcard("title_words", "?" * 60),
    Phrase("words", (forms("peace"), Wildcard("words", "*a????????b*"))),
    UrlPrefix("https://" + "x" * (MAX_URL - 7)),
    Near("words", (forms("peace"), forms("plan")), MAX_GAP[2] + 1),
    Near("words", (forms("peace"), forms("plan"), forms("text")), MAX_GAP[3] + 1),
]


@pytest.mark.parametrize("node", ALLOWED, ids=range(len(ALLOWED)))
def test_a_query_at_the_limit_is_run(engine: Engine, node: Node) -> None:
    fill(engine, article(serial=1, text="the peace plan text"), article(serial=2, text="nothing"))
    assert serials(engine, node) == [1]
    assert engine.search(node, limit=1, sort="score").total == 1
    assert engine.histogram(node, EDGES)[""][0].articles == 1


@pytest.mark.parametrize("node", TOO_BROAD, ids=range(len(TOO_BROAD)))
def test_a_query_beyond_the_limit_is_refused_with_an_explanation(engine: Engine, node: Node) -> None:
    for ask in (
        lambda: engine.search(node, limit=1),
        lambda: engine.search(node, limit=1, sort="score"),
        lambda: engine.count(node),
        lambda: engine.tally(node, "source"),
        lambda: engine.histogram(node, EDGES),
        lambda: list(engine.scan(node)),
    ):
        with pytest.raises(QueryTooBroad, match=r"[a-z ]{20}"):
            ask()


@pytest.mark.parametrize("place", [Prefix("words", "x"), Wildcard("words", "x*9*")])
def test_a_prefix_that_expands_to_too_many_words_is_refused_only_in_a_phrase(engine: Engine, place: Prefix) -> None:
    words = " ".join(f"x9{number}" for number in range(17_000))
    fill(engine, article(serial=1, text=f"{words} peace"), article(serial=2, text="x9 peace"))
    assert serials(engine, place) == [1, 2]
    for node in (Phrase("words", (place, forms("peace"))), Near("words", (place, forms("peace")), 2)):
        with pytest.raises(QueryTooBroad):
            engine.count(node)


def test_the_engine_still_works_after_rejecting_a_query(engine: Engine) -> None:
    fill(engine, article(serial=1, text="peace"))
    with pytest.raises(QueryTooBroad):
        engine.count(deep(MAX_DEPTH + 1))
    assert serials(engine, forms("peace")) == [1]


ODD = {
    "emoji": "🕊️ 👩‍👩‍👧 🇺🇦 𝔸𝔹 e\u0301 peace",
    "zero": "before\0after \0 peace",
    "controls": "".join(map(chr, range(32))) + " peace \x7f\x85\u2028",
    "right to left": "\u202eسلام\u202c שלום peace",
    "one long word": "x" * 70_000 + " peace",
    "no blanks": "日" * 5_000 + " peace",
    "quotes": "\"'«»„“\\/{}[]<script>&amp; %s ${x} peace",
    "a megabyte": "слово и peace " * 50_000,
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_unusual_text_is_stored_and_searchable(engine: Engine, text: str) -> None:
    odd = article(serial=1, title=None, text=text)
    fill(engine, odd)
    assert engine.get([odd.id]) == {odd.id: odd}
    assert serials(engine, forms("peace")) == [1]
    pieces = Phrase("words", (forms("x" * 100), forms("x" * 100)))
    assert serials(engine, pieces) == [1] * (text == ODD["one long word"])


def test_lone_surrogates_are_replaced(engine: Engine) -> None:
    odd = article(serial=1, title="half \ud83d", text="peace \udfff plan", authors=("A \udc00",))
    fill(engine, odd)
    assert engine.get([odd.id])[odd.id] == replace(
        odd, title="half \ufffd", text="peace \ufffd plan", authors=("A \ufffd",)
    )
    assert serials(engine, forms("peace")) == [1]
    assert serials(engine, forms("\ud83d")) == []
    assert serials(engine, Value("url", frozenset({"\ud83d"}))) == []
    assert engine.get(["\ud83d"]) == {}
    engine.set_themes({"\ud83d": frozenset({"peace"})})
    engine.delete(["\ud83d"])


def test_times_are_truncated_to_seconds(engine: Engine) -> None:
    moment = datetime(2026, 3, 1, 9, 30, 15, 999_999, tzinfo=UTC)
    exact = article(serial=1, published=moment, collected=moment)
    fill(engine, exact)
    whole = moment.replace(microsecond=0)
    assert engine.get([exact.id]) == {exact.id: replace(exact, published=whole, collected=whole)}


def test_a_very_long_title_is_stored(engine: Engine) -> None:
    long = article(serial=1, title="peace " * 3_334, text="")
    fill(engine, long)
    assert engine.get([long.id]) == {long.id: long}
    assert serials(engine, Forms("title_words", frozenset({"peace"}))) == [1]


def test_an_article_without_words_is_stored(engine: Engine) -> None:
    fill(engine, article(serial=1, title=None, text=""), article(serial=2, title="", text=" \n— "))
    assert serials(engine) == [1, 2]
    assert serials(engine, Not(forms("peace"))) == [1, 2]
    assert engine.search(all_of(Everything()), limit=5).total == 2
