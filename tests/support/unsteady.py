"""An archive in which one source delivered throughout and others did not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from crawler.archive.archive import open_archive
from crawler.archive.feed_hours import note_days
from indexer.article import Article
from tests.support.builders import article
from tests.support.installation import Installation

TODAY = datetime.combine(datetime.now(UTC).date(), time(), UTC)
ALWAYS, SILENT, NEW, UNKNOWN = "bbc-world", "reuters", "meduza-en", "guardian-world"


def collected(source: str, days: Iterable[int], *, about: int, among: int) -> list[Article]:
    """Return articles of each of these days ago, some of them about a truce, every other one with Kyiv in its title."""
    return [
        article(
            id=f"{source}-{day}-{place}",
            serial=(ALWAYS, SILENT, NEW, UNKNOWN).index(source) * 10_000 + day * 100 + place,
            source=source,
            title="Kyiv" if place % 2 else "Moscow",
            text="text",
            published=TODAY - timedelta(days=day),
            themes=frozenset({"truce"} if place < about else ()),
        )
        for day in days
        for place in range(among)
    ]


def deliver(small: Installation, source: str, days: Iterable[int]) -> None:
    """Note that a source delivered on these days ago."""
    archive = open_archive(small.data)
    with archive.database.write() as connection:
        note_days(connection, f"{source}/1", [(TODAY - timedelta(days=day)).date() for day in days])
    archive.close()


def keep_unsteady(small: Installation) -> list[Article]:
    """Keep the articles of a source without a gap, one silent on a day, one added in the middle and one without a history."""
    articles = [
        *collected(ALWAYS, range(1, 40), about=1, among=3),
        *collected(SILENT, [*range(1, 3), *range(4, 40)], about=2, among=4),
        *collected(NEW, range(1, 5), about=2, among=2),
        *collected(UNKNOWN, [2], about=1, among=5),
    ]
    small.keep(*articles)
    deliver(small, ALWAYS, range(40))
    deliver(small, SILENT, [day for day in range(40) if day != 3])
    deliver(small, NEW, range(6))
    return articles
