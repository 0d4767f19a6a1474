"""Documents about sources and their feeds."""

from __future__ import annotations

from datetime import date

from config.sources import SourceClass
from crawler.health import HealthName
from monitor.documents.base import Document, Moment, described


class FeedDocument(Document):
    """An address of a source at which new articles appear, and the state it is in."""

    id: str = described("id of the feed", example="bbc-world/1")
    url: str = described("its address", example="https://feeds.bbci.co.uk/news/world/rss.xml")
    kind: str = described("how it is read", example="feed")
    enabled: bool = described("whether it is polled", example=True)
    verified: date | None = described("day on which somebody last saw it work", example="2026-11-01")
    health: HealthName = described("the one state it is in", example="fine")
    explanation: str = described("why it is in that state, a sentence", example="new articles 12 min ago")
    last_poll: Moment | None = described("when it was last polled, UTC", example="2026-11-20T09:41:07+00:00")
    last_success: Moment | None = described("last successful poll, UTC", example="2026-11-20T09:41:07+00:00")
    last_new: Moment | None = described("when it last listed a new article, UTC", example="2026-11-20T09:26:02+00:00")


class SourceDocument(Document):
    """An outlet or institution whose feeds are polled."""

    id: str = described("id of the source, the name of its file", example="bbc-world")
    name: str = described("its name", example="BBC World")
    source_class: SourceClass = described("what kind of outlet it is", example="public", alias="class")
    country: str = described("its country, ISO 3166-1 alpha-2", example="GB")
    language: str = described("the language it mostly writes in, ISO 639-1", example="en")
    timezone: str | None = described(
        "time zone of the times it writes without one; null when unknown", example="Europe/Kyiv"
    )
    note: str = described("what should be known about it; empty where there is nothing", example="")
    articles: int | None = described("its articles; null when the engine cannot be asked", example=1204)
    last_new: Moment | None = described(
        "when one of its feeds last listed a new article, UTC", example="2026-11-20T09:26:02+00:00"
    )
    feeds: tuple[FeedDocument, ...] = described("its feeds", example=[])


class SourcesDocument(Document):
    """The configured sources."""

    sources: tuple[SourceDocument, ...] = described("the sources, by id", example=[])


class FetchDocument(Document):
    """One poll of a feed and its outcome."""

    at: Moment = described("when it began, UTC", example="2026-11-20T09:41:07+00:00")
    outcome: str = described("name of how it ended", example="read")
    explanation: str = described("what that means, a sentence", example="read")
    status: int | None = described("HTTP status; null when there was no response", example=200)
    milliseconds: int = described("how long it took", example=180)
    bytes: int = described("size of the response", example=48210)
    listed: int = described("articles that the response lists", example=32)
    new: int = described("of these, the new and the revised ones", example=4)


class FetchesDocument(Document):
    """The latest polls of a feed."""

    feed: str = described("id of the feed", example="bbc-world/1")
    fetches: tuple[FetchDocument, ...] = described("the polls, newest first", example=[])


class ProbeDocument(Document):
    """The result of requesting a feed now. Nothing is stored."""

    feed: str = described("id of the feed", example="bbc-world/1")
    url: str = described("its address", example="https://feeds.bbci.co.uk/news/world/rss.xml")
    is_good: bool = described("whether it can be polled and lists articles", example=True)
    outcome: str = described("name of how the attempt ended", example="read")
    health: HealthName | None = described(
        "what its health will be called if a poll ends like this; null when it is good or was not tried", example=None
    )
    explanation: str = described("what that outcome means, a sentence", example="read")
    status: int | None = described("HTTP status; null when there was no response", example=200)
    entries: int = described("articles it lists", example=32)
    newest: Moment | None = described("date of the newest of them, UTC", example="2026-11-20T09:26:02+00:00")
    milliseconds: int = described("how long the response took", example=180)
    advice: tuple[str, ...] = described("what is odd and what to do about it, a sentence each", example=[])


class ProbesDocument(Document):
    """The results of requesting several feeds now."""

    feeds: tuple[ProbeDocument, ...] = described("the feeds, in the order of their files", example=[])
