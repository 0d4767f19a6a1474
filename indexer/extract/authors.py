"""The authors of an article, from its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawler.parse.authors import clean_authors, clean_institution
from indexer.extract.facts import Facts
from indexer.extract.json_ld import text_of, types

_MOST = 10
_INVERTED = re.compile(r"([^\W\d_][\w'’.-]+), ([^\W\d_][\w'’.-]+)")  # as libraries write a name: Lee, Ann
_CATALOGUED = ("dc.creator", "dcterms.creator", "citation_author")
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
        names = [name for key in _META for value in facts.meta.get(key, ()) for name in _names(value, key)]
    return tuple(dict.fromkeys(names))[:_MOST]


def _names(text: str, key: str) -> tuple[str, ...]:
    if key in _CATALOGUED and (inverted := _INVERTED.fullmatch(text)):
        text = f"{inverted[2]} {inverted[1]}"
    return clean_authors([text])


def _names_in(value: Any, nodes: list[dict[str, Any]]) -> Iterator[str]:
    if isinstance(value, str):
        yield from clean_authors([value])
    elif isinstance(value, list):
        for item in value[:_MOST]:
            yield from _names_in(item, nodes)
    elif isinstance(value, dict):
        name = text_of(value, "name")
        if name:
            is_institution = any("Organization" in kind for kind in types(value))
            yield from clean_institution(name) if is_institution else clean_authors([name])
        elif identity := value.get("@id"):
            known = (node for node in nodes if node.get("@id") == identity and text_of(node, "name"))
            yield from (name for node in known for name in clean_authors([text_of(node, "name")]))
