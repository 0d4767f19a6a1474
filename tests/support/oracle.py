"""What a query tree means, by brute force: slow, plain, and independent of every engine."""

from __future__ import annotations

import re
from itertools import product

from indexer.article import Article, TextField, ValueField
from indexer.query import tree
from indexer.query.tree import Node, Place
from indexer.words import joined, joined_authors, tokens


def matches(node: Node, article: Article) -> bool:
    """Return whether the article matches the tree."""
    match node:
        case tree.And(children):
            return all(matches(child, article) for child in children)
        case tree.Or(children):
            return any(matches(child, article) for child in children)
        case tree.Not(child):
            return not matches(child, article)
        case tree.Phrase(field, places):
            return _phrase(_words(article, field), places)
        case tree.Near(field, places, gap):
            return _near(_words(article, field), places, gap)
        case tree.Fuzzy(field, word, distance):
            return any(edits(word, token) <= distance for token in _words(article, field))
        case tree.Forms(field) | tree.Prefix(field) | tree.Wildcard(field):
            return any(_fits(node, token) for token in _words(article, field))
    return _metadata(node, article)


def _metadata(node: Node, article: Article) -> bool:
    match node:
        case tree.Everything():
            return True
        case tree.Value(field, values):
            return not values.isdisjoint(values_of(article, field))
        case tree.UrlPrefix(prefix):
            return article.url.startswith(prefix)
        case tree.Between(field, start, end):
            moment = getattr(article, field)
            return moment is not None and (start is None or start <= moment) and (end is None or moment < end)
        case tree.Has(field):
            return bool(getattr(article, field))
    raise AssertionError(f"the oracle does not know {node!r}")


def _words(article: Article, field: TextField) -> list[str]:
    if field == "words":
        return joined(article.title, article.text).split(" ")
    if field == "title_words":
        return tokens(article.title or "")
    return joined_authors(article.authors).split()


def values_of(article: Article, field: ValueField) -> set[str]:
    """Return the values of an article's field."""
    if field in ("themes", "carries"):
        return set(article.themes if field == "themes" else article.carries)
    if field == "author_names":
        return {name for author in article.authors if (name := " ".join(tokens(author)))}
    value = article.published_precision if field == "precision" else getattr(article, field)
    return set() if value is None else {value}


def _fits(place: Place, token: str) -> bool:
    match place:
        case tree.Forms(_, forms):
            return token in forms
        case tree.Prefix(_, prefix):
            return token.startswith(prefix)
        case tree.Wildcard(_, pattern):
            parts = {"*": ".*", "?": "."}
            return re.fullmatch("".join(parts.get(c) or re.escape(c) for c in pattern), token, re.DOTALL) is not None
    raise AssertionError(f"the oracle does not know {place!r}")


def _phrase(words: list[str], places: tuple[Place, ...]) -> bool:
    return any(
        all(_fits(place, word) for place, word in zip(places, words[start:], strict=False))
        for start in range(len(words) - len(places) + 1)
    )


def _near(words: list[str], places: tuple[Place, ...], gap: int) -> bool:
    candidates = [[position for position, word in enumerate(words) if _fits(place, word)] for place in places]
    return any(
        len(set(chosen)) == len(places) and max(chosen) - min(chosen) + 1 - len(places) <= gap
        for chosen in product(*candidates)
    )


def edits(a: str, b: str) -> int:
    """Return the insertions, deletions, substitutions and swaps of neighbours that turn a into b."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, left in enumerate(a):
        row = [i + 1]
        for j, right in enumerate(b):
            cost = min(last[j] + (left != right), last[j + 1] + 1, row[j] + 1)
            if i and j and left == b[j - 1] and a[i - 1] == right:
                cost = min(cost, before[j - 1] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
