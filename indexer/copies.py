"""Which articles carry the text of an earlier one: a SQL index of signatures, asked and filled one article after another.

An article precedes another when it was collected first, or at the same time and has the lower id. It is a copy when its text
and that of a preceding one, at most `days` older, share 0.6 of the smaller one's shingles; its story is then the story of
that one, so that chains are flat and a story is nobody's copy. With several, the earliest story counts.
Measured (docs/measurements.md): among 49,455 pairs of different documents one is linked, which shares 0.98; of copies with 5 %
of the words changed 99 % are found.

The answer depends on the articles and their times alone, not on batches or the order in which they are remembered: an
article that comes late may turn later ones into copies, and `remember` says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from crawler.database import Moment, metadata
from indexer.signatures import Signature, containment

CARRIED = 0.6  # share of the smaller text's shingles; 10 % of words changed leaves 0.73, an unrelated text below 0.05
_MOST = 500  # candidates looked at, the earliest first; a template with more texts than that adds nothing

texts = Table(
    "copy_texts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("collected", Moment, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("shingles", Integer, nullable=False),
    Column("minhash", LargeBinary(256)),
    Column("story", String(32)),
    Index("copy_texts_by_collected", "collected", "id"),
)
bands = Table(
    "copy_bands",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Index("copy_bands_by_number", "number"),
    sqlite_with_rowid=False,
)

# What is said for every article is built once: building a statement costs more than SQLite takes to obey it.
_KNOWN = select(texts).where(texts.c.id == bindparam("name"))
_NUMBER = select(texts.c.number).where(texts.c.id == bindparam("name"))
_SHARING = (
    select(texts)
    .where(
        texts.c.collected.between(bindparam("since"), bindparam("until")),
        texts.c.number.in_(select(bands.c.number).where(bands.c.band.in_(bindparam("shared", expanding=True)))),
    )
    .order_by(texts.c.collected, texts.c.id)
    .limit(_MOST)
)
_ADD_TEXT = insert(texts)
_ADD_BANDS = insert(bands)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a remembered article belongs.

    Attributes:
        story: id of the story whose text it carries; None when it is a story itself.
        moved: articles remembered before that are copies now, or of another story: their ids, each with its story. Empty
            unless the article came later than some that were collected after it; the caller stores them anew.
    """

    story: str | None
    moved: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Text:
    id: str
    collected: datetime
    signature: Signature
    story: str | None

    @property
    def whose(self) -> str:
        """The story whose text it carries: itself where it is one."""
        return self.story or self.id


class CopyIndex:
    """The texts of the last days. Every method works in the caller's transaction.

    Args:
        days: how much older a story may be than its copy (settings.copy_days).
    """

    def __init__(self, days: int) -> None:
        self._window = timedelta(days=days)

    def story_of(
        self, connection: Connection, article_id: str, signature: Signature | None, collected: datetime
    ) -> str | None:
        """Return the id of the story whose text the article carries, or None when it is a story itself.

        Args:
            signature: of its text; None (a text without words) is nobody's copy.
            collected: when the article was first collected; revisions of it keep that time.
        """
        if signature is None:
            return None
        text = _Text(article_id, collected, signature, None)
        return _story(connection, text, self._matches(connection, text))

    def remember(
        self, connection: Connection, article_id: str, signature: Signature | None, collected: datetime
    ) -> Placed:
        """Remember the article's text, in place of an earlier version of it, and return where it belongs."""
        known = _known(connection, article_id)
        if known and (known.signature, known.collected) == (signature, collected):
            return Placed(known.story, {})
        _forget(connection, article_id)
        if signature is None:
            return Placed(None, {})
        text = _Text(article_id, collected, signature, None)
        near = list(self._matches(connection, text))
        text = replace(text, story=_story(connection, text, near))
        _store(connection, text)
        return Placed(text.story, self._moved(connection, text, near, known.whose if known else None))

    def prune(self, connection: Connection, now: datetime) -> None:
        """Drop the texts that no article collected from now on can be a copy of."""
        old = select(texts.c.number).where(texts.c.collected < now - self._window)
        connection.execute(delete(bands).where(bands.c.number.in_(old)))
        connection.execute(delete(texts).where(texts.c.collected < now - self._window))

    def _matches(self, connection: Connection, text: _Text) -> Iterator[_Text]:
        """Yield the texts in the window that share enough with the given one, earliest first, itself left out."""
        since, until = text.collected - self._window, text.collected + self._window
        asked = {"since": since, "until": until, "shared": text.signature.bands}
        for row in connection.execute(_SHARING, asked).all():
            other = _text(row)
            if other.id != text.id and containment(text.signature, other.signature) >= CARRIED:
                yield other

    def _moved(self, connection: Connection, text: _Text, near: Iterable[_Text], before: str | None) -> dict[str, str]:
        """Settle the texts that follow anew, and those that follow them, until none changes.

        Args:
            near: the texts that match the given one.
            before: whose text its earlier version carried, if there was one.
        """
        moved: dict[str, str] = {}
        waiting = [(text, before, near)]
        while waiting:
            changed, before, near = waiting.pop()
            for other in near:
                if not _follows(other, changed):
                    continue
                story = self._settled(connection, other, changed.whose, before)
                if story and story != other.story:
                    connection.execute(update(texts).where(texts.c.id == other.id).values(story=story))
                    moved[other.id] = story
                    after = replace(other, story=story)
                    waiting.append((after, other.whose, self._matches(connection, after)))
        return moved

    def _settled(self, connection: Connection, text: _Text, now: str, before: str | None) -> str | None:
        """Return the story of a text of which one that precedes it carries another text now than before.

        The earliest story counts, so only when the lost one was the text's own all others must be looked at again.
        """
        if text.story in (None, now) or _earliest(connection, {text.whose, now}) == now:
            return now
        return _story(connection, text, self._matches(connection, text)) if text.story == before else text.story


def forget(connection: Connection, ids: Iterable[str]) -> None:
    """Forget the texts of these articles: nothing collected later becomes a copy of them."""
    for id in ids:
        _forget(connection, id)


def _follows(one: _Text, other: _Text) -> bool:
    return (one.collected, one.id) > (other.collected, other.id)


def _story(connection: Connection, text: _Text, near: Iterable[_Text]) -> str | None:
    """Return the earliest story among those of the matching texts that precede."""
    stories = {other.whose for other in near if _follows(text, other)}
    return _earliest(connection, stories - {text.id})


def _known(connection: Connection, article_id: str) -> _Text | None:
    row = connection.execute(_KNOWN, {"name": article_id}).first()
    return _text(row) if row else None


def _text(row: Row[tuple[object, ...]]) -> _Text:
    return _Text(row.id, row.collected, Signature(row.digest, row.shingles, row.minhash), row.story)


def _earliest(connection: Connection, stories: set[str]) -> str | None:
    if len(stories) < 2:
        return next(iter(stories), None)
    order = select(texts.c.id).where(texts.c.id.in_(stories)).order_by(texts.c.collected, texts.c.id).limit(1)
    # A story older than the window may be gone already; of such, any will do as long as it is always the same.
    return connection.scalar(order) or min(stories)


def _store(connection: Connection, text: _Text) -> None:
    sign = text.signature
    row = {
        "id": text.id,
        "collected": text.collected,
        "digest": sign.digest,
        "shingles": sign.shingles,
        "minhash": sign.minhash,
        "story": text.story,
    }
    added = connection.execute(_ADD_TEXT, row)
    number = added.inserted_primary_key[0] if added.inserted_primary_key else None
    rows = [{"band": band, "number": number} for band in dict.fromkeys(sign.bands)]
    connection.execute(_ADD_BANDS, rows)


def _forget(connection: Connection, article_id: str) -> None:
    number = connection.scalar(_NUMBER, {"name": article_id})
    if number is not None:
        connection.execute(delete(bands).where(bands.c.number == number))
        connection.execute(delete(texts).where(texts.c.number == number))
