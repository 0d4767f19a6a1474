"""An index in memory, for articles that are counted once and then forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import tantivy

from indexer.article import Article
from indexer.engines.tantivy.errors import translate_errors
from indexer.engines.tantivy.reading import Snapshot
from indexer.engines.tantivy.reads import Reads
from indexer.engines.tantivy.schema import SCHEMA, prepare, to_document
from indexer.stored_form import replace_surrogates, to_stored

_HEAP = 64_000_000  # bytes of postings before they are flushed


class MemoryEngine(Reads):
    """The contract of `indexer.engine.Engine` without durability, for one thread: what is in memory ends with the process."""

    def __init__(self) -> None:
        self.folder = Path("memory")
        self._index = prepare(tantivy.Index(SCHEMA))
        self._writer = self._index.writer(_HEAP, 1)
        self._snapshot = Snapshot(self._index.searcher())
        self._refreshes = 0

    def add(self, articles: Sequence[Article]) -> None:
        """Add the articles, replacing those with the same ids; `refresh` makes them visible."""
        with translate_errors(self.folder):
            for article in map(to_stored, articles):
                self._writer.delete_documents_by_term("id", replace_surrogates(article.id))
                self._writer.add_document(to_document(article))

    def set_themes(self, themes: Mapping[str, frozenset[str]]) -> None:
        """Replace the themes of the articles with these ids; an unknown id is ignored."""
        self.add([replace(article, themes=themes[id]) for id, article in self.get(list(themes)).items()])

    def delete(self, ids: Sequence[str]) -> None:
        """Remove these articles; an unknown id is ignored."""
        with translate_errors(self.folder):
            for id in ids:
                self._writer.delete_documents_by_term("id", replace_surrogates(id))

    def stamp(self) -> str:
        """Return a text that changes with every refresh."""
        return f"{id(self)} {self._refreshes}"

    def close(self) -> None:
        """Forget all articles."""
        self._snapshot = Snapshot(prepare(tantivy.Index(SCHEMA)).searcher())

    def keep_readable(self) -> None:
        """Do nothing: there are no files."""

    def find_damage(self) -> list[str]:
        """Return nothing: there are no files."""
        return []

    def refresh(self) -> None:
        """Make everything added so far visible."""
        with translate_errors(self.folder):
            self._writer.commit()
            self._index.reload()
            self._snapshot = Snapshot(self._index.searcher())
            self._refreshes += 1

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """Provide the snapshot of the last refresh."""
        with translate_errors(self.folder):
            yield self._snapshot
