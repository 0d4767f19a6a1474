"""Splits: the parts into which a trend is divided, by source, class, country, language or author."""

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

UNKNOWN = "unknown"  # class or country of a source that is configured no longer


@dataclass(frozen=True, slots=True)
class Part:
    """Articles that hold one value of what a trend is split by.

    Attributes:
        by: None for the whole.
        value: None for all values but those that have a part of their own.
        label: the value as people write it.
    """

    by: By | None
    value: str | None
    label: str
    node: Node


WHOLE = Part(None, None, "", Everything())


def parts(engine: Engine, node: Node, by: By, sources: Sequence[Source], most: int) -> tuple[Part, ...]:
    """Return the parts with most of the matching articles, those with most of them first, and one of all others.

    Together they hold every article once; split by author, an article is in the part of each of its authors.
    """
    held = _held(engine, node, by, sources)
    chosen = sorted(held, key=lambda value: (-held[value], value))[:most]
    found = tuple(_part(engine, node, by, value, sources) for value in chosen)
    others = all_of(*(Not(part.node) for part in found))
    return (*found, Part(by, None, "others", others)) if found and engine.count(all_of(node, others)) else found


def _held(engine: Engine, node: Node, by: By, sources: Sequence[Source]) -> Mapping[str, int]:
    if by == "author":
        return engine.tally(node, "author_names")
    if by in ("source", "language"):
        return engine.tally(node, "source" if by == "source" else "language")
    groups = _groups(by, sources)
    held: Counter[str] = Counter()
    for source, number in engine.tally(node, "source").items():
        held[groups.get(source, UNKNOWN)] += number
    return held


def _part(engine: Engine, node: Node, by: By, value: str, sources: Sequence[Source]) -> Part:
    if by == "author":
        return Part(by, value, _written(engine, node, value), Value("author_names", frozenset({value})))
    if by in ("source", "language"):
        return Part(by, value, value, Value("source" if by == "source" else "language", frozenset({value})))
    groups = _groups(by, sources)
    if value == UNKNOWN:
        return Part(by, value, value, Not(Value("source", frozenset(groups))))
    return Part(by, value, value, Value("source", frozenset(id for id, group in groups.items() if group == value)))


def _groups(by: By, sources: Iterable[Source]) -> dict[str, str]:
    return {source.id: source.source_class if by == "class" else source.country for source in sources}


def _written(engine: Engine, node: Node, name: str) -> str:
    """Return an author's name as the newest matching article spells it."""
    newest = engine.search(all_of(node, Value("author_names", frozenset({name}))), limit=1).hits
    spelled = (author for hit in newest for author in hit.article.authors)
    return next((author for author in spelled if author_name(author) == name), name)
