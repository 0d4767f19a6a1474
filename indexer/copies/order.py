"""When an article was published, as far as that is known: which of several equal texts came first follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from indexer.article import Article

_UNTIL_DAY_ENDS = timedelta(hours=24)  # from noon UTC, by which a day is stored, until it has ended in every time zone


@dataclass(frozen=True, slots=True)
class PublishedBy:
    """The moment by which an article was published.

    Attributes:
        at: whole seconds, UTC. The time of publication where that is known to the second; otherwise the end of the day of
            publication, or when the article was collected, whichever is earlier.
        is_exact: whether it is the time of publication.
        decisive: when an article was collected whose time of publication is not known; the same as `at` for others.
    """

    at: datetime
    is_exact: bool
    decisive: datetime

    @property
    def order(self) -> tuple[datetime, bool, datetime]:
        """By which articles are sorted: at one moment, those known to the second come first, the others by collection."""
        return self.at, not self.is_exact, self.decisive


def published_by(article: Article) -> PublishedBy:
    """Return the moment by which an article was published; a date after its collection is not believed."""
    collected = article.collected.replace(microsecond=0)
    if article.published is None:
        return PublishedBy(collected, False, collected)
    published = article.published.replace(microsecond=0)
    if article.published_precision == "second" and published <= collected:
        return PublishedBy(published, True, published)
    if article.published_precision == "day":
        return PublishedBy(min(published + _UNTIL_DAY_ENDS, collected), False, collected)
    return PublishedBy(collected, False, collected)
