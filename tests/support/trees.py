"""Random query trees and articles over one small vocabulary, so that most trees match some articles and not all.

`random_node` and `random_article` take any `random.Random`: a seeded one, or hypothesis's own through `st.randoms()`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import get_args

from indexer.article import Article, MomentField, TextField, ValueField
from indexer.query import tree
from indexer.query.tree import Node, Place
from tests.support.builders import article

VOCABULARY = (
    *("peace", "plan", "talks", "talk", "war", "treaty", "don't", "u.s", "3.14", "f", "16", "✌"),
    *("мир", "мира", "мирный", "план", "плана", "переговоры", "війна", "п'ять", "їжак", "елка"),
    *("verhandlung", "verhandlungen", "treve", "l'accord", "rozejm", "rozejmu", "strasse"),
)
SOURCES = ("alpha", "beta", "gamma")
THEMES = ("truce", "negotiations", "arms")
LANGUAGES = ("en", "ru", "uk", "de")
START = datetime(2026, 3, 1, tzinfo=UTC)


def random_node(random: Random, *, levels: int = 3, vocabulary: Sequence[str] = VOCABULARY) -> Node:
    """Return a tree at most `levels` deep; every kind of node comes up."""
    if levels <= 1 or random.random() < 0.3:
        return random_leaf(random, vocabulary)

    def child() -> Node:
        return random_node(random, levels=levels - 1, vocabulary=vocabulary)

    kind = random.choice(("and", "and", "or", "or", "not"))
    if kind == "not":
        return tree.Not(child())
    children = tuple(child() for _ in range(random.randint(1, 3)))
    return tree.And(children) if kind == "and" else tree.Or(children)


def random_leaf(random: Random, vocabulary: Sequence[str] = VOCABULARY) -> Node:
    """Return one leaf; half of them ask for words, phrases or nearness."""
    field: TextField = random.choice(("words", "words", "words", "title_words", "author_words"))
    if random.random() < 0.25:
        return random.choice(_METADATA)(random)
    if random.random() < 0.5:
        return random_place(random, field, vocabulary)
    if random.random() < 0.3:
        return tree.Fuzzy(field, random.choice([word for word in vocabulary if len(word) > 3]), random.randint(1, 2))
    places = tuple(random_place(random, field, vocabulary) for _ in range(random.randint(2, 3)))
    if random.random() < 0.5:
        return tree.Phrase(field, places)
    return tree.Near(field, places, random.choice((0, 1, 2, 5)))


def random_place(random: Random, field: TextField, vocabulary: Sequence[str] = VOCABULARY) -> Place:
    """Return what may stand at one position of a phrase."""
    word = random.choice(vocabulary)
    kind = random.choice(("forms", "forms", "forms", "prefix", "wildcard"))
    if kind == "prefix":
        return tree.Prefix(field, word[: random.randint(1, len(word))])
    if kind == "wildcard":
        cut = random.randrange(len(word))
        return tree.Wildcard(field, word[:cut] + random.choice("*?") + word[cut + random.randint(0, 1) :] + "*")
    return tree.Forms(field, frozenset(random.sample(vocabulary, random.randint(1, 4))))


def random_article(random: Random, serial: int, vocabulary: Sequence[str] = VOCABULARY) -> Article:
    """Return an article of few words, of which some have no title, date, language, author or theme."""
    moment = START + timedelta(minutes=random.randrange(60 * 24 * 10))
    dated = random.random() < 0.8
    title = " ".join(random.choices(vocabulary, k=random.randint(0, 3)))
    return article(
        serial=serial,
        url=f"https://{random.choice(SOURCES)}.example/{random.choice(('a', 'b'))}/{serial}",
        site=f"{random.choice(SOURCES)}.example",
        title=title or None,
        text=" ".join(random.choices(vocabulary, k=random.randint(0, 12))),
        authors=tuple(" ".join(random.choices(vocabulary, k=2)) for _ in range(random.randint(0, 2))),
        source=random.choice(SOURCES),
        language=random.choice((*LANGUAGES, None)),
        published=moment if dated else None,
        published_from="feed" if dated else "none",
        published_precision=random.choice(("second", "day")) if dated else None,
        collected=moment + timedelta(minutes=random.randrange(3000)),
        copy_of=random.choice((None, None, "a" * 32, "b" * 32)),
        carries=random.choice(((), (), ("c" * 32,), ("c" * 32, "d" * 32))),
        themes=frozenset(random.sample(THEMES, random.randint(0, 3))),
    )


def _random_value(random: Random) -> Node:
    values = {
        "source": SOURCES,
        "language": LANGUAGES,
        "themes": THEMES,
        "author_names": [f"{first} {second}" for first in VOCABULARY[:6] for second in VOCABULARY],
        "precision": ("second", "day"),
        "copy_of": ("a" * 32, "b" * 32),
        "carries": ("c" * 32, "d" * 32),
        "site": [f"{source}.example" for source in SOURCES],
        "url": [f"https://{source}.example/a/{serial}" for source in SOURCES for serial in range(20)],
        "id": [article(url=f"https://{source}.example/a/{serial}").id for source in SOURCES for serial in range(20)],
    }
    field: ValueField = random.choice(get_args(ValueField))
    return tree.Value(field, frozenset(random.sample(values[field], random.randint(0, 2))))


def _random_between(random: Random) -> Node:
    edges = sorted(START + timedelta(hours=random.randrange(240)) for _ in range(2))
    start, end = (edge if random.random() < 0.8 else None for edge in edges)
    return tree.Between(random.choice(get_args(MomentField)), start, end)


_METADATA: tuple[Callable[[Random], Node], ...] = (
    lambda random: tree.Everything(),
    _random_value,
    _random_value,
    _random_between,
    _random_between,
    lambda random: tree.Has(random.choice(("published", "copy_of", "carries", "language", "themes"))),
    lambda random: tree.UrlPrefix(f"https://{random.choice(SOURCES)}.example/{random.choice(('', 'a', 'b'))}"),
)
