"""Learning what each source repeats from its newest articles in the archive (indexer.repeats has the rules)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Row, Table, Text, select, update
from sqlalchemy.dialects.sqlite import insert

from crawler.archive.batches import batches
from crawler.archive.database import Database, metadata
from crawler.archive.pages import pages, read_again
from crawler.outcomes import Outcome
from indexer.jobs.articles import SET_ASIDE, articles, decoded, set_aside, walk
from indexer.repeats import RepeatKind, Repeats, Sample, has_repeats, is_landing_page, is_refused, repeats_of

_WINDOW = 300  # newest articles of a source that are compared
_FIRST, _GROWTH = 5, 4  # articles after which a source is learned first; a quarter more until it is learned again

repeats = Table(
    "repeats",
    metadata,
    Column("source", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("digest", LargeBinary(8), primary_key=True),
    sqlite_with_rowid=False,
)
_KEPT = (
    select(*(articles.c[name] for name in ("serial", "id", "form", "data", "page")), pages.c.final_url, pages.c.kind)
    .join(pages, pages.c.number == articles.c.page)
    .where(articles.c.form != SET_ASIDE)
)
_VISITED = select(pages.c.number, pages.c.serial, pages.c.final_url, pages.c.hints).where(
    pages.c.kind == "document", pages.c.state.in_((Outcome.INDEXED, Outcome.SAME_ARTICLE))
)


class Learner:
    """Decides when a source is learned again: often while it is new, rarely when many articles are known."""

    def __init__(self) -> None:
        self._new: Counter[str] = Counter()
        self._learned: dict[str, int] = {}

    def due(self, sources: Iterable[str]) -> list[str]:
        """Count one more article of each source and return those to be learned now."""
        self._new.update(sources)
        due = [name for name, new in self._new.items() if new >= max(_FIRST, self._learned.get(name, 0) // _GROWTH)]
        for name in due:
            self._learned[name] = min(_WINDOW, self._learned.get(name, 0) + self._new.pop(name))
        return due


def learn(connection: Connection, source: str) -> None:
    """Add what the newest pages of a source repeat to what is known of it.

    Pages that turn out to be none of the articles they were taken for wait for the indexer again, which withdraws them.
    Repeated lines in articles that are kept already are left to `parley reread`.
    """
    newest = _KEPT.where(pages.c.source == source).order_by(pages.c.number.desc()).limit(_WINDOW)
    pairs, damaged = _decoded(connection.execute(newest).all())
    set_aside(connection, damaged)
    rows, samples = [row for row, _ in pairs], [sample for _, sample in pairs]
    visited = _VISITED.where(pages.c.source == source).order_by(pages.c.number.desc()).limit(_WINDOW)
    visits = connection.execute(visited).all()
    _add(connection, source, repeats_of(samples, _titled(visits)))
    known = known_repeats(connection, [source]).get(source, Repeats())
    refused = [row for row, sample in zip(rows, samples, strict=True) if is_refused(sample, known)]
    landed = [row.number for row in visits if is_landing_page(row.final_url, known)]
    _forget_extractor(connection, [row.serial for row in refused])
    _read_again(connection, {*landed, *(row.page for row in refused)})


def _titled(visits: Iterable[Row[*tuple[Any, ...]]]) -> Iterator[tuple[str, str]]:
    """Yield address reached and title of the newest page of every address that has a title."""
    newest = {row.serial: row for row in reversed(list(visits))}
    for row in newest.values():
        if row.hints.title:
            yield row.final_url, row.hints.title


def _read_again(connection: Connection, numbers: Collection[int]) -> None:
    for some in batches(sorted(numbers)):
        read_again(connection, [Outcome.INDEXED, Outcome.SAME_ARTICLE], pages.c.number.in_(some))


def _add(connection: Connection, source: str, learned: Repeats) -> None:
    kinds: Mapping[RepeatKind, frozenset[bytes]] = {
        "line": learned.lines,
        "text": learned.texts,
        "address": learned.addresses,
    }
    rows = [{"source": source, "kind": kind, "digest": digest} for kind, digests in kinds.items() for digest in digests]
    if rows:
        connection.execute(insert(repeats).on_conflict_do_nothing(), rows)


def known_repeats(connection: Connection, sources: Collection[str]) -> dict[str, Repeats]:
    """Return source → what it is known to repeat."""
    digests: defaultdict[tuple[str, str], set[bytes]] = defaultdict(set)
    for some in batches(sources):
        for row in connection.execute(select(repeats).where(repeats.c.source.in_(some))):
            digests[row.source, row.kind].add(row.digest)
    return {
        source: Repeats(*(frozenset(digests[source, kind]) for kind in ("line", "text", "address")))
        for source in {source for source, _ in digests}
    }


def mark_repeating(database: Database) -> None:
    """Learn every source, and let no extractor count for articles that have what their source repeats.

    Others can write in between: all articles of an archive take minutes to decode.
    """
    with database.read() as connection:
        sources = list(connection.scalars(select(pages.c.source).distinct()))
    for source in sources:
        with database.write() as connection:
            learn(connection, source)
    with database.read() as connection:
        all_known = known_repeats(connection, sources)
    for source, known in all_known.items():
        for rows in walk(database, _KEPT.where(pages.c.source == source)):
            pairs, damaged = _decoded(rows)
            repeating = [row.serial for row, sample in pairs if has_repeats(sample, known)]
            if repeating or damaged:
                with database.write() as connection:
                    set_aside(connection, damaged)
                    _forget_extractor(connection, repeating)


def _forget_extractor(connection: Connection, serials: Collection[int]) -> None:
    for some in batches(serials):
        connection.execute(update(articles).where(articles.c.serial.in_(some)).values(extractor=0))


def _decoded(
    rows: Iterable[Row[*tuple[Any, ...]]],
) -> tuple[list[tuple[Row[*tuple[Any, ...]], Sample]], list[Row[*tuple[Any, ...]]]]:
    """Return the rows with their samples, and the rows of damaged articles."""
    pairs, damaged = [], []
    for row in rows:
        if article := decoded(row):
            pairs.append((row, Sample(article.title, article.text, row.final_url, row.kind)))
        else:
            damaged.append(row)
    return pairs, damaged
