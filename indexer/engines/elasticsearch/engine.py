"""An engine that stores articles in an Elasticsearch index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from elasticsearch import Elasticsearch

from config.errors import ArticlesRefused, EngineBlocked, EngineMisconfigured, EngineUnavailable
from config.sources import Source
from indexer.article import Article, Hit, MomentField
from indexer.engine import Count, HitPage, Sort, Split, Tallied
from indexer.engines.elasticsearch import schema
from indexer.engines.elasticsearch.address import Address
from indexer.engines.elasticsearch.bulk import Action, write
from indexer.engines.elasticsearch.compile import Query, compile_filter, compile_scoring
from indexer.engines.elasticsearch.errors import IndexMissing, TooManyBuckets, translate_errors
from indexer.engines.elasticsearch.histogram import Aggregate, count_arrivals, count_by_bucket, count_values
from indexer.engines.elasticsearch.index import ensure, promote, with_current_credentials
from indexer.engines.elasticsearch.nodes import first_result
from indexer.engines.elasticsearch.origins import Origin, compile_outdated, origins_of
from indexer.query.tree import Between, Node, all_of, check_size
from indexer.stored_form import explain_rejection, to_stored

_AT_ONCE = 500  # documents in one response
_VALUES_AT_ONCE = 10_000
# These make up half of a response with many buckets, and are not needed.
_NOT_READ = [f"-**.{name}" for name in ("key_as_string", "from_as_string", "to", "to_as_string")]
_LEFT_OUT = list(schema.LEFT_OUT)


class ElasticsearchEngine:
    """Implements `indexer.engine.Engine` with the index behind an alias of an Elasticsearch cluster."""

    def __init__(self, address: Address, client: Elasticsearch, alias: str, archive: str | None = None) -> None:
        """Use the index behind the alias.

        Args:
            archive: the archive that can fill the index if it disappears; None if it is not to be created again.
        """
        self._address = address
        self._archive = archive
        self._client = client
        self._name = alias
        self._origins: dict[str, Origin] = {}

    def add(self, articles: Sequence[Article]) -> None:
        """Store the articles, replacing those with the same ids."""
        latest = {article.id: article for article in map(to_stored, articles)}
        rejections = {id: why for id, article in latest.items() if (why := explain_rejection(article))}
        rejections |= self._write(
            {
                "_op_type": "index",
                "_id": id,
                "_source": schema.to_document(article, self._origins.get(article.source, {})),
            }
            for id, article in latest.items()
            if id not in rejections
        )
        if rejections:
            raise ArticlesRefused(rejections)

    def set_themes(self, themes: Mapping[str, frozenset[str]]) -> None:
        """Replace the themes of the articles with these ids; an unknown id is ignored."""
        self._write_all(
            {"_op_type": "update", "_id": id, "doc": {"themes": sorted(tags)}, "retry_on_conflict": 3}
            for id, tags in themes.items()
        )

    def describe(self, sources: Sequence[Source]) -> bool:
        """Store class and country with the articles of these sources; return whether stored ones may be left to correct."""
        self._origins = origins_of(sources)
        if not self._origins:
            return False
        response = self._search(
            query=compile_outdated(self._origins), size=_AT_ONCE, source_includes=["source"], track_total_hits=False
        )
        outdated = {each["_id"]: self._origins[each["_source"]["source"]] for each in response["hits"]["hits"]}
        if outdated:
            self._write_all(
                {"_op_type": "update", "_id": id, "doc": dict(origin), "retry_on_conflict": 3}
                for id, origin in outdated.items()
            )
            self.refresh()
        return len(outdated) == _AT_ONCE

    def delete(self, ids: Sequence[str]) -> None:
        """Remove these articles; an unknown id is ignored."""
        self._write_all({"_op_type": "delete", "_id": id} for id in ids)

    def keep_readable(self) -> None:
        """Do nothing: the server knows who may read."""

    def refresh(self) -> None:
        """Make everything written so far visible to readers."""
        with self._errors():
            self._client.indices.refresh(index=self._name)

    def get(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return the stored articles among these ids, as of the last refresh."""
        articles: dict[str, Article] = {}
        for start in range(0, len(ids), _AT_ONCE):
            part = list(ids[start : start + _AT_ONCE])
            response = self._read(self._client.mget, ids=part, realtime=False, source_excludes=_LEFT_OUT)
            articles |= {
                each["_id"]: schema.to_article(each["_id"], each["_source"])
                for each in response["docs"]
                if each["found"]
            }
        return articles

    def search(self, node: Node, *, limit: int, sort: Sort = "date", after: int | None = None) -> HitPage:
        """Return at most `limit` hits and the exact total."""
        if sort == "score":
            order: list[dict[str, str]] = [{"_score": "desc"}, {"order": "desc"}]
            response = self._hits(compile_scoring(check_size(node)), order, limit)
        else:
            order = [{"order": "desc"}]
            response = self._hits(compile_filter(check_size(node)), order, limit + 1, after, track_total_hits=True)
        rows = response["hits"]["hits"]
        hits = tuple(Hit(schema.to_article(each["_id"], each["_source"]), each["_score"]) for each in rows[:limit])
        has_more = sort == "date" and len(rows) > limit
        return HitPage(response["hits"]["total"]["value"], hits, rows[limit - 1]["sort"][0] if has_more else None)

    def count(self, node: Node) -> int:
        """Return the exact number of matching articles."""
        response = self._search(query=compile_filter(check_size(node)), size=0, track_total_hits=True)
        number: int = response["hits"]["total"]["value"]
        return number

    def sum_of_serials(self) -> int:
        """Return the sum of the serials of all articles."""
        sums = self._aggregate({"match_all": {}}, {"serials": {"sum": {"field": "serial"}}})
        return int(sums["serials"]["value"])

    def tally(self, node: Node, field: Tallied) -> dict[str, int]:
        """Return value → number of matching articles with this value of the field."""
        query = compile_filter(check_size(node))
        values: dict[str, int] = {}
        after: dict[str, Any] = {}
        while True:
            sources = {"size": _VALUES_AT_ONCE, "sources": [{"value": {"terms": {"field": field}}}], **after}
            page = self._aggregate(query, {"values": {"composite": sources}})["values"]
            values |= {bucket["key"]["value"]: bucket["doc_count"] for bucket in page["buckets"]}
            if len(page["buckets"]) < _VALUES_AT_ONCE:
                return values
            after = {"after": page["after_key"]}

    def tallies(self, within: Node, nodes: Sequence[Node], field: Tallied) -> list[dict[str, int]]:
        """Return for each node value → number of the articles that match it and `within`."""
        if not nodes:
            return []
        parts = {"filters": {"filters": [compile_filter(check_size(node)) for node in nodes]}}
        values = {"values": {"terms": {"field": field, "size": _VALUES_AT_ONCE}}}
        try:
            page = self._aggregate(compile_filter(check_size(within)), {"parts": {**parts, "aggs": values}})
            found = [part["values"] for part in page["parts"]["buckets"]]
            is_whole = not any(each["sum_other_doc_count"] for each in found)
        except TooManyBuckets:
            is_whole = False
        if not is_whole:
            return [self.tally(all_of(node, within), field) for node in nodes]
        return [{bucket["key"]: bucket["doc_count"] for bucket in each["buckets"]} for each in found]

    def histogram(
        self, node: Node, edges: Sequence[datetime], *, field: MomentField = "published", split: Split | None = None
    ) -> dict[str, list[Count]]:
        """Count matching articles between neighbouring edges, articles and stories."""
        return count_by_bucket(self._counting(node, field), edges, field, split)

    def arrivals(
        self, node: Node, published: Sequence[datetime], collected: Sequence[datetime]
    ) -> list[dict[int, Count]]:
        """Count the articles published between neighbouring edges by when they were collected."""
        within = all_of(node, Between("collected", collected[0], collected[-1]))
        return count_arrivals(self._counting(within, "published"), published, collected)

    def count_sources(self, node: Node, edges: Sequence[datetime]) -> list[int]:
        """Return the number of sources with a matching article published between neighbouring edges."""
        return count_values(self._counting(node, "published"), edges, "published", "source")

    def scan(self, node: Node) -> Iterator[Article]:
        """Yield every matching article once, by ascending serial; concurrent writes may be visible."""
        query = compile_filter(check_size(node))
        after: int | None = None
        while True:
            rows = self._hits(query, ["serial"], _AT_ONCE, after, track_total_hits=False)["hits"]["hits"]
            for each in rows:
                yield schema.to_article(each["_id"], each["_source"])
            if len(rows) < _AT_ONCE:
                return
            after = rows[-1]["sort"][0]

    def stamp(self) -> str:
        """Return a text that changes with every visible write: each gives its document a new sequence number."""
        numbers = self._aggregate(
            {"match_all": {}},
            {
                "numbers": {"sum": {"field": "_seq_no"}},
                "newest": {"max": {"field": "_seq_no"}},
                "documents": {"value_count": {"field": "serial"}},
            },
        )
        return " ".join([self._name, *(repr(number["value"]) for _, number in sorted(numbers.items()))])

    def find_damage(self) -> list[str]:
        """Return nothing: the server compares the checksums of its files itself."""
        return []

    def promote(self) -> None:
        """Make this index, which `fresh` returned, the live one and delete the old one."""
        with self._errors():
            promote(self._client, self._address, self._name)
        self._name = self._address.name

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _write(self, actions: Iterator[Action]) -> dict[str, str]:
        with self._errors():
            return write(self._client, self._address, self._name, actions)

    def _write_all(self, actions: Iterator[Action]) -> None:
        for id, why in self._write(actions).items():
            raise EngineMisconfigured(f"Elasticsearch at {self._address} rejects a change of the article {id}: {why}")

    def _hits(
        self,
        query: Query,
        order: Sequence[str | dict[str, str]],
        size: int,
        after: int | None = None,
        *,
        track_total_hits: bool = True,
    ) -> Any:
        return self._search(
            query=query,
            sort=order,
            size=size,
            search_after=None if after is None else [after],
            track_total_hits=track_total_hits,
            source_excludes=_LEFT_OUT,
        )

    def _counting(self, node: Node, field: MomentField) -> Aggregate:
        """Return what aggregates the matching articles between the first and last of some edges."""
        check_size(node)

        def aggregate(aggregations: dict[str, Any], edges: Sequence[datetime]) -> Any:
            return self._aggregate(compile_filter(all_of(node, Between(field, edges[0], edges[-1]))), aggregations)

        return aggregate

    def _aggregate(self, query: Query, aggregations: dict[str, Any]) -> Any:
        request = {"size": 0, "track_total_hits": False, "aggs": aggregations, "filter_path": _NOT_READ}
        return self._search(query=query, **request)["aggregations"]

    def _search(self, **parameters: Any) -> Any:
        # By default, a server returns partial results when shards are unavailable, and counts would be silently too small.
        return self._read(self._client.search, allow_partial_search_results=False, **parameters)

    def _read(self, request: Callable[..., Any], **parameters: Any) -> Any:
        with self._errors():
            if not self._address.has_several_hosts:
                return request(index=self._name, **parameters)
            # A node searches its own copies where it has some: a copy on a frozen node would hold up the search.
            local = partial(request, index=self._name, preference="_local", **parameters)
            return first_result(local, len(self._address.hosts))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn errors into ours, and do what lets the next call succeed: read credentials again, create a missing index."""
        try:
            with translate_errors(self._address):
                yield
        except EngineBlocked:
            self._client = with_current_credentials(self._client, self._address)
            raise
        except IndexMissing:
            if self._archive is None or self._name != self._address.name:
                raise
            with translate_errors(self._address):
                ensure(self._client, self._address, self._archive, writable=True)
            raise EngineUnavailable(
                f"the index at {self._address} had disappeared; it is created again and filled from the archive"
            ) from None
