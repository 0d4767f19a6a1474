"""The authors of an article, from its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawler.parse.authors import clean_authors
from indexer.extract.facts import Facts
from indexer.extract.json_ld import text_of

_MOST = 10
_READ = 2_000  # characters of a list of names that are read
_BETWEEN = re.compile(r"\s*[;|]\s*|\s*,\s+|\s+(?:and|und|et|i|и|та|й|&)\s+")
_META = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "citation_author",
)


def authors_of(facts: Facts) -> tuple[str, ...]:
    """Return the authors' names, at most ten: from JSON-LD, otherwise from meta elements; empty when the page names none."""
    article = facts.article()
    names = list(_names_in(article.get("author") or article.get("creator"), facts.nodes))
    if not names:
        names = [name for key in _META for value in facts.meta.get(key, ()) for name in _names(value)]
    return clean_authors(names)


def _names(text: str) -> list[str]:
    return _BETWEEN.split(text[:_READ])


def _names_in(value: Any, nodes: list[dict[str, Any]]) -> Iterator[str]:
    if isinstance(value, str):
        yield from _names(value)
    elif isinstance(value, list):
        for item in value[:_MOST]:
            yield from _names_in(item, nodes)
    elif isinstance(value, dict):
        name = text_of(value, "name")
        if name:
            yield name
        elif identity := value.get("@id"):
            yield from (known for node in nodes if node.get("@id") == identity and (known := text_of(node, "name")))
