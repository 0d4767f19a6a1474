"""Which themes an article belongs to, decided before it is stored.

The themes' queries run over the batch in a small index in memory, so that they mean what they mean in the engines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import tantivy

from indexer.article import Article
from indexer.embedded import SCHEMA, TEXTS, prepared, searchable
from indexer.query.to_tantivy import matching
from indexer.query.tree import NOTHING, Node, TextField, check_size
from indexer.query.vocabulary import within
from indexer.stored import stored, text_fields
from indexer.tantivy_errors import translated

_HEAP = 15_000_000  # the least tantivy takes


class Question(Protocol):
    """What the tagger needs of a compiled theme."""

    @property
    def id(self) -> str: ...

    @property
    def node(self) -> Node: ...


class Tagger:
    """Tags batches of articles with the themes whose queries they match."""

    def __init__(self, compiled: Iterable[Question]) -> None:
        """Take the themes.

        Raises:
            QueryTooBroad: a theme no engine would answer.
        """
        self._themes = [(theme.id, check_size(theme.node)) for theme in compiled]

    def tag(self, articles: Sequence[Article]) -> dict[str, frozenset[str]]:
        """Return article id → ids of the themes it matches, for every article given.

        Raises:
            QueryTooBroad: a prefix or wildcard in a phrase stands for more than 16,384 words of the batch.
        """
        batch = list({article.id: stored(article) for article in articles}.values())
        texts = [text_fields(article) for article in batch]
        tokens = {field: _tokens(texts, field) for field in TEXTS}
        themes: list[set[str]] = [set() for _ in batch]
        with translated(Path("memory")):
            searcher = _searcher(batch, texts)
            for id, node in self._themes:
                for number in _matches(searcher, within(node, lambda field, forms: forms & tokens[field]), len(batch)):
                    themes[number].add(id)
        return {article.id: frozenset(held) for article, held in zip(batch, themes, strict=True)}


def _tokens(texts: Iterable[Mapping[TextField, str]], field: TextField) -> frozenset[str]:
    return frozenset(token for text in texts for token in text[field].split(" "))


def _searcher(batch: Sequence[Article], texts: Sequence[Mapping[TextField, str]]) -> tantivy.Searcher:
    """Return an index in memory whose serials are the articles' places in the batch."""
    index = prepared(tantivy.Index(SCHEMA))
    writer = index.writer(_HEAP, 1)
    for number, (article, fields) in enumerate(zip(batch, texts, strict=True)):
        document = searchable(article, fields)
        document.add_unsigned("serial", number)
        writer.add_document(document)
    writer.commit()
    index.reload()
    return index.searcher()


def _matches(searcher: tantivy.Searcher, node: Node, most: int) -> Sequence[int]:
    if node == NOTHING or not most:
        return ()
    hits = searcher.search(matching(node, SCHEMA), most, count=False, order_by_field="serial").hits
    return [serial for serial, _ in hits]
