"""Splitting a trend into parts by source, class, country, language or author."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from config.sources import Source
from indexer.engine import Engine
from indexer.query.tree import Everything, Node, Not, Value, all_of
from indexer.stored_form import author_name

By = Literal["source", "class", "country", "language", "author"]
Among = Literal["class", "country", "language", "theme"]  # the groups of which one may lead another
LeadInterval = Literal["hour", "day"]

UNKNOWN = "unknown"  # class or country of a source that is no longer configured


@dataclass(frozen=True, slots=True)
class Part:
    """The articles with one value of the property that a trend is split by.

    Attributes:
        by: the property; None for the whole.
        value: the value; None for the rest, all values without a part of their own.
        label: the value as people write it.
        node: query for the articles of the part.
    """

    by: By | None
    value: str | None
    label: str
    node: Node


WHOLE = Part(None, None, "", Everything())


def split_parts(engine: Engine, node: Node, by: By, sources: Sequence[Source], most: int) -> tuple[Part, ...]:
    """Return the largest parts of the matching articles, largest first, and one part for the rest.

    Every article is in exactly one part, except when split by author: then it is in the part of each of its authors.
    """
    numbers = _count_values(engine, node, by, sources)
    chosen = sorted(numbers, key=lambda value: (-numbers[value], value))[:most]
    largest = tuple(_part(engine, node, by, value, sources) for value in chosen)
    others = all_of(*(Not(part.node) for part in largest))
    return (*largest, Part(by, None, "others", others)) if largest and engine.count(all_of(node, others)) else largest


def _count_values(engine: Engine, node: Node, by: By, sources: Sequence[Source]) -> Mapping[str, int]:
    if by == "author":
        return engine.tally(node, "author_names")
    if by in ("source", "language"):
        return engine.tally(node, "source" if by == "source" else "language")
    groups = _groups(by, sources)
    numbers: Counter[str] = Counter()
    for source, number in engine.tally(node, "source").items():
        numbers[groups.get(source, UNKNOWN)] += number
    return numbers


def _part(engine: Engine, node: Node, by: By, value: str, sources: Sequence[Source]) -> Part:
    if by == "author":
        return Part(by, value, _spelling(engine, node, value), Value("author_names", frozenset({value})))
    if by in ("source", "language"):
        return Part(by, value, value, Value("source" if by == "source" else "language", frozenset({value})))
    groups = _groups(by, sources)
    if value == UNKNOWN:
        return Part(by, value, value, Not(Value("source", frozenset(groups))))
    return Part(by, value, value, Value("source", frozenset(id for id, group in groups.items() if group == value)))


def _groups(by: By, sources: Iterable[Source]) -> dict[str, str]:
    return {source.id: source.source_class if by == "class" else source.country for source in sources}


def _spelling(engine: Engine, node: Node, name: str) -> str:
    """Return an author's name as the newest matching article spells it."""
    newest = engine.search(all_of(node, Value("author_names", frozenset({name}))), limit=1).hits
    authors = (author for hit in newest for author in hit.article.authors)
    return next((author for author in authors if author_name(author) == name), name)
