"""The reading half of the engine contract, over whatever provides snapshots of a tantivy index."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from tantivy import Query

from config.sources import Source
from indexer.article import Article, MomentField
from indexer.engine import Count, HitPage, Sort, Split, Tallied
from indexer.engines.tantivy import reading
from indexer.engines.tantivy.counting import count
from indexer.engines.tantivy.errors import translate_errors
from indexer.engines.tantivy.histogram import count_arrivals, count_values, histogram
from indexer.engines.tantivy.reading import Snapshot
from indexer.query.tree import Between, Node, Value, all_of
from indexer.stored_form import SERIAL_BITS, to_seconds

_BATCH = 1_000
_SERIALS = 1 << SERIAL_BITS


class Reads(ABC):
    """Searches and counts; see the contract of `indexer.engine.Engine`.

    Attributes:
        folder: where the index is, for errors.
    """

    folder: Path

    @abstractmethod
    def reading(self) -> AbstractContextManager[Snapshot]:
        """Provide the newest snapshot."""

    def describe(self, sources: Sequence[Source]) -> bool:
        """Do nothing: nobody uses the embedded index without Parley."""
        return False

    def get(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return the stored articles among these ids."""
        articles: list[Article] = []
        with self.reading() as snapshot:
            for start in range(0, len(ids), _BATCH):
                query = snapshot.matching(Value("id", frozenset(ids[start : start + _BATCH])))
                articles += reading.find_by_serial(snapshot, query, range(_SERIALS), _BATCH)[1]
        return {article.id: article for article in articles}

    def search(self, node: Node, *, limit: int, sort: Sort = "date", after: int | None = None) -> HitPage:
        """Return at most `limit` hits and the exact total."""
        with self.reading() as snapshot:
            return (
                reading.find_newest(snapshot, node, limit, after)
                if sort == "date"
                else reading.find_best(snapshot, node, limit)
            )

    def count(self, node: Node) -> int:
        """Return the exact number of matching articles."""
        with self.reading() as snapshot:
            return count(snapshot.searcher, snapshot.matching(node))

    def sum_of_serials(self) -> int:
        """Return the sum of the serials of all articles."""
        with self.reading() as snapshot:
            return reading.sum_of_serials(snapshot)

    def tally(self, node: Node, field: Tallied) -> dict[str, int]:
        """Return value → number of matching articles with this value of the field."""
        with self.reading() as snapshot:
            return reading.tally(snapshot, snapshot.matching(node), field)

    def tallies(self, within: Node, nodes: Sequence[Node], field: Tallied) -> list[dict[str, int]]:
        """Return for each node value → number of the articles that match it and `within`."""
        return [self.tally(all_of(node, within), field) for node in nodes]

    def histogram(
        self, node: Node, edges: Sequence[datetime], *, field: MomentField = "published", split: Split | None = None
    ) -> dict[str, list[Count]]:
        """Count matching articles between neighbouring edges, articles and stories."""
        with self.reading() as snapshot:
            scope = _between(snapshot, node, field, edges)
            return histogram(snapshot, scope, [to_seconds(edge) for edge in edges], field, split)

    def arrivals(
        self, node: Node, published: Sequence[datetime], collected: Sequence[datetime]
    ) -> list[dict[int, Count]]:
        """Count the articles published between neighbouring edges by when they were collected."""
        with self.reading() as snapshot:
            scope = reading.intersect(
                _between(snapshot, node, "published", published),
                snapshot.matching(Between("collected", collected[0], collected[-1])),
            )
            return count_arrivals(snapshot, scope, list(map(to_seconds, published)), list(map(to_seconds, collected)))

    def count_sources(self, node: Node, edges: Sequence[datetime]) -> list[int]:
        """Return the number of sources with a matching article published between neighbouring edges."""
        with self.reading() as snapshot:
            scope = _between(snapshot, node, "published", edges)
            return count_values(snapshot, scope, [to_seconds(edge) for edge in edges], "published", "source")

    def scan(self, node: Node) -> Iterator[Article]:
        """Yield every matching article once, by ascending serial, as of the start of the scan."""
        with self.reading() as snapshot:
            query = snapshot.matching(node)
        start, width = 0, _SERIALS
        while start < _SERIALS:
            with translate_errors(self.folder):
                number, articles = reading.find_by_serial(snapshot, query, range(start, start + width), _BATCH)
            yield from articles
            if number > len(articles):
                width = articles[-1].serial + 1 - start  # the next window probably holds about as many matches
                start += width
            else:
                start, width = start + width, 2 * width


def _between(snapshot: Snapshot, node: Node, field: MomentField, edges: Sequence[datetime]) -> Query:
    return reading.intersect(snapshot.matching(node), snapshot.matching(Between(field, edges[0], edges[-1])))
