"""The class and country of each source in its documents, for people who use the index without Parley.

Parley's own queries look both up in the configuration instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from config.sources import Source
from indexer.engines.elasticsearch.compile import Query

Origin = dict[str, str]  # the fields of a document that follow from its source


def origins_of(sources: Sequence[Source]) -> dict[str, Origin]:
    """Return source id → fields."""
    return {source.id: {"class": source.source_class, "country": source.country} for source in sources}


def compile_outdated(origins: Mapping[str, Origin]) -> Query:
    """Return the query for the documents of these sources that have other fields."""
    sources: dict[tuple[tuple[str, str], ...], list[str]] = defaultdict(list)
    for source, fields in origins.items():
        sources[tuple(fields.items())].append(source)
    return {
        "bool": {
            "should": [
                {
                    "bool": {
                        "filter": [{"terms": {"source": ids}}],
                        "must_not": [{"bool": {"filter": [{"term": {name: value}} for name, value in fields]}}],
                    }
                }
                for fields, ids in sources.items()
            ],
            "minimum_should_match": 1,
        }
    }
