"""Which articles carry the text of an earlier one: an SQL index of signatures, queried and filled one article at a time.

An article precedes another when it was collected first, or at the same time and has the lower id. It is a copy when its text
and that of a preceding one, at most `days` older, share 0.6 of the smaller one's shingles; its story is then the story of
that one, so that chains are flat and a story is nobody's copy. With several, the earliest story counts.
Measured (docs/measurements.md): among 49,455 pairs of different documents one is linked, which shares 0.98; of copies with 5 %
of the words changed, 99 % are detected.

The answer depends on the articles and their times alone, not on batches or the order in which they are remembered: an
article that comes late or is revised may make others copies or stories, and `remember` says which.
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
    or_,
    select,
    update,
)

from crawler.archive.database import UTCDateTime, metadata
from indexer.copies.signature import VERSION, Signature, containment

CARRIED = 0.6  # share of the smaller text's shingles; 10 % of words changed leaves 0.73, an unrelated text below 0.05
_MOST = 500  # candidates examined, earliest first; a template shared by more texts adds nothing

texts = Table(
    "copy_texts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("collected", UTCDateTime, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("shingles", Integer, nullable=False),
    Column("minhash", LargeBinary(256)),
    Column("story", String(32)),
    Column("version", Integer, nullable=False, server_default="1"),  # of the signature
    Index("copy_texts_by_collected", "collected", "id"),
    Index("copy_texts_by_version", "version"),
)
bands = Table(
    "copy_bands",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Index("copy_bands_by_number", "number"),
    sqlite_with_rowid=False,
)

# Statements used for every article are built once: building one takes longer than running it.
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
    """The story that a remembered article belongs to.

    Attributes:
        story: id of the story whose text it carries; None when it is a story itself.
        moved: articles remembered before that are of another story now, each id with its story; None where it is a story
            itself now. Empty unless the article was revised, or came later than some that were collected after it; the
            caller stores them anew.
    """

    story: str | None
    moved: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class _Text:
    id: str
    collected: datetime
    signature: Signature
    story: str | None

    @property
    def whose(self) -> str:
        """The story whose text it carries; its own id if it is a story."""
        return self.story or self.id


class CopyIndex:
    """The texts of the last days. Every method works in the caller's transaction.

    Args:
        days: how much older a story may be than its copy (settings.copy_days).
    """

    def __init__(self, days: int) -> None:
        self._window = timedelta(days=days)

    def remember(
        self, connection: Connection, article_id: str, signature: Signature | None, collected: datetime
    ) -> Placed:
        """Remember the article's text, in place of an earlier version of it, and return where it belongs."""
        known = _known(connection, article_id)
        if known and (known.signature, known.collected) == (signature, collected):
            return Placed(known.story, {})
        before = known.whose if known else None
        followed = [other for other in self.matches(connection, known) if _follows(other, known)] if known else []
        if known:
            _forget(connection, article_id)
        settling, alike = _Settling(connection, self), set[str]()
        text = _Text(article_id, collected, signature, None) if signature else None
        if text:
            near = list(self.matches(connection, text))
            text, alike = replace(text, story=_story(connection, text, near)), {other.id for other in near}
            _store(connection, text)
            settling.follow(text, before, near)
        for other in followed:
            if other.id not in alike:
                settling.let_go(other.id, before)
        return Placed(text.story if text else None, settling.moved)

    def prune(self, connection: Connection, now: datetime) -> None:
        """Drop texts that are too old for new articles to be copies of them."""
        old = select(texts.c.number).where(texts.c.collected < now - self._window)
        connection.execute(delete(bands).where(bands.c.number.in_(old)))
        connection.execute(delete(texts).where(texts.c.collected < now - self._window))

    def are_alike(self, one: _Text, other: _Text) -> bool:
        """Tell whether two texts match."""
        apart = abs(one.collected - other.collected)
        shared = set(one.signature.bands).intersection(other.signature.bands)
        return bool(shared) and apart <= self._window and containment(one.signature, other.signature) >= CARRIED

    def matches(self, connection: Connection, text: _Text) -> Iterator[_Text]:
        """Yield the other texts in the window that share enough with this one, earliest first."""
        since, until = text.collected - self._window, text.collected + self._window
        window = {"since": since, "until": until, "shared": text.signature.bands}
        for row in connection.execute(_SHARING, window).all():
            other = _text(row)
            if other.id != text.id and containment(text.signature, other.signature) >= CARRIED:
                yield other


class _Settling:
    """Settles the texts that follow a changed one anew, and those that follow them, until none changes.

    Attributes:
        moved: texts of another story than before, each with that story; None where it is a story itself now.
    """

    def __init__(self, connection: Connection, index: CopyIndex) -> None:
        self._connection, self._index = connection, index
        self.moved: dict[str, str | None] = {}

    def follow(self, text: _Text, before: str | None, near: Iterable[_Text]) -> None:
        """Settle those that follow a text.

        Args:
            before: whose text it carried until now, if it was there.
            near: the texts that match it.
        """
        waiting = [(text, before, near)]
        while waiting:
            changed, before, near = waiting.pop()
            for other in near:
                if _follows(other, changed) and (after := self._settle(other, changed.whose, before)):
                    waiting.append((after, other.whose, self._index.matches(self._connection, after)))

    def let_go(self, id: str, before: str | None) -> None:
        """Settle a text, and its followers, that matched the earlier version of one that was of the story `before`."""
        text = _known(self._connection, id)
        if (
            text
            and text.story == before
            and not self._carries(text, before)
            and (after := self._move(text, self._story_of(text)))
        ):
            self.follow(after, before, self._index.matches(self._connection, after))

    def _carries(self, text: _Text, story: str | None) -> bool:
        """Tell whether a text matches its story directly, not through other texts."""
        known = _known(self._connection, story) if story else None
        return known is not None and known.story is None and self._index.are_alike(known, text)

    def _settle(self, text: _Text, now: str, before: str | None) -> _Text | None:
        """Settle a text of which one that precedes it carries another text now than before.

        The earliest story counts, so only when the lost one was the text's own all others must be looked at again.
        """
        if text.story is None or _earliest(self._connection, {text.story, now}) == now:
            return self._move(text, now)
        return self._move(text, self._story_of(text)) if text.story == before else None

    def _story_of(self, text: _Text) -> str | None:
        """Return the story of a text, comparing it with all others; a story too old to be compared is kept."""
        story = _story(self._connection, text, self._index.matches(self._connection, text))
        return story if story or text.story is None or _known(self._connection, text.story) else text.story

    def _move(self, text: _Text, story: str | None) -> _Text | None:
        """Record the story of a text and return the text, or None where it is of that story already."""
        if story == text.story:
            return None
        self._connection.execute(update(texts).where(texts.c.id == text.id).values(story=story))
        self.moved[text.id] = story
        return replace(text, story=story)


def forget(connection: Connection, ids: Iterable[str]) -> None:
    """Forget the texts of these articles: nothing collected later becomes a copy of them."""
    for id in ids:
        _forget(connection, id)


def outdated(connection: Connection, limit: int) -> list[str]:
    """Return the ids of texts whose signature is of another version than those made now."""
    others = or_(texts.c.version < VERSION, texts.c.version > VERSION)
    return list(connection.scalars(select(texts.c.id).where(others).limit(limit)))


def renew(connection: Connection, signatures: Mapping[str, Signature | None]) -> None:
    """Give texts new signatures, by article id; each stays of its story. One without a signature is forgotten."""
    for id, signature in signatures.items():
        text = _known(connection, id)
        _forget(connection, id)
        if text and signature:
            _store(connection, replace(text, signature=signature))


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
        "version": VERSION,
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
