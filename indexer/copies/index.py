"""Detects copies of earlier articles with an SQL index of signatures, which is queried and extended one article at a time.

An article precedes another when it was published first (`indexer.copies.order`); of two published at the same moment, the one
with the lower id precedes. An article is a copy of the preceding one that is most like it, published at most `days` before, if
`indexer.copies.compare` calls the two copies. It belongs to the story of that one, so a story is never itself a copy. It never
joins a story when a text of that story is as much like it and yet reports something else, as texts of one template do. A text
may also carry stories within it, whichever was first; it remains a story of its own.

The result depends only on the articles and their times, not on batches or the order in which articles are remembered. An
article that arrives late or is revised may turn others into copies or stories; `remember` returns which.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from indexer.article import Article
from indexer.copies import tables
from indexer.copies.compare import Kind, compare
from indexer.copies.order import PublishedBy, published_by
from indexer.copies.signature import VERSION, DamagedContent, Signature, Signer, is_intact, signature
from indexer.copies.tables import StoredText, texts

AS_MUCH = 0.05  # a text of another report that is so much less alike still speaks against the story
_KEPT = 2  # times the window; what arrives up to one window late is then compared with all it could be related to


@dataclass(frozen=True, slots=True)
class Place:
    """The stories that an article belongs to.

    Attributes:
        story: id of the story it is a copy of; None when it is a story itself.
        carries: ids of the stories it carries within a longer text of its own, sorted.
    """

    story: str | None = None
    carries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """The place of a remembered article, and what else changed.

    Attributes:
        place: where the article belongs.
        moved: other articles whose place changed. Empty unless the article was revised or arrived after some that were
            published later. The caller stores them again.
    """

    place: Place
    moved: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Text:
    """An article as the index remembers it."""

    id: str
    source: str
    published: PublishedBy
    collected: datetime
    signature: Signature | None


def text_of(article: Article, sign: Signer = signature) -> Text:
    """Return what the index remembers of an article.

    Args:
        sign: returns the signature of a text; a caller may know some already.
    """
    return Text(
        id=article.id,
        source=article.source,
        published=published_by(article),
        collected=article.collected.replace(microsecond=0),
        signature=sign(article.text),
    )


@dataclass(frozen=True, slots=True)
class _Related:
    """A text that is related to another one.

    Attributes:
        kind: as of `compare`, but a text cut from an earlier one is a copy however much shorter it is.
        precedes: whether it precedes the other one.
        is_longer: whether it is the longer one of the two.
    """

    text: StoredText
    kind: Kind
    alike: float
    precedes: bool
    is_longer: bool


class CopyIndex:
    """An index of recent texts. Every method runs in the caller's transaction.

    Args:
        days: how many days before a copy its story may have been published (settings.copy_days).
    """

    def __init__(self, days: int) -> None:
        self._window = timedelta(days=days)

    def remember(self, connection: Connection, text: Text, *, story: str | None = None) -> Placement:
        """Add the article's text, replacing an earlier version of it, and return where it belongs.

        Args:
            story: a story that it is known to copy although that story is no longer in the index.
        """
        known = tables.known(connection, text.id)
        if known and _is_same(known, text):
            return Placement(_place(known), {})
        settling = _Settling(connection, self._window)
        if known:
            settling.remove(known)
        if text.signature:
            keeps = known is not None and known.digest == text.signature.digest
            settling.add(text, text.signature, known.story if known and keeps else story)
        settling.run()
        places = settling.places
        return Placement(places.pop(text.id, Place()), places)

    def remove(self, connection: Connection, ids: Iterable[str]) -> Mapping[str, Place]:
        """Remove texts that turned out to be no articles, and return where the articles belong that were linked to them."""
        moved: dict[str, Place] = {}
        for id in ids:
            if known := tables.known(connection, id):
                settling = _Settling(connection, self._window)
                settling.remove(known)
                settling.run()
                moved |= settling.places
        return moved

    def prune(self, connection: Connection, now: datetime) -> None:
        """Drop texts that were collected so long ago that hardly any new article can be related to them."""
        tables.drop(connection, select(texts.c.number).where(texts.c.collected < now - _KEPT * self._window))


class _Settling:
    """Places a changed text and all texts that depend on it.

    The story of a text depends only on texts that precede it, so texts are settled in the order of their publication, and
    each time one changes, those that follow it and are related to it are settled after it.

    Attributes:
        places: the places of the added text and of all others that changed.
    """

    def __init__(self, connection: Connection, window: timedelta) -> None:
        self._connection, self._window = connection, window
        self._waiting: list[tables.Order] = []  # a heap
        self._carriers: set[str] = set()  # texts whose carried stories may have changed
        self._added = self._removed = ""
        self.places: dict[str, Place] = {}

    def remove(self, text: StoredText) -> None:
        """Remove a text; those that belonged to it are settled anew."""
        for other in self._related(text):
            if other.kind == Kind.CARRIED and other.is_longer:
                self._carriers.add(other.text.id)
            elif not other.precedes and (other.kind == Kind.COPY) == (other.text.story == text.story_id):
                heapq.heappush(
                    self._waiting, other.text.order
                )  # its story may follow from this text or be refused by it
        self._wait_for_copies_of(text.id)
        self._removed = text.id
        tables.drop(self._connection, select(texts.c.number).where(texts.c.number == text.number))

    def add(self, text: Text, signature: Signature, story: str | None) -> None:
        """Add a text.

        Args:
            story: the story it belonged to so far; kept when that story is no longer in the index and no other is found.
        """
        row = {
            "id": text.id,
            "source": text.source,
            "published": text.published.at,
            "is_exact": text.published.is_exact,
            "collected": text.collected,
            "digest": signature.digest,
            "length": signature.length,
            "key_count": len(signature.keys),
            "content": signature.content,
            "story": story,
            "carries": "",
            "version": VERSION,
        }
        tables.store(self._connection, row, signature.keys)
        self._added, self._removed = text.id, ""
        heapq.heappush(self._waiting, (*text.published.order, text.id))

    def run(self) -> None:
        """Settle all texts that wait, the earliest first, then what their carriers carry."""
        last = None
        while self._waiting:
            first = heapq.heappop(self._waiting)
            if first != last and (text := tables.known(self._connection, first[-1])):
                self._settle(text)
            last = first
        for text in tables.known_in_order(self._connection, self._carriers):
            carries = _carried(text, self._related(text))
            if carries != _place(text).carries:
                self._record(replace(text, carries=" ".join(carries)))

    def _settle(self, text: StoredText) -> None:
        is_new = text.id == self._added
        related = list(self._related(text))
        story = self._story(text, related)
        if story == text.story and not is_new:
            return
        moved = replace(text, story=story)
        self._record(moved)
        for other in related:
            if other.kind == Kind.CARRIED:
                self._carriers.add(other.text.id if other.is_longer else text.id)
            elif not other.precedes and (other.kind == Kind.COPY or not is_new or other.text.story == moved.story_id):
                heapq.heappush(self._waiting, other.text.order)
        if story is not None:
            self._wait_for_copies_of(text.id)

    def _wait_for_copies_of(self, story: str) -> None:
        for order in tables.orders_of_story(self._connection, story):
            heapq.heappush(self._waiting, order)

    def _story(self, text: StoredText, related: Iterable[_Related]) -> str | None:
        """Return the story that a text is a copy of, or None."""
        before = [other for other in related if other.precedes]
        against: dict[str, float] = {}
        for other in before:
            if other.kind == Kind.SIBLING:
                against[other.text.story_id] = max(other.alike, against.get(other.text.story_id, 0.0))
        copies = (other for other in before if other.kind == Kind.COPY)
        for other in sorted(copies, key=lambda other: (-other.alike, other.text.order)):
            if against.get(other.text.story_id, -1.0) < other.alike - AS_MUCH:
                return other.text.story_id
        # A story that is no longer in the index cannot be compared any more; its copies stay with it.
        is_out_of_reach = text.story not in (None, self._removed) and not tables.known(
            self._connection, text.story or ""
        )
        return text.story if is_out_of_reach else None

    def _record(self, text: StoredText) -> None:
        tables.place(self._connection, text.number, text.story, text.carries)
        self.places[text.id] = _place(text)

    def _related(self, text: StoredText) -> Iterator[_Related]:
        for other in tables.similar(self._connection, text, self._window):
            try:
                relation = compare(text.signature, other.signature, same_source=text.source == other.source)
            except DamagedContent:
                self._set_aside(text, other)
                continue
            if relation.kind == Kind.NONE:
                continue
            precedes = other.order < text.order
            is_longer = (other.length, other.digest) > (text.length, text.digest)
            is_cut = relation.kind == Kind.CARRIED and relation.is_contained and precedes == is_longer
            yield _Related(other, Kind.COPY if is_cut else relation.kind, relation.alike, precedes, is_longer)

    def _set_aside(self, *pair: StoredText) -> None:
        for text in pair:
            if text.id != self._added and not is_intact(text.signature):
                tables.set_aside(self._connection, text)


def forget(connection: Connection, ids: Iterable[str]) -> None:
    """Remove the texts of these articles; articles that arrive later no longer become copies of them."""
    tables.drop(connection, select(texts.c.number).where(texts.c.id.in_(select(tables.each(json.dumps(list(ids)))))))


def drop_outdated(connection: Connection) -> None:
    """Remove all texts whose signature is of another version; the caller remembers their articles again."""
    others = select(texts.c.number).where((texts.c.version < VERSION) | (texts.c.version > VERSION))
    tables.drop(connection, others)


def _is_same(known: StoredText, text: Text) -> bool:
    sign = text.signature
    return sign is not None and (known.digest, known.content, known.source, known.published, known.collected) == (
        sign.digest,
        sign.content,
        text.source,
        text.published,
        text.collected,
    )


def _place(text: StoredText) -> Place:
    return Place(text.story, tuple(text.carries.split()))


def _carried(text: StoredText, related: Iterable[_Related]) -> tuple[str, ...]:
    inside = (other.text.story_id for other in related if other.kind == Kind.CARRIED and not other.is_longer)
    return tuple(sorted(set(inside) - {text.story_id}))
