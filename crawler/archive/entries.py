"""Which address each entry of a feed was filed under, by its guid: a new link alone does not make a new article.

Not every guid identifies: some feeds number their entries from the top. So a guid counts for an entry with another address only
if the feed gives both the same time of publication, or the same title on the same path.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Column, Connection, String, Table, Text, delete, insert, select

from config.web_address import parts_of
from crawler.archive.batches import batches
from crawler.archive.database import UTCDateTime, metadata
from crawler.page import Link, hash_of

entries = Table(
    "entries",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("guid", String(32), primary_key=True),  # hash
    Column("id", String(32), nullable=False),  # of the address, as in `urls`
    Column("published", UTCDateTime),
    Column("look", String(32), nullable=False),  # hash of title and path
    sqlite_with_rowid=False,
)

_SHORTEST = 8  # characters of a guid that is more than a number in a list


class Entry(NamedTuple):
    """What is remembered of an entry."""

    id: str
    published: datetime | None
    look: str


def remembered(connection: Connection, feed: str, links: Sequence[Link]) -> dict[str, Entry]:
    """Return guid → what is remembered of the entry, for the guids that one link alone has."""
    counts = Counter(link.guid for link in links if link.guid)
    hashes = {_hash(guid): guid for guid, count in counts.items() if count == 1}
    known: dict[str, Entry] = {}
    for some in batches(list(hashes)):
        query = select(entries).where(entries.c.feed == feed, entries.c.guid.in_(some))
        for row in connection.execute(query):
            known[hashes[row.guid]] = Entry(row.id, row.published, row.look)
    return known


def is_same(entry: Entry, link: Link) -> bool:
    """Tell whether a link with the guid of an entry, but another address, is of the same article."""
    if entry.published and entry.published == _published(link):
        return True
    return len(link.guid or "") >= _SHORTEST and link.hints.title is not None and entry.look == _look(link)


def remember(
    connection: Connection, feed: str, ids: Mapping[str, tuple[Link, str]], known: Mapping[str, Entry]
) -> None:
    """Remember the address of each entry.

    Args:
        ids: guid → the link and the id of the address it is filed under.
        known: what is remembered of the same entries.
    """
    current = {guid: Entry(id, _published(link), _look(link)) for guid, (link, id) in ids.items()}
    changed = {guid: entry for guid, entry in current.items() if known.get(guid) != entry}
    for some in batches(list(changed)):
        connection.execute(delete(entries).where(entries.c.feed == feed, entries.c.guid.in_(map(_hash, some))))
        rows = [{"feed": feed, "guid": _hash(guid), **changed[guid]._asdict()} for guid in some]
        connection.execute(insert(entries), rows)


def _published(link: Link) -> datetime | None:
    return link.hints.published if link.hints.published_precision == "second" else None


def _look(link: Link) -> str:
    parts = parts_of(link.url)
    return _hash(f"{link.hints.title} {parts.netloc}{parts.path.partition(';')[0]}")


def _hash(text: str) -> str:
    return hash_of(text.encode("utf-8", "replace"))
