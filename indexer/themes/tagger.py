"""The tagger decides which themes an article belongs to before the article is stored.

It runs the themes' queries on a small in-memory index of the batch, so that they mean the same as in the engines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import tantivy

from config.errors import QueryTooBroad
from indexer.article import Article, TextField
from indexer.engines.tantivy.compile import compile_filter
from indexer.engines.tantivy.errors import translate_errors
from indexer.engines.tantivy.schema import SCHEMA, TEXTS, prepare, to_searchable_document
from indexer.query.tree import NOTHING, Forms, Fuzzy, Node, Prefix, Wildcard, check_size, word_leaves
from indexer.query.vocabulary import within
from indexer.stored_form import text_fields, to_stored
from indexer.themes.sweep import ThemeQuery
from indexer.words import SEPARATOR

_HEAP = 15_000_000  # bytes, the minimum for tantivy


class Tagger:
    """Tags batches of articles with the themes whose queries they match."""

    def __init__(self, compiled: Iterable[ThemeQuery]) -> None:
        """Prepare the themes.

        Raises:
            QueryTooBroad: a theme's query is too broad for any engine.
        """
        self._themes = [(theme.id, check_size(theme.node)) for theme in compiled]
        self._vocabularies = {field: _Vocabulary(field, [node for _, node in self._themes]) for field in TEXTS}

    def tag_all(self, articles: Sequence[Article]) -> dict[str, frozenset[str]]:
        """Return what `tag` does for any input: an article whose own words make a theme too broad gets no tags."""
        try:
            return self.tag(articles)
        except QueryTooBroad:
            if len(articles) == 1:
                return {articles[0].id: frozenset()}
        half = len(articles) // 2
        return self.tag_all(articles[:half]) | self.tag_all(articles[half:])

    def tag(self, articles: Sequence[Article]) -> dict[str, frozenset[str]]:
        """Return article id → ids of the themes it matches, for every article given.

        Raises:
            QueryTooBroad: a prefix or wildcard in a phrase matches more than 16,384 words of the batch.
        """
        batch = list({article.id: to_stored(article) for article in articles}.values())
        texts = [text_fields(article) for article in batch]
        tokens = {field: self._vocabularies[field].among(texts) for field in TEXTS}
        masked = [{field: _masked(text[field], tokens[field]) for field in TEXTS} for text in texts]
        themes: list[set[str]] = [set() for _ in batch]
        with translate_errors(Path("memory")):
            searcher = _searcher(batch, masked)
            for id, node in self._themes:
                for number in _matches(searcher, within(node, lambda field, forms: forms & tokens[field]), len(batch)):
                    themes[number].add(id)
        return {article.id: frozenset(ids) for article, ids in zip(batch, themes, strict=True)}


class _Vocabulary:
    """The words of one field that the themes' queries refer to."""

    def __init__(self, field: TextField, nodes: Iterable[Node]) -> None:
        leaves = [leaf for node in nodes for leaf in word_leaves(node) if leaf.field == field]
        self._forms = frozenset(form for leaf in leaves if isinstance(leaf, Forms) for form in leaf.forms)
        self._prefixes = tuple({leaf.prefix for leaf in leaves if isinstance(leaf, Prefix)})
        self._any = any(isinstance(leaf, Wildcard | Fuzzy) for leaf in leaves)
        self._field = field

    def among(self, texts: Iterable[Mapping[TextField, str]]) -> frozenset[str]:
        """Return the words of these texts that a theme's query may refer to."""
        tokens = frozenset(token for text in texts for token in text[self._field].split(" "))
        if self._any:
            return tokens
        return self._forms & tokens | frozenset(token for token in tokens if token.startswith(self._prefixes))


def _masked(text: str, words: frozenset[str]) -> str:
    # All other words are replaced so that positions stay the same; this makes indexing four times as fast.
    return " ".join([token if token in words else SEPARATOR for token in text.split(" ")])


def _searcher(batch: Sequence[Article], texts: Sequence[Mapping[TextField, str]]) -> tantivy.Searcher:
    """Return an in-memory index whose serials are the articles' positions in the batch."""
    index = prepare(tantivy.Index(SCHEMA))
    writer = index.writer(_HEAP, 1)
    for number, (article, fields) in enumerate(zip(batch, texts, strict=True)):
        document = to_searchable_document(article, fields)
        document.add_unsigned("serial", number)
        writer.add_document(document)
    writer.commit()
    index.reload()
    return index.searcher()


def _matches(searcher: tantivy.Searcher, node: Node, most: int) -> Sequence[int]:
    if node == NOTHING or not most:
        return ()
    hits = searcher.search(compile_filter(node, SCHEMA), most, count=False, order_by_field="serial").hits
    return [serial for serial, _ in hits]
