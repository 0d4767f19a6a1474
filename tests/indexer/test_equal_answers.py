"""Both engines return the same articles in the same order, and the same counts, for real documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import get_args
from uuid import uuid4

import pytest

from config.errors import QueryError
from config.themes import Theme, load_fragments, load_themes
from indexer.article import Article, MomentField
from indexer.engine import Count, Engine, Split, open_engine
from indexer.query import tree
from indexer.query.parse import parse_query
from indexer.query.tree import Node, Place
from indexer.themes.compile import compile_theme
from indexer.words import tokens
from tests.support.corpus import corpus
from tests.support.queries import query_context

pytestmark = [pytest.mark.long, pytest.mark.timeout(1_200)]  # both engines are filled once

SEED = 20260301
TYPED = 100
WEEKS = [datetime(2022, 1, 3, tzinfo=UTC) + timedelta(weeks=week) for week in range(200)]
MONTHS = [datetime(2000 + month // 12, 1 + month % 12, 1, tzinfo=UTC) for month in range(27 * 12)]


@pytest.fixture(scope="module")
def documents(test_data: Path) -> list[Article]:
    """Return every third document with its serial as one more author, so that a tally by author names every matching article."""
    return [replace(article, authors=(*article.authors, f"n{article.serial}")) for article in corpus(test_data)[1::3]]


@pytest.fixture(scope="module")
def vocabulary(documents: list[Article]) -> Vocabulary:
    return Vocabulary(documents)


@pytest.fixture(scope="module")
def engines(
    documents: list[Article], elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, Engine]]:
    """Return both engines, each holding all these documents."""
    addresses = f"tantivy:{tmp_path_factory.mktemp('equal') / 'index'}", f"{elasticsearch_url}/equal-{uuid4().hex}"
    embedded, server = (open_engine(address, writable=True) for address in addresses)
    for start in range(0, len(documents), 1_000):  # whose words are remembered from one engine to the next
        for engine in (embedded, server):
            engine.add(documents[start : start + 1_000])
    for engine in (embedded, server):
        engine.refresh()
    yield embedded, server
    embedded.close()
    server.close()


class Vocabulary:
    """Draws words as they stand in the documents, so that most queries have matches."""

    def __init__(self, documents: Sequence[Article]) -> None:
        self.random = random = Random(SEED)
        self.texts = [tokens(f"{article.title} {article.text}") for article in random.sample(documents, 3_000)]
        self.raw = [article.text for article in random.sample(documents, 3_000)]
        words = sorted({word for text in self.texts for word in text})
        kinds = (
            str.isdecimal,
            lambda word: "'" in word,
            lambda word: "." in word,
            lambda word: not re.search(r"\w", word),
        )
        self.odd = [[word for word in words if kind(word)] for kind in kinds]  # the last are emoji
        self.stems = [word[:5] for word in words if len(word) > 6 and word.isalpha()]
        self.latin = [word for word in words if word.isascii() and word.isalpha()]

    def seeded(self, name: str) -> Vocabulary:
        """Return the same words, drawn in an order of their own."""
        made = copy(self)
        made.random = Random(f"{SEED} {name}")
        return made

    def window(self, length: int) -> list[str]:
        """Return words that stand side by side somewhere."""
        text = self.random.choice([text for text in self.random.sample(self.texts, 20) if len(text) > length])
        start = self.random.randrange(len(text) - length)
        return text[start : start + length]

    def word(self) -> str:
        return self.random.choice((self.window(1)[0], self.odd_word(), self.random.choice(self.latin)))

    def odd_word(self) -> str:
        return self.random.choice(self.random.choice(self.odd))

    def forms(self, *words: str) -> tree.Forms:
        """Return the words and a few others as one place."""
        return tree.Forms("words", frozenset((*words, *(self.word() for _ in range(self.random.randrange(4))))))

    def place(self, word: str) -> Place:
        """Return a place the word can fill."""
        cut = self.random.randint(1, len(word))
        choices: tuple[Place, ...] = (
            self.forms(word),
            self.forms(word),
            tree.Forms("words", frozenset({word})),
            tree.Prefix("words", word[: max(cut, 3)]),
            tree.Wildcard("words", f"{word[: cut - 1]}?{word[cut:]}"),
        )
        return self.random.choice(choices)


def words(draw: Vocabulary) -> Node:
    return draw.forms(draw.word())


def odd_words(draw: Vocabulary) -> Node:
    return tree.Forms("words", frozenset({draw.odd_word()}))


def spellings(draw: Vocabulary) -> Node:
    word = next(word for word in iter(draw.word, None) if len(word) > 3)
    cut = draw.random.randrange(2, len(word))
    return draw.random.choice(
        (
            tree.Prefix("words", word[:cut]),
            tree.Wildcard("words", f"{word[:cut]}*{word[-1]}"),
            tree.Fuzzy("words", word, draw.random.randint(1, 2)),
            tree.Prefix("title_words", word[:cut]),
        )
    )


def phrases(draw: Vocabulary) -> Node:
    return tree.Phrase("words", tuple(map(draw.place, draw.window(draw.random.randint(2, 4)))))


def exact_phrases(draw: Vocabulary) -> Node:
    window = draw.window(draw.random.randint(2, 5))
    return tree.Phrase("words", tuple(tree.Forms("words", frozenset({word})) for word in window))


def near(draw: Vocabulary) -> Node:
    picked = draw.random.sample(draw.window(8), draw.random.randint(2, 3))
    return tree.Near("words", tuple(map(draw.place, picked)), draw.random.choice((0, 1, 2, 5, 8)))


def conditions(draw: Vocabulary) -> Node:
    start = draw.random.choice(MONTHS)
    condition: Node = draw.random.choice(
        (
            tree.Between("published", start, start + timedelta(days=draw.random.randrange(1, 3_000))),
            tree.Value("language", frozenset(draw.random.sample(("ru", "uk", "en", "de"), 2))),
            tree.UrlPrefix(draw.random.choice(("https://t.me/c/1", "https://t.me", "http://kremlin.ru/events"))),
            tree.Has(draw.random.choice(("copy_of", "published", "themes"))),
        )
    )
    return tree.And((condition, tree.Prefix("words", draw.word()[:3])))


LEAVES: tuple[Callable[[Vocabulary], Node], ...] = (
    *(words, words, odd_words, spellings, spellings, phrases, phrases, exact_phrases, near, conditions),
)


def trees(draw: Vocabulary, levels: int = 4) -> Node:
    if levels == 1 or draw.random.random() < 0.25:
        return draw.random.choice(LEAVES)(draw)
    kind = draw.random.choice(("and", "or", "or", "or", "but"))
    children = tuple(trees(draw, levels - 1) for _ in range(draw.random.randint(2, 3)))
    if kind == "but":
        return tree.And((tree.Or(children), tree.Not(trees(draw, levels - 1))))
    return tree.And(children) if kind == "and" else tree.Or(children)


# Near words of sets cost the embedded engine more than all others together.
QUERIES: dict[Callable[[Vocabulary], Node], int] = {
    words: 60,
    odd_words: 50,
    spellings: 60,
    phrases: 60,
    exact_phrases: 50,
    near: 30,
    conditions: 50,
    trees: 60,
}


@dataclass(frozen=True, slots=True)
class Results:
    """What an engine returns for a query: articles by author, the newest articles in order, and counts by week."""

    authors: dict[str, int]
    newest: list[str]
    total: int
    weeks: dict[str, list[Count]]


def query(engine: Engine, node: Node) -> Results:
    """Run a query on an engine."""
    page = engine.search(node, limit=20)
    authors = engine.tally(node, "author_names")
    assert page.total == sum(1 for name in authors if re.fullmatch(r"n\d+", name)), node
    return Results(authors, [hit.article.id for hit in page.hits], page.total, engine.histogram(node, WEEKS))


def ids(engine: Engine, node: Node) -> list[str]:
    """Return the ids of all hits, newest first."""
    page = engine.search(node, limit=1_000)
    every = [hit.article.id for hit in page.hits]
    while page.after is not None:
        page = engine.search(node, limit=1_000, after=page.after)
        every += [hit.article.id for hit in page.hits]
    assert len(every) == page.total
    return every


@pytest.mark.parametrize("kind", QUERIES, ids=lambda kind: kind.__name__)
def test_generated_queries_have_the_same_results_on_both_engines(
    engines: tuple[Engine, Engine], vocabulary: Vocabulary, kind: Callable[[Vocabulary], Node]
) -> None:
    draw = vocabulary.seeded(kind.__name__)
    with_matches = 0
    for _ in range(QUERIES[kind]):
        node = kind(draw)
        embedded, server = (query(engine, node) for engine in engines)
        assert embedded == server, node
        with_matches += server.total > 0
    assert with_matches > QUERIES[kind] // 2  # or the queries prove nothing


def typed(draw: Vocabulary) -> str:
    """Return a query as someone might type it, of words as they stand in the documents, punctuation included."""
    text = draw.random.choice(draw.raw)
    written = [word for word in re.findall(r"[\w'’ʼ.,-]*\w", text) if word not in ("AND", "OR", "NOT")] or ["мир"]
    start = draw.random.randrange(len(written))
    some = written[start : start + draw.random.randint(1, 4)]
    quoted = f'"{" ".join(some)}"'
    return draw.random.choice(
        (
            " ".join(some),
            quoted,
            f"exact:{quoted}",
            f"({' OR '.join(some)}) AND NOT {draw.random.choice(written)}",
            f"title:({' OR '.join(some)})",
            f"lang:{draw.random.choice(('ru', 'uk', 'en', 'de', 'fr', 'pl'))}({some[0]})",
            f"{draw.random.choice(draw.stems)}* AND published:[2022-01-01 TO 2024-11-15]",
            f'"{written[start]} {written[start - 1]}"~{draw.random.randint(1, 9)}',
            f"{draw.random.choice(draw.stems)}~1",
        )
    )


def test_typed_queries_have_the_same_results_on_both_engines(
    engines: tuple[Engine, Engine], vocabulary: Vocabulary
) -> None:
    draw = vocabulary.seeded("typed")
    context = query_context()
    question = 0
    while question < TYPED:
        text = typed(draw)
        try:
            node = parse_query(text, context=context).node
        except QueryError:  # a full stop or an apostrophe in the wrong place; refused before any engine is asked
            continue
        embedded, server = (query(engine, node) for engine in engines)
        assert embedded == server, text
        question += 1


@pytest.mark.parametrize("theme", load_themes(None), ids=lambda theme: theme.id)
def test_shipped_themes_have_the_same_results_on_both_engines(engines: tuple[Engine, Engine], theme: Theme) -> None:
    context = query_context(themes=load_themes(None), fragments=load_fragments(None))
    node = compile_theme(theme, context).node
    embedded, server = (ids(engine, node) for engine in engines)
    assert embedded == server != []
    splits: tuple[Split | None, ...] = (None, "source", "language")
    for split in splits:
        one, other = (engine.histogram(node, WEEKS, split=split) for engine in engines)
        assert one == other
    by_score = [engine.search(node, limit=1_000, sort="score") for engine in engines]
    assert by_score[0].total == by_score[1].total == len(server)


@pytest.mark.parametrize("split", [None, *get_args(Split)])
def test_counts_are_the_same_on_both_engines(engines: tuple[Engine, Engine], split: Split | None) -> None:
    spans: tuple[tuple[Sequence[datetime], MomentField], ...]
    spans = (MONTHS, "published"), (WEEKS, "published"), (WEEKS, "collected")
    for node in (tree.Everything(), tree.STORIES, tree.Prefix("words", "мир")):
        for edges, field in spans:
            one, other = (engine.histogram(node, edges, field=field, split=split) for engine in engines)
            assert one == other
        if split:
            tally, other_tally = (engine.tally(node, split) for engine in engines)
            assert tally == other_tally


def test_both_engines_return_every_article_unchanged(engines: tuple[Engine, Engine], documents: list[Article]) -> None:
    embedded, server = (engine.scan(tree.Everything()) for engine in engines)
    for one, other, given in zip(embedded, server, documents, strict=True):
        assert one == other == given
